//! Methods that nobody can call: where there would be no method and no more to say, their bounds say what to write.

use crate::database::{Database, Transaction};
use crate::error::Result;

/// What opens a transaction to be ended by hand; no type has it.
#[diagnostic::on_unimplemented(
    message = "a transaction is that of a closure",
    label = "`db.transaction(|tx| {{ ..; Ok(()) }})?`: commits on `Ok`, rolls back on `Err`",
    note = "`db.session()?` is ended by `commit()?` or `rollback()?`; what a test does is undone by `db.test_database()?`"
)]
pub trait EndedByHand {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

/// What runs the text of a query; no type has it, for what is read from each row has to be said.
#[diagnostic::on_unimplemented(
    message = "SQL of your own says what it reads from each row",
    label = "`db.query_as::<(i64, String)>(\"SELECT ..\", ())?`",
    note = "what gives no rows is `db.execute(\"UPDATE ..\", ())?`; the query of a model begins with the model: `User::query()`"
)]
pub trait Untyped {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

impl Database {
    #[doc(hidden)]
    pub fn begin<'d>(&'d self) -> Result<Transaction>
    where
        &'d Self: EndedByHand,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn query<'d, T>(&'d self, _sql: &str, _parameters: T) -> Result<Vec<T>>
    where
        &'d Self: Untyped,
    {
        self.never()
    }
}
