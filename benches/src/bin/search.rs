//! Full-text search over 100 000 articles: what is found, ranked and shown, and what the index costs writes.
//!
//! On a SQLite file, and with `DATABASE_URL` on that PostgreSQL. Times are medians.

use std::error::Error;
use std::time::{Duration, Instant};

use ormcore::prelude::*;

const ROWS: i64 = 100_000;
const ROUNDS: usize = 9;

#[derive(Model, Debug)]
#[model(table = "searched", full_text(title = 4, body, language = "english"))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: String,
}

/// The same without an index.
#[derive(Model, Debug)]
#[model(table = "unsearched")]
struct Plain {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite:{}", folder.path().join("search.db").display());
    for url in std::iter::once(file).chain(std::env::var("DATABASE_URL")) {
        println!("{}", url.split(':').next().unwrap_or_default());
        let db = Database::connect(&url)?;
        db.drop_tables::<(Article, Plain)>()?;
        db.create_tables::<(Article, Plain)>()?;
        measure(&db)?;
        db.drop_tables::<(Article, Plain)>()?;
    }
    Ok(())
}

/// Words that are the rarer the larger their numbers, always the same for one seed.
fn words(seed: i64, count: u64) -> String {
    let mut state = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for _ in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 33) as f64 / (1_u64 << 31) as f64;
        text.push_str(&format!("word{} ", (share.powi(3) * 3000.0) as u32));
    }
    text
}

fn measure(db: &Database) -> ormcore::Result<()> {
    let texts = |seed: i64| (words(seed, 5), words(-seed, 60));
    let numbers: Vec<i64> = (1..=ROWS).collect();
    let (mut plain, mut searched) = (Duration::ZERO, Duration::ZERO);
    for part in numbers.chunks(10_000) {
        let drafts: Vec<_> =
            part.iter().map(|number| texts(*number)).map(|(title, body)| Plain::new(title, body)).collect();
        plain += timed(|| Plain::insert_all(drafts, db).map(drop))?;
        let drafts: Vec<_> =
            part.iter().map(|number| texts(*number)).map(|(title, body)| Article::new(title, body)).collect();
        searched += timed(|| Article::insert_all(drafts, db).map(drop))?;
    }
    println!("  insert {ROWS} rows: {plain:.2?}, with the index {searched:.2?}");
    for text in ["word2500", "word300", "word1", "word1 word2 -word3"] {
        let search = Article::search(text);
        let query = || Article::query().filter(search.matches());
        let found = query().count(db)?;
        let shown = (Article::ID, search.snippet(Article::BODY));
        let times = [
            median(|| query().count(db).map(drop))?,
            median(|| query().order_by(Article::ID).limit(10).all(db).map(drop))?,
            median(|| query().order_by(search.rank().desc()).limit(10).all(db).map(drop))?,
            median(|| query().order_by(search.rank().desc()).limit(10).select(shown.clone()).all(db).map(drop))?,
        ];
        println!(
            "  {text:20} finds {found:6}: count {:8.2?}  first 10 {:8.2?}  best 10 {:8.2?}  with snippets {:8.2?}",
            times[0], times[1], times[2], times[3]
        );
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> ormcore::Result<()>) -> ormcore::Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut work: impl FnMut() -> ormcore::Result<()>) -> ormcore::Result<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        times.push(timed(&mut work)?);
    }
    times.sort_unstable();
    Ok(times[ROUNDS / 2])
}
