//! The handles of the rows, and the keys of those that a session has not met.

use ormcore::prelude::*;

use super::Run;
use super::world::{Badge, Credit, Desk, Loan, Note, Person, Pin, Sort, Tag, Task};

type Rows<M> = Vec<(Option<Handle<M>>, Option<i64>)>;

#[derive(Default)]
pub(super) struct Held {
    people: Rows<Person>,
    tasks: Rows<Task>,
    desks: Rows<Desk>,
    notes: Rows<Note>,
    loans: Rows<Loan>,
    credits: Rows<Credit>,
    tags: Rows<Tag>,
    badges: Rows<Badge>,
    pins: Rows<Pin>,
}

pub(super) trait Kept: Writable<Key = i64> {
    const SORT: Sort;

    fn rows(held: &mut Held) -> &mut Rows<Self>;
    fn seen(held: &Held) -> &Rows<Self>;
    fn text(&mut self) -> &mut String;
    fn read(&self) -> (i64, &str);
}

macro_rules! kept {
    ($($model:ident: $rows:ident;)*) => {
        $(impl Kept for $model {
            const SORT: Sort = Sort::$model;

            fn rows(held: &mut Held) -> &mut Rows<Self> {
                &mut held.$rows
            }

            fn seen(held: &Held) -> &Rows<Self> {
                &held.$rows
            }

            fn text(&mut self) -> &mut String {
                &mut self.text
            }

            fn read(&self) -> (i64, &str) {
                (self.id, &self.text)
            }
        })*

        impl Held {
            /// Keeps the keys alone: the session ends.
            pub(super) fn leave(&mut self, session: &Session) {
                $(for (handle, key) in &mut self.$rows {
                    if let Some(handle) = handle.take().filter(|handle| session.contains(*handle)) {
                        *key = session.key(handle).unwrap();
                    }
                })*
            }
        }
    };
}

kept! {
    Person: people;
    Task: tasks;
    Desk: desks;
    Note: notes;
    Loan: loans;
    Credit: credits;
    Tag: tags;
    Badge: badges;
    Pin: pins;
}

impl Run<'_> {
    /// The handle of a row, which the session may have to read.
    pub(super) fn handle<M: Kept>(&mut self, row: usize) -> ormcore::Result<Handle<M>> {
        let (handle, key) = M::rows(&mut self.held)[row];
        if let Some(handle) = handle {
            return Ok(handle);
        }
        let found = self.session.get::<M>(key.unwrap())?;
        let found = found.unwrap_or_else(|| panic!("{:?} {row} is not there", M::SORT));
        M::rows(&mut self.held)[row].0 = Some(found);
        Ok(found)
    }

    /// The same, with values that are those of the database or later: `[]` reads nothing.
    pub(super) fn fresh<M: Kept>(&mut self, row: usize) -> ormcore::Result<Handle<M>> {
        let handle = self.handle::<M>(row)?;
        if let Some(key) = self.key::<M>(row) {
            assert_eq!(self.session.get::<M>(key)?, Some(handle));
        }
        Ok(handle)
    }

    /// Its key, if it has one already.
    pub(super) fn key<M: Kept>(&self, row: usize) -> Option<i64> {
        match M::seen(&self.held)[row] {
            (Some(handle), _) => self.session.key(handle).unwrap(),
            (None, key) => key,
        }
    }

    pub(super) fn add<M: Kept>(&mut self, draft: Draft<M>) -> usize {
        let handle = self.session.add(draft);
        let rows = M::rows(&mut self.held);
        rows.push((Some(handle), None));
        rows.len() - 1
    }
}
