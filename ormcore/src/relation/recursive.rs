//! Trees and graphs: all rows that a relationship of a model to itself leads to.

use crate::model::Model;
use crate::query::{Body, FOUND, Query, Scope};
use crate::relation::query::join_along;
use crate::relation::{Kind, Relation};
use crate::sql::{Alias, From, JoinKind, TableName};

impl<M: Model, S> Query<M, S> {
    /// The rows of this query and all that the relationship leads to from them, level by level (`WITH RECURSIVE`): the
    /// branches of a tree by its `HasMany`, the way to its root by its `BelongsTo`. Each row comes once; circles end.
    ///
    /// What was said before chooses where it begins; what is said after, such as `filter` and `order_by`, is about all
    /// rows; `unscoped()`, and `without_scope` of the model's own, are about the way to them too, wherever they are said.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Node {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     name: String,
    ///     #[column(foreign_key = Node::ID)]
    ///     parent_id: Option<i64>,
    ///     #[relationship(back_populates = "children")]
    ///     parent: BelongsTo<Node>,
    ///     #[relationship(back_populates = "parent")]
    ///     children: HasMany<Node>,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Node,)>()?;
    /// let root = Node::new("root").insert(&db)?;
    /// let branch = Node::new("branch").set(Node::PARENT_ID, &root).insert(&db)?;
    /// let leaf = Node::new("leaf").set(Node::PARENT_ID, &branch).insert(&db)?;
    ///
    /// let tree = Node::query().filter(Node::ID.eq(root.id)).recursive(Node::CHILDREN).order_by(Node::ID).all(&db)?;
    /// assert_eq!(tree.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["root", "branch", "leaf"]);
    /// let above = Node::query().filter(Node::ID.eq(leaf.id)).recursive(Node::PARENT);
    /// assert_eq!(above.filter(Node::PARENT_ID.is_null()).one(&db)?.name, "root");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn recursive<K: Kind<Target = M>>(self, relation: Relation<M, K>) -> Query<M, Scope<M, ()>> {
        self.found_along(relation, None)
    }

    /// As [`Query::recursive`], at most so many levels away from where it begins.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Node { #[column(primary_key)] id: i64, #[column(foreign_key = Node::ID)] parent_id: Option<i64>, #[relationship] children: HasMany<Node> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Node,)>()?;
    /// # let mut last = Node::new().insert(&db)?;
    /// # for _ in 0..5 { last = Node::new().set(Node::PARENT_ID, &last).insert(&db)?; }
    /// let near = Node::query().filter(Node::PARENT_ID.is_null()).recursive_to(Node::CHILDREN, 2);
    /// assert_eq!(near.count(&db)?, 3);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn recursive_to<K: Kind<Target = M>>(self, relation: Relation<M, K>, levels: u32) -> Query<M, Scope<M, ()>> {
        self.found_along(relation, Some(levels))
    }

    fn found_along<K: Kind<Target = M>>(
        mut self,
        relation: Relation<M, K>,
        levels: Option<u32>,
    ) -> Query<M, Scope<M, ()>> {
        let own = Alias::from(M::NAME);
        let found = Alias::from(FOUND);
        let mut step = Body::new(From::Table(TableName { schema: None, name: FOUND }, 0));
        join_along::<M, K>(&relation.link, found, own, &mut step, JoinKind::Inner);
        step.select.columns = M::COLUMNS.iter().map(|column| own.column(column.name)).collect();
        if self.takes_joined() {
            self.body().add_misuse(|| {
                "what is found along a relationship is not joined to what the query was before: join, and load \
                 `with_from_join`, behind `recursive`"
                    .into()
            });
        }
        let body = self.body();
        body.apply_place();
        if body.select.lock.take().is_some() {
            body.add_misuse(|| {
                "rows that are found along a relationship cannot be locked: lock them by their keys".into()
            });
        }
        body.recurse(step, M::TABLE, levels);
        self.in_scope()
    }
}
