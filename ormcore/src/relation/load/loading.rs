use crate::backend::Row;
use crate::error::{Error, Result};
use crate::model::{Keys, Loaders, Path, ReadRows, Source};
use crate::relation::field::RelationshipField;
use crate::relation::load::dealing::Deals;
use crate::relation::load::parents::Parents;
use crate::relation::load::{Asked, Dealt, kept};
use crate::relation::{Kind, Strategy};
use crate::sql::Alias;
use crate::value::{Parameter, Value};

/// Loads one relationship of rows, and what is nested in it, by any strategy.
///
/// What it reads are children, and pairs of places: a parent, and a child of it. Who takes them decides where they go.
pub(crate) struct Loading {
    pub(super) load: Asked,
    pub(super) nested: Loaders,
    pub(super) stage: Stage,
    pub(super) children: Option<Box<dyn ReadRows>>,
    /// How many children there are.
    pub(super) count: usize,
    pub(super) pairs: Vec<(usize, usize)>,
    /// Takes the children instead, where they may go to their parents one by one.
    pub(super) dealing: Option<Box<dyn Deals>>,
    /// The children that were read, where a statement may repeat them, and the place of each.
    pub(super) seen: Option<Box<Keys>>,
    places: Vec<usize>,
    /// The parents whose only child is known, where they share children.
    paired: Vec<bool>,
    /// What the children are called in the parents' statement, and the position of their first column.
    pub(super) joined_as: Option<Alias>,
    pub(super) first_column: usize,
    /// The position of a column of theirs that is NULL only where there is no child.
    pub(super) never_null: usize,
    pub(super) parents: Parents,
    /// The parents that it is to load for, whatever it is shown.
    pub(super) given: Option<Box<Parents>>,
    watched: bool,
    /// The values of each statement of its own.
    pub(super) parameters: Vec<Vec<Parameter>>,
    /// The statement that read the children, for subqueries of what is nested.
    pub(super) source: Option<Source>,
}

/// Which statements it has sent last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// None.
    Waiting,
    /// Its own.
    Own,
    /// Those of what is nested in it.
    Nested,
}

/// What a field of the kind keeps.
pub(crate) type Kept<K> = <<K as Kind>::Field as RelationshipField>::Kept;

impl Loading {
    pub(crate) fn new(load: Asked, path: &Path<'_>) -> Self {
        let path = Path { table: load.target.table.name, from: Some(path) };
        let nested = if load.is_lazy() {
            Loaders::new(&[], &[], &path)
        } else {
            Loaders::new(load.target.eager, &load.refinement.then, &path)
        };
        Loading {
            load,
            nested,
            stage: Stage::Waiting,
            children: None,
            count: 0,
            pairs: Vec::new(),
            dealing: None,
            seen: None,
            places: Vec::new(),
            paired: Vec::new(),
            joined_as: None,
            first_column: 0,
            never_null: 0,
            parents: Parents::default(),
            given: None,
            watched: false,
            parameters: Vec::new(),
            source: None,
        }
    }

    /// Loads for the parents with these keys instead of for those that it is shown.
    pub(crate) fn load_for(&mut self, parents: Parents) {
        self.given = Some(Box::new(parents));
    }

    /// Takes care that lazy loads of its children's relationships can be counted.
    pub(crate) fn watch(&mut self) {
        self.watched = true;
        self.nested.watch();
    }

    /// The children so far.
    pub(super) fn children(&mut self) -> &mut dyn ReadRows {
        self.children.get_or_insert_with(self.load.target.rows).as_mut()
    }

    /// What each parent is to keep in a field of this type, with what is nested in it; and the parents.
    pub(crate) fn into_dealt<F: RelationshipField>(mut self) -> Result<(Parents, Vec<F::Kept>)> {
        let parents = self.parents.len().max(1);
        let mut dealt: Vec<F::Kept> = kept::<F>(self.deal()?, parents).into_iter().flatten().collect();
        dealt.resize_with(parents, F::Kept::default);
        Ok((self.parents, dealt))
    }

    /// What parents are to keep, with what is nested in it.
    pub(super) fn deal(&mut self) -> Result<Dealt<'_>> {
        if let Some(dealing) = self.dealing.take() {
            return Ok(Dealt::Pieces(dealing.end()));
        }
        let mut rows = self.children.take().unwrap_or_else(self.load.target.rows);
        self.nested.finish(rows.as_mut())?;
        rows.follow(self.watched)?;
        Ok(Dealt::Children { rows, pairs: &self.pairs, sorted: self.load.is_ordered() })
    }

    /// Whether it ends with its own statement, for nothing is nested in it.
    pub(crate) fn is_simple(&self) -> bool {
        self.nested.is_empty() && self.parameters.len() == 1
    }

    pub(super) fn is_joined(&self) -> bool {
        self.load.strategy == Strategy::Joined
    }

    /// Notes that rows may repeat children if a statement does, or if a link table may join two rows more than once.
    pub(super) fn expect_repeats(&mut self, statement_repeats: bool) {
        if statement_repeats || self.load.link.may_repeat() {
            self.seen = Some(Box::default());
        }
    }

    /// Has children dealt out as they are read, if each is one parent's alone and nothing else has to see them together.
    pub(super) fn deal_at_once(&mut self) {
        let relationships = self.load.target.relationships;
        let are_followed = || relationships.iter().any(|relationship| self.watched || relationship.is_batched());
        if !self.load.shared && self.seen.is_none() && self.nested.is_empty() && !are_followed() {
            self.dealing = (self.load.dealing)(self.load.is_ordered());
        } else {
            let parents = self.parents.len();
            self.children().reserve(parents);
            self.pairs.reserve(parents);
        }
    }

    /// Takes the child in a row that was read for these parents, which are told apart from others by `number`.
    ///
    /// Each parent gets a child of its own, unless the kind shares them. If the row `is_read`, its child is the last of the
    /// children already.
    pub(super) fn take(&mut self, number: usize, parents: &[usize], row: &dyn Row, is_read: bool) -> Result<()> {
        if let ([parent], false, None) = (parents, self.load.shared, &self.seen) {
            let place = self.count - usize::from(is_read);
            self.pairs.push((*parent, place));
            return self.copy(place, true, row);
        }
        let (first, is_new) = self.place(number, row, is_read)?;
        if self.load.shared {
            self.share(first, parents);
            return self.copy(first, is_new, row);
        }
        for (child, parent) in (first..).zip(parents) {
            if is_new {
                self.pairs.push((*parent, child));
            }
            self.copy(child, is_new, row)?;
        }
        Ok(())
    }

    /// Reads the child for this place, if it is a new one that is not read yet, and what is joined to it.
    fn copy(&mut self, place: usize, is_new: bool, row: &dyn Row) -> Result<()> {
        if is_new && place == self.count {
            self.read(row)?;
        }
        self.nested.joined_row(place, row)
    }

    /// Adds the row's child to the children.
    pub(super) fn read(&mut self, row: &dyn Row) -> Result<()> {
        let first = self.first_column;
        self.children().read(row, first)?;
        self.count += 1;
        Ok(())
    }

    /// The place of the row's child among the children, and whether it is a new one.
    fn place(&mut self, number: usize, row: &dyn Row, is_read: bool) -> Result<(usize, bool)> {
        let next = self.count - usize::from(is_read);
        let Some(seen) = &mut self.seen else { return Ok((next, true)) };
        if !self.load.shared {
            seen.push(&Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
        }
        let table = self.load.target.table;
        for index in table.identity() {
            seen.push(&value(row, self.first_column + index, table.name)?);
        }
        let (number, is_new) = seen.number();
        if is_new {
            self.places.push(next);
        }
        Ok((self.places[number], is_new))
    }

    fn share(&mut self, child: usize, parents: &[usize]) {
        for parent in parents {
            if self.paired.len() <= *parent {
                self.paired.resize(parent + 1, false);
            }
            if !std::mem::replace(&mut self.paired[*parent], true) {
                self.pairs.push((*parent, child));
            }
        }
    }
}

/// The value at a position of a row.
fn value<'r>(row: &'r dyn Row, index: usize, table: &str) -> Result<Value<'r>> {
    row.value(index).map_err(|error| Error::decode(table, &row.name(index), &error))
}
