//! Enums that are stored as the numbers of their variants.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(integer)]
enum Status {
    Draft = -1,
    Open,
    Paid,
    Shipped = 0x10,
    Lost = 2_147_483_647,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Invoice {
    #[column(primary_key)]
    id: i64,
    status: Status,
    #[column(server_default = "16")]
    before: Option<Status>,
    history: Vec<Status>,
}

const ALL: [Status; 5] = [Status::Draft, Status::Open, Status::Paid, Status::Shipped, Status::Lost];

fn variants_are_stored_as_their_numbers(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Invoice>()?;
    let drafts = ALL.map(|status| Invoice::new(status, vec![status, Status::Paid]));
    let mut invoices = Invoice::insert_all(drafts, db)?;
    assert!(invoices.iter().all(|invoice| invoice.before == Some(Status::Shipped)));
    let stored = db.query_as::<i64>("SELECT status FROM invoice ORDER BY id", ())?;
    assert_eq!(stored, [-1, 0, 1, 16, 2_147_483_647]);

    invoices[0].before = Some(Status::Lost);
    invoices[0].update(db)?;
    assert_eq!(Invoice::query().order_by(Invoice::ID).all(db)?, invoices);
    let sorted = Invoice::query().filter(Invoice::STATUS.gt(Status::Open)).order_by(Invoice::STATUS.desc()).all(db)?;
    assert_eq!(
        sorted.iter().map(|invoice| invoice.status).collect::<Vec<_>>(),
        [Status::Lost, Status::Shipped, Status::Paid]
    );
    let some = Invoice::query().filter(Invoice::STATUS.is_in([Status::Draft, Status::Lost])).count(db)?;
    let highest = Invoice::query().select(Invoice::STATUS.max()).one(db)?;
    assert_eq!((some, highest), (2, Some(Status::Lost)));

    let page = Invoice::query().order_by(Invoice::STATUS).page_after(None, 3, db)?;
    let next = Invoice::query().order_by(Invoice::STATUS).page_after(page.next.as_ref(), 3, db)?;
    assert_eq!(next.items.iter().map(|invoice| invoice.status).collect::<Vec<_>>(), [Status::Shipped, Status::Lost]);
    Ok(())
}

fn other_numbers_are_refused(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Invoice>()?;
    Invoice::new(Status::Open, Vec::new()).insert(db)?;
    let other = db.execute("UPDATE invoice SET status = 7", ()).unwrap_err();
    assert!(matches!(other.kind(), ErrorKind::CheckViolation { .. }), "{other:?}");
    let wrong = db.query_as::<(Status,)>("SELECT 7", ()).unwrap_err();
    let message = wrong.to_string();
    assert!(message.contains("one of -1 (`Draft`), 0 (`Open`), 1 (`Paid`), 16 (`Shipped`)"), "{message}");
    Ok(())
}

ormcore_tests::on_every_backend!(variants_are_stored_as_their_numbers, other_numbers_are_refused);
