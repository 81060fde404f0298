//! What the session and the database give is compared with the reference.

use std::collections::BTreeSet;

use ormcore::prelude::*;
use ormcore::relation::ToMany;
use ormcore::{Handles, Kind, Load, Loadable, Relation};

use super::super::trials::same;
use super::held::Kept;
use super::operations::Op;
use super::world::{Badge, Credit, Desk, Follow, Label, Loan, Note, Person, Pin, Sort, Tag, Task, Way};
use super::{Done, Run, get};

/// A row as it is: its key, its text, and the keys of those that it leads to, in their order.
type Shown = (i64, String, Vec<Vec<i64>>);

/// The keys that a row has.
type Points = Vec<(Way, Option<i64>)>;

fn by<M: Model, K: Loadable>(relation: Relation<M, K>, strategy: usize) -> Load<M, K> {
    match strategy % 4 {
        0 => relation.select(),
        1 => relation.joined(),
        2 => relation.subquery(),
        _ => relation.selectin(),
    }
}

fn people(strategy: usize) -> Query<Person> {
    Person::query()
        .order_by(Person::ID)
        .with(by(Person::BOSS, strategy))
        .with(by(Person::REPORTS, strategy))
        .with(by(Person::TASKS, strategy))
        .with(by(Person::REVIEWS, strategy))
        .with(by(Person::DESK, strategy))
        .with(by(Person::NOTES, strategy))
        .with(by(Person::LOANS, strategy))
        .with(by(Person::CREDITS, strategy))
        .with(by(Person::BADGE, strategy).then(by(Badge::PINS, strategy + 1)))
        .with(by(Person::FOLLOWS, strategy))
        .with(by(Person::FOLLOWERS, strategy))
}

fn tasks(strategy: usize) -> Query<Task> {
    Task::query()
        .order_by(Task::ID)
        .with(by(Task::OWNER, strategy))
        .with(by(Task::REVIEWER, strategy))
        .with(by(Task::CREDITS, strategy))
        .with(by(Task::PEOPLE, strategy))
        .with(by(Task::TAGS, strategy))
}

fn keys<'r, M: Kept>(rows: impl IntoIterator<Item = &'r M>) -> Vec<i64> {
    rows.into_iter().map(|row| row.read().0).collect()
}

impl Run<'_> {
    pub(super) fn read(&mut self, op: &Op) -> Done {
        get!(self.settle());
        match op {
            Op::Related(way, row) => {
                let (parent, child) = (self.pick(way.parent(), *row), self.pick(way.child(), *row));
                Some(self.check_way(*way, parent, child))
            }
            Op::Labels(row) => {
                let (task, tag) = (self.pick(Sort::Task, *row), self.pick(Sort::Tag, *row));
                Some(self.check_labels(task, tag))
            }
            // Without an autoflush a query sees what the database has; what its rows lead to is known all the same.
            Op::Load(strategy) => {
                let people = get!(self.session.all(people(*strategy)));
                get!(self.session.all(tasks(*strategy)));
                if self.autoflushes {
                    let all: Vec<usize> = self.now.all(Sort::Person).collect();
                    let wanted: ormcore::Result<Vec<_>> = all.into_iter().map(|row| self.handle(row)).collect();
                    same(&people, &get!(wanted));
                }
                Some(self.check_relations())
            }
            _ => None,
        }
    }

    /// Compares all that the session shows; nothing waits to be flushed.
    pub(super) fn check(&mut self) -> ormcore::Result<()> {
        self.check_rows::<Person>(|row| vec![(Way::Boss, row.boss_id)])?;
        self.check_rows::<Task>(|row| vec![(Way::Owner, row.owner_id), (Way::Reviewer, row.reviewer_id)])?;
        self.check_rows::<Desk>(|row| vec![(Way::Desk, row.person_id)])?;
        self.check_rows::<Note>(|row| vec![(Way::Note, Some(row.person_id))])?;
        self.check_rows::<Loan>(|row| vec![(Way::Loan, Some(row.person_id))])?;
        self.check_rows::<Credit>(|row| {
            vec![(Way::Credit, Some(row.person_id)), (Way::CreditTask, Some(row.task_id))]
        })?;
        self.check_rows::<Tag>(|_| Vec::new())?;
        self.check_rows::<Badge>(|row| vec![(Way::Badge, Some(row.person_id))])?;
        self.check_rows::<Pin>(|row| vec![(Way::Pin, Some(row.badge_id))])?;
        self.check_relations()
    }

    fn check_rows<M: Kept>(&mut self, points: fn(&M) -> Points) -> ormcore::Result<()> {
        let found = self.session.all(M::query())?;
        let mut wanted = Vec::new();
        for row in 0..M::rows(&mut self.held).len() {
            if !self.now.texts.contains_key(&(M::SORT, row)) {
                let gone = M::rows(&mut self.held)[row].0;
                assert!(gone.is_none_or(|gone| !self.session.contains(gone)), "{:?} {row} is gone", M::SORT);
                continue;
            }
            let handle = self.handle::<M>(row)?;
            wanted.push(handle);
            let held = &self.session[handle];
            assert_eq!(held.read().1, self.now.texts[&(M::SORT, row)], "{:?} {row}", M::SORT);
            for (way, key) in points(held) {
                let parent = self.now.keys.get(&(way, row));
                let wanted = parent.and_then(|parent| match way.parent() {
                    Sort::Task => self.key::<Task>(*parent),
                    Sort::Badge => self.key::<Badge>(*parent),
                    _ => self.key::<Person>(*parent),
                });
                assert_eq!(key, wanted, "{way:?} of {row}");
            }
        }
        same(&found, &wanted);
        Ok(())
    }

    fn check_relations(&mut self) -> ormcore::Result<()> {
        for way in Way::ALL {
            let parents: Vec<usize> = self.now.all(way.parent()).collect();
            parents.into_iter().try_for_each(|parent| self.check_way(way, Some(parent), None))?;
            let children: Vec<usize> = self.now.all(way.child()).collect();
            children.into_iter().try_for_each(|child| self.check_way(way, None, Some(child)))?;
        }
        let all: Vec<usize> = self.now.all(Sort::Person).collect();
        all.into_iter().try_for_each(|person| self.check_follows(person))?;
        let all: Vec<usize> = self.now.all(Sort::Task).collect();
        all.into_iter().try_for_each(|task| self.check_labels(Some(task), None))?;
        let all: Vec<usize> = self.now.all(Sort::Tag).collect();
        all.into_iter().try_for_each(|tag| self.check_labels(None, Some(tag)))
    }

    pub(super) fn check_way(&mut self, way: Way, parent: Option<usize>, child: Option<usize>) -> ormcore::Result<()> {
        match way {
            Way::Boss => self.check_sides(way, parent, child, Person::REPORTS, Person::BOSS),
            Way::Owner => self.check_sides(way, parent, child, Person::TASKS, Task::OWNER),
            Way::Reviewer => self.check_sides(way, parent, child, Person::REVIEWS, Task::REVIEWER),
            Way::Note => self.check_sides(way, parent, child, Person::NOTES, Note::PERSON),
            Way::Loan => self.check_sides(way, parent, child, Person::LOANS, Loan::PERSON),
            Way::Credit => self.check_sides(way, parent, child, Person::CREDITS, Credit::PERSON),
            Way::CreditTask => self.check_sides(way, parent, child, Task::CREDITS, Credit::TASK),
            Way::Pin => self.check_sides(way, parent, child, Badge::PINS, Pin::BADGE),
            Way::Desk => {
                self.check_alone(way, parent, Person::DESK)?;
                self.check_one(way, child, Desk::PERSON)
            }
            Way::Badge => {
                self.check_alone(way, parent, Person::BADGE)?;
                self.check_one(way, child, Badge::PERSON)
            }
        }
    }

    fn check_alone<C: Kept, K>(
        &mut self,
        way: Way,
        person: Option<usize>,
        single: Relation<Person, K>,
    ) -> ormcore::Result<()>
    where
        K: Handles<Given = Option<Handle<C>>>,
    {
        let Some(person) = person else { return Ok(()) };
        let handle = self.handle::<Person>(person)?;
        let found = self.session.related(handle, single)?;
        let wanted = self.now.children(way, person).first().copied();
        let wanted = wanted.map(|child| self.handle::<C>(child)).transpose()?;
        assert_eq!(found, wanted, "{way:?} of {person}");
        Ok(())
    }

    fn check_follows(&mut self, person: usize) -> ormcore::Result<()> {
        let handle = self.handle::<Person>(person)?;
        let follows = self.session.related(handle, Person::FOLLOWS)?;
        let followers = self.session.related(handle, Person::FOLLOWERS)?;
        let all: Vec<(usize, usize)> = self.now.follows.iter().copied().collect();
        let (mut wanted, mut wanted_back) = (Vec::new(), Vec::new());
        for (one, two) in all {
            if one == person {
                wanted.push(self.handle(two)?);
            }
            if two == person {
                wanted_back.push(self.handle(one)?);
            }
        }
        same(&follows, &wanted);
        same(&followers, &wanted_back);
        Ok(())
    }

    fn check_sides<P: Kept, C: Kept, K, B>(
        &mut self,
        way: Way,
        parent: Option<usize>,
        child: Option<usize>,
        many: Relation<P, K>,
        one: Relation<C, B>,
    ) -> ormcore::Result<()>
    where
        K: ToMany + Handles<Given = Vec<Handle<C>>>,
        B: Handles<Given = Option<Handle<P>>>,
    {
        if let Some(parent) = parent {
            let handle = self.handle::<P>(parent)?;
            let found = self.session.related(handle, many)?;
            let children = self.now.children(way, parent);
            let wanted: ormcore::Result<Vec<_>> = children.into_iter().map(|child| self.handle::<C>(child)).collect();
            same(&found, &wanted?);
        }
        self.check_one(way, child, one)
    }

    fn check_one<P: Kept, C: Kept, B>(
        &mut self,
        way: Way,
        child: Option<usize>,
        one: Relation<C, B>,
    ) -> ormcore::Result<()>
    where
        B: Kind + Handles<Given = Option<Handle<P>>>,
    {
        let Some(child) = child else { return Ok(()) };
        let handle = self.handle::<C>(child)?;
        let found = self.session.related(handle, one)?;
        let parent = self.now.keys.get(&(way, child)).copied();
        let wanted = parent.map(|parent| self.handle::<P>(parent)).transpose()?;
        assert_eq!(found, wanted, "{way:?} of {child}");
        Ok(())
    }

    fn check_labels(&mut self, task: Option<usize>, tag: Option<usize>) -> ormcore::Result<()> {
        if let Some(task) = task {
            let handle = self.handle::<Task>(task)?;
            let found = self.session.related(handle, Task::TAGS)?;
            let tags: Vec<usize> =
                self.now.labels.iter().filter(|label| label.0 == task).map(|label| label.1).collect();
            let wanted: ormcore::Result<Vec<_>> = tags.into_iter().map(|tag| self.handle(tag)).collect();
            same(&found, &wanted?);
        }
        if let Some(tag) = tag {
            let handle = self.handle::<Tag>(tag)?;
            let found = self.session.related(handle, Tag::TASKS)?;
            let tasks: Vec<usize> =
                self.now.labels.iter().filter(|label| label.1 == tag).map(|label| label.0).collect();
            let wanted: ormcore::Result<Vec<_>> = tasks.into_iter().map(|task| self.handle(task)).collect();
            same(&found, &wanted?);
        }
        Ok(())
    }

    /// The keys of a row's children, by what they are in order of, and by their keys.
    fn ordered<M: Kept, O: Ord>(&self, rows: Vec<usize>, order: impl Fn(usize) -> O) -> Vec<i64> {
        let mut all: Vec<(O, i64)> = rows.into_iter().map(|row| (order(row), self.key::<M>(row).unwrap())).collect();
        all.sort();
        all.into_iter().map(|row| row.1).collect()
    }

    fn wanted_people(&self) -> Vec<Shown> {
        let place = |task: usize| self.now.places[&(Sort::Task, task)];
        let shown = |person: usize| {
            let of = |way: Way| self.now.children(way, person);
            let boss = self.now.keys.get(&(Way::Boss, person)).and_then(|boss| self.key::<Person>(*boss));
            let badge = of(Way::Badge).first().copied();
            let pins = badge.map(|badge| self.now.children(Way::Pin, badge)).unwrap_or_default();
            let follows = self.now.follows.iter().filter(|follow| follow.0 == person);
            let followers = self.now.follows.iter().filter(|follow| follow.1 == person);
            let leads = vec![
                boss.into_iter().collect(),
                self.ordered::<Person, _>(of(Way::Boss), |_| 0),
                self.ordered::<Task, _>(of(Way::Owner), place),
                self.ordered::<Task, _>(of(Way::Reviewer), |task| -place(task)),
                self.ordered::<Desk, _>(of(Way::Desk), |_| 0),
                self.ordered::<Note, _>(of(Way::Note), |_| 0),
                self.ordered::<Loan, _>(of(Way::Loan), |_| 0),
                self.ordered::<Credit, _>(of(Way::Credit), |_| 0),
                self.ordered::<Badge, _>(of(Way::Badge), |_| 0),
                self.ordered::<Pin, _>(pins, |_| 0),
                self.ordered::<Person, _>(follows.map(|follow| follow.1).collect(), |_| 0),
                self.ordered::<Person, _>(followers.map(|follow| follow.0).collect(), |_| 0),
            ];
            (self.key::<Person>(person).unwrap(), self.now.texts[&(Sort::Person, person)].clone(), leads)
        };
        let mut all: Vec<Shown> = self.now.all(Sort::Person).map(shown).collect();
        all.sort();
        all
    }

    fn wanted_tasks(&self) -> Vec<Shown> {
        let shown = |task: usize| {
            let leads_to = |way: Way| {
                let key = self.now.keys.get(&(way, task)).and_then(|person| self.key::<Person>(*person));
                key.into_iter().collect::<Vec<_>>()
            };
            let credits = self.now.children(Way::CreditTask, task);
            let mut people: Vec<_> = credits
                .iter()
                .map(|credit| {
                    let person = self.now.keys[&(Way::Credit, *credit)];
                    (self.now.places[&(Sort::Credit, *credit)], self.key::<Person>(person).unwrap())
                })
                .collect();
            people.sort_unstable();
            let tags = self.now.labels.iter().filter(|label| label.0 == task).map(|label| label.1).collect();
            let leads = vec![
                leads_to(Way::Owner),
                leads_to(Way::Reviewer),
                self.ordered::<Credit, _>(credits, |_| 0),
                people.into_iter().map(|person| person.1).collect(),
                self.ordered::<Tag, _>(tags, |tag| self.now.texts[&(Sort::Tag, tag)].clone()),
            ];
            (self.key::<Task>(task).unwrap(), self.now.texts[&(Sort::Task, task)].clone(), leads)
        };
        let mut all: Vec<Shown> = self.now.all(Sort::Task).map(shown).collect();
        all.sort();
        all
    }

    /// Compares what was committed, as others read it, by one strategy; and then what the session shows.
    pub(super) fn compare(&mut self, strategy: usize) -> ormcore::Result<()> {
        let db = self.db;
        let read = |row: &Person| -> ormcore::Result<Shown> {
            let leads = vec![
                keys(row.boss(db)?),
                keys(row.reports(db)?),
                keys(row.tasks(db)?),
                keys(row.reviews(db)?),
                keys(row.desk(db)?),
                keys(row.notes(db)?),
                keys(row.loans(db)?),
                keys(row.credits(db)?),
                keys(row.badge(db)?),
                row.badge(db)?.map_or(Ok(Vec::new()), |badge| badge.pins(db).map(keys))?,
                keys(row.follows(db)?),
                keys(row.followers(db)?),
            ];
            Ok((row.id, row.text.clone(), leads))
        };
        let rows = people(strategy).all(db)?;
        let found: Vec<Shown> = rows.iter().map(read).collect::<ormcore::Result<_>>()?;
        assert_eq!(found, self.wanted_people(), "people");
        let read = |row: &Task| -> ormcore::Result<Shown> {
            let leads = vec![
                keys(row.owner(db)?),
                keys(row.reviewer(db)?),
                keys(row.credits(db)?),
                keys(row.people(db)?),
                keys(row.tags(db)?),
            ];
            Ok((row.id, row.text.clone(), leads))
        };
        let stored = tasks(strategy).all(db)?;
        let found: Vec<Shown> = stored.iter().map(read).collect::<ormcore::Result<_>>()?;
        assert_eq!(found, self.wanted_tasks(), "tasks");
        assert_eq!(self.now.follows.len() as u64, Follow::query().count(db)?, "follows");
        let links = Label::query().all(db)?.into_iter().map(|label| (label.task_id, label.tag_id));
        let wanted = self.now.labels.iter().map(|(task, tag)| (self.key::<Task>(*task), self.key::<Tag>(*tag)));
        let wanted: BTreeSet<_> = wanted.map(|(task, tag)| (task.unwrap(), tag.unwrap())).collect();
        assert_eq!(links.collect::<BTreeSet<_>>(), wanted, "labels");
        for (sort, count) in [
            (Sort::Desk, Desk::query().count(db)?),
            (Sort::Note, Note::query().count(db)?),
            (Sort::Loan, Loan::query().count(db)?),
            (Sort::Credit, Credit::query().count(db)?),
            (Sort::Tag, Tag::query().count(db)?),
            (Sort::Badge, Badge::query().count(db)?),
            (Sort::Pin, Pin::query().count(db)?),
        ] {
            assert_eq!(self.now.all(sort).count() as u64, count, "{sort:?}");
        }
        if strategy % 8 < 4 {
            self.check()?;
            self.check_versions(&rows, |row| row.version);
            self.check_versions(&stored, |row| row.version);
        }
        Ok(())
    }

    fn check_versions<M: Kept + PartialEq>(&self, rows: &[M], version: fn(&M) -> i32) {
        for (handle, _) in M::seen(&self.held) {
            let Some(handle) = handle.filter(|handle| self.session.contains(*handle)) else { continue };
            let held = &self.session[handle];
            let stored = rows.iter().find(|row| row.read().0 == held.read().0).unwrap();
            assert_eq!(version(held), version(stored), "the version of {:?}", held.read());
        }
    }
}
