//! The rows of a case, which take the place of those of the last one.

use ormcore::prelude::*;
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;

use crate::models::{Cell, Mark, Shelf, every_type};
use crate::samples;

/// Rows of all models; cells are numbered from 1, and shelves and marks are as many as there may be.
#[derive(Debug, Clone)]
pub(crate) struct All {
    pub(crate) shelves: Vec<Option<i64>>,
    pub(crate) marks: Vec<String>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) links: Vec<(usize, usize)>,
}

macro_rules! of_types {
    ($($variant:ident $field:ident $option:ident $one:ident $maybe:ident $ordered:literal $ty:ty, $values:expr;)*) => {
        /// A cell without a key that obeys every constraint, on a shelf of the first three or on none.
        pub(crate) fn cell() -> BoxedStrategy<Cell> {
            let mut rows = of(1..4_i64).prop_map(|shelf_id| Cell { shelf_id, ..Cell::initial() }).boxed();
            $(
                let columns = (rows, $values, weighted(0.7, $values));
                rows = columns.prop_map(|(row, $field, $option)| Cell { $field, $option, ..row }).boxed();
            )*
            rows
        }
    };
}
every_type!(of_types);

pub(crate) fn all() -> impl Strategy<Value = All> {
    (vec(of(0..3_i64), 3), vec(samples::text(), 3), vec(cell(), 0..9), vec((0..9_usize, 0..3_usize), 0..9)).prop_map(
        |(shelves, marks, mut cells, mut links)| {
            for (cell, id) in cells.iter_mut().zip(1..) {
                cell.id = id;
            }
            links.retain(|(cell, _)| *cell < cells.len());
            links.sort_unstable();
            links.dedup();
            All { shelves, marks, cells, links }
        },
    )
}

pub(crate) fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Mark, Cell)>()
}

/// A draft of the cell under its key.
pub(crate) fn draft(cell: &Cell) -> Draft<Cell> {
    Cell::new().with(|draft| *draft = cell.clone()).with_key(cell.id)
}

impl All {
    pub(crate) fn store(&self, db: &Database) -> ormcore::Result<()> {
        db.execute("DELETE FROM diff_cell_marks", ())?;
        Cell::query().delete(db)?;
        Mark::query().delete(db)?;
        Shelf::query().delete(db)?;
        let shelves = self.shelves.iter().zip(1..).map(|(rank, id)| Shelf::new().set(Shelf::RANK, *rank).with_key(id));
        Shelf::insert_all(shelves, db)?;
        let marks = self.marks.iter().zip(1..).map(|(label, id)| Mark::new(label).with_key(id));
        let marks = Mark::insert_all(marks, db)?;
        let cells = Cell::insert_all(self.cells.iter().map(draft), db)?;
        for (cell, mark) in &self.links {
            Cell::MARKS.link(&cells[*cell], &marks[*mark], db)?;
        }
        Ok(())
    }
}

/// All cells and shelves, in words.
pub(crate) fn stored(db: &Database) -> String {
    let cells = Cell::query().order_by(Cell::ID).all(db).unwrap();
    format!("{cells:?} {:?}", Shelf::query().order_by(Shelf::ID).all(db).unwrap())
}
