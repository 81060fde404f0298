//! Long lists, page by page.

use ormcore::Page;
use ormcore::query::{Cursor, KeysetPage};
use serde::Deserialize;

/// Where in a list a page is, as its address says; what is not understood is the beginning.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Place {
    page: String,
    after: String,
    per_page: String,
}

impl Place {
    const MOST: u64 = 100;

    /// Counted from 1.
    pub(crate) fn page(&self) -> u64 {
        // Beyond this there is nothing, and an offset that a database does not take.
        self.page.parse().unwrap_or(1).clamp(1, 1_000_000)
    }

    pub(crate) fn per_page(&self) -> u64 {
        self.per_page.parse().unwrap_or(20).clamp(1, Self::MOST)
    }

    /// The row behind which it begins.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.after.parse().ok()
    }
}

/// The links below a list: addresses without the part that `address` has already.
pub(crate) struct PageLinks {
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// `page 2 of 7`, where that is known.
    pub(crate) here: Option<String>,
}

impl PageLinks {
    /// Of pages that are counted. The address ends with `?` or `&`.
    pub(crate) fn counted<T>(page: &Page<T>, address: &str) -> Self {
        let to = |number: u64| format!("{address}page={number}&per_page={}", page.per_page);
        PageLinks {
            first: None,
            previous: page.has_prev().then(|| to(page.page - 1)),
            next: page.has_next().then(|| to(page.page + 1)),
            here: (page.pages() > 1).then(|| format!("page {} of {}", page.page, page.pages())),
        }
    }

    /// Of pages that begin behind a row: they cost the same however far one goes, and are not counted.
    pub(crate) fn behind<T>(page: &KeysetPage<T>, place: &Place, address: &str) -> Self {
        let per_page = place.per_page();
        PageLinks {
            first: place.cursor().map(|_| format!("{address}per_page={per_page}")),
            previous: None,
            next: page.next.as_ref().map(|next| format!("{address}after={next}&per_page={per_page}")),
            here: None,
        }
    }
}
