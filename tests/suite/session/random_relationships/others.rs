//! What comes from outside of the session.

use ormcore::prelude::*;

use super::operations::Op;
use super::world::{Desk, Person, Sort, Task, Way};
use super::{Done, Run};

impl Run<'_> {
    pub(super) fn with_others(&mut self, op: &Op) -> Done {
        match op {
            Op::MergeAll(person) => {
                let person = self.pick(Sort::Person, *person)?;
                Some(self.merge_all(person))
            }
            Op::Stale(task) => {
                let task = self.pick(Sort::Task, *task)?;
                Some(self.stale(task))
            }
            Op::Outside(task, owner, all) => {
                let task = self.pick(Sort::Task, *task)?;
                let owner = owner.and_then(|owner| self.pick(Sort::Person, owner));
                Some(self.outside(task, owner, *all))
            }
            _ => None,
        }
    }

    /// Who knows the tasks of people learns of what others did when a task, or all, has expired.
    fn outside(&mut self, task: usize, owner: Option<usize>, all: bool) -> ormcore::Result<()> {
        self.settle()?;
        let handle = self.handle::<Task>(task)?;
        let people = [self.now.keys.get(&(Way::Owner, task)).copied(), owner];
        people.iter().try_for_each(|person| self.check_way(Way::Owner, *person, None))?;
        self.commit()?;
        let mut row = Task::find(self.session[handle].id, self.db)?;
        row.owner_id = owner.and_then(|owner| self.key::<Person>(owner));
        row.update(self.db)?;
        self.now.point(Way::Owner, task, owner);
        self.committed = self.now.clone();
        match all {
            true => self.session.expire_all(),
            false => self.session.expire(handle)?,
        }
        people.iter().try_for_each(|person| self.check_way(Way::Owner, *person, None))
    }

    /// What is not flushed is lost when a row expires.
    pub(super) fn lose(&mut self, task: usize, owner: Option<usize>, how: u8) -> ormcore::Result<()> {
        let handle = self.fresh::<Task>(task)?;
        let to = owner.map(|owner| self.handle::<Person>(owner)).transpose()?;
        self.session[handle].text.push_str(" lost");
        match to.filter(|_| how.is_multiple_of(2)) {
            Some(to) => self.session.append(to, Person::TASKS, handle)?,
            None => self.session.set(handle, Task::OWNER, to)?,
        }
        match how / 2 % 3 {
            0 => self.session.expire(handle)?,
            1 => self.session.expire_all(),
            _ => self.session.refresh(handle)?,
        }
        if how < 6 {
            self.check_way(Way::Owner, owner, None)?;
            self.check_way(Way::Owner, self.now.keys.get(&(Way::Owner, task)).copied(), Some(task))?;
        }
        Ok(())
    }

    fn merge_all(&mut self, person: usize) -> ormcore::Result<()> {
        let handle = self.handle::<Person>(person)?;
        self.commit()?;
        let query = Person::query().filter(Person::ID.eq(self.session[handle].id));
        let mut row = query.with(Person::TASKS.selectin()).with(Person::DESK.joined()).one(self.db)?;
        row.text.push_str(" merged");
        self.now.texts.insert((Sort::Person, person), row.text.clone());
        for task in self.now.children(Way::Owner, person) {
            let key = self.key::<Task>(task);
            let mut loaded = row.tasks.loaded_mut().unwrap().iter_mut();
            let loaded = loaded.find(|row| Some(row.id) == key).unwrap();
            loaded.text.push_str(" too");
            self.now.texts.insert((Sort::Task, task), loaded.text.clone());
        }
        if let Some(desk) = self.now.children(Way::Desk, person).first() {
            assert_eq!(row.desk.loaded().flatten().map(|desk| desk.id), self.key::<Desk>(*desk));
        }
        self.session.merge(row).map(|merged| assert_eq!(merged, handle))
    }

    /// Whoever writes later learns it.
    fn stale(&mut self, task: usize) -> ormcore::Result<()> {
        let handle = self.handle::<Task>(task)?;
        self.commit()?;
        self.session.refresh(handle)?;
        self.commit()?;
        let mut row = Task::find(self.session[handle].id, self.db)?;
        row.text.push_str(" theirs");
        row.update(self.db)?;
        self.session[handle].text.push_str(" ours");
        let error = self.session.flush().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::StaleRow { .. }), "{error:?}");
        self.rollback()?;
        self.now.texts.insert((Sort::Task, task), row.text);
        self.committed = self.now.clone();
        self.session.refresh(handle)
    }
}
