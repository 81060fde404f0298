//! Where installed programs are, and who may run them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a server needs, all in one folder.
const SERVER: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Who may run a server where the tests run as root, the first that there is.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The folder of the server's programs: in PATH, the newest where Debian has them, or where `pg_config` says.
pub(crate) fn server_folder() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = path().collect();
    folders.extend(versions("/usr/lib/postgresql"));
    folders.extend(output("pg_config", &["--bindir"]).map(PathBuf::from));
    folders.into_iter().find(|folder| SERVER.iter().all(|name| folder.join(name).is_file()))
}

/// A program in PATH, or among those of administrators, whom not every PATH has.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let administrators = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    path().chain(administrators).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A shell whose user a server accepts, which is not root.
pub(crate) fn unprivileged_shell() -> Result<Command, String> {
    if output("id", &["-u"]).as_deref() != Some("0") {
        return Ok(Command::new("sh"));
    }
    for account in ACCOUNTS {
        let Some(group) = output("id", &["-g", account]) else { continue };
        let (user, group) = (format!("--reuid={account}"), format!("--regid={group}"));
        for words in [["setpriv", &user, &group, "--clear-groups"], ["runuser", "-u", account, "--"]] {
            let command = || {
                let mut command = Command::new(words[0]);
                command.args(&words[1..]);
                command
            };
            if command().arg("true").output().is_ok_and(|output| output.status.success()) {
                let mut shell = command();
                shell.arg("sh");
                return Ok(shell);
            }
        }
    }
    Err(format!("root may not run a server, and neither `setpriv` nor `runuser` makes one of {ACCOUNTS:?} of it"))
}

fn path() -> impl Iterator<Item = PathBuf> {
    let path: OsString = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// The folders `/usr/lib/postgresql/17/bin`, the newest first.
fn versions(parent: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let numbered = entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<f64>().ok()?, entry.path())));
    let mut numbered: Vec<_> = numbered.collect();
    numbered.sort_by(|left, right| right.0.total_cmp(&left.0));
    numbered.into_iter().map(|(_, folder)| folder.join("bin")).collect()
}

/// What a program prints, if it is there and succeeds.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}
