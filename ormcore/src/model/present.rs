//! What a format says is there, though it is null.

use serde::{Deserialize, Deserializer};

/// Reads what is there as `Some`, null too: with it `Option<Option<T>>` tells a null, `Some(None)`, from a field that is absent.
///
/// serde by itself reads both as `None`. A field of the type `Option<T>` with it is refused if it is null, instead of counting
/// as absent. `default` belongs to it: without it the field may not be absent.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     bio: Option<String>,
/// }
///
/// #[derive(Changes, serde::Deserialize, Debug, PartialEq)]
/// #[changes(model = User)]
/// struct UserChanges {
///     #[serde(default, deserialize_with = "ormcore::present")]
///     name: Option<String>,
///     #[serde(default, deserialize_with = "ormcore::present")]
///     bio: Option<Option<String>>,
/// }
///
/// let read = |body| serde_json::from_str::<UserChanges>(body);
/// let bio = |bio| UserChanges { name: None, bio };
/// assert_eq!(read("{}").ok(), Some(bio(None)));
/// assert_eq!(read(r#"{"bio": null}"#).ok(), Some(bio(Some(None))));
/// assert_eq!(read(r#"{"bio": "hi"}"#).ok(), Some(bio(Some(Some("hi".into())))));
/// assert!(read(r#"{"name": null}"#).is_err());
/// # }
/// ```
///
/// # Errors
/// If the value is not one of the type.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
