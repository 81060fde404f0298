use crate::error::{Error, Result};
use crate::model::{Keys, Record, Records};
use crate::relation::link::Pairs;
use crate::schema::Table;
use crate::value::{Parameter, Row, SqlType, Value};

/// The parents of one load by the values of their keys; those with a NULL in it have no children.
#[derive(Debug, Default)]
pub struct Parents {
    pub(super) keys: Keys,
    /// The values of each key, one key after the other.
    pub(super) values: Vec<Parameter>,
    count: usize,
    /// The first parent with each key, and for each parent the next one with its key; none if each has a key of its own,
    /// whose number is the parent's place then.
    first: Vec<usize>,
    next: Vec<Option<usize>>,
}

impl Parents {
    /// Reads the keys of rows of a table.
    pub(crate) fn new(rows: &dyn Records, table: &Table, key: &Pairs) -> Result<Self> {
        let count = rows.count();
        let mut parents = Parents { count, ..Parents::default() };
        let mut last = Vec::new();
        parents.values.reserve_exact(count);
        for place in 0..count {
            let row = rows.record(place);
            if !parents.push(row, key)? {
                parents.link(place, &mut last);
                continue;
            }
            match parents.keys.number() {
                (_, true) => {
                    for index in key.near() {
                        let value = value(row, index)?.into_owned();
                        parents.values.push(Parameter { value, secret: table.columns[index].secret });
                    }
                    if !parents.next.is_empty() {
                        parents.first.push(place);
                        last.push(place);
                    }
                }
                (number, false) => {
                    parents.link(place, &mut last);
                    parents.next[last[number]] = Some(place);
                    last[number] = place;
                }
            }
        }
        Ok(parents)
    }

    /// Notes of the parents so far, each of which has a key of its own, that others do not; `last` is the last parent with
    /// each key.
    fn link(&mut self, so_far: usize, last: &mut Vec<usize>) {
        if self.next.is_empty() {
            self.next = vec![None; self.count];
            self.first = (0..so_far).collect();
            last.clone_from(&self.first);
        }
    }

    /// How many parents there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of a row's key, if it is one of these.
    pub(crate) fn find(&mut self, row: &dyn Record, key: &Pairs) -> Result<Option<usize>> {
        Ok(if self.push(row, key)? { self.keys.find() } else { None })
    }

    /// Looks the row's key up next, unless a part of it is NULL.
    fn push(&mut self, row: &dyn Record, key: &Pairs) -> Result<bool> {
        for index in key.near() {
            if row.field(index).int().is_none() && value(row, index)?.is_null() {
                return Ok(false);
            }
        }
        self.push_values(row, key.near())?;
        Ok(true)
    }

    /// Looks the values of these fields up next.
    pub(super) fn push_values(&mut self, row: &dyn Record, fields: impl Iterator<Item = usize>) -> Result<()> {
        for index in fields {
            self.keys.push_field(row.field(index)).map_err(|error| Error::encode("", "", &error))?;
        }
        Ok(())
    }

    /// Looks the values of the far columns of a key up next, which are columns of the table. The row has the whole table's
    /// columns, or only those of the key, from position `first` on.
    #[inline]
    pub(super) fn read_values(
        &mut self,
        row: &dyn Row,
        table: &Table,
        key: &Pairs,
        first: Option<usize>,
    ) -> Result<()> {
        for (place, index) in key.far().enumerate() {
            let (column, at) = (&table.columns[index], first.map_or(index, |first| first + place));
            let failed = |error| Error::decode(table.name, column.name, &error);
            match column.sql_type {
                SqlType::BigInt | SqlType::Integer => match row.int(at).map_err(failed)? {
                    Some(value) => self.keys.push_int(value),
                    None => self.keys.push(&Value::Null),
                },
                _ => self.keys.push(&(column.read)(row, at).map_err(failed)?),
            }
        }
        Ok(())
    }

    /// The parent with a key, if there is one only.
    pub(super) fn only(&self, key: usize) -> Option<usize> {
        let first = self.first(key);
        self.after(first).is_none().then_some(first)
    }

    /// The first parent with a key.
    #[inline]
    pub(super) fn first(&self, key: usize) -> usize {
        if self.next.is_empty() { key } else { self.first[key] }
    }

    /// The next parent with the key of this one.
    #[inline]
    pub(super) fn after(&self, parent: usize) -> Option<usize> {
        self.next.get(parent).copied().flatten()
    }

    /// The parents with a key.
    pub(crate) fn of(&self, key: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(self.first(key)), |parent| self.after(*parent))
    }
}

fn value(row: &dyn Record, index: usize) -> Result<Value<'_>> {
    row.field(index).value().map_err(|error| Error::encode("", "", &error))
}
