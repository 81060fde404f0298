//! Tables of many columns.

use ormcore::prelude::*;

/// A model with a column for each name.
macro_rules! wide {
    ($(#[$attribute:meta])* $model:ident: $($column:ident)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        $(#[$attribute])*
        struct $model {
            #[column(primary_key, auto = false)]
            id: i64,
            $(#[column(server_default = "5")] $column: i64,)*
            tail: String,
            #[column(server_default = "'end'")]
            last: String,
        }

        impl $model {
            /// The numbers, in order.
            fn numbers(&self) -> Vec<i64> {
                vec![$(self.$column),*]
            }

            /// A draft with every number given.
            fn full(id: i64, number: impl Fn(usize) -> i64) -> Draft<Self> {
                let draft = $model::draft().set($model::ID, id).set($model::TAIL, "tail").set($model::LAST, "given");
                draft.with(|row| {
                    let all: &mut [&mut i64] = &mut [$(&mut row.$column),*];
                    for (index, column) in all.iter_mut().enumerate() {
                        **column = number(index);
                    }
                })
            }
        }
    };
}

wide! {
    #[model(constructor = false)]
    Seventy:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
    d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9
    g0 g1 g2 g3 g4 g5 g6 g7 g8 g9
}

// So many columns that a hundred rows have more values than a statement of SQLite may have (32 766).
wide! {
    #[model(constructor = false)]
    Huge:
    aa0 aa1 aa2 aa3 aa4 aa5 aa6 aa7 aa8 aa9 ab0 ab1 ab2 ab3 ab4 ab5 ab6 ab7 ab8 ab9 ac0 ac1 ac2 ac3 ac4 ac5 ac6 ac7 ac8 ac9
    ad0 ad1 ad2 ad3 ad4 ad5 ad6 ad7 ad8 ad9 ae0 ae1 ae2 ae3 ae4 ae5 ae6 ae7 ae8 ae9 af0 af1 af2 af3 af4 af5 af6 af7 af8 af9
    ag0 ag1 ag2 ag3 ag4 ag5 ag6 ag7 ag8 ag9 ah0 ah1 ah2 ah3 ah4 ah5 ah6 ah7 ah8 ah9 ai0 ai1 ai2 ai3 ai4 ai5 ai6 ai7 ai8 ai9
    aj0 aj1 aj2 aj3 aj4 aj5 aj6 aj7 aj8 aj9 ak0 ak1 ak2 ak3 ak4 ak5 ak6 ak7 ak8 ak9 al0 al1 al2 al3 al4 al5 al6 al7 al8 al9
    am0 am1 am2 am3 am4 am5 am6 am7 am8 am9 an0 an1 an2 an3 an4 an5 an6 an7 an8 an9 ao0 ao1 ao2 ao3 ao4 ao5 ao6 ao7 ao8 ao9
    ap0 ap1 ap2 ap3 ap4 ap5 ap6 ap7 ap8 ap9 aq0 aq1 aq2 aq3 aq4 aq5 aq6 aq7 aq8 aq9 ar0 ar1 ar2 ar3 ar4 ar5 ar6 ar7 ar8 ar9
    as0 as1 as2 as3 as4 as5 as6 as7 as8 as9 at0 at1 at2 at3 at4 at5 at6 at7 at8 at9 au0 au1 au2 au3 au4 au5 au6 au7 au8 au9
    av0 av1 av2 av3 av4 av5 av6 av7 av8 av9 aw0 aw1 aw2 aw3 aw4 aw5 aw6 aw7 aw8 aw9 ax0 ax1 ax2 ax3 ax4 ax5 ax6 ax7 ax8 ax9
    ay0 ay1 ay2 ay3 ay4 ay5 ay6 ay7 ay8 ay9 az0 az1 az2 az3 az4 az5 az6 az7 az8 az9 ba0 ba1 ba2 ba3 ba4 ba5 ba6 ba7 ba8 ba9
    bb0 bb1 bb2 bb3 bb4 bb5 bb6 bb7 bb8 bb9 bc0 bc1 bc2 bc3 bc4 bc5 bc6 bc7 bc8 bc9 bd0 bd1 bd2 bd3 bd4 bd5 bd6 bd7 bd8 bd9
    be0 be1 be2 be3 be4 be5 be6 be7 be8 be9 bf0 bf1 bf2 bf3 bf4 bf5 bf6 bf7 bf8 bf9 bg0 bg1 bg2 bg3 bg4 bg5 bg6 bg7 bg8 bg9
}

/// None of its columns but the key is left to the database.
macro_rules! plain {
    ($($column:ident)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        struct Plain {
            #[column(primary_key)]
            id: i64,
            $(#[column(default = 5)] $column: i64,)*
        }
    };
}

plain! {
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
    d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9
    g0 g1 g2 g3 g4 g5 g6 g7 g8 g9
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Twenty {
    #[column(primary_key)]
    id: i64,
    c01: i8,
    c02: i16,
    c03: i32,
    c04: i64,
    c05: u8,
    c06: u16,
    c07: u32,
    c08: u64,
    c09: f32,
    c10: f64,
    c11: bool,
    c12: String,
    c13: Vec<u8>,
    c14: Option<i32>,
    c15: Option<String>,
    c16: Option<f64>,
    c17: Option<bool>,
    c18: Option<Vec<u8>>,
    c19: String,
}

fn seventy() -> Draft<Seventy> {
    Seventy::draft().set(Seventy::TAIL, "tail")
}

fn columns_beyond_the_64th_are_left_to_the_database_or_given(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Seventy,)>()?;
    let defaults = seventy().set(Seventy::ID, 1).insert(db)?;
    assert_eq!((defaults.numbers(), defaults.last.as_str()), (vec![5; 70], "end"));
    let given =
        seventy().set(Seventy::ID, 2).set(Seventy::G9, 1).set(Seventy::A0, 2).set(Seventy::LAST, "x").insert(db)?;
    assert_eq!((given.g9, given.a0, given.g8, given.last.as_str()), (1, 2, 5, "x"));
    let by_with = seventy().with(|row| (row.id, row.g7, row.f2, row.f3) = (3, -7, -62, -63)).insert(db)?;
    assert_eq!((by_with.g7, by_with.f2, by_with.f3, by_with.g6), (-7, -62, -63, 5));
    assert_eq!(Seventy::query().order_by(Seventy::ID).all(db)?, [defaults, given, by_with]);
    Ok(())
}

fn a_column_beyond_the_64th_that_is_missing_is_named(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Seventy,)>()?;
    let error = Seventy::draft().set(Seventy::ID, 1).insert(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::MissingColumn { column, .. } if column == "tail"), "{error:?}");
    Ok(())
}

fn drafts_that_leave_out_the_same_columns_are_one_statement(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Seventy,)>()?;
    let statements = db.record();
    // Every number and the last text are given, in one way and in another.
    let one_by_one = |id: i64| Seventy::full(id, |index| index as i64 + 1).set(Seventy::G9, 9).set(Seventy::A0, 0);
    let rows =
        Seventy::insert_all((0..10).map(|id| if id % 2 == 0 { Seventy::full(id, |_| 1) } else { one_by_one(id) }), db)?;
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    assert_eq!(Seventy::query().order_by(Seventy::ID).all(db)?, rows);
    Ok(())
}

fn a_default_that_is_overwritten_beyond_the_64th_is_still_one_statement(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Plain,)>()?;
    let statements = db.record();
    let rows =
        Plain::insert_all((0..4).map(|id| if id == 2 { Plain::new().set(Plain::G9, 1) } else { Plain::new() }), db)?;
    assert_eq!(statements.len(), 1, "{:?}", statements.len());
    assert_eq!(rows.iter().map(|row| row.g9).collect::<Vec<_>>(), [5, 5, 1, 5]);
    Ok(())
}

fn rows_with_more_values_than_a_statement_may_have_are_split(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Huge,)>()?;
    let statements = db.record();
    let rows = Huge::insert_all((0..250).map(|id| Huge::full(id, |index| id * 1000 + index as i64 + 1)), db)?;
    assert!(statements.len() <= 2, "{}", statements.len());
    let executions: usize = statements.entries().iter().map(|entry| entry.executions).sum();
    let split = if ormcore_tests::is_sqlite(db) { 3..=120 } else { 1..=1 };
    assert!(split.contains(&executions), "{executions}");
    assert_eq!(rows[249].numbers(), (0..330).map(|index| 249_001 + index).collect::<Vec<_>>());
    assert_eq!(Huge::query().order_by(Huge::ID).all(db)?, rows);
    Ok(())
}

fn a_row_of_330_columns_is_updated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Huge,)>()?;
    let mut row = Huge::draft().set(Huge::ID, 1).set(Huge::TAIL, "t").insert(db)?;
    assert_eq!(row.numbers(), vec![5; 330]);
    (row.aa0, row.bg9) = (-1, -2);
    row.update(db)?;
    assert_eq!(Huge::find(1, db)?, row);
    row.bf0 = 12;
    row.update_only((Huge::BF0,), db)?;
    assert_eq!(Huge::query().filter(Huge::BF0.eq(12).and(Huge::BG9.lt(0))).one(db)?, row);
    Ok(())
}

fn a_row_of_twenty_types_keeps_each_in_its_place(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Twenty,)>()?;
    let draft = Twenty::new(-1, -2, -3, -4, 5_u8, 6_u16, 7_u32, 8_u64, 9.5_f32, 10.25, true, "12", &[1_u8, 3], "19");
    let rows = Twenty::insert_all([draft.clone(), draft.set(Twenty::C15, "15").set(Twenty::C18, &[18_u8])], db)?;
    let expected = Twenty {
        id: rows[1].id,
        c01: -1,
        c02: -2,
        c03: -3,
        c04: -4,
        c05: 5,
        c06: 6,
        c07: 7,
        c08: 8,
        c09: 9.5,
        c10: 10.25,
        c11: true,
        c12: "12".into(),
        c13: vec![1, 3],
        c14: None,
        c15: Some("15".into()),
        c16: None,
        c17: None,
        c18: Some(vec![18]),
        c19: "19".into(),
    };
    assert_eq!(rows[1], expected);
    assert_eq!(Twenty::query().order_by(Twenty::ID).all(db)?, rows);
    Ok(())
}

ormcore_tests::on_every_backend!(
    columns_beyond_the_64th_are_left_to_the_database_or_given,
    a_column_beyond_the_64th_that_is_missing_is_named,
    drafts_that_leave_out_the_same_columns_are_one_statement,
    a_default_that_is_overwritten_beyond_the_64th_is_still_one_statement,
    rows_with_more_values_than_a_statement_may_have_are_split,
    a_row_of_330_columns_is_updated,
    a_row_of_twenty_types_keeps_each_in_its_place,
);
