use crate::model::{Model, Writable};
use crate::relation::{Backref, BelongsTo, Dynamic, HasMany, HasOne, Kind, ManyToMany, SelfReferential};

/// Relationships of the model `M` that a session changes: whose foreign key is one of a model that is not read-only, or
/// which a link table keeps.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::{Changeable, Relation};
/// # use ormcore::relation::ToMany;
/// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64, name: String, #[relationship] books: HasMany<Book> }
/// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, title: String, #[column(foreign_key = Author::ID)] author_id: Option<i64>, #[relationship] author: BelongsTo<Author> }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Author, Book)>()?;
/// fn empty<M: Model, K: ToMany + Changeable<M>>(
///     row: Handle<M>,
///     relation: Relation<M, K>,
///     session: &mut Session,
/// ) -> ormcore::Result<()> {
///     session.set(row, relation, [])
/// }
/// let mut session = db.session()?;
/// let ursula = session.add(Author::new("Ursula"));
/// let book = session.add(Book::new("Tehanu").set(Book::AUTHOR_ID, ursula));
/// empty(ursula, Author::BOOKS, &mut session)?;
/// session.commit()?;
/// assert_eq!(session[book].author_id, None);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a session does not change rows along `{Self}`, which is only read",
    label = "this relationship has a `filter`",
    note = "change them along the relationship without it, over the same foreign key or link table: whether a row meets the \
            `filter` is what its columns say"
)]
pub trait Changeable<M>: Kind {}

impl<M: Model, T: Writable> Changeable<M> for HasMany<T> {}
impl<M: Model, T: Writable> Changeable<M> for HasOne<T> {}
impl<M: Writable, T: Model> Changeable<M> for BelongsTo<T> {}
impl<M: Model, T: Model> Changeable<M> for ManyToMany<T> {}
impl<M: Model, K: Changeable<M>> Changeable<M> for SelfReferential<K> {}
impl<M: Model, K: Changeable<M>> Changeable<M> for Dynamic<K> {}
impl<M: Model, K: Changeable<M>> Changeable<M> for Backref<K> {}
