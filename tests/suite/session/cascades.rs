//! Whom a cascade meets: those who are in the relationship by now, whether that was flushed or not.

use ormcore::prelude::*;

use super::models::Bare;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_club")]
struct Club {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(cascade = "all, delete-orphan")]
    members: HasMany<Member>,
    #[relationship(cascade = "all, delete-orphan")]
    rules: HasMany<Rule>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Address::ID)]
    address_id: Option<i64>,
    #[column(foreign_key = Club::ID)]
    club_id: Option<i64>,
    #[relationship(cascade = "all")]
    address: BelongsTo<Address>,
    #[relationship(secondary = MemberTag, cascade = "all", back_populates = "members")]
    tags: HasMany<Tag>,
    #[relationship]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: Option<i64>,
}

/// Without a constructor, so that a draft may lack something.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_rule", constructor = false)]
struct Rule {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(foreign_key = Club::ID)]
    club_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_crew")]
struct Crew {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "raise", cascade = "all, delete-orphan")]
    sailors: HasMany<Sailor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_sailor")]
struct Sailor {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crew::ID)]
    crew_id: i64,
    #[relationship(lazy = "raise")]
    crew: BelongsTo<Crew>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_address")]
struct Address {
    #[column(primary_key)]
    id: i64,
    street: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[relationship(secondary = MemberTag, back_populates = "tags")]
    members: HasMany<Member>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_member_tag")]
struct MemberTag {
    #[column(primary_key, foreign_key = Member::ID)]
    member_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

fn session(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<(Club, Address, Member, Tag, MemberTag, Note, Rule, Bare)>()?;
    db.session()
}

fn streets(db: &Database) -> ormcore::Result<Vec<String>> {
    Address::query().order_by(Address::STREET).select(Address::STREET).all(db)
}

fn labels(db: &Database) -> ormcore::Result<Vec<String>> {
    Tag::query().order_by(Tag::LABEL).select(Tag::LABEL).all(db)
}

fn a_delete_meets_the_row_that_is_pointed_to_now(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let [a, b, c] = ["a", "b", "c"].map(|street| session.add(Address::new(street)));
    let [by_set, by_value, left] = [0; 3].map(|_| session.add(Member::new().set(Member::ADDRESS_ID, a)));
    session.commit()?;
    session.set(by_set, Member::ADDRESS, Some(b))?;
    session[by_value].address_id = Some(session[c].id);
    session.set(left, Member::ADDRESS, None)?;
    for member in [by_set, by_value, left] {
        session.delete(member)?;
    }
    assert_eq!([a, b, c].map(|address| session.contains(address)), [true, false, false]);
    session.commit()?;
    assert_eq!((streets(db)?, Member::query().count(db)?), (vec!["a".to_string()], 0));
    Ok(())
}

fn a_delete_meets_a_row_that_only_the_database_has(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let [a, b] = ["a", "b"].map(|street| session.add(Address::new(street)));
    let member = session.add(Member::new().set(Member::ADDRESS_ID, a));
    session.commit()?;
    let (member, b) = (session[member].id, session[b].id);
    let mut session = db.session()?;
    let member = session.get::<Member>(member)?.unwrap();
    session[member].address_id = Some(b);
    session.delete(member)?;
    session.commit()?;
    assert_eq!(streets(db)?, ["a"]);
    Ok(())
}

fn a_delete_meets_a_row_that_has_no_key_yet(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let a = session.add(Address::new("a"));
    let member = session.add(Member::new().set(Member::ADDRESS_ID, a));
    session.commit()?;
    let new = session.add(Address::new("new"));
    session.set(member, Member::ADDRESS, Some(new))?;
    session.delete(member)?;
    assert!(session.try_get(new).is_err() && session.contains(a));
    // And one that was never written has the same follow it.
    let new = session.add(Address::new("new"));
    let [first, second] = [new, a].map(|address| session.add(Member::new().set(Member::ADDRESS_ID, address)));
    session.delete(first)?;
    assert!(session.try_get(new).is_err());
    session.delete(second)?;
    assert!(!session.contains(a));
    session.commit()?;
    assert_eq!((streets(db)?.len(), Member::query().count(db)?), (0, 0));
    Ok(())
}

fn a_delete_meets_the_rows_that_are_linked_now(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let member = session.add(Member::new());
    let [out, out_again, kept, linked, linked_from_there, other] =
        ["a", "b", "c", "d", "e", "f"].map(|label| session.add(Tag::new(label)));
    for tag in [out, out_again, kept] {
        session.append(member, Member::TAGS, tag)?;
    }
    session.commit()?;
    session.remove(member, Member::TAGS, out)?;
    session.remove(out_again, Tag::MEMBERS, member)?;
    session.append(member, Member::TAGS, linked)?;
    session.append(linked_from_there, Tag::MEMBERS, member)?;
    session.append(member, Member::TAGS, other)?;
    session.remove(member, Member::TAGS, other)?;
    let new = session.add(Tag::new("new"));
    session.append(member, Member::TAGS, new)?;
    session.delete(member)?;
    assert!(session.try_get(new).is_err());
    session.commit()?;
    assert_eq!(labels(db)?, ["a", "b", "f"]);
    assert_eq!((Member::query().count(db)?, MemberTag::query().count(db)?), (0, 0));
    Ok(())
}

/// A member of a club, with all that follows one, and the other club; nothing of it is written yet.
type Members = (Session, [Handle<Club>; 2], Handle<Member>, Handle<Tag>, Handle<Note>);

fn members(db: &Database) -> ormcore::Result<Members> {
    let mut session = session(db)?;
    let clubs = ["red", "blue"].map(|name| session.add(Club::new(name)));
    let (address, tag) = (session.add(Address::new("a")), session.add(Tag::new("t")));
    let member = session.add(Member::new().set(Member::CLUB_ID, clubs[0]).set(Member::ADDRESS_ID, address));
    session.append(member, Member::TAGS, tag)?;
    let note = session.add(Note::new().set(Note::MEMBER_ID, member));
    Ok((session, clubs, member, tag, note))
}

/// What the database has after an orphan was given to the other club.
fn assert_moved(members: Members, db: &Database) -> ormcore::Result<()> {
    let (mut session, clubs, member, tag, note) = members;
    assert_eq!(session.related(clubs[0], Club::MEMBERS)?, []);
    assert_eq!(session.related(clubs[1], Club::MEMBERS)?, [member]);
    assert_eq!(session.related(member, Member::TAGS)?, [tag]);
    assert_eq!(session.related(member, Member::NOTES)?, [note]);
    session.commit()?;
    assert_eq!(Member::query().one(db)?.club_id, Some(session[clubs[1]].id));
    assert_eq!(Note::query().one(db)?.member_id, Some(session[member].id));
    assert_eq!((streets(db)?, labels(db)?), (vec!["a".to_string()], vec!["t".to_string()]));
    assert_eq!(MemberTag::query().count(db)?, 1);
    Ok(())
}

fn an_orphan_can_be_given_away_after_a_flush_that_was_refused(db: &Database) -> ormcore::Result<()> {
    let (mut session, clubs, member, tag, note) = members(db)?;
    session.commit()?;
    session.remove(clubs[0], Club::MEMBERS, member)?;
    let bad = session.add(Bare::draft());
    assert!(session.flush().is_err() && session.all(Member::query()).is_err());
    session[bad].name = "x".into();
    assert_eq!(session[note].member_id, Some(session[member].id));
    session.append(clubs[1], Club::MEMBERS, member)?;
    assert_moved((session, clubs, member, tag, note), db)
}

fn an_orphan_that_was_only_added_is_here_after_a_flush_that_was_refused(db: &Database) -> ormcore::Result<()> {
    let (mut session, clubs, member, tag, note) = members(db)?;
    session.remove(clubs[0], Club::MEMBERS, member)?;
    let bad = session.add(Bare::draft());
    assert!(session.flush().is_err() && session.flush().is_err());
    session[bad].name = "x".into();
    session.append(clubs[1], Club::MEMBERS, member)?;
    assert_moved((session, clubs, member, tag, note), db)
}

fn an_orphan_is_deleted_when_what_stopped_the_flush_is_mended(db: &Database) -> ormcore::Result<()> {
    let (mut session, clubs, member, _, note) = members(db)?;
    session.commit()?;
    let new = session.add(Member::new().set(Member::CLUB_ID, clubs[0]));
    session.set(clubs[0], Club::MEMBERS, [])?;
    let bad = session.add(Bare::draft());
    assert!(session.commit().is_err());
    session[bad].name = "x".into();
    session.commit()?;
    assert!(!session.contains(member) && session.try_get(new).is_err());
    assert_eq!((Member::query().count(db)?, session[note].member_id), (0, None));
    assert_eq!((streets(db)?.len(), labels(db)?.len(), MemberTag::query().count(db)?), (0, 0, 0));
    Ok(())
}

/// What leaves with the next flush does not stop it.
fn an_orphan_that_lacks_a_value_leaves(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let club = session.add(Club::new("red"));
    let bad = session.add(Rule::draft().set(Rule::CLUB_ID, club));
    session.remove(club, Club::RULES, bad)?;
    session.commit()?;
    assert!(session.try_get(bad).is_err());
    assert_eq!((Club::query().count(db)?, Rule::query().count(db)?), (1, 0));
    Ok(())
}

fn what_raises_when_it_is_not_loaded_is_read_by_a_session(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Crew, Sailor)>()?;
    let crews = Crew::insert_all([Crew::new(), Crew::new()], db)?;
    let sailors = Sailor::insert_all([0, 0, 1].map(|crew| Sailor::new(&crews[crew])), db)?;
    assert!(Crew::find(crews[0].id, db)?.sailors(db).is_err() && Sailor::find(sailors[0].id, db)?.crew(db).is_err());
    let mut session = db.session()?;
    let found = session.all(Crew::query().order_by(Crew::ID))?;
    let sailor = session.related(found[0], Crew::SAILORS)?[0];
    assert_eq!(session.related(sailor, Sailor::CREW)?, Some(found[0]));
    session.remove(found[0], Crew::SAILORS, sailor)?;
    session.delete(found[1])?;
    session.commit()?;
    assert_eq!((Crew::query().one(db)?.id, Sailor::query().one(db)?.id), (crews[0].id, sailors[1].id));
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_raises_when_it_is_not_loaded_is_read_by_a_session,
    a_delete_meets_the_row_that_is_pointed_to_now,
    a_delete_meets_a_row_that_only_the_database_has,
    a_delete_meets_a_row_that_has_no_key_yet,
    a_delete_meets_the_rows_that_are_linked_now,
    an_orphan_can_be_given_away_after_a_flush_that_was_refused,
    an_orphan_that_was_only_added_is_here_after_a_flush_that_was_refused,
    an_orphan_is_deleted_when_what_stopped_the_flush_is_mended,
    an_orphan_that_lacks_a_value_leaves,
);
