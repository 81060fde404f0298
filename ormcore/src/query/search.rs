use std::fmt;
use std::marker::PhantomData;

use crate::model::{Column, Model};
use crate::query::{Aliased, Computed, Place, Predicate, Source, Textual};
use crate::schema::Table;
use crate::sql::{Expr, Terms, TextAnswer, TextIndex, TextSearch};
use crate::value::ValueError;

/// A model with a full-text index: `#[model(full_text(..))]` makes it one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no full-text index",
    label = "there is nothing to search in",
    note = "say which columns are searched: `#[model(full_text(title, body))]` on the struct"
)]
pub trait Searched: Model {}

/// The types of the columns that a full-text index is over, for the derive.
pub const fn is_searched<T: Textual>() {}

/// A full-text search in the rows of the model, or of the alias, `Q`: what [`Model::search`](crate::query::Queryable::search)
/// gives.
///
/// What is looked for is what people type into a search box, and no text is a mistake:
///
/// | | finds rows with |
/// | --- | --- |
/// | `rust orm` | both words, in any of the columns and any order |
/// | `"object relational"` | the words side by side, in one column |
/// | `rust OR java orm` | `rust`, or both `java` and `orm` |
/// | `rust -java` | `rust`, and not `java` |
/// | `data*` | a word that begins with `data` |
///
/// Case makes no difference, and neither do accents of Latin letters; those of other scripts make none on PostgreSQL. A text
/// without any word, or with none but excluded ones, finds nothing. The first 64 words count, those of phrases too, up to
/// 4096 bytes; an address or a number that would be cut there is left out.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// #[model(full_text(title = 4, body, language = "english"))]
/// struct Article {
///     #[column(primary_key)]
///     id: i64,
///     title: String,
///     body: Option<String>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Article,)>()?;
/// Article::new("On databases").with(|row| row.body = Some("They keep what programs wrote.".into())).insert(&db)?;
/// Article::new("On programs").with(|row| row.body = Some("A program runs.".into())).insert(&db)?;
///
/// let search = Article::search("program");
/// let found = Article::query().filter(search.matches()).order_by(search.rank().desc());
/// let titles = found.clone().select((Article::TITLE, search.snippet(Article::BODY))).all(&db)?;
/// assert_eq!(titles[0].0, "On programs");
/// assert_eq!(titles[1].1.as_deref(), Some("They keep what <mark>programs</mark> wrote."));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a search does nothing until what it says is given to a query, such as `.matches()` to `filter`"]
pub struct Search<Q> {
    table: &'static Table,
    terms: Terms,
    marks: (String, String),
    words: u8,
    source: PhantomData<fn() -> Q>,
}

impl<Q: Source> Search<Q> {
    pub(super) fn new(table: &'static Table, text: &str) -> Self {
        let marks = ("<mark>".to_string(), "</mark>".to_string());
        Search { table, terms: Terms::parse(text), marks, words: 32, source: PhantomData }
    }

    /// Whether the search finds the row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(title))]
    /// # struct Article { #[column(primary_key)] id: i64, title: String, year: i32 }
    /// let found = Article::query().filter(Article::search("rust -java").matches() & Article::YEAR.gt(2015));
    /// let sql = found.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.contains(r#""article"."id" IN (SELECT rowid FROM "ft_article_title_89387c4e3ea3" WHERE "#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn matches(&self) -> Predicate<Q> {
        Predicate::new(self.ask(TextAnswer::Matches, None), 2)
    }

    /// How well the row matches: more is better, and a row that the search does not find has 0.
    ///
    /// It grows with how often the words are in the row, shrinks with the row's length, and counts the weights of the columns.
    /// SQLite computes `bm25`, in which rare words count more than common ones, and PostgreSQL `ts_rank`: only ranks of one
    /// search on one database compare.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(full_text(title))] struct Article { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Article,)>()?;
    /// # Article::insert_all([Article::new("a rust article"), Article::new("rust")], &db)?;
    /// let search = Article::search("rust");
    /// let best = Article::query().filter(search.matches()).order_by((search.rank().desc(), Article::ID)).first(&db)?;
    /// assert_eq!(best.map(|article| article.title).as_deref(), Some("rust"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn rank(&self) -> Computed<Q, f64> {
        Computed::new(self.ask(TextAnswer::Rank, None), 4)
    }

    /// The part of the column's text around what the search finds, with marks around each word that it looks for; the start
    /// of the text where there is none, and NULL of NULL.
    ///
    /// Nothing in the text is escaped. Where it becomes HTML, [mark](Search::marks) by characters that no text has, escape,
    /// and replace them. PostgreSQL leaves out what looks like a tag.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(full_text(title))] struct Article { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Article,)>()?;
    /// # Article::new("a rust article").insert(&db)?;
    /// let search = Article::search("rust").marks("[", "]");
    /// let titles = Article::query().filter(search.matches()).select(search.snippet(Article::TITLE)).all(&db)?;
    /// assert_eq!(titles, ["a [rust] article"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the query ends, if the column is not in the index.
    pub fn snippet<T: Textual, W>(&self, column: Column<Q, T, W>) -> Computed<Q, T> {
        let (open, close) = self.marks.clone();
        let position = self.index().and_then(|index| {
            let position = index.columns.iter().position(|indexed| indexed.name == column.name());
            let indexed: Vec<&str> = index.columns.iter().map(|column| column.name).collect();
            position.ok_or_else(|| {
                let (name, indexed) = (column.name(), indexed.join(" and "));
                ValueError::misuse(format!("`{name}` is no column of the full-text index, which has {indexed}"))
            })
        });
        let snippet = position.and_then(|position| {
            let answer = TextAnswer::Snippet { column: position, open, close, words: self.words };
            self.ask(answer, Some(Q::alias().column(column.name())))
        });
        Computed::new(snippet, 3)
    }

    /// What stands around each word in a [snippet](Search::snippet): `<mark>` and `</mark>`, if nothing else is said.
    pub fn marks(mut self, open: impl Into<String>, close: impl Into<String>) -> Self {
        self.marks = (open.into(), close.into());
        self
    }

    /// About how many words a [snippet](Search::snippet) has, between 4 and 64: 32, if nothing else is said.
    pub fn words(mut self, words: u8) -> Self {
        self.words = words.clamp(4, 64);
        self
    }

    fn index(&self) -> Result<TextIndex, ValueError> {
        self.table.text_index().ok_or_else(|| {
            let name = self.table.name;
            ValueError::misuse(format!("`{name}` has no full-text index: `#[model(full_text(..))]`"))
        })
    }

    fn ask(&self, answer: TextAnswer, shown: Option<Expr>) -> Result<Expr, ValueError> {
        let index = self.index()?;
        let key = index.key.iter().map(|(key, _)| Q::alias().column(key));
        let parts = key.chain(shown).collect();
        Ok(Expr::Search(Box::new(TextSearch { index, terms: self.terms.clone(), answer }), parts))
    }
}

impl<P: Place> Aliased<P> {
    /// A search in the rows of this occurrence of the model.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(name))]
    /// # struct Employee {
    /// #     #[column(primary_key)] id: i64,
    /// #     name: String,
    /// #     #[column(foreign_key = Employee::ID)] boss_id: Option<i64>,
    /// #     #[relationship] boss: BelongsTo<Employee>,
    /// # }
    /// let boss = ormcore::alias!(Employee);
    /// let query = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.search("ann").matches());
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.contains(r#"WHERE "employee#alias1"."id" IN (SELECT rowid FROM "#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn search(self, text: impl AsRef<str>) -> Search<Self>
    where
        P::Model: Searched,
    {
        Search::new(P::Model::TABLE, text.as_ref())
    }
}

impl<Q> Clone for Search<Q> {
    fn clone(&self) -> Self {
        let Search { table, terms, marks, words, .. } = self;
        Search { table, terms: terms.clone(), marks: marks.clone(), words: *words, source: PhantomData }
    }
}

impl<Q> fmt::Debug for Search<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search").field("table", &self.table.name).field("terms", &self.terms).finish()
    }
}
