use crate::error::{Error, Result};
use crate::model::{Keys, Model, Record};
use crate::relation::link::Pairs;
use crate::value::{Parameter, Value};

/// The parents of one load by the values of their keys; those with a NULL in it have no children.
#[derive(Debug, Default)]
pub struct Parents {
    pub(super) keys: Keys,
    /// The values of each key, one key after the other.
    pub(super) values: Vec<Parameter>,
    /// The first parent with each key, and of each parent the next with the same.
    first: Vec<usize>,
    next: Vec<Option<usize>>,
}

impl Parents {
    pub(crate) fn new<M: Model>(rows: &[M], key: &Pairs) -> Result<Self> {
        let mut parents = Parents { next: vec![None; rows.len()], ..Parents::default() };
        let mut last = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            if !parents.push(row, key)? {
                continue;
            }
            match parents.keys.number() {
                (_, true) => {
                    for index in key.near() {
                        let value = value(row, index)?.into_owned();
                        parents.values.push(Parameter { value, secret: M::COLUMNS[index].secret });
                    }
                    parents.first.push(place);
                    last.push(place);
                }
                (number, false) => {
                    parents.next[last[number]] = Some(place);
                    last[number] = place;
                }
            }
        }
        Ok(parents)
    }

    /// How many parents there are.
    pub(super) fn len(&self) -> usize {
        self.next.len()
    }

    /// The number of a row's key, if it is one of these.
    pub(crate) fn find(&mut self, row: &dyn Record, key: &Pairs) -> Result<Option<usize>> {
        Ok(if self.push(row, key)? { self.keys.find() } else { None })
    }

    /// Looks the row's key up next, unless a part of it is NULL.
    fn push(&mut self, row: &dyn Record, key: &Pairs) -> Result<bool> {
        for index in key.near() {
            if value(row, index)?.is_null() {
                return Ok(false);
            }
        }
        for index in key.near() {
            self.keys.push(&value(row, index)?);
        }
        Ok(true)
    }

    /// The parent with a key, if there is one only.
    pub(super) fn only(&self, key: usize) -> Option<usize> {
        let first = self.first[key];
        self.next[first].is_none().then_some(first)
    }

    /// The parents with a key.
    pub(crate) fn of(&self, key: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(self.first[key]), |parent| self.next[*parent])
    }
}

fn value(row: &dyn Record, index: usize) -> Result<Value<'_>> {
    row.field(index).value().map_err(|error| Error::encode("", "", &error))
}
