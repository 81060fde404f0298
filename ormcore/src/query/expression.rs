use crate::model::Column;
use crate::query::comparison::{among, beside, compare, like};
use crate::query::{Computed, Listed, Nullable, Operand, Optional, Ordering, Predicate, Source, Textual};
use crate::sql::expr::escape_like;
use crate::sql::{BinaryOperator, Direction, Expr, Like};
use crate::value::{ColumnType, ValueError};

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
    fn eq<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, Expr::equals)
    }

    /// `self <> value`; `IS NOT NULL` for `None`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let others = User::query().filter(User::AGE.ne(31));
    /// # assert!(others.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" <> ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ne<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, Expr::differs)
    }

    /// `self < value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let minors = User::query().filter(User::AGE.lt(18));
    /// # assert!(minors.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" < ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn lt<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Less, right))
    }

    /// `self <= value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let young = User::query().filter(User::AGE.le(25));
    /// # assert!(young.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" <= ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn le<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, |left, right| left.binary(BinaryOperator::LessOrEqual, right))
    }

    /// `self > value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let older = User::query().filter(User::AGE.gt(65));
    /// # assert!(older.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" > ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn gt<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Greater, right))
    }

    /// `self >= value`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let adults = User::query().filter(User::AGE.ge(18));
    /// # assert!(adults.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""age" >= ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn ge<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, |left, right| left.binary(BinaryOperator::GreaterOrEqual, right))
    }

    /// `self IS DISTINCT FROM value`: NULL counts as a value.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let changed = User::query().filter(User::BIO.is_distinct_from("none"));
    /// # assert!(changed.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS NOT ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_distinct_from<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Distinct, right))
    }

    /// `self IS NOT DISTINCT FROM value`: NULL counts as a value.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let same = User::query().filter(User::BIO.is_not_distinct_from("none"));
    /// # assert!(same.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#""bio" IS ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn is_not_distinct_from<O: Operand<Self::Model, Self::Type>>(self, value: O) -> Predicate<O::Source> {
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
        low: impl Operand<Self::Model, Self::Type, Source = Self::Model>,
        high: impl Operand<Self::Model, Self::Type, Source = Self::Model>,
    ) -> Predicate<Self::Model> {
        let depth = 1 + self.depth().max(low.depth()).max(high.depth());
        let between = || {
            let (low, high) = (low.into_operand()?, high.into_operand()?);
            let expr = self.into_expr()?;
            let (low, high) = (beside(&expr, low), beside(&expr, high));
            Ok(Expr::Between(Box::new(expr.into_counted()), Box::new(low), Box::new(high)))
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
    fn is_in<L: Listed<Self::Model, Self::Type>>(self, values: L) -> Predicate<L::Source> {
        among(self, values)
    }

    /// `NOT (self IN (values))`; true if there are none. A row whose value is NULL is not given, unless the list is empty.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let others = User::query().filter(User::NAME.not_in(["ann", "bob"]));
    /// # assert!(others.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"NOT ("user"."name" IN (?, ?))"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn not_in<L: Listed<Self::Model, Self::Type>>(self, values: L) -> Predicate<L::Source> {
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

    /// The same, expecting that a row may be without what a `left_join` joined: `Option`, whatever the column is.
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// let names = Person::query().left_join(Person::PETS).select((Person::ID, Pet::NAME.nullable()));
    /// # assert!(names.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT "person"."id", "pet"."name" FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn nullable(self) -> Computed<Optional<Self::Model>, Option<<Self::Type as ColumnType>::Bare>>
    where
        Self::Type: ColumnType,
    {
        let depth = self.depth();
        Computed::new(self.into_expr(), depth)
    }

    /// Smallest first, for `order_by`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let youngest = User::query().order_by(User::AGE.asc());
    /// # assert!(youngest.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."age""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn asc(self) -> Ordering<Self::Model>
    where
        Self::Type: ColumnType,
    {
        Ordering::new(self, Direction::Ascending)
    }

    /// Largest first, for `order_by`.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let oldest = User::query().order_by(User::AGE.desc());
    /// # assert!(oldest.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."age" DESC"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn desc(self) -> Ordering<Self::Model>
    where
        Self::Type: ColumnType,
    {
        Ordering::new(self, Direction::Descending)
    }
}

impl<M: Source, T, W> Expression for Column<M, T, W> {
    type Model = M;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        Ok(M::alias().column(self.name()))
    }

    fn may_be_null(&self) -> bool {
        M::may_be_null(self.index())
    }
}
