//! Trees and graphs: all rows that a relationship of a model to itself leads to.

use crate::model::{Model, each_once};
use crate::query::{Body, Query, Scope};
use crate::relation::query::join_along;
use crate::relation::{Kind, Relation};
use crate::schema::Table;
use crate::schema::statements::table_name;
use crate::sql::{Alias, BinaryOperator, CommonTable, Expr, From, JoinKind, Select, SetOperator, TableName};
use crate::value::{Parameter, SqlType, Value};

/// What a statement calls the rows found so far; no table is called so.
const FOUND: &str = "#found";

/// What it calls the rows of the table that are counted.
const COUNTED: &str = "#counted";

/// The column that says how far a row is from where it began.
const LEVEL: &str = "#level";

/// More levels than these are worth counting rows of the table for, of which none is further away than there are rows.
const FEW_LEVELS: u32 = 100;

impl<M: Model, S> Query<M, S> {
    /// The rows of this query and all that the relationship leads to from them, level by level (`WITH RECURSIVE`): the
    /// branches of a tree by its `HasMany`, the way to its root by its `BelongsTo`. Each row comes once; circles end.
    ///
    /// What was said before chooses where it begins; what is said after, such as `filter` and `order_by`, is about all
    /// rows.
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
        let columns = |of: Alias| M::COLUMNS.iter().map(move |column| of.column(column.name));
        let mut step = Body::new(From::Table(TableName { schema: None, name: FOUND }, 0));
        join_along::<M, K>(&relation.link, found, own, &mut step, JoinKind::Inner);
        step.select.columns = columns(own).collect();
        if self.takes_joined() {
            self.body().add_misuse(|| {
                "what is found along a relationship is not joined to what the query was before: join, and load \
                 `with_from_join`, behind `recursive`"
                    .into()
            });
        }
        let body = self.body();
        step.unscoped = body.unscoped;
        step.apply_scopes();
        body.apply_place();
        body.apply_scopes();
        if body.select.lock.take().is_some() {
            body.add_misuse(|| {
                "rows that are found along a relationship cannot be locked: lock them by their keys".into()
            });
        }
        if let Some(problem) = step.problem {
            body.add_problem(problem);
        }
        body.joined.clear();
        body.scoped = 1;
        let mut first = std::mem::replace(&mut body.select, Select::new(From::nothing()));
        first.columns = columns(first.from.first()).collect();
        first = each_once(first, M::TABLE);
        if let Some(levels) = levels {
            count_levels(M::TABLE, levels, &mut first, &mut step.select);
        }
        let select = first.combined(SetOperator::Union, step.select);
        let from = match levels {
            None => From::Named(TableName { schema: None, name: FOUND }, own),
            Some(_) => {
                // One row may be found on several levels.
                let mut once = Select::new(From::Table(TableName { schema: None, name: FOUND }, 0));
                once.distinct = true;
                once.columns = columns(found).collect();
                From::Select(Box::new(once), own)
            }
        };
        body.select = Select::new(from);
        body.select.with.push(CommonTable { name: FOUND, recursive: true, select });
        self.in_scope()
    }
}

/// Counts the levels of what is found, and takes at most so many steps.
///
/// A row that is found on another level is another row: circles end by the levels alone.
fn count_levels(table: &'static Table, levels: u32, first: &mut Select, step: &mut Select) {
    let (own, found) = (Alias::from(table.name), Alias::from(FOUND));
    let level = || found.column(LEVEL);
    let none = Expr::Typed(Box::new(Expr::Sql("0")), SqlType::BigInt);
    first.columns.push(Expr::Named(Box::new(none), LEVEL));
    step.columns.push(level().binary(BinaryOperator::Add, Expr::Sql("1")));
    let most = if levels > FEW_LEVELS {
        let mut rows = Select::new(From::Table(table_name(table), 0));
        rows.columns = vec![Expr::Sql("1")];
        rows.limit = Some(u64::from(levels));
        let mut count = Select::new(From::Select(Box::new(rows), Alias::from(COUNTED)));
        count.columns = vec![Expr::Sql("count(*)")];
        Expr::Scalar(Box::new(count))
    } else {
        Expr::Value(Parameter { value: Value::Int(i64::from(levels)), secret: false })
    };
    step.add_filter(level().binary(BinaryOperator::Less, most));
    let same = table.primary_key().map(|index| table.columns[index].name);
    let same: Vec<Expr> = same.map(|name| own.column(name).equals(found.column(name))).collect();
    if !same.is_empty() {
        step.add_filter(Expr::Not(Box::new(Expr::all(same))));
    }
}
