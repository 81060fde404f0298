//! What a field keeps of the row that a foreign key points to, whatever its model: one piece of code for all of them.

use std::sync::{Arc, OnceLock};

use crate::error::{Error, Result};
use crate::model::{ReadRows, Record, SharedRow};
use crate::relation::field::Origin;
use crate::relation::link::{Pairs, is_null};
use crate::value::Value;

/// The row that a foreign key points to, shared by those that point to it.
pub(crate) type Target = Option<Arc<dyn SharedRow>>;

/// What was found for the values that a foreign key had, and what the query said that gave its row.
pub(super) struct Found {
    first: OnceLock<Box<Known>>,
    origin: Option<Arc<Origin<Target>>>,
}

/// What is known of one value of the foreign key, and then of others: a list that only grows, for rows of it are lent out.
struct Known {
    answer: Answer,
    next: OnceLock<Box<Known>>,
}

/// What a value of the foreign key points to.
#[derive(Clone)]
enum Answer {
    /// A row; its own columns say which value it was.
    Row(Arc<dyn SharedRow>),
    /// Nothing, for these values.
    Nothing(Box<[Value<'static>]>),
}

impl Answer {
    fn row(&self) -> Option<&dyn SharedRow> {
        match self {
            Answer::Row(row) => Some(row.as_ref()),
            Answer::Nothing(_) => None,
        }
    }
}

impl Known {
    fn new(answer: Answer) -> Box<Self> {
        Box::new(Known { answer, next: OnceLock::new() })
    }
}

impl Found {
    pub(super) const fn new() -> Self {
        Found { first: OnceLock::new(), origin: None }
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.first.get().is_some()
    }

    /// What was found last.
    pub(super) fn last(&self) -> Option<Option<&dyn SharedRow>> {
        Some(self.known().last()?.answer.row())
    }

    /// What the foreign key of the row points to, if that is known: `Some(None)` if it points to nothing.
    pub(super) fn current(&self, row: &dyn Record, key: &Pairs) -> Option<Option<&dyn SharedRow>> {
        if is_null(row, key) {
            return Some(None);
        }
        let is_current = |known: &&Known| match &known.answer {
            Answer::Row(target) => points_to(row, target.record(), key),
            Answer::Nothing(values) => is_key(row, values, key),
        };
        Some(self.known().find(is_current)?.answer.row())
    }

    /// Keeps a row alone.
    pub(super) fn set(&mut self, row: Arc<dyn SharedRow>) {
        self.first = OnceLock::from(Known::new(Answer::Row(row)));
    }

    /// Keeps what the row's key points to now.
    pub(super) fn keep(&self, row: &dyn Record, key: &Pairs, kept: Target) -> Result<()> {
        self.add(match kept {
            Some(target) => Answer::Row(target),
            None => Answer::Nothing(values(row, key)?),
        });
        Ok(())
    }

    /// Forgets what is kept, as the program wishes: what was loaded for others is not for this row.
    pub(super) fn reset(&mut self) {
        self.forget();
        if let Some(origin) = self.origin.take() {
            self.origin = Some(Arc::new(origin.alone()));
        }
    }

    /// Forgets what is kept.
    pub(super) fn forget(&mut self) {
        self.first = OnceLock::new();
    }

    /// Takes what was found first.
    pub(super) fn take(&mut self) -> Option<Target> {
        Some(match self.first.take()?.answer {
            Answer::Row(row) => Some(row),
            Answer::Nothing(_) => None,
        })
    }

    pub(super) fn origin(&self) -> Option<&Origin<Target>> {
        self.origin.as_deref()
    }

    pub(super) fn remember(&mut self, origin: Arc<Origin<Target>>) {
        self.origin = Some(origin);
    }

    fn known(&self) -> impl Iterator<Item = &Known> {
        std::iter::successors(self.first.get(), |known| known.next.get()).map(Box::as_ref)
    }

    /// Adds what is known, behind what another thread may add at the same time.
    fn add(&self, answer: Answer) {
        let (mut place, mut new) = (&self.first, Known::new(answer));
        while let Err(back) = place.set(new) {
            new = back;
            if let Some(known) = place.get() {
                place = &known.next;
            }
        }
    }
}

impl Clone for Found {
    fn clone(&self) -> Self {
        let copy = Found { first: OnceLock::new(), origin: self.origin.clone() };
        self.known().for_each(|known| copy.add(known.answer.clone()));
        copy
    }
}

/// A long list would end the list of calls if each part dropped the next.
impl Drop for Found {
    fn drop(&mut self) {
        let mut next = self.first.take();
        while let Some(mut known) = next {
            next = known.next.take();
        }
    }
}

/// What each of this many parents points to, by pairs of places: a parent, and a child.
pub(super) fn deal(children: Box<dyn ReadRows>, pairs: &[(usize, usize)], parents: usize) -> Vec<Target> {
    let children = children.share();
    let mut dealt = vec![None; parents];
    for (parent, child) in pairs {
        dealt[*parent] = Some(Arc::clone(&children[*child]));
    }
    dealt
}

fn points_to(row: &dyn Record, target: &dyn Record, key: &Pairs) -> bool {
    key.near().zip(key.far()).all(|(near, far)| match (row.field(near).value(), target.field(far).value()) {
        (Ok(near), Ok(far)) => near.is_same_key(&far),
        _ => false,
    })
}

fn is_key(row: &dyn Record, values: &[Value<'static>], key: &Pairs) -> bool {
    key.near().zip(values).all(|(near, value)| row.field(near).value().is_ok_and(|own| own.is_same_key(value)))
}

fn values(row: &dyn Record, key: &Pairs) -> Result<Box<[Value<'static>]>> {
    let value = |index| row.field(index).value().map(Value::into_owned);
    key.near().map(value).collect::<std::result::Result<_, _>>().map_err(|error| Error::encode("", "", &error))
}
