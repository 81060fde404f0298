//! Version columns: nobody overwrites what he has not seen.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: String,
    #[column(version, name = "rev")]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Tiny {
    #[column(primary_key)]
    id: i64,
    #[column(version)]
    version: u8,
}

fn two_hands(db: &Database) -> ormcore::Result<(Page, Page)> {
    db.create_tables::<(Page,)>()?;
    Page::new("other", "").insert(db)?;
    let mine = Page::new("title", "body").insert(db)?;
    let yours = Page::find(mine.id, db)?;
    Ok((mine, yours))
}

fn a_version_is_1_on_insert_and_raised_by_each_update(db: &Database) -> ormcore::Result<()> {
    let (mut mine, _) = two_hands(db)?;
    assert_eq!(mine.version, 1);
    let statements = db.record();
    mine.update(db)?;
    assert_eq!(mine.version, 2);
    mine.title = "x".into();
    mine.update_only((Page::TITLE,), db)?;
    assert_eq!(mine.version, 3);
    assert_eq!(statements.len(), 2, "an update asks nothing first: {statements:?}");
    assert_eq!(Page::find(mine.id, db)?, mine);
    assert_eq!(Page::query().filter_by(Page::VERSION, 1).count(db)?, 1, "the other row is as it was");
    Ok(())
}

fn a_stale_update_is_refused_and_changes_nothing(db: &Database) -> ormcore::Result<()> {
    let (mut mine, mut yours) = two_hands(db)?;
    mine.title = "mine".into();
    mine.update(db)?;
    yours.title = "yours".into();
    let error = yours.update(db).unwrap_err();
    match error.kind() {
        ErrorKind::StaleRow { table, key } => {
            assert_eq!(table, "page");
            assert!(key.contains("id") && key.contains(&yours.id.to_string()), "{key}");
        }
        other => panic!("expected a stale row, got {other:?}"),
    }
    assert!(error.is_stale_row() && !error.is_not_found() && !error.is_retryable());
    assert!(yours.update_only((Page::BODY,), db).unwrap_err().is_stale_row());
    assert_eq!(yours.version, 1, "the version in hand is still the one that was loaded");
    assert_eq!(Page::find(mine.id, db)?, mine);
    Ok(())
}

fn after_a_refresh_an_update_succeeds(db: &Database) -> ormcore::Result<()> {
    let (mut mine, mut yours) = two_hands(db)?;
    mine.update(db)?;
    assert!(yours.update(db).unwrap_err().is_stale_row());
    yours.refresh(db)?;
    yours.title = "yours".into();
    yours.update(db)?;
    assert_eq!((yours.version, Page::find(mine.id, db)?.title.as_str()), (3, "yours"));
    Ok(())
}

fn a_stale_delete_is_refused(db: &Database) -> ormcore::Result<()> {
    let (mut mine, yours) = two_hands(db)?;
    mine.update(db)?;
    assert!(yours.delete(db).unwrap_err().is_stale_row());
    assert_eq!(Page::get(mine.id, db)?, Some(mine.clone()));
    mine.delete(db)?;
    assert_eq!(Page::get(mine.id, db)?, None);
    Ok(())
}

fn a_row_with_a_version_that_is_gone_is_stale(db: &Database) -> ormcore::Result<()> {
    let (mine, mut yours) = two_hands(db)?;
    mine.delete(db)?;
    assert!(yours.update(db).unwrap_err().is_stale_row());
    assert!(yours.delete(db).unwrap_err().is_stale_row());
    assert!(yours.refresh(db).unwrap_err().is_not_found());
    Ok(())
}

fn an_update_of_many_raises_the_version_of_each(db: &Database) -> ormcore::Result<()> {
    let (mut mine, _) = two_hands(db)?;
    assert_eq!(Page::query().filter_by(Page::ID, mine.id).update(Page::BODY.set("new"), db)?, 1);
    assert!(mine.update(db).unwrap_err().is_stale_row());
    assert_eq!(Page::find(mine.id, db)?.version, 2);
    assert_eq!(Page::query().filter(Page::VERSION.eq(1)).count(db)?, 1);
    Page::query().update(Page::VERSION.set(40), db)?;
    assert_eq!(Page::find(mine.id, db)?.version, 40, "a version that is set is not raised besides");
    Ok(())
}

fn a_failed_update_leaves_the_version_in_hand(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Checked {
        #[column(primary_key)]
        id: i64,
        #[column(check = "amount > 0")]
        amount: i64,
        #[column(version)]
        version: i64,
    }
    db.create_tables::<(Checked,)>()?;
    let mut row = Checked::new(1).insert(db)?;
    row.amount = 0;
    assert!(row.update(db).unwrap_err().is_check_violation());
    assert_eq!(row.version, 1);
    row.amount = 2;
    row.update(db)?;
    assert_eq!(Checked::find(row.id, db)?, row);
    Ok(())
}

fn an_update_that_is_rolled_back_leaves_a_row_to_refresh(db: &Database) -> ormcore::Result<()> {
    let (mut mine, _) = two_hands(db)?;
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        mine.update(tx)?;
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    assert_eq!(Page::find(mine.id, db)?.version, 1);
    mine.refresh(db)?;
    mine.update(db)?;
    assert_eq!(mine.version, 2);
    Ok(())
}

fn a_version_that_its_type_cannot_hold_is_an_error_before_the_update(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tiny,)>()?;
    let mut row = Tiny::new().set(Tiny::VERSION, 254_u8).insert(db)?;
    row.update(db)?;
    assert_eq!(row.version, 255);
    let statements = db.record();
    let error = row.update(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { column, .. } if column == "version"), "{error:?}");
    assert!(statements.is_empty());
    assert_eq!(Tiny::find(row.id, db)?, row);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_version_is_1_on_insert_and_raised_by_each_update,
    a_stale_update_is_refused_and_changes_nothing,
    after_a_refresh_an_update_succeeds,
    a_stale_delete_is_refused,
    a_row_with_a_version_that_is_gone_is_stale,
    an_update_of_many_raises_the_version_of_each,
    a_failed_update_leaves_the_version_in_hand,
    an_update_that_is_rolled_back_leaves_a_row_to_refresh,
    a_version_that_its_type_cannot_hold_is_an_error_before_the_update,
);
