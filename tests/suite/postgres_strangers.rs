//! What answers is no PostgreSQL server, or one that has gone mad: an error, no panic, and no wait without an end.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use ormcore::prelude::*;
use proptest::prelude::*;

use crate::postgres_connect::{refused, says};

/// A message of the server's.
fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[tag], &length[..], body].concat()
}

/// A server that says this to each who comes, however it was greeted, and closes when they do.
fn stranger(words: Vec<u8>, waits: bool) -> (u16, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(&words);
        if waits {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            while stream.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
        }
        let _ = stream.shutdown(Shutdown::Both);
    };
    (port, thread::spawn(move || listener.incoming().take(1).flatten().for_each(serve)))
}

fn url(port: u16) -> String {
    format!("postgres://ann:hunter2@127.0.0.1:{port}/shop?connect_timeout=1&sslmode=disable")
}

/// The error that such a server leads to.
fn error_of(words: impl Into<Vec<u8>>) -> Error {
    let (port, server) = stranger(words.into(), false);
    let error = refused(&url(port));
    says(&error, &[&format!("127.0.0.1:{port}: ")]);
    server.join().unwrap();
    error
}

#[test]
fn what_is_no_postgres_is_told_so() {
    let http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    says(&error_of(http), &["no PostgreSQL server", "check the host and the port"]);
    says(&error_of("SSH-2.0-OpenSSH_9.6\r\n"), &["no PostgreSQL server"]);
    says(&error_of(message(b'Y', b"mysql")), &["no PostgreSQL server"]);
    says(&error_of(""), &["closed the connection", "check that a PostgreSQL server runs there"]);
    says(&error_of([b'R', 0x3f, 0xff, 0xff, 0xff, 0, 0]), &["closed the connection"]);
    says(&error_of([b'R', 0xff, 0xff, 0xff, 0xff]), &["no PostgreSQL server"]);
    says(&error_of([b'R', 0, 0, 0, 0]), &["no PostgreSQL server"]);
    says(&error_of(message(b'R', &[0, 0, 0, 5, 1, 2])), &["no PostgreSQL server"]);
    says(&error_of(message(b'E', b"SFATAL")), &["no PostgreSQL server"]);
    says(&error_of(message(b'R', &[0, 0, 0, 7])), &["pg_hba.conf"]);
    says(&error_of(message(b'R', b"\0\0\0\x0aPLAIN\0\0")), &["SCRAM-SHA-256"]);
    says(&error_of(message(b'R', b"\0\0\0\x0bv=no")), &["an answer to no question"]);
}

#[test]
fn a_web_server_that_is_asked_to_encrypt_is_told_so() {
    for mode in ["prefer", "require"] {
        let (port, server) = stranger(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), false);
        let error = refused(&url(port).replace("disable", mode));
        says(&error, &["no PostgreSQL server", &port.to_string()]);
        server.join().unwrap();
    }
}

#[test]
fn a_server_that_talks_without_an_end_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let notice = message(b'N', b"SNOTICE\0C00000\0Mwait\0\0");
        while stream.write_all(&notice).is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let since = Instant::now();
    says(&refused(&url(port)), &["did not answer in time"]);
    assert!(since.elapsed() < Duration::from_secs(4));
    server.join().unwrap();
}

#[test]
fn a_server_that_would_have_us_count_for_ever_or_proves_nothing_is_refused() {
    let challenge = b"\0\0\0\x0br=abc,s=c2FsdA==,i=4294967295";
    let words = [message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"), message(b'R', challenge)].concat();
    says(&error_of(words), &["a challenge that cannot be met"]);
    let words = [message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"), message(b'R', &[0; 4])].concat();
    says(&error_of(words), &["did not prove that it knows the password"]);
}

#[test]
fn a_server_that_starts_or_stops_says_so() {
    let words = |code: &str, text: &str| message(b'E', format!("SFATAL\0VFATAL\0C{code}\0M{text}\0\0").as_bytes());
    says(&error_of(words("57P03", "the database system is starting up")), &["is starting up", "wait"]);
    let (port, server) = stranger(words("57P03", "the database system is shutting down"), false);
    let (next, other) = stranger(words("53300", "sorry, too many clients already"), false);
    let error = refused(&url(port).replace(&format!(":{port}/"), &format!(":{port},127.0.0.1:{next}/")));
    says(&error, &["is shutting down", "; ", "too many clients", "max_connections"]);
    server.join().unwrap();
    other.join().unwrap();
}

/// What a server says from the greeting to the answer of the first statement.
fn session() -> Vec<Vec<u8>> {
    let int = |value: i32| value.to_be_bytes();
    let column = |name: &str, kind: i32| [name.as_bytes(), &[0; 7], &int(kind), &[0, 4, 0, 0, 0, 0, 0, 0]].concat();
    let columns =
        |columns: &[Vec<u8>]| [&[0, u8::try_from(columns.len()).unwrap()], columns.concat().as_slice()].concat();
    let values = |values: &[&[u8]]| {
        let each = values.iter().map(|value| [&int(value.len() as i32)[..], value].concat());
        [&[0, values.len() as u8], each.collect::<Vec<_>>().concat().as_slice()].concat()
    };
    vec![
        message(b'R', &int(0)),
        message(b'S', b"server_version\x0016.1\0"),
        message(b'K', &[int(77), int(88)].concat()),
        message(b'Z', b"I"),
        message(b'T', &columns(&[column("a", 23), column("b", 16), column("c", 25)])),
        message(b'D', &values(&[b"77", b"f", b"off"])),
        message(b'C', b"SELECT 1\0"),
        message(b'Z', b"I"),
        message(b'1', b""),
        message(b't', &[0, 0]),
        message(b'T', &columns(&[column("n", 23), column("t", 25), column("l", 1007), column("m", 1700)])),
        message(b'2', b""),
        message(b'N', b"SNOTICE\0VNOTICE\0C00000\0Mhello\0\0"),
        message(
            b'D',
            &values(&[&int(7), b"text", &[int(1), int(0), int(23), int(1), int(1), int(4), int(9)].concat(), b"1.5"]),
        ),
        message(b'C', b"SELECT 1\0"),
        message(b'Z', b"I"),
    ]
}

/// A row of that session; its last column is no float.
type Found = (i32, String, Vec<i32>, f64);

/// Connects to such a server and runs a statement; whatever comes out comes out soon.
fn visit(words: Vec<u8>) -> ormcore::Result<Vec<Found>> {
    let (port, server) = stranger(words, true);
    let since = Instant::now();
    let found = Database::connect(&format!("{}&pooler=session", url(port)))
        .and_then(|db| db.query_as("SELECT n, t, l, m FROM shop", ()));
    assert!(since.elapsed() < Duration::from_secs(8), "{found:?}");
    server.join().unwrap();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn bytes_at_random_are_an_error(words in prop::collection::vec(any::<u8>(), 0..200)) {
        let (port, server) = stranger(words, false);
        prop_assert!(Database::connect(&url(port)).is_err());
        server.join().unwrap();
    }

    /// A session in which some bytes are others, a message comes twice or not at all, or that ends early.
    #[test]
    fn a_session_gone_mad_is_an_error_or_an_answer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        message in any::<prop::sample::Index>(),
        times in 0_usize..3,
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut messages = session();
        let changed = message.index(messages.len());
        let repeated = vec![messages[changed].clone(); times];
        messages.splice(changed..=changed, repeated);
        let mut words = messages.concat();
        for (place, byte) in changes {
            let at = place.index(words.len());
            words[at] = byte;
        }
        if let Some(end) = end {
            words.truncate(end.index(words.len()));
        }
        // What waits for more than comes is closed by the other side.
        words.extend([0x5a; 3]);
        let (port, server) = stranger(words, false);
        let _ = Database::connect(&format!("{}&pooler=session", url(port)))
            .and_then(|db| db.query_as::<(i32, String, Vec<i32>, String)>("SELECT n, t, l, m FROM shop", ()));
        server.join().unwrap();
    }
}

#[test]
fn a_session_as_it_should_be_is_understood() {
    let error = visit(session().concat()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode { column, .. } if column == "m"), "{error:?}");
}
