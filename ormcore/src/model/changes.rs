//! Values that a request brings: a struct of them is applied to a row, a draft or many rows.

use std::any::TypeId;

use crate::model::{AnyColumn, Column, Columns, Draft, Embedded, Model, Settable};
use crate::value::{ColumnType, Field, IntoColumn, Value};

/// A struct of values for columns of [`Of`](Changes::Of), such as the body of a request; `#[derive(Changes)]` implements it.
///
/// A field sets the column of the field of its name. One of the type `Option<..>` sets it if it is `Some`; every other sets
/// it always.
///
/// | type of the column | type of the field | what it does |
/// | --- | --- | --- |
/// | `String` | `String` | sets it |
/// | `String` | `Option<String>` | sets it, if a value is present |
/// | `Option<String>` | `Option<String>` | sets it, if a value is present, and never to NULL |
/// | `Option<String>` | `Option<Option<String>>` | sets it, if present: to a value, or by `Some(None)` to NULL |
/// | `Option<String>` | `Option<String>` with `#[changes(none_is_null)]` | sets it, `None` to NULL |
/// | an embedded `Address` | `AddressChanges`, `Option<AddressChanges>` | sets those of its columns that are present |
///
/// A field takes what [`Draft::set`] takes as a value: an `Option<&str>` for a text, a plain text for a [`Secret`](crate::Secret);
/// one that can say NULL holds the column's own type, `Option<Option<Json<Theme>>>`. Primary keys and versions say which row it
/// is, and columns that only the database writes are nobody's to set: for these, and for what is no column, the field says
/// `#[changes(skip)]`. An `on_write` column gets its own value whenever a row is written, whatever the changes bring; an update of
/// many rows and that of an upsert take theirs.
///
/// The trait names the model: a struct that is `pub` needs a model that is.
///
/// | where | how | what is written |
/// | --- | --- | --- |
/// | a row in hand | [`row.apply(changes)`](Model::apply) and [`update_only`](Model::update_only) | the columns that were present |
/// | a session | `session[handle].apply(changes)` | those that differ |
/// | many rows | [`query.update(changes, &db)`](crate::Query::update) | those that are present, in one statement |
/// | a new row | `Draft::from(changes)`, [`draft.apply(changes)`](Draft::apply) | the row |
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model, Debug)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     #[column(unique)]
///     email: String,
///     bio: Option<String>,
/// }
///
/// #[derive(Changes)] // and `serde::Deserialize`
/// #[changes(model = User)]
/// struct NewUser {
///     name: String,
///     email: String,
///     bio: Option<String>,
/// }
///
/// #[derive(Changes, Default)]
/// #[changes(model = User)]
/// struct UserChanges {
///     name: Option<String>,
///     bio: Option<Option<String>>,
///     #[changes(column = User::EMAIL)]
///     mail: Option<String>,
///     #[changes(skip)]
///     token: String,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// let body = NewUser { name: "ann".into(), email: "ann@example.org".into(), bio: Some("hi".into()) };
/// let mut ann = Draft::from(body).insert(&db)?;
///
/// let body = UserChanges { bio: Some(None), mail: Some("ann@example.com".into()), ..UserChanges::default() };
/// let statements = db.record();
/// let changed = ann.apply(body);
/// ann.update_only(changed, &db)?;
/// assert_eq!(statements.texts(), [r#"UPDATE "user" SET "email" = ?, "bio" = ? WHERE "id" = ?"#]);
/// assert_eq!((ann.name.as_str(), ann.email.as_str(), ann.bio), ("ann", "ann@example.com", None));
///
/// let body = UserChanges { name: Some("anna".into()), ..UserChanges::default() };
/// assert_eq!(User::query().filter(User::ID.eq(ann.id)).update(body, &db)?, 1);
/// # assert_eq!(User::find(1, &db)?.name, "anna");
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of changes",
    label = "this is no struct of changes",
    note = "derive it: `#[derive(Changes)]` and `#[changes(model = ..)]`, where the model may be a struct of columns that \
            models embed"
)]
pub trait Changes: Sized {
    /// The model whose columns they are, or the embedded struct.
    type Of: Columns;

    /// Gives each value that is present to `set`, with the position of its column.
    fn give(self, set: &mut dyn FnMut(usize, &mut dyn Field));
}

/// What a field of changes of `M` can set to a value of type `V`: a column, or the columns of an embedded struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no column of `{M}`",
    label = "this field has no column of `{M}` to set",
    note = "a field is called as the model's own is, or says which column it sets: `#[changes(column = User::EMAIL)]`; \
            `#[changes(skip)]` leaves it out",
    note = "rows of a relationship are no columns: leave the field out, and write them as rows of their own"
)]
pub trait Changed<M, V> {
    /// Gives the value to `set`, with the position of the column.
    fn change(self, value: V, set: &mut dyn FnMut(usize, &mut dyn Field));

    /// As [`change`](Changed::change), but for the `None` of an `Option` that the derive has not seen, such as that of an alias.
    fn change_unless_none(self, value: V, set: &mut dyn FnMut(usize, &mut dyn Field))
    where
        Self: Sized,
    {
        self.change(value, set);
    }
}

impl<M, T: ColumnType, W: Settable, V: IntoColumn<T>> Changed<M, V> for Column<M, T, W> {
    fn change(self, value: V, set: &mut dyn FnMut(usize, &mut dyn Field)) {
        set(self.index(), &mut value.into_column());
    }

    fn change_unless_none(self, value: V, set: &mut dyn FnMut(usize, &mut dyn Field)) {
        let mut value = value.into_column();
        let is_optional = TypeId::of::<T>() != TypeId::of::<T::Bare>();
        if !(is_optional && matches!(value.to_value(), Ok(Value::Null))) {
            set(self.index(), &mut value);
        }
    }
}

impl<M, C: Columns, V: Changes<Of = C>> Changed<M, V> for Embedded<M, C> {
    fn change(self, value: V, set: &mut dyn FnMut(usize, &mut dyn Field)) {
        value.give(&mut |index, field| set(self.first() + index, field));
    }
}

/// Gives the value, if there is one, as [`Changed::change`].
pub fn change_present<M, C: Changed<M, V>, V>(column: C, value: Option<V>, set: &mut dyn FnMut(usize, &mut dyn Field)) {
    if let Some(value) = value {
        column.change(value, set);
    }
}

impl<M: Columns, T, W> Column<M, T, W> {
    /// Proves that changes may set the column.
    ///
    /// # Panics
    /// At compile time, if it is part of the primary key or counts versions.
    #[doc(hidden)]
    pub const fn is_changeable(&self) {
        let column = &M::COLUMNS[self.index()];
        assert!(
            !column.primary_key,
            "changes do not set a primary key, which says which row it is: add `#[changes(skip)]` to the field; a new row is \
             given its key by `with_key`"
        );
        assert!(
            !column.version,
            "changes do not set a version, which is compared and counted: add `#[changes(skip)]` to the field, and before \
             the update of the row in hand write `row.version = changes.version`; it is refused if the row has another"
        );
    }
}

impl<M, C> Embedded<M, C> {
    /// Nothing is to be proved: an embedded struct has neither keys nor versions.
    #[doc(hidden)]
    pub const fn is_changeable(&self) {}
}

/// Sets the fields of a row, and gives their columns.
pub(super) fn apply<M: Model>(row: &mut M, changes: impl Changes<Of = M>) -> Vec<AnyColumn<M>> {
    let mut changed = Vec::new();
    changes.give(&mut |index, field| {
        row.field_mut(index).exchange(field);
        changed.push(AnyColumn::at(index));
    });
    changed
}

impl<M: Model> Draft<M> {
    /// Sets the columns that are present in a struct of changes, as [`set`](Draft::set) does one.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     author: String,
    ///     title: String,
    ///     #[column(default = 1)]
    ///     stars: i32,
    /// }
    ///
    /// #[derive(Changes)]
    /// #[changes(model = Post)]
    /// struct Body {
    ///     title: String,
    ///     stars: Option<i32>,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Post,)>()?;
    /// let body = || Body { title: "Tehanu".into(), stars: None };
    /// let post = Draft::from(body()).set(Post::AUTHOR, "ann").insert(&db)?;
    /// assert_eq!((post.author.as_str(), post.title.as_str(), post.stars), ("ann", "Tehanu", 1));
    /// let post = Post::new("bob", "untitled").apply(body()).insert(&db)?;
    /// assert_eq!((post.author.as_str(), post.title.as_str()), ("bob", "Tehanu"));
    ///
    /// let missing = Draft::from(body()).insert(&db).map(|post| post.id);
    /// assert!(missing.is_err_and(|error| error.to_string().contains("Post::AUTHOR")));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn apply(mut self, changes: impl Changes<Of = M>) -> Self {
        changes.give(&mut |index, field| {
            self.row.field_mut(index).exchange(field);
            self.mark_set(index);
        });
        self
    }
}

/// A draft with defaults and the values that are present.
impl<C: Changes<Of: Model>> From<C> for Draft<C::Of> {
    fn from(changes: C) -> Self {
        Draft::empty().apply(changes)
    }
}
