use ormcore::prelude::*;
use ormcore_tests::{check_created, on_every_backend};

fn every_model_is_as_it_was_created(db: &Database) -> ormcore::Result<()> {
    let checked = check_created(db)?;
    assert!(checked > 50, "only {checked} models could be created");
    Ok(())
}

on_every_backend!(every_model_is_as_it_was_created);
