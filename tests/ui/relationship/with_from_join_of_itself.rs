// Rows from a join that calls them by another name, and from none.
use ormcore::prelude::*;

#[derive(Model)]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
    #[relationship]
    children: HasMany<Node>,
}

fn main() {
    let child = ormcore::alias!(Node);
    let _ = Node::query().join(Node::CHILDREN.to(child)).with_from_join(Node::CHILDREN);
    let _ = Node::query().with_from_join(Node::CHILDREN);
    let _ = Node::query().with_from_join(Node::CHILDREN.to(child));
}
