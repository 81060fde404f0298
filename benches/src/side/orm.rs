use ormcore::prelude::*;

use crate::models::{Author, NewUser, Page, PageTag, PlainAuthor, PlainPage, Post, Tag, User, Wide};
use crate::operation::Rows;
use crate::side::{Fill, Place, Side};

/// ormcore.
#[derive(Debug)]
pub struct Orm {
    db: Database,
}

impl Orm {
    /// Opens a database of SQLite, and creates the tables.
    pub fn open(place: &Place) -> Result<Self> {
        match place {
            Place::Memory => Orm::create("sqlite::memory:"),
            Place::File(path) => Orm::create(&format!("sqlite:{}", path.display())),
        }
    }

    /// Connects to a database, and creates the tables.
    pub fn create(url: &str) -> Result<Self> {
        let side = Orm::connect(url)?;
        side.db.create_all()?;
        Ok(side)
    }

    /// Connects to a database that has the tables.
    pub fn connect(url: &str) -> Result<Self> {
        Ok(Orm { db: Database::connect(url)? })
    }
}

type Result<T> = ormcore::Result<T>;

fn draft(user: NewUser) -> Draft<User> {
    User::new(user.name, user.email, user.age, user.score).set(User::BIO, user.bio)
}

fn wide_draft(row: Wide) -> Draft<Wide> {
    Wide::new(
        row.title,
        row.summary,
        row.author,
        row.language,
        row.pages,
        row.edition,
        row.year,
        row.stock,
        row.sold,
        row.price,
        row.weight,
        row.rating,
        row.available,
        row.featured,
        row.cover,
    )
    .with_key(row.id)
    .set(Wide::SUBTITLE, row.subtitle)
    .set(Wide::EDITOR, row.editor)
    .set(Wide::RETURNED, row.returned)
    .set(Wide::DISCOUNT, row.discount)
}

impl Side for Orm {
    type Error = Error;

    fn all(&mut self) -> Result<Vec<User>> {
        User::all(&self.db)
    }

    fn all_wide(&mut self) -> Result<Vec<Wide>> {
        Wide::all(&self.db)
    }

    fn get(&mut self, id: i64) -> Result<Option<User>> {
        User::get(id, &self.db)
    }

    fn top(&mut self, age: i32, limit: u64) -> Result<Vec<User>> {
        User::query().filter(User::AGE.gt(age)).order_by(User::SCORE.desc()).limit(limit).all(&self.db)
    }

    fn page(&mut self, after: i64, limit: u64) -> Result<Vec<User>> {
        User::query().filter(User::ID.gt(after)).order_by(User::ID).limit(limit).all(&self.db)
    }

    fn insert(&mut self, user: NewUser) -> Result<User> {
        draft(user).insert(&self.db)
    }

    fn insert_in_transaction(&mut self, user: NewUser) -> Result<User> {
        self.db.transaction(|tx| draft(user).insert(tx))
    }

    fn insert_all(&mut self, users: Vec<NewUser>) -> Result<Vec<User>> {
        User::insert_all(users.into_iter().map(draft), &self.db)
    }

    fn update(&mut self, user: &mut User) -> Result<()> {
        user.update(&self.db)
    }

    fn update_each(&mut self, users: &mut [User]) -> Result<()> {
        self.db.transaction(|tx| users.iter_mut().try_for_each(|user| user.update(tx)))
    }

    fn authors_joined(&mut self) -> Result<Rows> {
        Author::query().with(Author::POSTS.joined()).all(&self.db).map(Rows::Authors)
    }

    fn authors_selectin(&mut self) -> Result<Rows> {
        Author::query().with(Author::POSTS.selectin()).all(&self.db).map(Rows::Authors)
    }

    fn pages_joined(&mut self) -> Result<Rows> {
        Page::query().with(Page::TAGS.joined()).all(&self.db).map(Rows::Pages)
    }

    fn pages_selectin(&mut self) -> Result<Rows> {
        Page::query().with(Page::TAGS.selectin()).all(&self.db).map(Rows::Pages)
    }

    fn clear(&mut self) -> Result<()> {
        if self.db.dialect().name() != "sqlite" {
            return self.db.execute("TRUNCATE \"user\" RESTART IDENTITY", ()).map(drop);
        }
        User::query().delete(&self.db)?;
        self.db.query_as::<(i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)", ()).map(drop)
    }
}

impl Fill for Orm {
    fn insert_wide(&mut self, rows: Vec<Wide>) -> Result<()> {
        Wide::insert_all(rows.into_iter().map(wide_draft), &self.db).map(drop)
    }

    fn insert_authors(&mut self, authors: Vec<PlainAuthor>) -> Result<()> {
        let mut posts = Vec::new();
        let drafts = authors.into_iter().map(|author| {
            posts.extend(author.posts);
            Author::new(author.name, author.email, author.age).with_key(author.id)
        });
        Author::insert_all(drafts, &self.db)?;
        let draft = |post: Post| Post::new(post.author_id, post.title, post.body, post.likes).with_key(post.id);
        Post::insert_all(posts.into_iter().map(draft), &self.db).map(drop)
    }

    fn insert_pages(&mut self, pages: Vec<PlainPage>, tags: Vec<Tag>) -> Result<()> {
        Tag::insert_all(tags.into_iter().map(|tag| Tag::new(tag.label).with_key(tag.id)), &self.db)?;
        let mut links = Vec::new();
        let drafts = pages.into_iter().map(|page| {
            links.extend(page.tags.iter().map(|tag| PageTag::new(page.id, tag.id)));
            Page::new(page.title, page.body).with_key(page.id)
        });
        Page::insert_all(drafts, &self.db)?;
        PageTag::insert_all(links, &self.db).map(drop)
    }
}
