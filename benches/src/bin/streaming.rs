//! How much memory a query over 1 000 000 rows takes: `all`, `each` and `chunks(n)`, each in a process of its own.
//!
//! `streaming` fills a SQLite file and prints a table; with `DATABASE_URL` it does the same on that PostgreSQL. The peak is
//! the kernel's (`VmHWM`), so Linux only; what a process takes that reads one row stands in the first line.

use std::error::Error;
use std::process::Command;
use std::time::Instant;

use benches::{NewUser, User};
use ormcore::prelude::*;

const ROWS: i64 = 1_000_000;
const WAYS: [&str; 5] = ["one", "each", "chunks(100)", "chunks(10000)", "all"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [url, way] = arguments.as_slice() {
        return read(url, way);
    }
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite:{}", folder.path().join("streaming.db").display());
    for url in std::iter::once(file).chain(std::env::var("DATABASE_URL")) {
        fill(&url)?;
        let kind = url.split(':').next().unwrap_or_default();
        for way in WAYS {
            let output = Command::new(std::env::current_exe()?).args([&url, way]).output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            print!("{kind:10} {way:14} {}", String::from_utf8_lossy(&output.stdout));
        }
        Database::connect(&url)?.drop_tables::<User>()?;
    }
    Ok(())
}

fn fill(url: &str) -> ormcore::Result<()> {
    let db = Database::connect(url)?;
    db.drop_tables::<User>()?;
    db.create_tables::<User>()?;
    let draft = |new: NewUser| User::new(new.name, new.email, new.age, new.score).set(User::BIO, new.bio);
    for part in 0..ROWS / 10_000 {
        let numbers = part * 10_000 + 1..=(part + 1) * 10_000;
        User::insert_all(numbers.map(|number| draft(NewUser::number(number))), &db)?;
    }
    Ok(())
}

fn read(url: &str, way: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::connect(url)?;
    let query = User::query().order_by(User::ID);
    let (start, mut rows, mut ages) = (Instant::now(), 0_i64, 0_i64);
    let mut see = |user: &User| {
        rows += 1;
        ages += i64::from(user.age);
    };
    match way {
        "one" => query.limit(1).all(&db)?.iter().for_each(&mut see),
        "all" => query.all(&db)?.iter().for_each(&mut see),
        "each" => query.each(&db, |user| {
            see(&user);
            Ok(())
        })?,
        chunks => {
            let size = chunks.trim_start_matches("chunks(").trim_end_matches(')').parse()?;
            query.chunks(size, &db, |users| {
                users.iter().for_each(&mut see);
                Ok(())
            })?;
        }
    }
    let expected = if way == "one" { 1 } else { ROWS };
    if rows != expected || ages < 0 {
        return Err(format!("{rows} rows, and {expected} were expected").into());
    }
    println!("{rows:8} rows  {:6.2} s  peak {:7.1} MB", start.elapsed().as_secs_f64(), peak()?);
    Ok(())
}

/// The most memory that this process had at once, in megabytes.
fn peak() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
}
