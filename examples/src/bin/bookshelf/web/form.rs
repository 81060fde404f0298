//! Forms: taken only from our own pages, and shown again with what is wrong.

use std::str::FromStr;
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use ormcore::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::web::{App, Refusal, cookies};

/// What was typed into a form `T`, whose signature is right: another site cannot send it in a visitor's name.
pub(crate) struct Posted<T>(pub(crate) T);

#[derive(Deserialize)]
struct Signed<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let visitor = cookies::find(request.headers(), cookies::VISITOR).map(str::to_string);
        let form = Form::<Signed<T>>::from_request(request, app).await;
        let Form(signed) = form.map_err(IntoResponse::into_response)?;
        if visitor.is_some_and(|visitor| app.key.is_signature(&signed.csrf, &visitor)) {
            Ok(Posted(signed.form))
        } else {
            Err(Refusal::Forbidden.into_response())
        }
    }
}

/// What is wrong with a form, by field.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<(String, String)>,
    /// Where what is wrong with another table's column belongs.
    fields: Vec<(&'static str, &'static str)>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Errors::default()
    }

    /// What is wrong with rows of this table is shown beside this field.
    pub(crate) fn beside(mut self, table: &'static str, field: &'static str) -> Self {
        self.fields.push((table, field));
        self
    }

    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.found.push((field.to_string(), message.into()));
    }

    pub(crate) fn require(&mut self, field: &str, holds: bool, message: &str) {
        if !holds {
            self.add(field, message);
        }
    }

    /// The number that was typed; if it is none, that is noted, and another one goes on in its place.
    pub(crate) fn number<T: FromStr + Default + PartialOrd>(&mut self, field: &str, typed: &str) -> T {
        // `NaN` is parsed, and is not even equal to itself.
        let number = typed.trim().parse().ok().filter(|number: &T| number.partial_cmp(number).is_some());
        number.unwrap_or_else(|| {
            self.add(field, "is not a number");
            T::default()
        })
    }

    /// As [`Errors::number`], of a field that may stay empty.
    pub(crate) fn optional_number<T: FromStr + Default + PartialOrd>(&mut self, field: &str, typed: &str) -> Option<T> {
        (!typed.trim().is_empty()).then(|| self.number(field, typed))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What is wrong with the form as a whole: what the database has not told a field of.
    pub(crate) fn general(&self) -> Option<String> {
        self.of("")
    }

    /// What is wrong with the field, for the template.
    pub(crate) fn of(&self, field: &str) -> Option<String> {
        let messages: Vec<_> = self.found.iter().filter(|(of, _)| of == field).map(|(_, text)| text.as_str()).collect();
        (!messages.is_empty()).then(|| messages.join("; "))
    }

    /// Writes in a transaction, which is rolled back if anything is wrong: so the model's rules and the database's
    /// are asked about even where the form alone is wrong already, and all is told at once. `None` if something is.
    pub(crate) fn save<T>(
        &mut self,
        db: &Database,
        mut work: impl FnMut(&Transaction) -> ormcore::Result<T>,
    ) -> ormcore::Result<Option<T>> {
        let saved = db.transaction_with(TransactionOptions::new().retry(5), |tx| {
            let row = work(tx)?;
            self.check()?;
            Ok(row)
        });
        self.note(saved)
    }

    /// Ends a transaction if the form has errors.
    pub(crate) fn check(&self) -> ormcore::Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::rollback("the form has errors")) }
    }

    /// Takes what is the visitor's to mend out of the error.
    pub(crate) fn note<T>(&mut self, saved: ormcore::Result<T>) -> ormcore::Result<Option<T>> {
        let error = match saved {
            Ok(row) => return Ok(Some(row)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::Invalid { table, violations, .. } => {
                for violation in violations {
                    let field = self.field(table, violation.column().unwrap_or_default());
                    self.add_once(field, violation.message());
                }
            }
            ErrorKind::UniqueViolation { table, columns, .. } => {
                let field = self.field(table, columns.last().map_or("", String::as_str));
                self.add_once(field, "is taken already");
            }
            ErrorKind::Encode { table, column, .. } => {
                let field = self.field(table, column);
                self.add_once(field, "holds a character that cannot be kept");
            }
            ErrorKind::Rollback { .. } if !self.is_empty() => {}
            _ => return Err(error),
        }
        Ok(None)
    }

    fn field(&self, table: &str, column: &str) -> String {
        let beside = self.fields.iter().find(|(of, _)| *of == table);
        beside.map_or(column, |(_, field)| field).to_string()
    }

    /// What the form said of a field is said no second time by the model.
    fn add_once(&mut self, field: String, message: &str) {
        if !self.found.iter().any(|(of, _)| *of == field) {
            self.found.push((field, message.to_string()));
        }
    }
}
