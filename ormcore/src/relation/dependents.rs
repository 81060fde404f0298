//! What a session does along one relationship when it deletes, reads or merges a row.

use std::any::{Any, TypeId};
use std::collections::HashSet;

use crate::database::Transaction;
use crate::error::{Error, Result};
use crate::model::{
    Depended, Dependents, Keeper, Keys, Led, Merging, Model, ParentKey, Pointing, Record, RowId, State, keep, number,
    row_by, value,
};
use crate::query::Queryable;
use crate::relation::condition::values;
use crate::relation::field::RelationshipField;
use crate::relation::link::Pairs;
use crate::relation::load::key_conditions;
use crate::relation::{Kind, Relation};
use crate::schema::{Action, Table};
use crate::sql::{Alias, Expr, Select};
use crate::value::{Parameter, SqlType, Value};

impl<M: Model, K: Kind<Field: RelationshipField<Target = K::Target>>> Depended<M> for Relation<M, K> {
    fn holds_key(&self) -> bool {
        K::HOLDS_KEY
    }

    fn children(&self, rows: &[RowId], tx: &Transaction, keeper: &mut Keeper<'_>) -> Result<Vec<Vec<RowId>>> {
        if K::HOLDS_KEY || K::ONLY_READ || self.link.through.is_some() {
            return Ok(Vec::new());
        }
        let by_key = Children { key: self.link.near, table: K::Target::TABLE };
        let is_read = match self.deletes() {
            true => !self.is_passive(&mut Vec::new()),
            false => by_key.can_stay(M::TABLE),
        };
        if is_read { by_key.read::<K::Target>(rows, M::TABLE, tx, keeper) } else { Ok(Vec::new()) }
    }

    fn dependents(
        &self,
        row: &M,
        id: RowId,
        tx: Option<&Transaction>,
        read: &[RowId],
        keeper: &mut Keeper<'_>,
    ) -> Result<Vec<Dependents>> {
        let deletes = self.deletes();
        if K::ONLY_READ {
            return Ok(Vec::new());
        }
        if K::HOLDS_KEY {
            let parent = if deletes { self.parent_of(row, id, tx, keeper)? } else { Vec::new() };
            return Ok(vec![Dependents::Deleted(parent)]);
        }
        if self.link.through.is_some() {
            let others = if deletes { self.others_of(row, id, tx, keeper)? } else { Vec::new() };
            let mut found = vec![Dependents::Deleted(others)];
            if tx.is_some() && self.link.through.is_some_and(|through| !(through.table)().read_only) {
                found.push(Dependents::Links(Box::new(self.unlink_all(row)?)));
            }
            return Ok(found);
        }
        let by_key = Children { key: self.link.near, table: K::Target::TABLE };
        if !deletes && !by_key.can_stay(M::TABLE) {
            return Ok(Vec::new());
        }
        let store = number::<K::Target>(keeper.0);
        let mut children = by_key.new_ones(store, row, id, keeper);
        let new: HashSet<RowId> = children.iter().copied().collect();
        let is_meant = |child: &RowId| !new.contains(child) && by_key.points_to(*child, row, id, keeper);
        children.extend(read.iter().copied().filter(is_meant));
        Ok(vec![match deletes {
            true => Dependents::Deleted(children),
            false => Dependents::Released {
                rows: children,
                columns: self.link.near.far().collect(),
                referenced: self.link.near.near().collect(),
            },
        }])
    }

    fn deletes_orphans(&self, children: TypeId, key: &dyn Any) -> bool {
        let is_along = self.link.through.is_none() && key.downcast_ref() == Some(&self.link.near);
        is_along && self.cascade().deletes_orphans() && TypeId::of::<K::Target>() == children
    }

    fn is_passive(&self, seen: &mut Vec<(&'static str, &'static str)>) -> bool {
        if K::ONLY_READ {
            return true;
        }
        if self.link.through.is_some() {
            return false;
        }
        let name = (M::NAME, self.name());
        if K::HOLDS_KEY || seen.contains(&name) {
            return !K::HOLDS_KEY || !self.deletes();
        }
        seen.push(name);
        let by_key = Children { key: self.link.near, table: K::Target::TABLE };
        match by_key.acts(M::TABLE) {
            Some(Action::Cascade) => {
                !K::Target::EVENTS.of_delete() && K::Target::DEPENDED.iter().all(|other| other.is_passive(seen))
            }
            _ => !self.deletes() && !by_key.can_stay(M::TABLE),
        }
    }

    fn hand_over(&self, rows: &mut [M], keeper: &mut Keeper<'_>) -> Option<Led> {
        let field_mut = self.field?.get_mut;
        let (mut children, mut ends) = (Vec::new(), Vec::new());
        for (place, row) in rows.iter_mut().enumerate() {
            let field = field_mut(row);
            let is_whole = !K::HOLDS_KEY && field.origin().is_none_or(|origin| !origin.refined);
            let first = children.len();
            // Nothing moves the rows of one that is only read, so that the first of them is all that is asked for.
            if field.drain(&mut children, self.link.single || K::ONLY_READ) && is_whole {
                ends.push((place, first..children.len()));
            }
        }
        if children.is_empty() && ends.is_empty() {
            return None;
        }
        let (store, ids) = keep(keeper.0, children);
        let others = ends.into_iter().map(|(place, range)| (place, ids[range].to_vec())).collect();
        Some(Led { relationship: self.name(), link: Box::new(self.link), store, others })
    }

    fn merge<'r>(&self, row: &'r M, merging: &mut Merging<'_, 'r>) -> Result<()> {
        let table = K::Target::TABLE;
        let is_written = !table.read_only && table.primary_key().next().is_some();
        match self.field.filter(|_| self.cascade().merges() && is_written) {
            Some(field) => merging.related((field.get)(row).rows(), read_again),
            None => Ok(()),
        }
    }
}

impl<M: Model, K: Kind> Relation<M, K> {
    /// Whether the rows that it leads to are deleted with a row: those of a read-only model are others' to write.
    fn deletes(&self) -> bool {
        self.cascade().deletes() && !K::Target::TABLE.read_only
    }

    /// The row that a row points to by now.
    fn parent_of(&self, row: &M, id: RowId, tx: Option<&Transaction>, keeper: &mut Keeper<'_>) -> Result<Vec<RowId>> {
        let store = number::<K::Target>(keeper.0);
        let key = self.link.near.far().zip(self.link.near.near());
        let key = match Pointing::new(keeper.0).with(id, row).key_of_parent(id, store, key) {
            Some(ParentKey::Row(parent)) => return Ok(vec![parent]),
            Some(ParentKey::Values(key)) => key,
            Some(ParentKey::Unknown) | None => return Ok(Vec::new()),
        };
        let tracks = keeper.0.store_ref(id.store).tracks();
        let was = tracks.snapshot(id.slot);
        let is_written = tracks.slot(id.slot).state != State::Pending
            && was.is_none_or(|was| self.link.near.near().all(|column| was.is(column, row.field(column))));
        let known = row_by(keeper.0, store, self.link.near.far(), &key, is_written);
        // One that has expired may be another by now, or lead elsewhere.
        let is_expired = |known: RowId| keeper.0.store_ref(store).tracks().slot(known.slot).expired;
        match tx.filter(|_| known.is_none_or(is_expired)) {
            Some(tx) => Ok(keep(keeper.0, self.all_rows_of(row).all(tx)?).1),
            None => Ok(Vec::from_iter(known)),
        }
    }

    /// The rows that a link table joins to a row, when the next flush has written the links.
    fn others_of(&self, row: &M, id: RowId, tx: Option<&Transaction>, keeper: &mut Keeper<'_>) -> Result<Vec<RowId>> {
        let found = tx.map_or(Ok(Vec::new()), |tx| self.all_rows_of(row).all(tx))?;
        let (store, linked) = keep(keeper.0, found);
        Ok(keeper.0.relink(id, &self.link, store, linked))
    }
}

/// Rows as the database has them now, but for those that it has no more.
fn read_again<T: Model>(rows: &[&T], tx: &Transaction) -> Result<Vec<T>> {
    let keys = rows.iter().map(|row| values(*row, T::TABLE, T::TABLE.primary_key()));
    let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| Error::encode(T::NAME, "", &error))?.concat();
    read_with(T::TABLE.primary_key(), keys, tx)
}

/// All rows that have one of the keys, given one after the other, in these columns.
fn read_with<T: Model>(key: impl Iterator<Item = usize>, keys: Vec<Parameter>, tx: &Transaction) -> Result<Vec<T>> {
    let own = Alias::from(T::NAME);
    let (columns, types) = key.map(|index| (own.column(T::COLUMNS[index].name), T::COLUMNS[index].sql_type)).unzip();
    let (columns, types): (Vec<Expr>, Vec<SqlType>) = (columns, types);
    let mut found = Vec::new();
    for condition in key_conditions(columns, &types, keys, false) {
        let mut query = T::query().unscoped();
        query.body().with(Ok(condition), Select::add_filter);
        found.extend(query.all(tx)?);
    }
    Ok(found)
}

/// The rows of a table that have a foreign key to a model.
struct Children {
    /// The columns of the model, and those of the table that equal them.
    key: Pairs,
    table: &'static Table,
}

impl Children {
    /// Those that the database has point to each of these rows of the table `parents`.
    fn read<T: Model>(
        &self,
        rows: &[RowId],
        parents: &Table,
        tx: &Transaction,
        keeper: &mut Keeper<'_>,
    ) -> Result<Vec<Vec<RowId>>> {
        let mut children = vec![Vec::new(); rows.len()];
        // The places of the rows by the numbers of their keys: others than primary keys may be had by several.
        let (mut keys, mut places, mut sent) = (Keys::default(), Vec::<Vec<usize>>::new(), Vec::new());
        for (place, id) in rows.iter().enumerate() {
            let store = keeper.0.store_ref(id.store);
            let key: Vec<_> = self.key.near().map(|column| store.written(id.slot, column)).collect();
            if key.iter().any(Value::is_null) {
                continue;
            }
            key.iter().for_each(|part| keys.push(part));
            let (number, is_new) = keys.number();
            if is_new {
                places.push(Vec::new());
                let secrets = self.key.near().map(|column| parents.columns[column].secret);
                sent.extend(key.into_iter().zip(secrets).map(|(value, secret)| Parameter { value, secret }));
            }
            places[number].push(place);
        }
        if sent.is_empty() {
            return Ok(children);
        }
        let found: Vec<T> = read_with(self.key.far(), sent, tx)?;
        let number = |row: &T| {
            self.key.far().for_each(|column| keys.push(&value(row, column)));
            keys.find()
        };
        let numbers: Vec<Option<usize>> = found.iter().map(number).collect();
        let (_, found) = keep(keeper.0, found);
        for (child, number) in found.into_iter().zip(numbers) {
            let places = number.map_or(&[][..], |number| &places[number]);
            places.iter().for_each(|place| children[*place].push(child));
        }
        Ok(children)
    }

    /// Whether a row that the session keeps points to this one still, by what it is there.
    fn points_to(&self, child: RowId, row: &dyn Record, id: RowId, keeper: &mut Keeper<'_>) -> bool {
        match self.parent_of(child, row, id, keeper) {
            Some(ParentKey::Row(parent)) => parent == id,
            Some(ParentKey::Values(key)) => self.is_key_of(row, &key),
            Some(ParentKey::Unknown) | None => false,
        }
    }

    fn parent_of(&self, child: RowId, row: &dyn Record, id: RowId, keeper: &Keeper<'_>) -> Option<ParentKey> {
        let pairs = self.key.near().zip(self.key.far());
        Pointing::new(keeper.0).with(id, row).key_of_parent(child, id.store, pairs)
    }

    fn is_key_of(&self, row: &dyn Record, key: &[Value<'_>]) -> bool {
        self.key.near().zip(key).all(|(near, part)| value(row, near).is_same_key(part))
    }

    /// The rows that point to this one as the database does not know yet: new ones, and those that were changed; `store` is
    /// the number of theirs. Who points by value to several rows of one key, of which some are to replace others, points to
    /// one that stays.
    fn new_ones(&self, store: u32, row: &dyn Record, id: RowId, keeper: &mut Keeper<'_>) -> Vec<RowId> {
        let columns: Vec<usize> = self.key.far().collect();
        let key: Vec<_> = self.key.near().map(|column| value(row, column)).collect();
        let ids = keeper.0.changed(store, &columns, (id, row), &key);
        let is_new = keeper.0.store_ref(id.store).tracks().slot(id.slot).state == State::Pending;
        let mut other: Option<bool> = None;
        let mut points = |child: &RowId| match self.parent_of(*child, row, id, keeper) {
            Some(ParentKey::Row(parent)) => parent == id,
            Some(ParentKey::Values(key)) if self.is_key_of(row, &key) => {
                if keeper.0.store_ref(store).is_new(child.slot, &columns) {
                    !*other.get_or_insert_with(|| self.is_replaced(&key, (id, row), keeper))
                } else {
                    !is_new
                }
            }
            _ => false,
        };
        ids.into_iter().filter(|child| points(child)).collect()
    }

    /// Whether another row that stays has the key of this one.
    fn is_replaced(&self, key: &[Value<'static>], (id, row): (RowId, &dyn Record), keeper: &mut Keeper<'_>) -> bool {
        let near: Vec<usize> = self.key.near().collect();
        let changed = keeper.0.changed(id.store, &near, (id, row), key);
        let stores = &*keeper.0;
        let is_new = |other: &RowId| stores.store_ref(id.store).tracks().slot(other.slot).state == State::Pending;
        let has_key = |other: RowId| Pointing::new(stores).has_key(other, self.key.near(), key);
        let stays = |other: RowId| other != id && !stores.goes(other) && has_key(other);
        if changed.into_iter().filter(is_new).any(stays) {
            return true;
        }
        let there = row_by(keeper.0, id.store, self.key.near(), key, false);
        let stays = |other: RowId| {
            let state = keeper.0.store_ref(id.store).tracks().slot(other.slot).state;
            state == State::Persistent && !keeper.0.goes(other)
        };
        there.is_some_and(|other| other != id && stays(other))
    }

    /// What the database does by itself to those whose parent, a row of the model's table, goes.
    fn acts(&self, parents: &Table) -> Option<Action> {
        let names: Vec<&str> = self.key.far().map(|index| self.table.columns[index].name).collect();
        let key = self.table.all_foreign_keys().find(|key| key.table == parents.name && key.columns == names);
        key.and_then(|key| key.on_delete).filter(|action| *action != Action::NoAction)
    }

    /// Whether those whose parent goes stay without one: they can be written, their foreign key may be NULL, and the
    /// database does nothing to them by itself.
    fn can_stay(&self, parents: &Table) -> bool {
        !self.table.read_only
            && self.acts(parents).is_none()
            && self.key.far().any(|index| self.table.columns[index].nullable)
    }
}
