//! A method that nobody can call: its bound says what to write.

use crate::query::Query;
use crate::session::Session;

/// What queries are begun with; no type has it, for models have it themselves.
#[diagnostic::on_unimplemented(
    message = "a query begins with its model, and is given to the session",
    label = "`session.all(User::query())?`",
    note = "so are `session.first(..)`, `session.one(..)` and `session.one_or_none(..)`; by key it is `session.get::<User>(1)?`",
    note = "what is no whole row is asked of its transaction: `User::query().select(User::NAME).all(session.transaction()?)?`"
)]
pub trait Queried {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

impl Session {
    #[doc(hidden)]
    pub fn query<'s, M>(&'s self) -> Query<M>
    where
        &'s Self: Queried,
    {
        self.never()
    }
}
