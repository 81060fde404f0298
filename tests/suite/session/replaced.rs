//! Rows that are deleted, and others that are added under their keys in the same flush.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_team")]
struct Team {
    #[column(primary_key)]
    code: String,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::CODE, on_delete = "cascade")]
    team_code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_visit")]
struct Visit {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    note: String,
}

fn a_row_that_is_edited_elsewhere_does_not_hold_what_is_replaced(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Visit)>()?;
    Team::insert_all([Team::new("a", "old"), Team::new("b", "other")], db)?;
    let members = Member::insert_all([Member::new("a"), Member::new("b")], db)?;
    Visit::new(members[1].id, "first").insert(db)?;
    let mut session = db.session()?;
    let visit = session.get::<Visit>(1)?.unwrap();
    let team = session.get::<Team>("a")?.unwrap();
    session[visit].note = "second".into();
    session.delete(team)?;
    session.add(Team::new("a", "new"));
    session.commit()?;
    let names: Vec<String> = Team::query().order_by(Team::CODE).all(db)?.into_iter().map(|team| team.name).collect();
    assert_eq!((names, Member::query().count(db)?), (vec!["new".to_string(), "other".into()], 1));
    assert_eq!(Visit::find(1, db)?.note, "second");
    Ok(())
}

ormcore_tests::on_every_backend!(a_row_that_is_edited_elsewhere_does_not_hold_what_is_replaced,);
