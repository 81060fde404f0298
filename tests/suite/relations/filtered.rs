//! Relationships with a condition of their own: whichever way they are followed, they lead to the rows that meet it.

mod anew;
mod links;
mod shapes;
mod steps;
mod trees;

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_author")]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(back_populates = "author")]
    posts: HasMany<Post>,
    #[relationship(filter = Post::PUBLISHED.eq(true), order_by = Post::ID.desc())]
    published: HasMany<Post>,
    #[relationship(filter = Post::PUBLISHED.eq(true) & Post::TITLE.ne("c"), order_by = Post::ID.desc())]
    latest: HasOne<Post>,
    #[relationship(filter = Post::PUBLISHED.eq(false), lazy = "dynamic")]
    drafts: HasMany<Post>,
    #[relationship(filter = Post::COMMENTS.any(Comment::TEXT.eq("good")), batch)]
    praised: HasMany<Post>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_post", scope(kept = || Post::DELETED.eq(false)))]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(name = "is published")]
    published: bool,
    deleted: bool,
    #[column(foreign_key = Author::ID)]
    author_id: Option<i64>,
    #[relationship(back_populates = "posts")]
    author: BelongsTo<Author>,
    #[relationship]
    comments: HasMany<Comment>,
    #[relationship(filter = Comment::TEXT.eq("good"), lazy = "selectin")]
    praise: HasMany<Comment>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_comment")]
struct Comment {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(foreign_key = Post::ID)]
    post_id: i64,
}

/// Ann has the posts a (a draft), b, c and d (deleted), of which b and d have praise and a has another comment; bob has the
/// draft e, and cid nothing. What is not a draft is published.
fn fill(db: &Database) -> ormcore::Result<Vec<Author>> {
    db.create_tables::<(Author, Post, Comment)>()?;
    let authors = Author::insert_all(["ann", "bob", "cid"].map(Author::new), db)?;
    let post = |title, published, deleted, author: usize| {
        Post::new(title, published, deleted).set(Post::AUTHOR_ID, &authors[author])
    };
    let posts = [("a", false, false, 0), ("b", true, false, 0), ("c", true, false, 0), ("d", true, true, 0)];
    let posts = Post::insert_all(posts.map(|(title, is, deleted, of)| post(title, is, deleted, of)), db)?;
    post("e", false, false, 1).insert(db)?;
    let comments = [("good", 1), ("good", 1), ("bad", 0), ("good", 3)];
    Comment::insert_all(comments.map(|(text, of)| Comment::new(text, &posts[of])), db)?;
    Ok(authors)
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

fn names(query: Query<Author>, db: &Database) -> ormcore::Result<Vec<String>> {
    Ok(query.order_by(Author::ID).all(db)?.into_iter().map(|author| author.name).collect())
}

fn an_access_gives_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    let authors = fill(db)?;
    let statements = db.record();
    // Twice: a text that was kept for one relationship is not that of another over the same key.
    for author in [&authors[0], &authors[0].clone()] {
        assert_eq!(titles(author.posts(db)?), ["a", "b", "c"]);
        assert_eq!(titles(author.published(db)?), ["c", "b"]);
        assert_eq!(author.latest(db)?.map(|post| post.title.as_str()), Some("b"));
        assert_eq!(titles(author.praised(db)?), ["b"]);
        assert_eq!(titles(&author.drafts().all(db)?), ["a"]);
        assert_eq!(author.drafts().filter(Post::TITLE.eq("b")).count(db)?, 0);
        assert_eq!(author.published(db)?[1].praise.loaded().map(<[Comment]>::len), Some(2));
    }
    assert!(authors[1].published(db)?.is_empty());
    assert_eq!(authors[1].latest(db)?, None);
    let first = &statements.texts()[2];
    assert!(first.contains(r#""is published" ="#), "{first}");
    Ok(())
}

fn every_strategy_gives_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for (load, count) in [
        (Author::PUBLISHED.selectin(), 3),
        (Author::PUBLISHED.subquery(), 3),
        (Author::PUBLISHED.joined(), 2),
        (Author::PUBLISHED.select(), 1),
    ] {
        let statements = db.record();
        let authors = Author::query().with(load.clone()).order_by(Author::ID).all(db)?;
        assert_eq!(statements.len(), count, "{:?}", statements.texts());
        let found: Vec<_> =
            authors.iter().map(|author| Ok(titles(author.published(db)?))).collect::<ormcore::Result<_>>()?;
        assert_eq!(found, [vec!["c", "b"], vec![], vec![]]);
        assert!(!authors[0].posts.is_loaded());
        let narrowed = load.clone().filter(Post::TITLE.ne("c"));
        assert_eq!(titles(Author::query().with(narrowed).order_by(Author::ID).all(db)?[0].published(db)?), ["b"]);
        let unscoped = load.clone().unscoped();
        assert_eq!(
            titles(Author::query().with(unscoped).order_by(Author::ID).all(db)?[0].published(db)?),
            ["d", "c", "b"]
        );
        let limited = load.clone().limit(1);
        assert_eq!(titles(Author::query().with(limited).order_by(Author::ID).all(db)?[0].published(db)?), ["c"]);
        let ordered = load.order_by(Post::ID);
        assert_eq!(titles(Author::query().with(ordered).order_by(Author::ID).all(db)?[0].published(db)?), ["b", "c"]);
    }
    for load in [Author::LATEST.selectin(), Author::LATEST.subquery(), Author::LATEST.joined()] {
        let authors = Author::query().with(load).order_by(Author::ID).all(db)?;
        let found = authors.iter().map(|author| author.latest.loaded().unwrap().map(|post| post.title.as_str()));
        assert_eq!(found.collect::<Vec<_>>(), [Some("b"), None, None]);
    }
    Ok(())
}

fn both_are_loaded_beside_each_other(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let both = || Author::query().order_by(Author::ID).limit(2);
    let joined = both().with(Author::POSTS.joined()).with(Author::PUBLISHED.joined()).with(Author::LATEST.joined());
    for query in [joined, both().with(Author::POSTS).with(Author::PUBLISHED).with(Author::LATEST)] {
        let authors = query.all(db)?;
        let loaded = |author: &Author| {
            let (all, some) = (author.posts.loaded().unwrap(), author.published.loaded().unwrap());
            (titles(all).concat(), titles(some).concat(), author.latest.loaded().unwrap().map(|post| post.id))
        };
        assert_eq!(loaded(&authors[0]), ("abc".into(), "cb".into(), Some(2)));
        assert_eq!(loaded(&authors[1]), ("e".into(), String::new(), None));
    }
    Ok(())
}

fn rows_in_hand_and_nested_rows_get_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    let mut authors = fill(db)?;
    Author::PUBLISHED.then(Post::PRAISE).load(&mut authors, db)?;
    let published = authors[0].published.loaded().unwrap();
    assert_eq!(titles(published), ["c", "b"]);
    assert_eq!(published[1].praise.loaded().map(<[Comment]>::len), Some(2));
    let nested = Post::AUTHOR.joined().then(Author::PUBLISHED.joined().then(Post::PRAISE.joined()));
    let posts = Post::query().with(nested).filter(Post::TITLE.eq("a")).all(db)?;
    let author = posts[0].author.loaded().flatten().unwrap();
    assert_eq!(titles(author.published.loaded().unwrap()), ["c", "b"]);
    Ok(())
}

fn a_batch_gives_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let authors = Author::query().order_by(Author::ID).all(db)?;
    let statements = db.record();
    let found: Vec<_> = authors.iter().map(|author| Ok(author.praised(db)?.len())).collect::<ormcore::Result<_>>()?;
    assert_eq!(found, [1, 0, 0]);
    // The posts, and their praise.
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    Ok(())
}

fn conditions_are_about_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    let authors = fill(db)?;
    let found = |condition: Predicate<Author>| names(Author::query().filter(condition), db);
    assert_eq!(found(Author::PUBLISHED.exists())?, ["ann"]);
    assert_eq!(found(Author::PUBLISHED.none())?, ["bob", "cid"]);
    assert_eq!(found(Author::PUBLISHED.any(Post::TITLE.eq("a")))?, [""; 0]);
    assert_eq!(found(Author::PUBLISHED.any(Post::TITLE.eq("b")))?, ["ann"]);
    assert_eq!(found(Author::DRAFTS.exists())?, ["ann", "bob"]);
    assert_eq!(found(Author::LATEST.has(Post::TITLE.eq("c")))?, [""; 0]);
    assert_eq!(found(Author::LATEST.has(Post::TITLE.eq("b")))?, ["ann"]);
    assert_eq!(found(Author::PRAISED.any(Post::COMMENTS.any(Comment::TEXT.eq("good"))))?, ["ann"]);
    assert_eq!(found(Author::PUBLISHED.count().eq(2))?, ["ann"]);
    assert_eq!(found(Author::PUBLISHED.aggregate(Post::ID.sum()).eq(5))?, ["ann"]);
    assert_eq!(found(Author::PUBLISHED.count_of(Post::TITLE.eq("b")).eq(1))?, ["ann"]);
    assert_eq!(found(Author::PUBLISHED.count_of(Post::TITLE.eq("a")).eq(0))?, ["ann", "bob", "cid"]);
    let posts = authors[0].posts(db)?;
    assert_eq!(found(Author::PUBLISHED.contains(&posts[0]))?, [""; 0]);
    assert_eq!(found(Author::PUBLISHED.contains(&posts[1]))?, ["ann"]);
    assert_eq!(found(Author::LATEST.is(&posts[2]))?, [""; 0]);
    let by_count = Author::query().order_by((Author::DRAFTS.count().desc(), Author::ID.desc())).all(db)?;
    assert_eq!(by_count.iter().map(|author| author.id).collect::<Vec<_>>(), [2, 1, 3]);
    Ok(())
}

fn joins_along_it_are_to_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(Author::query().join(Author::PUBLISHED).count(db)?, 2);
    let left = Author::query().left_join(Author::PUBLISHED);
    assert_eq!(left.select((Author::NAME, Post::TITLE.nullable())).all(db)?.len(), 4);
    let post = ormcore::alias!(Post);
    let query = Author::query().join(Author::PUBLISHED.to(post)).join(Author::POSTS).filter(Post::TITLE.eq("a"));
    assert_eq!(query.count(db)?, 2);
    let loaded = Author::query().join(Author::PUBLISHED).with_from_join(Author::PUBLISHED).all(db)?;
    assert_eq!(titles(loaded[0].published.loaded().unwrap()), ["c", "b"]);
    let loaded = Author::query().join(Author::PUBLISHED.to(post)).with_from_join(Author::PUBLISHED.to(post)).all(db)?;
    assert_eq!(titles(loaded[0].published.loaded().unwrap()), ["c", "b"]);
    // What one has joined is not what the other leads to.
    for query in [
        Author::query().join(Author::POSTS).with_from_join(Author::PUBLISHED),
        Author::query().join(Author::PUBLISHED).with_from_join(Author::POSTS),
        Author::query().join(Author::PRAISED).with_from_join(Author::PUBLISHED),
    ] {
        let error = query.all(db).unwrap_err().to_string();
        assert!(error.contains("which another relationship leads to"), "{error}");
    }
    let joined = Author::query().join(Author::POSTS).filter(Post::TITLE.eq("a")).with(Author::PUBLISHED.joined());
    assert_eq!(titles(joined.all(db)?[0].published.loaded().unwrap()), ["c", "b"]);
    let changed = Author::query().filter(Author::PUBLISHED.exists()).update(Author::NAME.set("x"), db)?;
    assert_eq!(changed, 1);
    Ok(())
}

fn a_session_asks_for_those_that_meet_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let ann = session.find::<Author>(1)?;
    let [a, b, c] = [1, 2, 3].map(|id| session.find::<Post>(id).unwrap());
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [c, b]);
    assert_eq!(session.related(ann, Author::LATEST)?, Some(b));
    assert_eq!(session.related(ann, Author::DRAFTS)?, [a]);
    let statements = db.record();
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [c, b]);
    assert!(statements.is_empty(), "{:?}", statements.texts());
    // Whoever meets the condition by now is known when what changed is written.
    session[a].published = true;
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [c, b, a]);
    assert_eq!(session.related(ann, Author::DRAFTS)?, []);
    session[b].author_id = None;
    session.delete(c)?;
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [a]);
    let new = session.add(Post::new("new", true, false));
    session.append(ann, Author::POSTS, new)?;
    let draft = session.add(Post::new("draft", false, false).set(Post::AUTHOR_ID, ann));
    assert_eq!(session.related(ann, Author::POSTS)?, [a, new, draft]);
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [new, a]);
    session.remove(ann, Author::POSTS, new)?;
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [a]);
    session.rollback()?;
    assert_eq!(session.related(ann, Author::PUBLISHED)?, [c, b]);
    assert_eq!(session.related(ann, Author::POSTS)?, [a, b, c]);
    Ok(())
}

fn a_session_takes_in_what_is_loaded_with_a_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let statements = db.record();
    let loads = Author::query().with(Author::PUBLISHED.joined()).with(Author::LATEST).with(Author::POSTS);
    let authors = session.all(loads.order_by(Author::ID))?;
    let count = statements.len();
    let posts = session.related(authors[0], Author::POSTS)?;
    assert_eq!(session.related(authors[0], Author::PUBLISHED)?, [posts[2], posts[1]]);
    assert_eq!(session.related(authors[0], Author::LATEST)?, Some(posts[1]));
    assert_eq!(session.related(authors[2], Author::PUBLISHED)?, []);
    assert!(!session[authors[0]].published.is_loaded());
    assert_eq!(statements.len(), count, "{:?}", statements.texts());
    // A load that was narrowed is not the whole.
    session.expire_all();
    let narrowed = Author::PUBLISHED.selectin().filter(Post::TITLE.eq("b"));
    session.all(Author::query().with(narrowed))?;
    assert_eq!(session.related(authors[0], Author::PUBLISHED)?, [posts[2], posts[1]]);
    Ok(())
}

fn a_session_deletes_along_the_whole_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let ann = session.find::<Author>(1)?;
    session.related(ann, Author::PUBLISHED)?;
    session.delete(ann)?;
    let statements = db.record();
    session.commit()?;
    // The posts are read once, let go in one statement, and their author is deleted.
    let reads = statements.texts().iter().filter(|text| text.starts_with("SELECT")).count();
    assert!(reads <= 1, "{:?}", statements.texts());
    assert_eq!(Post::query().unscoped().filter(Post::AUTHOR_ID.is_null()).count(db)?, 4);
    Ok(())
}

on_every_backend!(
    an_access_gives_those_that_meet_it,
    every_strategy_gives_those_that_meet_it,
    both_are_loaded_beside_each_other,
    rows_in_hand_and_nested_rows_get_those_that_meet_it,
    a_batch_gives_those_that_meet_it,
    conditions_are_about_those_that_meet_it,
    joins_along_it_are_to_those_that_meet_it,
    a_session_asks_for_those_that_meet_it,
    a_session_takes_in_what_is_loaded_with_a_query,
    a_session_deletes_along_the_whole_alone,
);
