//! Measures ormcore beside hand-written code and its peers; `benches/peers/run` builds the programs and starts this.
//!
//! `peers PLACE [--seconds N] [--check] [--peers NAME,..] [--note TEXT] [OPERATION ..]`, where PLACE is `--sqlite-memory`,
//! `--sqlite-file`, `--postgres` or `--postgres-tcp`: N seconds for each operation (6), all peers together. With `--check`
//! nothing is measured, only compared with what must come out. With operations or peers named, nothing is written to
//! `results/`.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use benches::peers::{Child, Comparison, Databases, Library, PEERS, PeerSpeed, compare, peer_chart, standings};
use benches::results::{Machine, folder, write, write_json};
use peers_protocol::{Operation, Request};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let asked = Asked::read()?;
    let mut databases = match asked.place.as_str() {
        "sqlite-memory" => Databases::Memory,
        "sqlite-file" => Databases::files()?,
        _ => Databases::server()?,
    };
    let libraries = libraries(&asked.peers, &mut databases)?;
    let processor = processor();
    let peers = PEERS.into_iter().filter(|peer| libraries.iter().any(|library| library.name == *peer)).collect();
    let comparison = Comparison { peers, time: asked.time, processor };
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for operation in &asked.operations {
        eprintln!("{}: {}", asked.place, operation.title());
        match compare(*operation, &comparison, &mut databases) {
            Ok(row) => rows.extend(row),
            Err(error) => {
                eprintln!("  {error}");
                failures.push(operation.name());
            }
        }
    }
    if !rows.is_empty() {
        report(&asked, libraries, rows, &mut databases, failures.is_empty())?;
    }
    if failures.is_empty() { Ok(()) } else { Err(format!("not measured: {}", failures.join(", ")).into()) }
}

fn report(
    asked: &Asked,
    mut libraries: Vec<Library>,
    operations: Vec<benches::peers::Row>,
    databases: &mut Databases,
    complete: bool,
) -> Result<()> {
    standings(&mut libraries, &operations);
    let speed = PeerSpeed {
        machine: Machine::here(),
        place: asked.words().to_string(),
        server: databases.description()?,
        note: asked.note.clone(),
        seconds: asked.time.unwrap_or_default().as_secs_f64(),
        libraries,
        operations,
    };
    println!("\n{}\n{}\n{}", speed.standings_table(), speed.table(), speed.memory());
    if complete && asked.whole {
        write_json(&format!("peers-{}.json", asked.place), &speed)?;
        write(&format!("peers-{}.svg", asked.place), &peer_chart(&speed))?;
    }
    Ok(())
}

/// What the command line asks for.
struct Asked {
    place: String,
    time: Option<Duration>,
    peers: Vec<String>,
    operations: Vec<Operation>,
    note: String,
    /// Nothing is left out.
    whole: bool,
}

impl Asked {
    fn read() -> Result<Self> {
        let (peers, operations) = (Vec::new(), Vec::new());
        let time = Some(Duration::from_secs(6));
        let mut asked = Asked { place: String::new(), time, peers, operations, note: String::new(), whole: true };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` wants a value"));
            match argument.as_str() {
                "--sqlite-memory" | "--sqlite-file" | "--postgres" | "--postgres-tcp" => {
                    asked.place = argument.trim_start_matches('-').to_string();
                }
                "--seconds" => asked.time = Some(Duration::try_from_secs_f64(value()?.parse()?)?),
                "--check" => asked.time = None,
                "--note" => asked.note = value()?,
                "--peers" => asked.peers = value()?.split(',').map(str::to_string).collect(),
                name => asked.operations.push(name.parse()?),
            }
        }
        if asked.place.is_empty() {
            return Err("which of `--sqlite-memory`, `--sqlite-file`, `--postgres` and `--postgres-tcp`?".into());
        }
        asked.whole = asked.operations.is_empty() && asked.peers.is_empty();
        if asked.operations.is_empty() {
            asked.operations = Operation::ALL.to_vec();
        }
        Ok(asked)
    }

    fn words(&self) -> &'static str {
        match self.place.as_str() {
            "sqlite-memory" => "SQLite in memory",
            "sqlite-file" => "SQLite in a file",
            "postgres" => "PostgreSQL over a Unix socket",
            _ => "PostgreSQL over TCP",
        }
    }
}

/// The libraries whose programs are there and start; of the others is said why not.
fn libraries(asked: &[String], databases: &mut Databases) -> Result<Vec<Library>> {
    let mut libraries = Vec::new();
    for name in PEERS.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|asked| asked == name)) {
        let place = databases.fresh(name)?;
        let started = Child::start(name, &place, None).and_then(|mut child| child.ask(Request::Version));
        match started {
            Ok(answer) => libraries.push(Library {
                name: name.to_string(),
                version: locked(name)?,
                sqlite: answer.get(1).cloned().unwrap_or_default(),
                geometric_mean: 0.0,
                worst: 0.0,
                worst_operation: String::new(),
                operations: 0,
            }),
            Err(error) => eprintln!("{name} is left out: {error}"),
        }
    }
    if libraries.first().is_none_or(|first| first.name != PEERS[0]) {
        return Err("the program of hand-written code is missing: `benches/peers/run` builds it".into());
    }
    Ok(libraries)
}

/// The version of a library in its program's Cargo.lock.
fn locked(name: &str) -> Result<String> {
    let lock = std::fs::read_to_string(folder().join(format!("peers/{name}/Cargo.lock")))?;
    let version = |package: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
        rest.split('"').next().map(str::to_string)
    };
    let packages = if name == "raw" { vec!["rusqlite", "postgres"] } else { vec![name] };
    let versions = packages.iter().filter_map(|package| Some(format!("{package} {}", version(package)?)));
    Ok(versions.collect::<Vec<_>>().join(", "))
}

/// The last processor, where there is `taskset`: the first has more interrupts.
fn processor() -> Option<usize> {
    let there = Command::new("taskset").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("there is no `taskset`: the programs run on any processor, and the figures are noisier");
        return None;
    }
    std::thread::available_parallelism().ok().map(|processors| processors.get() - 1)
}
