use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// What the figures were measured on, and with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub system: String,
    pub rustc: String,
    pub rusqlite: String,
    pub sqlite: String,
    #[serde(default)]
    pub postgres: String,
    #[serde(default)]
    pub tokio_postgres: String,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        Machine {
            processor: processor().unwrap_or_else(|| "unknown".to_string()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            system: output("uname", &["-srm"]),
            rustc: output("rustc", &["--version"]),
            rusqlite: locked("rusqlite").unwrap_or("unknown").to_string(),
            sqlite: rusqlite::version().to_string(),
            postgres: locked("postgres").unwrap_or("unknown").to_string(),
            tokio_postgres: locked("tokio-postgres").unwrap_or("unknown").to_string(),
        }
    }
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.split(':').next().is_some_and(|key| key.trim() == name))?;
        line.split(':').nth(1).map(str::trim)
    };
    Some(format!("{} (family {}, model {})", field("model name")?, field("cpu family")?, field("model")?))
}

/// What a program prints.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(|_| "unknown".to_string(), |output| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

/// The version of a crate in Cargo.lock.
fn locked(name: &str) -> Option<&'static str> {
    let (_, package) = include_str!("../Cargo.lock").split_once(&format!("name = \"{name}\"\nversion = \""))?;
    package.split('"').next()
}
