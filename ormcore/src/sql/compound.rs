use crate::sql::{Alias, Expr, From, Select};

/// A SELECT that another one is combined with.
#[derive(Debug, Clone, PartialEq)]
pub struct Compound {
    /// How.
    pub operator: SetOperator,
    /// With what: a SELECT without order, limit and compound of its own.
    pub select: Select,
}

/// How the rows of two SELECTs become those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetOperator {
    /// The rows of either, each once.
    Union,
    /// The rows of the one and of the other.
    UnionAll,
    /// The rows that both have, each once.
    Intersect,
    /// The rows of the first that the second has not, each once.
    Except,
}

impl SetOperator {
    /// The operator between spaces.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            SetOperator::Union => " UNION ",
            SetOperator::UnionAll => " UNION ALL ",
            SetOperator::Intersect => " INTERSECT ",
            SetOperator::Except => " EXCEPT ",
        }
    }
}

/// Rows under a name: a part of a WITH.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonTable {
    /// The name.
    pub name: &'static str,
    /// Whether it reads from itself.
    pub recursive: bool,
    /// The rows.
    pub select: Select,
}

impl Select {
    /// Combines it with another, from left to right, on databases that bind the operators differently too.
    #[must_use]
    pub fn combined(self, operator: SetOperator, other: Select) -> Select {
        let continues = self.compound.iter().all(|part| part.operator == operator);
        let mut combined = if self.is_simple() || (continues && !self.ends()) { self } else { self.enclosed() };
        let other = if other.is_simple() { other } else { other.enclosed() };
        combined.compound.push(Compound { operator, select: other });
        combined
    }

    /// Whether something is said about its rows as a whole.
    fn ends(&self) -> bool {
        !self.order.is_empty() || self.cuts() || self.lock.is_some() || !self.with.is_empty()
    }

    fn is_simple(&self) -> bool {
        self.compound.is_empty() && !self.ends()
    }

    /// The same rows, read from it as a subquery.
    pub(crate) fn enclosed(self) -> Select {
        let from = From::Select(Box::new(self), Alias::numbered("part", 1));
        Select { columns: vec![Expr::Sql("*")], ..Select::new(from) }
    }
}
