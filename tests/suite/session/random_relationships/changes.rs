//! What is changed in the session and in the reference.

use ormcore::relation::ToMany;
use ormcore::{Changeable, Relation};

use super::held::Kept;
use super::operations::{How, Op};
use super::world::{Badge, Credit, Desk, Loan, Note, Person, Pin, Sort, Tag, Task, Way};
use super::{Done, Run, get};

/// A draft's key of a parent: by value, by handle, or none.
macro_rules! pointing {
    ($run:ident, $draft:expr, $column:expr, $parent:expr, $by_key:expr) => {{
        let draft = $draft;
        match $parent {
            None => draft,
            Some(parent) => match $run.key::<Person>(parent).filter(|_| $by_key) {
                Some(key) => draft.set($column, Some(key)),
                None => draft.set($column, get!($run.handle::<Person>(parent))),
            },
        }
    }};
}

/// A row that needs a parent.
macro_rules! needing {
    ($run:ident, $model:ident, $text:expr, $parent:ident, $row:expr, $by_key:expr) => {
        match $run.key::<$parent>($row).filter(|_| $by_key) {
            Some(key) => $model::new($text, key),
            None => $model::new($text, get!($run.handle::<$parent>($row))),
        }
    };
}

/// A new row, and where its keys lead.
type Added = Option<ormcore::Result<(usize, Vec<(Way, Option<usize>)>)>>;

impl Run<'_> {
    pub(super) fn change(&mut self, op: &Op) -> Done {
        match op {
            Op::Add(sort, one, two, by_key) => {
                let one = one.and_then(|one| self.pick(Sort::Person, one));
                self.add_row(*sort, one, *two, *by_key)
            }
            Op::Text(sort, row, text) => {
                let (row, text) = (self.pick(*sort, *row)?, format!("text {text}"));
                self.now.texts.insert((*sort, row), text.clone());
                match sort {
                    Sort::Person => self.write::<Person>(row, text),
                    Sort::Task => self.write::<Task>(row, text),
                    Sort::Desk => self.write::<Desk>(row, text),
                    Sort::Note => self.write::<Note>(row, text),
                    Sort::Loan => self.write::<Loan>(row, text),
                    Sort::Credit => self.write::<Credit>(row, text),
                    Sort::Tag => self.write::<Tag>(row, text),
                    Sort::Badge => self.write::<Badge>(row, text),
                    Sort::Pin => self.write::<Pin>(row, text),
                }
            }
            Op::Place(task, place) => {
                let task = self.pick(Sort::Task, *task)?;
                let handle = get!(self.fresh::<Task>(task));
                self.session[handle].place = *place;
                self.now.places.insert((Sort::Task, task), *place);
                Some(Ok(()))
            }
            Op::Merge(task, owner) => self.merge(*task, *owner),
            _ => self.label(op),
        }
    }

    fn write<M: Kept>(&mut self, row: usize, text: String) -> Done {
        let handle = get!(self.fresh::<M>(row));
        *self.session[handle].text() = text;
        Some(Ok(()))
    }

    fn add_row(&mut self, sort: Sort, one: Option<usize>, two: Option<usize>, by_key: bool) -> Done {
        self.texts += 1;
        let text = format!("{}", self.texts);
        let place = (self.texts * 7 % 3) as i64;
        let (row, keys) = match sort {
            Sort::Person => {
                let draft = pointing!(self, Person::new(text.as_str()), Person::BOSS_ID, one, by_key);
                (self.add(draft), vec![(Way::Boss, one)])
            }
            Sort::Task => {
                let two = two.and_then(|two| self.pick(Sort::Person, two));
                let draft = pointing!(self, Task::new(text.as_str(), place), Task::OWNER_ID, one, by_key);
                let draft = pointing!(self, draft, Task::REVIEWER_ID, two, !by_key);
                (self.add(draft), vec![(Way::Owner, one), (Way::Reviewer, two)])
            }
            Sort::Desk => {
                let one = one.filter(|person| self.now.children(Way::Desk, *person).is_empty());
                let draft = pointing!(self, Desk::new(text.as_str()), Desk::PERSON_ID, one, by_key);
                (self.add(draft), vec![(Way::Desk, one)])
            }
            Sort::Credit => {
                let (person, task) = (one?, self.pick(Sort::Task, two?)?);
                if self
                    .now
                    .children(Way::Credit, person)
                    .iter()
                    .any(|row| self.now.keys[&(Way::CreditTask, *row)] == task)
                {
                    return None;
                }
                let task_handle = get!(self.handle::<Task>(task));
                let person_handle = get!(self.handle::<Person>(person));
                let draft = match self.key::<Person>(person).filter(|_| by_key) {
                    Some(key) => Credit::new(text.as_str(), place, task_handle, key),
                    None => Credit::new(text.as_str(), place, task_handle, person_handle),
                };
                (self.add(draft), vec![(Way::Credit, one), (Way::CreditTask, Some(task))])
            }
            Sort::Tag => (self.add(Tag::new(text.as_str())), Vec::new()),
            _ => get!(self.add_needing(sort, &text, one, two, by_key)?),
        };
        self.now.texts.insert((sort, row), text);
        keys.into_iter().for_each(|(way, parent)| self.now.point(way, row, parent));
        if matches!(sort, Sort::Task | Sort::Credit) {
            self.now.places.insert((sort, row), place);
        }
        Some(Ok(()))
    }

    /// A row that cannot be without another one.
    fn add_needing(&mut self, sort: Sort, text: &str, one: Option<usize>, two: Option<usize>, by_key: bool) -> Added {
        Some(Ok(match sort {
            Sort::Note => {
                let draft = needing!(self, Note, text, Person, one?, by_key);
                (self.add(draft), vec![(Way::Note, one)])
            }
            Sort::Loan => {
                let draft = needing!(self, Loan, text, Person, one?, by_key);
                (self.add(draft), vec![(Way::Loan, one)])
            }
            Sort::Badge => {
                let one = one.filter(|person| self.now.children(Way::Badge, *person).is_empty());
                let draft = needing!(self, Badge, text, Person, one?, by_key);
                (self.add(draft), vec![(Way::Badge, one)])
            }
            Sort::Pin => {
                let badge = self.pick(Sort::Badge, two?);
                let draft = needing!(self, Pin, text, Badge, badge?, by_key);
                (self.add(draft), vec![(Way::Pin, badge)])
            }
            _ => return None,
        }))
    }

    fn merge(&mut self, task: usize, owner: Option<usize>) -> Done {
        let (task, owner) = (self.pick(Sort::Task, task)?, owner.and_then(|owner| self.pick(Sort::Person, owner)));
        get!(self.flush());
        let handle = get!(self.fresh::<Task>(task));
        let mut row = self.session[handle].clone();
        row.text.push_str(" merged");
        row.owner_id = owner.and_then(|owner| self.key::<Person>(owner));
        self.now.texts.insert((Sort::Task, task), row.text.clone());
        self.now.point(Way::Owner, task, owner);
        self.by_value = true;
        Some(self.session.merge(row).map(|merged| assert_eq!(merged, handle)))
    }

    /// Makes a row lead to another one, or to none.
    pub(super) fn point(&mut self, way: Way, how: How, child: usize, parent: Option<usize>) -> Done {
        let at = (self.pick(way.child(), child)?, parent.and_then(|parent| self.pick(way.parent(), parent)));
        match way {
            Way::Boss => {
                self.along(way, how, at, Person::REPORTS, Person::BOSS, |row: &mut Person, key| row.boss_id = key)
            }
            Way::Owner => {
                self.along(way, how, at, Person::TASKS, Task::OWNER, |row: &mut Task, key| row.owner_id = key)
            }
            Way::Reviewer => {
                self.along(way, how, at, Person::REVIEWS, Task::REVIEWER, |row: &mut Task, key| row.reviewer_id = key)
            }
            Way::Desk => {
                let sides = (Person::DESK, Desk::PERSON);
                self.alone(way, how, at, sides, |row: &mut Desk, key| row.person_id = key)
            }
            Way::Badge => {
                let sides = (Person::BADGE, Badge::PERSON);
                self.alone(way, how, at, sides, |row: &mut Badge, key| row.person_id = key.unwrap())
            }
            Way::Pin => self.along(way, how, at, Badge::PINS, Pin::BADGE, |row: &mut Pin, key| {
                row.badge_id = key.unwrap();
            }),
            Way::Note => self.along(way, how, at, Person::NOTES, Note::PERSON, |row: &mut Note, key| {
                row.person_id = key.unwrap();
            }),
            Way::Loan => self.along(way, how, at, Person::LOANS, Loan::PERSON, |row: &mut Loan, key| {
                row.person_id = key.unwrap();
            }),
            // A pair of a credit is unique, and stays: it is only taken away.
            Way::Credit => None,
            Way::CreditTask => self.orphan(at),
        }
    }

    fn along<P: Kept, C: Kept, K, B>(
        &mut self,
        way: Way,
        how: How,
        (child, parent): (usize, Option<usize>),
        many: Relation<P, K>,
        one: Relation<C, B>,
        write: fn(&mut C, Option<i64>),
    ) -> Done
    where
        K: ToMany + Changeable<P, Target = C>,
        B: Changeable<C, Target = P>,
    {
        if parent.is_none() && !way.may_be_null() {
            return None;
        }
        // What a handle says is stronger than a value that was changed before.
        if !matches!(how, How::Append | How::One) {
            get!(self.settle());
        }
        let handle = get!(self.handle::<C>(child));
        let to = get!(parent.map(|parent| self.handle::<P>(parent)).transpose());
        Some(match how {
            How::Append => {
                self.now.point(way, child, Some(parent?));
                self.session.append(to?, many, handle)
            }
            How::Remove => {
                if self.now.keys.get(&(way, child)) == Some(&parent?) {
                    if !way.may_be_null() {
                        assert!(self.session.remove(to?, many, handle).is_err());
                        return None;
                    }
                    self.now.point(way, child, None);
                }
                self.session.remove(to?, many, handle)
            }
            How::One => {
                self.now.point(way, child, parent);
                self.session.set(handle, one, to)
            }
            How::Many(other) => {
                let other = self.pick(way.child(), other)?;
                if !way.may_be_null() {
                    return None;
                }
                let other_handle = get!(self.handle::<C>(other));
                self.now.children(way, parent?).into_iter().for_each(|child| self.now.point(way, child, None));
                self.now.point(way, child, parent);
                self.now.point(way, other, parent);
                self.session.set(to?, many, [handle, other_handle])
            }
            How::Value => {
                // What a handle says is stronger than the column, as long as it waits.
                get!(self.flush());
                let key = parent.and_then(|parent| self.key::<P>(parent));
                return Some(self.write_key(way, child, parent, |row| write(row, key)));
            }
        })
    }

    /// Changes a key itself.
    fn write_key<C: Kept>(
        &mut self,
        way: Way,
        child: usize,
        parent: Option<usize>,
        write: impl FnOnce(&mut C),
    ) -> ormcore::Result<()> {
        let handle = self.fresh::<C>(child)?;
        write(&mut self.session[handle]);
        self.now.point(way, child, parent);
        self.by_value = true;
        Ok(())
    }

    /// A person has one desk, and a desk one person.
    fn alone<C: Kept, K, B>(
        &mut self,
        way: Way,
        how: How,
        (child, person): (usize, Option<usize>),
        (single, one): (Relation<Person, K>, Relation<C, B>),
        write: fn(&mut C, Option<i64>),
    ) -> Done
    where
        K: Changeable<Person, Target = C>,
        B: Changeable<C, Target = Person>,
    {
        get!(if self.moved { self.flush() } else { self.settle() });
        self.moved = way == Way::Badge;
        let handle = get!(self.handle::<C>(child));
        let to = get!(person.map(|person| self.handle::<Person>(person)).transpose());
        let sat = person.and_then(|person| self.now.children(way, person).first().copied());
        let leaving = sat.filter(|sat| *sat != child || matches!(how, How::Remove));
        Some(match how {
            How::Remove | How::Append | How::Many(_) => {
                let to = to?;
                match leaving {
                    Some(leaving) if way.may_be_null() => self.now.point(way, leaving, None),
                    Some(leaving) => self.now.drop(way.child(), leaving),
                    None => {}
                }
                if let How::Remove = how {
                    return Some(self.session.set(to, single, None));
                }
                self.now.point(way, child, person);
                self.session.set(to, single, Some(handle))
            }
            _ if person.is_none() && !way.may_be_null() => return None,
            _ if leaving.is_some() => self.taken(|run| run.session.set(handle, one, to)),
            How::One => {
                self.now.point(way, child, person);
                self.session.set(handle, one, to)
            }
            How::Value => {
                get!(self.flush());
                self.moved = way == Way::Badge;
                let key = person.and_then(|person| self.key::<Person>(person));
                return Some(self.write_key(way, child, person, |row| write(row, key)));
            }
        })
    }

    /// Two rows for one place: nothing comes of it.
    fn taken(&mut self, work: impl FnOnce(&mut Self) -> ormcore::Result<()>) -> ormcore::Result<()> {
        self.flush()?;
        let ended = self.inside(|run| work(run).and_then(|()| run.session.flush()));
        assert!(ended.unwrap_err().is_unique_violation());
        Ok(())
    }

    /// A credit that its task gives up is deleted.
    fn orphan(&mut self, (credit, task): (usize, Option<usize>)) -> Done {
        let task = task?;
        get!(self.settle());
        let (handle, from) = (get!(self.handle::<Credit>(credit)), get!(self.handle::<Task>(task)));
        if self.now.keys[&(Way::CreditTask, credit)] == task {
            self.now.drop(Sort::Credit, credit);
        }
        Some(self.session.remove(from, Task::CREDITS, handle))
    }

    pub(super) fn delete(&mut self, op: &Op) -> Done {
        match op {
            Op::Delete(Sort::Person, person, inside) => {
                let person = self.pick(Sort::Person, *person)?;
                match self.now.holding(person).is_empty() {
                    true => Some(self.drop_row(Sort::Person, person)),
                    false => Some(self.refused(person, *inside)),
                }
            }
            Op::Delete(sort, row, _) => {
                let row = self.pick(*sort, *row)?;
                Some(self.drop_row(*sort, row))
            }
            Op::DeleteAll(person, first) => {
                let person = self.pick(Sort::Person, *person)?;
                let mut rows = self.now.holding(person);
                rows.push((Sort::Person, person));
                // Whatever is read meanwhile flushes the half of it.
                for (sort, row) in &rows {
                    match sort {
                        Sort::Loan => drop(get!(self.handle::<Loan>(*row))),
                        Sort::Credit => drop(get!(self.handle::<Credit>(*row))),
                        _ => drop(get!(self.handle::<Person>(*row))),
                    }
                }
                if *first {
                    rows.reverse();
                }
                Some(rows.into_iter().try_for_each(|(sort, row)| self.drop_row(sort, row)))
            }
            _ => None,
        }
    }

    fn drop_row(&mut self, sort: Sort, row: usize) -> ormcore::Result<()> {
        match sort {
            Sort::Person => self.drop_of::<Person>(row),
            Sort::Task => self.drop_of::<Task>(row),
            Sort::Desk => self.drop_of::<Desk>(row),
            Sort::Note => self.drop_of::<Note>(row),
            Sort::Loan => self.drop_of::<Loan>(row),
            Sort::Credit => self.drop_of::<Credit>(row),
            Sort::Tag => self.drop_of::<Tag>(row),
            Sort::Badge => self.drop_of::<Badge>(row),
            Sort::Pin => self.drop_of::<Pin>(row),
        }
    }

    fn drop_of<M: Kept>(&mut self, row: usize) -> ormcore::Result<()> {
        let handle = self.handle::<M>(row)?;
        self.session.delete(handle)?;
        self.now.drop(M::SORT, row);
        Ok(())
    }

    /// The database keeps a person who has loans or credits: nothing comes of it.
    fn refused(&mut self, person: usize, inside: bool) -> ormcore::Result<()> {
        self.flush()?;
        let handle = self.handle::<Person>(person)?;
        if self.depth > 0 || inside {
            let ended = self.inside(|run| run.session.delete(handle).and_then(|()| run.session.flush()));
            assert!(ended.unwrap_err().is_foreign_key_violation());
            return Ok(());
        }
        self.session.delete(handle)?;
        assert!(self.session.flush().unwrap_err().is_foreign_key_violation());
        assert!(self.session.flush().is_err(), "nothing runs before a rollback");
        self.rollback()
    }
}
