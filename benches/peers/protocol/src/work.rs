//! The input of an operation, and what is done with it.

use std::hint::black_box;

use crate::Result;
use crate::content::{Content, Digest};
use crate::operation::Operation;
use crate::peer::{Change, Clock, Peer, Readers};
use crate::place::Place;
use crate::rows::{NewUser, User, Word};

/// What varies an operation's input: the same for every peer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed(pub(crate) i64);

impl Seed {
    fn numbers(self, repeats: i64) -> impl Iterator<Item = i64> + Clone {
        (0..repeats).map(move |repeat| self.0 * 31 + repeat)
    }

    pub(crate) fn keys(self, repeats: i64) -> Vec<i64> {
        self.numbers(repeats).map(|number| number * 7 % 10_000 + 1).collect()
    }

    pub(crate) fn patterns(self, repeats: i64) -> Vec<String> {
        self.numbers(repeats).map(|number| format!("%{}%", number % 90)).collect()
    }

    pub(crate) fn pages(self, repeats: i64) -> Vec<i64> {
        self.numbers(repeats).map(|number| number % 20 + 1).collect()
    }

    /// Lists of new users.
    pub(crate) fn new_users(self, repeats: i64, users: i64) -> Vec<Vec<NewUser>> {
        self.numbers(repeats).map(|number| (0..users).map(|i| NewUser::number(number + i)).collect()).collect()
    }

    /// Users with other values than before, no two of them the same.
    pub(crate) fn changed(self, users: i64) -> Vec<User> {
        let key = |number: i64| number * 7 % 10_000 + 1;
        self.numbers(users).map(|number| NewUser::number(key(number) + self.0 + 1).with_key(key(number))).collect()
    }

    pub(crate) fn changes(self) -> Vec<Change> {
        let change =
            |user: User| Change { id: user.id, age: user.age + 100 + (self.0 % 7) as i32, score: user.score + 0.25 };
        self.changed(1000).into_iter().map(change).collect()
    }

    pub(crate) fn words(self) -> Vec<Word> {
        (1..=1000).map(|number| Word::number(number, self.0 + number)).collect()
    }
}

/// Does an operation, and what it gave if that is asked for.
pub(crate) struct Work<'a, P> {
    pub(crate) peer: &'a mut P,
    pub(crate) clock: Clock,
    /// None where nothing but time counts.
    pub(crate) digest: Option<Digest>,
}

/// Awaits a call for each input with the clock running. Freeing what it gave is part of it.
macro_rules! each {
    ($work:ident, $inputs:expr, |$input:pat_param| $call:expr) => {{
        let inputs = $inputs;
        $work.clock.start();
        for $input in inputs {
            given(&mut $work.digest, &black_box($call.await?));
        }
        $work.clock.stop();
    }};
}

fn given(digest: &mut Option<Digest>, content: &impl Content) {
    if let Some(digest) = digest {
        content.content(digest);
    }
}

impl<P: Peer> Work<'_, P> {
    pub(crate) async fn run(&mut self, operation: Operation, place: &Place, seed: Seed, repeats: i64) -> Result<()> {
        match operation {
            Operation::All1 | Operation::All100 | Operation::All10000 => each!(self, 0..repeats, |_| self.peer.all()),
            Operation::Wide1000 => each!(self, 0..repeats, |_| self.peer.all_wide()),
            Operation::Get => each!(self, seed.keys(repeats), |key| self.peer.get(key)),
            Operation::Filter => each!(self, &seed.patterns(repeats), |pattern| self.peer.filter(pattern)),
            Operation::Page => each!(self, seed.pages(repeats), |number| self.peer.page(number)),
            Operation::Aggregate => each!(self, 0..repeats, |_| self.peer.aggregate()),
            Operation::Stream => each!(self, 0..repeats, |_| self.peer.stream()),
            Operation::Joined => each!(self, 0..repeats, |_| self.peer.joined()),
            Operation::Selectin => each!(self, 0..repeats, |_| self.peer.selectin()),
            Operation::Lazy => each!(self, 0..repeats, |_| self.peer.lazy()),
            Operation::Levels => each!(self, 0..repeats, |_| self.peer.levels()),
            Operation::Tags => each!(self, 0..repeats, |_| self.peer.tags()),
            Operation::Readers | Operation::ReadersAndWriter => {
                let readers = Readers { threads: 4, gets: repeats, writer: operation == Operation::ReadersAndWriter };
                let (time, found) = self.peer.readers(place, readers).await?;
                self.clock.add(time);
                given(&mut self.digest, &found);
            }
            _ => self.write(operation, seed, repeats).await?,
        }
        Ok(())
    }

    async fn write(&mut self, operation: Operation, seed: Seed, repeats: i64) -> Result<()> {
        match operation {
            Operation::Insert => {
                each!(self, seed.new_users(repeats, 1).into_iter().flatten(), |user| self.peer.insert(user));
            }
            Operation::InsertOpen => {
                let users = seed.new_users(repeats, 1).into_iter().flatten().collect();
                let last = self.peer.insert_open(users, &mut self.clock).await?.digest();
                given(&mut self.digest, &last);
            }
            Operation::Insert100 => each!(self, seed.new_users(repeats, 100), |users| self.peer.insert_all(users)),
            Operation::Insert10000 => each!(self, seed.new_users(repeats, 10_000), |users| self.peer.insert_all(users)),
            Operation::Insert100000 => {
                each!(self, seed.new_users(repeats, 100_000), |users| self.peer.insert_all(users))
            }
            Operation::Upsert1000 => each!(self, [seed.words()], |words| self.peer.upsert(words)),
            Operation::Update | Operation::UpdateAnalyzed => {
                each!(self, seed.changed(repeats), |user| self.peer.update(user));
            }
            Operation::Update1000 | Operation::Update1000Analyzed => {
                each!(self, [seed.changed(1000)], |users| self.peer.update_each(users));
            }
            Operation::Flush1000 | Operation::Flush1000Analyzed => {
                self.peer.flush(seed.changes(), &mut self.clock).await?;
            }
            read => return read.missing(),
        }
        Ok(())
    }
}
