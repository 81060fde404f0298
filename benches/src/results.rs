//! What is written to `results/`, and read again by `page`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use crate::machine::Machine;

/// `speed.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Speed {
    pub machine: Machine,
    pub places: Vec<PlaceFigures>,
}

/// The operations in memory, or in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlaceFigures {
    pub place: String,
    pub geometric_mean: f64,
    pub operations: Vec<Figures>,
}

/// The times of an operation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Figures {
    pub operation: String,
    pub title: String,
    pub rounds: usize,
    /// Medians.
    pub ormcore_ns: f64,
    pub raw_ns: f64,
    pub raw_qpsg_ns: f64,
    /// The median of the rounds' ratios, ormcore to the raw side of the lower median.
    pub ratio: f64,
    /// A quarter of the rounds is below it.
    pub ratio_low: f64,
    /// A quarter of the rounds is above it.
    pub ratio_high: f64,
    /// The quickest sample of each side, free of what else the machine did.
    pub ratio_of_minima: f64,
}

/// `postgres.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct ServerSpeed {
    pub machine: Machine,
    pub server: String,
    pub geometric_mean_to_postgres: f64,
    pub geometric_mean_to_tokio_postgres: f64,
    pub operations: Vec<ServerFigures>,
}

/// The times of an operation on PostgreSQL.
#[derive(Debug, Serialize, Deserialize)]
pub struct ServerFigures {
    pub operation: String,
    pub title: String,
    pub rounds: usize,
    /// Medians.
    pub ormcore_ns: f64,
    pub postgres_ns: f64,
    pub tokio_postgres_ns: f64,
    /// The rounds' ratios of ormcore to `postgres`.
    pub to_postgres: Quantiles,
    pub to_tokio_postgres: Quantiles,
}

/// Ratios of many rounds: the middle one, and where a quarter of them is below and above.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Quantiles {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// `instructions.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Instructions {
    pub machine: Machine,
    pub valgrind: String,
    pub geometric_mean: f64,
    pub operations: Vec<Count>,
}

/// The instructions of one operation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Count {
    pub operation: String,
    pub title: String,
    pub ormcore: u64,
    pub raw: u64,
    pub ratio: f64,
}

/// `postgres-instructions.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct ServerInstructions {
    pub machine: Machine,
    pub valgrind: String,
    pub operations: Vec<ServerCount>,
}

/// The instructions of one operation, in the client.
#[derive(Debug, Serialize, Deserialize)]
pub struct ServerCount {
    pub operation: String,
    pub title: String,
    pub ormcore: u64,
    pub postgres: u64,
    pub tokio_postgres: u64,
}

/// `build-time.json`, which the script `build-time` writes.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildTime {
    pub runs: usize,
    pub models: usize,
    pub empty_seconds: f64,
    pub models_seconds: f64,
    pub difference_seconds: f64,
    pub budget_seconds: f64,
    /// The crates that a build of ormcore compiles; `true` for those that rusqlite alone needs too.
    pub crates: BTreeMap<String, bool>,
}

/// `build-peers.json`, which the script `build-peers` writes.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildPeers {
    pub models: usize,
    pub runs: usize,
    pub note: String,
    pub libraries: Vec<BuildCost>,
}

/// What an application costs with a library: CPU seconds.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildCost {
    pub library: String,
    pub crates: usize,
    pub cold_check: f64,
    pub cold_build: f64,
    /// The application alone.
    pub models_check: f64,
    pub models_build: f64,
    /// After a change of one module.
    pub touched_check: f64,
    pub touched_build: f64,
    /// Of the program, stripped.
    pub bytes: u64,
}

/// The geometric mean.
pub fn geometric_mean(ratios: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = ratios.clone().count() as f64;
    (ratios.map(f64::ln).sum::<f64>() / count).exp()
}

/// The folder of this workspace.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn path(name: &str) -> PathBuf {
    folder().join("results").join(name)
}

/// Writes a text to `results/`.
pub fn write(name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(path(name), text)?)
}

/// Writes results as JSON.
pub fn write_json(name: &str, results: &impl Serialize) -> Result<(), Box<dyn Error>> {
    write(name, &(serde_json::to_string_pretty(results)? + "\n"))
}

/// Reads results.
pub fn read<T: DeserializeOwned>(name: &str) -> Result<T, Box<dyn Error>> {
    let path = path(name);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}
