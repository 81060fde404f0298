//! Writing a link table: which rows are joined to which.

mod plans;

use crate::error::{Error, Result};
use crate::model::Model;
use crate::plan::{Executor, run_made};
use crate::relation::condition::{related, values};
use crate::relation::membership::plans::{LinkRows, Links, SetLinks, UnlinkRow};
use crate::relation::{Kind, Link, Linked, Relation};
use crate::schema::Table;
use crate::sql::Expr;
use crate::value::{Parameter, Value};
pub(crate) use plans::LinkBatch;

// The bound is that of each method, so that the compiler says it in our words.
impl<M: Model, K: Kind> Relation<M, K> {
    /// Links the two rows: inserts a row of the link table.
    ///
    /// What is loaded in their fields stays as it is: `reset` a field, or load it again, to see the change.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, #[relationship(secondary = "page_tags")] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page, Tag)>()?;
    /// let (page, tag) = (Page::new().insert(&db)?, Tag::new("rust").insert(&db)?);
    /// Page::TAGS.link(&page, &tag, &db)?;
    /// assert_eq!(page.tags(&db)?.len(), 1);
    /// assert!(Page::TAGS.unlink(&page, &tag, &db)?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If they are linked already (and the link table's key allows one link), or the link table has further columns that
    /// need values: insert a row of its model then.
    pub fn link<'p, E: Executor + 'p>(self, row: &M, other: &K::Target, db: E) -> E::Out<'p, ()>
    where
        K: Linked,
    {
        run_made(db, self.links(row).and_then(|links| LinkRows::new(links, &[self.far_key(other)?])))
    }

    /// Takes the link between the two rows away, and says whether there was one.
    ///
    /// What is loaded in their fields stays as it is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, #[relationship(secondary = "page_tags")] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page, Tag)>()?;
    /// let (page, tag) = (Page::new().insert(&db)?, Tag::new("rust").insert(&db)?);
    /// Page::TAGS.link(&page, &tag, &db)?;
    /// assert!(Page::TAGS.unlink(&page, &tag, &db)?);
    /// assert!(!Page::TAGS.unlink(&page, &tag, &db)?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn unlink<'p, E: Executor + 'p>(self, row: &M, other: &K::Target, db: E) -> E::Out<'p, bool>
    where
        K: Linked,
    {
        run_made(db, self.links(row).and_then(|links| Ok(UnlinkRow::new(links, self.far_key(other)?))))
    }

    /// Links the row to these and to no others, all or nothing: only what differs is written.
    ///
    /// Links to rows out of their model's default scope stay, for they were not among what queries showed. What is loaded in
    /// their fields stays as it is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, #[relationship(secondary = "page_tags")] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page, Tag)>()?;
    /// let page = Page::new().insert(&db)?;
    /// let tags = Tag::insert_all(["a", "b", "c"].map(Tag::new), &db)?;
    /// Page::TAGS.set(&page, &tags[..2], &db)?;
    /// Page::TAGS.set(&page, &tags[1..], &db)?;
    /// let labels: Vec<_> = page.tags(&db)?.iter().map(|tag| tag.label.as_str()).collect();
    /// assert_eq!(labels, ["b", "c"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Relation::link`].
    pub fn set<'p, 'r, E: Executor + 'p>(
        self,
        row: &M,
        others: impl IntoIterator<Item = &'r K::Target>,
        db: E,
    ) -> E::Out<'p, ()>
    where
        K: Linked,
    {
        let others = others.into_iter().map(|other| self.far_key(other)).collect::<Result<Vec<_>>>();
        let set = self.links(row).and_then(|links| {
            let question = links.question(self.leads_into_scope().transpose()?);
            Ok(SetLinks::new(links, question, others?))
        });
        run_made(db, set)
    }
}

impl<M: Model, K: Kind> Relation<M, K> {
    /// What takes all links of a row away.
    pub(super) fn unlink_all(&self, row: &M) -> Result<LinkBatch> {
        // Whatever is at the other end.
        Links { far_columns: Vec::new(), ..self.links(row)? }.batch(&[], true, false)
    }

    /// What links the two rows with these values in their columns, or takes the link away.
    pub(crate) fn link_batch(
        &self,
        near: impl Fn(usize) -> Value<'static>,
        far: impl Fn(usize) -> Value<'static>,
        deletes: bool,
    ) -> Result<LinkBatch> {
        let near_key = self.link.near.near().map(|index| parameter(M::TABLE, index, near(index))).collect();
        let far_key = self.far_columns().map(|index| parameter(K::Target::TABLE, index, far(index)));
        let far_key: Vec<Parameter> = far_key.collect();
        self.links_of(near_key)?.batch(&far_key, deletes, !self.link.may_repeat())
    }

    /// Checks that a new link needs no values but the keys of both rows.
    ///
    /// # Errors
    /// If the link table has a further column that needs one.
    pub(crate) fn check_linkable(&self) -> Result<()> {
        self.links_of(Vec::new())?.further().map(drop)
    }

    /// That a row of the link table leads to a row in its model's default scope, where there is one.
    fn leads_into_scope(&self) -> Option<Result<Expr>> {
        let through = self.link.through.as_ref().filter(|_| !K::Target::TABLE.scopes.is_empty())?;
        let leads = Link { near: through.far, through: None, ..self.link };
        let row = related(&leads, (through.table)(), K::Target::TABLE, None, Expr::Sql("1"));
        let row = row.map_err(|error| Error::encode(K::Target::NAME, "", &error));
        Some(row.map(|row| Expr::Exists(Box::new(row))))
    }

    /// The links of a row.
    pub(super) fn links(&self, row: &M) -> Result<Links> {
        self.links_of(self.near_key(row)?)
    }

    /// The links of the row with this key.
    fn links_of(&self, near: Vec<Parameter>) -> Result<Links> {
        let Some(through) = &self.link.through else {
            return Err(Error::usage("a relationship without a link table links nothing"));
        };
        Ok(Links {
            table: (through.table)(),
            near_columns: self.link.near.far().collect(),
            far_columns: through.far.near().collect(),
            near,
            initial: through.initial,
        })
    }

    /// The key of a row, as the link table holds it.
    pub(super) fn near_key(&self, row: &M) -> Result<Vec<Parameter>> {
        values(row, M::TABLE, self.link.near.near()).map_err(|error| Error::encode(M::NAME, "", &error))
    }

    /// The key of a row of the target, as the link table holds it.
    pub(super) fn far_key(&self, other: &K::Target) -> Result<Vec<Parameter>> {
        values(other, K::Target::TABLE, self.far_columns()).map_err(|error| Error::encode(K::Target::NAME, "", &error))
    }

    /// The columns of the target that the link table holds.
    fn far_columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.link.through.as_ref().map_or(&self.link.near, |through| &through.far).far()
    }
}

fn parameter(table: &Table, index: usize, value: Value<'static>) -> Parameter {
    Parameter { value, secret: table.columns[index].secret }
}
