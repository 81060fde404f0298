use super::*;
use crate::schema::{Column, GeneratedAs};
use crate::sql::{Postgres, Sqlite};

static COLUMNS: [Column; 4] = [
    Column::of::<i64>().named("id", "ID").primary_key().generated(true),
    Column::of::<String>().named("name", "NAME").length(10),
    Column::of::<Option<Vec<u8>>>().named("photo", "PHOTO"),
    Column::of::<f32>().named("a\"b", "A_B"),
];
static TABLE: Table = Table::new("m", "User", "user", &COLUMNS).schema(Some("o'neill"));

#[test]
fn one_row_is_values_on_every_database() {
    let sqlite = r#"INSERT INTO "o'neill"."user" ("name", "photo") VALUES (?, ?)"#;
    assert_eq!(insert(&TABLE, &[1, 2], 1, &Sqlite), sqlite);
    let postgres = r#"INSERT INTO "o'neill"."user" ("name", "photo") VALUES ($1, $2), ($3, $4)"#;
    assert_eq!(insert(&TABLE, &[1, 2], 2, &Postgres), postgres);
}

fn arrays(left_out: &[usize], dialect: &dyn Dialect) -> Option<String> {
    let insert = Insert::new(&TABLE, &|index| left_out.contains(&index), dialect);
    insert.of_arrays(&TABLE, dialect).map(|insert| insert.sql)
}

#[test]
fn many_rows_are_an_array_a_column_where_there_are_arrays() {
    assert_eq!(arrays(&[0], &Sqlite), None);
    assert_eq!(arrays(&[0, 1, 2, 3], &Postgres), None);
    let new = r#"INSERT INTO "o'neill"."user" ("name") SELECT c1 FROM unnest($1::text[]) WITH ORDINALITY AS r (c1, n) ORDER BY n RETURNING "id", "photo", "a""b""#;
    assert_eq!(arrays(&[0, 2, 3], &Postgres).as_deref(), Some(new));
}

#[test]
fn rows_of_which_none_comes_back_need_no_order() {
    let sql = r#"INSERT INTO "o'neill"."user" ("name", "photo") SELECT c1, c2 FROM unnest($1::text[], $2::bytea[]) AS r (c1, c2)"#;
    assert_eq!(insert_arrays(&TABLE, &[1, 2], false, &Postgres).as_deref(), Some(sql));
}

#[test]
fn many_updates_are_an_array_a_column_where_there_are_arrays() {
    assert_eq!(update_arrays(&TABLE, &[1, 3], &Sqlite), None);
    let postgres = r##"UPDATE "o'neill"."user" SET "name" = "#rows".c1, "a""b" = "#rows".c2 FROM unnest($1::text[], $2::real[], $3::bigint[]) AS "#rows" (c1, c2, c3) WHERE "user"."id" = "#rows".c3"##;
    assert_eq!(update_arrays(&TABLE, &[1, 3], &Postgres).as_deref(), Some(postgres));
}

#[test]
fn generated_keys_go_on_behind_a_given_one() {
    let full = |dialect: &dyn Dialect| Insert::new(&TABLE, &|_| false, dialect).sql;
    assert_eq!(full(&Sqlite), insert(&TABLE, &[0, 1, 2, 3], 1, &Sqlite));
    let postgres = full(&Postgres);
    let starts = r##"WITH inserted AS (INSERT INTO "o'neill"."user" ("id", "name", "photo", "a""b") VALUES ($1, $2, $3, $4) RETURNING "id" AS "#key"), "##;
    let sequence = r#"pg_get_serial_sequence('"o''neill"."user"', 'id')::regclass"#;
    assert!(postgres.starts_with(starts) && postgres.contains(sequence), "{postgres}");
    let returned = Insert::new(&TABLE, &|index| index == 2, &Postgres).sql;
    assert!(
        returned.contains(r##"RETURNING "id" AS "#key", "photo"), "##)
            && returned.contains(r#"SELECT "photo" FROM inserted"#),
        "{returned}"
    );
    let many = arrays(&[], &Postgres).unwrap_or_default();
    let rows = r##"SELECT c1, c2, c3, c4 FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::real[]) WITH ORDINALITY AS r (c1, c2, c3, c4, n) ORDER BY n RETURNING "id" AS "#key"), "##;
    assert!(many.contains(rows) && many.contains("max"), "{many}");
}

#[test]
fn keys_and_versions_are_numbered_after_the_values() {
    let texts = Texts::new(&TABLE, &Postgres);
    let update = r#"UPDATE "o'neill"."user" SET "name" = $1, "photo" = $2, "a""b" = $3 WHERE "id" = $4"#;
    assert_eq!(texts.update, update);
    assert!(texts.insert_new.sql.ends_with(r#" VALUES ($1, $2, $3) RETURNING "id""#), "{}", texts.insert_new.sql);
    assert_eq!(texts.insert_new.returns, Returns::Row(vec![0]));
    assert_eq!(Texts::new(&TABLE, &Sqlite).insert_new.returns, Returns::LastKey(0));
}

static COMPUTED: [Column; 4] = [
    Column::of::<i64>().named("id", "ID").primary_key().generated(true),
    Column::of::<i64>().named("price", "PRICE"),
    Column::of::<i64>().named("the \"total\"", "TOTAL").generated_as(GeneratedAs::stored("price * 2")),
    Column::of::<Option<String>>().named("by", "BY").read_only(),
];
static LINE: Table = Table::new("m", "Line", "line", &COMPUTED);

#[test]
fn what_only_the_database_writes_is_given_back_and_never_sent() {
    let sqlite = Texts::new(&LINE, &Sqlite);
    let returning = r#" RETURNING "the ""total""", "by""#;
    assert_eq!(sqlite.update, format!(r#"UPDATE "line" SET "price" = ? WHERE "id" = ?{returning}"#));
    let insert = r#"INSERT INTO "line" ("price") VALUES (?) RETURNING "id", "the ""total""", "by""#;
    assert_eq!((sqlite.insert_new.sql.as_str(), sqlite.insert_new.returns), (insert, Returns::Row(vec![0, 2, 3])));
    assert_eq!((sqlite.updated, sqlite.read_only), (vec![1], vec![2, 3]));
    let postgres = Texts::new(&LINE, &Postgres);
    assert_eq!(postgres.update, format!(r#"UPDATE "line" SET "price" = $1 WHERE "id" = $2{returning}"#));
    assert!(!Texts::new(&TABLE, &Postgres).update.contains("RETURNING"));
}
