//! Unique values of enums that pass between rows in one flush.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "suq_wing")]
enum Wing {
    Left,
    Right,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(integer)]
enum Line {
    Front,
    Back,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_player")]
struct Player {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    side: Option<Side>,
    #[column(unique)]
    wing: Option<Wing>,
    #[column(unique)]
    line: Option<Line>,
}

fn two_rows_exchange_what_is_of_an_enum(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Player>()?;
    let mut session = db.session()?;
    let player = |side: Side, wing: Wing, line: Line| {
        Player::new().set(Player::SIDE, side).set(Player::WING, wing).set(Player::LINE, line)
    };
    let ann = session.add(player(Side::Left, Wing::Left, Line::Front));
    let bob = session.add(player(Side::Right, Wing::Right, Line::Back));
    session.commit()?;
    let (first, second) = (session[ann].clone(), session[bob].clone());
    session[ann] = Player { id: first.id, ..second.clone() };
    session[bob] = Player { id: second.id, ..first.clone() };
    session.commit()?;
    let stored = Player::query().order_by(Player::ID).all(db)?;
    assert_eq!(stored, [Player { id: first.id, ..second.clone() }, Player { id: second.id, ..first }]);
    Ok(())
}

ormcore_tests::on_every_backend!(two_rows_exchange_what_is_of_an_enum);
