//! Counts the instructions of an operation, by valgrind's callgrind.
//!
//! `counts [--postgres] [OPERATION ..]` or `counts --check` or `counts --ceilings` runs itself under valgrind, as `counts run SIDE OPERATION REPEATS`. Only what `measure`
//! does is counted, after a warm-up, and the difference of two runs with different repeats leaves out what is done
//! once. With OPERATIONs named, only those, and nothing is written to `results/`. With `COUNTS_KEEP=FOLDER` the
//! profiles stay there, for `callgrind_annotate`.
//!
//! `counts --check` counts those operations that have a ceiling in `results/ceilings.json`, and fails if one is over it;
//! `counts --ceilings` writes that file.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use benches::results::{
    Count, Instructions, Machine, ServerCount, ServerInstructions, geometric_mean, read, write_json,
};
use benches::{Ceilings, Fill, Operation, Orm, Place, Postgres, Raw, Server, Side, TokioPostgres, measure};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match asked() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", side, operation, repeats] => run(side, named(operation)?, repeats.parse()?),
        ["--postgres", ref names @ ..] => {
            let operations = all_named(names)?;
            count_on_server(if names.is_empty() { &Operation::SERVER } else { &operations })
        }
        ["--check"] => check(),
        ["--ceilings"] => write_json("ceilings.json", &Ceilings::at(&counted(&Ceilings::OPERATIONS)?)),
        [] => count_all(&Operation::EMBEDDED),
        ref names => count_all(&all_named(names)?),
    }
}

fn all_named(names: &[&str]) -> Result<Vec<Operation>> {
    names.iter().map(|name| named(name)).collect()
}

fn named(name: &str) -> Result<Operation> {
    Operation::named(name).ok_or_else(|| {
        format!("`{name}` is no operation; there are {}", Operation::SERVER.map(Operation::name).join(", ")).into()
    })
}

/// What valgrind looks at.
fn run(side: &str, operation: Operation, repeats: i64) -> Result<()> {
    match side {
        "ormcore" => filled_work(&mut Orm::open(&Place::Memory)?, operation, repeats),
        "raw" => filled_work(&mut Raw::open(&Place::Memory, true, &Raw::schema()?)?, operation, repeats),
        "ormcore-on-server" => work(&mut Orm::connect(&filled_schema(operation)?)?, operation, repeats),
        "postgres" => work(&mut Postgres::connect(&filled_schema(operation)?)?, operation, repeats),
        "tokio-postgres" => work(&mut TokioPostgres::connect(&filled_schema(operation)?)?, operation, repeats),
        other => Err(format!("`{other}` is no side").into()),
    }
}

fn filled_schema(operation: Operation) -> Result<String> {
    Server::from_environment()?.filled_schema("counts", operation)
}

fn filled_work<S: Fill>(side: &mut S, operation: Operation, repeats: i64) -> Result<()> {
    operation.fill(side)?;
    work(side, operation, repeats)
}

fn work<S: Side>(side: &mut S, operation: Operation, repeats: i64) -> Result<()> {
    // The first ones prepare statements and tidy the heap after the filling.
    for seed in 1..=3 {
        let work = operation.work(seed, few(operation));
        let inserts = work.inserts();
        drop(work.run(side)?);
        if inserts {
            side.clear()?;
        }
    }
    measure(side, operation.work(0, repeats))?;
    Ok(())
}

/// Fails if an operation takes more than its ceiling allows.
fn check() -> Result<()> {
    let ceilings: Ceilings = read("ceilings.json")?;
    let mut over = Vec::new();
    for count in counted(&Ceilings::OPERATIONS)? {
        println!("{}: {} instructions, {:.3} times hand-written code's", count.operation, count.ormcore, count.ratio);
        over.extend(ceilings.judge(&count));
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n").into()) }
}

/// The folder where the profiles stay, or this one, which goes.
fn profiles(folder: &Path) -> PathBuf {
    let kept = std::env::var_os("COUNTS_KEEP").filter(|folder| !folder.is_empty());
    kept.map_or(folder.to_path_buf(), PathBuf::from)
}

/// The instructions of operations in memory.
fn counted(operations: &[Operation]) -> Result<Vec<Count>> {
    let folder = tempfile::tempdir()?;
    let folder = profiles(folder.path());
    let mut counts = Vec::new();
    for operation in operations {
        eprintln!("{}", operation.title());
        let ormcore = count(&folder, "ormcore", *operation)?;
        let raw = count(&folder, "raw", *operation)?;
        let (operation, title) = (operation.name(), operation.title().to_string());
        counts.push(Count { operation, title, ormcore, raw, ratio: ormcore as f64 / raw as f64 });
    }
    Ok(counts)
}

fn count_all(operations: &[Operation]) -> Result<()> {
    let counts = counted(operations)?;
    let instructions = Instructions {
        machine: Machine::here(),
        valgrind: version()?,
        geometric_mean: geometric_mean(counts.iter().map(|count| count.ratio)),
        operations: counts,
    };
    println!("\n{}geometric mean {:.3}", instructions.table(), instructions.geometric_mean);
    if operations.len() == Operation::EMBEDDED.len() {
        write_json("instructions.json", &instructions)?;
    }
    Ok(())
}

/// The instructions of the clients alone: what the server does is another process's.
fn count_on_server(operations: &[Operation]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = profiles(folder.path());
    let mut counts = Vec::new();
    for operation in operations {
        eprintln!("{}", operation.title());
        counts.push(ServerCount {
            operation: operation.name(),
            title: operation.title().to_string(),
            ormcore: count(&folder, "ormcore-on-server", *operation)?,
            postgres: count(&folder, "postgres", *operation)?,
            tokio_postgres: count(&folder, "tokio-postgres", *operation)?,
        });
    }
    let instructions = ServerInstructions { machine: Machine::here(), valgrind: version()?, operations: counts };
    println!("\n{}", instructions.table());
    if operations.len() == Operation::SERVER.len() {
        write_json("postgres-instructions.json", &instructions)?;
    }
    Ok(())
}

/// How many repetitions the shorter run has.
fn few(operation: Operation) -> i64 {
    operation.repeats(&Place::Memory).max(2)
}

/// The instructions that one repetition takes.
fn count(folder: &Path, side: &str, operation: Operation) -> Result<u64> {
    let few = few(operation);
    let many = few * 3;
    let difference = profile(folder, side, operation, many)?.checked_sub(profile(folder, side, operation, few)?);
    Ok(difference.ok_or("more repetitions took fewer instructions")? / (many - few).unsigned_abs())
}

fn profile(folder: &Path, side: &str, operation: Operation, repeats: i64) -> Result<u64> {
    let file = folder.join(format!("{}-{side}-{repeats}.callgrind", operation.name()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measure*", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args(["run", side, &operation.name(), &repeats.to_string()])
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("valgrind ended with {status}").into());
    }
    let text = std::fs::read_to_string(&file)?;
    let totals =
        text.lines().rev().find_map(|line| line.strip_prefix("totals: ")).ok_or("the profile has no totals")?;
    match totals.trim().parse()? {
        0 => Err("callgrind did not see the function `measure`".into()),
        total => Ok(total),
    }
}

fn version() -> Result<String> {
    let output = Command::new("valgrind").arg("--version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}
