//! What is taken out of a relationship with `delete-orphan`: from when, along which key, and until when.

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

ormcore_tests::on_every_backend!(
    what_leads_elsewhere_by_another_key_is_an_orphan_still,
    an_orphan_leads_to_no_parent_until_it_is_given_one,
    an_orphan_that_is_given_a_parent_as_a_value_stays,
    a_child_that_is_set_to_no_parent_is_an_orphan,
    a_child_whose_parent_is_not_here_is_an_orphan_all_the_same,
    any_relationship_over_the_key_makes_orphans,
    a_new_orphan_leaves_though_its_parent_has_left,
);
