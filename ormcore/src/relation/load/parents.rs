use crate::error::{Error, Result};
use crate::model::{Keys, Model};
use crate::relation::link::Pairs;
use crate::value::{Parameter, Value};

/// The parents of one load by the values of their keys; those with a NULL in it have no children.
#[derive(Debug, Default)]
pub(super) struct Parents {
    pub(super) keys: Keys,
    /// The values of each key, one key after the other.
    pub(super) values: Vec<Parameter>,
    /// The first parent with each key, and of each parent the next with the same.
    first: Vec<usize>,
    next: Vec<Option<usize>>,
}

impl Parents {
    pub(super) fn new<M: Model>(rows: &[M], key: &Pairs) -> Result<Self> {
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

    /// Looks the row's key up next, unless a part of it is NULL.
    fn push<M: Model>(&mut self, row: &M, key: &Pairs) -> Result<bool> {
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
    pub(super) fn of(&self, key: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(self.first[key]), |parent| self.next[*parent])
    }
}

fn value<M: Model>(row: &M, index: usize) -> Result<Value<'_>> {
    row.field(index).value().map_err(|error| Error::encode(M::NAME, M::COLUMNS[index].name, &error))
}
