use crate::peers::results::{Cell, PeerSpeed};
use crate::table::{Align, markdown};

impl PeerSpeed {
    /// The libraries, a line each: how they stand over all operations.
    pub fn standings_table(&self) -> String {
        let columns = [
            ("library", Align::Left),
            ("version", Align::Left),
            ("SQLite", Align::Left),
            ("operations", Align::Right),
            ("geometric mean", Align::Right),
            ("worst", Align::Right),
            ("which is", Align::Left),
        ];
        let rows = self.libraries.iter().map(|library| {
            let sqlite = if self.server.is_empty() { &library.sqlite } else { "" };
            vec![
                library.name.clone(),
                library.version.clone(),
                sqlite.to_string(),
                library.operations.to_string(),
                format!("{:.2}", library.geometric_mean),
                format!("{:.2}", library.worst),
                library.worst_operation.clone(),
            ]
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }

    /// The operations, a line each: the time of hand-written code, and each library's ratio to it.
    pub fn table(&self) -> String {
        let mut columns = vec![("operation", Align::Left), ("rounds", Align::Right)];
        columns.extend(self.libraries.iter().map(|library| (library.name.as_str(), Align::Right)));
        let rows = self.operations.iter().map(|row| {
            let mut line = vec![row.title.clone(), row.rounds.to_string()];
            line.extend(row.cells.iter().enumerate().map(|(index, cell)| match cell {
                None => "-".to_string(),
                Some(cell) if index == 0 => time(cell.ns),
                Some(cell) => ratio(cell),
            }));
            line
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }

    /// By how much memory grew where an operation says so.
    pub fn memory(&self) -> String {
        let grown = |cells: &[Option<Cell>]| {
            let cells = cells
                .iter()
                .zip(&self.libraries)
                .filter_map(|(cell, library)| Some(format!("{} {}", library.name, cell.as_ref()?.grown_kib?)));
            cells.collect::<Vec<_>>().join(", ")
        };
        let lines =
            self.operations.iter().map(|row| (&row.title, grown(&row.cells))).filter(|(_, grown)| !grown.is_empty());
        lines
            .map(|(title, grown)| format!("Peak memory over what was there before, KiB, {title}: {grown}.\n"))
            .collect()
    }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e5 => format!("{:.2} us", nanoseconds / 1e3),
        ..1e7 => format!("{:.0} us", nanoseconds / 1e3),
        _ => format!("{:.0} ms", nanoseconds / 1e6),
    }
}

fn ratio(cell: &Cell) -> String {
    let digits = if cell.ratio.median < 10.0 { 2 } else { 1 };
    format!("{:.digits$} ({:.digits$}-{:.digits$})", cell.ratio.median, cell.ratio.low, cell.ratio.high)
}
