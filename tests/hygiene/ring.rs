//! Models that lead to each other in a long circle, which the compiler must not walk around.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

macro_rules! ring {
    ($($before:ident $model:ident $next:ident,)*) => {$(
        #[derive(Model, Debug, Clone)]
        struct $model {
            #[column(primary_key)]
            id: i64,
            #[column(foreign_key = $next::ID)]
            next_id: Option<i64>,
            #[relationship(back_populates = "before")]
            next: BelongsTo<$next>,
            #[relationship(back_populates = "next")]
            before: HasMany<$before>,
        }
    )*};
}

ring! {
    Ring39 Ring0 Ring1,
    Ring0 Ring1 Ring2,
    Ring1 Ring2 Ring3,
    Ring2 Ring3 Ring4,
    Ring3 Ring4 Ring5,
    Ring4 Ring5 Ring6,
    Ring5 Ring6 Ring7,
    Ring6 Ring7 Ring8,
    Ring7 Ring8 Ring9,
    Ring8 Ring9 Ring10,
    Ring9 Ring10 Ring11,
    Ring10 Ring11 Ring12,
    Ring11 Ring12 Ring13,
    Ring12 Ring13 Ring14,
    Ring13 Ring14 Ring15,
    Ring14 Ring15 Ring16,
    Ring15 Ring16 Ring17,
    Ring16 Ring17 Ring18,
    Ring17 Ring18 Ring19,
    Ring18 Ring19 Ring20,
    Ring19 Ring20 Ring21,
    Ring20 Ring21 Ring22,
    Ring21 Ring22 Ring23,
    Ring22 Ring23 Ring24,
    Ring23 Ring24 Ring25,
    Ring24 Ring25 Ring26,
    Ring25 Ring26 Ring27,
    Ring26 Ring27 Ring28,
    Ring27 Ring28 Ring29,
    Ring28 Ring29 Ring30,
    Ring29 Ring30 Ring31,
    Ring30 Ring31 Ring32,
    Ring31 Ring32 Ring33,
    Ring32 Ring33 Ring34,
    Ring33 Ring34 Ring35,
    Ring34 Ring35 Ring36,
    Ring35 Ring36 Ring37,
    Ring36 Ring37 Ring38,
    Ring37 Ring38 Ring39,
    Ring38 Ring39 Ring0,
}

fn a_long_circle_of_models_compiles_and_loads(db: &Database) -> ormcore::Result<()> {
    fn is_shared<T: Send + Sync>(_: &T) {}
    db.create_all()?;
    let last = Ring39::new().insert(db)?;
    let first = Ring38::new().set(Ring38::NEXT_ID, &last).insert(db)?;
    is_shared(&first);
    assert_eq!(first.next(db)?.map(|next| next.id), Some(last.id));
    assert_eq!(last.before(db)?.len(), 1);
    Ok(())
}

on_every_backend!(a_long_circle_of_models_compiles_and_loads);
