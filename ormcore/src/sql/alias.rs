use crate::sql::template::scope::read_around;
use crate::sql::{Expr, From, JoinKind, Order, Select, TemplatePart};

/// A table's name inside one statement: the table's own, or with a number where the table takes part once more.
///
/// Numbered, it is written with a `#` (`"dataset#1"`), which no table is called, and so never collides with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The table's name.
    pub name: &'static str,
    /// Which occurrence it is; 0 is the table under its own name.
    pub number: u32,
}

impl Alias {
    /// One more occurrence of the table.
    #[must_use]
    pub const fn numbered(name: &'static str, number: u32) -> Self {
        Alias { name, number }
    }

    /// One more occurrence of the table, told apart by where in the program it was named.
    #[must_use]
    pub const fn placed(name: &'static str, place: u32) -> Self {
        Alias { name, number: place | PLACED }
    }

    /// The link table of what a query joins at this place. What the relationship says of links is renamed to it, and may
    /// hold subqueries, which number their tables.
    pub(crate) const fn link(name: &'static str, place: usize) -> Self {
        Alias { name, number: LINK | (place as u32 + 1) }
    }

    /// Whether it is told apart by where in the program it was named.
    pub(crate) const fn is_placed(self) -> bool {
        self.number & PLACED != 0
    }

    /// What is written behind the name of another one.
    pub(crate) const fn ending(self) -> (&'static str, u32) {
        if self.number & LINK != 0 { ("link", self.number ^ LINK) } else { ("", self.number) }
    }

    /// The number, or one that this alias leaves free.
    const fn free(self, number: u32) -> u32 {
        if self.number >= LINK || self.number < number { number } else { self.number + 1 }
    }

    /// A column of this occurrence.
    #[must_use]
    pub const fn column(self, name: &'static str) -> Expr {
        Expr::Column { table: self, name }
    }
}

/// Set in the number of an alias that is told apart by its place in the program.
const PLACED: u32 = 1 << 31;

/// Set in the number of a link table that a query joins.
const LINK: u32 = 1 << 30;

/// The name of a further column of a subquery, which no column is called.
pub(crate) fn further_column(index: usize) -> Option<&'static str> {
    const NAMES: [&str; 24] = [
        "#0", "#1", "#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10", "#11", "#12", "#13", "#14", "#15", "#16",
        "#17", "#18", "#19", "#20", "#21", "#22", "#23",
    ];
    NAMES.get(index).copied()
}

impl std::convert::From<&'static str> for Alias {
    fn from(name: &'static str) -> Self {
        Alias { name, number: 0 }
    }
}

/// Where the table of a column gets its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// In a subquery of the expression.
    Inside,
    /// Around the expression.
    Outside,
}

impl Expr {
    /// Lets `from` be called `to`, wherever the expression does not give the name another meaning.
    #[must_use]
    pub fn renamed(mut self, from: Alias, to: Alias) -> Expr {
        self.visit_tables(&mut |alias, named| {
            if named == Named::Outside && *alias == from {
                *alias = to;
            }
        });
        self
    }

    /// Whether all its columns are of this table.
    pub(crate) fn is_about(&mut self, table: Alias) -> bool {
        let mut is_about = true;
        self.visit_tables(&mut |alias, named| is_about &= named == Named::Inside || *alias == table);
        is_about
    }

    /// A number that no table in the expression has.
    #[must_use]
    pub fn free_number(&mut self) -> u32 {
        let mut free = 1;
        self.visit_tables(&mut |alias, _| free = alias.free(free));
        free
    }

    /// Shows each table that a column names, and where it is named.
    pub(crate) fn visit_tables(&mut self, visit: &mut dyn FnMut(&mut Alias, Named)) {
        match self {
            Expr::Column { table, .. } => visit(table, Named::Outside),
            Expr::Value(_) | Expr::Sql(_) | Expr::Truth(_) | Expr::Position(_) | Expr::Argument(..) => {}
            Expr::Binary(left, _, right) | Expr::Like(left, _, right) => {
                left.visit_tables(visit);
                right.visit_tables(visit);
            }
            Expr::All(parts)
            | Expr::Any(parts)
            | Expr::Call(_, parts)
            | Expr::Function(_, parts)
            | Expr::Search(_, parts) => {
                visit_all(parts, visit);
            }
            Expr::Not(inner)
            | Expr::IsNull(inner, _)
            | Expr::In(inner, _)
            | Expr::Named(inner, _)
            | Expr::Typed(inner, _) => {
                inner.visit_tables(visit);
            }
            Expr::InRows(left, ..) => visit_all(left, visit),
            Expr::InSelect(left, select) => {
                visit_all(left, visit);
                select.visit_tables(visit);
            }
            Expr::Between(inner, low, high) => {
                inner.visit_tables(visit);
                low.visit_tables(visit);
                high.visit_tables(visit);
            }
            Expr::Exists(select) | Expr::Scalar(select) => select.visit_tables(visit),
            Expr::Case(branches, otherwise) => {
                for (condition, value) in branches {
                    condition.visit_tables(visit);
                    value.visit_tables(visit);
                }
                visit_all(otherwise.as_deref_mut(), visit);
            }
            Expr::Template(parts) => {
                let read = read_around(parts);
                for (part, read) in parts.iter_mut().zip(read) {
                    if let TemplatePart::Expr(expr) = part {
                        expr.visit_tables(&mut beside(&read, visit));
                    }
                }
            }
            Expr::Aggregate(aggregate) => {
                visit_all(&mut aggregate.arguments, visit);
                visit_order(&mut aggregate.order, visit);
                visit_all(&mut aggregate.filter, visit);
            }
            Expr::Over(function, window) => {
                function.visit_tables(visit);
                visit_all(&mut window.partition, visit);
                visit_order(&mut window.order, visit);
            }
        }
    }
}

/// As the closure, for what stands beside a FROM that gives these names a meaning.
fn beside(own: &[Alias], visit: &mut dyn FnMut(&mut Alias, Named)) -> impl FnMut(&mut Alias, Named) {
    move |alias, named| visit(alias, if own.contains(alias) { Named::Inside } else { named })
}

fn visit_all<'e>(parts: impl IntoIterator<Item = &'e mut Expr>, visit: &mut dyn FnMut(&mut Alias, Named)) {
    parts.into_iter().for_each(|part| part.visit_tables(visit));
}

fn visit_order(order: &mut [Order], visit: &mut dyn FnMut(&mut Alias, Named)) {
    order.iter_mut().for_each(|part| part.expr.visit_tables(visit));
}

impl Select {
    /// A number that no table in it has.
    #[must_use]
    pub(crate) fn free_number(&mut self) -> u32 {
        let mut free = 1;
        self.from.visit_sources(&mut |alias| free = alias.free(free));
        self.visit_tables(&mut |alias, _| free = alias.free(free));
        free
    }

    fn visit_tables(&mut self, visit: &mut dyn FnMut(&mut Alias, Named)) {
        let mut own = Vec::new();
        self.from.visit_sources(&mut |alias| own.push(alias));
        self.compound.iter_mut().for_each(|part| part.select.visit_tables(visit));
        self.with.iter_mut().for_each(|table| table.select.visit_tables(visit));
        let mut outer = beside(&own, visit);
        visit_all(&mut self.columns, &mut outer);
        self.from.visit_conditions(&mut outer);
        visit_all(&mut self.filter, &mut outer);
        visit_all(&mut self.group, &mut outer);
        visit_all(&mut self.having, &mut outer);
        visit_order(&mut self.order, &mut outer);
        visit_all(&mut self.first_of, &mut outer);
    }
}

impl From {
    /// The name of the first table.
    pub(crate) fn first(&self) -> Alias {
        match self {
            From::Table(table, number) => Alias::numbered(table.name, *number),
            From::Select(_, alias) | From::Lateral(_, alias) | From::Named(_, alias) | From::Template(_, alias) => {
                *alias
            }
            From::Join(join) => join.left.first(),
        }
    }

    /// Shows the name of each table and subquery that is read from.
    pub(crate) fn visit_sources(&self, visit: &mut dyn FnMut(Alias)) {
        match self {
            From::Table(table, number) => visit(Alias::numbered(table.name, *number)),
            From::Select(_, alias) | From::Lateral(_, alias) | From::Named(_, alias) | From::Template(_, alias) => {
                visit(*alias)
            }
            From::Join(join) => {
                join.left.visit_sources(visit);
                join.right.visit_sources(visit);
            }
        }
    }

    /// The names of the tables and subqueries whose columns may be NULL for want of a row.
    pub(crate) fn optional(&self) -> Vec<Alias> {
        let mut optional = Vec::new();
        self.visit_optional(&mut |alias| optional.push(alias));
        optional
    }

    fn visit_optional(&self, visit: &mut dyn FnMut(Alias)) {
        if let From::Join(join) = self {
            join.left.visit_optional(visit);
            match join.kind {
                JoinKind::Inner => join.right.visit_optional(visit),
                JoinKind::Left => join.right.visit_sources(visit),
            }
        }
    }

    fn visit_conditions(&mut self, visit: &mut dyn FnMut(&mut Alias, Named)) {
        match self {
            // What the program's own SELECT names, it reads itself.
            From::Table(..) | From::Named(..) | From::Template(..) => {}
            From::Select(select, _) | From::Lateral(select, _) => select.visit_tables(visit),
            From::Join(join) => {
                join.left.visit_conditions(visit);
                join.right.visit_conditions(visit);
                join.on.visit_tables(visit);
            }
        }
    }
}
