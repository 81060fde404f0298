//! What an access to a relationship costs that is loaded already: no allocation, no connection, and a few nanoseconds.
//!
//! `access` asserts the first two and prints the third, beside the same access to a plain field.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use benches::{Author, PlainAuthor, Post, Profile};
use ormcore::prelude::*;

const AUTHORS: i64 = 100;
const ROUNDS: usize = 2001;

/// The same rows, as one writes them by hand.
struct PlainProfile {
    author: Box<PlainAuthor>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_all()?;
    for author in (1..=AUTHORS).map(PlainAuthor::number) {
        Author::new(author.name, author.email, author.age).with_key(author.id).insert(&db)?;
        let draft = |post: Post| Post::new(post.author_id, post.title, post.body, post.likes).with_key(post.id);
        Post::insert_all(author.posts.into_iter().map(draft), &db)?;
        Profile::new(author.id).insert(&db)?;
    }
    let authors = Author::query().with(Author::POSTS.selectin()).with(Author::PROFILE.selectin()).all(&db)?;
    let profiles = Profile::query().with(Profile::AUTHOR.selectin()).all(&db)?;
    let plain: Vec<PlainAuthor> = (1..=AUTHORS).map(PlainAuthor::number).collect();
    let plain_profiles: Vec<Option<Box<PlainProfile>>> =
        (1..=AUTHORS).map(|id| Some(Box::new(PlainProfile { author: Box::new(PlainAuthor::number(id)) }))).collect();

    let statements = db.record();
    let (mut posts, mut with_profile, mut ages) = (0, 0, 0);
    let many = || {
        posts = 0;
        for author in &authors {
            posts += black_box(author).posts(&db)?.len();
        }
        ormcore::Result::Ok(())
    };
    let has_one = || {
        with_profile = 0;
        for author in &authors {
            with_profile += usize::from(black_box(author).profile(&db)?.is_some());
        }
        ormcore::Result::Ok(())
    };
    let belongs_to = || {
        ages = 0;
        for profile in &profiles {
            ages += black_box(profile).author(&db)?.age;
        }
        ormcore::Result::Ok(())
    };
    let mut sink = 0;
    let plain_many = || plain.iter().for_each(|author| sink += black_box(author).posts.len());
    let mut sink = 0;
    let plain_one = || plain_profiles.iter().for_each(|profile| sink += usize::from(black_box(profile).is_some()));
    let mut sink = 0;
    let plain_to = || plain_profiles.iter().flatten().for_each(|profile| sink += black_box(profile).author.age);

    report("HasMany", many, plain_many)?;
    report("HasOne", has_one, plain_one)?;
    report("BelongsTo", belongs_to, plain_to)?;
    assert_eq!((posts, with_profile, ages), (1000, 100, plain.iter().map(|author| author.age).sum()));
    assert_eq!(statements.len(), 0, "{:?}", statements.texts());

    // The only connection of this database is lent out here: an access that needed one would wait for it, and fail.
    db.transaction(|_| {
        for author in &authors {
            assert_eq!(author.posts(&db)?.len(), 10);
            assert!(author.profile(&db)?.is_some());
        }
        profiles.iter().try_for_each(|profile| profile.author(&db).map(drop))
    })?;
    println!("no statement, and no connection taken");
    Ok(())
}

/// Asserts that `loaded` allocates nothing; prints how long one access takes, and one of `plain`.
fn report(
    field: &str,
    mut loaded: impl FnMut() -> ormcore::Result<()>,
    mut plain: impl FnMut(),
) -> Result<(), Box<dyn Error>> {
    let mut result = Ok(());
    let allocations = allocation_counter::measure(|| result = loaded());
    result?;
    assert_eq!(allocations.count_total, 0, "{field}: {allocations:?}");
    let (mut times, mut plain_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        loaded()?;
        times.push(start.elapsed().as_nanos() as f64 / AUTHORS as f64);
        let start = Instant::now();
        plain();
        plain_times.push(start.elapsed().as_nanos() as f64 / AUTHORS as f64);
    }
    let (ormcore, plain) = (median(times), median(plain_times));
    println!("{field}: 0 allocations, {ormcore:.2} ns an access; a plain field {plain:.2} ns");
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
