//! What is not installed: said once, or a failure.

use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

/// A comma-separated list of what may not be missing.
const REQUIRE: &str = "ORMCORE_TEST_REQUIRE";

/// Says what does not run and why, once in a process.
///
/// It is written to the standard error itself, which the test harness does not capture as it does what is printed.
///
/// # Panics
/// If `ORMCORE_TEST_REQUIRE` names it.
pub fn missing(name: &str, why: &str) {
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let required = env::var(REQUIRE).unwrap_or_default();
    assert!(!required.split(',').any(|word| word.trim() == name), "{REQUIRE} asks for {name}: {why}");
    let mut said = SAID.lock().expect("nothing panics with it");
    if !said.iter().any(|before| before == name) {
        said.push(name.to_string());
        let text = format!("\n*** {}: NOT RUN ON {}: {why}\n\n", suite(), name.to_uppercase());
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// The name of this test program: `suite-0123456789abcdef` is `suite`.
fn suite() -> String {
    let program = env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or(Path::new("tests").as_os_str()).to_string_lossy();
    name.rsplit_once('-').map_or(&*name, |(name, _)| name).to_string()
}
