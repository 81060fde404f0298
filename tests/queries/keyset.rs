//! Pages that begin behind a row, and rows in chunks.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::Cursor;
use ormcore::sql::{exists, of};
use ormcore_tests::{is_sqlite, on_every_backend};

use crate::refused;
use crate::shop::{self, Customer, Purchase};

#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[column(primary_key)]
    shelf: String,
    #[column(primary_key)]
    place: i32,
    rank: Option<i64>,
    weight: f64,
    flag: bool,
    title: Option<String>,
    code: Secret<String>,
}

/// The shelves of the entries: a view has no key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "keyset_shelf", read_only)]
struct Shelf {
    shelf: String,
}

fn equal_rows_without_a_key_are_one_place(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.execute("CREATE VIEW keyset_shelf AS SELECT shelf FROM entry", ())?;
    let said = refused(Shelf::query().page_after(None, 7, db));
    assert!(said.contains("equal rows of `Shelf`") && said.contains("`distinct()`"), "{said}");
    let page = Shelf::query().distinct().page_after(None, 1, db)?;
    let shelf: String = page.items[0].shelf.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(page.next.as_ref().is_some_and(|next| next.to_string().ends_with(&format!(".t{shelf}"))), "it can be read");
    let rest = Shelf::query().distinct().page_after(page.next.as_ref(), 7, db)?;
    assert_eq!((page.items.len(), rest.items.len(), rest.next), (1, 1, None));
    Ok(())
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Entry,)>()?;
    let titles = [None, Some("it's"), Some(""), Some("a.b"), Some("\u{1F980}"), Some("it's")];
    let drafts = (0..60).map(|index: i32| {
        Entry::new(
            ["x", "y'\"z"][(index % 2) as usize],
            index,
            f64::from(index % 7) / 3.0,
            index % 3 == 0,
            format!("s{index}"),
        )
        .with(|entry| {
            entry.rank = (index % 5 > 0).then_some(i64::from(index % 4));
            entry.title = titles[(index % 6) as usize].map(Into::into);
        })
    });
    Entry::insert_all(drafts, db)?;
    Ok(())
}

/// All pages of a query, with the text of each cursor taken along.
fn pages(query: &Query<Entry>, rows: u64, db: &Database) -> ormcore::Result<Vec<Entry>> {
    let (mut all, mut next): (Vec<Entry>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = query.clone().page_after(next.as_ref(), rows, db)?;
        assert!(page.items.len() as u64 <= rows);
        all.extend(page.items);
        match page.next {
            Some(cursor) => next = Some(cursor.to_string().parse()?),
            None => return Ok(all),
        }
    }
}

fn pages_give_each_row_once_in_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let orders: [fn() -> Query<Entry>; 9] = [
        Entry::query,
        || Entry::query().order_by(Entry::RANK),
        || Entry::query().order_by(Entry::RANK.desc()),
        || Entry::query().order_by((Entry::RANK.asc().nulls_last(), Entry::WEIGHT.desc())),
        || Entry::query().order_by((Entry::RANK.desc().nulls_first(), Entry::TITLE)),
        || Entry::query().order_by((Entry::FLAG.desc(), Entry::TITLE.desc(), Entry::PLACE.desc())),
        || Entry::query().order_by((Entry::WEIGHT, Entry::SHELF.desc())),
        || Entry::query().order_by((Entry::TITLE.desc().nulls_first(), Entry::RANK.asc().nulls_last())),
        || Entry::query().filter(Entry::FLAG.eq(false)).order_by(Entry::PLACE.desc()),
    ];
    for order in orders {
        let whole = order().order_by((Entry::SHELF, Entry::PLACE)).all(db)?;
        for rows in [1, 7, 60, 1000] {
            assert_eq!(pages(&order(), rows, db)?, whole, "{rows} a page, {:?}", order());
        }
    }
    Ok(())
}

fn a_row_that_goes_meanwhile_shifts_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_place = Entry::query().order_by(Entry::PLACE);
    let first = by_place.clone().page_after(None, 10, db)?;
    assert_eq!(Entry::query().filter(Entry::PLACE.lt(10)).delete(db)?, 10);
    let second = by_place.page_after(first.next.as_ref(), 10, db)?;
    assert_eq!(second.items[0].place, 10);
    Ok(())
}

fn an_index_serves_what_comes_behind(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Entry::query().order_by((Entry::SHELF, Entry::PLACE));
    let cursor = query.cursor(&query.clone().offset(5).limit(1).one(db)?)?;
    let statement = query.clone().after(&cursor).sql(db.dialect())?;
    assert!(statement.sql.contains(r#""entry"."shelf" >= "#), "{}", statement.sql);
    if db.dialect().name() == "sqlite" {
        let plan = query.after(&cursor).explain(db)?;
        assert!(plan.iter().any(|line| line.contains("SEARCH entry USING INDEX")), "{plan:?}");
    }
    Ok(())
}

fn a_cursor_of_another_order_is_refused(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let row = Entry::query().order_by(Entry::PLACE).first(db)?.unwrap();
    let by_place = Entry::query().order_by(Entry::PLACE).cursor(&row)?;
    for other in [Entry::query(), Entry::query().order_by(Entry::PLACE.desc()), Entry::query().order_by(Entry::RANK)] {
        let error = other.after(&by_place).all(db).unwrap_err().to_string();
        assert!(error.contains("another order"), "{error}");
    }
    let computed = Entry::query().order_by(Entry::PLACE + 1).page_after(None, 3, db).unwrap_err().to_string();
    assert!(computed.contains("use `paginate`"), "{computed}");
    let secret = Entry::query().order_by(Entry::CODE).cursor(&row).unwrap_err().to_string();
    assert!(secret.contains("`entry.code` is a secret"), "{secret}");
    let chosen = || Entry::query().distinct_on(Entry::RANK).order_by(Entry::PLACE);
    for said in [
        refused(chosen().after(&by_place).all(db)),
        refused(chosen().page_after(None, 3, db)),
        refused(chosen().cursor(&row)),
    ] {
        assert!(said.contains("distinct_on"), "{said}");
    }
    assert!(Entry::query().page_after(None, 0, db).is_err());
    Ok(())
}

fn whatever_a_query_becomes_it_begins_behind_the_place(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_place = || Entry::query().order_by(Entry::PLACE.desc());
    let behind = by_place().cursor(&by_place().offset(56).limit(1).one(db)?)?;
    let rest = || by_place().after(&behind);
    assert_eq!(rest().select(Entry::PLACE).all(db)?, [2, 1, 0]);
    assert_eq!(rest().limit(1).select(Entry::PLACE).all(db)?, [2]);
    assert_eq!(rest().select(Entry::PLACE).count(db)?, 3);
    assert_eq!(rest().select(Entry::PLACE).paginate(2, 2, db)?.items, [0]);
    assert_eq!(rest().select(Entry::PLACE).map(|place| place + 1).all(db)?, [3, 2, 1]);
    // The order is known once the query is ended.
    assert_eq!(Entry::query().after(&behind).select(Entry::PLACE).order_by(Entry::PLACE.desc()).all(db)?, [2, 1, 0]);
    let listed = Entry::query().filter(Entry::PLACE.is_in(rest().limit(2).select(Entry::PLACE)));
    assert_eq!(listed.order_by(Entry::PLACE).select(Entry::PLACE).all(db)?, [1, 2]);
    let next = Entry::query().filter(Entry::PLACE.eq(rest().select(Entry::PLACE).scalar()));
    assert_eq!(next.one(db)?.place, 2);
    let both = rest().limit(1).select(Entry::PLACE).union_all(rest().select(Entry::PLACE));
    assert_eq!(both.order_by(Entry::PLACE).all(db)?, [0, 1, 2, 2]);
    let other = alias!(Entry);
    let by_other = || other.query().order_by(other.col(Entry::PLACE).desc()).after(&behind);
    assert_eq!(by_other().select(other.col(Entry::PLACE)).all(db)?, [2, 1, 0]);
    let of_its_own = by_other().correlated::<Entry>().filter(other.col(Entry::PLACE).eq(of(Entry::PLACE)));
    assert_eq!(Entry::query().filter(exists(of_its_own)).count(db)?, 3);
    assert_eq!(Entry::query().filter(exists(rest().offset(3))).count(db)?, 0);
    assert_eq!(rest().count(db)?, 3);
    assert!(!rest().offset(3).exists(db)?);
    assert_eq!(rest().limit(1).update(Entry::FLAG.set(true), db)?, 1);
    assert_eq!(rest().delete(db)?, 3);
    Ok(())
}

fn a_place_that_is_none_is_told_whatever_the_query_becomes(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let row = Entry::query().first(db)?.unwrap();
    let behind = Entry::query().order_by(Entry::RANK).cursor(&row)?;
    let other = || Entry::query().order_by(Entry::PLACE).after(&behind);
    let error = other().select(Entry::PLACE).all(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cursor { .. }), "{error:?}");
    assert!(matches!(other().select(Entry::PLACE).count(db).unwrap_err().kind(), ErrorKind::Cursor { .. }));
    let parts = [
        Entry::query().filter(exists(other())),
        Entry::query().filter(exists(other().select(Entry::PLACE))),
        Entry::query().filter(Entry::PLACE.is_in(other().select(Entry::PLACE))),
    ];
    for query in parts {
        let said = refused(query.all(db));
        assert!(said.contains("another order"), "{said}");
    }
    let union = Entry::query().select(Entry::PLACE).union(other().select(Entry::PLACE));
    assert!(refused(union.all(db)).contains("another order"));
    let by_rank = Entry::query().after(&behind).group_by(Entry::RANK).select(Entry::RANK).order_by(Entry::RANK);
    let said = refused(by_rank.all(db));
    assert!(said.contains("groups have no place"), "{said}");
    Ok(())
}

/// One whose values no row can have comes from a visitor, and is no mistake of the program.
fn a_place_that_no_row_can_have_is_a_wrong_cursor(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let row = Entry::query().first(db)?.unwrap();
    let query = || Entry::query().order_by((Entry::WEIGHT, Entry::FLAG));
    let text = query().cursor(&row)?.to_string();
    let parts: Vec<&str> = text.split('.').collect();
    assert_eq!(parts.len(), 5, "{text}"); // the order, weight, flag, shelf and place
    let forged = [
        (1, "f7ff8000000000000"),
        (1, "z9223372036854775807"),
        (1, "n"),
        (2, "i1"),
        (3, "d2147483647"),
        (4, "i2147483648"),
        (4, "t37"),
        (4, "e37"),
    ];
    for (place, value) in forged {
        let mut parts = parts.clone();
        parts[place] = value;
        let cursor: Cursor = parts.join(".").parse()?;
        let error = query().after(&cursor).all(db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Cursor { .. }), "{cursor}: {error:?}");
        assert!(error.to_string().contains("no place of a row"), "{error}");
        let error = query().page_after(Some(&cursor), 2, db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Cursor { .. }), "{cursor}: {error:?}");
    }
    Ok(())
}

fn a_text_with_nul_is_a_place_where_the_database_holds_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_title = || Entry::query().filter(Entry::RANK.eq(-1)).order_by(Entry::TITLE);
    let entry = |place, title: &str| {
        Entry::new("x", place, 0.0, true, "s").with(|entry| (entry.rank, entry.title) = (Some(-1), Some(title.into())))
    };
    Entry::insert_all([entry(100, "a"), entry(101, "b")], db)?;
    if is_sqlite(db) {
        entry(102, "a\0b").insert(db)?;
        let mut next = None;
        for (place, is_last) in [(100, false), (102, false), (101, true)] {
            let page = by_title().page_after(next.as_ref(), 1, db)?;
            assert_eq!((page.items[0].place, page.next.is_none()), (place, is_last));
            next = page.next.map(|next| next.to_string().parse::<Cursor>()).transpose()?;
        }
        return Ok(());
    }
    let text = by_title().cursor(&by_title().first(db)?.unwrap())?.to_string();
    let forged: Cursor = text.replace(".t61.", ".t610062.").parse()?;
    assert_ne!(forged.to_string(), text);
    let error = by_title().after(&forged).all(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    Ok(())
}

fn no_text_is_more_than_a_wrong_cursor(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let row = Entry::query().first(db)?.unwrap();
    let query = || Entry::query().order_by((Entry::TITLE, Entry::RANK));
    let text = query().cursor(&row)?.to_string();
    for end in 0..text.len() {
        let _ = text[..end].parse::<Cursor>();
    }
    for hostile in [
        "",
        ".",
        "..",
        "0",
        "g.i1",
        "0.i",
        "0.i99999999999999999999",
        "0.t0",
        "0.tff",
        "0.b2",
        "0.\u{e9}",
        "0.u00",
        "0.q1",
    ] {
        let error = hostile.parse::<Cursor>().unwrap_err().to_string();
        assert!(error.contains("no cursor"), "{hostile}: {error}");
    }
    // Another value of the same kind is a place, one of another kind an error or nothing.
    let order = &text[..8];
    let forged: Cursor = format!("{order}.t{}.i0.t.i0", "27206f72203127").parse()?;
    query().after(&forged).all(db)?;
    let _ = format!("{order}.i1.tff").parse::<Cursor>();
    if let Ok(cursor) = format!("{order}.i1.i1.i1.i1").parse::<Cursor>() {
        let _ = query().after(&cursor).all(db);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Ticket {
    #[column(primary_key)]
    token: Secret<String>,
    owner: String,
    labels: Vec<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Labelled {
    #[column(primary_key)]
    id: i64,
    labels: Vec<String>,
}

fn a_place_never_shows_a_secret_and_is_none_of_a_list(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Ticket, Labelled)>()?;
    let tickets = ["one", "two"].map(|token| Ticket::new(token.to_string(), "ann", Vec::new()));
    let tickets = Ticket::insert_all(tickets, db)?;
    Labelled::insert_all([vec!["a".to_string()], vec![]].map(Labelled::new), db)?;
    let by_owner = || Ticket::query().order_by(Ticket::OWNER);
    for error in [refused(by_owner().page_after(None, 1, db)), refused(by_owner().cursor(&tickets[0]))] {
        assert!(error.contains("`ticket.token` is a secret"), "{error}");
    }
    let error = refused(Labelled::query().order_by(Labelled::LABELS).page_after(None, 1, db));
    assert!(error.contains("`labelled.labels` is a list"), "{error}");
    Ok(())
}

fn rows_come_in_chunks(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut sizes = Vec::new();
    Entry::query().order_by(Entry::PLACE).chunks(25, db, |rows| {
        sizes.push((rows.len(), rows[0].place));
        Ok(())
    })?;
    assert_eq!(sizes, [(25, 0), (25, 25), (10, 50)]);
    let mut calls = 0;
    let stopped = Entry::query().chunks(10, db, |_| {
        calls += 1;
        Err(Error::other("enough".parse::<i32>().unwrap_err()))
    });
    assert!(stopped.is_err());
    assert_eq!(calls, 1);
    Entry::query().filter(Entry::PLACE.lt(0)).chunks(10, db, |_| unreachable!())?;
    assert!(Entry::query().chunks(0, db, |_| Ok(())).is_err());
    shop::fill(db)?;
    let error = refused(Customer::query().with(Customer::PURCHASES).chunks(2, db, |_| Ok(())));
    assert!(error.contains("over another connection"), "{error}");
    Ok(())
}

fn rows_are_left_out_before_the_first_page_only(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_place = Entry::query().order_by(Entry::PLACE).offset(2).filter(Entry::PLACE.lt(9));
    let places: Vec<_> = pages(&by_place, 3, db)?.iter().map(|entry| entry.place).collect();
    assert_eq!(places, [2, 3, 4, 5, 6, 7, 8]);
    let third = by_place.clone().limit(1).one(db)?;
    let behind = by_place.cursor(&third)?;
    assert_eq!(by_place.after(&behind).page_after(None, 1, db)?.items[0].place, 5);
    Ok(())
}

fn rows_that_a_join_repeats_have_no_pages(db: &Database) -> ormcore::Result<()> {
    shop::fill(db)?;
    let buyers = || Customer::query().join(Customer::PURCHASES).order_by(Customer::ID);
    let said = refused(buyers().page_after(None, 2, db));
    assert!(said.contains("`distinct()`") && said.contains("`paginate`"), "{said}");
    let other = alias!(Purchase);
    let of_its_own = Customer::query().left_join(Customer::PURCHASES.to(other)).page_after(None, 9, db);
    assert!(refused(of_its_own).contains("`distinct()`"));
    let first = buyers().distinct().page_after(None, 2, db)?;
    assert_eq!(first.items.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    let second = buyers().distinct().page_after(first.next.as_ref(), 2, db)?;
    assert_eq!((second.items.len(), second.items[0].id, second.next), (1, 3, None));
    // A row has one customer, whose name may choose and whose row may be loaded.
    let of_ann = || Purchase::query().join(Purchase::CUSTOMER).filter(Customer::NAME.eq("ann"));
    let first = of_ann().with_from_join(Purchase::CUSTOMER).page_after(None, 2, db)?;
    assert_eq!(of_ann().page_after(first.next.as_ref(), 2, db)?.items[0].id, 3);
    // Of a condition it is not known how many rows meet it.
    let on = || Customer::query().join(Purchase::on(Purchase::CUSTOMER_ID.eq(of(Customer::ID))));
    assert!(refused(on().page_after(None, 2, db)).contains("`distinct()`"));
    let gifts = || on().filter(Purchase::NOTE.eq("gift"));
    let first = gifts().page_after(None, 1, db)?;
    assert_eq!(gifts().page_after(first.next.as_ref(), 1, db)?.items[0].id, 3);
    Ok(())
}

on_every_backend!(
    equal_rows_without_a_key_are_one_place,
    rows_are_left_out_before_the_first_page_only,
    rows_that_a_join_repeats_have_no_pages,
    pages_give_each_row_once_in_order,
    a_row_that_goes_meanwhile_shifts_nothing,
    an_index_serves_what_comes_behind,
    a_cursor_of_another_order_is_refused,
    whatever_a_query_becomes_it_begins_behind_the_place,
    a_place_that_is_none_is_told_whatever_the_query_becomes,
    a_place_that_no_row_can_have_is_a_wrong_cursor,
    a_text_with_nul_is_a_place_where_the_database_holds_it,
    no_text_is_more_than_a_wrong_cursor,
    a_place_never_shows_a_secret_and_is_none_of_a_list,
    rows_come_in_chunks,
);
