use std::io::{BufRead, BufReader, Write};
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};

use peers_protocol::{Place, Request};

use crate::results::folder;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A peer's program, which answers a line with a line. It ends when it is dropped.
#[derive(Debug)]
pub struct Child {
    name: &'static str,
    process: Process,
    // None once it is to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts a peer, on one processor if that is said.
    pub fn start(name: &'static str, place: &Place, processor: Option<usize>) -> Result<Self> {
        let program = folder().join(format!("target/peers/release/peer-{name}"));
        if !program.exists() {
            return Err(format!("{} is not built", program.display()).into());
        }
        let mut command = match processor {
            Some(processor) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &processor.to_string()]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let command = command.arg(place.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let output = output.ok_or("the program has no output")?;
        Ok(Child { name, process, input, output: BufReader::new(output) })
    }

    /// Which peer it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Sends a request and waits for the answer: its words.
    pub fn ask(&mut self, request: Request) -> Result<Vec<String>> {
        let failed = |what: &str| format!("{}: `{request}`: {what}", self.name);
        let input = self.input.as_mut().ok_or_else(|| failed("it has ended"))?;
        writeln!(input, "{request}").map_err(|error| failed(&error.to_string()))?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
        match words.first().map(String::as_str) {
            None => Err(failed("it ended without an answer").into()),
            Some("error") => Err(failed(line.trim()).into()),
            Some(_) => Ok(words),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It ends with its input; a program that does not has nothing to lose.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
