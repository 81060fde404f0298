//! Drafts that may travel in one statement, for none of them meets another.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::part::Part;
use super::plan::{UpsertRows, proposed};
use super::{Target, Update, Upserted};
use crate::error::Result;
use crate::model::Model;
use crate::query::Assignment;
use crate::schema::statements::insert_arrays;
use crate::sql::Dialect;
use crate::value::{SqlType, Value};

impl<M: Model, O: Upserted<M>, E> UpsertRows<M, O, E> {
    /// The INSERT of any number of rows, where each of them gives one row back, in order, and none meets another.
    pub(super) fn together(&self, part: &Part, dialect: &'static dyn Dialect) -> Result<Option<String>> {
        let updates_all = self.clause.update.is_some() && self.clause.filter.is_none();
        let Target::Columns(target) = &self.clause.target else { return Ok(None) };
        if self.goes_apart {
            return Ok(None);
        }
        let mut written = Vec::new();
        M::on_write(&mut |index, _| written.push(index));
        // What is updated to meet a later row is to be there before that one comes.
        let is_equal = |set: &&Assignment<M>| set.value.as_ref().is_ok_and(|value| *value == proposed::<M>(set.index));
        if let Some(Update::Assigned(assignments)) = &self.clause.update {
            written.extend(assignments.iter().filter(|set| !is_equal(set)).map(|set| set.index));
        }
        let are_given = target.iter().all(|index| part.columns.contains(index) && !written.contains(index));
        if !updates_all || !are_given || part.rows.len() < 2 || !target.iter().all(|index| is_exact::<M>(*index)) {
            return Ok(None);
        }
        let Some(sql) = insert_arrays(M::TABLE, &part.columns, self.gives, dialect) else { return Ok(None) };
        let (random, mut hashes) = (RandomState::new(), Vec::with_capacity(part.rows.len()));
        for row in &self.rows[part.rows.clone()] {
            let mut hasher = random.build_hasher();
            // What cannot be sent is told where it is sent.
            if !target.iter().all(|index| row.field(*index).value().is_ok_and(|value| hash(&value, &mut hasher))) {
                return Ok(None);
            }
            hashes.push(hasher.finish());
        }
        hashes.sort_unstable();
        // Two that differ and have one hash are taken for the same, which is only slower.
        if hashes.is_sorted_by(|first, second| first < second) { Ok(Some(sql)) } else { Ok(None) }
    }

    /// Whether drafts travel together of which the database may hold some for equal: text, in a column of a table that
    /// something else made, may be of a type or a collation that passes over case, accents or spaces.
    pub(super) fn may_go_apart(&self) -> bool {
        let is_text = |index: &usize| M::COLUMNS[*index].sql_type == SqlType::Text;
        let travel_together = self.parts.iter().any(|part| part.is_together);
        !self.goes_apart && travel_together && self.clause.target.columns().iter().any(is_text)
    }
}

/// Hashes a value of an exact column; `false` for any other.
fn hash(value: &Value<'_>, hasher: &mut impl Hasher) -> bool {
    match value {
        Value::Bool(value) => value.hash(hasher),
        Value::Int(value) => value.hash(hasher),
        Value::Date(value) => value.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        Value::Bytes(bytes) => bytes.hash(hasher),
        Value::Uuid(bytes) => bytes.hash(hasher),
        _ => return false,
    }
    true
}

/// Whether values of the column that the database takes for equal are so here, and the other way round; of text in a table
/// that ormcore made.
fn is_exact<M: Model>(index: usize) -> bool {
    use SqlType::{BigInt, Boolean, Bytes, Date, Integer, SmallInt, Text, Uuid};
    matches!(M::COLUMNS[index].sql_type, Boolean | SmallInt | Integer | BigInt | Text | Bytes | Date | Uuid)
}
