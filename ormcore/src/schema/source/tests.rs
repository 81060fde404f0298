use super::types::FieldType;
use crate::schema::check::ActualColumn;
use crate::sql::{Dialect, Postgres, Sqlite};

/// What a column of this type is read as, and what is said of it; or why nothing reads it.
fn read(found: &str, words: &str, dialect: &dyn Dialect) -> Result<(String, Option<String>), String> {
    let column = ActualColumn {
        name: "c".to_string(),
        sql_type: found.to_string(),
        words: words.to_string(),
        nullable: false,
        filled: false,
        computed: false,
        checks: Vec::new(),
    };
    FieldType::of(&column, &[], dialect).map(|(field_type, note)| (field_type.rust, note))
}

#[test]
fn a_type_of_rust_needs_no_feature() {
    for (found, rust) in [("int2", "i16"), ("varchar", "String"), ("bytea", "Vec<u8>"), ("_text", "String")] {
        assert_eq!(read(found, found, &Postgres).unwrap().0, rust, "{found}");
    }
    for (found, rust) in
        [("TINYINT(1)", "i64"), ("strict TEXT", "String"), ("boolean", "bool"), ("decimal(9,2)", "f64")]
    {
        assert_eq!(read(found, found, &Sqlite).unwrap(), (rust.to_string(), None), "{found}");
    }
    assert!(read("inet", "inet", &Postgres).unwrap().1.unwrap().contains("`inet` as text alone"));
    assert!(read("bytea[]", "bytea[]", &Postgres).unwrap_err().contains("no field reads the type `bytea[]`"));
}

#[test]
#[cfg(not(any(feature = "chrono", feature = "jiff", feature = "time")))]
fn what_no_feature_reads_is_text_or_left_out_and_says_so() {
    let (rust, note) = read("DATETIME", "DATETIME", &Sqlite).unwrap();
    assert_eq!(rust, "String");
    assert!(note.unwrap().contains("With the feature `chrono`, `jiff` or `time` of ormcore"));
    let reason = read("timestamptz", "timestamp with time zone", &Postgres).unwrap_err();
    assert_eq!(reason, "the type `timestamp with time zone` needs the feature `chrono`, `jiff` or `time` of ormcore");
}
