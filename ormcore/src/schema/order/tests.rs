use super::*;
use crate::schema::{Column, References};

const ID: Column = Column::of::<i64>().named("id", "ID").primary_key();

const fn optional(to: &'static str) -> Column {
    Column::of::<Option<i64>>().named("optional_id", "OPTIONAL_ID").references(References::new(None, to, "id"))
}

static TEAM_COLUMNS: [Column; 2] = [ID, optional("player")];
static TEAM: Table = Table::new("m", "Team", "team", &TEAM_COLUMNS);

static PLAYER_COLUMNS: [Column; 3] = [
    ID,
    optional("player"),
    Column::of::<i64>().named("team_id", "TEAM_ID").references(References::new(None, "team", "id")),
];
static PLAYER: Table = Table::new("m", "Player", "player", &PLAYER_COLUMNS);

static NOTE_COLUMNS: [Column; 2] = [ID, optional("team")];
static NOTE: Table = Table::new("m", "Note", "note", &NOTE_COLUMNS);

#[test]
fn a_circle_begins_where_a_row_can_be_without_its_parent_and_comes_before_what_points_into_it() {
    let in_order = |tables: [&'static Table; 3]| {
        let Ordered { tables, cyclic } = ordered(&tables);
        assert!(cyclic);
        tables.into_iter().map(|table| table.name).collect::<Vec<_>>()
    };
    assert_eq!(in_order([&NOTE, &PLAYER, &TEAM]), ["team", "note", "player"]);
    assert_eq!(in_order([&PLAYER, &TEAM, &NOTE]), ["team", "player", "note"]);
    assert_eq!(in_order([&TEAM, &PLAYER, &NOTE]), ["team", "player", "note"]);
}
