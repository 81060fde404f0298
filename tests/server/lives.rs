//! A test process that ends in any way takes its servers with it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ormcore_tests::{Pooler, Server, ServerOptions};

/// How the process that [`a_process_that_ends`] is shall end.
const END: &str = "ORMCORE_TEST_END";

/// Begins the line in which it says where its servers are.
const FOLDERS: &str = "folders ";

#[test]
#[ignore = "a part of the tests beside it, which run it in processes of their own"]
fn a_process_that_ends() {
    let Ok(end) = env::var(END) else { return };
    let server = Server::start(ServerOptions::new()).map(|server| &*Box::leak(Box::new(server)));
    let pooler = server.and_then(Pooler::start).map(|pooler| &*Box::leak(Box::new(pooler)));
    let folders = [server.map(Server::socket_folder), pooler.map(Pooler::socket_folder)];
    let shown: Vec<_> = folders.into_iter().flatten().map(|folder| folder.display().to_string()).collect();
    writeln!(std::io::stderr(), "{FOLDERS}{}", shown.join(":")).unwrap();
    match end.as_str() {
        "exit" => (),
        "panic" => panic!("as asked"),
        "abort" => std::process::abort(),
        _ => thread::sleep(Duration::from_secs(60)),
    }
}

/// A process that has a server and a pooler, and the folders of these; none where none is installed.
fn process(end: &str) -> (Child, Vec<PathBuf>) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "lives::a_process_that_ends", "--ignored"]).env(END, end);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find_map(|line| line.strip_prefix(FOLDERS).map(str::to_string)).unwrap();
    let folders = line.split(':').filter(|folder| !folder.is_empty());
    (child, folders.map(PathBuf::from).collect())
}

/// Programs that work in one of the folders.
fn programs_in(folders: &[PathBuf]) -> usize {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let places = processes.filter_map(|process| fs::read_link(process.path().join("cwd")).ok());
    places.filter(|place| folders.iter().any(|folder| place.starts_with(folder))).count()
}

fn leaves_nothing(end: &str, kill: impl Fn(&mut Child)) {
    let (mut child, folders) = process(end);
    if end == "wait" {
        assert!(folders.iter().all(|folder| folder.exists()), "{folders:?}");
        let shown = !folders.is_empty() && Path::new("/proc/self/cwd").exists();
        assert!(!shown || programs_in(&folders) > folders.len(), "{folders:?}");
    }
    kill(&mut child);
    child.wait().unwrap();
    let start = Instant::now();
    while folders.iter().any(|folder| folder.exists()) || programs_in(&folders) > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "{folders:?} stay, with {} programs", programs_in(&folders));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_process_that_exits_or_panics_or_aborts_leaves_no_server() {
    for end in ["exit", "panic", "abort"] {
        leaves_nothing(end, |_| ());
    }
}

/// As Ctrl-C, this reaches the whole group of the process: the shells that end the servers are in groups of their own.
#[cfg(unix)]
#[test]
fn a_process_that_is_killed_with_its_group_leaves_no_server() {
    leaves_nothing("wait", |child| {
        let group = format!("-{}", child.id());
        assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
    });
}
