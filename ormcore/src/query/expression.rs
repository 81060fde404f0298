use crate::model::{Column, Model};
use crate::query::{Operand, Ordering, Predicate};
use crate::sql::expr::escape_like;
use crate::sql::{BinaryOperator, Direction, Expr, Like};
use crate::value::{Parameter, ValueError};

// Expressions are consumed by what is built from them, SQL's `IS` words too.
#[allow(clippy::wrong_self_convention)]
/// What can be compared and ordered by: a column, or what is computed from columns.
///
/// A comparison with `None` asks for NULL (`IS NULL`), as SQLAlchemy's does; otherwise SQL's rule holds that NULL is
/// neither equal to anything nor different from it. (A bare `None` for a column of optional text needs its type, as in
/// `None::<String>`, for `Option<&str>` is taken too; `is_null()` says the same.)
pub trait Expression: Sized {
    /// The model whose columns it uses.
    type Model;
    /// The type of its values.
    type Type;

    /// The expression as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_expr(self) -> Result<Expr, ValueError>;

    /// How deeply it is nested; a column is 1 deep. What is too deep for databases is an error when the query ends.
    fn depth(&self) -> usize {
        1
    }

    /// Whether it may be NULL, as far as is known: an order says where NULLs go only if there may be any.
    fn may_be_null(&self) -> bool {
        true
    }

    /// `self = value`; `IS NULL` for `None`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let found = User::query().filter(User::AGE.eq(31));
    /// # assert!(found.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" = ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn eq(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, Expr::equals)
    }

    /// `self <> value`; `IS NOT NULL` for `None`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let others = User::query().filter(User::AGE.ne(31));
    /// # assert!(others.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" <> ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ne(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, Expr::differs)
    }

    /// `self < value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let minors = User::query().filter(User::AGE.lt(18));
    /// # assert!(minors.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" < ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn lt(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Less, right))
    }

    /// `self <= value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let young = User::query().filter(User::AGE.le(25));
    /// # assert!(young.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" <= ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn le(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::LessOrEqual, right))
    }

    /// `self > value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let older = User::query().filter(User::AGE.gt(65));
    /// # assert!(older.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" > ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn gt(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Greater, right))
    }

    /// `self >= value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let adults = User::query().filter(User::AGE.ge(18));
    /// # assert!(adults.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" >= ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ge(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::GreaterOrEqual, right))
    }

    /// `self IS DISTINCT FROM value`: NULL counts as a value.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let changed = User::query().filter(User::BIO.is_distinct_from("none"));
    /// # assert!(changed.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS NOT ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_distinct_from(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Distinct, right))
    }

    /// `self IS NOT DISTINCT FROM value`: NULL counts as a value.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let same = User::query().filter(User::BIO.is_not_distinct_from("none"));
    /// # assert!(same.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_not_distinct_from(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Same, right))
    }

    /// `self BETWEEN low AND high`, both included.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let teenagers = User::query().filter(User::AGE.between(13, 19));
    /// # assert!(teenagers.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" BETWEEN ? AND ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn between(
        self,
        low: impl Operand<Self::Model, Self::Type>,
        high: impl Operand<Self::Model, Self::Type>,
    ) -> Predicate<Self::Model> {
        let depth = 1 + self.depth().max(low.depth()).max(high.depth());
        let between = || {
            let (low, high) = (low.into_operand()?, high.into_operand()?);
            Ok(Expr::Between(Box::new(self.into_expr()?), Box::new(low), Box::new(high)))
        };
        Predicate::new(between(), depth)
    }

    /// `self IN (values)`; false if there are none, and a `None` among them asks for NULL. The list may be of any length.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let two = User::query().filter(User::NAME.is_in(["ann", "bob"]));
    /// # assert!(two.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""name" IN (?, ?)"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_in<V: Operand<Self::Model, Self::Type>>(self, values: impl IntoIterator<Item = V>) -> Predicate<Self::Model> {
        among(self, values)
    }

    /// `NOT (self IN (values))`; true if there are none. A row whose value is NULL is not given, unless the list is empty.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let others = User::query().filter(User::NAME.not_in(["ann", "bob"]));
    /// # assert!(others.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"NOT ("user"."name" IN (?, ?))"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn not_in<V: Operand<Self::Model, Self::Type>>(
        self,
        values: impl IntoIterator<Item = V>,
    ) -> Predicate<Self::Model> {
        !self.is_in(values)
    }

    /// `self IS NULL`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let silent = User::query().filter(User::BIO.is_null());
    /// # assert!(silent.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS NULL"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_null(self) -> Predicate<Self::Model>
    where
        Self::Type: Nullable,
    {
        let depth = 1 + self.depth();
        Predicate::new(self.into_expr().map(|expr| Expr::IsNull(Box::new(expr), true)), depth)
    }

    /// `self IS NOT NULL`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let described = User::query().filter(User::BIO.is_not_null());
    /// # assert!(described.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS NOT NULL"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_not_null(self) -> Predicate<Self::Model>
    where
        Self::Type: Nullable,
    {
        let depth = 1 + self.depth();
        Predicate::new(self.into_expr().map(|expr| Expr::IsNull(Box::new(expr), false)), depth)
    }

    /// Whether the text matches the pattern, in which `%` stands for any text, `_` for any character, and `\` before
    /// either for the character itself; a pattern that ends with such a backslash is refused. Upper and lower case differ,
    /// on every database.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let matching = User::query().filter(User::NAME.like("a_n%"));
    /// # assert!(matching.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r"LIKE ? ESCAPE '\'"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn like(self, pattern: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, pattern.as_ref())
    }

    /// As [`Expression::like`], but upper and lower case are the same.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let matching = User::query().filter(User::NAME.ilike("A_N%"));
    /// # assert!(matching.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r"LIKE ormcore_lower(?) ESCAPE '\'"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ilike(self, pattern: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseInsensitive, pattern.as_ref())
    }

    /// Whether the text contains the other; wildcards in it stand for themselves.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let matching = User::query().filter(User::NAME.contains("nn"));
    /// # assert!(format!("{:?}", matching.sql(&ormcore::sql::Sqlite)?.parameters).contains(r#""%nn%""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn contains(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("%{}%", escape_like(text.as_ref())))
    }

    /// Whether the text starts with the other; wildcards in it stand for themselves.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let matching = User::query().filter(User::NAME.starts_with("an"));
    /// # assert!(format!("{:?}", matching.sql(&ormcore::sql::Sqlite)?.parameters).contains(r#""an%""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn starts_with(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("{}%", escape_like(text.as_ref())))
    }

    /// Whether the text ends with the other; wildcards in it stand for themselves.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let matching = User::query().filter(User::NAME.ends_with("nn"));
    /// # assert!(format!("{:?}", matching.sql(&ormcore::sql::Sqlite)?.parameters).contains(r#""%nn""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ends_with(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("%{}", escape_like(text.as_ref())))
    }

    /// Smallest first, for `order_by`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let youngest = User::query().order_by(User::AGE.asc());
    /// # assert!(youngest.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."age""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn asc(self) -> Ordering<Self::Model> {
        let nullable = self.may_be_null();
        Ordering::new(self.into_expr(), Direction::Ascending, nullable)
    }

    /// Largest first, for `order_by`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let oldest = User::query().order_by(User::AGE.desc());
    /// # assert!(oldest.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."age" DESC"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn desc(self) -> Ordering<Self::Model> {
        let nullable = self.may_be_null();
        Ordering::new(self.into_expr(), Direction::Descending, nullable)
    }
}

fn compare<X: Expression>(
    left: X,
    right: impl Operand<X::Model, X::Type>,
    join: fn(Expr, Expr) -> Expr,
) -> Predicate<X::Model> {
    let depth = 1 + left.depth().max(right.depth());
    Predicate::new(left.into_expr().and_then(|left| Ok(join(left, right.into_operand()?))), depth)
}

/// Deeper expressions are refused: SQLite takes no more than 1000, and what walks the tree must not run out of stack.
const DEEPEST: usize = 500;

/// The expression, unless it is too deep.
pub(super) fn bounded(expr: Expr, depth: usize) -> Result<Expr, ValueError> {
    if depth <= DEEPEST {
        return Ok(expr);
    }
    Err(ValueError::new(format!("an expression that is nested at most {DEEPEST} deep"), "a deeper one"))
}

fn among<X: Expression, V: Operand<X::Model, X::Type>>(
    expression: X,
    values: impl IntoIterator<Item = V>,
) -> Predicate<X::Model> {
    let mut depth = expression.depth();
    let listed = || {
        let expr = expression.into_expr()?;
        let mut parameters = Vec::new();
        let mut others = Vec::new();
        for value in values {
            depth = depth.max(value.depth());
            match value.into_operand()? {
                Expr::Value(parameter) => parameters.push(parameter),
                other => others.push(expr.clone().equals(other)),
            }
        }
        let listed = expr.among(parameters);
        if others.is_empty() {
            return Ok(listed);
        }
        others.push(listed);
        Ok(Expr::Any(others))
    };
    let listed = listed();
    Predicate::new(listed, depth + 2)
}

fn like<X: Expression>(expression: X, like: Like, pattern: &str) -> Predicate<X::Model> {
    let depth = 1 + expression.depth();
    let matched = || {
        if pattern.contains('\0') {
            // SQLite reads a pattern up to there and would match what it should not.
            return Err(ValueError::new("a pattern without NUL", "one with NUL"));
        }
        if pattern.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
            // PostgreSQL refuses it when it comes to it; for SQLite it matches nothing.
            return Err(ValueError::new(
                "a pattern in which a backslash stands before a character",
                "one that ends with it",
            ));
        }
        let pattern = Parameter::new(pattern)?;
        Ok(Expr::Like(Box::new(expression.into_expr()?), like, Box::new(Expr::Value(pattern))))
    };
    Predicate::new(matched(), depth)
}

impl<M: Model, T> Expression for Column<M, T> {
    type Model = M;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        Ok(Expr::column(M::NAME, self.name()))
    }

    fn may_be_null(&self) -> bool {
        M::COLUMNS.get(self.index()).is_none_or(|column| column.nullable)
    }
}

/// A type whose columns may hold NULL: `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is never NULL",
    label = "this column is not nullable",
    note = "give the field the type `Option<{Self}>` if the column may hold NULL"
)]
pub trait Nullable {}

impl<T> Nullable for Option<T> {}

/// A type whose columns hold text.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text to match",
    label = "only text columns have `like`, `contains`, `starts_with` and `ends_with`"
)]
pub trait Textual {}

impl Textual for String {}
impl<T: Textual> Textual for Option<T> {}
