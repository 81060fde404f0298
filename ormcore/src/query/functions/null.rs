use super::result;
use crate::query::{Assignable, Computed, Expression, Operand};
use crate::sql::{Expr, Function};
use crate::value::{ColumnType, ValueError};

/// What may take the place of a NULL of the type `T`: a value, or another expression, of the type or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot take the place of a NULL of type `{T}`",
    label = "expected a value or an expression of type `{T}`"
)]
pub trait Alternative<M, T> {
    /// What both are about.
    type Source;
    /// The type of the first that is not NULL: `T`, or an `Option` of it where the alternative may be NULL too.
    type Type: ColumnType;

    #[doc(hidden)]
    fn into_alternative(self) -> Result<Expr, ValueError>;

    #[doc(hidden)]
    fn depth(&self) -> usize {
        1
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Alternative<M, T> for T {
    type Source = M;
    type Type = T;

    fn into_alternative(self) -> Result<Expr, ValueError> {
        super::constant(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Alternative<M, T> for Option<T> {
    type Source = M;
    type Type = Option<T>;

    fn into_alternative(self) -> Result<Expr, ValueError> {
        super::constant(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M> Alternative<M, String> for &str {
    type Source = M;
    type Type = String;

    fn into_alternative(self) -> Result<Expr, ValueError> {
        super::constant(&self.to_string())
    }
}

macro_rules! alternatives {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<__M, __T, $($generics)*> Alternative<__M, __T> for $expression
        where
            Self: Expression<Type: Alternative<(), __T>>,
        {
            type Source = (__M, <Self as Expression>::Model);
            type Type = <<Self as Expression>::Type as Alternative<(), __T>>::Type;

            fn into_alternative(self) -> Result<Expr, ValueError> {
                self.into_expr()
            }

            fn depth(&self) -> usize {
                Expression::depth(self)
            }
        }
    )*};
}

for_each_expression! { alternatives }

/// The expression, or where it is NULL another: `coalesce(User::BIO, "nothing")`.
///
/// The result is an `Option` only if the other may be NULL too. Three in a row are `coalesce(coalesce(a, b), c)`.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::coalesce;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String>, motto: Option<String> }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// User::new().insert(&db)?;
/// let told: Vec<String> = User::query().select(coalesce(coalesce(User::BIO, User::MOTTO), "nothing")).all(&db)?;
/// assert_eq!(told, ["nothing"]);
/// let total: i64 = User::query().select(coalesce(User::ID.sum(), 0)).one(&db)?;
/// assert_eq!(total, 1);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn coalesce<X, O>(expression: X, other: O) -> Computed<O::Source, O::Type>
where
    X: Expression<Type: ColumnType>,
    O: Alternative<X::Model, <X::Type as ColumnType>::Bare>,
{
    let depth = 1 + expression.depth().max(other.depth());
    let call = || {
        let arguments = vec![expression.into_expr()?, other.into_alternative()?];
        Ok(result::<O::Type>(Function::Coalesce, arguments))
    };
    Computed::new(call(), depth)
}

/// NULL where the two are equal, else the first.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::nullif;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// User::insert_all(["ann", ""].map(User::new), &db)?;
/// let names = User::query().select(nullif(User::NAME, "")).order_by(User::ID).all(&db)?;
/// assert_eq!(names, [Some("ann".to_string()), None]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn nullif<X, O>(expression: X, value: O) -> Computed<O::Source, Option<<X::Type as ColumnType>::Bare>>
where
    X: Expression<Type: ColumnType>,
    O: Operand<X::Model, X::Type>,
{
    super::binary::<X, X::Type, O, _>(Function::NullIf, expression, value)
}

/// The larger of two; NULL if one of them is NULL, on every database. Of two of which one may be NULL, that comes first.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::{greatest, least};
/// # #[derive(Model)] struct Bid { #[column(primary_key)] id: i64, amount: i32, limit: Option<i32> }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Bid,)>()?;
/// Bid::insert_all([Bid::new(7), Bid::new(5).set(Bid::LIMIT, 6)], &db)?;
/// let rows = Bid::query().select((greatest(Bid::AMOUNT, 6), least(Bid::LIMIT, Bid::AMOUNT))).order_by(Bid::ID);
/// assert_eq!(rows.all(&db)?, [(7, None), (6, Some(5))]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn greatest<X, O>(expression: X, other: O) -> Computed<O::Source, X::Type>
where
    X: Expression<Type: ColumnType>,
    O: Operand<X::Model, X::Type, Type: Assignable<X::Type>>,
{
    super::binary::<X, X::Type, O, _>(Function::Greatest(X::Type::TYPE), expression, other)
}

/// The smaller of two; as [`greatest`].
pub fn least<X, O>(expression: X, other: O) -> Computed<O::Source, X::Type>
where
    X: Expression<Type: ColumnType>,
    O: Operand<X::Model, X::Type, Type: Assignable<X::Type>>,
{
    super::binary::<X, X::Type, O, _>(Function::Least(X::Type::TYPE), expression, other)
}
