//! Constructors and drafts: what a row is made of before it is inserted.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Member {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(default = 3)]
    lives: i32,
    nickname: Option<String>,
    #[column(nullable)]
    age: Option<i32>,
    #[column(default)]
    notes: String,
    #[column(server_default = "'silver'")]
    rank: String,
    #[column(version)]
    edition: i32,
    team: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(constructor = false)]
struct Loose {
    #[column(primary_key)]
    id: i64,
    first: String,
    second: i32,
    third: Option<bool>,
    #[column(default = 9)]
    fourth: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(constructor = "planted")]
struct Tree {
    #[column(primary_key)]
    id: i64,
    kind: String,
}

impl Tree {
    /// A function of the user's own may have the name.
    fn new() -> Option<Self> {
        None
    }
}

/// The names that generated code might use itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[allow(non_snake_case)]
struct Clash {
    #[column(primary_key)]
    id: i64,
    row: String,
    index: i32,
    reader: bool,
    value: Option<i64>,
    set: i64,
    r#Ok: i64,
    r#match: String,
}

fn new_takes_what_nothing_else_gives_in_the_order_of_the_fields(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member,)>()?;
    let row = Member::new("ann", "red").insert(db)?;
    let expected = Member {
        id: row.id,
        name: "ann".into(),
        lives: 3,
        nickname: None,
        age: None,
        notes: String::new(),
        rank: "silver".into(),
        edition: 1,
        team: "red".into(),
    };
    assert!(row.id > 0);
    assert_eq!(row, expected);
    assert_eq!(Member::find(row.id, db)?, expected);
    Ok(())
}

fn set_and_with_give_the_rest(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member,)>()?;
    let by_set = Member::new("a", "t")
        .set(Member::LIVES, 9)
        .set(Member::NICKNAME, "nick")
        .set(Member::AGE, Some(40))
        .set(Member::RANK, "gold")
        .insert(db)?;
    let by_with = Member::new("a", "t")
        .with(|member| {
            member.lives = 9;
            member.nickname = Some("nick".into());
            member.age = Some(40);
            member.rank = "gold".into();
        })
        .insert(db)?;
    assert_eq!((by_set.rank.as_str(), by_set.age, by_set.lives), ("gold", Some(40), 9));
    assert_eq!(by_with, Member { id: by_with.id, ..by_set.clone() });
    assert_eq!(Member::query().order_by(Member::ID).all(db)?, [by_set, by_with]);
    Ok(())
}

fn the_last_value_given_counts(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member,)>()?;
    let draft = Member::new("a", "t").set(Member::NAME, "b").set(Member::NAME, "c").with(|member| member.lives = 1);
    let row = draft.set(Member::LIVES, 2).set(Member::NICKNAME, "x").set(Member::NICKNAME, None).insert(db)?;
    assert_eq!((row.name.as_str(), row.lives, row.nickname.as_deref()), ("c", 2, None));
    Ok(())
}

fn with_key_sets_the_key_that_would_be_generated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member,)>()?;
    let row = Member::new("a", "t").with_key(77).insert(db)?;
    assert_eq!((row.id, Member::find(77, db)?.id), (77, 77));
    assert_eq!(Member::new("b", "t").set(Member::ID, 5).insert(db)?.id, 5);
    assert_eq!(Member::new("c", "t").with(|member| member.id = 6).insert(db)?.id, 6);
    assert_eq!(Member::new("d", "t").with_key(0).insert(db)?.id, 0, "a key of 0 is a key");
    assert_eq!(Member::new("e", "t").with_key(-3).insert(db)?.id, -3);
    Ok(())
}

fn a_clone_of_a_draft_is_a_row_of_its_own(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member,)>()?;
    let draft = Member::new("a", "t").set(Member::RANK, "gold");
    let (one, two) = (draft.clone().insert(db)?, draft.insert(db)?);
    assert_ne!(one.id, two.id);
    assert_eq!((one.rank.as_str(), two.rank.as_str()), ("gold", "gold"));
    Ok(())
}

fn missing(draft: Draft<Loose>, db: &Database) -> (String, String) {
    let error = draft.insert(db).unwrap_err();
    assert!(error.to_string().contains(".set(Loose::"), "{error}");
    match error.kind() {
        ErrorKind::MissingColumn { table, column, .. } => (table.clone(), column.clone()),
        other => panic!("expected a missing column, got {other:?}"),
    }
}

fn a_parent_whose_key_cannot_be_sent_is_an_error_of_the_insert(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Galaxy {
        #[column(primary_key)]
        id: u64,
    }
    #[derive(Model, Debug, Clone)]
    struct Star {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Galaxy::ID)]
        galaxy_id: u64,
    }
    db.create_tables::<(Galaxy, Star)>()?;
    let star = Star::new(&Galaxy { id: u64::MAX });
    for draft in [star.clone(), star] {
        let error = draft.insert(db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    }
    Ok(())
}

fn a_draft_without_a_constructor_says_which_column_is_missing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Loose,)>()?;
    let statements = db.record();
    assert_eq!(missing(Loose::draft(), db), ("loose".into(), "first".into()));
    assert_eq!(missing(Loose::draft().set(Loose::FIRST, "a"), db), ("loose".into(), "second".into()));
    assert_eq!(missing(Loose::draft().with(|loose| loose.second = 1), db), ("loose".into(), "first".into()));
    let all = Loose::insert_all([Loose::draft().set(Loose::FIRST, "a").set(Loose::SECOND, 1), Loose::draft()], db);
    assert!(matches!(all.unwrap_err().kind(), ErrorKind::MissingColumn { .. }));
    assert!(statements.is_empty(), "nothing was sent: {statements:?}");
    Ok(())
}

fn a_draft_that_was_given_everything_is_inserted(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Loose,)>()?;
    let row = Loose::draft().set(Loose::FIRST, "").set(Loose::SECOND, 0).insert(db)?;
    assert_eq!(row, Loose { id: row.id, first: String::new(), second: 0, third: None, fourth: 9 });
    let row = Loose::draft()
        .with(|loose| {
            loose.first = "x".into();
            loose.second = 5;
            loose.third = Some(false);
        })
        .insert(db)?;
    assert_eq!(Loose::find(row.id, db)?, Loose { third: Some(false), first: "x".into(), second: 5, ..row });
    Ok(())
}

fn a_constructor_may_have_another_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tree,)>()?;
    assert_eq!(Tree::new(), None);
    assert_eq!(Tree::planted("oak").insert(db)?.kind, "oak");
    Ok(())
}

fn fields_may_have_the_names_of_what_is_generated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Clash,)>()?;
    let mut clash = Clash::new("row", 1, true, 2, 3, "match").set(Clash::VALUE, 4).insert(db)?;
    clash.reader = false;
    clash.update(db)?;
    let expected = Clash {
        id: clash.id,
        row: "row".into(),
        index: 1,
        reader: false,
        value: Some(4),
        set: 2,
        r#Ok: 3,
        r#match: "match".into(),
    };
    assert_eq!(Clash::find(clash.id, db)?, expected);
    Ok(())
}

fn a_value_that_cannot_be_sent_is_refused_before_anything_is(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Reading {
        #[column(primary_key)]
        id: i64,
        kelvin: f64,
        count: u64,
    }
    db.create_tables::<(Reading,)>()?;
    for (draft, column) in [(Reading::new(f64::NAN, 0_u64), "kelvin"), (Reading::new(1.5, u64::MAX), "count")] {
        match draft.insert(db).unwrap_err().kind() {
            ErrorKind::Encode { table, column: refused, .. } => {
                assert_eq!((table.as_str(), refused.as_str()), ("reading", column));
            }
            other => panic!("expected a value that cannot be sent, got {other:?}"),
        }
    }
    assert_eq!(Reading::query().count(db)?, 0);
    Ok(())
}

ormcore_tests::on_every_backend!(
    new_takes_what_nothing_else_gives_in_the_order_of_the_fields,
    set_and_with_give_the_rest,
    the_last_value_given_counts,
    with_key_sets_the_key_that_would_be_generated,
    a_clone_of_a_draft_is_a_row_of_its_own,
    a_parent_whose_key_cannot_be_sent_is_an_error_of_the_insert,
    a_draft_without_a_constructor_says_which_column_is_missing,
    a_draft_that_was_given_everything_is_inserted,
    a_constructor_may_have_another_name,
    fields_may_have_the_names_of_what_is_generated,
    a_value_that_cannot_be_sent_is_refused_before_anything_is,
);
