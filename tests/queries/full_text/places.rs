//! Where a search can stand: wherever a condition or an expression can.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{all_of, any_of, case, count};
use ormcore_tests::on_every_backend;

use super::{Article, Author, fill, ids};

/// Rows that are deleted are hidden, and may be searched by their default.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(full_text(text), scope = Page::shown)]
struct Page {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(foreign_key = Page::ID)]
    parent_id: Option<i64>,
    #[relationship(back_populates = "children")]
    parent: BelongsTo<Page>,
    #[relationship(back_populates = "parent")]
    children: HasMany<Page>,
}

impl Page {
    fn shown() -> Predicate<Page> {
        !Page::search("secret").matches()
    }
}

fn beside_other_conditions(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let rust = Article::search("rust");
    let query = |condition: Predicate<Article>| {
        Article::query().filter(condition).select(Article::ID).order_by(Article::ID).all(db)
    };
    assert_eq!(query(!rust.matches())?, [3, 4]);
    assert_eq!(query(rust.matches() & Article::ID.gt(1))?, [2]);
    assert_eq!(query(rust.matches() | Article::BODY.is_null())?, [1, 2, 3]);
    assert_eq!(query(!(rust.matches() | Article::search("java").matches()))?, [3]);
    let shown = case().when(rust.matches(), 1).otherwise(0);
    assert_eq!(Article::query().select(shown).order_by(Article::ID).all(db)?, [1, 1, 0, 0]);
    let by_match = Article::query().group_by(rust.matches()).select((rust.matches(), count()));
    let mut groups = by_match.all(db)?;
    groups.sort_unstable();
    assert_eq!(groups, [(false, 2), (true, 2)]);
    Ok(())
}

fn in_joins_and_through_relationships(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = Article::query().join(Article::AUTHOR);
    let both = all_of((Article::search("rust").matches(), Author::search("lee").matches()));
    assert_eq!(joined.clone().filter(both).one(db)?.id, 1);
    let either = any_of((Article::search("cafe").matches(), Author::search("hill").matches()));
    assert_eq!(joined.clone().filter(either).select(Article::ID).order_by(Article::ID).all(db)?, [2, 3]);
    let ranked = joined.filter(Author::search("lee").matches()).order_by(Article::search("rust").rank().desc());
    assert_eq!(ranked.select(Article::ID).all(db)?, [1, 3]);
    let authors = Author::query().filter(Author::ARTICLES.any(Article::search("gardening").matches()));
    assert_eq!(authors.one(db)?.name, "Bob Hill");
    let left = Author::query().left_join(Author::ARTICLES).filter(Article::search("culture").matches());
    assert_eq!(left.one(db)?.name, "Ann Lee");
    let loaded = Author::query()
        .filter(Author::search("ann").matches())
        .with(Author::ARTICLES.selectin().filter(Article::search("rust").matches()))
        .one(db)?;
    assert_eq!(loaded.articles.loaded().map(|articles| articles.len()), Some(1));
    let joined = Author::query().filter(Author::search("ann").matches()).with(Author::ARTICLES.joined()).limit(1);
    assert_eq!(joined.one(db)?.articles.loaded().map(|articles| articles.len()), Some(2));
    Ok(())
}

fn of_an_alias(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page,)>()?;
    let root = Page::new("the root").insert(db)?;
    for text in ["a leaf", "a secret leaf", "another leaf of the root"] {
        Page::new(text).with(|row| row.parent_id = Some(root.id)).insert(db)?;
    }
    let parent = alias!(Page);
    let search = parent.search("root");
    let query = Page::query().join(Page::PARENT.to(parent)).filter(search.matches());
    let found = query.clone().select((Page::ID, search.snippet(parent.col(Page::TEXT)))).order_by(search.rank());
    let mut found = found.all(db)?;
    found.sort();
    assert_eq!(found, [(2, "the <mark>root</mark>".to_string()), (4, "the <mark>root</mark>".to_string())]);
    let both = all_of((search.matches(), Page::search("another").matches()));
    assert_eq!(query.filter(both).one(db)?.id, 4);
    Ok(())
}

fn in_a_default_scope_and_in_trees(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page,)>()?;
    let root = Page::new("root").insert(db)?;
    for text in ["leaf", "secret leaf"] {
        Page::new(text).with(|row| row.parent_id = Some(root.id)).insert(db)?;
    }
    assert_eq!(Page::query().count(db)?, 2);
    assert_eq!(Page::query().unscoped().count(db)?, 3);
    assert_eq!(root.children(db)?.len(), 1);
    assert!(Page::get(3, db)?.is_none());
    let tree = Page::query().filter(Page::search("root").matches()).recursive(Page::CHILDREN);
    let search = Page::search("leaf");
    let leaves = tree.filter(search.matches()).order_by(search.rank().desc());
    assert_eq!(leaves.select((Page::ID, search.snippet(Page::TEXT))).all(db)?, [(2, "<mark>leaf</mark>".to_string())]);
    Ok(())
}

fn in_updates_and_deletes(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let rust = Article::search("rust");
    assert_eq!(Article::query().filter(rust.matches()).update(Article::VIEWS.set(7), db)?, 2);
    let moved = Article::TITLE.set("Rain");
    let changed =
        Article::query().filter(Article::search("tools").matches()).returning(Article::ID).update(moved, db)?;
    assert_eq!(changed, [2]);
    assert_eq!(ids(Article::search("gardening"), db)?, [0; 0]);
    assert_eq!(Article::query().filter(rust.matches() & Article::ID.gt(1)).delete(db)?, 1);
    assert_eq!(ids(rust, db)?, [1]);
    Ok(())
}

fn in_what_ends_a_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let rust = Article::search("rust");
    let query = Article::query().filter(rust.matches());
    assert_eq!(query.clone().count(db)?, 2);
    assert!(query.clone().exists(db)?);
    let page = query.clone().order_by(rust.rank().desc()).paginate(2, 1, db)?;
    assert_eq!((page.total, page.items[0].id), (2, 2));
    let first = query.clone().order_by(Article::TITLE).page_after(None, 1, db)?;
    let second = query.clone().order_by(Article::TITLE).page_after(first.next.as_ref(), 1, db)?;
    assert_eq!((first.items[0].id, second.items[0].id), (2, 1));
    let mut seen = Vec::new();
    query.clone().order_by(Article::ID).each(db, |article| {
        seen.push(article.id);
        Ok(())
    })?;
    assert_eq!(seen, [1, 2]);
    assert_eq!(query.clone().distinct().order_by(Article::ID).all(db)?.len(), 2);
    let by_author = query.clone().order_by((Article::AUTHOR_ID, rust.rank().desc())).distinct_on(Article::AUTHOR_ID);
    assert_eq!(by_author.all(db)?.len(), 2);
    let one = Article::query().filter(Article::ID.is_in(query.select(Article::ID)));
    assert_eq!(one.count(db)?, 2);
    let mut session = db.session()?;
    let handles = session.all(Article::query().filter(rust.matches()))?;
    assert_eq!(handles.len(), 2);
    Ok(())
}

fn over_rows_of_sql(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let some = Article::from_sql(sql!("SELECT id, title, body, views, author_id FROM article WHERE id > {}", 1));
    let search = Article::search("rust");
    let found = some.filter(search.matches()).order_by(search.rank().desc()).all(db)?;
    assert_eq!(found.iter().map(|article| article.id).collect::<Vec<_>>(), [2]);
    let rows = db.query_as::<Article>("SELECT * FROM article WHERE id = 1", ())?;
    assert_eq!(rows[0].title, "Rust for databases");
    Ok(())
}

fn a_column_that_is_not_searched_has_no_snippet(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "half", full_text(title))]
    struct Half {
        #[column(primary_key)]
        id: i64,
        title: String,
        body: String,
    }
    db.create_tables::<(Half,)>()?;
    let error = Half::query().select(Half::search("x").snippet(Half::BODY)).all(db).unwrap_err().to_string();
    assert!(error.contains("`body` is no column of the full-text index, which has title"), "{error}");
    Ok(())
}

on_every_backend!(
    beside_other_conditions,
    in_joins_and_through_relationships,
    of_an_alias,
    in_a_default_scope_and_in_trees,
    in_updates_and_deletes,
    in_what_ends_a_query,
    over_rows_of_sql,
    a_column_that_is_not_searched_has_no_snippet,
);
