use std::fmt;
use std::time::{Duration, Instant};

use crate::Result;
use crate::content::Content;
use crate::operation::Operation;
use crate::place::Place;
use crate::rows::{NewUser, User, Word};

/// Runs only while what is measured does: what comes before and after is left out.
#[derive(Debug, Default)]
pub struct Clock {
    started: Option<Instant>,
    elapsed: Duration,
}

impl Clock {
    /// From here on.
    pub fn start(&mut self) {
        self.started = Some(Instant::now());
    }

    /// To here.
    pub fn stop(&mut self) {
        if let Some(started) = self.started.take() {
            self.elapsed += started.elapsed();
        }
    }

    pub(crate) fn add(&mut self, time: Duration) {
        self.elapsed += time;
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// What is changed of a user that was loaded.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Whose.
    pub id: i64,
    /// The new age.
    pub age: i32,
    /// The new score.
    pub score: f64,
}

/// What threads are to do.
#[derive(Debug, Clone, Copy)]
pub struct Readers {
    /// How many read.
    pub threads: i64,
    /// How many rows each gets by key, those that [`Readers::key`] says.
    pub gets: i64,
    /// Whether one more updates rows, each in a transaction of its own, until the readers have done.
    pub writer: bool,
}

impl Readers {
    /// The key of a get.
    pub fn key(thread: i64, get: i64) -> i64 {
        (thread * 31 + get * 7) % 10_000 + 1
    }

    /// What the writer writes next.
    pub fn update(number: i64) -> User {
        let key = number * 7 % 10_000 + 1;
        NewUser::number(key + number).with_key(key)
    }
}

/// A library under test, with a database open.
///
/// An operation is written as the library's own documentation writes it, and gives rows in the library's own structs.
/// Libraries that block have nothing to wait for in these futures.
#[expect(async_fn_in_trait, reason = "nobody else implements it, and no future leaves its thread")]
pub trait Peer: Sized {
    /// Opens the database, with the settings that [`Place::settings`] says.
    async fn open(place: &Place) -> Result<Self>;

    /// Whether the library has what the operation asks for.
    fn has(operation: Operation, place: &Place) -> bool {
        let _ = (operation, place);
        true
    }

    /// The version of the SQLite that is linked.
    fn sqlite() -> String;

    /// Runs a statement that gives nothing of interest.
    async fn execute(&mut self, sql: &str) -> Result<()>;

    /// Every user, in no stated order.
    async fn all(&mut self) -> Result<impl Content>;

    /// Every row of twenty columns.
    async fn all_wide(&mut self) -> Result<impl Content>;

    /// The user with a key, or none.
    async fn get(&mut self, id: i64) -> Result<impl Content>;

    /// A hundred users whose name is like a pattern, those of the highest scores first, then by key. [`Ordered`].
    ///
    /// [`Ordered`]: crate::Ordered
    async fn filter(&mut self, pattern: &str) -> Result<impl Content>;

    /// The page of a number, counted from 1, of 20 users in the order of keys, [`Ordered`](crate::Ordered); and how many
    /// users there are in all, as an `i64`.
    async fn page(&mut self, number: i64) -> Result<impl Content>;

    /// Each age, with how many users have it and their highest score.
    async fn aggregate(&mut self) -> Result<impl Content>;

    /// Reads every user without keeping them: how many there are, and the sum of their ages.
    async fn stream(&mut self) -> Result<(i64, i64)>;

    /// Inserts a user, in a transaction that the database itself opens and ends; the row with its key.
    async fn insert(&mut self, user: NewUser) -> Result<impl Content>;

    /// Inserts users one by one in a transaction; the clock runs between its begin and its commit.
    async fn insert_open(&mut self, users: Vec<NewUser>, clock: &mut Clock) -> Result<impl Content>;

    /// Inserts users in one transaction; the rows with their keys.
    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<impl Content>;

    /// Inserts words, or sets the uses of those that are there, in one transaction.
    async fn upsert(&mut self, words: Vec<Word>) -> Result<()>;

    /// Every word.
    async fn words(&mut self) -> Result<impl Content>;

    /// Writes all columns of a user.
    async fn update(&mut self, user: User) -> Result<()>;

    /// Writes all columns of users, each by a call of its own, in one transaction.
    async fn update_each(&mut self, users: Vec<User>) -> Result<()>;

    /// Loads the users that are to be changed; then, with the clock running, changes them, writes what has changed and
    /// commits.
    async fn flush(&mut self, changes: Vec<Change>, clock: &mut Clock) -> Result<()>;

    /// Every user with all posts, by one joined statement.
    async fn joined(&mut self) -> Result<impl Content>;

    /// Every user with all posts, by a statement for each table.
    async fn selectin(&mut self) -> Result<impl Content>;

    /// Every user with all posts, which are asked for user by user.
    async fn lazy(&mut self) -> Result<impl Content>;

    /// Every user with all posts with all comments.
    async fn levels(&mut self) -> Result<impl Content>;

    /// Every page with all tags.
    async fn tags(&mut self) -> Result<impl Content>;

    /// Reads from threads, each with a connection: how long that took, and how many rows were found.
    async fn readers(&mut self, place: &Place, readers: Readers) -> Result<(Duration, i64)>;
}

/// What is said of an operation that `Peer::has` denies.
impl Operation {
    /// An error that names it.
    pub fn missing<T>(self) -> Result<T> {
        Err(Missing(self).into())
    }
}

#[derive(Debug)]
struct Missing(Operation);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no `{}`", self.0.name())
    }
}

impl std::error::Error for Missing {}
