//! Puts the figures of `results/` into README.md and PEERS.md, between their markers.

use std::error::Error;
use std::fs;

use benches::Scaling;
use benches::peers::PeerSpeed;
use benches::results::{BuildPeers, BuildTime, Instructions, Machine, ServerSpeed, Speed, folder, read};

fn main() -> Result<(), Box<dyn Error>> {
    readme()?;
    peers()
}

fn readme() -> Result<(), Box<dyn Error>> {
    let path = folder().join("README.md");
    let mut page = fs::read_to_string(&path)?;
    let speed: Speed = read("speed.json")?;
    for place in &speed.places {
        let text = format!("{}\nGeometric mean: {:.2}.", place.table(), place.geometric_mean);
        page = fill(&page, &place.place.replace(' ', "-"), &text)?;
    }
    let instructions: Instructions = read("instructions.json")?;
    let text = format!("{}\nGeometric mean: {:.2}.", instructions.table(), instructions.geometric_mean);
    page = fill(&page, "instructions", &text)?;
    // As long as nobody has measured there, the page says nothing of it.
    if let Ok(speed) = read::<ServerSpeed>("postgres.json") {
        page = fill(&page, "postgres", &server(&speed))?;
    }
    page = fill(&page, "build-time", &read::<BuildTime>("build-time.json")?.text())?;
    page = fill(&page, "machine", &machine(&speed.machine, &instructions.valgrind))?;
    Ok(fs::write(path, page)?)
}

/// What nobody has measured yet stays as it is.
fn peers() -> Result<(), Box<dyn Error>> {
    let path = folder().join("PEERS.md");
    let mut page = fs::read_to_string(&path)?;
    for place in ["sqlite-memory", "sqlite-file", "postgres", "postgres-tcp"] {
        let name = format!("peers-{place}");
        if let Ok(speed) = read::<PeerSpeed>(&format!("{name}.json")) {
            page = fill(&page, &name, &compared(&speed, &name))?;
            page = fill(&page, "peers-machine", &on(&speed.machine))?;
        }
    }
    if let Ok(scaling) = read::<Scaling>("scaling.json") {
        let text = format!(
            "{}![Cost beside the cheapest size](results/scaling.svg)\n\n{}",
            noted(&scaling.note),
            scaling.table()
        );
        page = fill(&page, "scaling", &text)?;
    }
    if let Ok(build) = read::<BuildPeers>("build-peers.json") {
        page = fill(&page, "build-peers", &format!("{}{}", noted(&build.note), build.table()))?;
    }
    Ok(fs::write(path, page)?)
}

fn compared(speed: &PeerSpeed, name: &str) -> String {
    let server = if speed.server.is_empty() { String::new() } else { format!("{}.\n\n", speed.server) };
    format!(
        "{}{server}![Each library's ratio to hand-written code](results/{name}.svg)\n\n{}\n{}\n{}",
        noted(&speed.note),
        speed.standings_table(),
        speed.table(),
        speed.memory()
    )
}

/// What the reader must know of a run, before its figures.
fn noted(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!("**{note}**\n\n") }
}

/// Replaces what is between the markers `<!-- name -->` and `<!-- /name -->`.
fn fill(page: &str, name: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let missing = || format!("the page has no markers `{name}`");
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&open).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&close).ok_or_else(missing)?;
    Ok(format!("{before}{open}\n{}\n{close}{after}", text.trim_end()))
}

fn server(speed: &ServerSpeed) -> String {
    let Machine { postgres, tokio_postgres, .. } = &speed.machine;
    format!(
        "{}\nGeometric means: {:.2} and {:.2}. {}; postgres {postgres}, tokio-postgres {tokio_postgres}. {}",
        speed.table(),
        speed.geometric_mean_to_postgres,
        speed.geometric_mean_to_tokio_postgres,
        speed.server,
        on(&speed.machine)
    )
}

fn on(machine: &Machine) -> String {
    format!("The machine: {}.", named(machine))
}

fn named(machine: &Machine) -> String {
    let cores = if machine.cores == 1 { "1 core".to_string() } else { format!("{} cores", machine.cores) };
    format!("{}, {cores}; {}; {}", machine.processor, machine.system, machine.rustc)
}

fn machine(machine: &Machine, valgrind: &str) -> String {
    let (named, valgrind) = (named(machine), valgrind.replace('-', " "));
    format!("{named}; rusqlite {}, SQLite {} (bundled); {valgrind}.", machine.rusqlite, machine.sqlite)
}
