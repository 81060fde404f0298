//! What is taken out of a relationship with `delete-orphan`: from when, along which key, and until when.

// Two keys that share a column name it twice.
#![allow(clippy::duplicated_attributes)]

use ormcore::prelude::*;

use super::models::{Author, Book, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_basket")]
struct Basket {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all, delete-orphan", back_populates = "basket")]
    items: HasMany<Item>,
    #[relationship(foreign_key = Item::BASKET_ID, order_by = Item::ID.desc())]
    newest: HasMany<Item>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_wishlist")]
struct Wishlist {
    #[column(primary_key)]
    id: i64,
    #[relationship(back_populates = "wishlist")]
    items: HasMany<Item>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Basket::ID)]
    basket_id: Option<i64>,
    #[column(foreign_key = Wishlist::ID)]
    wishlist_id: Option<i64>,
    #[relationship(back_populates = "items")]
    basket: BelongsTo<Basket>,
    #[relationship(back_populates = "items")]
    wishlist: BelongsTo<Wishlist>,
}

type Shop = (Session, [Handle<Basket>; 2], Handle<Wishlist>, Handle<Item>);

/// An item in the first of two baskets, and a wishlist.
fn shop(db: &Database) -> ormcore::Result<Shop> {
    db.create_tables::<(Basket, Wishlist, Item)>()?;
    let mut session = db.session()?;
    let baskets = [Basket::new(), Basket::new()].map(|basket| session.add(basket));
    let wishlist = session.add(Wishlist::new());
    let item = session.add(Item::new().set(Item::BASKET_ID, baskets[0]));
    session.commit()?;
    Ok((session, baskets, wishlist, item))
}

fn what_leads_elsewhere_by_another_key_is_an_orphan_still(db: &Database) -> ormcore::Result<()> {
    for appends in [true, false] {
        let (mut session, [basket, other], wishlist, item) = shop(db)?;
        session.related(basket, Basket::ITEMS)?;
        session.remove(basket, Basket::ITEMS, item)?;
        match appends {
            true => session.append(wishlist, Wishlist::ITEMS, item)?,
            false => session.set(item, Item::WISHLIST, Some(wishlist))?,
        }
        assert!(session.related(basket, Basket::ITEMS)?.is_empty());
        assert!(session.is_modified());
        session.commit()?;
        assert!(!session.contains(item));
        assert!(session.related(wishlist, Wishlist::ITEMS)?.is_empty());
        let item = session.add(Item::new().set(Item::BASKET_ID, basket).set(Item::WISHLIST_ID, wishlist));
        session.commit()?;
        session.remove(wishlist, Wishlist::ITEMS, item)?;
        session.remove(basket, Basket::ITEMS, item)?;
        session.append(other, Basket::ITEMS, item)?;
        session.commit()?;
        assert_eq!((session[item].basket_id, session[item].wishlist_id), (Some(session[other].id), None));
        db.drop_tables::<(Basket, Wishlist, Item)>()?;
    }
    Ok(())
}

fn an_orphan_leads_to_no_parent_until_it_is_given_one(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let book = session.add(Book::new("a", ann));
    session.commit()?;
    session.remove(ann, Author::BOOKS, book)?;
    assert!(session.is_modified());
    assert_eq!(session.related(book, Book::AUTHOR)?, None);
    session.append(ann, Author::BOOKS, book)?;
    assert!(!session.is_modified());
    assert_eq!(session.related(book, Book::AUTHOR)?, Some(ann));
    session.set(ann, Author::BOOKS, [])?;
    session.set(book, Book::AUTHOR, bob)?;
    assert_eq!(session.related(book, Book::AUTHOR)?, Some(bob));
    session.commit()?;
    assert_eq!(Book::query().one(db)?.author_id, session[bob].id);
    Ok(())
}

fn an_orphan_that_is_given_a_parent_as_a_value_stays(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let books = ["a", "b"].map(|title| session.add(Book::new(title, ann)));
    session.commit()?;
    assert!(session.related(ann, Author::BOOKS)?.len() == 2 && session.related(bob, Author::BOOKS)?.is_empty());
    books.iter().try_for_each(|book| session.remove(ann, Author::BOOKS, *book))?;
    session[books[0]].author_id = session[bob].id;
    assert_eq!(session.changes::<Book>().len(), 2);
    session.commit()?;
    assert_eq!((session.contains(books[0]), session.contains(books[1])), (true, false));
    assert_eq!(session.related(books[0], Book::AUTHOR)?, Some(bob));
    assert!(session.related(ann, Author::BOOKS)?.is_empty());
    assert_eq!(session.related(bob, Author::BOOKS)?, [books[0]]);
    assert_eq!(Book::query().one(db)?.author_id, session[bob].id);
    // What ended with a flush that had nothing to write does not come back.
    session.append(ann, Author::BOOKS, books[0])?;
    session.remove(ann, Author::BOOKS, books[0])?;
    session[books[0]].author_id = session[bob].id;
    session.append(bob, Author::BOOKS, books[0])?;
    session.flush()?;
    session[books[0]].author_id = session[ann].id;
    session.commit()?;
    assert_eq!(Book::query().one(db)?.author_id, session[ann].id);
    Ok(())
}

fn a_child_that_is_set_to_no_parent_is_an_orphan(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let books = ["a", "b"].map(|title| session.add(Book::new(title, ann)));
    session.commit()?;
    let new = session.add(Book::new("new", ann));
    session.set(books[0], Book::AUTHOR, None)?;
    session.set(new, Book::AUTHOR, None)?;
    assert_eq!(session.related(books[0], Book::AUTHOR)?, None);
    assert_eq!(session.related(ann, Author::BOOKS)?, [books[1]]);
    session.commit()?;
    assert!(!session.contains(books[0]) && session.try_get(new).is_err());
    assert_eq!(Book::query().one(db)?.title, "b");
    Ok(())
}

fn a_child_whose_parent_is_not_here_is_an_orphan_all_the_same(db: &Database) -> ormcore::Result<()> {
    let (session, ..) = shop(db)?;
    drop(session);
    let mut session = db.session()?;
    let item = session.one(Item::query())?;
    session.set(item, Item::BASKET, None)?;
    assert_eq!(session.related(item, Item::BASKET)?, None);
    session.commit()?;
    assert_eq!(Item::query().count(db)?, 0);
    let item = session.add(Item::new());
    session.set(item, Item::BASKET, None)?;
    session.commit()?;
    assert_eq!(Item::query().count(db)?, 1, "it was in none");
    Ok(())
}

fn any_relationship_over_the_key_makes_orphans(db: &Database) -> ormcore::Result<()> {
    let (mut session, [basket, _], _, item) = shop(db)?;
    session.remove(basket, Basket::NEWEST, item)?;
    session.commit()?;
    assert_eq!(Item::query().count(db)?, 0);
    Ok(())
}

fn a_new_orphan_leaves_though_its_parent_has_left(db: &Database) -> ormcore::Result<()> {
    let (mut session, ..) = shop(db)?;
    let basket = session.add(Basket::new());
    let item = session.add(Item::new().set(Item::BASKET_ID, basket));
    session.remove(basket, Basket::ITEMS, item)?;
    session.take(basket)?;
    session.commit()?;
    assert_eq!(Item::query().count(db)?, 1);
    Ok(())
}

fn what_is_undone_makes_no_orphan(db: &Database) -> ormcore::Result<()> {
    let (mut session, [basket, other], _, item) = shop(db)?;
    assert_eq!(session.related(basket, Basket::ITEMS)?, [item]);
    for flushes in [false, true] {
        let undone: ormcore::Result<()> = session.savepoint(|session| {
            session.remove(basket, Basket::ITEMS, item)?;
            if flushes {
                session.flush()?;
            }
            Err(Error::rollback("undone"))
        });
        assert!(undone.is_err());
        assert!(!session.is_modified());
        assert_eq!(session.related(item, Item::BASKET)?, Some(basket));
        assert_eq!(session.related(basket, Basket::ITEMS)?, [item]);
        session.remove(basket, Basket::ITEMS, item)?;
        session.rollback()?;
        assert_eq!(session.related(basket, Basket::ITEMS)?, [item]);
        session.commit()?;
        assert_eq!(Item::query().count(db)?, 1);
    }
    // Given to another in a savepoint that is undone, it is where it was, and an orphan no more.
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session.remove(basket, Basket::ITEMS, item)?;
        session.append(other, Basket::ITEMS, item)?;
        session.flush()?;
        session.remove(other, Basket::ITEMS, item)?;
        Err(Error::rollback("undone"))
    });
    assert!(undone.is_err());
    session.commit()?;
    assert_eq!(Item::query().one(db)?.basket_id, Some(1));
    Ok(())
}

fn an_orphan_outlives_a_flush_that_was_refused(db: &Database) -> ormcore::Result<()> {
    let (mut session, [basket, other], _, item) = shop(db)?;
    session.remove(basket, Basket::ITEMS, item)?;
    session[other].id = 9;
    assert!(session.flush().unwrap_err().to_string().contains("primary key"));
    assert!(session.contains(item));
    session[other].id = 2;
    assert!(session.is_modified());
    assert_eq!(session.related(basket, Basket::ITEMS)?, []);
    session.commit()?;
    assert!(!session.contains(item));
    Ok(())
}

fn an_orphan_of_a_parent_that_is_deleted_goes_unless_it_is_given_another(db: &Database) -> ormcore::Result<()> {
    for stays in [true, false] {
        for removed_first in [true, false] {
            let (mut session, [basket, other], _, item) = shop(db)?;
            if removed_first {
                session.remove(basket, Basket::ITEMS, item)?;
                if stays {
                    session.append(other, Basket::ITEMS, item)?;
                }
                session.delete(basket)?;
            } else if stays {
                session.append(other, Basket::ITEMS, item)?;
                session.delete(basket)?;
            } else {
                session.delete(basket)?;
            }
            session.commit()?;
            assert_eq!(Item::query().count(db)?, u64::from(stays), "{removed_first}");
            assert_eq!(Basket::query().count(db)?, 1);
            db.drop_tables::<(Basket, Wishlist, Item)>()?;
        }
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_branch")]
struct Branch {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Branch::ID)]
    parent_id: Option<i64>,
    #[relationship(foreign_key = Branch::PARENT_ID, back_populates = "parent", cascade = "all, delete-orphan")]
    children: HasMany<Branch>,
    #[relationship(foreign_key = Branch::PARENT_ID, back_populates = "children")]
    parent: BelongsTo<Branch>,
}

fn a_branch_that_is_cut_off_goes_without_what_was_moved_elsewhere(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Branch>()?;
    for by_value in [false, true] {
        Branch::query().delete(db)?;
        let mut session = db.session()?;
        let root = session.add(Branch::new());
        let cut = session.add(Branch::new().set(Branch::PARENT_ID, root));
        let [moved, gone] = [(); 2].map(|()| session.add(Branch::new().set(Branch::PARENT_ID, cut)));
        let leaf = session.add(Branch::new().set(Branch::PARENT_ID, moved));
        session.commit()?;
        session.remove(root, Branch::CHILDREN, cut)?;
        if by_value {
            session[moved].parent_id = Some(session[root].id);
        } else {
            session.append(root, Branch::CHILDREN, moved)?;
        }
        session.commit()?;
        assert!(!session.contains(cut) && !session.contains(gone) && session.contains(leaf));
        assert_eq!(session.related(root, Branch::CHILDREN)?, [moved]);
        // A branch that becomes its own parent's parent is no orphan of it.
        session.remove(moved, Branch::CHILDREN, leaf)?;
        session.remove(root, Branch::CHILDREN, moved)?;
        session.append(root, Branch::CHILDREN, leaf)?;
        session.append(leaf, Branch::CHILDREN, moved)?;
        session.commit()?;
        assert_eq!(Branch::query().count(db)?, 3);
        assert_eq!(session.related(leaf, Branch::PARENT)?, Some(root));
        assert_eq!(session.related(leaf, Branch::CHILDREN)?, [moved]);
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_shelf")]
struct Shelf {
    #[column(primary_key)]
    house: i64,
    #[column(primary_key)]
    number: i64,
    #[relationship(cascade = "all, delete-orphan", foreign_key = Jar::SHELF, back_populates = "shelved")]
    jars: HasMany<Jar>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_crate")]
struct Crate {
    #[column(primary_key)]
    house: i64,
    #[column(primary_key)]
    number: i64,
    #[relationship(cascade = "all, delete-orphan", foreign_key = Jar::BOX, back_populates = "packed")]
    jars: HasMany<Jar>,
}

/// What is on a shelf and in a crate of one house.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "orp_jar",
    foreign_key(columns(house, shelf), references(Shelf::HOUSE, Shelf::NUMBER)),
    foreign_key(columns(house, r#box), references(Crate::HOUSE, Crate::NUMBER))
)]
struct Jar {
    #[column(primary_key)]
    id: i64,
    house: i64,
    shelf: Option<i64>,
    r#box: Option<i64>,
    #[relationship(foreign_key = Jar::SHELF, back_populates = "jars")]
    shelved: BelongsTo<Shelf>,
    #[relationship(foreign_key = Jar::BOX, back_populates = "jars")]
    packed: BelongsTo<Crate>,
}

fn keys_that_share_a_column_are_told_apart(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Crate, Jar)>()?;
    let mut session = db.session()?;
    let shelves = [1, 2].map(|number| session.add(Shelf::new(7, number)));
    let crates = [1, 2].map(|number| session.add(Crate::new(7, number)));
    let jars = [(); 4].map(|()| session.add(Jar::new(7).set(Jar::SHELF, Some(1)).set(Jar::BOX, Some(1))));
    session.commit()?;
    assert_eq!(session.related(shelves[0], Shelf::JARS)?, jars);
    for jar in jars {
        session.remove(shelves[0], Shelf::JARS, jar)?;
    }
    session.append(shelves[1], Shelf::JARS, jars[0])?;
    session.set(jars[1], Jar::PACKED, crates[1])?;
    session[jars[2]].shelf = Some(2);
    session.commit()?;
    assert_eq!(jars.map(|jar| session.contains(jar)), [true, false, true, false]);
    assert_eq!(session.related(crates[0], Crate::JARS)?, [jars[0], jars[2]]);
    // Out of one of two that it cannot be without.
    session.remove(crates[0], Crate::JARS, jars[2])?;
    assert_eq!(session.related(jars[2], Jar::SHELVED)?, Some(shelves[1]));
    session.commit()?;
    assert_eq!(session.related(shelves[1], Shelf::JARS)?, [jars[0]]);
    assert_eq!(session.count(Jar::query())?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_house")]
struct House {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all, delete-orphan", back_populates = "house")]
    roof: HasOne<Roof>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orp_roof")]
struct Roof {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = House::ID, unique)]
    house_id: i64,
    color: String,
    #[relationship(back_populates = "roof")]
    house: BelongsTo<House>,
}

fn the_one_that_another_takes_the_place_of_is_an_orphan(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(House, Roof)>()?;
    let mut session = db.session()?;
    let houses = session.add_all([House::new(), House::new()]);
    let roofs: Vec<_> = houses.iter().map(|house| session.add(Roof::new(*house, "red"))).collect();
    session.commit()?;
    // There and back: none is an orphan in the end.
    session.set(houses[0], House::ROOF, None)?;
    session.set(houses[0], House::ROOF, roofs[0])?;
    session.commit()?;
    assert_eq!(session.related(houses[0], House::ROOF)?, Some(roofs[0]));
    // To the other house, whose own goes.
    session.set(houses[1], House::ROOF, roofs[0])?;
    assert_eq!(session.related(houses[0], House::ROOF)?, None);
    session.commit()?;
    assert_eq!((session.contains(roofs[0]), session.contains(roofs[1])), (true, false));
    assert_eq!(session.related(roofs[0], Roof::HOUSE)?, Some(houses[1]));
    // What is taken out of the session is not deleted with it.
    session.set(houses[1], House::ROOF, None)?;
    session.take(roofs[0])?;
    assert!(!session.is_modified());
    session.commit()?;
    assert_eq!(session.count(Roof::query())?, 1);
    let again = session.one(Roof::query())?;
    assert_eq!(session.related(again, Roof::HOUSE)?, Some(houses[1]));
    // Edited and then taken out: it goes, whatever was changed; what is read again is to go still.
    session[again].color = "blue".into();
    session.set(houses[1], House::ROOF, None)?;
    session.refresh(again)?;
    session.expire_all();
    session.lock(houses[1])?;
    assert!(!session.contains(again));
    session.commit()?;
    assert_eq!(session.count(Roof::query())?, 0);
    Ok(())
}

ormcore_tests::on_every_backend!(
    the_one_that_another_takes_the_place_of_is_an_orphan,
    what_is_undone_makes_no_orphan,
    an_orphan_outlives_a_flush_that_was_refused,
    an_orphan_of_a_parent_that_is_deleted_goes_unless_it_is_given_another,
    a_branch_that_is_cut_off_goes_without_what_was_moved_elsewhere,
    keys_that_share_a_column_are_told_apart,
    what_leads_elsewhere_by_another_key_is_an_orphan_still,
    an_orphan_leads_to_no_parent_until_it_is_given_one,
    an_orphan_that_is_given_a_parent_as_a_value_stays,
    a_child_that_is_set_to_no_parent_is_an_orphan,
    a_child_whose_parent_is_not_here_is_an_orphan_all_the_same,
    any_relationship_over_the_key_makes_orphans,
    a_new_orphan_leaves_though_its_parent_has_left,
);
