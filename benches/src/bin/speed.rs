//! Measures ormcore beside hand-written rusqlite, in memory and in a file.
//!
//! `speed [--seconds N] [OPERATION ..]`: N seconds for each operation in each place (5); with operations named, only
//! those, and nothing is written to `results/`.

use std::error::Error;
use std::time::Duration;

use benches::results::{Machine, PlaceFigures, Speed, geometric_mean, write, write_json};
use benches::{Operation, Place, chart, compare};

fn main() -> Result<(), Box<dyn Error>> {
    let (time, operations) = arguments()?;
    let folder = tempfile::tempdir()?;
    let places = vec![
        measure("in memory", &Place::Memory, &operations, time)?,
        measure("in a file", &Place::File(folder.path().to_path_buf()), &operations, time)?,
    ];
    let speed = Speed { machine: Machine::here(), places };
    for place in &speed.places {
        println!("\n{}\n\n{}geometric mean {:.3}", place.place, place.table(), place.geometric_mean);
    }
    if operations.len() == Operation::ALL.len() {
        write_json("speed.json", &speed)?;
        write("speed.svg", &chart(&speed))?;
    }
    Ok(())
}

fn arguments() -> Result<(Duration, Vec<Operation>), Box<dyn Error>> {
    let mut time = Duration::from_secs(5);
    let mut operations = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let seconds = arguments.next().ok_or("`--seconds` wants a number")?;
            time = Duration::try_from_secs_f64(seconds.parse()?)?;
        } else {
            operations.push(Operation::named(&argument).ok_or_else(|| unknown(&argument))?);
        }
    }
    if operations.is_empty() {
        operations = Operation::ALL.to_vec();
    }
    Ok((time, operations))
}

fn unknown(name: &str) -> String {
    format!("`{name}` is no operation; there are {}", Operation::ALL.map(Operation::name).join(", "))
}

fn measure(
    name: &str,
    place: &Place,
    operations: &[Operation],
    time: Duration,
) -> Result<PlaceFigures, Box<dyn Error>> {
    let mut figures = Vec::new();
    for operation in operations {
        eprintln!("{name}: {}", operation.title());
        figures.push(compare(*operation, place, time)?);
    }
    let geometric_mean = geometric_mean(figures.iter().map(|figures| figures.ratio));
    Ok(PlaceFigures { place: name.to_string(), geometric_mean, operations: figures })
}
