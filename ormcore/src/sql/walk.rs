//! What statements and expressions are made of, shown part by part.

use crate::sql::template::scope::read_around;
use crate::sql::{Expr, From, Function, HeldLocks, Order, Select, TemplatePart};

/// Whether an expression, apart from its parts, may have another value when it is asked for once more.
type Changes = fn(&Expr) -> bool;

impl Expr {
    /// The subquery that it is, or compares with.
    pub(crate) fn subquery(&self) -> Option<&Select> {
        match self {
            Expr::Exists(select) | Expr::Scalar(select) | Expr::InSelect(_, select) => Some(select),
            _ => None,
        }
    }

    /// Whether it asks for rows: databases may do so once for all rows of a statement. Of SQL of the program's own, its words
    /// tell.
    pub(crate) fn asks(&self) -> bool {
        let mut asks = false;
        self.visit(&mut |part| {
            asks = asks
                || part.subquery().is_some()
                || matches!(part, Expr::Search(..))
                || matches!(part, Expr::Template(parts) if parts.iter().any(says_select));
            !asks
        });
        asks
    }

    /// Whether it may have another value when it is asked for once more: of functions that the program names, and of SQL of
    /// its own, nothing is known.
    pub(crate) fn may_change(&self) -> bool {
        self.changes(is_unknown)
    }

    /// Whether this holds for it, a part of it, or what a subquery in it is made of.
    fn changes(&self, own: Changes) -> bool {
        let mut changes = false;
        self.visit(&mut |part| {
            changes = changes || own(part) || part.subquery().is_some_and(|select| select.changes(own));
            !changes
        });
        changes
    }

    /// Whether it is computed from a group; a function over a window is if what it is computed from is.
    pub(crate) fn has_aggregate(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| {
            found |= matches!(part, Expr::Aggregate(_));
            !found
        });
        found
    }

    /// Shows the columns that it names, and those that subqueries in it name of tables around them.
    pub(crate) fn columns(&self, see: &mut dyn FnMut(&Expr)) {
        self.visit(&mut |part| {
            if matches!(part, Expr::Column { .. }) {
                see(part);
            }
            part.subquery().into_iter().for_each(|select| select.outer_columns(see));
            true
        });
    }

    /// Shows the expression and, where the closure says so, its parts; not what stands in subqueries, nor the columns of what
    /// a SELECT of the program's own SQL reads.
    pub(crate) fn visit(&self, see: &mut dyn FnMut(&Expr) -> bool) {
        if !see(self) {
            return;
        }
        let Expr::Template(parts) = self else { return self.parts(&mut |part| part.visit(see)) };
        for (part, read) in parts.iter().zip(read_around(parts)) {
            if let TemplatePart::Expr(expr) = part {
                expr.visit(&mut |part| !part.is_column_of(&read) && see(part));
            }
        }
    }
}

/// Whether the order may be another one when it is asked for once more.
pub(crate) fn order_may_change(order: &[Order]) -> bool {
    order.iter().any(|part| part.expr.may_change())
}

fn is_unknown(part: &Expr) -> bool {
    matches!(part, Expr::Call(..) | Expr::Template(_))
}

/// The time stands still within one statement only.
fn is_unknown_or_time(part: &Expr) -> bool {
    is_unknown(part) || matches!(part, Expr::Function(function, _) if matches!(**function, Function::Now(_)))
}

/// Whether the keyword stands in it, outside of quotes.
fn says_select(part: &TemplatePart) -> bool {
    let TemplatePart::Sql(sql) = part else { return false };
    let says = |text: &str| {
        text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
            .any(|word| word.eq_ignore_ascii_case("select"))
    };
    // With an odd quote, as in a comment, what is quoted is anybody's guess.
    let is_even = sql.matches('\'').count().is_multiple_of(2);
    if is_even { sql.split('\'').step_by(2).any(says) } else { says(sql) }
}

impl Select {
    /// How deeply selects are nested in it; without any it is 1 deep.
    pub(crate) fn nesting(&self) -> usize {
        let mut deepest = 0;
        self.inner(&mut |select| deepest = deepest.max(select.nesting()));
        self.exprs(&mut |expr| {
            expr.visit(&mut |part| {
                deepest = deepest.max(part.subquery().map_or(0, Select::nesting));
                true
            });
        });
        deepest + 1
    }

    /// Whether each row that it gives is one of its first table, which can be locked.
    pub(crate) fn can_lock(&self) -> bool {
        let stands_for_many = self.distinct || !self.first_of.is_empty() || !self.group.is_empty();
        !stands_for_many && self.with.is_empty() && self.from.begins_with_table()
    }

    /// Whether it may give other rows when it is asked once more: it chooses them by what may be something else then, cuts
    /// them in an order that may be another one, or leaves out what others have locked.
    pub(crate) fn may_change(&self) -> bool {
        self.changes(is_unknown)
    }

    /// As [`Select::may_change`], when a later statement asks it.
    pub(crate) fn may_change_later(&self) -> bool {
        self.changes(is_unknown_or_time)
    }

    fn changes(&self, own: Changes) -> bool {
        let skips = self.lock.is_some_and(|lock| lock.held == HeldLocks::Skip);
        let is_choice = self.cuts() || !self.first_of.is_empty();
        let is_ordered_anew = || self.order.iter().any(|part| part.expr.changes(own));
        let mut changes = self.from.is_written() || (is_choice && (skips || is_ordered_anew()));
        self.inner(&mut |select| changes |= select.changes(own));
        self.rows(&mut |expr| changes |= expr.changes(own));
        changes
    }

    /// Shows the columns that it names of tables around it.
    pub(crate) fn outer_columns(&self, see: &mut dyn FnMut(&Expr)) {
        let mut own = Vec::new();
        self.from.visit_sources(&mut |alias| own.push(alias));
        let mut outside = |column: &Expr| {
            if !column.is_column_of(&own) {
                see(column);
            }
        };
        self.inner(&mut |select| select.outer_columns(&mut outside));
        self.exprs(&mut |expr| expr.columns(&mut outside));
    }

    /// Shows the selects that it is made of, or reads from.
    fn inner(&self, see: &mut dyn FnMut(&Select)) {
        self.from.visit_selects(see);
        self.compound.iter().for_each(|part| see(&part.select));
        self.with.iter().for_each(|table| see(&table.select));
    }

    /// Shows the expressions that it is made of.
    fn exprs(&self, see: &mut dyn FnMut(&Expr)) {
        self.rows(see);
        self.order.iter().for_each(|part| see(&part.expr));
    }

    /// Shows the expressions that its rows are made of, in whatever order they come.
    fn rows(&self, see: &mut dyn FnMut(&Expr)) {
        self.from.visit_on(see);
        let parts = self.columns.iter().chain(&self.filter).chain(&self.group).chain(&self.having);
        parts.chain(&self.first_of).for_each(see);
    }
}

impl From {
    fn visit_selects(&self, see: &mut dyn FnMut(&Select)) {
        match self {
            From::Table(..) | From::Named(..) | From::Template(..) => {}
            From::Select(select, _) | From::Lateral(select, _) => see(select),
            From::Join(join) => {
                join.left.visit_selects(see);
                join.right.visit_selects(see);
            }
        }
    }

    /// Whether SQL of the program's own gives some of its rows.
    fn is_written(&self) -> bool {
        match self {
            From::Template(..) => true,
            From::Join(join) => join.left.is_written() || join.right.is_written(),
            From::Table(..) | From::Named(..) | From::Select(..) | From::Lateral(..) => false,
        }
    }

    /// Whether SQL of the program's own gives the rows of its first source.
    pub(crate) fn begins_written(&self) -> bool {
        match self {
            From::Template(..) => true,
            From::Join(join) => join.left.begins_written(),
            From::Table(..) | From::Named(..) | From::Select(..) | From::Lateral(..) => false,
        }
    }

    fn begins_with_table(&self) -> bool {
        match self {
            From::Table(..) => true,
            From::Join(join) => join.left.begins_with_table(),
            From::Named(..) | From::Select(..) | From::Lateral(..) | From::Template(..) => false,
        }
    }

    fn visit_on(&self, see: &mut dyn FnMut(&Expr)) {
        if let From::Join(join) = self {
            join.left.visit_on(see);
            join.right.visit_on(see);
            see(&join.on);
        }
    }
}
