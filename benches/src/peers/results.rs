use serde::{Deserialize, Serialize};

use crate::results::{Machine, Quantiles, geometric_mean};

/// `peers-*.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct PeerSpeed {
    pub machine: Machine,
    pub place: String,
    /// What the server says of itself, where there is one.
    pub server: String,
    /// What the reader must know of this run.
    pub note: String,
    /// How long each operation was measured.
    pub seconds: f64,
    pub libraries: Vec<Library>,
    pub operations: Vec<Row>,
}

/// A library, and how it stands in all.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Library {
    pub name: String,
    pub version: String,
    /// The version of SQLite that it links.
    pub sqlite: String,
    /// Of its ratios to hand-written code, over the operations that it has.
    pub geometric_mean: f64,
    pub worst: f64,
    pub worst_operation: String,
    pub operations: usize,
}

/// The figures of an operation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    pub operation: String,
    pub title: String,
    pub rounds: usize,
    /// In the order of the libraries; none where a library has no such feature.
    pub cells: Vec<Option<Cell>>,
}

/// The figures of a library for an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cell {
    /// The median of one repetition.
    pub ns: f64,
    /// The rounds' ratios to hand-written code.
    pub ratio: Quantiles,
    /// By how many KiB memory grew, where that is of interest.
    pub grown_kib: Option<u64>,
}

/// Fills in how each library stands.
pub fn standings(libraries: &mut [Library], rows: &[Row]) {
    for (index, library) in libraries.iter_mut().enumerate() {
        let ratios: Vec<(&str, f64)> =
            rows.iter().filter_map(|row| Some((row.title.as_str(), row.cells[index].as_ref()?.ratio.median))).collect();
        let worst = ratios.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        library.operations = ratios.len();
        library.geometric_mean = geometric_mean(ratios.iter().map(|(_, ratio)| *ratio));
        (library.worst_operation, library.worst) =
            worst.map_or((String::new(), 0.0), |(title, ratio)| ((*title).to_string(), *ratio));
    }
}
