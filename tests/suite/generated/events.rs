//! Models that see their writes, hooks and what changed, where the database computes columns.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_seen", before_update = Seen::spoil, validate = Seen::check)]
struct Seen {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(generated = "price * 2")]
    twice: i64,
}

impl Seen {
    fn spoil(&mut self) -> ormcore::Result<()> {
        self.twice = -5;
        Ok(())
    }

    fn check(&self) -> ormcore::Result<()> {
        if self.price < 0 { Err(Error::other("less than nothing")) } else { Ok(()) }
    }
}

fn a_row_that_is_gone_is_told_to_a_model_that_sees_its_updates(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Seen>()?;
    let mut row = Seen::new(1).insert(db)?;
    row.price = 4;
    row.update(db)?;
    assert_eq!(row.twice, 8);
    row.clone().delete(db)?;
    let mut told = vec![row.update(db), row.update_only((Seen::PRICE,), db)];
    told.push(Seen::update_all([&mut row], db));
    told.push(Seen::update_all_only([&mut row], (Seen::PRICE,), db));
    assert!(told.iter().all(|told| told.as_ref().is_err_and(Error::is_not_found)), "{told:?}");
    Ok(())
}

ormcore_tests::on_every_backend!(a_row_that_is_gone_is_told_to_a_model_that_sees_its_updates);
