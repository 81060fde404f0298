use crate::query::{Aggregate, Expression, Textual};
use crate::sql::AggregateFunction;
use crate::value::{ColumnType, Element, SqlType, ValueError};

/// The aggregate functions of an expression, over the rows of a group.
pub trait Aggregates: Expression {
    /// How many rows have a value that is not NULL.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let described = User::query().select(User::BIO.count());
    /// # assert!(described.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT count("user"."bio") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn count(self) -> Aggregate<Self::Model, i64> {
        Aggregate::new(AggregateFunction::Count, self, &[], None)
    }

    /// The sum of the values that are not NULL: `i64` of integers, `f64` of numbers with fractions, `Decimal` of decimals;
    /// `None` if there are none. A sum that is too large for `i64` is an error of the database.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// assert_eq!(User::query().select(User::AGE.sum()).one(&db)?, None);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn sum(self) -> Aggregate<Self::Model, Option<<Self::Type as Summable>::Sum>>
    where
        Self::Type: Summable,
    {
        let function = if Self::Type::DECIMAL { AggregateFunction::DecimalSum } else { AggregateFunction::Sum };
        Aggregate::new(function, self, Self::Type::WIDENED.as_slice(), Self::Type::TYPED)
    }

    /// The average of the values that are not NULL; `None` if there are none. That of decimals is a decimal, exact to 16
    /// digits at least.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new(1), User::new(2)], &db)?;
    /// assert_eq!(User::query().select(User::AGE.avg()).one(&db)?, Some(1.5));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn avg(self) -> Aggregate<Self::Model, Option<<Self::Type as Summable>::Average>>
    where
        Self::Type: Summable,
    {
        let function = if Self::Type::DECIMAL { AggregateFunction::DecimalAverage } else { AggregateFunction::Average };
        Aggregate::new(function, self, &[], Some(<Self::Type as Summable>::Average::TYPE))
    }

    /// The smallest value that is not NULL; `None` if there is none. Bytes and JSON documents have none: an error when the
    /// query ends.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let youngest = User::query().select(User::AGE.min());
    /// # assert!(youngest.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT min("user"."age") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn min(self) -> Aggregate<Self::Model, Option<<Self::Type as ColumnType>::Bare>>
    where
        Self::Type: ColumnType,
    {
        extreme(AggregateFunction::Minimum, self)
    }

    /// The largest value that is not NULL; `None` if there is none.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let oldest = User::query().select(User::AGE.max());
    /// # assert!(oldest.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT max("user"."age") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn max(self) -> Aggregate<Self::Model, Option<<Self::Type as ColumnType>::Bare>>
    where
        Self::Type: ColumnType,
    {
        extreme(AggregateFunction::Maximum, self)
    }

    /// Whether the condition is true in every row, of those in which it is not NULL; `None` if there are none.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new(1), User::new(20)], &db)?;
    /// let adults = User::query().select((User::AGE.ge(18).every(), User::AGE.ge(18).any()));
    /// assert_eq!(adults.one(&db)?, (Some(false), Some(true)));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn every(self) -> Aggregate<Self::Model, Option<bool>>
    where
        Self::Type: Logical,
    {
        extreme(AggregateFunction::Minimum, self)
    }

    /// Whether the condition is true in any row; `None` if it is NULL in all.
    fn any(self) -> Aggregate<Self::Model, Option<bool>>
    where
        Self::Type: Logical,
    {
        extreme(AggregateFunction::Maximum, self)
    }

    /// The texts that are not NULL, one behind the other with a separator between them; `None` if there are none. In which
    /// order says [`Aggregate::order_by`]; equal texts cannot be left out, which not every database knows.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("bob"), User::new("ann")], &db)?;
    /// let names = User::query().select(User::NAME.string_agg(" & ").order_by(User::NAME)).one(&db)?;
    /// assert_eq!(names.as_deref(), Some("ann & bob"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn string_agg(self, separator: impl Into<String>) -> Aggregate<Self::Model, Option<String>>
    where
        Self::Type: Textual,
    {
        Aggregate::new(AggregateFunction::StringJoin, self, &[], None).with_argument(&separator.into())
    }

    /// An array of the values of all rows; empty if there are none. In which order says [`Aggregate::order_by`]. What is NULL
    /// is a `None` among the others: of a nullable column it is a `Vec<Option<T>>`. Equal values cannot be left out.
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String, #[relationship] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String, #[column(foreign_key = Post::ID)] post_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post, Tag)>()?;
    /// # let post = Post::new("news").insert(&db)?;
    /// # Tag::insert_all(["new", "hot"].map(|label| Tag::new(label, &post)), &db)?;
    /// let labels = Post::TAGS.aggregate(Tag::LABEL.array_agg().order_by(Tag::LABEL));
    /// let (title, labels): (String, Vec<String>) = Post::query().select((Post::TITLE, labels)).one(&db)?;
    /// assert_eq!((title.as_str(), labels), ("news", vec!["hot".to_string(), "new".to_string()]));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn array_agg(self) -> Aggregate<Self::Model, Vec<Self::Type>>
    where
        Self::Type: Element,
    {
        let function = AggregateFunction::Array(Self::Type::TYPE);
        Aggregate::new(function, self, &[], Some(<Vec<Self::Type>>::TYPE))
    }
}

impl<X: Expression> Aggregates for X {}

/// The smallest or largest value. PostgreSQL has none of truth values and UUIDs; as numbers and text they sort alike.
fn extreme<X: Expression<Type: ColumnType>, T: ColumnType>(
    function: AggregateFunction,
    expression: X,
) -> Aggregate<X::Model, Option<T>> {
    let (before, typed): (&[SqlType], _) = match X::Type::TYPE {
        SqlType::Boolean => (&[SqlType::Integer], Some(SqlType::Boolean)),
        // Text that no column is compares by code point everywhere; of a column, the database takes the collation to be its own.
        SqlType::Uuid => (&[SqlType::Uuid, SqlType::Text], Some(SqlType::Uuid)),
        SqlType::Decimal => (&[], Some(SqlType::Decimal)),
        SqlType::Bytes => return unordered("bytes", expression.depth()),
        SqlType::Json => return unordered("JSON documents", expression.depth()),
        _ => (&[], None),
    };
    Aggregate::new(function, expression, before, typed)
}

fn unordered<Q, T>(found: &str, depth: usize) -> Aggregate<Q, T> {
    let words = format!("`min` and `max` take values that every database can put in order, and {found} are not such");
    Aggregate::failed(ValueError::misuse(words), depth)
}

/// A type whose columns hold truth values.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no truth values",
    label = "only conditions and columns of type `bool` have `every` and `any`"
)]
pub trait Logical: ColumnType {}

impl Logical for bool {}
impl Logical for Option<bool> {}

/// A type whose values have a sum.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` have no sum and no average",
    label = "only columns of integers, floating-point numbers and decimals have"
)]
pub trait Summable {
    /// The type of the sum: `i64` of integers, `f64` of numbers with fractions, `Decimal` of decimals.
    type Sum: ColumnType;
    /// The type of the average: `f64`, or `Decimal` of decimals.
    type Average: ColumnType;
    #[doc(hidden)]
    const DECIMAL: bool = false;
    #[doc(hidden)]
    const WIDENED: Option<SqlType>;
    #[doc(hidden)]
    const TYPED: Option<SqlType>;
}

macro_rules! summable {
    ($sum:ty, $widened:expr, $typed:expr => $($number:ty)*) => {$(
        impl Summable for $number {
            type Sum = $sum;
            type Average = f64;
            const WIDENED: Option<SqlType> = $widened;
            const TYPED: Option<SqlType> = $typed;
        }
    )*};
}

summable! { i64, None, Some(SqlType::BigInt) => i8 i16 i32 i64 u8 u16 u32 u64 }
summable! { f64, Some(SqlType::Double), None => f32 }
summable! { f64, None, None => f64 }

#[cfg(feature = "decimal")]
impl Summable for ::rust_decimal::Decimal {
    type Sum = Self;
    type Average = Self;
    const DECIMAL: bool = true;
    const WIDENED: Option<SqlType> = None;
    const TYPED: Option<SqlType> = Some(SqlType::Decimal);
}

impl<T: Summable> Summable for Option<T> {
    type Sum = T::Sum;
    type Average = T::Average;
    const DECIMAL: bool = T::DECIMAL;
    const WIDENED: Option<SqlType> = T::WIDENED;
    const TYPED: Option<SqlType> = T::TYPED;
}

/// The number of rows (`count(*)`).
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::count;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 31)], &db)?;
/// let by_age = User::query().group_by(User::AGE).select((User::AGE, count())).order_by(count().desc());
/// assert_eq!(by_age.all(&db)?, [(31, 2), (17, 1)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn count() -> Aggregate<(), i64> {
    Aggregate::of_rows(AggregateFunction::Count)
}
