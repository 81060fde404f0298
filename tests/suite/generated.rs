//! Columns that only the database writes: computed from others of the row, by a default that nobody overrides, or by a trigger.

mod events;
mod shapes;

use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, func, proposed};
use ormcore_tests::is_sqlite;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_line", index(total, id))]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(name = "Units")]
    quantity: i64,
    #[column(generated = "price * \"Units\"", name = "the \"total\"")]
    total: i64,
    label: Option<String>,
    #[column(generated = "lower(label)", unique)]
    slug: Option<String>,
    #[column(on_write = 7)]
    touched: i64,
    #[column(version)]
    version: i64,
}

/// What ran, and how often.
fn executions(statements: &ormcore::plan::Recording) -> Vec<usize> {
    statements.entries().iter().map(|entry| entry.executions).collect()
}

fn stored(db: &Database) -> ormcore::Result<Vec<Line>> {
    Line::query().order_by(Line::ID).all(db)
}

fn a_row_has_what_the_database_computes(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let statements = db.record();
    let mut line = Line::new(3, 4).set(Line::LABEL, "Ann's").insert(db)?;
    assert_eq!((line.total, line.slug.as_deref()), (12, Some("ann's")));
    (line.price, line.total, line.slug) = (5, 99, None);
    line.update(db)?;
    assert_eq!((line.total, line.slug.as_deref(), line.version), (20, Some("ann's"), 2));
    line.quantity = 1;
    line.update_only((Line::QUANTITY,), db)?;
    assert_eq!((line.total, line.version), (5, 3));
    assert_eq!(executions(&statements), [1, 1, 1], "{statements:?}");
    assert_eq!(stored(db)?, [line.clone()]);
    let of_total = line.update_only((Line::TOTAL,), db).unwrap_err().to_string();
    assert!(
        of_total.contains(r#"`generated_line.the "total"` is a column that only the database writes"#),
        "{of_total}"
    );
    Ok(())
}

fn what_a_draft_says_of_it_is_not_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let given = |line: &mut Line| (line.total, line.slug, line.quantity) = (99, Some("x".into()), 2);
    let line = Line::new(3, 4).with(given).insert(db)?;
    assert_eq!((line.total, line.slug), (6, None));
    let with_key = Line::new(3, 4).with_key(70).with(given).insert(db)?;
    assert_eq!((with_key.id, with_key.total), (70, 6));
    Ok(())
}

fn it_chooses_orders_and_is_computed_with(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    Line::insert_all([(1, 9), (2, 2), (3, 2)].map(|(price, quantity)| Line::new(price, quantity)), db)?;
    let prices = |query: Query<Line>| query.order_by(Line::TOTAL.desc()).select(Line::PRICE).all(db);
    assert_eq!(prices(Line::query())?, [1, 3, 2]);
    assert_eq!(prices(Line::query().filter(Line::TOTAL.lt(7)))?, [3, 2]);
    assert_eq!(prices(Line::query().filter_by(Line::TOTAL, 6))?, [3]);
    assert_eq!(prices(Line::query().filter(Line::PRICE.eq(Line::TOTAL - 4)))?, Vec::<i64>::new());
    assert_eq!(prices(Line::query().filter((Line::TOTAL - Line::PRICE * 2).eq(0)))?, [3, 2]);
    assert_eq!(Line::query().select((-Line::TOTAL, Line::TOTAL.max())).group_by(Line::TOTAL).all(db)?.len(), 3);
    assert_eq!(Line::query().select(Line::TOTAL.sum()).one(db)?, Some(19));
    let largest = Line::query().select(Line::TOTAL.max()).scalar();
    assert_eq!(Line::query().filter(Line::TOTAL.lt(largest)).count(db)?, 2);
    let shown = Line::query().filter(ormcore::sql!("{} % 2 = 0", Line::TOTAL)).order_by(Line::ID).select((
        ormcore::sql!(i64: "{} + {}", Line::TOTAL, Line::PRICE),
        func("abs", (Line::TOTAL,)).returns::<i64>(),
        coalesce(Line::SLUG, "none"),
        case().when(Line::TOTAL.between(1, 5), Line::TOTAL).otherwise(0),
        Line::TOTAL.cast::<f64>(),
        Line::TOTAL + 1,
    ));
    let none = || "none".to_string();
    assert_eq!(shown.all(db)?, [(6, 4, none(), 4, 4.0, 5), (9, 6, none(), 0, 6.0, 7)]);
    assert_eq!(prices(Line::query().filter(Line::TOTAL.is_in([4, 9])))?, [1, 2]);
    let page = Line::query().order_by((Line::TOTAL.desc(), Line::ID)).limit(1).all(db)?;
    assert_eq!(page[0].price, 1);
    let doubled = Line::query().returning(Line::TOTAL).update((Line::QUANTITY.set(Line::TOTAL),), db)?;
    assert_eq!(doubled.iter().sum::<i64>(), 9 + 8 + 18);
    Ok(())
}

fn many_rows_are_inserted_and_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let none: [Draft<Line>; 0] = [];
    assert!(Line::insert_all(none, db)?.is_empty());
    let mut lines = Line::insert_all((0..300).map(|number| Line::new(number, 2)), db)?;
    assert!(lines.iter().all(|line| line.total == line.price * 2));
    lines.iter_mut().for_each(|line| (line.quantity, line.total) = (3, -1));
    let statements = db.record();
    Line::update_all(&mut lines, db)?;
    assert_eq!(executions(&statements), [300], "{statements:?}");
    assert!(lines.iter().all(|line| (line.total, line.touched, line.version) == (line.price * 3, 7, 2)));
    assert_eq!(stored(db)?, lines);
    lines.iter_mut().for_each(|line| line.price = 1);
    Line::update_all_only(&mut lines[..2], (Line::PRICE,), db)?;
    assert_eq!([lines[0].total, lines[1].total, lines[2].total], [3, 3, 6]);
    Ok(())
}

fn a_row_that_is_gone_or_stale_is_told(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let mut lines = Line::insert_all([Line::new(1, 1), Line::new(2, 2)], db)?;
    let mut other = lines[1].clone();
    other.price = 9;
    other.update(db)?;
    lines.iter_mut().for_each(|line| line.quantity = 8);
    let before = stored(db)?;
    let stale = Line::update_all(&mut lines, db).unwrap_err();
    assert!(matches!(stale.kind(), ErrorKind::StaleRow { .. }), "{stale}");
    assert_eq!((stored(db)?, lines[0].total, lines[0].version), (before, 1, 1), "all or nothing");
    let stale = lines[1].update(db).unwrap_err();
    assert!(matches!(stale.kind(), ErrorKind::StaleRow { .. }), "{stale}");
    let mut session = db.session()?;
    let line = session.get::<Line>(other.id)?.unwrap();
    session[line].price = 1;
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("DELETE FROM generated_line", ())?;
    let gone = session.flush().unwrap_err();
    assert!(matches!(gone.kind(), ErrorKind::StaleRow { .. }), "{gone}");
    Ok(())
}

fn an_upsert_gives_it_and_may_meet_by_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let label = |text: &'static str, price| Line::new(price, 2).set(Line::LABEL, text);
    label("A", 1).insert(db)?;
    let met = label("a", 5).on_conflict(Line::SLUG).do_update_all().insert(db)?;
    assert_eq!((met.id, met.total, met.slug.as_deref()), (1, 10, Some("a")));
    let more = Line::PRICE.set(Line::TOTAL + proposed(Line::TOTAL));
    let met = Line::on_conflict((Line::SLUG,)).do_update(more).insert_all([label("A", 3), label("b", 4)], db)?;
    assert_eq!(met.iter().map(|line| line.total).collect::<Vec<_>>(), [(10 + 6) * 2, 8]);
    assert!(label("B", 9).on_conflict(Line::SLUG).do_nothing().insert(db)?.is_none());
    let counted = Line::on_conflict(Line::ID).do_update_all_but(Line::SLUG);
    assert_eq!(counted.execute_all([label("c", 3), label("d", 3)], db)?, 2);
    Ok(())
}

fn rows_of_a_query_are_inserted_without_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    Line::new(3, 4).insert(db)?;
    let rows = Line::query().select((Line::TOTAL, Line::QUANTITY));
    assert_eq!(Line::insert_from((Line::PRICE, Line::QUANTITY), rows, db)?, 1);
    assert_eq!(stored(db)?[1].total, 48);
    Ok(())
}

fn a_flush_gives_it_and_never_writes_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let mut session = db.session()?;
    let lines = [(1, 2), (3, 4), (5, 6)].map(|(price, quantity)| session.add(Line::new(price, quantity)));
    session[lines[0]].total = 77;
    session.flush()?;
    assert_eq!(lines.map(|line| session[line].total), [2, 12, 30]);
    let statements = db.record();
    for line in lines {
        session[line].total = 99;
    }
    assert!(!session.is_modified());
    session.flush()?;
    assert_eq!(statements.texts().len(), 0, "{statements:?}");
    for line in lines {
        session[line].price = 10;
    }
    session.flush()?;
    assert_eq!(executions(&statements), [3], "{statements:?}");
    assert_eq!(lines.map(|line| (session[line].total, session[line].version)), [20, 40, 60].map(|total| (total, 2)));
    session[lines[0]].quantity = 1;
    session.flush()?;
    session.rollback()?;
    assert!(stored(db)?.is_empty());
    Ok(())
}

fn a_rollback_of_a_session_gives_it_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let mut session = db.session()?;
    let line = session.add(Line::new(3, 4));
    session.commit()?;
    session[line].price = 1;
    session.flush()?;
    assert_eq!(session[line].total, 4);
    session.rollback()?;
    let line = session.get::<Line>(session[line].id)?.unwrap();
    assert_eq!((session[line].price, session[line].total), (3, 12));
    let copy = Line { price: 2, total: 1000, ..session[line].clone() };
    let merged = session.merge(copy)?;
    session.commit()?;
    assert_eq!((session[merged].price, session[merged].total), (2, 8));
    Ok(())
}

fn what_is_unique_by_it_passes_from_row_to_row_in_a_flush(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Line>()?;
    let mut session = db.session()?;
    let [a, b] = ["a", "b"].map(|label| session.add(Line::new(1, 1).set(Line::LABEL, label)));
    session.flush()?;
    session[a].label = Some("C".into());
    session[b].label = Some("A".into());
    session.commit()?;
    assert_eq!([a, b].map(|line| session[line].slug.clone().unwrap()), ["c", "a"]);
    Ok(())
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Box3 {
    width: i64,
    height: i64,
    #[column(generated = "width * height")]
    area: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_parcel")]
struct Parcel {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    size: Box3,
    #[column(generated = "area * 2")]
    twice: Option<i64>,
}

fn an_embedded_struct_may_have_it(db: &Database) -> ormcore::Result<()> {
    if !is_sqlite(db) {
        // There a generated column is not computed from another one.
        return Ok(());
    }
    db.create_tables::<(Parcel,)>()?;
    let mut parcel = Parcel::new(Box3 { width: 2, height: 3, area: 0 }).insert(db)?;
    assert_eq!((parcel.size.area, parcel.twice), (6, Some(12)));
    parcel.size = Box3 { width: 5, ..parcel.size };
    parcel.update(db)?;
    assert_eq!((parcel.size.area, parcel.twice), (15, Some(30)));
    assert_eq!(Parcel::query().filter(Parcel::SIZE.col(Box3::AREA).eq(15)).count(db)?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_crate")]
struct Crate {
    #[column(primary_key)]
    name: String,
    #[column(flatten)]
    size: Box3,
    #[relationship]
    labels: HasMany<Label>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_label", before_insert = Label::see, before_update = Label::see)]
struct Label {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crate::NAME)]
    crate_name: String,
    text: String,
    #[column(generated = "text = 'x'", index)]
    short: bool,
    #[column(read_only, server_default = "'post'")]
    issuer: String,
    #[relationship]
    of: BelongsTo<Crate>,
}

impl Label {
    fn see(&mut self) -> ormcore::Result<()> {
        (self.short, self.issuer) = (true, "nobody".into());
        Ok(())
    }
}

fn nested_drafts_and_functions_of_the_model_leave_it_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Crate, Label)>()?;
    let size = Box3 { width: 2, height: 3, area: 1000 };
    let labels = ["x", "long"].map(|text| Label::new(Parent, text));
    let mut wood = Crate::new("wood", size).with_children(Crate::LABELS, labels).insert(db)?;
    assert_eq!(wood.size.area, 6);
    let labels = wood.labels(db)?;
    let seen: Vec<_> = labels.iter().map(|label| (label.short, label.issuer.as_str())).collect();
    assert_eq!(seen, [(true, "post"), (false, "post")]);
    let mut label = labels[1].clone();
    label.text = "y".into();
    label.update_only((Label::TEXT,), db)?;
    assert_eq!((label.short, label.issuer.as_str()), (false, "post"));
    wood.size.height = 10;
    wood.update_only((Crate::SIZE.col(Box3::HEIGHT),), db)?;
    assert_eq!(wood.size.area, 20);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_only")]
struct Only {
    #[column(primary_key)]
    id: i64,
    #[column(generated = "id * 2", unique)]
    twice: i64,
}

fn a_row_of_a_key_and_what_is_computed_from_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Only>()?;
    let mut only = Only::new().with_key(4).insert(db)?;
    assert_eq!(only.twice, 8);
    only.update(db)?;
    let given = Only::insert_all([1, 2].map(|id| Only::new().with_key(id)), db)?;
    assert_eq!((only.twice, given[1].twice), (8, 4));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_audited")]
struct Audited {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(read_only)]
    writes: Option<i64>,
}

/// RETURNING gives what a trigger before the write has made on PostgreSQL; on SQLite triggers that change a row run after it.
fn what_a_trigger_writes_is_never_overwritten(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Audited>()?;
    if is_sqlite(db) {
        for event in ["INSERT", "UPDATE OF name"] {
            db.execute(
                format!(
                    "CREATE TRIGGER \"on {event}\" AFTER {event} ON generated_audited BEGIN UPDATE generated_audited SET \
                     writes = coalesce(writes, 0) + 1 WHERE id = new.id; END"
                ),
                (),
            )?;
        }
    } else {
        db.execute(
            "CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN NEW.writes := coalesce(NEW.writes, 0) + 1; RETURN NEW; END'",
            (),
        )?;
        db.execute(
            "CREATE TRIGGER counts BEFORE INSERT OR UPDATE ON generated_audited FOR EACH ROW EXECUTE FUNCTION count_write()",
            (),
        )?;
    }
    let mut row = Audited::new("a").insert(db)?;
    if is_sqlite(db) {
        assert_eq!(row.writes, None);
        row.refresh(db)?;
    }
    assert_eq!(row.writes, Some(1));
    row.writes = Some(50);
    row.name = "b".into();
    row.update(db)?;
    if is_sqlite(db) {
        row.refresh(db)?;
    }
    assert_eq!(row.writes, Some(2));
    Ok(())
}

macro_rules! wide {
    ($($column:ident)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "generated_wide")]
        struct Wide {
            #[column(primary_key)]
            id: i64,
            first: i64,
            $($column: Option<i64>,)*
            #[column(generated = "first * 2")]
            last: i64,
        }
    };
}

wide! {
    c01 c02 c03 c04 c05 c06 c07 c08 c09 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19 c20 c21 c22
    c23 c24 c25 c26 c27 c28 c29 c30 c31 c32 c33 c34 c35 c36 c37 c38 c39 c40 c41 c42 c43 c44
    c45 c46 c47 c48 c49 c50 c51 c52 c53 c54 c55 c56 c57 c58 c59 c60 c61 c62 c63 c64 c65 c66
}

fn it_may_be_far_behind_in_a_wide_table(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Wide>()?;
    let mut wide = Wide::new(4).with(|wide| (wide.last, wide.c66) = (9, Some(66))).insert(db)?;
    assert_eq!((wide.last, wide.c66, wide.c65), (8, Some(66), None));
    wide.first = 5;
    wide.update(db)?;
    let with_key = Wide::new(1).with_key(9).set(Wide::C65, 65).insert(db)?;
    assert_eq!((wide.last, with_key.last), (10, 2));
    assert_eq!(Wide::query().order_by(Wide::ID).all(db)?, [wide, with_key]);
    Ok(())
}

#[derive(Model)]
#[model(table = "generated_kept")]
#[allow(dead_code)]
struct Kept {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(generated = "name || ')'", virtual)]
    shown: Option<String>,
    #[column(generated = "length(name)")]
    letters: i64,
}

#[test]
fn it_is_in_the_table_with_its_clause() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let text = &fixture.db.ddl_of::<(Kept,)>()?[0];
        for part in
            [" GENERATED ALWAYS AS (name || ')') VIRTUAL", " NOT NULL GENERATED ALWAYS AS (length(name)) STORED"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    Ok(())
}

#[test]
fn a_virtual_column_is_computed_when_it_is_read() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Kept,)>()?;
    let mut kept = Kept::new("a").insert(&db)?;
    assert_eq!((kept.shown.as_deref(), kept.letters), (Some("a)"), 1));
    kept.name = "it's".into();
    kept.update(&db)?;
    assert_eq!((kept.shown.as_deref(), kept.letters), (Some("it's)"), 4));
    Ok(())
}

#[test]
fn what_is_computed_with_a_mistake_is_the_databases_error() {
    #[derive(Model)]
    #[model(table = "generated_wrong")]
    #[allow(dead_code)]
    struct Wrong {
        #[column(primary_key)]
        id: i64,
        #[column(generated = "no_such_column + 1")]
        wrong: i64,
    }
    for fixture in ormcore_tests::every_database() {
        let error = fixture.db.create_tables::<(Wrong,)>().unwrap_err().to_string();
        assert!(error.contains("no_such_column"), "{error}");
    }
}

ormcore_tests::on_every_backend!(
    a_row_has_what_the_database_computes,
    what_a_draft_says_of_it_is_not_written,
    it_chooses_orders_and_is_computed_with,
    many_rows_are_inserted_and_written,
    a_row_that_is_gone_or_stale_is_told,
    an_upsert_gives_it_and_may_meet_by_it,
    rows_of_a_query_are_inserted_without_it,
    a_flush_gives_it_and_never_writes_it,
    a_rollback_of_a_session_gives_it_back,
    what_is_unique_by_it_passes_from_row_to_row_in_a_flush,
    an_embedded_struct_may_have_it,
    nested_drafts_and_functions_of_the_model_leave_it_alone,
    a_row_of_a_key_and_what_is_computed_from_it,
    what_a_trigger_writes_is_never_overwritten,
    it_may_be_far_behind_in_a_wide_table,
);
