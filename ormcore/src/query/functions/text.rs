use super::{Nullability, Of, binary, unary};
use crate::query::case::typed;
use crate::query::functions::result;
use crate::query::{Computed, Expression, IntoExpression, Operand, Textual};
use crate::sql::{BinaryOperator, Function};

/// Functions of text. Characters are those of Unicode, and positions are counted from 1.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     email: String,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// User::new("Ann", "Ann@example.org").insert(&db)?;
///
/// let domain = User::EMAIL.substr_from(User::EMAIL.position("@") + 1);
/// let shown = User::NAME.upper().concat(" at ").concat(domain);
/// assert_eq!(User::query().filter(User::EMAIL.lower().eq("ann@example.org")).select(shown).all(&db)?, ["ANN at example.org"]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait TextFunctions: Expression {
    /// The text in lower case, letter by letter: letters whose lower case is several stay one (`İ` becomes `i`).
    ///
    /// PostgreSQL asks the database's own locale; with the locale `C` it knows the letters of ASCII only.
    fn lower(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::Lower, self)
    }

    /// The text in upper case, letter by letter: letters whose upper case is several stay as they are (`ß`). As
    /// [`lower`](TextFunctions::lower).
    fn upper(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::Upper, self)
    }

    /// How many characters the text has.
    fn length(self) -> Computed<Self::Model, Of<Self, i64>>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::Length, self)
    }

    /// The text without the blanks (spaces) around it.
    fn trim(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::Trim, self)
    }

    /// The text without the blanks before it.
    fn ltrim(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::TrimStart, self)
    }

    /// The text without the blanks behind it.
    fn rtrim(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        unary(Function::TrimEnd, self)
    }

    /// So many characters from a position on, which is counted from 1. Positions before the first count too, and have no
    /// character: `substr(0, 2)` is the first one. A negative length is 0.
    fn substr(
        self,
        start: impl Operand<Self::Model, i64, Source = Self::Model>,
        length: impl Operand<Self::Model, i64, Source = Self::Model>,
    ) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        let depth = 1 + self.depth().max(start.depth()).max(length.depth());
        let call = || {
            let arguments = vec![self.into_expr()?, start.into_operand()?, length.into_operand()?];
            Ok(result::<Self::Type>(Function::Substring, arguments))
        };
        Computed::new(call(), depth)
    }

    /// All characters from a position on, which is counted from 1.
    fn substr_from<O: Operand<Self::Model, i64>>(self, start: O) -> Computed<O::Source, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        let depth = 1 + self.depth().max(start.depth());
        let call = || Ok(result::<Self::Type>(Function::Substring, vec![self.into_expr()?, start.into_operand()?]));
        Computed::new(call(), depth)
    }

    /// The text with one part replaced by another wherever it stands; nothing is replaced if the part is empty.
    fn replace(
        self,
        from: impl Operand<Self::Model, String, Source = Self::Model>,
        to: impl Operand<Self::Model, String, Source = Self::Model>,
    ) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Textual + Nullability,
    {
        let depth = 1 + self.depth().max(from.depth()).max(to.depth());
        let call = || {
            let (from, to) = (typed::<String>(from.into_operand()?), typed::<String>(to.into_operand()?));
            Ok(result::<Self::Type>(Function::Replace, vec![self.into_expr()?, from, to]))
        };
        Computed::new(call(), depth)
    }

    /// Where the other text begins in this one, counted from 1; 0 if it is not there.
    fn position<O: Operand<Self::Model, String>>(self, part: O) -> Computed<O::Source, Of<Self, i64>>
    where
        Self::Type: Textual + Nullability,
    {
        binary::<_, String, _, _>(Function::Position, self, part)
    }

    /// The text and another behind it; NULL if one of them is NULL.
    fn concat<O: IntoExpression<Type: Textual + Nullability>>(
        self,
        other: O,
    ) -> Computed<O::With<Self::Model>, Of<Self, O::Type>>
    where
        Self::Type: Textual + Nullability,
    {
        let depth = 1 + self.depth().max(other.nesting());
        let joined = || Ok(self.into_expr()?.binary(BinaryOperator::Concatenate, other.into_expression()?));
        Computed::new(joined(), depth)
    }
}

impl<X: Expression> TextFunctions for X {}
