//! The pages, a file a group: its addresses, its forms, its templates.

pub(crate) mod authors;
pub(crate) mod books;
pub(crate) mod datasets;
pub(crate) mod home;
pub(crate) mod login;
pub(crate) mod ml_models;
pub(crate) mod users;

use askama::Template;

use crate::web::{Answer, Context, Frame};

/// Asks before something is deleted.
#[derive(Template)]
#[template(path = "bookshelf/delete.html")]
struct DeletePage<'p> {
    frame: Frame,
    /// What is to be deleted, in words.
    what: &'p str,
    /// What goes with it.
    with_it: &'p str,
    /// Where the answer is sent to.
    action: String,
    /// Where one comes back to.
    back: String,
}

fn confirm(context: &Context, what: &str, with_it: &str, back: String) -> Answer {
    let frame = context.frame();
    context.page(&DeletePage { frame, what, with_it, action: format!("{back}/delete"), back })
}

/// A form without fields of its own: a button.
#[derive(serde::Deserialize)]
pub(crate) struct Button {}
