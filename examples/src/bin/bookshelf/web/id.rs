//! Keys in addresses.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::web::Refusal;

/// The key of a row in the address; what is no key leads nowhere.
pub(crate) struct Id(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<i64>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Id(id)).map_err(|_| Refusal::NotFound)
    }
}
