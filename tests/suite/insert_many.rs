//! Many rows at once: each draft its own key, few statements, all or nothing.

use ormcore::prelude::*;
use ormcore::sql::proposed;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    number: i64,
    label: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    boxes: HasMany<Carton>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "carton")]
struct Carton {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
}

/// A key that the program gives: many rows go into one statement.
#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[column(primary_key)]
    word: String,
    length: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Stamped {
    #[column(primary_key)]
    id: i64,
    number: i64,
    #[column(server_default = "40 + 2")]
    answer: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Report {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(
        server_default = "'a text of the database, so long that the answers fill what lies between it and the program'"
    )]
    heading: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
}

/// The numbers from 0 on, in an order that looks like none.
fn shuffled(count: i64) -> impl Iterator<Item = i64> {
    // 7919 is prime, so that each number comes once where `count` is no multiple of it.
    (0..count).map(move |number| number * 7919 % count)
}

fn word(number: i64) -> Draft<Word> {
    Word::new(format!("w{number}"), number)
}

/// How often each recorded statement ran, in order.
fn executions(statements: &ormcore::plan::Recording) -> Vec<usize> {
    statements.entries().iter().map(|entry| entry.executions).collect()
}

fn each_generated_key_is_on_its_own_draft(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item,)>()?;
    let items = Item::insert_all(shuffled(1000).map(Item::new), db)?;
    let numbers: Vec<i64> = items.iter().map(|item| item.number).collect();
    assert_eq!(numbers, shuffled(1000).collect::<Vec<_>>(), "the rows come in the order of the drafts");
    for item in &items {
        assert_eq!(Item::find(item.id, db)?, *item);
    }
    assert_eq!(Item::query().count(db)?, 1000);
    Ok(())
}

// The first key is generated, and those given are below it: databases number on from the largest key, or do not.
fn given_and_generated_keys_may_be_mixed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item,)>()?;
    let drafts = shuffled(300).map(|number| match number % 3 {
        0 => Item::new(number).with(|item| item.label = Some("with".into())),
        1 => Item::new(number).with_key(-number),
        _ => Item::new(number).set(Item::ID, -1000 - number),
    });
    let items = Item::insert_all(drafts, db)?;
    for (item, number) in items.iter().zip(shuffled(300)) {
        assert_eq!(item.number, number);
        match number % 3 {
            0 => assert_eq!((item.label.as_deref(), item.id > 0), (Some("with"), true)),
            1 => assert_eq!(item.id, -number),
            _ => assert_eq!(item.id, -1000 - number),
        }
        assert_eq!(Item::find(item.id, db)?, *item);
    }
    assert_eq!(Item::query().count(db)?, 300);
    Ok(())
}

fn rows_whose_defaults_the_database_makes_come_back_in_order(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Stamped,)>()?;
    let drafts = shuffled(200).map(|number| match number % 4 {
        0 => Stamped::new(number).set(Stamped::ANSWER, number),
        1 => Stamped::new(number).with_key(-number),
        2 => Stamped::new(number).with_key(-1000 - number).set(Stamped::ANSWER, -1),
        _ => Stamped::new(number),
    });
    let rows = Stamped::insert_all(drafts, db)?;
    for (row, number) in rows.iter().zip(shuffled(200)) {
        let answer = [number, 42, -1, 42][(number % 4) as usize];
        assert_eq!((row.number, row.answer), (number, answer));
        assert_eq!(Stamped::find(row.id, db)?, *row);
    }
    Ok(())
}

fn rows_with_generated_keys_are_one_statement(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Stamped)>()?;
    let statements = db.record();
    Item::insert_all((0..500).map(Item::new), db)?;
    assert_eq!(statements.len(), 1, "{statements:?}");
    assert_eq!(statements.entries()[0].rows, 500);
    Stamped::insert_all((0..50).map(Stamped::new), db)?;
    assert_eq!(statements.len(), 2);
    assert_eq!(statements.entries()[1].rows, 50);
    Ok(())
}

fn rows_with_given_keys_share_statements(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    let statements = db.record();
    let words = Word::insert_all((0..10_000).map(word), db)?;
    assert!(statements.len() <= 2, "{:?}", executions(&statements));
    assert!(executions(&statements).iter().sum::<usize>() <= 10_000 / 50, "{:?}", executions(&statements));
    assert_eq!(statements.entries().iter().map(|entry| entry.rows).sum::<u64>(), 10_000);
    assert_eq!((words.len(), Word::query().count(db)?), (10_000, 10_000));
    assert_eq!(Word::find("w9999", db)?, words[9999]);
    Ok(())
}

fn any_number_of_rows_is_inserted_whole(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    let mut total = 0;
    for count in [0, 1, 2, 99, 100, 101, 199, 200, 201, 350] {
        let words = Word::insert_all((total..total + count).map(word), db)?;
        assert_eq!(
            words.iter().map(|word| word.length).collect::<Vec<_>>(),
            (total..total + count).collect::<Vec<_>>()
        );
        total += count;
        assert_eq!(Word::query().count(db)?, total as u64);
    }
    Ok(())
}

fn no_drafts_are_no_statement(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Word)>()?;
    let statements = db.record();
    assert_eq!(Item::insert_all([], db)?, []);
    assert_eq!(Word::insert_all(Vec::new(), db)?, []);
    assert_eq!(db.transaction(|tx| Item::insert_all(None, tx))?, []);
    assert!(statements.is_empty(), "{statements:?}");
    Ok(())
}

fn one_bad_row_of_many_statements_undoes_all(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Word)>()?;
    let error = Item::insert_all((0..300).map(|number| Item::new(number % 299)), db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(Item::query().count(db)?, 0);
    let error = Word::insert_all((0..350).map(|number| word(number % 349)), db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(Word::query().count(db)?, 0);
    // The connection is as good as before.
    assert_eq!(Item::insert_all((0..3).map(Item::new), db)?.len(), 3);
    Ok(())
}

fn in_an_outer_transaction_a_failure_undoes_its_own_rows_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Word)>()?;
    db.transaction(|tx| {
        Item::new(-1).insert(tx)?;
        let failed = tx.savepoint(|tx| Item::insert_all((0..300).map(|number| Item::new(number % 299)), tx));
        assert!(failed.unwrap_err().is_unique_violation());
        assert_eq!(Item::query().count(tx)?, 1);
        let failed = tx.savepoint(|tx| Word::insert_all((0..250).map(|number| word(number % 249)), tx));
        assert!(failed.unwrap_err().is_unique_violation());
        Item::insert_all((0..3).map(Item::new), tx)
    })?;
    assert_eq!((Item::query().count(db)?, Word::query().count(db)?), (4, 0));
    Ok(())
}

fn a_value_that_cannot_be_sent_undoes_what_was_before_it(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Sample {
        #[column(primary_key)]
        id: i64,
        value: f64,
    }
    db.create_tables::<(Sample,)>()?;
    let values = (0..200).map(|number| if number == 150 { f64::NAN } else { f64::from(number) });
    let error = Sample::insert_all(values.map(Sample::new), db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { column, .. } if column == "value"), "{error:?}");
    assert_eq!(Sample::query().count(db)?, 0);
    Ok(())
}

fn rows_may_point_to_rows_before_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Node,)>()?;
    // The given keys break the batch; the order stays that of the list, so that a parent comes before its child.
    let drafts = [
        Node::new().with_key(500),
        Node::new().set(Node::PARENT_ID, 500),
        Node::new().with_key(400).set(Node::PARENT_ID, 500),
        Node::new().set(Node::PARENT_ID, 400),
    ];
    let nodes = Node::insert_all(drafts, db)?;
    assert_eq!(nodes.iter().map(|node| node.parent_id).collect::<Vec<_>>(), [None, Some(500), Some(500), Some(400)]);
    assert_eq!(Node::query().count(db)?, 4);
    Ok(())
}

fn an_iterator_is_read_once_and_may_borrow(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    let text = "some words of a text".to_string();
    let words = Word::insert_all(text.split(' ').map(|part| Word::new(part, part.len() as i64)), db)?;
    assert_eq!(words.len(), 5);
    Ok(())
}

/// A server that cannot send its answers does not read either: one that is sent too much meanwhile waits for ever.
fn long_answers_do_not_hold_up_the_rows_that_are_sent_after_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Report,)>()?;
    let text = "fifty letters are enough for a message of a megabyte";
    let reports = Report::insert_all((0..40_000).map(|_| Report::new(text)), db)?;
    assert!(reports.iter().all(|report| report.heading.starts_with("a text of the database")));
    assert_eq!(reports.last().map(|report| report.id), Some(40_000));
    Ok(())
}

/// Lists are no arrays of arrays, and so many of their rows are one list of values.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "imported")]
struct Import {
    #[column(primary_key)]
    id: i64,
    labels: Vec<String>,
}

fn generated_keys_follow_many_given_ones_of_rows_with_lists(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Import,)>()?;
    let import = |id: i64| Import::new(["x".to_string()]).with_key(id);
    Import::insert_all((1..=1100).rev().map(import), db)?;
    assert_eq!(Import::new(Vec::new()).insert(db)?.id, 1101);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Only {
    #[column(primary_key, server_default = "100")]
    id: i64,
    theme: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Theme {
    #[column(primary_key, server_default = "'on''ly'")]
    name: String,
    #[column(server_default = "'light'")]
    shade: String,
    #[column(version)]
    version: i64,
    #[column(default = 1)]
    uses: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Defaults {
    #[column(primary_key, server_default = "'only'")]
    name: String,
    #[column(server_default = "7")]
    number: i64,
}

fn a_value_that_cannot_be_sent_leaves_the_transaction_as_it_was(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item,)>()?;
    db.transaction(|tx| {
        let drafts = [Item::new(1), Item::new(2).set(Item::LABEL, "nul \0")];
        let sent = tx.savepoint(|tx| Item::insert_all(drafts.clone(), tx).map(|_| ()));
        assert_eq!(sent.is_ok(), tx.dialect().name() == "sqlite");
        let again = Item::insert_all([Item::new(3), Item::new(4).set(Item::LABEL, "nul \0")], tx);
        assert_eq!(again.is_ok(), tx.dialect().name() == "sqlite");
        Item::new(5).insert(tx).map(|_| ())
    })?;
    assert!(Item::query().filter(Item::NUMBER.eq(5)).exists(db)?);
    Ok(())
}

fn a_default_of_the_databases_may_be_the_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Only, Theme, Defaults)>()?;
    assert_eq!(Only::new("dark").insert(db)?.id, 100);
    assert!(Only::new("dark").insert(db).unwrap_err().is_unique_violation());
    assert_eq!(Only::new("light").on_conflict(Only::ID).do_nothing().insert(db)?, None);
    assert_eq!(Only::new("x").with_key(5).insert(db)?.id, 5);

    let theme = || Theme::new().on_conflict(Theme::NAME).do_update(Theme::USES.set(Theme::USES + 1));
    assert_eq!((theme().insert(db)?.uses, theme().insert(db)?.uses), (1, 2));

    let first = Defaults::new().on_conflict(Defaults::NAME).do_nothing().insert(db)?;
    assert_eq!(first, Some(Defaults { name: "only".into(), number: 7 }));
    assert_eq!(Defaults::new().on_conflict(Defaults::NAME).do_nothing().insert(db)?, None);
    let more = Defaults::on_conflict(Defaults::NAME).do_update(Defaults::NUMBER.set(Defaults::NUMBER + 1));
    let rows = more.insert_all([Defaults::new(), Defaults::new().set(Defaults::NUMBER, 0), Defaults::new()], db)?;
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [8, 9, 10]);
    Ok(())
}

/// A trigger may ignore a row: no draft takes the key of another for its own.
fn a_row_that_the_database_ignores_is_an_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Item, Shelf, Carton)>()?;
    for table in ["item", "carton"] {
        if db.dialect().name() == "sqlite" {
            let when = "WHEN NEW.label = 'ignored' BEGIN SELECT RAISE(IGNORE); END";
            db.execute(format!("CREATE TRIGGER ignoring_{table} BEFORE INSERT ON {table} {when}"), ())?;
        } else {
            let body = "BEGIN IF NEW.label = 'ignored' THEN RETURN NULL; END IF; RETURN NEW; END";
            db.execute(
                format!("CREATE OR REPLACE FUNCTION ignoring() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"),
                (),
            )?;
            let each = "FOR EACH ROW EXECUTE FUNCTION ignoring()";
            db.execute(format!("CREATE TRIGGER ignoring_{table} BEFORE INSERT ON {table} {each}"), ())?;
        }
    }
    let says = |error: Error| assert!(error.to_string().contains("another number of rows"), "{error}");
    Item::new(1).insert(db)?;
    let ignored = |number: i64| Item::new(number).set(Item::LABEL, "ignored");
    says(ignored(2).insert(db).unwrap_err());
    says(db.transaction(|tx| Item::insert_all([Item::new(3), ignored(4)], tx)).unwrap_err());
    says(Item::insert_all([Item::new(3), ignored(4)], db).unwrap_err());
    let unnoted = Item::LABEL.set(None::<String>);
    let upsert = Item::on_conflict(Item::NUMBER).do_update(unnoted);
    let error = upsert.insert_all([Item::new(3), ignored(4)], db).unwrap_err().to_string();
    assert!(error.contains("another number of rows") || error.contains("has given no row"), "{error}");
    let went_on = db.transaction(|tx| {
        says(Item::insert_all([Item::new(3), ignored(4)], tx).unwrap_err());
        Ok::<_, Error>(())
    });
    assert_eq!(went_on.is_ok(), db.dialect().name() == "sqlite", "PostgreSQL ends a transaction with a failure in it");
    let mut session = db.session()?;
    session.add(ignored(5));
    says(session.flush().unwrap_err());
    drop(session);
    let shelf = || Shelf::new().with_children(Shelf::BOXES, ["a", "ignored"].map(|label| Carton::new(label, Parent)));
    says(shelf().insert(db).unwrap_err());
    says(db.transaction(|tx| shelf().insert(tx)).unwrap_err());
    assert_eq!((Item::query().count(db)?, Shelf::query().count(db)?, Carton::query().count(db)?), (1, 0, 0));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "far")]
struct Far {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    /// Which the table gives numbers of that do not fit.
    #[column(server_default = "0")]
    number: i32,
}

type Insert = fn(&Transaction, [Draft<Far>; 2]) -> ormcore::Result<()>;

fn rows_that_came_back_and_cannot_be_read_are_not_kept(db: &Database) -> ormcore::Result<()> {
    let is_sqlite = db.dialect().name() == "sqlite";
    let key = if is_sqlite { "INTEGER" } else { "bigserial" };
    let columns = format!("id {key} PRIMARY KEY, name text UNIQUE NOT NULL, number bigint DEFAULT 3000000000 NOT NULL");
    db.execute(format!("CREATE TABLE far ({columns})"), ())?;
    let drafts = || [Far::new("a"), Far::new("b")];
    // Texts that the database may hold for equal are guarded by a savepoint.
    let inserts: [(Insert, bool); 3] = [
        (|tx, drafts| Far::insert_all(drafts, tx).map(drop), false),
        (
            |tx, drafts| {
                let upsert = Far::on_conflict(Far::ID).do_update(Far::NAME.set(proposed(Far::NAME)));
                let drafts = drafts.into_iter().zip(1..).map(|(draft, key)| draft.with_key(key));
                upsert.insert_all(drafts, tx).map(drop)
            },
            false,
        ),
        (
            |tx, drafts| {
                let upsert = Far::on_conflict(Far::NAME).do_update(Far::NAME.set(proposed(Far::NAME)));
                upsert.insert_all(drafts, tx).map(drop)
            },
            true,
        ),
    ];
    for (insert, has_savepoint) in inserts {
        let refused = |tx: &Transaction| {
            let error = insert(tx, drafts()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
        };
        let ended = db.transaction(|tx| {
            refused(tx);
            Ok(())
        });
        // PostgreSQL cannot undo a part that has no savepoint: the transaction keeps nothing.
        assert_eq!(ended.is_ok(), is_sqlite || has_savepoint, "{ended:?}");
        assert_eq!(db.query_as::<(i64,)>("SELECT count(*) FROM far", ())?, [(0,)]);
        db.transaction(|tx| {
            let undone = tx.savepoint(|tx| {
                refused(tx);
                Err::<(), _>(Error::rollback("enough"))
            });
            assert!(undone.is_err());
            Far::new("kept").set(Far::NUMBER, 1).insert(tx)
        })?;
        assert_eq!(db.query_as::<(String,)>("SELECT name FROM far", ())?, [("kept".to_string(),)]);
        db.execute("DELETE FROM far", ())?;
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    rows_that_came_back_and_cannot_be_read_are_not_kept,
    a_row_that_the_database_ignores_is_an_error,
    generated_keys_follow_many_given_ones_of_rows_with_lists,
    a_value_that_cannot_be_sent_leaves_the_transaction_as_it_was,
    a_default_of_the_databases_may_be_the_key,
    each_generated_key_is_on_its_own_draft,
    given_and_generated_keys_may_be_mixed,
    rows_whose_defaults_the_database_makes_come_back_in_order,
    rows_with_generated_keys_are_one_statement,
    rows_with_given_keys_share_statements,
    any_number_of_rows_is_inserted_whole,
    no_drafts_are_no_statement,
    one_bad_row_of_many_statements_undoes_all,
    in_an_outer_transaction_a_failure_undoes_its_own_rows_alone,
    a_value_that_cannot_be_sent_undoes_what_was_before_it,
    rows_may_point_to_rows_before_them,
    an_iterator_is_read_once_and_may_borrow,
    long_answers_do_not_hold_up_the_rows_that_are_sent_after_them,
);
