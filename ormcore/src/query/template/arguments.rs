use std::fmt;
use std::marker::PhantomData;

use super::Template;
use crate::model::{Columns, Model};
use crate::query::{AllColumns, IntoExpression, ModelSource, Source};
use crate::schema::statements::table_name;
use crate::sql::TemplatePart;
use crate::sql::template::parts;
use crate::value::ValueError;

/// What stands in a place of [`sql!`](crate::sql!): an expression, a value, `Model::all_columns()`,
/// [`table`](crate::sql::table), or other SQL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a place of `sql!`",
    label = "expected a value of a column type, a column, or another expression",
    note = "values are given as they are: `name.clone()` or `name.as_str()` where there is a `&String`, `*id` where there is a `&i64`"
)]
pub trait TemplateArgument {
    /// What is about `Q` and about this.
    type With<Q>;

    /// Adds it to the parts, and says how deeply it is nested.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn push_to(self, parts: &mut Vec<TemplatePart>) -> Result<usize, ValueError>;
}

impl<X: IntoExpression> TemplateArgument for X {
    type With<Q> = X::With<Q>;

    fn push_to(self, parts: &mut Vec<TemplatePart>) -> Result<usize, ValueError> {
        let depth = self.nesting();
        parts.push(TemplatePart::Expr(self.into_expression()?));
        Ok(depth)
    }
}

impl<N: ModelSource> TemplateArgument for AllColumns<N> {
    type With<Q> = (Q, N);

    fn push_to(self, parts: &mut Vec<TemplatePart>) -> Result<usize, ValueError> {
        for (index, column) in <N::Model as Columns>::COLUMNS.iter().enumerate() {
            if index > 0 {
                parts.push(TemplatePart::Sql(", "));
            }
            parts.push(TemplatePart::Expr(N::alias().column(column.name)));
        }
        Ok(1)
    }
}

impl<N> TemplateArgument for Template<N> {
    type With<Q> = (Q, N);

    fn push_to(self, parts: &mut Vec<TemplatePart>) -> Result<usize, ValueError> {
        parts.push(TemplatePart::Sql("("));
        parts.extend(self.parts?);
        parts.push(TemplatePart::Sql(")"));
        Ok(self.depth)
    }
}

/// The table of the model `M`: what [`table`](crate::sql::table) gives.
pub struct TableOf<M>(PhantomData<fn() -> M>);

impl<M> TableOf<M> {
    pub(super) const fn new() -> Self {
        TableOf(PhantomData)
    }
}

impl<M: Model> TemplateArgument for TableOf<M> {
    type With<Q> = Q;

    fn push_to(self, parts: &mut Vec<TemplatePart>) -> Result<usize, ValueError> {
        parts.push(TemplatePart::Table(table_name(M::TABLE)));
        Ok(1)
    }
}

impl<M> Clone for TableOf<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for TableOf<M> {}

impl<M: Model> fmt::Debug for TableOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table `{}`", M::NAME)
    }
}

/// What SQL is about, where that is no other model than `M`.
#[diagnostic::on_unimplemented(
    message = "this SQL is not about `{M}` alone",
    label = "it is about other models too",
    note = "SQL about several models is joined with other conditions by `all_of((..))` and `any_of((..))`, of `ormcore::sql`"
)]
pub trait OnlyAbout<M> {}

#[diagnostic::do_not_recommend]
impl<M> OnlyAbout<M> for () {}
#[diagnostic::do_not_recommend]
impl<M: Source> OnlyAbout<M> for M {}
#[diagnostic::do_not_recommend]
impl<M, A: OnlyAbout<M>, B: OnlyAbout<M>> OnlyAbout<M> for (A, B) {}

/// All arguments of [`sql!`](crate::sql!), in a tuple.
pub trait TemplateArguments {
    /// What they are about.
    type Source;

    #[doc(hidden)]
    fn fill(self, text: &'static str) -> (Result<Vec<TemplatePart>, ValueError>, usize);
}

/// Adds an argument to the parts; it is asked once.
type Push<'a> = &'a mut dyn FnMut(&mut Vec<TemplatePart>) -> Result<usize, ValueError>;

fn fill(text: &'static str, arguments: &mut [Push<'_>]) -> (Result<Vec<TemplatePart>, ValueError>, usize) {
    let (mut depth, mut next) = (0, arguments.iter_mut());
    let filled = parts(text, |parts| {
        if let Some(push) = next.next() {
            depth = depth.max(push(parts)?);
        }
        Ok(())
    });
    (filled, depth)
}

macro_rules! about {
    ($source:ty;) => { $source };
    ($source:ty; $first:ident $($rest:ident)*) => { about!(<$first as TemplateArgument>::With<$source>; $($rest)*) };
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: TemplateArgument),*> TemplateArguments for ($($name,)*) {
            type Source = about!((); $($name)*);

            #[allow(non_snake_case)]
            fn fill(self, text: &'static str) -> (Result<Vec<TemplatePart>, ValueError>, usize) {
                let ($($name,)*) = self;
                $(
                    let mut $name = Some($name);
                    let mut $name = |parts: &mut Vec<TemplatePart>| $name.take().map_or(Ok(0), |argument| argument.push_to(parts));
                )*
                fill(text, &mut [$(&mut $name),*])
            }
        }
    )*};
}

tuples! {
    () (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}
