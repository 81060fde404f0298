use crate::content::{Content, Digest, Ordered};
use crate::operation::Operation;
use crate::peer::Change;
use crate::rows::{Comment, NewUser, Page, Post, Tag, User, Wide, Word};
use crate::serve::CHECKED;
use crate::work::Seed;

/// The digest of what an operation must give, and leave in the tables, when it is checked.
pub fn expected(operation: Operation) -> u64 {
    let mut digest = Digest::new();
    given(operation, &mut digest);
    left(operation, &mut digest);
    digest.value()
}

/// What it gives.
fn given(operation: Operation, digest: &mut Digest) {
    let Seed(number) = CHECKED;
    match operation {
        Operation::All1 | Operation::All100 | Operation::All10000 => users(operation).content(digest),
        Operation::Wide1000 => (1..=1000).map(Wide::number).collect::<Vec<_>>().content(digest),
        Operation::Get => CHECKED.keys(1).first().map(|key| NewUser::number(*key).with_key(*key)).content(digest),
        Operation::Filter => filtered(operation).content(digest),
        Operation::Page => {
            let first = CHECKED.pages(1)[0] * 20 - 19;
            let rows = (first..first + 20).map(|number| NewUser::number(number).with_key(number)).collect();
            (Ordered(rows), operation.users()).content(digest);
        }
        Operation::Aggregate => ages(operation).content(digest),
        Operation::Stream => {
            let ages = users(operation).iter().map(|user| i64::from(user.age)).sum::<i64>();
            (operation.users(), ages).content(digest);
        }
        Operation::Insert => NewUser::number(number * 31).with_key(1).content(digest),
        Operation::InsertOpen => NewUser::number(number * 31).with_key(1).digest().content(digest),
        operation if operation.inserts() => inserted(operation).content(digest),
        Operation::Joined | Operation::Selectin | Operation::Lazy => {
            let posts = |user: i64| (0..10).map(move |post| Post::number(post * 100 + user)).collect::<Vec<_>>();
            let users = users(operation).into_iter();
            users
                .map(|user| {
                    let id = user.id;
                    (user, posts(id))
                })
                .collect::<Vec<_>>()
                .content(digest);
        }
        Operation::Levels => levels(operation).content(digest),
        Operation::Tags => {
            let tagged = (1..=100).map(Page::number).map(|page| {
                let tags: Vec<Tag> = page.tags().map(Tag::number).collect();
                (page, tags)
            });
            tagged.collect::<Vec<_>>().content(digest);
        }
        Operation::Readers | Operation::ReadersAndWriter => 4_i64.content(digest),
        _ => {}
    }
}

/// What is in the tables that it writes to.
fn left(operation: Operation, digest: &mut Digest) {
    let mut users = users(operation);
    match operation {
        Operation::Upsert1000 => {
            let words: Vec<Word> = CHECKED.words();
            words.content(digest);
            return;
        }
        Operation::Flush1000 | Operation::Flush1000Analyzed => {
            for Change { id, age, score } in CHECKED.changes() {
                let user = &mut users[id as usize - 1];
                (user.age, user.score) = (age, score);
            }
        }
        operation if operation.updates() => {
            let updated = if matches!(operation, Operation::Update | Operation::UpdateAnalyzed) { 1 } else { 1000 };
            for user in CHECKED.changed(updated) {
                let place = user.id as usize - 1;
                users[place] = user;
            }
        }
        operation if operation.inserts() => users = inserted(operation),
        _ => return,
    }
    users.content(digest);
}

/// The users before it.
fn users(operation: Operation) -> Vec<User> {
    (1..=operation.users()).map(|number| NewUser::number(number).with_key(number)).collect()
}

fn inserted(operation: Operation) -> Vec<User> {
    let rows = match operation {
        Operation::Insert100 => 100,
        Operation::Insert10000 => 10_000,
        Operation::Insert100000 => 100_000,
        _ => 1,
    };
    let users = CHECKED.new_users(1, rows).into_iter().flatten();
    users.zip(1..).map(|(user, key)| user.with_key(key)).collect()
}

fn filtered(operation: Operation) -> Ordered<User> {
    let pattern = &CHECKED.patterns(1)[0];
    let part = pattern.trim_matches('%');
    let mut rows: Vec<User> = users(operation).into_iter().filter(|user| user.name.contains(part)).collect();
    rows.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.id.cmp(&other.id)));
    rows.truncate(100);
    Ordered(rows)
}

/// Each age, how many have it, and their highest score.
fn ages(operation: Operation) -> Vec<(i32, i64, Option<f64>)> {
    let mut ages: Vec<(i32, i64, Option<f64>)> = (0..90).map(|age| (age, 0, None)).collect();
    for user in users(operation) {
        let (_, count, highest) = &mut ages[user.age as usize];
        *count += 1;
        *highest = highest.map_or(Some(user.score), |highest: f64| Some(highest.max(user.score)));
    }
    ages
}

type Commented = (Post, Vec<Comment>);

fn levels(operation: Operation) -> Vec<(User, Vec<Commented>)> {
    let comments = |post: i64| (0..3).map(move |comment| Comment::number(comment * 1000 + post)).collect();
    let posts = |user: i64| (0..10).map(move |post| post * 100 + user);
    let commented = |user: i64| posts(user).map(|post| (Post::number(post), comments(post))).collect();
    users(operation)
        .into_iter()
        .map(|user| {
            let id = user.id;
            (user, commented(id))
        })
        .collect()
}
