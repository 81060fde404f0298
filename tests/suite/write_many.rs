//! Many rows in hand, written back or deleted at once: executions of one statement, all or nothing.

use std::cell::RefCell;

use ormcore::Column;
use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(default = 0)]
    place: i64,
    #[column(on_write = 7)]
    touched: i64,
    #[column(unique)]
    slot: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Sheet {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(before_update = Member::tidy, before_delete = Member::leave, validate = Member::check)]
struct Member {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(default = "")]
    slug: String,
    age: i64,
}

thread_local! {
    static LEFT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

impl Member {
    fn tidy(&mut self) -> ormcore::Result<()> {
        self.slug = self.name.to_lowercase();
        Ok(())
    }

    fn leave(&self) -> ormcore::Result<()> {
        LEFT.with_borrow_mut(|left| left.push(self.name.clone()));
        if self.age < 0 { Err(Error::other(std::io::Error::other("stays"))) } else { Ok(()) }
    }

    fn check(&self) -> ormcore::Result<()> {
        ormcore::Violations::new().require(Member::AGE, self.age >= 0, "is below 0").into_result()
    }
}

fn items(count: i64, db: &Database) -> ormcore::Result<Vec<Item>> {
    db.create_tables::<Item>()?;
    Item::insert_all((0..count).map(|number| Item::new(format!("item {number}")).set(Item::SLOT, number)), db)
}

fn sheets(db: &Database) -> ormcore::Result<Vec<Sheet>> {
    db.create_tables::<Sheet>()?;
    Sheet::insert_all(["a", "b", "c"].map(Sheet::new), db)
}

fn members(db: &Database) -> ormcore::Result<Vec<Member>> {
    db.create_tables::<Member>()?;
    Member::insert_all([("Ann", 31), ("Bob", 17), ("Cid", 45)].map(|(name, age)| Member::new(name, age)), db)
}

fn stored<M: Model + Clone>(key: Column<M, i64>, db: &Database) -> ormcore::Result<Vec<M>> {
    M::query().order_by(key).all(db)
}

/// What ran, without BEGIN and COMMIT, and how often.
fn executions(statements: &ormcore::plan::Recording) -> Vec<usize> {
    statements.entries().iter().map(|entry| entry.executions).collect()
}

fn many_rows_are_written_as_executions_of_one_statement(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(300, db)?;
    for row in &mut rows {
        (row.place, row.touched) = (row.id * 2, 0);
        row.label.push('!');
    }
    let statements = db.record();
    Item::update_all(&mut rows, db)?;
    assert_eq!(executions(&statements), [300], "{statements:?}");
    assert!(rows.iter().all(|row| row.touched == 7), "`on_write` columns are set");
    assert_eq!(stored(Item::ID, db)?, rows);
    Ok(())
}

fn rows_may_come_from_any_iterator(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(4, db)?;
    rows.iter_mut().for_each(|row| row.place = 1);
    db.transaction(|tx| Item::update_all(rows.iter_mut().filter(|row| row.id > 2), tx))?;
    assert_eq!(Item::query().filter_by(Item::PLACE, 1).count(db)?, 2);
    Item::delete_all(rows.iter().filter(|row| row.id > 2), db)?;
    assert_eq!(stored(Item::ID, db)?.len(), 2);
    Ok(())
}

fn only_some_columns_of_many_rows_are_written(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(3, db)?;
    for row in &mut rows {
        (row.place, row.touched, row.label) = (row.id * 2, 0, "not written".into());
    }
    let statements = db.record();
    Item::update_all_only(&mut rows, (Item::PLACE,), db)?;
    assert_eq!(executions(&statements), [3], "{statements:?}");
    let now = stored(Item::ID, db)?;
    let seen = |row: &Item| (row.label.starts_with("item"), row.place == row.id * 2, row.touched);
    assert!(now.iter().all(|row| seen(row) == (true, true, 7)), "{now:?}");
    let of_key = Item::update_all_only(&mut rows, (Item::ID,), db);
    assert!(of_key.unwrap_err().to_string().contains("part of the primary key"));
    Ok(())
}

fn many_rows_are_deleted_as_executions_of_one_statement(db: &Database) -> ormcore::Result<()> {
    let rows = items(10, db)?;
    let statements = db.record();
    Item::delete_all(&rows[..9], db)?;
    assert_eq!(executions(&statements), [9], "{statements:?}");
    assert_eq!(stored(Item::ID, db)?, rows[9..]);
    Ok(())
}

fn no_rows_do_nothing_and_one_row_opens_no_transaction(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(1, db)?;
    let statements = db.record();
    Item::update_all(&mut Vec::<Item>::new(), db)?;
    Item::update_all_only([], (Item::LABEL,), db)?;
    Item::delete_all(&[], db)?;
    assert_eq!(statements.len(), 0, "{statements:?}");
    Item::update_all(&mut rows, db)?;
    Item::delete_all(&rows, db)?;
    assert_eq!(executions(&statements), [1, 1], "{statements:?}");
    assert!(Item::update_all(&mut rows, db).unwrap_err().is_not_found());
    Ok(())
}

fn a_row_that_is_gone_leaves_all_as_they_were(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(4, db)?;
    let before = stored(Item::ID, db)?;
    let gone = rows[2].clone();
    gone.delete(db)?;
    rows.iter_mut().for_each(|row| row.label = "changed".into());
    let error = Item::update_all(&mut rows, db).unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains(&gone.id.to_string()), "{error}");
    assert!(Item::delete_all(&rows, db).unwrap_err().is_not_found());
    let left = before.into_iter().filter(|row| row.id != gone.id).collect::<Vec<_>>();
    assert_eq!(stored(Item::ID, db)?, left);
    Ok(())
}

fn what_is_refused_in_a_transaction_leaves_it_as_it_was(db: &Database) -> ormcore::Result<()> {
    let mut rows = items(3, db)?;
    db.transaction(|tx| {
        Item::new("before").insert(tx)?;
        (rows[0].label, rows[2].slot) = ("changed".into(), Some(1));
        assert!(Item::update_all(&mut rows, tx).unwrap_err().is_unique_violation());
        assert_eq!(Item::query().filter(Item::LABEL.eq("changed")).count(tx)?, 0);
        Item::new("behind").insert(tx)?;
        Ok(())
    })?;
    assert_eq!(Item::query().count(db)?, 5);
    Ok(())
}

fn versions_are_raised_once_all_is_written(db: &Database) -> ormcore::Result<()> {
    let mut mine = sheets(db)?;
    Sheet::update_all(&mut mine, db)?;
    assert_eq!(mine.iter().map(|sheet| sheet.version).collect::<Vec<_>>(), [2, 2, 2]);
    let mut yours = stored(Sheet::ID, db)?;
    mine[2].update(db)?;

    yours.iter_mut().for_each(|sheet| sheet.title = "yours".into());
    assert!(Sheet::update_all(&mut yours, db).unwrap_err().is_stale_row());
    assert_eq!(yours.iter().map(|sheet| sheet.version).collect::<Vec<_>>(), [2, 2, 2]);
    assert!(Sheet::update_all_only(&mut yours, Sheet::TITLE, db).unwrap_err().is_stale_row());
    assert!(Sheet::delete_all(&yours, db).unwrap_err().is_stale_row());
    assert_eq!(stored(Sheet::ID, db)?, mine);

    // The second is the first as it was before that was written.
    let twice = mine[0].clone();
    assert!(Sheet::update_all([&mut mine[0], &mut twice.clone()], db).unwrap_err().is_stale_row());
    assert_eq!(stored(Sheet::ID, db)?, mine);
    Ok(())
}

fn each_row_is_seen_by_its_model_before_any_is_written(db: &Database) -> ormcore::Result<()> {
    let mut rows = members(db)?;
    rows.iter_mut().for_each(|row| row.name.push_str(" Lee"));
    rows[2].age = -1;
    let statements = db.record();
    let error = Member::update_all(&mut rows, db).unwrap_err();
    assert_eq!(error.violations()[0].column(), Some("age"), "{error}");
    let error = Member::delete_all(&rows, db).unwrap_err();
    assert!(error.to_string().contains(&rows[2].id.to_string()), "{error}");
    assert_eq!(statements.len(), 0, "{statements:?}");

    rows[2].age = 1;
    Member::update_all(&mut rows, db)?;
    assert_eq!(executions(&statements), [3], "{statements:?}");
    assert_eq!(
        stored(Member::ID, db)?.iter().map(|row| &*row.slug).collect::<Vec<_>>(),
        ["ann lee", "bob lee", "cid lee"]
    );
    LEFT.with_borrow_mut(Vec::clear);
    Member::delete_all(&rows, db)?;
    assert_eq!(LEFT.take(), ["Ann Lee", "Bob Lee", "Cid Lee"]);
    Ok(())
}

// What the model changes is written too, and rows of which it changes something else are another statement.
fn what_a_model_changes_is_written_with_only_some_columns(db: &Database) -> ormcore::Result<()> {
    let mut rows = members(db)?;
    rows.iter_mut().for_each(|row| row.age += 1);
    rows[1].name = "Rob".into();
    Member::update_all_only(&mut rows, Member::AGE, db)?;
    let statements = db.record();
    rows[1].name = "Bobby".into();
    rows.iter_mut().for_each(|row| row.age += 1);
    Member::update_all_only(&mut rows, Member::AGE, db)?;
    assert_eq!(executions(&statements), [1, 1, 1], "{statements:?}");
    let seen: Vec<_> = stored(Member::ID, db)?.into_iter().map(|row| (row.name, row.slug, row.age)).collect();
    let wanted = [("Ann", "ann", 33), ("Bob", "bobby", 19), ("Cid", "cid", 47)];
    assert_eq!(seen, wanted.map(|(name, slug, age)| (name.to_string(), slug.to_string(), age)));
    Ok(())
}

ormcore_tests::on_every_backend!(
    many_rows_are_written_as_executions_of_one_statement,
    rows_may_come_from_any_iterator,
    only_some_columns_of_many_rows_are_written,
    many_rows_are_deleted_as_executions_of_one_statement,
    no_rows_do_nothing_and_one_row_opens_no_transaction,
    a_row_that_is_gone_leaves_all_as_they_were,
    what_is_refused_in_a_transaction_leaves_it_as_it_was,
    versions_are_raised_once_all_is_written,
    each_row_is_seen_by_its_model_before_any_is_written,
    what_a_model_changes_is_written_with_only_some_columns,
);
