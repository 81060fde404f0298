//! Rows of several models that are kept together, and what they have to do with each other.

use std::any::{Any, TypeId};
use std::fmt;

use crate::database::Transaction;
use crate::error::Result;
use crate::model::handle::RowId;
use crate::model::{AnyStore, Depended, Model, Record, Store, Values, assign, fetch_again};
use crate::schema::Table;
use crate::value::Value;

/// What a relationship has follow a row that is deleted.
pub enum Dependents {
    /// Rows that are deleted too.
    Deleted(Vec<RowId>),
    /// Rows that are left without the one that is deleted.
    Released {
        /// The rows.
        rows: Vec<RowId>,
        /// The positions of their foreign key's columns, of which those become NULL that may be.
        columns: Vec<usize>,
        /// Those of the row that is deleted which these are equal to.
        referenced: Vec<usize>,
    },
    /// Rows of a link table that are deleted: a batch of links.
    Links(Box<dyn Any + Send>),
}

impl fmt::Debug for Dependents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dependents::Deleted(_) => "Deleted",
            Dependents::Released { .. } => "Released",
            Dependents::Links(_) => "Links",
        })
    }
}

/// Finds what follows rows of one store, by each; without a transaction, of those that are not in the database, only what
/// the session knows.
pub(crate) type FindDependents =
    fn(&mut dyn KeepRows, &[RowId], Option<&Transaction>) -> Result<Vec<(RowId, Vec<Dependents>)>>;

/// Reads a row again.
pub(crate) type ReadAgainAny = fn(&mut dyn KeepRows, RowId, &Transaction) -> Result<()>;

pub(super) fn read_again<M: Model>(keeper: &mut dyn KeepRows, id: RowId, tx: &Transaction) -> Result<()> {
    let row = typed::<M>(keeper, id.store).and_then(|store| store.row(id));
    let found = row.map(|row| fetch_again(row, tx)).transpose()?;
    keep(keeper, Vec::from_iter(found));
    Ok(())
}

pub(super) fn dependents<M: Model>(
    keeper: &mut dyn KeepRows,
    ids: &[RowId],
    tx: Option<&Transaction>,
) -> Result<Vec<(RowId, Vec<Dependents>)>> {
    // What the database has is read for all of them at once.
    let read = |relationship: &&dyn Depended<M>| match tx {
        Some(tx) => relationship.children(ids, tx, &mut Keeper(keeper)),
        None => Ok(Vec::new()),
    };
    let read: Vec<Vec<Vec<RowId>>> = M::DEPENDED.iter().map(read).collect::<Result<_>>()?;
    let found = |(place, id): (usize, &RowId)| {
        let read = |number: usize| read[number].get(place).map_or(&[][..], Vec::as_slice);
        Ok((*id, dependents_of::<M>(keeper, *id, tx, &read)?))
    };
    ids.iter().enumerate().map(found).collect()
}

/// What follows one row; `read` gives those that the database has point to it by a relationship.
fn dependents_of<'r, M: Model>(
    keeper: &mut dyn KeepRows,
    id: RowId,
    tx: Option<&Transaction>,
    read: &dyn Fn(usize) -> &'r [RowId],
) -> Result<Vec<Dependents>> {
    let Some(store) = typed::<M>(keeper, id.store) else { return Ok(Vec::new()) };
    // The row is away while others are kept beside it. Its foreign keys count as they are by now; others point to what the
    // database has of it.
    let Some(mut row) = store.rows[id.slot as usize].take() else { return Ok(Vec::new()) };
    let written = store.tracks.snapshot(id.slot).map(Values::to_owned);
    let now = written.as_ref().map(|written| changed(&row, written.values(), M::TABLE)).unwrap_or_default();
    let mut found = Vec::new();
    let asked = find((&row, id), tx, read, keeper, true, &mut found).and_then(|()| {
        written.map_or(Ok(()), |written| {
            now.iter().try_for_each(|(index, _)| assign(M::TABLE, &mut row, *index, written.values().get(*index)))
        })
    });
    let asked = asked.and_then(|()| find((&row, id), tx, read, keeper, false, &mut found));
    let restored = now.into_iter().try_for_each(|(index, value)| assign(M::TABLE, &mut row, index, value));
    if let Some(store) = typed::<M>(keeper, id.store) {
        store.rows[id.slot as usize] = Some(row);
    }
    asked.and(restored).map(|()| found)
}

/// Finds what follows a row by the relationships whose foreign key it holds, or by the others.
fn find<'r, M: Model>(
    (row, id): (&M, RowId),
    tx: Option<&Transaction>,
    read: &dyn Fn(usize) -> &'r [RowId],
    keeper: &mut dyn KeepRows,
    holds_key: bool,
    found: &mut Vec<Dependents>,
) -> Result<()> {
    let relationships = M::DEPENDED.iter().enumerate();
    for (number, relationship) in relationships.filter(|(_, relationship)| relationship.holds_key() == holds_key) {
        found.extend(relationship.dependents(row, id, tx, read(number), &mut Keeper(keeper))?);
    }
    Ok(())
}

/// The columns of a row that have other values than these, and what they have. What no database can hold is left out: it
/// could not be given back, and leads to no row.
fn changed(row: &dyn Record, written: Values<'_>, table: &Table) -> Vec<(usize, Value<'static>)> {
    let changed = written.differences(row, table);
    changed.filter_map(|index| Some((index, row.field(index).value().ok()?.into_owned()))).collect()
}

pub(super) fn typed<M: Model>(keeper: &mut dyn KeepRows, store: u32) -> Option<&mut Store<M>> {
    keeper.store_mut(store).as_any_mut().downcast_mut()
}

/// What keeps rows of any model.
pub struct Keeper<'k>(pub(crate) &'k mut dyn KeepRows);

impl fmt::Debug for Keeper<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

/// The stores of all models.
pub(crate) trait KeepRows {
    /// The store of a model, which `make` makes if there is none.
    fn store(&mut self, model: TypeId, make: fn() -> Box<dyn AnyStore>) -> u32;

    /// A store by its number.
    fn store_mut(&mut self, store: u32) -> &mut dyn AnyStore;

    /// A store by its number, to be read.
    fn store_ref(&self, store: u32) -> &dyn AnyStore;

    /// Where rows lead that are about to be read again, in a type that is not known here.
    fn leading(&mut self, rows: &[RowId]) -> Box<dyn Any>;

    /// Follows those that lead elsewhere by now.
    fn follow(&mut self, leading: Box<dyn Any>);

    /// The session's number, and that of its transaction.
    fn numbers(&self) -> (u32, u32);

    /// The rows of a store that are to be inserted or were changed, and may lead to the row, which is away from its store: they
    /// wait for it, or have the key in these columns.
    fn changed(
        &mut self,
        store: u32,
        columns: &[usize],
        away: (RowId, &dyn Record),
        key: &[Value<'static>],
    ) -> Vec<RowId>;

    /// Whether a row goes with the one that is to be deleted, as far as it is known.
    fn goes(&self, row: RowId) -> bool;

    /// The rows of a store that a row leads to by a link table: those that the database has, changed as the next flush will.
    fn relink(&self, row: RowId, link: &dyn Any, store: u32, others: Vec<RowId>) -> Vec<RowId>;

    /// Notes where rows lead, unless that is known.
    fn lead(&mut self, rows: &[RowId], led: Led);
}

/// All rows that rows lead to by a relationship whose key they do not hold.
pub struct Led {
    pub(crate) relationship: &'static str,
    /// The relationship's link, whose type is not known here.
    pub(crate) link: Box<dyn Any>,
    /// The store of the rows that they lead to.
    pub(crate) store: u32,
    /// By the places of the rows that lead to them.
    pub(crate) others: Vec<(usize, Vec<RowId>)>,
}

impl fmt::Debug for Led {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Led").field("relationship", &self.relationship).finish_non_exhaustive()
    }
}

/// The number of a model's store.
pub(crate) fn number<M: Model>(keeper: &mut dyn KeepRows) -> u32 {
    keeper.store(TypeId::of::<M>(), || Box::new(Store::<M>::new()))
}

/// Hands rows that the database gave to what keeps them, with the rows that were loaded with them; gives the model's store,
/// and their names.
pub(crate) fn keep<M: Model>(keeper: &mut dyn KeepRows, rows: Vec<M>) -> (u32, Vec<RowId>) {
    hand_over(keeper, rows, false)
}

/// As [`keep`], of rows that are what the database has by now, whatever is here of them. What was loaded with them is not:
/// a statement that waits for a lock reads the row that it waited for anew, and nothing that it has joined to others.
pub(crate) fn keep_newest<M: Model>(keeper: &mut dyn KeepRows, rows: Vec<M>) -> (u32, Vec<RowId>) {
    hand_over(keeper, rows, true)
}

fn hand_over<M: Model>(keeper: &mut dyn KeepRows, mut rows: Vec<M>, are_newer: bool) -> (u32, Vec<RowId>) {
    let store = number::<M>(keeper);
    let relationships = M::DEPENDED.iter();
    let led: Vec<Led> =
        relationships.filter_map(|relationship| relationship.hand_over(&mut rows, &mut Keeper(keeper))).collect();
    let again = renewed(keeper, store, &rows, are_newer);
    let leading = (!again.is_empty()).then(|| keeper.leading(&again));
    let (session, transaction) = keeper.numbers();
    let mut ids = Vec::with_capacity(rows.len());
    let Some(typed) = typed::<M>(keeper, store) else { return (store, ids) };
    typed.reserve(rows.len());
    ids.extend(rows.into_iter().map(|row| {
        let slot = typed.absorb(row, are_newer, transaction);
        typed.name(session, store, slot)
    }));
    led.into_iter().for_each(|led| keeper.lead(&ids, led));
    leading.into_iter().for_each(|leading| keeper.follow(leading));
    (store, ids)
}

/// Which of the rows are here, and are to get other values.
fn renewed<M: Model>(keeper: &mut dyn KeepRows, store: u32, rows: &[M], are_newer: bool) -> Vec<RowId> {
    let (session, _) = keeper.numbers();
    let Some(typed) = typed::<M>(keeper, store) else { return Vec::new() };
    if !are_newer && !typed.tracks.has_expired() {
        return Vec::new();
    }
    let found: Vec<u32> = rows.iter().filter_map(|row| typed.find_row(row)).collect();
    let renewed = found.into_iter().filter(|slot| typed.tracks.slot(*slot).is_renewed(are_newer));
    renewed.map(|slot| typed.name(session, store, slot)).collect()
}
