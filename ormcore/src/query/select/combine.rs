//! Rows of two queries as those of one.

use crate::query::Body;
use crate::query::select::Select;
use crate::query::select::subquery::too_deep;
use crate::sql::{Expr, From, Select as Tree, SetOperator};

/// What rows of the type `R` can be combined with: a query that gives such rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give rows of type `{R}`, and cannot be combined with a query that does",
    label = "expected a query that selects as many expressions, of the same types",
    note = "an expression that is NULL in one of the queries is `.nullable()` in the other"
)]
pub trait Combined<R> {
    #[doc(hidden)]
    fn into_body(self) -> Box<Body>;
}

impl<S, R> Combined<R> for Select<S, R> {
    fn into_body(self) -> Box<Body> {
        self.body
    }
}

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
    pub fn union(self, other: impl Combined<R>) -> Select<S, R> {
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
    pub fn union_all(self, other: impl Combined<R>) -> Select<S, R> {
        self.combined(SetOperator::UnionAll, other)
    }

    /// The rows that both give, each once (`INTERSECT`).
    pub fn intersect(self, other: impl Combined<R>) -> Select<S, R> {
        self.combined(SetOperator::Intersect, other)
    }

    /// The rows that the other does not give, each once (`EXCEPT`).
    pub fn except(self, other: impl Combined<R>) -> Select<S, R> {
        self.combined(SetOperator::Except, other)
    }

    fn combined(mut self, operator: SetOperator, other: impl Combined<R>) -> Self {
        let mut other = other.into_body();
        super::settle_part(&mut self.body);
        super::settle_part(&mut other);
        if let Some(problem) = other.problem.take() {
            self.body.add_problem(problem);
        }
        if let Some(misuse) = other.misuse.take() {
            self.body.add_misuse(|| misuse);
        }
        if other.outer.is_some() && other.outer != self.body.outer {
            self.body.add_misuse(|| "combined queries are correlated with what the first of them is".to_string());
        }
        self.body.select = self.body.select.combined(operator, other.select);
        if let Some(misuse) = too_deep(&self.body.select) {
            self.body.add_misuse(|| misuse);
            self.body.select.compound.clear();
        }
        self
    }
}

impl<S, R> Select<S, R> {
    /// Notes that something is said about the rows of one query which has become that of several.
    pub(super) fn expect_one_query(&mut self, method: &str, instead: &str) {
        if !self.body.select.compound.is_empty() {
            self.body
                .add_misuse(|| format!("`{method}` comes too late where the rows of queries are combined: {instead}"));
        }
    }
}

/// Lets the order name what is selected by its position where the database knows it by nothing else: in the rows of
/// several queries, and in rows that differ.
pub(super) fn by_position(body: &mut Body) {
    let select = &mut body.select;
    let is_combined = !select.compound.is_empty();
    if !is_combined && !select.distinct {
        return;
    }
    let mut unknown = false;
    let columns = selected(select);
    let positions: Vec<_> =
        select.order.iter().map(|part| columns.iter().position(|column| *column.unnamed() == part.expr)).collect();
    for (part, position) in select.order.iter_mut().zip(positions) {
        match position {
            // Written once more, a value in it would be another value to the database.
            Some(position) if is_combined || !matches!(part.expr, Expr::Column { .. }) => {
                part.expr = Expr::Position(position + 1);
                // The other queries may give NULL where this one never does, and a left join is not seen in a position.
                part.nullable = true;
            }
            Some(_) => {}
            None => unknown |= !matches!(part.expr, Expr::Position(_)),
        }
    }
    if unknown {
        body.add_misuse(|| {
            let words = if is_combined {
                "combined rows are ordered by what the first query selects, as it selects it"
            } else {
                "with `distinct` rows are ordered by what is selected, for equal rows that are given once could stand in \
                 several places: select what they are ordered by too, or `group_by` the columns and order by an aggregate"
            };
            words.to_string()
        });
    }
}

/// What each row holds; of rows read from a subquery as they are, what that selects.
pub(super) fn selected(select: &Tree) -> &[Expr] {
    match (&select.columns[..], &select.from) {
        ([Expr::Sql("*")], From::Select(inner, _)) => selected(inner),
        (columns, _) => columns,
    }
}

/// As [`selected`], to be changed.
pub(super) fn selected_mut(select: &mut Tree) -> &mut [Expr] {
    match (&mut select.columns[..], &mut select.from) {
        ([Expr::Sql("*")], From::Select(inner, _)) => selected_mut(inner),
        (columns, _) => columns,
    }
}
