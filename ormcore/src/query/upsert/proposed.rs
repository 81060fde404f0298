use std::marker::PhantomData;

use crate::model::{Column, Model};
use crate::query::{Computed, Expression, Operand, Source};
use crate::sql::{Alias, Expr};
use crate::value::ValueError;

/// The row that an insert proposes, beside the one that is there already: what expressions of [`proposed`] are about.
#[derive(Debug)]
pub struct Proposed<M>(PhantomData<fn() -> M>);

/// The name that databases give to the proposed row.
pub(super) const NAME: &str = "excluded";

#[diagnostic::do_not_recommend]
impl<M: Model> Source for Proposed<M> {
    fn alias() -> Alias {
        Alias::from(NAME)
    }

    fn may_be_null(index: usize) -> bool {
        <M as Source>::may_be_null(index)
    }
}

/// A column of the row that an insert proposes (`excluded`), in what `do_update` sets where there is a row already.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::proposed;
/// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String, uses: i64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Tag,)>()?;
/// let more = Tag::USES.set(Tag::USES + proposed(Tag::USES) * 2);
/// let upsert = Tag::on_conflict(Tag::LABEL).do_update(more);
/// let tags = upsert.insert_all([Tag::new("rust", 1), Tag::new("rust", 3)], &db)?;
/// assert_eq!(tags[1].uses, 7);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use]
pub const fn proposed<M: Model, T, W>(column: Column<M, T, W>) -> Column<Proposed<M>, T, W> {
    Column::new(column.index(), column.name())
}

// The proposed row and the one that is there are of one model, and stand beside each other without `of`.
macro_rules! operands {
    ($(($this:ty, $other:ty => $source:ty))*) => {$(
        operands! { @ (W) $this, T, Column<$other, T, W>, $source }
        operands! { @ () $this, T, Computed<$other, T>, $source }
        operands! { @ (W) $this, Option<T>, Column<$other, T, W>, $source }
        operands! { @ () $this, Option<T>, Computed<$other, T>, $source }
    )*};
    (@ ($($who:ident)?) $this:ty, $type:ty, $expression:ty, $source:ty) => {
        #[diagnostic::do_not_recommend]
        impl<M: Model, T $(, $who)?> Operand<$this, $type> for $expression {
            type Source = $source;
            type Type = T;

            fn into_operand(self) -> Result<Expr, ValueError> {
                self.into_expr()
            }

            fn depth(&self) -> usize {
                Expression::depth(self)
            }
        }
    };
}

/// What is about both rows.
type Both<M> = (M, Proposed<M>);

operands! {
    (M, Proposed<M> => Both<M>)
    (Proposed<M>, M => Both<M>)
    (Both<M>, M => Both<M>)
    (Both<M>, Proposed<M> => Both<M>)
}
