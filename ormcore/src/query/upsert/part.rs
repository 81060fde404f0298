use std::ops::Range;

use crate::model::ColumnSet;

/// Neighbours that leave out the same columns: executions of one statement.
pub(super) struct Part {
    pub(super) unset: ColumnSet,
    pub(super) rows: Range<usize>,
    /// The columns that are given.
    pub(super) columns: Vec<usize>,
    /// How many rows each execution inserts; the last one may insert fewer. Several travel as one array a column.
    pub(super) each: usize,
    /// Whether none of them may meet another, as far as is known here.
    pub(super) is_together: bool,
    /// How many of them have come back.
    pub(super) returned: usize,
}

impl Part {
    /// The rows that one execution inserts.
    pub(super) fn of(&self, execution: usize) -> Range<usize> {
        let first = self.rows.start + execution * self.each;
        first..(first + self.each).min(self.rows.end)
    }

    /// Takes out the first rows, as many as are executions of this many; what is left are executions of one.
    pub(super) fn split_off(&mut self, each: usize) -> Part {
        let together = self.rows.len() - self.rows.len() % each;
        let rows = self.rows.start..self.rows.start + together;
        self.rows.start = rows.end;
        Part { unset: self.unset.clone(), rows, columns: self.columns.clone(), each, is_together: false, returned: 0 }
    }
}
