//! Upserts that set all that a draft brings.

use ormcore::prelude::*;
use ormcore_tests::{Fixture, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Product {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    sku: String,
    title: String,
    note: Option<String>,
    #[column(default = 7)]
    rank: i32,
    #[column(server_default = "5")]
    stock: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Price {
    #[column(primary_key)]
    shop: i64,
    #[column(primary_key)]
    code: String,
    cents: i64,
    #[column(default = "nobody")]
    made_by: String,
    #[column(on_write = 3)]
    written: i64,
    #[column(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    word: String,
    #[column(server_default = "1")]
    uses: i64,
}

fn tea(title: &str) -> Draft<Product> {
    Product::new("T-1", title)
}

fn stored(db: &Database) -> ormcore::Result<Product> {
    Product::query().one(db)
}

fn all_that_a_draft_brings_is_set(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product,)>()?;
    let first = tea("Tea").set(Product::NOTE, "old").set(Product::RANK, 1).set(Product::STOCK, 12).insert(db)?;
    let statements = db.record();
    let now = tea("Black tea").with_key(99).on_conflict(Product::SKU).do_update_all().insert(db)?;
    let set = r#"DO UPDATE SET "title" = "excluded"."title", "note" = "excluded"."note", "rank" = "excluded"."rank""#;
    assert!(statements.texts()[0].contains(&format!("{set} ")), "{statements:?}");
    let wanted = Product { title: "Black tea".into(), note: None, rank: 7, ..first };
    assert_eq!((&now, &stored(db)?), (&wanted, &wanted), "the key and what is left to the database stay");
    let given = tea("Tea").set(Product::STOCK, 3).on_conflict(Product::SKU).do_update_all().insert(db)?;
    assert_eq!((given.id, given.stock), (first.id, 3));
    Ok(())
}

fn some_columns_are_left_out(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Price,)>()?;
    let key = (Price::SHOP, Price::CODE);
    let price = |cents, by: &str| Price::new(1, "x", cents).set(Price::MADE_BY, by);
    price(10, "ann").insert(db)?;
    Price::query().update((Price::WRITTEN.set(0), Price::VERSION.set(4)), db)?;
    let upsert = Price::on_conflict(key).do_update_all_but((Price::MADE_BY, Price::VERSION, Price::WRITTEN));
    assert_eq!(upsert.execute_all([price(20, "bob")], db)?, 1);
    let now = Price::query().one(db)?;
    assert_eq!((now.cents, now.made_by.as_str(), now.written, now.version), (20, "ann", 3, 5));
    let filtered = price(30, "cid").on_conflict(key).do_update_all().filter(Price::CENTS.gt(20));
    assert_eq!(filtered.insert(db)?, None);
    assert!(price(40, "dan").on_conflict(key).do_update_all().execute(db)?);
    let now = Price::query().one(db)?;
    assert_eq!((now.cents, now.made_by.as_str(), now.version), (40, "dan", 6));
    Ok(())
}

// Each draft sets what it brings itself, whatever its neighbours do.
fn drafts_that_bring_different_columns_may_be_mixed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product,)>()?;
    let upsert = || Product::on_conflict(Product::SKU).do_update_all();
    let drafts = |rank: i32| {
        (0..6).map(move |number| {
            let draft = Product::new(format!("p{number}"), "title").set(Product::RANK, rank);
            if number % 3 == 0 { draft.set(Product::STOCK, i64::from(rank)) } else { draft }
        })
    };
    let statements = db.record();
    let first = upsert().insert_all(drafts(100), db)?;
    assert_eq!(statements.len(), 4, "{statements:?}");
    assert_eq!(upsert().execute_all(drafts(200), db)?, 6);
    let now = Product::query().order_by(Product::ID).all(db)?;
    assert!(now.iter().zip(&first).all(|(now, was)| (now.id, now.rank) == (was.id, 200)));
    assert_eq!(now.iter().map(|row| row.stock).collect::<Vec<_>>(), [200, 5, 5, 200, 5, 5]);
    Ok(())
}

fn many_drafts_that_set_all_travel_together(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product,)>()?;
    let drafts =
        |rank: i32| (0..1500).map(move |number| Product::new(format!("p{number}"), "t").set(Product::RANK, rank));
    Product::insert_all(drafts(1), db)?;
    let statements = db.record();
    let rows = Product::on_conflict(Product::SKU).do_update_all().insert_all(drafts(2), db)?;
    if !ormcore_tests::is_sqlite(db) {
        assert!(statements.texts().iter().all(|sql| sql.contains("unnest")), "{statements:?}");
    }
    assert!(rows.iter().all(|row| row.rank == 2));
    let twice = ["one", "two"].map(tea);
    let rows = Product::on_conflict(Product::SKU).do_update_all().insert_all(twice, db)?;
    assert_eq!((rows[0].id, rows[1].title.as_str()), (rows[1].id, "two"));
    Ok(())
}

fn a_session_upserts_all_that_a_draft_brings(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product,)>()?;
    let mut session = db.session()?;
    let first = session.add(tea("Tea").set(Product::STOCK, 9));
    let same = session.upsert(tea("Green tea").on_conflict(Product::SKU).do_update_all())?;
    assert_eq!(same, first);
    assert_eq!((session[first].title.as_str(), session[first].stock), ("Green tea", 9));
    session.commit()?;
    assert_eq!(stored(db)?.title, "Green tea");
    Ok(())
}

fn a_draft_that_brings_nothing_else_is_an_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    let statements = db.record();
    let bare = || Word::new("a").on_conflict(Word::WORD);
    let error = bare().do_update_all().insert(db).unwrap_err();
    assert!(error.to_string().contains("`word` brings nothing"), "{error}");
    let drafts = [Word::new("a").set(Word::USES, 2), Word::new("b")];
    assert!(Word::on_conflict(Word::WORD).do_update_all().insert_all(drafts, db).is_err());
    let left_out = Word::new("a").set(Word::USES, 2).on_conflict(Word::WORD).do_update_all_but(Word::USES);
    assert!(left_out.execute(db).is_err());
    assert_eq!(statements.texts(), Vec::<String>::new());
    Ok(())
}

on_every_backend!(
    all_that_a_draft_brings_is_set,
    some_columns_are_left_out,
    drafts_that_bring_different_columns_may_be_mixed,
    many_drafts_that_set_all_travel_together,
    a_session_upserts_all_that_a_draft_brings,
    a_draft_that_brings_nothing_else_is_an_error,
);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "upsert_padded")]
struct Padded {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    rank: i32,
}

/// What is equal, the database says.
#[test]
fn drafts_that_are_equal_by_the_type_of_a_column_meet_each_other() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.execute("CREATE TABLE upsert_padded (id bigserial PRIMARY KEY, code char(8) UNIQUE, rank integer)", ())?;
    let upsert = || Padded::on_conflict(Padded::CODE).do_update_all();
    let drafts = |codes: &[&str]| {
        let drafts = codes.iter().zip(1..).map(|(code, rank)| Padded::new(*code, rank));
        drafts.collect::<Vec<_>>()
    };
    let ranks = |db: Db<'_>| Padded::query().order_by(Padded::CODE).select(Padded::RANK).all(db);
    let rows = upsert().insert_all(drafts(&["a", "b", "a "]), db)?;
    assert_eq!((rows[0].id, rows[0].rank, rows[2].rank), (rows[2].id, 1, 3));
    assert_eq!(upsert().execute_all(drafts(&["b", "a  ", "a"]), db)?, 3);
    assert_eq!(ranks(db.into())?, [3, 1]);
    db.transaction(|tx| {
        Padded::new("c", 9).insert(tx)?;
        assert_eq!(upsert().execute_all(drafts(&["a", "a ", "b"]), tx)?, 3);
        let rows = upsert().insert_all(drafts(&["d", "b", "d "]), tx)?;
        assert_eq!((rows[0].id, rows[2].rank), (rows[2].id, 3));
        Ok(())
    })?;
    assert_eq!(ranks(db.into())?, [2, 2, 9, 3]);
    // What is refused for another reason is told, and undone.
    let error = upsert().execute_all(drafts(&["e", "e ", "longer than eight"]), db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::CheckViolation { .. }), "{error:?}");
    assert_eq!(ranks(db.into())?, [2, 2, 9, 3]);
    let many = (0..2500).map(|number| Padded::new(format!("m{}{}", number % 2400, " ".repeat(number / 2400)), 5));
    assert_eq!(upsert().insert_all(many, db)?.len(), 2500);
    assert_eq!(Padded::query().count(db)?, 4 + 2400);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "upsert_seen", before_insert = Seen::note)]
struct Seen {
    #[column(primary_key)]
    code: String,
    rank: i32,
    #[column(default = 0)]
    seen: i32,
    #[column(version)]
    version: i32,
}

impl Seen {
    fn note(&mut self) -> ormcore::Result<()> {
        self.seen += 1;
        Ok(())
    }
}

#[test]
fn drafts_that_go_apart_are_the_same_drafts() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    let table = "CREATE TABLE upsert_seen (code char(4) PRIMARY KEY, rank integer CHECK (rank < 100),
                 seen integer DEFAULT 7, version integer)";
    db.execute(table, ())?;
    let upsert = || Seen::on_conflict(Seen::CODE).do_update_all();
    // Twice in each of two runs that bring other columns.
    let drafts = || {
        let of = |code: &str, rank: i32| Seen::new(code, rank);
        [of("a", 1), of("a ", 2), of("b", 3).set(Seen::SEEN, 40), of("a", 4).set(Seen::SEEN, 50), of("b ", 5)]
    };
    let rows = upsert().insert_all(drafts(), db)?;
    assert_eq!(rows.iter().map(|row| row.rank).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let all = || Seen::query().order_by(Seen::CODE).select((Seen::RANK, Seen::SEEN, Seen::VERSION));
    assert_eq!(all().all(db)?, [(4, 51, 3), (5, 1, 2)], "each is shown to its model once");
    db.transaction(|tx| {
        tx.savepoint(|tx| upsert().execute_all(drafts(), tx).map(|rows| assert_eq!(rows, 5)))?;
        let undone: ormcore::Result<()> = tx.savepoint(|tx| {
            let refused = drafts().into_iter().chain([Seen::new("d", 100)]);
            upsert().execute_all(refused, tx).map(drop)
        });
        assert!(undone.unwrap_err().is_check_violation());
        Seen::new("c", 9).insert(tx).map(drop)
    })?;
    let kept = [(4, 51, 6), (5, 1, 4), (9, 1, 1)];
    assert_eq!(all().all(db)?, kept);
    let none: ormcore::Result<()> = db.transaction(|tx| {
        upsert().execute_all(drafts(), tx)?;
        Err(Error::rollback("undone"))
    });
    assert!(none.is_err());
    assert_eq!(all().all(db)?, kept);
    let test = db.test_database()?;
    assert_eq!(upsert().execute_all([Seen::new("c", 1), Seen::new("c ", 2)], &test)?, 2);
    assert_eq!(all().all(&test)?[2], (2, 1, 3));
    Ok(())
}
