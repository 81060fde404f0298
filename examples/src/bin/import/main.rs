//! A program without a server: reads the CSV files of a folder into tables, with a progress bar, and prints a report.
//! Run it with `cargo run -p examples --no-default-features --bin import`, which takes the small library of
//! `examples/data/library`, or name another folder with `author.csv`, `book.csv` and `loan.csv`.
//!
//! With `DATABASE_URL=sqlite:..` or `postgres://..` the rows stay there; a second run updates what has changed. Without it
//! they are gone when the report is printed. All files go in or none: of each row that is wrong it tells file and line.

mod fields;
mod models;
mod report;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use csv::StringRecord;
use indicatif::{ProgressBar, ProgressStyle};
use ormcore::prelude::*;

use crate::fields::Fields;
use crate::models::{Author, Book, Imported, Loan};

/// What is wrong with the files, a line each.
type Problems = Vec<String>;

/// So many rows go to the database at once.
const BATCH: usize = 500;

/// More need not be told.
const MOST_PROBLEMS: usize = 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map_or_else(own_library, PathBuf::from);
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".into());
    let db = Database::connect(&url)?;
    db.create_all()?;
    let mut problems = Problems::new();
    let imported = db.transaction_with(TransactionOptions::new(), |tx| {
        let mut counts = Vec::new();
        for read in [read::<Author> as Reader, read::<Book>, read::<Loan>] {
            counts.push(read(&folder, tx, &mut problems)?);
            // What refers to rows that are missing would only repeat what is told already.
            stop_at(&problems)?;
        }
        Ok::<_, Box<dyn Error>>(counts)
    })?;
    for (file, rows) in imported {
        println!("{file}: {rows} rows");
    }
    Ok(report::print(&db)?)
}

/// A file's name, and how many rows it had.
type Count = (&'static str, u64);

type Reader = fn(&Path, &Transaction, &mut Problems) -> Result<Count, Box<dyn Error>>;

fn own_library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/library")
}

fn stop_at(problems: &Problems) -> Result<(), Box<dyn Error>> {
    if problems.is_empty() { Ok(()) } else { Err(format!("nothing was imported:\n{}", problems.join("\n")).into()) }
}

/// Reads the file of a model into its table; what is wrong with its rows is among the problems.
fn read<M: Imported>(folder: &Path, tx: &Transaction, problems: &mut Problems) -> Result<Count, Box<dyn Error>> {
    let path = folder.join(M::FILE);
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = path.metadata().map_err(|error| at(&error))?.len();
    let mut file = csv::ReaderBuilder::new().flexible(true).from_path(&path).map_err(|error| at(&error))?;
    let header = file.headers().map_err(|error| at(&error))?.clone();
    let bar = bar(size, M::FILE)?;
    let mut import = Import { path: &path, header, batch: Vec::new(), rows: 0, problems };
    for record in file.records() {
        let record = record.map_err(|error| at(&error))?;
        bar.set_position(record.position().map_or(0, csv::Position::byte));
        import.batch.push(record);
        if import.batch.len() == BATCH {
            import.write::<M>(tx)?;
        }
        if import.problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    import.write::<M>(tx)?;
    bar.finish();
    Ok((M::FILE, import.rows))
}

fn bar(size: u64, name: &'static str) -> Result<ProgressBar, Box<dyn Error>> {
    let style = ProgressStyle::with_template("{prefix:>12} [{bar:32}] {percent:>3} % {elapsed}")?.progress_chars("=> ");
    Ok(ProgressBar::new(size).with_style(style).with_prefix(name))
}

/// A file on its way into its table.
struct Import<'p> {
    path: &'p Path,
    header: StringRecord,
    batch: Vec<StringRecord>,
    rows: u64,
    problems: &'p mut Problems,
}

impl Import<'_> {
    /// Writes the rows that wait.
    fn write<M: Imported>(&mut self, tx: &Transaction) -> ormcore::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let drafts: Vec<_> = batch.iter().filter_map(|record| self.draft::<M>(record)).collect();
        if drafts.len() < batch.len() {
            return Ok(());
        }
        let written = tx.savepoint(|tx| M::write(drafts, tx));
        match written {
            Ok(()) => self.rows += batch.len() as u64,
            Err(_) => self.find_culprits::<M>(&batch, tx),
        }
        Ok(())
    }

    /// Reads a row; what is wrong with it is noted.
    fn draft<M: Imported>(&mut self, record: &StringRecord) -> Option<Draft<M>> {
        match M::read(&Fields::new(&self.header, record)) {
            Ok(draft) => Some(draft),
            Err(problem) => {
                self.note(record, &problem);
                None
            }
        }
    }

    /// The database has refused a batch: which of its rows?
    fn find_culprits<M: Imported>(&mut self, batch: &[StringRecord], tx: &Transaction) {
        for record in batch {
            let Some(draft) = self.draft::<M>(record) else { continue };
            if let Err(error) = tx.savepoint(|tx| M::write(vec![draft], tx)) {
                self.note(record, &error.to_string());
            }
        }
    }

    fn note(&mut self, record: &StringRecord, problem: &str) {
        let line = record.position().map_or(0, csv::Position::line);
        self.problems.push(format!("{}:{line}: {problem}", self.path.display()));
    }
}
