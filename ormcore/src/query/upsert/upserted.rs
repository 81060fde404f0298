use crate::error::{Error, Result};
use crate::model::{Handle, Model};

/// What becomes of a draft in an upsert: the row, a row if there is one, or the row and whether it was inserted.
pub trait Upserted<M>: Send + Sized {
    /// The same with the row's handle.
    type Handle;

    /// Whether a row that is there is looked for.
    #[doc(hidden)]
    const FINDS: bool = false;

    #[doc(hidden)]
    fn of(row: Option<M>, was_there: bool) -> Result<Self>;

    /// Has the row kept, which may be just as it was there before.
    #[doc(hidden)]
    fn kept(self, keep: impl FnOnce(M, bool) -> Result<Handle<M>>) -> Result<Self::Handle>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Upserted<M> for M {
    type Handle = Handle<M>;

    fn of(row: Option<M>, _: bool) -> Result<M> {
        row.ok_or_else(|| {
            Error::usage(format!(
                "an insert into `{}` with an update of the row that is there has given no row: a trigger or a rule of the \
                 database may have left it out",
                M::NAME
            ))
        })
    }

    fn kept(self, keep: impl FnOnce(M, bool) -> Result<Handle<M>>) -> Result<Handle<M>> {
        keep(self, false)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Upserted<M> for Option<M> {
    type Handle = Option<Handle<M>>;

    fn of(row: Option<M>, _: bool) -> Result<Option<M>> {
        Ok(row)
    }

    fn kept(self, keep: impl FnOnce(M, bool) -> Result<Handle<M>>) -> Result<Option<Handle<M>>> {
        self.map(|row| keep(row, false)).transpose()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Upserted<M> for (M, bool) {
    type Handle = (Handle<M>, bool);

    const FINDS: bool = true;

    fn of(row: Option<M>, was_there: bool) -> Result<(M, bool)> {
        let row =
            row.ok_or_else(|| Error::usage(format!("a draft of `{}` has neither met a row nor become one", M::NAME)))?;
        Ok((row, !was_there))
    }

    fn kept(self, keep: impl FnOnce(M, bool) -> Result<Handle<M>>) -> Result<(Handle<M>, bool)> {
        let (row, is_new) = self;
        Ok((keep(row, !is_new)?, is_new))
    }
}
