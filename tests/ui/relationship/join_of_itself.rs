use ormcore::prelude::*;

#[derive(Model)]
struct Node {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
    #[relationship(backref = "siblings")]
    parent: BelongsTo<Node>,
}

fn main() {
    let _ = Node::query().join(Node::PARENT).filter(Node::NAME.eq("root"));
    let _ = Node::query().left_join(Node::SIBLINGS);
}
