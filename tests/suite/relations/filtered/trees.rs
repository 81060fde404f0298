//! Conditions of relationships that lead back to their own model.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_node")]
struct Node {
    #[column(primary_key)]
    id: i64,
    open: bool,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "parent")]
    children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "children")]
    parent: BelongsTo<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, filter = Node::OPEN.eq(true))]
    open_children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, filter = Node::LEAVES.none())]
    leaves: HasMany<Node>,
}

/// 1 has 2 (open) and 3; 2 has 4 (open); 3 has 5 (open).
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Node,)>()?;
    for (open, parent) in [(true, None), (true, Some(1)), (false, Some(1)), (true, Some(2)), (true, Some(3))] {
        Node::new(open).with(|node| node.parent_id = parent).insert(db)?;
    }
    Ok(())
}

fn ids(nodes: &[Node]) -> Vec<i64> {
    nodes.iter().map(|node| node.id).collect()
}

fn each_level_heeds_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let top = || Node::query().filter(Node::ID.eq(1));
    assert_eq!(ids(top().one(db)?.open_children(db)?), [2]);
    for load in [Node::OPEN_CHILDREN.selectin(), Node::OPEN_CHILDREN.subquery(), Node::OPEN_CHILDREN.joined()] {
        let node = top().with(load.depth(2)).one(db)?;
        let children = node.open_children.loaded().unwrap();
        assert_eq!(ids(children), [2]);
        assert_eq!(ids(children[0].open_children.loaded().unwrap()), [4]);
    }
    assert_eq!(ids(&top().recursive(Node::OPEN_CHILDREN).order_by(Node::ID).all(db)?), [1, 2, 4]);
    assert_eq!(ids(&top().recursive_to(Node::OPEN_CHILDREN, 1).order_by(Node::ID).all(db)?), [1, 2]);
    assert_eq!(ids(&top().recursive(Node::CHILDREN).order_by(Node::ID).all(db)?), [1, 2, 3, 4, 5]);
    Ok(())
}

fn conditions_and_joins_tell_the_two_apart(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let found = |condition: Predicate<Node>| -> ormcore::Result<Vec<i64>> {
        Ok(ids(&Node::query().filter(condition).order_by(Node::ID).all(db)?))
    };
    assert_eq!(found(Node::OPEN_CHILDREN.exists())?, [1, 2, 3]);
    assert_eq!(found(Node::OPEN_CHILDREN.count().eq(1))?, [1, 2, 3]);
    assert_eq!(found(Node::OPEN_CHILDREN.any(Node::OPEN_CHILDREN.exists()))?, [1]);
    assert_eq!(found(Node::OPEN_CHILDREN.any(Node::ID.eq(3)))?, [0; 0]);
    let child = ormcore::alias!(Node);
    let joined = Node::query().join(Node::OPEN_CHILDREN.to(child)).order_by((Node::ID, child.col(Node::ID)));
    assert_eq!(joined.select((Node::ID, child.col(Node::ID))).all(db)?, [(1, 2), (2, 4), (3, 5)]);
    let grandchild = ormcore::alias!(Node);
    let further = Node::query().join(Node::CHILDREN.to(child)).join(child.along(Node::OPEN_CHILDREN).to(grandchild));
    assert_eq!(further.count(db)?, 2);
    Ok(())
}

fn a_condition_about_itself_is_an_error(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let node = Node::find(1, db)?;
    for outcome in [
        node.leaves(db).map(drop),
        Node::query().with(Node::LEAVES).all(db).map(drop),
        Node::query().filter(Node::LEAVES.exists()).all(db).map(drop),
        Node::query().recursive(Node::LEAVES).all(db).map(drop),
    ] {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("one that asks about `Node::leaves` itself"), "{error}");
    }
    Ok(())
}

on_every_backend!(a_condition_about_itself_is_an_error, each_level_heeds_it, conditions_and_joins_tell_the_two_apart);
