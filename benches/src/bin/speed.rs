//! Measures ormcore beside hand-written clients: rusqlite in memory and in a file, or, with `--postgres`, `postgres` and
//! `tokio-postgres` with the server that `DATABASE_URL` names.
//!
//! `speed [--postgres] [--seconds N] [OPERATION ..]`: N seconds for each operation in each place (5); with operations
//! named, only those, and nothing is written to `results/`.

use std::error::Error;
use std::time::Duration;

use benches::results::{Machine, PlaceFigures, ServerSpeed, Speed, geometric_mean, write, write_json};
use benches::{Operation, Place, Server, chart, compare, compare_on_server, server_chart};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let asked = Asked::read()?;
    if asked.server { on_server(&asked) } else { embedded(&asked) }
}

/// What the command line asks for.
struct Asked {
    server: bool,
    time: Duration,
    /// None is all.
    operations: Vec<Operation>,
}

impl Asked {
    fn read() -> Result<Self> {
        let mut asked = Asked { server: false, time: Duration::from_secs(5), operations: Vec::new() };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--postgres" => asked.server = true,
                "--seconds" => {
                    let seconds = arguments.next().ok_or("`--seconds` wants a number")?;
                    asked.time = Duration::try_from_secs_f64(seconds.parse()?)?;
                }
                name => asked.operations.push(Operation::named(name).ok_or_else(|| unknown(name))?),
            }
        }
        Ok(asked)
    }

    fn or_all(&self, all: &[Operation]) -> Vec<Operation> {
        if self.operations.is_empty() { all.to_vec() } else { self.operations.clone() }
    }
}

fn unknown(name: &str) -> String {
    format!("`{name}` is no operation; there are {}", Operation::SERVER.map(Operation::name).join(", "))
}

fn embedded(asked: &Asked) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let operations = asked.or_all(&Operation::EMBEDDED);
    let places = vec![
        measure("in memory", &Place::Memory, &operations, asked.time)?,
        measure("in a file", &Place::File(folder.path().to_path_buf()), &operations, asked.time)?,
    ];
    let speed = Speed { machine: Machine::here(), places };
    for place in &speed.places {
        println!("\n{}\n\n{}geometric mean {:.3}", place.place, place.table(), place.geometric_mean);
    }
    if asked.operations.is_empty() {
        write_json("speed.json", &speed)?;
        write("speed.svg", &chart(&speed))?;
    }
    Ok(())
}

fn measure(name: &str, place: &Place, operations: &[Operation], time: Duration) -> Result<PlaceFigures> {
    let mut figures = Vec::new();
    for operation in operations {
        eprintln!("{name}: {}", operation.title());
        figures.push(compare(*operation, place, time)?);
    }
    let geometric_mean = geometric_mean(figures.iter().map(|figures| figures.ratio));
    Ok(PlaceFigures { place: name.to_string(), geometric_mean, operations: figures })
}

fn on_server(asked: &Asked) -> Result<()> {
    let mut server = Server::from_environment()?;
    let mut operations = Vec::new();
    for operation in asked.or_all(&Operation::SERVER) {
        eprintln!("PostgreSQL: {}", operation.title());
        operations.push(compare_on_server(operation, &mut server, asked.time)?);
    }
    let speed = ServerSpeed {
        machine: Machine::here(),
        server: server.description()?,
        geometric_mean_to_postgres: geometric_mean(operations.iter().map(|figures| figures.to_postgres.median)),
        geometric_mean_to_tokio_postgres: geometric_mean(
            operations.iter().map(|figures| figures.to_tokio_postgres.median),
        ),
        operations,
    };
    let (to_postgres, to_tokio) = (speed.geometric_mean_to_postgres, speed.geometric_mean_to_tokio_postgres);
    println!("\n{}geometric means {to_postgres:.3} and {to_tokio:.3}", speed.table());
    if asked.operations.is_empty() {
        write_json("postgres.json", &speed)?;
        write("postgres.svg", &server_chart(&speed))?;
    }
    Ok(())
}
