//! Columns of one model whose types differ.

use std::fmt;
use std::marker::PhantomData;

use crate::model::{Column, Columns};

/// A column of the model `M`, whatever its type: what lists hold that are made at run time.
///
/// ```
/// use ormcore::AnyColumn;
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     age: i32,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// let mut ann = User::new("ann", 31).insert(&db)?;
/// let mut changed: Vec<AnyColumn<User>> = Vec::new();
/// if ann.age < 32 {
///     ann.age = 32;
///     changed.push(User::AGE.into());
/// }
/// assert_eq!((changed[0].name(), changed.contains(&User::NAME.into())), ("age", false));
/// ann.update_only(changed, &db)?;
/// # assert_eq!(User::find(1, &db)?.age, 32);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct AnyColumn<M> {
    index: usize,
    name: &'static str,
    model: PhantomData<fn() -> M>,
}

impl<M> AnyColumn<M> {
    /// Its position among the model's columns.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<M: Columns> AnyColumn<M> {
    /// The column at a position.
    pub(super) fn at(index: usize) -> Self {
        AnyColumn { index, name: M::COLUMNS[index].name, model: PhantomData }
    }
}

impl<M, T, W> From<Column<M, T, W>> for AnyColumn<M> {
    fn from(column: Column<M, T, W>) -> Self {
        AnyColumn { index: column.index(), name: column.name(), model: PhantomData }
    }
}

impl<M> Clone for AnyColumn<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for AnyColumn<M> {}

impl<M> PartialEq for AnyColumn<M> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<M> Eq for AnyColumn<M> {}

impl<M> fmt::Debug for AnyColumn<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyColumn({:?})", self.name)
    }
}

/// Some columns of one model: a tuple of column constants, or a list of columns that is made at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of columns of `{M}`",
    label = "expected a tuple of columns, such as `(User::EMAIL,)`, or a `Vec<AnyColumn<{M}>>`"
)]
pub trait ColumnList<M> {
    /// Their positions.
    fn indexes(&self) -> Vec<usize>;
}

impl<M, T, W> ColumnList<M> for Column<M, T, W> {
    fn indexes(&self) -> Vec<usize> {
        vec![self.index()]
    }
}

impl<M> ColumnList<M> for AnyColumn<M> {
    fn indexes(&self) -> Vec<usize> {
        vec![self.index]
    }
}

macro_rules! lists {
    ($(($($generics:tt)*) $list:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, C: ColumnList<M>, $($generics)*> ColumnList<M> for $list {
            fn indexes(&self) -> Vec<usize> {
                self.iter().flat_map(C::indexes).collect()
            }
        }
    )*};
}

lists! {
    () Vec<C>;
    () &Vec<C>;
    () &[C];
    (const N: usize) [C; N];
    (const N: usize) &[C; N];
}

macro_rules! tuples {
    ($(($($name:ident $who:ident $index:tt)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Model, $($name, $who),*> ColumnList<Model> for ($(Column<Model, $name, $who>,)*) {
            fn indexes(&self) -> Vec<usize> {
                vec![$(self.$index.index()),*]
            }
        }
    )*};
}

tuples! {
    (A WA 0)
    (A WA 0 B WB 1)
    (A WA 0 B WB 1 C WC 2)
    (A WA 0 B WB 1 C WC 2 D WD 3)
    (A WA 0 B WB 1 C WC 2 D WD 3 E WE 4)
    (A WA 0 B WB 1 C WC 2 D WD 3 E WE 4 F WF 5)
    (A WA 0 B WB 1 C WC 2 D WD 3 E WE 4 F WF 5 G WG 6)
    (A WA 0 B WB 1 C WC 2 D WD 3 E WE 4 F WF 5 G WG 6 H WH 7)
}
