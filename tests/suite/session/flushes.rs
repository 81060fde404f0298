//! What a flush writes, and in how many statements.

use ormcore::SessionOptions;
use ormcore::prelude::*;

use super::models::{Author, Book, Genre, Node, Player, Team, count, create, session};

#[derive(Columns, Debug, Clone, PartialEq)]
struct Stamps {
    #[column(on_write = 7)]
    touched: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_note")]
struct Note {
    #[column(primary_key, auto)]
    id: uuid::Uuid,
    text: String,
    #[column(default = 3)]
    stars: i64,
    #[column(flatten)]
    stamps: Stamps,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_place")]
struct Place {
    #[column(primary_key)]
    country: String,
    #[column(primary_key)]
    code: i64,
    name: String,
    #[relationship(cascade = "all, delete-orphan")]
    towns: HasMany<Town>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "ses_town",
    foreign_key(columns(country, code), references(Place::COUNTRY, Place::CODE)),
    constructor = false
)]
struct Town {
    #[column(primary_key)]
    id: i64,
    name: String,
    country: String,
    code: i64,
    #[relationship]
    place: BelongsTo<Place>,
}

fn only_what_changed_is_written(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    let statements = db.record();
    session[ann].age = 4;
    session[ann].name = "ann".into();
    session.commit()?;
    let texts = statements.texts();
    let update = texts.iter().find(|text| text.starts_with("UPDATE")).unwrap();
    assert!(update.contains("age") && !update.contains("name"), "{update}");
    assert_eq!(Author::find(session[ann].id, db)?.age, 4);
    Ok(())
}

fn the_number_of_statements_does_not_grow_with_the_rows(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let mut asked = Vec::new();
    for rows in [10, 1000] {
        let statements = db.record();
        let author = session.add(Author::new(format!("author of {rows}")));
        let genre = session.add(Genre::new(format!("genre of {rows}")));
        let books: Vec<_> = (0..rows).map(|n| session.add(Book::new(format!("{n}"), author))).collect();
        for book in &books {
            session.append(*book, Book::GENRES, genre)?;
        }
        session.flush()?;
        for book in &books {
            session[*book].title.push('x');
        }
        session.commit()?;
        assert_eq!(
            Book::query()
                .filter(Book::TITLE.ends_with("x"))
                .filter_by(Book::AUTHOR_ID, session[author].id)
                .count(db)?,
            rows
        );
        asked.push((count(&statements, "INSERT"), count(&statements, "UPDATE")));
    }
    assert_eq!(asked, [(4, 1), (4, 1)]);
    let players: Vec<_> = (0..1000).map(|n| session.add(Player::new(format!("{n}")))).collect();
    session.commit()?;
    let statements = db.record();
    players.iter().try_for_each(|player| session.delete(*player))?;
    session.commit()?;
    assert_eq!((count(&statements, "DELETE"), Player::query().count(db)?), (1, 0));
    Ok(())
}

fn a_primary_key_cannot_be_edited(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    let key = session[ann].id;
    session[ann].id = 1000;
    let error = session.commit().unwrap_err();
    assert!(error.to_string().contains("`ses_author.id`"), "{error}");
    session.rollback()?;
    assert_eq!(session[ann].id, key);
    Ok(())
}

fn a_query_flushes_first_unless_it_is_told_not_to(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let ann = session.add(Author::new("ann"));
    assert_eq!(session.all(Author::query())?, [ann]);
    session.rollback()?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let ann = session.add(Author::new("ann"));
    assert!(session.all(Author::query())?.is_empty());
    assert!(session.related(ann, Author::BOOKS)?.is_empty(), "a row without a key is not asked about");
    let book = session.add(Book::new("b", ann));
    assert_eq!(session.related(ann, Author::BOOKS)?, [book]);
    assert_eq!(session.related(book, Book::AUTHOR)?, Some(ann));
    session.commit()?;
    assert_eq!(session.all(Author::query())?, [ann]);
    session.delete(ann)?;
    let key = session[ann].id;
    assert_eq!(session.get::<Author>(key)?, None);
    session.commit()
}

fn defaults_and_on_write_columns_are_set(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Note,)>()?;
    let mut session = db.session()?;
    let note = session.add(Note::new("a", Stamps { touched: 5 }));
    assert_eq!((session[note].stars, session[note].stamps.touched), (3, 5));
    session.flush()?;
    assert_eq!(session[note].stamps.touched, 7);
    session[note].stamps.touched = 1;
    session.commit()?;
    let id = session.key(note)?.unwrap();
    assert_eq!(Note::find(id, db)?, session[note]);
    assert_eq!(session[note].stamps.touched, 7);
    assert_eq!(session.get::<Note>(id)?, Some(note));
    Ok(())
}

fn composite_keys_work_from_both_sides(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Place, Town)>()?;
    let mut session = db.session()?;
    let place = session.add(Place::new("fr", 75, "Paris"));
    let town = session.add(Town::draft().set(Town::NAME, "a").set(Town::COUNTRY, place));
    let other = session.add(Town::draft().set(Town::NAME, "b").set(Town::CODE, place));
    session.flush()?;
    assert_eq!((session[town].country.as_str(), session[town].code), ("fr", 75));
    assert_eq!(session.related(place, Place::TOWNS)?, [town, other]);
    assert_eq!(session.related(town, Town::PLACE)?, Some(place));
    assert_eq!(session.get::<Place>(("fr", 75))?, Some(place));
    let lyon = session.add(Place::new("fr", 69, "Lyon"));
    session.append(lyon, Place::TOWNS, town)?;
    assert_eq!(session.related(place, Place::TOWNS)?, [other]);
    session.commit()?;
    assert_eq!(Town::query().filter_by(Town::CODE, 69).count(db)?, 1);
    session.delete(place)?;
    session.commit()?;
    assert_eq!((Town::query().count(db)?, Place::query().count(db)?), (1, 1));
    Ok(())
}

fn a_version_counts_up_once_a_flush_and_stale_rows_are_refused(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    session.commit()?;
    assert_eq!(session[book].version, 1);
    session[book].title = "b".into();
    session[book].version = 40;
    session.flush()?;
    assert_eq!(session[book].version, 2, "an edited version is again what it was");
    session[book].title = "c".into();
    session.flush()?;
    assert_eq!(session[book].version, 3);
    session.rollback()?;
    assert_eq!((session[book].version, session[book].title.as_str()), (1, "a"));
    Book::query().update(Book::TITLE.set("other"), db)?;
    session[book].title = "mine".into();
    assert!(session.commit().unwrap_err().is_stale_row());
    session.rollback()?;
    session.delete(book)?;
    assert!(session.commit().unwrap_err().is_stale_row());
    session.rollback()?;
    assert!(session.contains(book));
    session.refresh(book)?;
    session.delete(book)?;
    session.commit()?;
    assert_eq!(Book::query().count(db)?, 0);
    Ok(())
}

fn a_row_that_is_gone_is_not_updated_in_silence(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let players = session.add_all(["a", "b"].map(Player::new));
    session.commit()?;
    Player::query().filter_by(Player::NAME, "a").delete(db)?;
    players.iter().for_each(|player| session[*player].name.push('x'));
    let error = session.commit().unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    session.rollback()?;
    assert_eq!(session[players[1]].name, "b");
    session.delete(players[0])?;
    session.commit()?;
    Ok(())
}

fn a_value_that_goes_and_one_that_comes_may_be_the_same(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let old = session.add(Genre::new("sf"));
    session.commit()?;
    session.delete(old)?;
    let new = session.add(Genre::new("sf"));
    session.commit()?;
    session[new].label = "fantasy".into();
    let third = session.add(Genre::new("sf"));
    session.commit()?;
    assert_eq!(Genre::query().count(db)?, 2);
    session.delete(third)?;
    session[new].label = "sf".into();
    session.commit()?;
    assert_eq!(Genre::query().filter_by(Genre::LABEL, "sf").one(db)?.id, session[new].id);
    // The same primary key, too.
    let key = session[new].id;
    session.delete(new)?;
    let same = session.add(Genre::new("sf").with_key(key));
    session.flush()?;
    assert_eq!(session.get::<Genre>(key)?, Some(same));
    session.rollback()?;
    assert_eq!(session.get::<Genre>(key)?, Some(new));
    Ok(())
}

fn a_child_can_be_pointed_to_a_row_that_has_no_key_yet(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let player = session.add(Player::new("p"));
    session.commit()?;
    let team = session.add(Team::new("red"));
    session.append(team, Team::PLAYERS, player)?;
    assert_eq!(session.related(player, Player::TEAM)?, Some(team));
    session.commit()?;
    assert_eq!(Player::query().one(db)?.team_id, Some(session[team].id));
    let explicit = session.add(Team::new("blue").with_key(500));
    let other = session.add(Player::new("q").set(Player::TEAM_ID, 500));
    let by_handle = session.add(Player::new("r").set(Player::TEAM_ID, explicit));
    session[player].team_id = Some(500);
    session.commit()?;
    assert_eq!(session.related(explicit, Team::PLAYERS)?.len(), 3);
    assert_eq!((session[other].team_id, session[by_handle].team_id), (Some(500), Some(500)));
    let node = session.add(Node::new("own parent"));
    session.set(node, Node::PARENT, Some(node))?;
    session.commit()?;
    assert_eq!(session[node].parent_id, Some(session[node].id));
    Ok(())
}

ormcore_tests::on_every_backend!(
    only_what_changed_is_written,
    the_number_of_statements_does_not_grow_with_the_rows,
    a_primary_key_cannot_be_edited,
    a_query_flushes_first_unless_it_is_told_not_to,
    defaults_and_on_write_columns_are_set,
    composite_keys_work_from_both_sides,
    a_version_counts_up_once_a_flush_and_stale_rows_are_refused,
    a_row_that_is_gone_is_not_updated_in_silence,
    a_value_that_goes_and_one_that_comes_may_be_the_same,
    a_child_can_be_pointed_to_a_row_that_has_no_key_yet,
);
