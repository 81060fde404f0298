use std::fmt;
use std::marker::PhantomData;

/// A named default scope of the model `M`: what `Invoice::SCOPE_KEPT` is.
///
/// A model has any number of them, `#[model(scope(tenant = Invoice::of_tenant, kept = Invoice::kept))]`, each with a constant
/// of its name. [`Query::without_scope`](crate::Query::without_scope) and
/// [`Load::without_scope`](crate::Load::without_scope) lift one, and the others hold on.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// #[model(scope(tenant = Invoice::of_tenant, kept = Invoice::kept))]
/// struct Invoice {
///     #[column(primary_key)]
///     id: i64,
///     tenant_id: i64,
///     deleted: bool,
/// }
///
/// impl Invoice {
///     fn of_tenant() -> Predicate<Invoice> {
///         Invoice::TENANT_ID.eq(1)
///     }
///
///     fn kept() -> Predicate<Invoice> {
///         Invoice::DELETED.eq(false)
///     }
/// }
///
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Invoice,)>()?;
/// Invoice::insert_all([Invoice::new(1, false), Invoice::new(1, true), Invoice::new(2, true)], &db)?;
/// assert_eq!(Invoice::query().count(&db)?, 1);
/// assert_eq!(Invoice::query().without_scope(Invoice::SCOPE_KEPT).count(&db)?, 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct DefaultScope<M> {
    index: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> DefaultScope<M> {
    /// The scope at a position of the model's: for the derive.
    #[must_use]
    pub const fn new(index: usize) -> Self {
        DefaultScope { index, model: PhantomData }
    }

    /// Its position among the model's scopes.
    pub(crate) const fn index(self) -> usize {
        self.index
    }
}

impl<M> Clone for DefaultScope<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for DefaultScope<M> {}

impl<M> fmt::Debug for DefaultScope<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DefaultScope").field(&self.index).finish()
    }
}
