//! The password file: lines of `host:port:database:user:password`, as PostgreSQL's manual describes it.

use std::fs;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::settings::{Host, is_default_folder};
use crate::value::Secret;

/// The lines of the file; none where there is no file, or others may read it.
#[derive(Debug, Default)]
pub(super) struct Passfile {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Host, port, database and user; `None` is `*`.
    keys: [Option<String>; 4],
    password: Secret<String>,
}

impl Passfile {
    pub(super) fn read(path: &Path) -> Self {
        // A file that is missing or cannot be read is none: then the server says that a password is needed.
        match fs::metadata(path) {
            Ok(found) if is_private(&found, path) => {}
            _ => return Self::default(),
        }
        fs::read(path).map(|bytes| Self::parse(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
    }

    pub(super) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(Line::parse).collect();
        Passfile { lines }
    }

    /// The password of the first line that fits.
    pub(super) fn password(&self, host: &Host, database: &str, user: &str) -> Option<&Secret<String>> {
        let (name, port) = match host {
            Host::Tcp { name, port } => (name.as_str().into(), port),
            Host::Unix { folder, port } if is_default_folder(folder) => ("localhost".into(), port),
            Host::Unix { folder, port } => (folder.to_string_lossy(), port),
        };
        let wanted = [&*name, &port.to_string(), database, user];
        let line = self.lines.iter().find(|line| line.fits(wanted))?;
        Some(&line.password)
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let mut rest = line;
        let mut key = || {
            let field;
            (field, rest) = field_of(rest);
            rest = rest.strip_prefix(':')?;
            Some(if field == "*" { None } else { Some(unescaped(field)) })
        };
        let keys = [key()?, key()?, key()?, key()?];
        let (password, _) = field_of(rest);
        (!password.is_empty()).then(|| Line { keys, password: Secret::new(unescaped(password)) })
    }

    fn fits(&self, wanted: [&str; 4]) -> bool {
        self.keys.iter().zip(wanted).all(|(key, wanted)| key.as_ref().is_none_or(|key| key == wanted))
    }
}

/// The text up to the next `:` that no backslash stands before, and what follows.
fn field_of(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.find(|letter| {
        let ends = letter == ':' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    text.split_at(end.unwrap_or(text.len()))
}

fn unescaped(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        // A backslash at the very end stands for itself.
        text.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    text
}

/// Where the file is, unless the program says it.
pub(super) fn default_path(environment: &dyn Environment) -> Option<PathBuf> {
    if let Some(path) = environment.variable("PGPASSFILE").filter(|path| !path.is_empty()) {
        return Some(PathBuf::from(path));
    }
    let (variable, below) = if cfg!(windows) { ("APPDATA", "postgresql/pgpass.conf") } else { ("HOME", ".pgpass") };
    let home = environment.variable(variable).filter(|home| !home.is_empty())?;
    Some(Path::new(&home).join(below))
}

/// Whether it is a file that only its owner can reach; if not, it is left alone, as libpq does.
fn is_private(found: &fs::Metadata, path: &Path) -> bool {
    if !found.is_file() {
        warn(path, "it is no plain file");
        return false;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        if found.permissions().mode() & 0o077 != 0 {
            warn(path, "others than its owner may reach it: `chmod 600` it");
            return false;
        }
    }
    true
}

fn warn(path: &Path, problem: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "ormcore", path = %path.display(), "the password file is not read: {problem}");
    #[cfg(not(feature = "tracing"))]
    let _ = (path, problem);
}
