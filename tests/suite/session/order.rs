//! The order in which rows are inserted.

use std::collections::BTreeSet;

use ormcore::prelude::*;

use super::models::{Author, Book, Genre, Node, count, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_must")]
struct Must {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Must::ID)]
    other_id: i64,
    #[relationship(foreign_key = Must::OTHER_ID)]
    other: BelongsTo<Must>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_plan")]
struct Plan {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(server_default = "'new'")]
    state: String,
}

fn tables_are_filled_parents_first_in_whatever_order_rows_are_added(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    for round in 0..3 {
        // The stores of children are made before those of their parents.
        let genre = session.add(Genre::new(format!("{round}")));
        let explicit = 1000 + round;
        let book = session.add(Book::new("first", explicit));
        let author = session.add(Author::new(format!("{round}")).with_key(explicit));
        session.append(book, Book::GENRES, genre)?;
        session.commit()?;
        assert_eq!(session[book].author_id, session[author].id);
    }
    assert_eq!(Book::query().count(db)?, 3);
    Ok(())
}

fn a_tree_can_be_added_children_first(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let nodes: Vec<_> = (0..40).map(|n| session.add(Node::new(format!("{n}")))).collect();
    for (at, node) in nodes.iter().enumerate().take(39) {
        session.append(nodes[at + 1 + (at * 3) % (39 - at)], Node::CHILDREN, *node)?;
    }
    session.commit()?;
    let stored = Node::query().all(db)?;
    assert_eq!(stored.len(), 40);
    for node in nodes {
        let parent = session.related(node, Node::PARENT)?.map(|parent| session[parent].id);
        assert_eq!(stored.iter().find(|row| row.id == session[node].id).unwrap().parent_id, parent);
    }
    Ok(())
}

fn a_row_that_waits_for_itself_is_inserted_without_its_former_parent(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let parent = session.add(Node::new("parent"));
    session.flush()?;
    let node = session.add(Node::new("node").set(Node::PARENT_ID, parent));
    session.set(node, Node::PARENT, Some(node))?;
    session.delete(parent)?;
    session.commit()?;
    let stored = Node::query().one(db)?;
    assert_eq!((stored.name.as_str(), stored.parent_id), ("node", Some(stored.id)));
    Ok(())
}

fn rows_that_point_to_each_other_are_inserted_and_then_joined(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let nodes: Vec<_> = (0..200).map(|n| session.add(Node::new(format!("{n}")))).collect();
    for pair in nodes.chunks(2) {
        session.set(pair[0], Node::PARENT, Some(pair[1]))?;
        session.set(pair[1], Node::PARENT, Some(pair[0]))?;
    }
    let statements = db.record();
    session.commit()?;
    assert!(count(&statements, "INSERT") + count(&statements, "UPDATE") <= 3, "{statements:?}");
    for pair in nodes.chunks(2) {
        assert_eq!(session[pair[0]].parent_id, Some(session[pair[1]].id));
        assert_eq!(Node::find(session[pair[1]].id, db)?.parent_id, Some(session[pair[0]].id));
    }
    Ok(())
}

fn a_circle_of_keys_that_may_not_be_null_is_an_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Must,)>()?;
    let mut session = db.session()?;
    let first = session.add(Must::new(1).with_key(1));
    session.commit()?;
    let second = session.add(Must::new(first));
    let third = session.add(Must::new(second));
    session.commit()?;
    assert_eq!(session[third].other_id, session[second].id);
    let draft = Must::new(first);
    let one = session.add(draft);
    let two = session.add(Must::new(one));
    let draft = Must::new(two);
    let three = session.add(draft);
    session.set(one, Must::OTHER, Some(three))?;
    let error = session.flush().unwrap_err();
    assert!(error.to_string().contains("in a circle"), "{error}");
    session.rollback()?;
    assert_eq!(Must::query().count(db)?, 3);
    Ok(())
}

fn a_row_may_point_by_value_to_one_that_was_added_before_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.add(Node::new("alone"));
    session.add(Node::new("parent").with_key(500));
    let child = session.add(Node::new("child").set(Node::PARENT_ID, 500));
    session.commit()?;
    assert_eq!(session[child].parent_id, Some(500));
    assert_eq!(Node::query().count(db)?, 3);
    Ok(())
}

fn a_row_may_point_by_value_to_one_before_it_that_waits(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let root = session.add(Node::new("root"));
    let parent = session.add(Node::new("parent").with_key(500).set(Node::PARENT_ID, root));
    let child = session.add(Node::new("child").with_key(501).set(Node::PARENT_ID, 500));
    let grandchild = session.add(Node::new("grandchild").set(Node::PARENT_ID, 501));
    session.commit()?;
    assert_eq!(session[parent].parent_id, Some(session[root].id));
    assert_eq!((session[child].parent_id, session[grandchild].parent_id), (Some(500), Some(501)));
    assert_eq!(Node::query().count(db)?, 4);
    Ok(())
}

/// The first waits for the second, and the second points by value to the first.
fn a_row_may_point_by_value_to_one_that_waits_for_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    db.create_tables::<(Must,)>()?;
    let first = session.add(Node::new("first").with_key(500));
    let second = session.add(Node::new("second").set(Node::PARENT_ID, 500));
    session.set(first, Node::PARENT, Some(second))?;
    session.commit()?;
    assert_eq!(session[second].parent_id, Some(500));
    assert_eq!(Node::find(500, db)?.parent_id, Some(session[second].id));
    let draft = Must::new(1).with_key(500);
    let first = session.add(draft);
    let second = session.add(Must::new(500));
    session.set(first, Must::OTHER, Some(second))?;
    let error = session.flush().unwrap_err();
    assert!(error.to_string().contains("in a circle"), "{error}");
    Ok(())
}

fn rows_of_two_shapes_are_two_statements_where_their_order_is_no_matter(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Plan,)>()?;
    let mut session = db.session()?;
    for name in ["a", "b", "c", "d"] {
        session.add(Plan::new(name));
        session.add(Plan::new(name).set(Plan::STATE, "done"));
    }
    let statements = db.record();
    session.commit()?;
    let inserts: BTreeSet<String> = statements.texts().into_iter().filter(|text| text.starts_with("INSERT")).collect();
    assert_eq!(inserts.len(), 2, "{inserts:?}");
    assert_eq!(Plan::query().filter(Plan::STATE.eq("new")).count(db)?, 4);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_place")]
struct Place {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Place::CODE)]
    within: Option<String>,
    #[column(server_default = "'new'")]
    state: String,
}

fn rows_of_a_table_that_points_to_itself_are_split_where_they_do(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Place,)>()?;
    let mut session = db.session()?;
    let texts = |session: &mut Session| -> ormcore::Result<Vec<String>> {
        let statements = db.record();
        session.flush()?;
        let mut texts: Vec<String> = statements.texts().into_iter().filter(|text| text.starts_with("INSERT")).collect();
        texts.dedup();
        Ok(texts)
    };
    for code in ["a", "b", "c"] {
        session.add(Place::new(code));
        session.add(Place::new(format!("{code}{code}")).set(Place::STATE, "old"));
    }
    assert_eq!(texts(&mut session)?.len(), 2, "none points to another");
    for code in ["d", "e", "f"] {
        session.add(Place::new(code).set(Place::WITHIN, "a"));
        session.add(Place::new(format!("{code}{code}")).set(Place::STATE, "old").set(Place::WITHIN, code));
    }
    assert_eq!(texts(&mut session)?.len(), 2, "those that are pointed to come first");
    let new = session.add(Place::new("g"));
    session.add(Place::new("gg").set(Place::STATE, "old").set(Place::WITHIN, "g"));
    session.add(Place::new("ggg").set(Place::WITHIN, "gg"));
    session.add(Place::new("h").set(Place::STATE, "old"));
    assert_eq!(texts(&mut session)?.len(), 4, "the third points to the second");
    session.commit()?;
    assert_eq!((Place::query().count(db)?, session.key(new)?), (16, Some(13)));
    Ok(())
}

/// A key that is given counts for those that the database makes after it, as in `insert_all`.
fn keys_that_are_given_count_for_those_that_are_made_after_them(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let genres = [
        session.add(Genre::new("a")),
        session.add(Genre::new("b").with_key(2)),
        session.add(Genre::new("c")),
        session.add(Genre::new("d").with_key(9)),
        session.add(Genre::new("e")),
    ];
    session.commit()?;
    assert_eq!(genres.map(|genre| session[genre].id), [1, 2, 3, 9, 10]);
    Ok(())
}

ormcore_tests::on_every_backend!(
    rows_of_a_table_that_points_to_itself_are_split_where_they_do,
    keys_that_are_given_count_for_those_that_are_made_after_them,
    a_row_may_point_by_value_to_one_that_was_added_before_it,
    a_row_may_point_by_value_to_one_before_it_that_waits,
    a_row_may_point_by_value_to_one_that_waits_for_it,
    rows_of_two_shapes_are_two_statements_where_their_order_is_no_matter,
    tables_are_filled_parents_first_in_whatever_order_rows_are_added,
    a_tree_can_be_added_children_first,
    a_row_that_waits_for_itself_is_inserted_without_its_former_parent,
    rows_that_point_to_each_other_are_inserted_and_then_joined,
    a_circle_of_keys_that_may_not_be_null_is_an_error,
);
