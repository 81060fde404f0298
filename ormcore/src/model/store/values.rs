use std::fmt;
use std::num::NonZeroUsize;

use crate::model::Record;
use crate::schema::{Column, Table};
use crate::value::{Field, Parameters, Value, ValueError, bytes};

/// The values of a row's columns, one behind the other.
///
/// What no database can hold is NULL here, and an error when it is written; but a NaN, which one may hold, is itself.
#[derive(Clone, Copy)]
pub(crate) struct Values<'v>(&'v [u8]);

impl<'v> Values<'v> {
    /// Values that are these bytes.
    pub(crate) fn within(bytes: &'v [u8]) -> Self {
        Values(bytes)
    }

    pub(crate) fn bytes(self) -> &'v [u8] {
        self.0
    }

    pub(crate) fn to_owned(self) -> OwnedValues {
        OwnedValues(self.0.to_vec())
    }

    /// The value of a column.
    pub(crate) fn get(self, index: usize) -> Value<'v> {
        self.iter().nth(index).unwrap_or(Value::Null)
    }

    /// The values of all columns.
    pub(crate) fn iter(self) -> impl Iterator<Item = Value<'v>> {
        self.pieces().map(|piece| bytes::first(piece).unwrap_or(Value::Null))
    }

    fn pieces(self) -> impl Iterator<Item = &'v [u8]> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (piece, behind) = bytes::split(rest)?;
            rest = behind;
            Some(piece)
        })
    }

    /// Compares the columns with those of a row, one after the other.
    pub(crate) fn comparing(self) -> Comparing<'v> {
        Comparing { rest: self.0, is_same: false }
    }

    /// Whether a column has the value of this field.
    pub(crate) fn is(self, index: usize, field: &dyn Field) -> bool {
        let mut comparing = self.comparing();
        (0..index).for_each(|_| comparing.skip());
        comparing.has(field)
    }

    /// The positions of the columns that have other values in a row, apart from those that only the database writes: the
    /// program changes none of these.
    pub(crate) fn differences<'r>(self, row: &'r dyn Record, table: &'r Table) -> impl Iterator<Item = usize> {
        let mut comparing = self.comparing();
        (0..self.pieces().count())
            .filter(move |index| !comparing.has(row.field(*index)) && !table.columns[*index].read_only)
    }

    /// Puts the positions of the columns that have other values in a row into `changed`, apart from those that the database and
    /// the session write; the row's are in the form in which the database gives them back from here on. Compiled for each type
    /// of row, for it is done most often.
    #[inline]
    pub(crate) fn changes<R: Record>(self, row: &mut R, columns: &[Column], changed: &mut Vec<usize>) {
        let mut was = self.comparing();
        for (index, column) in columns.iter().enumerate() {
            if column.version || column.read_only {
                was.skip();
            } else if was.is(|now| row.field_mut(index).send_normalized(now)) != Some(true) {
                // What no database can hold is an error when it is written.
                changed.push(index);
            }
        }
    }

    /// The positions of the columns that have other values there.
    pub(crate) fn differing(self, other: Values<'_>) -> impl Iterator<Item = usize> {
        let both = self.pieces().zip(other.pieces()).enumerate();
        both.filter(|(_, (one, other))| one != other).map(|(index, _)| index)
    }
}

/// The values of a row's columns, in memory of their own.
#[derive(Clone)]
pub(crate) struct OwnedValues(Vec<u8>);

impl OwnedValues {
    /// Of the first `count` columns of a row.
    pub(crate) fn of(row: &dyn Record, count: usize) -> Self {
        let mut bytes = Vec::new();
        append(row, count, &mut bytes);
        OwnedValues(bytes)
    }

    pub(crate) fn values(&self) -> Values<'_> {
        Values(&self.0)
    }

    /// Sets the value of a column.
    pub(crate) fn set(&mut self, index: usize, value: &Value<'_>) {
        let mut changed = Vec::with_capacity(self.0.len());
        for (at, piece) in self.values().pieces().enumerate() {
            if at == index {
                bytes::push(&mut changed, value);
            } else {
                changed.extend_from_slice(piece);
            }
        }
        self.0 = changed;
    }
}

/// Appends the values of the first `count` columns of a row: compiled for each type of row, for it is done most often.
#[inline]
fn append<R: Record + ?Sized>(row: &R, count: usize, bytes: &mut Vec<u8>) {
    for index in 0..count {
        if let Err(error) = row.field(index).send(&mut Appending(bytes)) {
            no_value(error);
            bytes::push_null(bytes);
        }
    }
}

/// No database could hold it. Apart from where values are sent, which is compiled for each type of row.
#[cold]
#[inline(never)]
fn no_value(_: ValueError) -> Option<bool> {
    None
}

/// As much memory is kept for the next rows.
const KEPT_BYTES: usize = 1 << 20;

/// What rows of one model were, one behind the other: rows that a program changes are many.
#[derive(Default)]
pub(crate) struct Snapshots {
    bytes: Vec<u8>,
    /// How many bytes are those of snapshots that were dropped.
    dropped: usize,
}

/// Where one of them is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Snapshot {
    end: NonZeroUsize,
    length: usize,
}

impl Snapshots {
    /// Adds what a row with this many columns is.
    #[inline]
    pub(crate) fn take<R: Record + ?Sized>(&mut self, row: &R, columns: usize) -> Option<Snapshot> {
        let start = self.bytes.len();
        append(row, columns, &mut self.bytes);
        self.added(start)
    }

    /// Adds values.
    pub(crate) fn add(&mut self, values: Values<'_>) -> Option<Snapshot> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(values.bytes());
        self.added(start)
    }

    fn added(&mut self, start: usize) -> Option<Snapshot> {
        let end = NonZeroUsize::new(self.bytes.len())?;
        Some(Snapshot { end, length: end.get() - start })
    }

    #[inline]
    pub(crate) fn get(&self, snapshot: Snapshot) -> Values<'_> {
        let end = snapshot.end.get();
        Values::within(&self.bytes[end - snapshot.length..end])
    }

    #[inline]
    pub(crate) fn drop(&mut self, snapshot: Snapshot) {
        self.dropped += snapshot.length;
        if self.dropped == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT_BYTES);
            self.dropped = 0;
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether most of the memory is that of snapshots that were dropped.
    #[inline]
    pub(crate) fn are_sparse(&self) -> bool {
        self.dropped > KEPT_BYTES && self.dropped > self.bytes.len() / 2
    }

    /// Gives the memory back of those that were dropped; `kept` are all others.
    #[cold]
    pub(crate) fn compact<'s>(&mut self, kept: impl Iterator<Item = &'s mut Snapshot>) {
        let bytes = std::mem::take(&mut self.bytes);
        self.dropped = 0;
        for snapshot in kept {
            let end = snapshot.end.get();
            self.bytes.extend_from_slice(&bytes[end - snapshot.length..end]);
            snapshot.end = NonZeroUsize::new(self.bytes.len()).unwrap_or(snapshot.end);
        }
    }
}

/// Some of them may be secret.
impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots").finish_non_exhaustive()
    }
}

/// Takes values by appending them.
struct Appending<'m>(&'m mut Vec<u8>);

impl Parameters for Appending<'_> {
    fn push(&mut self, value: Value<'_>, _: bool) {
        bytes::push(self.0, &value);
    }

    fn push_null(&mut self, _: bool) {
        bytes::push_null(self.0);
    }

    fn push_int(&mut self, value: i64, _: bool) {
        bytes::push_int(self.0, value);
    }

    fn push_float(&mut self, value: f64, _: bool) {
        bytes::push_float(self.0, value);
    }

    fn push_text(&mut self, text: &str, _: bool) {
        bytes::push_text(self.0, text);
    }

    fn keep(&mut self, value: Value<'_>) -> bool {
        bytes::push(self.0, &value);
        true
    }
}

/// Values that are compared with others, one after the other.
pub(crate) struct Comparing<'v> {
    rest: &'v [u8],
    is_same: bool,
}

impl<'v> Comparing<'v> {
    /// Whether the next value is what `send` sends; `None` if no database could hold that.
    #[inline]
    pub(crate) fn is(&mut self, send: impl FnOnce(&mut dyn Parameters) -> Result<(), ValueError>) -> Option<bool> {
        self.is_same = false;
        let sent = send(self);
        if !self.is_same {
            self.skip();
        }
        match sent {
            Ok(()) => Some(self.is_same),
            Err(error) => no_value(error),
        }
    }

    /// Whether the next value is that of this field; what no database can hold is never the same.
    fn has(&mut self, field: &dyn Field) -> bool {
        self.is(|parameters| field.send(parameters)).unwrap_or(false)
    }

    /// Leaves the next value out.
    pub(crate) fn skip(&mut self) {
        self.rest = bytes::behind(self.rest).unwrap_or_default();
    }

    #[inline]
    fn go_on(&mut self, behind: Option<&'v [u8]>) {
        if let Some(rest) = behind {
            (self.rest, self.is_same) = (rest, true);
        }
    }
}

impl Parameters for Comparing<'_> {
    fn push(&mut self, value: Value<'_>, _: bool) {
        self.go_on(bytes::strip(self.rest, &value));
    }

    fn push_null(&mut self, _: bool) {
        self.go_on(bytes::strip_null(self.rest));
    }

    fn push_int(&mut self, value: i64, _: bool) {
        self.go_on(bytes::strip_int(self.rest, value));
    }

    fn push_float(&mut self, value: f64, _: bool) {
        self.go_on(bytes::strip_float(self.rest, value));
    }

    fn push_text(&mut self, text: &str, _: bool) {
        self.go_on(bytes::strip_text(self.rest, text));
    }

    fn keep(&mut self, value: Value<'_>) -> bool {
        self.push(value, false);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(texts: &[&str]) -> OwnedValues {
        let mut bytes = Vec::new();
        texts.iter().for_each(|text| bytes::push_text(&mut bytes, text));
        OwnedValues(bytes)
    }

    #[test]
    fn snapshots_give_their_memory_back_with_the_last() {
        let (mut snapshots, long) = (Snapshots::default(), "x".repeat(2 * KEPT_BYTES));
        let first = snapshots.add(values(&["a", ""]).values()).unwrap();
        let second = snapshots.add(values(&[&long]).values()).unwrap();
        snapshots.drop(first);
        assert_eq!(snapshots.get(second).get(0), Value::Text(long.as_str().into()));
        snapshots.drop(second);
        assert!(snapshots.bytes.is_empty() && snapshots.bytes.capacity() <= KEPT_BYTES);
        assert!(!snapshots.are_sparse());
        let third = snapshots.add(values(&["b", "c"]).values()).unwrap();
        assert_eq!(snapshots.get(third).get(1), Value::Text("c".into()));
    }

    #[test]
    fn a_snapshot_that_stays_does_not_hold_the_memory_of_others() {
        let (mut snapshots, long) = (Snapshots::default(), "x".repeat(KEPT_BYTES / 4));
        let add = |snapshots: &mut Snapshots, text: &str| snapshots.add(values(&[text]).values()).unwrap();
        let mut kept = [add(&mut snapshots, "a"), add(&mut snapshots, "b")];
        for round in 0..100 {
            let other = add(&mut snapshots, &long);
            snapshots.drop(other);
            if snapshots.are_sparse() {
                snapshots.compact(kept.iter_mut());
            }
            assert!(snapshots.bytes.len() < 2 * KEPT_BYTES, "round {round}");
        }
        assert_eq!(kept.map(|one| snapshots.get(one).get(0)), ["a", "b"].map(|text| Value::Text(text.into())));
    }
}
