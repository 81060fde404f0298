//! Whom a cascade meets: those who are in the relationship by now, whether that was flushed or not.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cas_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Address::ID)]
    address_id: Option<i64>,
    #[relationship(cascade = "all")]
    address: BelongsTo<Address>,
    #[relationship(secondary = MemberTag, cascade = "all", back_populates = "members")]
    tags: HasMany<Tag>,
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
    db.create_tables::<(Address, Member, Tag, MemberTag)>()?;
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

ormcore_tests::on_every_backend!(
    a_delete_meets_the_row_that_is_pointed_to_now,
    a_delete_meets_a_row_that_only_the_database_has,
    a_delete_meets_a_row_that_has_no_key_yet,
    a_delete_meets_the_rows_that_are_linked_now,
);
