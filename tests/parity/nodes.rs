//! Rows that are linked to rows of their own table.

use ormcore::prelude::*;
use serde_json::json;

use crate::golden::{EAGER, FOUR, Scenarios, Strategy, load, pairs};
use crate::models::Node;
use crate::shapes::{grown, list, node_names};

fn roots() -> Query<Node> {
    Node::query().filter(Node::PARENT_ID.is_null()).order_by(Node::ID)
}

pub(crate) fn scenarios(all: &mut Scenarios) {
    children(all);
    parents(all);
}

fn children(all: &mut Scenarios) {
    all.each("self-referential children to depth 2", pairs(&FOUR, &FOUR), |[one, two], db| {
        grown(&roots().with(load!(one, Node::CHILDREN).then(load!(two, Node::CHILDREN))).all(db)?, db)
    });
    let name = "self-referential children to depth 2 of the first parent";
    all.each(name, pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Node::CHILDREN).then(load!(two, Node::CHILDREN));
        grown(&[roots().with(path).first(db)?.unwrap()], db)
    });
    let alike = EAGER.map(|[strategy]| [strategy; 3]);
    all.each("self-referential children to depth 3", alike, |[one, two, three], db| {
        let inner = load!(two, Node::CHILDREN).then(load!(three, Node::CHILDREN));
        let nodes = roots().with(load!(one, Node::CHILDREN).then(inner)).all(db)?;
        list(&nodes, |node| Ok(json!([node.name, grown(node.children(db)?, db)?])))
    });
    all.each("self-referential children to a stated depth", [[Strategy::Selectin]], |[one], db| {
        let nodes = roots().with(load!(one, Node::CHILDREN).depth(3)).all(db)?;
        list(&nodes, |node| Ok(json!([node.name, grown(node.children(db)?, db)?])))
    });
    all.each("self-referential children of all", FOUR, |[one], db| {
        let nodes = Node::query().order_by(Node::ID).with(load!(one, Node::CHILDREN)).all(db)?;
        list(&nodes, |node| Ok(json!([node.name, node_names(node.children(db)?)])))
    });
}

fn parents(all: &mut Scenarios) {
    let mut variants = pairs(&EAGER, &EAGER);
    variants.push([Strategy::Select, Strategy::Select]);
    all.each("self-referential parents to depth 2", variants, |[one, two], db| {
        let path = load!(one, Node::PARENT).then(load!(two, Node::PARENT));
        let deep = Node::query().filter(Node::NAME.eq("deep")).with(path).one(db)?;
        let parent = deep.parent(db)?.unwrap();
        Ok(json!([deep.name, parent.name, parent.parent(db)?.map(|node| &node.name)]))
    });
    all.each("self-referential parent of a root", FOUR, |[one], db| {
        list(&roots().with(load!(one, Node::PARENT)).all(db)?, |node| {
            Ok(json!([node.name, node.parent(db)?.map(|parent| &parent.name)]))
        })
    });
}
