//! Random operations on a session, against a simple reference; what the database holds in the end, and what each handle
//! shows, are compared.
//!
//! `PROPTEST_CASES` says how many are tried.

mod operations;
mod world;

use std::collections::BTreeSet;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use super::models::{Author, Book, BookGenre, Genre, Node, create};
use super::trials::{pick, random_operations, run_all, same, tried};
use operations::{Op, operations};
use world::World;

struct Run<'d> {
    db: &'d Database,
    session: Session,
    authors: Vec<Handle<Author>>,
    books: Vec<Handle<Book>>,
    genres: Vec<Handle<Genre>>,
    nodes: Vec<Handle<Node>>,
    /// As the session sees it, and as it was committed.
    now: World,
    committed: World,
    titles: usize,
}

impl<'d> Run<'d> {
    fn new(db: &'d Database, autoflushes: bool) -> Self {
        BookGenre::query().delete(db).unwrap();
        Book::query().delete(db).unwrap();
        Author::query().delete(db).unwrap();
        Genre::query().delete(db).unwrap();
        Node::query().update(Node::PARENT_ID.set(None), db).unwrap();
        Node::query().delete(db).unwrap();
        let (authors, books, genres, nodes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (now, committed) = (World::default(), World::default());
        let session = db.session_with(SessionOptions::new().autoflush(autoflushes)).unwrap();
        Run { db, session, authors, books, genres, nodes, now, committed, titles: 0 }
    }

    fn author(&self, at: usize) -> Option<usize> {
        pick(self.now.authors.keys().copied(), at)
    }

    fn book(&self, at: usize) -> Option<usize> {
        pick(self.now.books.keys().copied(), at)
    }

    fn genre(&self, at: usize) -> Option<usize> {
        pick(self.now.genres.iter().copied(), at)
    }

    fn node(&self, at: usize) -> Option<usize> {
        pick(self.now.nodes.keys().copied(), at)
    }

    fn flush(&mut self) -> ormcore::Result<()> {
        self.session.flush()
    }

    /// Runs one operation; `None` if there is no row for it.
    fn run(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        Some(match op {
            Op::Author | Op::Book(..) | Op::Genre | Op::Node(_) => return self.add(op),
            Op::Age(..) | Op::Title(..) | Op::Move(..) | Op::EditKey(_) => return self.change(op),
            Op::DeleteAuthor(_) | Op::DeleteBook(_) | Op::DeleteGenre(_) | Op::DeleteNode(_) => return self.delete(op),
            Op::Books(_) | Op::Genres(_) | Op::BooksOf(_) | Op::Children(_) | Op::Get(_) | Op::All => {
                return self.read(op);
            }
            Op::Flush => self.flush(),
            Op::Commit => self.flush().and_then(|()| self.session.commit()).map(|()| self.committed = self.now.clone()),
            Op::Rollback => self.rollback(),
            Op::Expire(_) | Op::ExpireAll | Op::Refresh(_) | Op::Take(_) => return self.forget(op),
            Op::Savepoint(ops, ok) => self.savepoint(ops, *ok),
            _ => return self.relate(op),
        })
    }

    fn rollback(&mut self) -> ormcore::Result<()> {
        self.session.rollback()?;
        self.now = self.committed.clone();
        Ok(())
    }

    fn savepoint(&mut self, ops: &[Op], ok: bool) -> ormcore::Result<()> {
        self.flush()?;
        let before = self.now.clone();
        let mut session = std::mem::replace(&mut self.session, self.db.session()?);
        let ended: ormcore::Result<()> = session.savepoint(|inner| {
            std::mem::swap(&mut self.session, inner);
            let done = ops
                .iter()
                .filter(|op| !matches!(op, Op::Commit | Op::Rollback | Op::EditKey(_) | Op::Take(_)))
                .try_for_each(|op| self.run(op).unwrap_or(Ok(())));
            let done = done.and_then(|()| if ok { self.flush() } else { Err(Error::rollback("no")) });
            std::mem::swap(&mut self.session, inner);
            done
        });
        self.session = session;
        match ended {
            Err(error) if ok => return Err(error),
            Err(_) => self.now = before,
            Ok(()) => {}
        }
        Ok(())
    }

    fn add(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        self.titles += 1;
        let name = format!("{}", self.titles);
        match op {
            Op::Author => {
                self.now.authors.insert(self.authors.len(), (name.clone(), 0));
                self.authors.push(self.session.add(Author::new(name)));
            }
            Op::Book(author, by_key) => {
                let author = self.author(*author)?;
                let handle = self.authors[author];
                let key = self.session.key(handle).unwrap().filter(|_| *by_key);
                self.now.books.insert(self.books.len(), (name.clone(), author));
                let draft = match key {
                    Some(key) => Book::new(name, key),
                    None => Book::new(name, handle),
                };
                self.books.push(self.session.add(draft));
            }
            Op::Genre => {
                self.now.genres.insert(self.genres.len());
                self.genres.push(self.session.add(Genre::new(name)));
            }
            Op::Node(parent) => {
                let parent = parent.and_then(|parent| self.node(parent));
                self.now.nodes.insert(self.nodes.len(), parent);
                let draft = Node::new(name);
                let draft = match parent {
                    Some(parent) => draft.set(Node::PARENT_ID, self.nodes[parent]),
                    None => draft,
                };
                self.nodes.push(self.session.add(draft));
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    fn change(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        match op {
            Op::Age(author, age) => {
                let author = self.author(*author)?;
                self.session[self.authors[author]].age = *age;
                self.now.authors.get_mut(&author)?.1 = *age;
            }
            Op::Title(book, title) => {
                let book = self.book(*book)?;
                self.session[self.books[book]].title = format!("title {title}");
                self.now.books.get_mut(&book)?.0 = format!("title {title}");
            }
            Op::Move(book, author) => {
                let (book, author) = (self.book(*book)?, self.author(*author)?);
                let key = self.session.key(self.authors[author]).unwrap()?;
                // What a handle says is stronger than the column, as long as it waits; what a column says is seen after the
                // flush.
                if let Err(error) = self.flush() {
                    return Some(Err(error));
                }
                self.session[self.books[book]].author_id = key;
                self.now.books.get_mut(&book)?.1 = author;
                return Some(self.flush());
            }
            Op::EditKey(author) => {
                let author = self.author(*author)?;
                self.session.key(self.authors[author]).unwrap()?;
                self.session[self.authors[author]].id += 1000;
                let error = self.session.flush().unwrap_err();
                assert!(error.to_string().contains("primary key"), "{error}");
                return Some(self.rollback());
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    fn delete(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        Some(match op {
            Op::DeleteAuthor(author) => {
                let author = self.author(*author)?;
                self.now.drop_author(author);
                self.session.delete(self.authors[author])
            }
            Op::DeleteBook(book) => {
                let book = self.book(*book)?;
                self.now.drop_book(book);
                self.session.delete(self.books[book])
            }
            Op::DeleteGenre(genre) => {
                let genre = self.genre(*genre)?;
                self.now.genres.remove(&genre);
                self.now.links.retain(|(_, linked)| *linked != genre);
                self.session.delete(self.genres[genre])
            }
            Op::DeleteNode(node) => {
                let node = self.node(*node)?;
                self.now.drop_node(node);
                self.session.delete(self.nodes[node])
            }
            _ => return None,
        })
    }

    fn relate(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        Some(match op {
            Op::AppendBook(author, book) | Op::SetAuthor(book, author) => {
                let (author, book) = (self.author(*author)?, self.book(*book)?);
                self.now.books.get_mut(&book)?.1 = author;
                let (author, book) = (self.authors[author], self.books[book]);
                match op {
                    Op::AppendBook(..) => self.session.append(author, Author::BOOKS, book),
                    _ => self.session.set(book, Book::AUTHOR, Some(author)),
                }
            }
            Op::RemoveBook(author, book) => {
                let (author, book) = (self.author(*author)?, self.book(*book)?);
                if self.now.books[&book].1 == author {
                    self.now.drop_book(book);
                }
                self.session.remove(self.authors[author], Author::BOOKS, self.books[book])
            }
            Op::Link(book, genre, swapped) => {
                let (book, genre) = (self.book(*book)?, self.genre(*genre)?);
                self.now.links.insert((book, genre));
                let (book, genre) = (self.books[book], self.genres[genre]);
                match swapped {
                    true => self.session.append(genre, Genre::BOOKS, book),
                    false => self.session.append(book, Book::GENRES, genre),
                }
            }
            Op::Unlink(book, genre, swapped) => {
                let (book, genre) = (self.book(*book)?, self.genre(*genre)?);
                self.now.links.remove(&(book, genre));
                let (book, genre) = (self.books[book], self.genres[genre]);
                match swapped {
                    true => self.session.remove(genre, Genre::BOOKS, book),
                    false => self.session.remove(book, Book::GENRES, genre),
                }
            }
            Op::SetGenres(book, genres) => {
                let book = self.book(*book)?;
                let genres: BTreeSet<usize> = genres.iter().filter_map(|genre| self.genre(*genre)).collect();
                self.now.links.retain(|(linked, _)| *linked != book);
                self.now.links.extend(genres.iter().map(|genre| (book, *genre)));
                let genres: Vec<_> = genres.into_iter().map(|genre| self.genres[genre]).collect();
                self.session.set(self.books[book], Book::GENRES, genres)
            }
            Op::AppendNode(parent, node) => {
                let (parent, node) = (self.node(*parent)?, self.node(*node)?);
                self.now.nodes.insert(node, Some(parent));
                self.session.append(self.nodes[parent], Node::CHILDREN, self.nodes[node])
            }
            Op::RemoveNode(parent, node) => {
                let (parent, node) = (self.node(*parent)?, self.node(*node)?);
                if self.now.nodes[&node] == Some(parent) {
                    self.now.nodes.insert(node, None);
                }
                self.session.remove(self.nodes[parent], Node::CHILDREN, self.nodes[node])
            }
            Op::SetParent(node, parent) => {
                let (node, parent) = (self.node(*node)?, parent.and_then(|parent| self.node(parent)));
                self.now.nodes.insert(node, parent);
                self.session.set(self.nodes[node], Node::PARENT, parent.map(|parent| self.nodes[parent]))
            }
            _ => return None,
        })
    }

    fn read(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        Some(match op {
            Op::Books(author) => {
                let author = self.author(*author)?;
                let wanted =
                    self.now.books.iter().filter(|(_, row)| row.1 == author).map(|(book, _)| self.books[*book]);
                let wanted: Vec<_> = wanted.collect();
                self.session.related(self.authors[author], Author::BOOKS).map(|found| same(&found, &wanted))
            }
            Op::Genres(book) => {
                let book = self.book(*book)?;
                let wanted = self.now.links.iter().filter(|link| link.0 == book).map(|link| self.genres[link.1]);
                let wanted: Vec<_> = wanted.collect();
                self.session.related(self.books[book], Book::GENRES).map(|found| same(&found, &wanted))
            }
            Op::BooksOf(genre) => {
                let genre = self.genre(*genre)?;
                let wanted = self.now.links.iter().filter(|link| link.1 == genre).map(|link| self.books[link.0]);
                let wanted: Vec<_> = wanted.collect();
                self.session.related(self.genres[genre], Genre::BOOKS).map(|found| same(&found, &wanted))
            }
            Op::Children(node) => {
                let node = self.node(*node)?;
                let wanted = self.now.nodes.iter().filter(|(_, parent)| **parent == Some(node));
                let wanted: Vec<_> = wanted.map(|(child, _)| self.nodes[*child]).collect();
                let parent = self.now.nodes[&node].map(|parent| self.nodes[parent]);
                assert_eq!(self.session.related(self.nodes[node], Node::PARENT).unwrap(), parent);
                self.session.related(self.nodes[node], Node::CHILDREN).map(|found| same(&found, &wanted))
            }
            Op::Get(author) => {
                let author = self.author(*author)?;
                let key = self.session.key(self.authors[author]).unwrap()?;
                self.session.get::<Author>(key).map(|found| assert_eq!(found, Some(self.authors[author])))
            }
            Op::All => {
                // Without an autoflush a query sees what the database has.
                if let Err(error) = self.flush() {
                    return Some(Err(error));
                }
                let wanted: Vec<_> = self.now.books.keys().map(|book| self.books[*book]).collect();
                self.session.all(Book::query()).map(|found| same(&found, &wanted))
            }
            _ => return None,
        })
    }

    /// What was changed since the last flush is lost: it is flushed first here.
    fn forget(&mut self, op: &Op) -> Option<ormcore::Result<()>> {
        if let Err(error) = self.flush() {
            return Some(Err(error));
        }
        Some(match op {
            Op::Expire(node) => self.session.expire(self.nodes[self.node(*node)?]),
            Op::ExpireAll => {
                self.session.expire_all();
                Ok(())
            }
            Op::Refresh(book) => {
                let handle = self.books[self.book(*book)?];
                self.session[handle].title.push_str(" lost");
                self.session.refresh(handle)
            }
            Op::Take(author) => {
                let author = self.author(*author)?;
                let taken = self.session.take(self.authors[author]);
                // It comes back under another name.
                taken.and_then(|row| {
                    assert_eq!((&row.name, row.age), (&self.now.authors[&author].0, self.now.authors[&author].1));
                    self.session.commit()?;
                    self.committed = self.now.clone();
                    self.authors[author] = self.session.get::<Author>(row.id)?.unwrap();
                    Ok(())
                })
            }
            _ => return None,
        })
    }

    /// Compares what each handle shows, and what the database holds.
    fn check(&mut self) {
        for (author, handle) in self.authors.iter().enumerate() {
            assert_eq!(self.session.contains(*handle), self.now.authors.contains_key(&author), "author {author}");
        }
        for (author, (name, age)) in &self.now.authors {
            let row = &self.session[self.authors[*author]];
            assert_eq!((&row.name, row.age), (name, *age));
        }
        self.flush().unwrap();
        self.session.commit().unwrap();
        let keys = |session: &Session, of: &[Handle<Node>]| of.iter().map(|node| session[*node].id).collect::<Vec<_>>();
        let (session, db) = (&self.session, self.db);
        let now = self.now.authors.iter();
        let wanted: BTreeSet<_> = now.map(|(at, row)| (session[self.authors[*at]].id, row.0.clone(), row.1)).collect();
        let stored = Author::query().all(db).unwrap().into_iter().map(|row| (row.id, row.name, row.age));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "authors");
        let now = self.now.books.iter();
        let wanted: BTreeSet<_> = now
            .map(|(at, row)| {
                let held = &session[self.books[*at]];
                assert_eq!((&held.title, held.author_id), (&row.0, session[self.authors[row.1]].id));
                (held.id, row.0.clone(), session[self.authors[row.1]].id, held.version)
            })
            .collect();
        let stored = Book::query().all(db).unwrap().into_iter();
        let stored = stored.map(|row| (row.id, row.title, row.author_id, row.version));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "books");
        assert_eq!(Genre::query().count(db).unwrap(), self.now.genres.len() as u64, "genres");
        let now = self.now.links.iter();
        let wanted: BTreeSet<_> =
            now.map(|(book, genre)| (session[self.books[*book]].id, session[self.genres[*genre]].id)).collect();
        let stored = BookGenre::query().all(db).unwrap().into_iter().map(|row| (row.book_id, row.genre_id));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "links");
        let now: Vec<_> = self.now.nodes.iter().collect();
        let own: Vec<_> = now.iter().map(|(node, _)| self.nodes[**node]).collect();
        let wanted: BTreeSet<_> = keys(session, &own)
            .into_iter()
            .zip(&now)
            .map(|(key, (node, parent))| {
                let parent = parent.map(|parent| session[self.nodes[parent]].id);
                assert_eq!(session[self.nodes[**node]].parent_id, parent);
                (key, parent)
            })
            .collect();
        let stored = Node::query().all(db).unwrap().into_iter().map(|row| (row.id, row.parent_id));
        assert_eq!(stored.collect::<BTreeSet<_>>(), wanted, "nodes");
    }
}

fn random_operations_end_as_the_reference_says(fixture: &Fixture) {
    create(&fixture.db).unwrap();
    tried(&operations(), |ops, autoflushes| {
        let mut run = Run::new(&fixture.db, autoflushes);
        run_all(ops, |op| run.run(op))?;
        run.check();
        Ok(())
    });
}

random_operations!(random_operations_end_as_the_reference_says);
