use crate::sql::{Aggregate, Alias, Function, Select, TemplatePart, TextSearch, Window};
use crate::value::{Parameter, SqlType};

/// An expression of SQL.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expr {
    /// A column, named by its table (or alias) and its own name.
    Column {
        /// The table, as the statement calls it.
        table: Alias,
        /// The column's name.
        name: &'static str,
    },
    /// A value, sent apart from the text.
    Value(Parameter),
    /// Text that the program wrote itself; never user input.
    Sql(&'static str),
    /// A truth value that is known beforehand.
    Truth(bool),
    /// An operator between two expressions.
    Binary(Box<Expr>, BinaryOperator, Box<Expr>),
    /// True where all are; true where there are none.
    All(Vec<Expr>),
    /// True where one is; false where there are none.
    Any(Vec<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// Whether the expression is NULL, or is not.
    IsNull(Box<Expr>, bool),
    /// Whether the values contain the expression; NULL is never among them.
    In(Box<Expr>, Vec<Parameter>),
    /// Whether a subquery's only column contains the expression.
    InSelect(Vec<Expr>, Box<Select>),
    /// Whether the expression lies between two others, both included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether text matches a pattern.
    Like(Box<Expr>, Like, Box<Expr>),
    /// A function.
    Call(&'static str, Vec<Expr>),
    /// A function that each dialect writes in its own way.
    Function(Box<Function>, Vec<Expr>),
    /// Whether a subquery has rows.
    Exists(Box<Select>),
    /// The only value of a subquery, NULL if it has no row.
    Scalar(Box<Select>),
    /// Whether the rows of values contain the expressions, together, which are of these types.
    InRows(Vec<Expr>, Vec<SqlType>, Vec<Vec<Parameter>>),
    /// The value that is given at this position when the statement is run, of this type: in statements that are prepared.
    Argument(usize, SqlType),
    /// The column at this position of what is selected, counted from 1: what combined rows are ordered by.
    Position(usize),
    /// The expression under a name: a column of a subquery.
    Named(Box<Expr>, &'static str),
    /// The expression as one of this type, for databases that would take it for another.
    Typed(Box<Expr>, SqlType),
    /// The value beside the first condition that is true, or else the last one; NULL if there is none.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// An aggregate function.
    Aggregate(Box<Aggregate>),
    /// A function over a window of rows.
    Over(Box<Expr>, Box<Window>),
    /// Text that the program wrote itself, with expressions in it.
    Template(Vec<TemplatePart>),
    /// What a full-text search tells of the row with this key; the last expression is the column that is shown, if one is.
    Search(Box<TextSearch>, Vec<Expr>),
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryOperator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// Equal, with NULL equal to NULL.
    Same,
    /// Not equal, with NULL equal to NULL.
    Distinct,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `%` of floating-point numbers, whose fractions are cut off first.
    FloatRemainder,
    /// `||`
    Concatenate,
}

impl BinaryOperator {
    /// The operator between spaces, where all databases write it in one way.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            BinaryOperator::Equal | BinaryOperator::Same => " = ",
            BinaryOperator::NotEqual | BinaryOperator::Distinct => " <> ",
            BinaryOperator::Less => " < ",
            BinaryOperator::LessOrEqual => " <= ",
            BinaryOperator::Greater => " > ",
            BinaryOperator::GreaterOrEqual => " >= ",
            BinaryOperator::Add => " + ",
            BinaryOperator::Subtract => " - ",
            BinaryOperator::Multiply => " * ",
            BinaryOperator::Divide => " / ",
            BinaryOperator::Remainder | BinaryOperator::FloatRemainder => " % ",
            BinaryOperator::Concatenate => " || ",
        }
    }
}

/// How text is matched with a pattern; the escape character is a backslash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Like {
    /// Upper and lower case differ.
    CaseSensitive,
    /// Upper and lower case are the same.
    CaseInsensitive,
}

impl Expr {
    /// `left AND right`, without nesting: a long chain stays flat.
    #[must_use]
    pub fn and(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::All(mut left), Expr::All(right)) => {
                left.extend(right);
                Expr::All(left)
            }
            (Expr::All(mut left), right) => {
                left.push(right);
                Expr::All(left)
            }
            (left, right) => Expr::All(vec![left, right]),
        }
    }

    /// `left OR right`, without nesting: a long chain stays flat.
    #[must_use]
    pub fn or(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::Any(mut left), Expr::Any(right)) => {
                left.extend(right);
                Expr::Any(left)
            }
            (Expr::Any(mut left), right) => {
                left.push(right);
                Expr::Any(left)
            }
            (left, right) => Expr::Any(vec![left, right]),
        }
    }

    /// The opposite; twice is the expression itself.
    #[must_use]
    pub fn negated(self) -> Expr {
        match self {
            Expr::Not(inner) => *inner,
            Expr::Truth(value) => Expr::Truth(!value),
            Expr::IsNull(inner, null) => Expr::IsNull(inner, !null),
            other => Expr::Not(Box::new(other)),
        }
    }

    /// A function of these.
    #[must_use]
    pub fn function(function: Function, arguments: Vec<Expr>) -> Expr {
        Expr::Function(Box::new(function), arguments)
    }

    /// A column of a table under its own name.
    #[must_use]
    pub fn column(table: &'static str, name: &'static str) -> Expr {
        Alias::from(table).column(name)
    }

    /// True where all are; a single condition stays as it is.
    #[must_use]
    pub(crate) fn all(mut conditions: Vec<Expr>) -> Expr {
        if conditions.len() == 1 { conditions.remove(0) } else { Expr::All(conditions) }
    }

    /// Whether it says all that the other says, in parts of an AND, with the sides of an equation either way round.
    pub(crate) fn implies(&self, other: &Expr) -> bool {
        use BinaryOperator::Equal;
        match (self, other) {
            (_, Expr::All(parts)) => parts.iter().all(|part| self.implies(part)),
            (Expr::All(parts), _) => parts.iter().any(|part| part.implies(other)),
            (Expr::Binary(left, Equal, right), Expr::Binary(first, Equal, second)) => {
                (left, right) == (first, second) || (left, right) == (second, first)
            }
            _ => self == other,
        }
    }

    /// `self operator other`.
    #[must_use]
    pub fn binary(self, operator: BinaryOperator, other: Expr) -> Expr {
        Expr::Binary(Box::new(self), operator, Box::new(other))
    }

    /// `self = other`, where a NULL value asks for NULL, as SQLAlchemy's `== None` does.
    #[must_use]
    pub fn equals(self, other: Expr) -> Expr {
        if is_null(&other) {
            return Expr::IsNull(Box::new(self), true);
        }
        self.binary(BinaryOperator::Equal, other)
    }

    /// `self <> other`, where a NULL value asks for what is not NULL.
    #[must_use]
    pub fn differs(self, other: Expr) -> Expr {
        if is_null(&other) {
            return Expr::IsNull(Box::new(self), false);
        }
        self.binary(BinaryOperator::NotEqual, other)
    }

    /// Whether one of the values is the expression's; a NULL among them asks for NULL.
    #[must_use]
    pub fn among(self, mut values: Vec<Parameter>) -> Expr {
        let count = values.len();
        values.retain(|parameter| !parameter.value.is_null());
        let wants_null = values.len() < count;
        match (values.is_empty(), wants_null) {
            (true, false) => Expr::Truth(false),
            (true, true) => Expr::IsNull(Box::new(self), true),
            (false, false) => Expr::In(Box::new(self), values),
            (false, true) => Expr::IsNull(Box::new(self.clone()), true).or(Expr::In(Box::new(self), values)),
        }
    }

    /// Whether it is a value, or the place of one.
    pub(crate) fn is_value(&self) -> bool {
        matches!(self, Expr::Value(_) | Expr::Argument(..))
    }

    /// Whether it is neither a column nor a value.
    pub(crate) fn is_computed(&self) -> bool {
        !matches!(self, Expr::Column { .. }) && !self.is_value()
    }

    /// Whether it is a column of one of these.
    pub(crate) fn is_column_of(&self, sources: &[Alias]) -> bool {
        matches!(self, Expr::Column { table, .. } if sources.contains(table))
    }

    /// Whether it is what a function counts, as an `i64`.
    pub(crate) fn is_counted(&self) -> bool {
        matches!(self, Expr::Typed(inner, _) if matches!(&**inner, Expr::Function(function, _) if function.counts()))
    }

    /// What a function counts as the database counts it, with fewer bits on some: so an index over the function has it, and
    /// so other functions take it.
    pub(crate) fn into_counted(self) -> Expr {
        let is_counted = self.is_counted();
        match self {
            Expr::Typed(inner, _) if is_counted => *inner,
            other => other,
        }
    }

    /// The expression without the name that it has in a list of columns.
    pub(crate) fn unnamed(&self) -> &Expr {
        if let Expr::Named(inner, _) = self { inner } else { self }
    }

    /// Shows the expressions that it is directly made of; none that stand in a subquery.
    pub(crate) fn parts(&self, see: &mut dyn FnMut(&Expr)) {
        match self {
            Expr::Column { .. }
            | Expr::Value(_)
            | Expr::Sql(_)
            | Expr::Truth(_)
            | Expr::Position(_)
            | Expr::Argument(..)
            | Expr::Exists(_)
            | Expr::Scalar(_) => {}
            Expr::Binary(left, _, right) | Expr::Like(left, _, right) => {
                see(left);
                see(right);
            }
            Expr::Not(inner)
            | Expr::IsNull(inner, _)
            | Expr::In(inner, _)
            | Expr::Named(inner, _)
            | Expr::Typed(inner, _) => see(inner),
            Expr::All(parts)
            | Expr::Any(parts)
            | Expr::Call(_, parts)
            | Expr::Function(_, parts)
            | Expr::Search(_, parts)
            | Expr::InSelect(parts, _)
            | Expr::InRows(parts, ..) => parts.iter().for_each(see),
            Expr::Between(inner, low, high) => {
                see(inner);
                see(low);
                see(high);
            }
            Expr::Case(branches, otherwise) => {
                for (condition, value) in branches {
                    see(condition);
                    see(value);
                }
                otherwise.iter().for_each(|value| see(value));
            }
            Expr::Template(parts) => {
                parts.iter().for_each(|part| {
                    if let TemplatePart::Expr(expr) = part {
                        see(expr)
                    }
                });
            }
            Expr::Aggregate(aggregate) => {
                aggregate.arguments.iter().chain(&aggregate.filter).for_each(&mut *see);
                aggregate.order.iter().for_each(|part| see(&part.expr));
            }
            Expr::Over(function, window) => {
                function.parts(see);
                window.partition.iter().for_each(&mut *see);
                window.order.iter().for_each(|part| see(&part.expr));
            }
        }
    }
}

/// Adds a condition to a filter: both must hold.
pub(crate) fn narrow(filter: &mut Option<Expr>, condition: Expr) {
    *filter = Some(match filter.take() {
        Some(filter) => filter.and(condition),
        None => condition,
    });
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(parameter) if parameter.value.is_null())
}

/// Makes the wildcards in a text stand for themselves.
#[must_use]
pub(crate) fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
