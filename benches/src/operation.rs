use std::hint::black_box;

use crate::models::{Author, NewUser, Page, PlainAuthor, PlainPage, Tag, User, Wide};
use crate::side::{Fill, Place, Side};

/// A row of the tables of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    All1,
    All100,
    All10000,
    Wide1000,
    Get,
    Top,
    Page,
    Insert,
    InsertInTransaction,
    Insert100,
    Insert10000,
    Insert100000,
    Copy100000,
    Update,
    Update1000,
    AuthorsJoined,
    AuthorsSelectin,
    PagesJoined,
    PagesSelectin,
}

impl Operation {
    /// Those of the tables about SQLite, in their order.
    pub const EMBEDDED: [Operation; 16] = [
        Operation::All1,
        Operation::All100,
        Operation::All10000,
        Operation::Wide1000,
        Operation::Get,
        Operation::Top,
        Operation::Page,
        Operation::Insert,
        Operation::InsertInTransaction,
        Operation::Insert100,
        Operation::Insert10000,
        Operation::Update,
        Operation::AuthorsJoined,
        Operation::AuthorsSelectin,
        Operation::PagesJoined,
        Operation::PagesSelectin,
    ];

    /// Those of the table about PostgreSQL: these and some more.
    pub const SERVER: [Operation; 19] = [
        Operation::All1,
        Operation::All100,
        Operation::All10000,
        Operation::Wide1000,
        Operation::Get,
        Operation::Top,
        Operation::Page,
        Operation::Insert,
        Operation::InsertInTransaction,
        Operation::Insert100,
        Operation::Insert10000,
        Operation::Insert100000,
        Operation::Copy100000,
        Operation::Update,
        Operation::Update1000,
        Operation::AuthorsJoined,
        Operation::AuthorsSelectin,
        Operation::PagesJoined,
        Operation::PagesSelectin,
    ];

    /// What it does, in words.
    pub fn title(self) -> &'static str {
        match self {
            Operation::All1 => "select all: 1 row",
            Operation::All100 => "select all: 100 rows",
            Operation::All10000 => "select all: 10 000 rows",
            Operation::Wide1000 => "select all: 1000 rows of 20 columns",
            Operation::Get => "get by key",
            Operation::Top => "filter, order, limit 20: over 10 000 rows, no index",
            Operation::Page => "filter, order, limit 20: by the key",
            Operation::Insert => "insert 1",
            Operation::InsertInTransaction => "insert 1, begin and commit",
            Operation::Insert100 => "insert 100 in a transaction",
            Operation::Insert10000 => "insert 10 000 in a transaction",
            Operation::Insert100000 => "insert 100 000 in a transaction",
            Operation::Copy100000 => "insert 100 000 beside COPY, which gives no keys",
            Operation::Update => "update 1",
            Operation::Update1000 => "update 1000 one by one in a transaction",
            Operation::AuthorsJoined => "100 users with 10 posts each: joined",
            Operation::AuthorsSelectin => "100 users with 10 posts each: selectin",
            Operation::PagesJoined => "100 pages with 5 tags each, link table: joined",
            Operation::PagesSelectin => "100 pages with 5 tags each, link table: selectin",
        }
    }

    /// The name by which the command line knows it.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The operation of a name.
    pub fn named(name: &str) -> Option<Self> {
        Operation::SERVER.into_iter().find(|operation| operation.name() == name)
    }

    /// How many users are in the table before it.
    fn users(self) -> i64 {
        match self {
            Operation::All1 => 1,
            Operation::All100 => 100,
            Operation::All10000
            | Operation::Get
            | Operation::Top
            | Operation::Page
            | Operation::Update
            | Operation::Update1000 => 10_000,
            _ => 0,
        }
    }

    /// How often a sample does it: a millisecond or two, where one alone is not longer. In a file a commit takes longer.
    pub fn repeats(self, place: &Place) -> i64 {
        let in_file = matches!(place, Place::File(_));
        match self {
            Operation::Insert | Operation::InsertInTransaction | Operation::Update if in_file => 10,
            Operation::All1 | Operation::Get | Operation::Insert | Operation::Update => 500,
            Operation::InsertInTransaction => 250,
            Operation::Page => 100,
            Operation::All100 => 25,
            Operation::Insert100 => 10,
            Operation::PagesJoined | Operation::PagesSelectin => 5,
            Operation::Wide1000 | Operation::Top | Operation::AuthorsJoined | Operation::AuthorsSelectin => 2,
            Operation::All10000 | Operation::Insert10000 => 1,
            Operation::Insert100000 | Operation::Copy100000 | Operation::Update1000 => 1,
        }
    }

    /// As [`Operation::repeats`], where each one goes to a server and back.
    pub fn repeats_on_server(self) -> i64 {
        match self {
            Operation::All1 | Operation::Get | Operation::Insert | Operation::Update => 50,
            Operation::InsertInTransaction | Operation::Page => 20,
            Operation::All100 => 10,
            Operation::Insert100 => 3,
            Operation::PagesJoined | Operation::PagesSelectin => 2,
            _ => 1,
        }
    }

    /// Fills the tables as the operation wants them.
    pub fn fill<S: Fill>(self, side: &mut S) -> Result<(), S::Error> {
        match self {
            Operation::Wide1000 => side.insert_wide((1..=1000).map(Wide::number).collect()),
            Operation::AuthorsJoined | Operation::AuthorsSelectin => {
                side.insert_authors((1..=100).map(PlainAuthor::number).collect())
            }
            Operation::PagesJoined | Operation::PagesSelectin => {
                let tags = (1..=50).map(Tag::number).collect();
                side.insert_pages((1..=100).map(PlainPage::number).collect(), tags)
            }
            _ => side.insert_all((1..=self.users()).map(NewUser::number).collect()).map(drop),
        }
    }

    /// The input of a sample; `seed` varies keys and values, the same for both sides.
    pub fn work(self, seed: i64, repeats: i64) -> Work {
        let numbers = (0..repeats).map(move |repeat| seed * 31 + repeat);
        let keys = numbers.clone().map(|number| number * 7 % 10_000 + 1);
        let new = |users: i64| numbers.clone().map(|n| (0..users).map(|i| NewUser::number(n + i)).collect()).collect();
        match self {
            Operation::All1 | Operation::All100 | Operation::All10000 => Work::All(repeats),
            Operation::Wide1000 => Work::AllWide(repeats),
            Operation::Get => Work::Get(keys.collect()),
            Operation::Top => Work::Top(numbers.map(|number| (number % 90) as i32).collect()),
            Operation::Page => Work::Page(keys.collect()),
            Operation::Insert => Work::Insert(numbers.map(NewUser::number).collect()),
            Operation::InsertInTransaction => Work::InsertInTransaction(numbers.map(NewUser::number).collect()),
            Operation::Insert100 => Work::InsertAll(new(100)),
            Operation::Insert10000 => Work::InsertAll(new(10_000)),
            Operation::Insert100000 => Work::InsertAll(new(100_000)),
            Operation::Copy100000 => Work::Copy(new(100_000)),
            Operation::Update => Work::Update(keys.map(|key| NewUser::number(key + seed + 1).with_key(key)).collect()),
            Operation::Update1000 => Work::UpdateEach(numbers.map(|number| changed(number, 1000)).collect()),
            Operation::AuthorsJoined => Work::AuthorsJoined(repeats),
            Operation::AuthorsSelectin => Work::AuthorsSelectin(repeats),
            Operation::PagesJoined => Work::PagesJoined(repeats),
            Operation::PagesSelectin => Work::PagesSelectin(repeats),
        }
    }
}

/// As many users with other values, no two of them the same.
fn changed(number: i64, users: i64) -> Vec<User> {
    let keys = (number..number + users).map(|number| number * 7 % 10_000 + 1);
    keys.map(|key| NewUser::number(key + number + 1).with_key(key)).collect()
}

/// The input of a sample: an operation done several times.
#[derive(Debug, Clone)]
pub enum Work {
    All(i64),
    AllWide(i64),
    Get(Vec<i64>),
    Top(Vec<i32>),
    Page(Vec<i64>),
    Insert(Vec<NewUser>),
    InsertInTransaction(Vec<NewUser>),
    InsertAll(Vec<Vec<NewUser>>),
    Copy(Vec<Vec<NewUser>>),
    Update(Vec<User>),
    UpdateEach(Vec<Vec<User>>),
    AuthorsJoined(i64),
    AuthorsSelectin(i64),
    PagesJoined(i64),
    PagesSelectin(i64),
}

/// What the last repetition gave.
#[derive(Debug)]
pub enum Rows {
    None,
    User(Option<User>),
    Users(Vec<User>),
    Wide(Vec<Wide>),
    Authors(Vec<Author>),
    PlainAuthors(Vec<PlainAuthor>),
    Pages(Vec<Page>),
    PlainPages(Vec<PlainPage>),
}

impl Rows {
    /// The same in structs that can be compared: the fields of relationships take no part in equality.
    pub fn plain(self) -> Plain {
        match self {
            Rows::None => Plain::None,
            Rows::User(user) => Plain::Users(user.into_iter().collect()),
            Rows::Users(users) => Plain::Users(users),
            Rows::Wide(rows) => Plain::Wide(rows),
            Rows::Authors(authors) => Plain::Authors(authors.into_iter().map(PlainAuthor::from).collect()),
            Rows::PlainAuthors(authors) => Plain::Authors(authors),
            Rows::Pages(pages) => Plain::Pages(pages.into_iter().map(PlainPage::from).collect()),
            Rows::PlainPages(pages) => Plain::Pages(pages),
        }
    }
}

/// [`Rows`] that can be compared.
#[derive(Debug, PartialEq)]
pub enum Plain {
    None,
    Users(Vec<User>),
    Wide(Vec<Wide>),
    Authors(Vec<PlainAuthor>),
    Pages(Vec<PlainPage>),
}

impl Work {
    /// Does the work.
    pub fn run<S: Side>(self, side: &mut S) -> Result<Rows, S::Error> {
        match self {
            Work::All(repeats) => last(0..repeats, |_| side.all()).map(|rows| rows.map_or(Rows::None, Rows::Users)),
            Work::AllWide(repeats) => {
                last(0..repeats, |_| side.all_wide()).map(|rows| rows.map_or(Rows::None, Rows::Wide))
            }
            Work::Get(keys) => last(keys, |key| side.get(key)).map(|row| Rows::User(row.flatten())),
            Work::Top(ages) => last(ages, |age| side.top(age, 20)).map(|rows| rows.map_or(Rows::None, Rows::Users)),
            Work::Page(keys) => last(keys, |key| side.page(key, 20)).map(|rows| rows.map_or(Rows::None, Rows::Users)),
            Work::Insert(users) => last(users, |user| side.insert(user)).map(Rows::User),
            Work::InsertInTransaction(users) => last(users, |user| side.insert_in_transaction(user)).map(Rows::User),
            Work::InsertAll(lists) => {
                last(lists, |users| side.insert_all(users)).map(|rows| rows.map_or(Rows::None, Rows::Users))
            }
            Work::Copy(lists) => last(lists, |users| side.copy(users)).map(|_| Rows::None),
            Work::Update(users) => last(users, |mut user| side.update(&mut user)).map(|_| Rows::None),
            Work::UpdateEach(lists) => last(lists, |mut users| side.update_each(&mut users)).map(|_| Rows::None),
            Work::AuthorsJoined(repeats) => last_rows(repeats, || side.authors_joined()),
            Work::AuthorsSelectin(repeats) => last_rows(repeats, || side.authors_selectin()),
            Work::PagesJoined(repeats) => last_rows(repeats, || side.pages_joined()),
            Work::PagesSelectin(repeats) => last_rows(repeats, || side.pages_selectin()),
        }
    }

    /// Whether it adds rows, which are then taken away again.
    pub fn inserts(&self) -> bool {
        matches!(self, Work::Insert(_) | Work::InsertInTransaction(_) | Work::InsertAll(_) | Work::Copy(_))
    }
}

/// Calls `work` with each input, and gives what the last call gave.
fn last<I, T, E>(inputs: impl IntoIterator<Item = I>, mut work: impl FnMut(I) -> Result<T, E>) -> Result<Option<T>, E> {
    let mut last = None;
    for input in inputs {
        last = Some(black_box(work(input)?));
    }
    Ok(last)
}

fn last_rows<E>(repeats: i64, mut work: impl FnMut() -> Result<Rows, E>) -> Result<Rows, E> {
    last(0..repeats, |_| work()).map(|rows| rows.unwrap_or(Rows::None))
}
