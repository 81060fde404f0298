//! The tables, and the reference: which rows there are, and which lead to which.

use std::collections::{BTreeMap, BTreeSet};

use ormcore::prelude::*;

/// Refuses to go while it has loans or credits.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_person")]
pub(super) struct Person {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(version)]
    pub(super) version: i32,
    #[column(foreign_key = Person::ID)]
    pub(super) boss_id: Option<i64>,
    #[relationship(foreign_key = Person::BOSS_ID, back_populates = "reports")]
    pub(super) boss: BelongsTo<Person>,
    #[relationship(foreign_key = Person::BOSS_ID, back_populates = "boss")]
    pub(super) reports: HasMany<Person>,
    #[relationship(foreign_key = Task::OWNER_ID, back_populates = "owner", order_by = Task::PLACE)]
    pub(super) tasks: HasMany<Task>,
    #[relationship(foreign_key = Task::REVIEWER_ID, back_populates = "reviewer", order_by = Task::PLACE.desc())]
    pub(super) reviews: HasMany<Task>,
    #[relationship(back_populates = "person")]
    pub(super) desk: HasOne<Desk>,
    #[relationship(cascade = "all, delete-orphan", back_populates = "person")]
    pub(super) badge: HasOne<Badge>,
    #[relationship(back_populates = "person")]
    pub(super) notes: HasMany<Note>,
    #[relationship(back_populates = "person")]
    pub(super) loans: HasMany<Loan>,
    #[relationship(back_populates = "person")]
    pub(super) credits: HasMany<Credit>,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWER_ID, back_populates = "followers")]
    pub(super) follows: HasMany<Person>,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWED_ID, back_populates = "follows")]
    pub(super) followers: HasMany<Person>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_follow")]
pub(super) struct Follow {
    #[column(primary_key, foreign_key = Person::ID)]
    pub(super) follower_id: i64,
    #[column(primary_key, foreign_key = Person::ID)]
    pub(super) followed_id: i64,
}

/// The session takes its owner away, and the database its reviewer.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_task")]
pub(super) struct Task {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    pub(super) place: i64,
    #[column(version)]
    pub(super) version: i32,
    #[column(foreign_key = Person::ID)]
    pub(super) owner_id: Option<i64>,
    #[column(foreign_key = Person::ID, on_delete = "set null")]
    pub(super) reviewer_id: Option<i64>,
    #[relationship(foreign_key = Task::OWNER_ID, back_populates = "tasks")]
    pub(super) owner: BelongsTo<Person>,
    #[relationship(foreign_key = Task::REVIEWER_ID, back_populates = "reviews")]
    pub(super) reviewer: BelongsTo<Person>,
    #[relationship(cascade = "all, delete-orphan", back_populates = "task")]
    pub(super) credits: HasMany<Credit>,
    #[relationship(secondary = Credit, order_by = Credit::PLACE)]
    pub(super) people: HasMany<Person>,
    #[relationship(secondary = Label, back_populates = "tasks", order_by = Tag::TEXT)]
    pub(super) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_desk")]
pub(super) struct Desk {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(foreign_key = Person::ID, unique)]
    pub(super) person_id: Option<i64>,
    #[relationship(back_populates = "desk")]
    pub(super) person: BelongsTo<Person>,
}

/// The session deletes it with its person, and when that has another one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_badge")]
pub(super) struct Badge {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(foreign_key = Person::ID, unique)]
    pub(super) person_id: i64,
    #[relationship(back_populates = "badge")]
    pub(super) person: BelongsTo<Person>,
    #[relationship(back_populates = "badge")]
    pub(super) pins: HasMany<Pin>,
}

/// The database deletes it with its badge.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_pin")]
pub(super) struct Pin {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(foreign_key = Badge::ID, on_delete = "cascade")]
    pub(super) badge_id: i64,
    #[relationship(back_populates = "pins")]
    pub(super) badge: BelongsTo<Badge>,
}

/// The database deletes it with its person.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_note")]
pub(super) struct Note {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(foreign_key = Person::ID, on_delete = "cascade")]
    pub(super) person_id: i64,
    #[relationship(back_populates = "notes")]
    pub(super) person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_loan")]
pub(super) struct Loan {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[column(foreign_key = Person::ID, on_delete = "restrict")]
    pub(super) person_id: i64,
    #[relationship(back_populates = "loans")]
    pub(super) person: BelongsTo<Person>,
}

/// A link with more to say, by which tasks know the people, in its order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_credit", unique(task_id, person_id))]
pub(super) struct Credit {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    pub(super) place: i64,
    #[column(foreign_key = Task::ID)]
    pub(super) task_id: i64,
    #[column(foreign_key = Person::ID)]
    pub(super) person_id: i64,
    #[relationship(back_populates = "credits")]
    pub(super) task: BelongsTo<Task>,
    #[relationship(back_populates = "credits")]
    pub(super) person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_tag")]
pub(super) struct Tag {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) text: String,
    #[relationship(secondary = Label, back_populates = "tags", order_by = Task::PLACE)]
    pub(super) tasks: HasMany<Task>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnr_label")]
pub(super) struct Label {
    #[column(primary_key, foreign_key = Task::ID)]
    pub(super) task_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    pub(super) tag_id: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Person,
    Task,
    Desk,
    Note,
    Loan,
    Credit,
    Tag,
    Badge,
    Pin,
}

/// A foreign key, by what it makes of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Boss,
    Owner,
    Reviewer,
    Desk,
    Note,
    Loan,
    Credit,
    CreditTask,
    Badge,
    Pin,
}

impl Way {
    pub(super) const ALL: [Way; 10] = [
        Way::Boss,
        Way::Owner,
        Way::Reviewer,
        Way::Desk,
        Way::Note,
        Way::Loan,
        Way::Credit,
        Way::CreditTask,
        Way::Badge,
        Way::Pin,
    ];

    /// Whose key it is.
    pub(super) fn child(self) -> Sort {
        match self {
            Way::Boss => Sort::Person,
            Way::Owner | Way::Reviewer => Sort::Task,
            Way::Desk => Sort::Desk,
            Way::Note => Sort::Note,
            Way::Loan => Sort::Loan,
            Way::Credit | Way::CreditTask => Sort::Credit,
            Way::Badge => Sort::Badge,
            Way::Pin => Sort::Pin,
        }
    }

    pub(super) fn parent(self) -> Sort {
        match self {
            Way::CreditTask => Sort::Task,
            Way::Pin => Sort::Badge,
            _ => Sort::Person,
        }
    }

    pub(super) fn may_be_null(self) -> bool {
        matches!(self, Way::Boss | Way::Owner | Way::Reviewer | Way::Desk)
    }
}

/// The rows of each sort, by the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct World {
    pub(super) texts: BTreeMap<(Sort, usize), String>,
    /// Of tasks and of credits.
    pub(super) places: BTreeMap<(Sort, usize), i64>,
    /// Which row the key of a row leads to, where it is not NULL.
    pub(super) keys: BTreeMap<(Way, usize), usize>,
    /// Task and tag.
    pub(super) labels: BTreeSet<(usize, usize)>,
    /// Follower and followed.
    pub(super) follows: BTreeSet<(usize, usize)>,
}

impl World {
    pub(super) fn all(&self, sort: Sort) -> impl Iterator<Item = usize> {
        self.texts.keys().filter(move |row| row.0 == sort).map(|row| row.1)
    }

    pub(super) fn children(&self, way: Way, parent: usize) -> Vec<usize> {
        self.keys.iter().filter(|(key, to)| key.0 == way && **to == parent).map(|(key, _)| key.1).collect()
    }

    pub(super) fn point(&mut self, way: Way, child: usize, parent: Option<usize>) {
        match parent {
            Some(parent) => self.keys.insert((way, child), parent),
            None => self.keys.remove(&(way, child)),
        };
    }

    /// Those without which a person may go, and does not before.
    pub(super) fn holding(&self, person: usize) -> Vec<(Sort, usize)> {
        let loans = self.children(Way::Loan, person).into_iter().map(|loan| (Sort::Loan, loan));
        loans.chain(self.children(Way::Credit, person).into_iter().map(|credit| (Sort::Credit, credit))).collect()
    }

    /// Takes a row out, and what goes with it.
    pub(super) fn drop(&mut self, sort: Sort, row: usize) {
        if self.texts.remove(&(sort, row)).is_none() {
            return;
        }
        self.places.remove(&(sort, row));
        for way in Way::ALL {
            if way.child() == sort {
                self.keys.remove(&(way, row));
            }
            if way.parent() == sort {
                for child in self.children(way, row) {
                    match way.may_be_null() {
                        true => self.point(way, child, None),
                        false => self.drop(way.child(), child),
                    }
                }
            }
        }
        self.follows.retain(|(one, two)| sort != Sort::Person || (row != *one && row != *two));
        self.labels.retain(|(task, tag)| (sort, row) != (Sort::Task, *task) && (sort, row) != (Sort::Tag, *tag));
    }
}
