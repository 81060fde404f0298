//! Drafts under drafts: a graph of new rows in one call.

use std::any::Any;

use crate::backend::{Outcome, Parameters, Row, Statement};
use crate::error::{Error, Result};
use crate::model::{Draft, Inserting, Model, NestedDrafts, Record, Writable};
use crate::plan::push_all;
use crate::relation::field::{HasMany, HasOne, RelationshipField};
use crate::relation::link::Pairs;
use crate::relation::order::is_left_to_database;
use crate::relation::{Dynamic, Kind, Loadable, ManyToMany, Relation, SelfReferential};
use crate::sql::Dialect;
use crate::value::Parameter;

/// Kinds under which drafts can be nested.
#[diagnostic::on_unimplemented(
    message = "drafts cannot be nested under this relationship",
    label = "this relationship leads to a parent, was declared on the other side, or has a `filter` and is only read",
    note = "nest the children under the parent: `Parent::new(..).with_children(Parent::CHILDREN, [Child::new(.., Parent)])`",
    note = "of one with a `filter`, nest them by the relationship without it"
)]
pub trait Nesting: Kind {
    /// Keeps the new rows in the field of their parent, in the order of their keys.
    ///
    /// # Errors
    /// If the parent's key cannot be read.
    fn keep_new<M: Model>(relation: &Relation<M, Self>, parent: &mut M, rows: Vec<Self::Target>) -> Result<()>;
}

fn keep<M: Model, K: Loadable>(relation: &Relation<M, K>, parent: &mut M, rows: Vec<K::Target>) -> Result<()> {
    let target = K::Target::TABLE;
    if relation.order.is_some() || !target.scopes.is_empty() || (is_left_to_database(target) && rows.len() > 1) {
        // Only the database knows their order, or which of them are in scope: the first access asks it.
        return Ok(());
    }
    let pairs: Vec<(usize, usize)> = (0..rows.len()).map(|row| (0, row)).collect();
    let kept = <K::Field as RelationshipField>::deal(Box::new(rows), &pairs, 1, false).pop().unwrap_or_default();
    relation.field()(parent).keep(parent, &relation.link.near, kept)
}

macro_rules! nesting {
    ($($kind:ident)*) => {$(
        impl<T: Model> Nesting for $kind<T> {
            fn keep_new<M: Model>(relation: &Relation<M, Self>, parent: &mut M, rows: Vec<T>) -> Result<()> {
                keep(relation, parent, rows)
            }
        }
    )*};
}

nesting! { HasMany HasOne ManyToMany }

impl<K: Nesting + Loadable> Nesting for SelfReferential<K> {
    fn keep_new<M: Model>(relation: &Relation<M, Self>, parent: &mut M, rows: Vec<K::Target>) -> Result<()> {
        keep(relation, parent, rows)
    }
}

impl<K: Nesting> Nesting for Dynamic<K> {
    fn keep_new<M: Model>(_: &Relation<M, Self>, _: &mut M, _: Vec<K::Target>) -> Result<()> {
        Ok(())
    }
}

impl<M: Writable> Draft<M> {
    /// Nests drafts under this one: they are inserted with it, all or nothing, with their foreign keys set to its key.
    ///
    /// A whole graph takes one statement for each table and level, if the drafts of a level leave the same columns to the
    /// database. Where the constructor of the children asks for the foreign key, [`Parent`](crate::Parent) stands for the row
    /// to come. Through a link table, the children are linked.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String, #[relationship] addresses: HasMany<Address> }
    /// # #[derive(Model)] struct Address { #[column(primary_key)] id: i64, email: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Address)>()?;
    /// let addresses = ["a@x.org", "b@x.org"].map(|email| Address::new(email, Parent));
    /// let ann = Person::new("ann").with_children(Person::ADDRESSES, addresses).insert(&db)?;
    /// assert_eq!(ann.addresses.loaded().map(<[Address]>::len), Some(2));
    /// assert_eq!(ann.addresses(&db)?[0].person_id, ann.id);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn with_children<K: Nesting>(
        mut self,
        relation: Relation<M, K>,
        drafts: impl IntoIterator<Item = Draft<K::Target>>,
    ) -> Self
    where
        K::Target: Writable,
    {
        let drafts = drafts.into_iter().map(|draft| (0, draft)).collect();
        self.nest(Box::new(Children {
            relation,
            drafts,
            parents: Vec::new(),
            inserting: None,
            links: Vec::new(),
            stage: Stage::Waiting,
        }));
        self
    }
}

/// Drafts under parents, by one relationship.
struct Children<M, K: Kind> {
    relation: Relation<M, K>,
    /// The drafts, each with the place of its parent.
    drafts: Vec<(usize, Draft<K::Target>)>,
    /// The places of the parents, in the order of the rows.
    parents: Vec<usize>,
    inserting: Option<Inserting<K::Target>>,
    /// The values of the rows of the link table.
    links: Vec<Vec<Parameter>>,
    stage: Stage,
}

/// Which statements were sent last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// Those of the children.
    Own,
    /// That of their links, and behind it those of what is nested under them.
    Linking,
    /// Those of what is nested under them.
    Nested,
}

impl<M: Model, K: Nesting> Children<M, K> {
    /// The children, with the keys of their parents.
    fn start(&mut self, parents: &[M]) -> Result<Inserting<K::Target>> {
        let link = &self.relation.link;
        let mut drafts = Vec::with_capacity(self.drafts.len());
        for (place, mut draft) in std::mem::take(&mut self.drafts) {
            if link.through.is_none() {
                adopt(&parents[place], &mut draft, &link.near)?;
            }
            self.parents.push(place);
            drafts.push(draft);
        }
        Ok(Inserting::new(drafts.into_iter()))
    }

    /// Puts the statement that links the children to their parents into the batch.
    fn link(&mut self, parents: &[M], dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()> {
        let rows = self.inserting.as_ref().map_or(&[][..], Inserting::rows);
        let Some(parent) = self.parents.first().map(|place| &parents[*place]) else { return Ok(()) };
        let links = self.relation.links(parent)?;
        let further = links.further()?;
        for (place, row) in self.parents.iter().zip(rows) {
            let near = self.relation.near_key(&parents[*place])?;
            self.links.push(links.row(&near, &self.relation.far_key(row)?, &further)?);
        }
        batch.push(links.insertion(&further, self.links.len(), dialect));
        Ok(())
    }

    /// How many statements of its own stand before those of what is nested.
    fn before_nested(&self) -> usize {
        usize::from(self.stage == Stage::Linking)
    }

    fn is_link(&self, statement: usize) -> bool {
        self.stage == Stage::Linking && statement == 0
    }
}

/// Sets the foreign key of a draft to the key of its parent.
fn adopt<M: Model, T: Model>(parent: &M, draft: &mut Draft<T>, key: &Pairs) -> Result<()> {
    for (near, far) in key.near().zip(key.far()) {
        let value = Record::field(parent, near).value();
        let set = value.and_then(|value| draft.row.field_mut(far).assign(value));
        set.map_err(|error| Error::encode(T::NAME, T::COLUMNS[far].name, &error))?;
        draft.unset.remove(far);
    }
    Ok(())
}

impl<M: Model, K: Nesting> NestedDrafts<M> for Children<M, K> {
    fn name(&self) -> &'static str {
        self.relation.name()
    }

    fn place_under(&mut self, parent: usize) {
        self.drafts.iter_mut().for_each(|(place, _)| *place = parent);
    }

    fn merge(&mut self, others: Box<dyn NestedDrafts<M>>) {
        // Relationships of one name are one, and so of one type.
        if let Ok(others) = others.into_any().downcast::<Self>() {
            self.drafts.extend(others.drafts);
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn next(&mut self, parents: &[M], dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()> {
        match (self.stage, &mut self.inserting) {
            (Stage::Waiting, _) | (_, None) => {
                self.stage = Stage::Own;
                let mut inserting = self.start(parents)?;
                inserting.start(dialect, batch)?;
                self.inserting = Some(inserting);
                return Ok(());
            }
            (Stage::Own, _) if self.relation.link.through.is_some() => {
                self.stage = Stage::Linking;
                self.link(parents, dialect, batch)?;
            }
            _ => self.stage = Stage::Nested,
        }
        self.inserting.iter_mut().try_for_each(|inserting| inserting.next(dialect, batch))
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        if self.is_link(statement) {
            return push_all(&self.links[execution], parameters);
        }
        let own = statement - self.before_nested();
        self.inserting.iter_mut().try_for_each(|inserting| inserting.bind(own, execution, parameters))
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        let own = statement - self.before_nested();
        self.inserting.iter_mut().try_for_each(|inserting| inserting.row(own, execution, row))
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        if self.is_link(statement) {
            return Ok(());
        }
        let own = statement - self.before_nested();
        self.inserting.iter_mut().try_for_each(|inserting| inserting.outcome(own, execution, outcome))
    }

    fn finish(self: Box<Self>, parents: &mut [M]) -> Result<()> {
        let rows = self.inserting.map_or_else(|| Ok(Vec::new()), Inserting::finish)?;
        let mut of_parents: Vec<Option<Vec<K::Target>>> = Vec::new();
        of_parents.resize_with(parents.len(), || None);
        for (place, row) in self.parents.into_iter().zip(rows) {
            of_parents[place].get_or_insert_default().push(row);
        }
        for (parent, rows) in parents.iter_mut().zip(of_parents) {
            if let Some(rows) = rows {
                K::keep_new(&self.relation, parent, rows)?;
            }
        }
        Ok(())
    }
}
