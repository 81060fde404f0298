//! The importer as it is run from a shell.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use ormcore::prelude::*;
use ormcore_tests::Fixture;
use tempfile::TempDir;

const AUTHORS: &str = "id,name,born\n1,Ann,1900\n2,Bob,\n";
const BOOKS: &str = "id,title,author_id,year,pages\n1,One,1,1950,100\n2,Two,2,,200\n";
const LOANS: &str = "id,book_id,reader,lent_on,returned_on\n1,1,Ada,2024-01-01,2024-01-11\n2,2,Ben,2024-02-01,\n";

struct Outcome {
    succeeded: bool,
    output: String,
    errors: String,
}

fn run(folder: Option<&Path>, url: &str) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_import")).args(folder).env("DATABASE_URL", url).output().unwrap();
    Outcome {
        succeeded: output.status.success(),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn folder(authors: &str, books: &str, loans: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("author.csv", authors), ("book.csv", books), ("loan.csv", loans)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn fixtures() -> impl Iterator<Item = Fixture> {
    [Fixture::sqlite_file()].into_iter().chain(Fixture::postgres())
}

fn count(fixture: &Fixture, table: &str) -> i64 {
    fixture.db.query_as::<i64>(&format!("SELECT count(*) FROM {table}"), ()).unwrap()[0]
}

/// The errors, without the folder's name.
fn refused(authors: &str, books: &str, loans: &str) -> String {
    let folder = folder(authors, books, loans);
    let mut told = None;
    for fixture in fixtures() {
        let outcome = run(Some(folder.path()), fixture.url());
        assert!(!outcome.succeeded, "{}", outcome.output);
        assert_eq!((count(&fixture, "author"), count(&fixture, "book")), (0, 0), "all or nothing");
        let errors = outcome.errors.replace(&format!("{}/", folder.path().display()), "");
        assert_eq!(*told.get_or_insert_with(|| errors.clone()), errors, "both databases tell the same");
    }
    told.unwrap()
}

#[test]
fn the_library_that_comes_with_it_is_read_and_reported() {
    for fixture in fixtures() {
        for _ in 0..2 {
            let outcome = run(None, fixture.url());
            assert!(outcome.succeeded, "{}", outcome.errors);
            assert!(outcome.output.starts_with("author.csv: 8 rows\nbook.csv: 20 rows\nloan.csv: 120 rows\n"));
            assert!(outcome.output.contains("Jane Austen: 4 books, 1564 pages\n"), "{}", outcome.output);
            assert!(outcome.output.contains("Emma: 10 times\n") && outcome.output.contains("21.5 days on average"));
            assert_eq!(count(&fixture, "loan"), 120, "a second run adds nothing");
        }
    }
}

#[test]
fn a_second_run_updates_what_has_changed() {
    let first = folder(AUTHORS, BOOKS, LOANS);
    let second = folder(&AUTHORS.replace("Bob,", "Bobby,1910"), &BOOKS.replace("200", "250"), LOANS);
    for fixture in fixtures() {
        assert!(run(Some(first.path()), fixture.url()).succeeded);
        assert!(run(Some(second.path()), fixture.url()).succeeded);
        let authors = fixture.db.query_as::<(String, Option<i32>)>("SELECT name, born FROM author ORDER BY id", ());
        assert_eq!(authors.unwrap(), [("Ann".to_string(), Some(1900)), ("Bobby".to_string(), Some(1910))]);
        assert_eq!(fixture.db.query_as::<i32>("SELECT pages FROM book ORDER BY id", ()).unwrap(), [100, 250]);
    }
}

#[test]
fn each_row_that_cannot_be_read_is_told_with_file_and_line() {
    let books = "id,title,author_id,year,pages\n1,One,1,1950,many\n2,Two,2,,200\n3,,1,,5\n4,\"Fo\nur\",1,,6\nx,Five,1,,7\n6,Six\n";
    let errors = refused(AUTHORS, books, LOANS);
    let expected = [
        "nothing was imported:",
        "book.csv:2: `pages` is \"many\": invalid digit found in string",
        "book.csv:4: `title` is empty",
        "book.csv:7: `id` is \"x\": invalid digit found in string",
        "book.csv:8: `author_id` is missing: the row ends before it",
    ];
    assert_eq!(errors.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn each_row_that_the_database_refuses_is_told_with_file_and_line() {
    let errors = refused(AUTHORS, "id,title,author_id,year,pages\n1,One,1,,10\n2,Two,77,,20\n3,Three,2,,-5\n", LOANS);
    let lines: Vec<_> = errors.lines().collect();
    assert_eq!(lines.len(), 3, "{errors}");
    assert!(lines[1].starts_with("book.csv:3: a foreign key"), "{errors}");
    assert!(lines[2].starts_with("book.csv:4: a row of `book` breaks the check"), "{errors}");
}

#[test]
fn what_is_no_such_file_says_so() {
    let errors = refused(AUTHORS, "id,title,author,year,pages\n1,One,1,,10\n", LOANS);
    assert!(errors.contains("book.csv:2: the file has no column `author_id`"), "{errors}");
    let loans = LOANS.replace("2024-01-11", "2023-12-31").replace("2024-02-01", "yesterday");
    let errors = refused(AUTHORS, BOOKS, &loans);
    assert!(errors.contains("loan.csv:2: `returned_on` is before `lent_on`"), "{errors}");
    assert!(errors.contains("loan.csv:3: `lent_on` is \"yesterday\""), "{errors}");
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(Some(folder.path()), "sqlite::memory:");
    assert!(!outcome.succeeded && outcome.errors.contains("author.csv"), "{}", outcome.errors);
}

#[test]
fn more_rows_than_go_at_once_are_all_there() {
    let mut authors = "id,name,born\n".to_string();
    (1..=1203).for_each(|number| authors.push_str(&format!("{number},author {number},\n")));
    let folder = folder(&authors, BOOKS, LOANS);
    for fixture in fixtures() {
        let outcome = run(Some(folder.path()), fixture.url());
        assert!(outcome.succeeded && outcome.output.contains("author.csv: 1203 rows"), "{}", outcome.errors);
        assert_eq!(count(&fixture, "author"), 1203);
    }
}
