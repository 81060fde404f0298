//! What the compiler says to wrong programs: each file in the folders beside this one has one mistake, and its `.stderr`
//! the message, as the compiler of `rust-toolchain.toml` words it.
//!
//! The module of a folder's name is its control case: the same lines without the mistakes, which compile and run, so that
//! what fails fails for its mistake only.
//!
//! After a change of messages: `TRYBUILD=overwrite cargo test -p ormcore-ui`, and read the difference as a
//! user would.
#![allow(clippy::unwrap_used)]

mod changes;
mod column;
mod column_type;
mod embedded;
mod events;
mod foreign_key;
mod full_text;
mod function;
mod index;
mod model;
mod query;
mod relationship;
mod row;
mod selected;
mod session;
mod sql;
mod template;
mod writes;

use std::fs;
use std::path::Path;
use std::process::Command;

/// The compiler whose messages they are.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn each_mistake_is_told_in_words() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8_lossy(&version);
    if !version.starts_with(COMPILER) {
        println!("skipped: the messages are those of {COMPILER}x, and this is {version}");
        return;
    }
    // No `pass` here: with it trybuild would build instead of check, and hide what only a build finds.
    trybuild::TestCases::new().compile_fail("*/*.rs");
}

#[test]
fn the_page_of_mistakes_quotes_what_the_compiler_says() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(tests.join("../../ormcore/docs/mistakes.md")).unwrap();
    let mut said = String::new();
    for folder in fs::read_dir(tests).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "stderr") {
                said.push_str(&fs::read_to_string(file).unwrap());
            }
        }
    }
    let quoted: Vec<&str> = page.lines().filter(|line| line.starts_with("error")).collect();
    assert!(quoted.len() >= 10, "{quoted:#?}");
    for line in quoted {
        assert!(said.lines().any(|other| other == line), "no .stderr says {line:?}");
    }
}
