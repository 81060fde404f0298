//! Random operations on a session whose rows lead to each other in every way, against a simple reference: foreign keys that
//! may be NULL or not, with each `on_delete`, a tree, a `HasOne`, two keys to one model, links with and without more to say.
//!
//! `PROPTEST_CASES` says how many are tried.

mod changes;
mod checks;
mod held;
mod links;
mod operations;
mod others;
mod world;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use super::trials::{pick, random_operations, run_all, tried};
use held::{Held, Kept};
use operations::{Op, operations};
use world::{Badge, Credit, Desk, Follow, Label, Loan, Note, Person, Pin, Sort, Tag, Task, World};

struct Run<'d> {
    db: &'d Database,
    options: SessionOptions,
    autoflushes: bool,
    session: Session,
    held: Held,
    /// As the session sees it, and as it was committed.
    now: World,
    committed: World,
    /// How many savepoints are open.
    depth: usize,
    /// Whether a key was changed as a value, which relationships follow after the next flush.
    by_value: bool,
    /// Whether a badge was moved: badges that change places go round in a circle that no value meanwhile can open.
    moved: bool,
    texts: usize,
}

type Done = Option<ormcore::Result<()>>;

/// Goes on with what an operation gives, or is done with its error.
macro_rules! get {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Some(Err(error)),
        }
    };
}

use get;

impl<'d> Run<'d> {
    fn new(db: &'d Database, autoflushes: bool, expires: bool) -> Self {
        Label::query().delete(db).unwrap();
        Credit::query().delete(db).unwrap();
        Task::query().delete(db).unwrap();
        Desk::query().delete(db).unwrap();
        Note::query().delete(db).unwrap();
        Follow::query().delete(db).unwrap();
        Pin::query().delete(db).unwrap();
        Badge::query().delete(db).unwrap();
        Loan::query().delete(db).unwrap();
        Tag::query().delete(db).unwrap();
        Person::query().update(Person::BOSS_ID.set(None), db).unwrap();
        Person::query().delete(db).unwrap();
        let options = SessionOptions::new().autoflush(autoflushes).expire_on_commit(expires);
        let session = db.session_with(options).unwrap();
        let (now, committed, held) = (World::default(), World::default(), Held::default());
        Run {
            db,
            options,
            autoflushes,
            session,
            held,
            now,
            committed,
            depth: 0,
            by_value: false,
            moved: false,
            texts: 0,
        }
    }

    fn pick(&self, sort: Sort, at: usize) -> Option<usize> {
        pick(self.now.all(sort), at)
    }

    fn flush(&mut self) -> ormcore::Result<()> {
        (self.by_value, self.moved) = (false, false);
        self.session.flush()
    }

    /// What points somewhere by value is known to do so once it is written.
    fn settle(&mut self) -> ormcore::Result<()> {
        if self.by_value { self.flush() } else { Ok(()) }
    }

    /// Runs one operation; `None` if there is no row for it.
    fn run(&mut self, op: &Op) -> Done {
        match op {
            Op::Add(..) | Op::Text(..) | Op::Place(..) | Op::Merge(..) | Op::Label(..) | Op::Tags(..) => {
                self.change(op)
            }
            Op::Follow(..) | Op::Follows(..) => self.follow(op),
            Op::Point(way, how, child, parent) => self.point(*way, *how, *child, *parent),
            Op::Delete(..) | Op::DeleteAll(..) => self.delete(op),
            Op::Related(..) | Op::Labels(_) | Op::Load(_) => self.read(op),
            Op::Flush(checks) => {
                get!(self.flush());
                Some(if *checks { self.check() } else { Ok(()) })
            }
            Op::Savepoint(ops, ok) => Some(self.savepoint(ops, *ok)),
            Op::Expire(..) | Op::ExpireAll | Op::Refresh(_) | Op::Lost(..) | Op::Gone(..) => self.forget(op),
            _ if self.depth > 0 => None,
            Op::Commit(strategy) => Some(self.commit().and_then(|()| self.compare(*strategy))),
            Op::Rollback => Some(self.rollback()),
            Op::Reopen => Some(self.reopen()),
            _ => self.with_others(op),
        }
    }

    fn commit(&mut self) -> ormcore::Result<()> {
        (self.by_value, self.moved) = (false, false);
        self.session.commit()?;
        self.committed = self.now.clone();
        Ok(())
    }

    fn rollback(&mut self) -> ormcore::Result<()> {
        (self.by_value, self.moved) = (false, false);
        self.session.rollback()?;
        self.now = self.committed.clone();
        Ok(())
    }

    fn reopen(&mut self) -> ormcore::Result<()> {
        self.commit()?;
        self.held.leave(&self.session);
        self.session = self.db.session_with(self.options)?;
        Ok(())
    }

    fn savepoint(&mut self, ops: &[Op], ok: bool) -> ormcore::Result<()> {
        self.flush()?;
        let before = self.now.clone();
        let ended = self.inside(|run| {
            ops.iter().try_for_each(|op| run.run(op).unwrap_or(Ok(())))?;
            if ok { run.flush() } else { Err(Error::rollback("no")) }
        });
        match ended {
            Err(error) if ok || !matches!(error.kind(), ErrorKind::Rollback { .. }) => return Err(error),
            Err(_) => self.now = before,
            Ok(()) => {}
        }
        (self.by_value, self.moved) = (false, false);
        Ok(())
    }

    /// Does something in a savepoint.
    fn inside(&mut self, work: impl FnOnce(&mut Self) -> ormcore::Result<()>) -> ormcore::Result<()> {
        let mut session = std::mem::replace(&mut self.session, self.db.session()?);
        self.depth += 1;
        let ended = session.savepoint(|inner| {
            std::mem::swap(&mut self.session, inner);
            let done = work(self);
            std::mem::swap(&mut self.session, inner);
            done
        });
        self.depth -= 1;
        self.session = session;
        ended
    }

    /// What was changed since the last flush is lost: it is flushed first here.
    fn forget(&mut self, op: &Op) -> Done {
        get!(self.flush());
        match op {
            Op::Expire(sort, row) => {
                let row = self.pick(*sort, *row)?;
                match sort {
                    Sort::Person => self.expire::<Person>(row),
                    Sort::Task => self.expire::<Task>(row),
                    Sort::Desk => self.expire::<Desk>(row),
                    Sort::Note => self.expire::<Note>(row),
                    Sort::Loan => self.expire::<Loan>(row),
                    Sort::Credit => self.expire::<Credit>(row),
                    Sort::Tag => self.expire::<Tag>(row),
                    Sort::Badge => self.expire::<Badge>(row),
                    Sort::Pin => self.expire::<Pin>(row),
                }
            }
            Op::ExpireAll => {
                self.session.expire_all();
                Some(Ok(()))
            }
            Op::Refresh(task) => {
                let handle = get!(self.handle::<Task>(self.pick(Sort::Task, *task)?));
                self.session[handle].place = 77;
                Some(self.session.refresh(handle))
            }
            Op::Lost(task, owner, how) => {
                let owner = owner.and_then(|owner| self.pick(Sort::Person, owner));
                Some(self.lose(self.pick(Sort::Task, *task)?, owner, *how))
            }
            Op::Gone(sort, row) => {
                get!(self.delete(&Op::Delete(*sort, *row, true))?);
                self.session.expire_all();
                Some(Ok(()))
            }
            _ => None,
        }
    }

    fn expire<M: Kept>(&mut self, row: usize) -> Done {
        let handle = get!(self.handle::<M>(row));
        self.session[handle].text().push_str(" lost");
        Some(self.session.expire(handle))
    }
}

fn random_operations_end_as_the_reference_says(fixture: &Fixture) {
    fixture.db.create_tables::<(Person, Task, Desk, Note, Loan, Credit, Tag, Label, Follow, Badge, Pin)>().unwrap();
    tried(&operations(), |ops, autoflushes| {
        let mut run = Run::new(&fixture.db, autoflushes, ops.len() % 3 == 0);
        run_all(ops.iter().chain([&Op::Commit(ops.len())]), |op| run.run(op))
    });
}

random_operations!(random_operations_end_as_the_reference_says);
