//! The names of methods that the macro makes: those of every model are taken.

use syn::Ident;
use syn::ext::IdentExt;

use super::name_of;

/// What every model has from `Model`, `Queryable` and `Insertable`: a method of the model's own would hide it.
pub(crate) const OF_EVERY_MODEL: &[&str] = &[
    "all",
    "all_columns",
    "apply",
    "delete",
    "delete_all",
    "find",
    "from_sql",
    "get",
    "insert",
    "insert_all",
    "insert_from",
    "on",
    "on_any_conflict",
    "on_conflict",
    "query",
    "refresh",
    "search",
    "update",
    "update_all",
    "update_all_only",
    "update_only",
];

/// Whether something is wrong with the name.
pub(crate) fn is_taken(method: &Ident, constant: Option<&Ident>) -> bool {
    mistake("", method, constant).is_some()
}

/// What is wrong with the name of `what`, which is to be a method, beside the constant if there is one.
pub(crate) fn mistake(what: &str, method: &Ident, constant: Option<&Ident>) -> Option<String> {
    let name = name_of(method);
    if OF_EVERY_MODEL.contains(&name.as_str()) {
        return Some(format!("every model has a method `{name}`: give the {what} another name"));
    }
    if constant.is_none_or(|constant| constant.unraw() != name) {
        return None;
    }
    let lower = name.to_lowercase();
    let other = if lower == name { format!("rel_{}", name.trim_start_matches('_')) } else { lower };
    Some(format!(
        "the constant and the method of the {what} would both be called `{name}`: give it a name with a lower-case letter, \
         such as `{other}`"
    ))
}
