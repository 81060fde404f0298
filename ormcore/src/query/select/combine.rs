//! Rows of two queries as those of one.

use crate::query::Body;
use crate::query::select::Select;
use crate::sql::{Expr, SetOperator};

impl<S, R> Select<S, R> {
    /// The rows of both, each once (`UNION`). What follows, such as `order_by` and `limit`, is about all of them; it is
    /// ordered by what the first query selects.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Customer { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Supplier { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Customer, Supplier)>()?;
    /// # Customer::insert_all(["bob", "ann"].map(Customer::new), &db)?;
    /// # Supplier::insert_all(["cy", "ann"].map(Supplier::new), &db)?;
    /// let names = Customer::query().select(Customer::NAME).union(Supplier::query().select(Supplier::NAME));
    /// assert_eq!(names.order_by(Customer::NAME.desc()).all(&db)?, ["cy", "bob", "ann"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn union<N>(self, other: Select<N, R>) -> Select<S, R> {
        self.combined(SetOperator::Union, other)
    }

    /// The rows of the one and of the other, equal ones too (`UNION ALL`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
    /// let names = User::query().select(User::NAME);
    /// assert_eq!(names.clone().union_all(names).all(&db)?.len(), 4);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn union_all<N>(self, other: Select<N, R>) -> Select<S, R> {
        self.combined(SetOperator::UnionAll, other)
    }

    /// The rows that both give, each once (`INTERSECT`).
    pub fn intersect<N>(self, other: Select<N, R>) -> Select<S, R> {
        self.combined(SetOperator::Intersect, other)
    }

    /// The rows that the other does not give, each once (`EXCEPT`).
    pub fn except<N>(self, other: Select<N, R>) -> Select<S, R> {
        self.combined(SetOperator::Except, other)
    }

    fn combined<N>(mut self, operator: SetOperator, mut other: Select<N, R>) -> Self {
        finish(&mut self.body);
        finish(&mut other.body);
        if let Some(problem) = other.body.problem.take() {
            self.body.add_problem(problem);
        }
        if let Some(misuse) = other.body.misuse.take() {
            self.body.add_misuse(|| misuse);
        }
        self.body.outer = self.body.outer.or(other.body.outer);
        self.body.mapped |= other.body.mapped;
        self.body.select = self.body.select.combined(operator, other.body.select);
        self
    }
}

/// Notes what is wrong with a part, which is not asked later.
fn finish(body: &mut Body) {
    super::grouping::check(body);
    by_position(body);
}

/// Lets the order of combined rows name their columns by position.
pub(super) fn by_position(body: &mut Body) {
    if body.select.compound.is_empty() {
        return;
    }
    let mut unknown = false;
    for part in &mut body.select.order {
        match body.select.columns.iter().position(|column| *column == part.expr) {
            Some(position) => part.expr = Expr::Position(position + 1),
            None => unknown |= !matches!(part.expr, Expr::Position(_)),
        }
    }
    if unknown {
        body.add_misuse(|| "combined rows are ordered by what the first query selects, as it selects it".to_string());
    }
}
