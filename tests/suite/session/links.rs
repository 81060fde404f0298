//! Links that go: those of a table that may join two rows more than once, and those whose keys change meanwhile.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship(secondary = PageTag)]
    tags: HasMany<Tag>,
    #[relationship(secondary = Moved)]
    moved: HasMany<Tag>,
    #[relationship(secondary = Held)]
    held: HasMany<Tag>,
    #[relationship(secondary = Signed)]
    signed: HasMany<Tag>,
    #[relationship(secondary = Noted)]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

/// With a key of its own: it may join two rows more than once.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_page_tag")]
struct PageTag {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Page::ID)]
    page_id: i64,
    #[column(foreign_key = Tag::ID)]
    tag_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_moved")]
struct Moved {
    #[column(primary_key, foreign_key = Page::CODE, on_update = "cascade")]
    page_code: String,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_held")]
struct Held {
    #[column(primary_key, foreign_key = Page::CODE)]
    page_code: String,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_signed")]
struct Signed {
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
    signed_by: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_note", scope = || Note::HIDDEN.eq(false))]
struct Note {
    #[column(primary_key)]
    id: i64,
    hidden: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lnk_noted")]
struct Noted {
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Note::ID)]
    note_id: i64,
}

fn page(db: &Database) -> ormcore::Result<(Session, Handle<Page>, Handle<Tag>)> {
    db.create_tables::<(Page, Tag, PageTag, Moved, Held, Signed, Note, Noted)>()?;
    let mut session = db.session()?;
    let (page, tag) = (session.add(Page::new("a")), session.add(Tag::new()));
    session.commit()?;
    Ok((session, page, tag))
}

fn a_link_that_was_to_be_repeated_is_removed(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    for sets in [false, true] {
        session.append(page, Page::TAGS, tag)?;
        session.commit()?;
        assert_eq!(session.related(page, Page::TAGS)?, [tag]);
        session.append(page, Page::TAGS, tag)?;
        if sets {
            session.set(page, Page::TAGS, [])?;
        } else {
            session.remove(page, Page::TAGS, tag)?;
        }
        session.commit()?;
        assert_eq!((PageTag::query().count(db)?, session.related(page, Page::TAGS)?), (0, vec![]));
    }
    Ok(())
}

fn what_is_done_last_with_a_link_that_may_be_repeated_holds(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    assert_eq!(session.related(page, Page::TAGS)?, []);
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!((PageTag::query().count(db)?, session.related(page, Page::TAGS)?), (1, vec![tag]));
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!(PageTag::query().count(db)?, 2);
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!(PageTag::query().count(db)?, 2);
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!((PageTag::query().count(db)?, session.related(page, Page::TAGS)?), (0, vec![]));
    Ok(())
}

fn a_link_that_is_removed_and_added_again_is_there_once(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    // Whether they are linked is not known yet.
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!(PageTag::query().count(db)?, 1);
    assert_eq!(session.related(page, Page::TAGS)?, [tag]);
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!(PageTag::query().count(db)?, 1);
    assert_eq!(session.related(page, Page::TAGS)?, [tag]);
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    session.commit()?;
    assert_eq!((PageTag::query().count(db)?, session.related(page, Page::TAGS)?), (0, vec![]));
    Ok(())
}

fn a_new_link_that_is_taken_back_writes_nothing(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    assert_eq!(session.related(page, Page::TAGS)?, []);
    session.append(page, Page::TAGS, tag)?;
    session.remove(page, Page::TAGS, tag)?;
    let new = session.add(Tag::new());
    session.append(page, Page::TAGS, new)?;
    session.append(page, Page::TAGS, new)?;
    session.remove(page, Page::TAGS, new)?;
    let statements = db.record();
    session.commit()?;
    assert!(statements.texts().iter().all(|text| !text.contains("lnk_page_tag")), "{statements:?}");
    assert_eq!(PageTag::query().count(db)?, 0);
    Ok(())
}

fn a_link_is_removed_whose_key_the_database_changes(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    session.append(page, Page::MOVED, tag)?;
    session.commit()?;
    session[page].code = "b".into();
    session.remove(page, Page::MOVED, tag)?;
    session.commit()?;
    assert_eq!((Moved::query().count(db)?, session.related(page, Page::MOVED)?), (0, vec![]));
    Ok(())
}

fn a_key_is_free_to_change_once_its_links_are_removed(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    session.append(page, Page::HELD, tag)?;
    session.commit()?;
    session[page].code = "b".into();
    session.remove(page, Page::HELD, tag)?;
    let other = session.add(Tag::new());
    session.append(page, Page::HELD, other)?;
    session.commit()?;
    let other = session[other].id;
    assert_eq!(Held::query().select((Held::PAGE_CODE, Held::TAG_ID)).all(db)?, [("b".to_string(), other)]);
    Ok(())
}

fn a_link_to_a_row_outside_its_scope_is_removed(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, _) = page(db)?;
    let note = session.add(Note::new(true));
    for is_read in [false, true] {
        session.append(page, Page::NOTES, note)?;
        session.commit()?;
        let mut other = db.session()?;
        let page = other.one(Page::query())?;
        let note = other.one(Note::query().unscoped())?;
        if is_read {
            assert_eq!(other.related(page, Page::NOTES)?, []);
        }
        other.remove(page, Page::NOTES, note)?;
        other.commit()?;
        assert_eq!(Noted::query().count(db)?, 0);
        other.append(page, Page::NOTES, note)?;
        other.append(page, Page::NOTES, note)?;
        other.commit()?;
        assert_eq!(Noted::query().count(db)?, 1);
        other.remove(page, Page::NOTES, note)?;
        other.commit()?;
        assert_eq!(Noted::query().count(db)?, 0);
    }
    Ok(())
}

fn a_link_that_lacks_a_value_is_refused_at_once(db: &Database) -> ormcore::Result<()> {
    let (mut session, page, tag) = page(db)?;
    let errors =
        [session.append(page, Page::SIGNED, tag).unwrap_err(), session.set(page, Page::SIGNED, [tag]).unwrap_err()];
    for error in errors {
        assert!(error.to_string().contains("insert a row of `Signed` instead"), "{error}");
    }
    assert!(!session.is_modified());
    assert_eq!(session.related(page, Page::SIGNED)?, []);
    session.add(Signed::new(page, tag, "ann"));
    session.commit()?;
    assert_eq!(Signed::query().count(db)?, 1);
    Ok(())
}

/// What the key is that a link holds, somebody else may have changed.
fn rows_that_have_expired_are_linked_as_the_database_has_them_by_now(db: &Database) -> ormcore::Result<()> {
    drop(page(db)?);
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let (page, tag) = (session.add(Page::new("c")), session.add(Tag::new()));
    session.append(page, Page::MOVED, tag)?;
    session.commit()?;
    let rename = |code: &str| Page::query().filter(Page::ID.eq(2)).update(Page::CODE.set(code), db);
    rename("d")?;
    session.remove(page, Page::MOVED, tag)?;
    session.commit()?;
    assert_eq!(Moved::query().count(db)?, 0);
    rename("e")?;
    session.append(page, Page::MOVED, tag)?;
    session.commit()?;
    assert_eq!(Moved::query().select(Moved::PAGE_CODE).all(db)?, ["e"]);
    Moved::query().delete(db)?;
    Tag::query().filter(Tag::ID.eq(2)).delete(db)?;
    assert!(session.append(page, Page::MOVED, tag).unwrap_err().is_not_found());
    Ok(())
}

on_every_backend!(
    rows_that_have_expired_are_linked_as_the_database_has_them_by_now,
    a_link_that_was_to_be_repeated_is_removed,
    what_is_done_last_with_a_link_that_may_be_repeated_holds,
    a_link_that_is_removed_and_added_again_is_there_once,
    a_new_link_that_is_taken_back_writes_nothing,
    a_link_is_removed_whose_key_the_database_changes,
    a_key_is_free_to_change_once_its_links_are_removed,
    a_link_to_a_row_outside_its_scope_is_removed,
    a_link_that_lacks_a_value_is_refused_at_once,
);
