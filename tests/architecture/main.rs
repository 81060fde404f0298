//! The house keeps its floors: who may name whom is read from the sources.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the library, lowest first; the rooms of one floor do not name each other, but for `SIDEWAYS`.
const FLOORS: [&[&str]; 8] = [
    &["value", "error"],
    &["sql"],
    &["schema"],
    &["backend"],
    &["plan", "database"],
    &["model", "query"],
    &["relation"],
    &["session"],
];

/// On one floor, who may name whom.
const SIDEWAYS: [(&str, &str); 3] = [("error", "value"), ("database", "plan"), ("query", "model")];

/// What stands above all floors.
const ROOF: [&str; 4] = ["lib", "macros", "prelude", "__private"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ormcore/src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The path below `src`, with `/`, without `.rs`.
fn place(file: &Path) -> String {
    let below = file.strip_prefix(source()).unwrap().with_extension("");
    below.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

fn room(place: &str) -> &str {
    place.split('/').next().unwrap()
}

fn floor(room: &str) -> usize {
    FLOORS
        .iter()
        .position(|rooms| rooms.contains(&room))
        .unwrap_or_else(|| panic!("`{room}` stands on no floor: add it to FLOORS"))
}

/// The lines that are code: no comments, no documentation.
fn code(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(str::trim).filter(|line| !line.starts_with("//")).map(str::to_string).collect()
}

/// The rooms that a line names by `crate::room`, in a list too; not what a macro for users expands to.
fn named(line: &str) -> Vec<String> {
    line.replace("$crate::__private::", "")
        .split("crate::")
        .skip(1)
        .filter(|rest| !line.contains("$crate::") || !rest.is_empty())
        // What a macro writes into a user's program goes through the roof, as what the derive writes does.
        .filter(|rest| !(line.contains("$crate::") && rest.starts_with("__private::")))
        .map(|rest| rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
        .collect()
}

/// Whether the line only lets users find something in `ormcore::sql` that is made above.
fn is_public_name(place: &str, line: &str) -> bool {
    place == "sql" && line.starts_with("pub use crate::query::")
}

#[test]
fn no_room_names_a_higher_floor() {
    for file in files(&source()) {
        let place = place(&file);
        let from = room(&place);
        if ROOF.contains(&from) {
            continue;
        }
        for line in code(&file).into_iter().filter(|line| !is_public_name(&place, line)) {
            for to in named(&line) {
                assert!(!to.is_empty(), "{place}: name the module, not the crate's root: {line}");
                let allowed = to == from || SIDEWAYS.contains(&(from, to.as_str())) || floor(&to) < floor(from);
                assert!(allowed, "{place} is below `{to}` or beside it, and names it: {line}");
            }
        }
    }
}

#[test]
fn a_database_is_named_only_where_it_lives() {
    for file in files(&source()) {
        let place = place(&file);
        let home = ["sql/dialect", "backend/sqlite", "prelude", "lib"];
        if place.ends_with("/tests") || home.iter().any(|home| place.starts_with(home)) {
            continue;
        }
        for line in code(&file) {
            assert!(!line.contains("rusqlite"), "{place} names a driver: {line}");
            let lower = line.to_lowercase();
            let declares = lower.contains("mod sqlite")
                || lower.contains("dialect::{")
                || lower.contains("use sqlite")
                || lower.contains("feature =");
            let chooses = place == "database/builder" || place == "sql" || place == "backend/url";
            assert!(declares || chooses || !lower.contains("sqlite"), "{place} names a database: {line}");
        }
    }
}

#[test]
fn no_file_has_grown_out_of_its_room() {
    for folder in ["../ormcore/src", "../ormcore-derive/src"] {
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            assert!(lines <= 500, "{} has {lines} lines: split it", file.display());
        }
    }
}
