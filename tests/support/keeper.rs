//! A shell that keeps a program for this process and ends it with this process.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use crate::programs;

/// The path of a socket has at most 107 bytes; `/ormcore-XXXXXX/.s.PGSQL.65535` is added to this one.
const LONGEST_FOLDER: usize = 75;

/// A shell, and the program that it keeps in a temporary folder of its own.
///
/// Statics are not dropped, and a process that is killed drops nothing: so the program is not ended by this process but
/// by the shell, which sees the end of its input. It is in a process group of its own, which Ctrl-C does not reach.
#[derive(Debug)]
pub(crate) struct Keeper {
    shell: Child,
    orders: Option<Mutex<Orders>>,
    folder: PathBuf,
}

#[derive(Debug)]
struct Orders {
    to: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Keeper {
    /// Starts a shell that knows the script's orders, and gives the first of them, `begin`.
    pub(crate) fn start(script: &str, arguments: &[&OsStr]) -> Result<Self, String> {
        let mut command = programs::unprivileged_shell()?;
        command.arg("-c").arg(format!("{script}\n{}", include_str!("keeper.sh"))).arg("keeper").arg(temporary_folder());
        command.args(arguments).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        without_settings_of_clients(&mut command);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut shell = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let (to, answers) = (shell.stdin.take().expect("is piped"), shell.stdout.take().expect("is piped"));
        let mut orders = Orders { to, answers: BufReader::new(answers) };
        let folder = orders.answer().map_err(|error| format!("no temporary folder could be made: {error}"))?;
        let keeper = Keeper { shell, orders: Some(Mutex::new(orders)), folder: PathBuf::from(folder) };
        keeper.order("begin")?;
        Ok(keeper)
    }

    /// Waits until the order is carried out; the error is the end of the log.
    pub(crate) fn order(&self, order: &str) -> Result<(), String> {
        let mut orders = self.orders.as_ref().expect("is there until the drop").lock().expect("nothing panics with it");
        let answer = writeln!(orders.to, "{order}").and_then(|()| orders.answer());
        match answer.as_deref() {
            Ok("done") => Ok(()),
            Ok(_) => Err(format!("`{order}` failed: {}", self.log())),
            Err(error) => Err(format!("`{order}`: the shell that keeps the program is gone: {error}")),
        }
    }

    /// The temporary folder, which ends with the program.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Orders {
    fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_string())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.shell.wait();
    }
}

fn temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    if folder.as_os_str().len() > LONGEST_FOLDER { PathBuf::from("/tmp") } else { folder }
}

/// Variables such as PGHOST are about a server of the user's own.
fn without_settings_of_clients(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
}
