//! What is linked.

use std::collections::BTreeSet;

use super::operations::Op;
use super::world::{Person, Sort, Tag, Task};
use super::{Done, Run, get};

impl Run<'_> {
    pub(super) fn label(&mut self, op: &Op) -> Done {
        match op {
            Op::Label(task, tag, added, swapped) => {
                let (task, tag) = (self.pick(Sort::Task, *task)?, self.pick(Sort::Tag, *tag)?);
                match added {
                    true => self.now.labels.insert((task, tag)),
                    false => self.now.labels.remove(&(task, tag)),
                };
                let (task, tag) = (get!(self.handle::<Task>(task)), get!(self.handle::<Tag>(tag)));
                Some(match (added, swapped) {
                    (true, false) => self.session.append(task, Task::TAGS, tag),
                    (true, true) => self.session.append(tag, Tag::TASKS, task),
                    (false, false) => self.session.remove(task, Task::TAGS, tag),
                    (false, true) => self.session.remove(tag, Tag::TASKS, task),
                })
            }
            Op::Tags(task, tags) => {
                let task = self.pick(Sort::Task, *task)?;
                let tags: BTreeSet<usize> = tags.iter().filter_map(|tag| self.pick(Sort::Tag, *tag)).collect();
                self.now.labels.retain(|(labeled, _)| *labeled != task);
                self.now.labels.extend(tags.iter().map(|tag| (task, *tag)));
                let handle = get!(self.handle::<Task>(task));
                let tags: ormcore::Result<Vec<_>> = tags.into_iter().map(|tag| self.handle::<Tag>(tag)).collect();
                let tags = get!(tags);
                Some(self.session.set(handle, Task::TAGS, tags))
            }
            _ => None,
        }
    }

    pub(super) fn follow(&mut self, op: &Op) -> Done {
        match op {
            Op::Follow(one, two, added, swapped) => {
                let (one, two) = (self.pick(Sort::Person, *one)?, self.pick(Sort::Person, *two)?);
                match added {
                    true => self.now.follows.insert((one, two)),
                    false => self.now.follows.remove(&(one, two)),
                };
                let (one, two) = (get!(self.handle::<Person>(one)), get!(self.handle::<Person>(two)));
                Some(match (added, swapped) {
                    (true, false) => self.session.append(one, Person::FOLLOWS, two),
                    (true, true) => self.session.append(two, Person::FOLLOWERS, one),
                    (false, false) => self.session.remove(one, Person::FOLLOWS, two),
                    (false, true) => self.session.remove(two, Person::FOLLOWERS, one),
                })
            }
            Op::Follows(one, others, swapped) => {
                let one = self.pick(Sort::Person, *one)?;
                let others: BTreeSet<usize> = others.iter().filter_map(|row| self.pick(Sort::Person, *row)).collect();
                let pair = |other: usize| if *swapped { (other, one) } else { (one, other) };
                self.now.follows.retain(|follow| one != if *swapped { follow.1 } else { follow.0 });
                self.now.follows.extend(others.iter().map(|other| pair(*other)));
                let handle = get!(self.handle::<Person>(one));
                let others: ormcore::Result<Vec<_>> =
                    others.into_iter().map(|row| self.handle::<Person>(row)).collect();
                let others = get!(others);
                Some(match swapped {
                    true => self.session.set(handle, Person::FOLLOWERS, others),
                    false => self.session.set(handle, Person::FOLLOWS, others),
                })
            }
            _ => None,
        }
    }
}
