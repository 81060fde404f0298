use crate::error::{Error, Result};
use crate::model::{Column, Draft, Model, Record};
use crate::schema::OwnedForeignKey;
use crate::value::IntoColumn;

/// A value, as [`SetColumn`]'s second parameter; the compiler finds this by itself.
#[derive(Debug)]
pub struct ByValue;

/// A row that a foreign key is to point to, as [`SetColumn`]'s second parameter; the compiler finds this by itself.
#[derive(Debug)]
pub struct ByRow;

/// What a draft's column of type `T` can be set to: whatever [`IntoColumn`] takes, or, for a foreign key, a row `&P`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be set to a value of type `{Self}`",
    label = "expected a value for a column of type `{T}`, or, for a foreign key, a row by reference"
)]
pub trait SetColumn<T, Kind> {
    /// Sets the column of the draft.
    ///
    /// # Errors
    /// If the value is a row, and the column does not reference its table.
    fn set_column<M: Model>(self, column: Column<M, T>, draft: &mut Draft<M>) -> Result<()>;
}

#[diagnostic::do_not_recommend]
impl<T: 'static, V: IntoColumn<T>> SetColumn<T, ByValue> for V {
    // A column is a constant: where it is known, so is the field.
    #[inline(always)]
    fn set_column<M: Model>(self, column: Column<M, T>, draft: &mut Draft<M>) -> Result<()> {
        // A column's type is that of its field, for both come from one derive.
        if let Some(field) = draft.row.field_mut(column.index()).as_any_mut().downcast_mut::<T>() {
            *field = self.into_column();
            draft.mark_set(column.index());
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T, P: Model> SetColumn<T, ByRow> for &P {
    fn set_column<M: Model>(self, column: Column<M, T>, draft: &mut Draft<M>) -> Result<()> {
        let key = key_to::<M, P>(column.name())?;
        let pairs = key.columns.iter().zip(&key.references);
        for (child, parent) in pairs {
            let set = copy(self, parent, &mut draft.row, child)?;
            draft.mark_set(set);
        }
        Ok(())
    }
}

/// The foreign key of `M` to `P` that the column is part of.
///
/// # Errors
/// If there is none.
pub(super) fn key_to<M: Model, P: Model>(column: &str) -> Result<OwnedForeignKey> {
    let leads =
        |key: &OwnedForeignKey| (key.schema, key.table) == (P::SCHEMA, P::NAME) && key.columns.contains(&column);
    M::TABLE.all_foreign_keys().find(leads).ok_or_else(|| {
        Error::usage(format!(
            "`{}.{column}` does not reference `{}`, a row of which it was set to: set it to a value, or to a row of the \
             table that it references",
            M::NAME,
            P::NAME
        ))
    })
}

/// The positions of a column of a foreign key of `M`, and of the column of `P` that it references.
///
/// # Errors
/// If there is no such column.
pub(super) fn pair<M: Model, P: Model>(child: &str, parent: &str) -> Result<(usize, usize)> {
    M::TABLE.position(child).zip(P::TABLE.position(parent)).ok_or_else(|| {
        Error::schema(format!(
            "the foreign key `{}.{child}` points to `{}.{parent}`, which is no column",
            M::NAME,
            P::NAME
        ))
    })
}

/// Copies a parent's column to the child's that references it, and gives the latter's position.
fn copy<P: Model, M: Model>(from: &P, parent: &str, to: &mut M, child: &str) -> Result<usize> {
    let (target, source) = pair::<M, P>(child, parent)?;
    let value = Record::field(from, source).value();
    let copied = value.and_then(|value| to.field_mut(target).assign(value));
    copied.map_err(|error| Error::encode(M::NAME, M::COLUMNS[target].name, &error))?;
    Ok(target)
}
