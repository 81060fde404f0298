//! Passwords and encryption.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use ormcore::backend::postgres::ServerError;
use ormcore::prelude::*;
use ormcore_tests::{Server, ServerOptions};

use crate::postgres_connect::{one, refused, says, server};

/// A server that encrypts and asks for a password.
fn encrypting() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(ServerOptions::new().tls().authentication("scram-sha-256"))).as_ref()
}

fn is_encrypted(url: &str) -> bool {
    let db = Database::connect(url).unwrap();
    one::<(bool,)>(&db, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").0
}

#[test]
fn a_password_is_proved_in_each_way() {
    for method in ["scram-sha-256", "md5", "password"] {
        let Some(server) = Server::start(ServerOptions::new().tcp().authentication(method)) else { return };
        for url in [server.url(), format!("{}?sslmode=disable", server.tcp_url())] {
            assert_eq!(one::<(String,)>(&Database::connect(&url).unwrap(), "SELECT user::text"), ("postgres".into(),));
            let error = refused(&url.replace("p%40ss%20word@", "hunter2@"));
            says(&error, &["password authentication failed", "PGPASSWORD"]);
            assert_eq!(error.downcast_ref::<ServerError>().map(ServerError::code), Some("28P01"));
            assert!(!format!("{:?}", Database::connect(&url).unwrap()).contains("p@ss"));
            let error =
                refused(&url.replace(":p%40ss%20word@", "@").replacen("postgres?", "postgres?passfile=/nowhere&", 1));
            says(&error, &["asks for the password of `postgres`", "PGPASSWORD", "password file"]);
        }
    }
}

#[test]
fn a_password_file_is_read() {
    let Some(server) = encrypting() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pass");
    fs::write(&path, format!("127.0.0.1:{}:*:postgres:p@ss word\n", server.port())).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let url = server.tcp_url().replace(":p%40ss%20word@", "@");
    Database::connect(&format!("{url}?passfile={}", path.display())).unwrap();
}

#[test]
fn each_mode_encrypts_and_verifies_what_it_says() {
    let Some(server) = encrypting() else { return };
    let url = |query: &str| format!("{}?{query}", server.tcp_url());
    assert!(!is_encrypted(&url("sslmode=disable")));
    assert!(is_encrypted(&url("sslmode=prefer")));
    assert!(is_encrypted(&url("sslmode=require")));
    let root = format!("sslrootcert={}", server.root_certificate().display());
    for mode in ["require", "verify-ca", "verify-full"] {
        assert!(is_encrypted(&url(&format!("sslmode={mode}&{root}"))));
        assert!(is_encrypted(&url(&format!("sslmode={mode}&{root}")).replace("127.0.0.1", "localhost")));
    }
    // Of another name than the certificate's, which leads to the same address.
    let elsewhere = |mode: &str| url(&format!("sslmode={mode}&{root}")).replace("127.0.0.1", "127.1");
    if TcpStream::connect(("127.1", server.port())).is_ok() {
        assert!(is_encrypted(&elsewhere("verify-ca")));
        says(&refused(&elsewhere("verify-full")), &["127.1:", "the encryption failed"]);
    }
    assert!(!is_encrypted(&server.url()), "a socket is not encrypted, whatever is asked for");
}

#[test]
fn an_authority_that_is_not_trusted_is_refused() {
    let Some(server) = encrypting() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9"])
        .args(["-subj", "/CN=others", "-keyout", &path("key"), "-out", &path("root")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::write(path("empty"), "").unwrap();
    fs::write(path("broken"), "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").unwrap();
    let url = |query: &str| format!("{}?{query}", server.tcp_url().replace("p%40ss", "hunter2"));
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = refused(&url(&format!("sslmode={mode}&sslrootcert={}", path("root"))));
        says(&error, &[&format!("127.0.0.1:{}: ", server.port()), "sslrootcert"]);
    }
    for (file, words) in [("empty", "no root certificate"), ("broken", "broken"), ("missing", "missing")] {
        says(&refused(&url(&format!("sslmode=verify-full&sslrootcert={}", path(file)))), &[words]);
    }
    says(&refused(&url("sslmode=verify-full")), &["sslrootcert"]);
    says(&refused(&url("sslmode=require&channel_binding=require")), &["channel_binding"]);
}

/// The commands are those of PostgreSQL's manual.
#[test]
fn a_certificate_made_by_the_manual_is_trusted_as_far_as_it_can_be() {
    let Some(server) = Server::start(ServerOptions::new().tls()) else { return };
    let folder = server.socket_folder();
    let path = |name: &str| folder.join(name).display().to_string();
    let certify = |commands: &[&str]| {
        for command in commands {
            let made = Command::new("openssl").args(command.split(' ')).current_dir(folder).output().unwrap();
            assert!(made.status.success(), "{command}: {made:?}");
        }
        // What is there belongs to the server's user, and stays its.
        for (from, to) in [("made.crt", "server.crt"), ("made.key", "server.key")] {
            fs::write(path(to), fs::read(path(from)).unwrap()).unwrap();
        }
        server.restart();
    };
    let url = |mode: &str, root: &str| {
        format!("{}?sslmode={mode}&sslrootcert={}", server.tcp_url().replace("127.0.0.1", "localhost"), path(root))
    };
    let unverified = |mode: &str| format!("{}?sslmode={mode}", server.tcp_url());
    let own = "req -new -x509 -days 9 -nodes -newkey rsa:2048 -keyout made.key -out made.crt -subj /CN=localhost";

    certify(&[own]);
    for mode in ["require", "verify-ca"] {
        assert!(is_encrypted(&url(mode, "made.crt")), "{mode}");
    }
    says(&refused(&url("verify-full", "made.crt")), &["no host", "-addext subjectAltName=DNS:", "sslmode=verify-ca"]);
    says(&refused(&url("verify-ca", "root.crt")), &["signed by itself", "sslrootcert=path/to/server.crt"]);

    certify(&[&format!("{own} -addext subjectAltName=DNS:localhost")]);
    assert!(is_encrypted(&url("verify-full", "made.crt")));

    let request = "req -new -nodes -newkey rsa:2048 -keyout made.key -out made.csr -subj /CN=localhost";
    let sign = "x509 -req -in made.csr -days 9 -CA root.crt -CAkey root.key -set_serial 2 -out made.crt";
    certify(&[request, sign]);
    if is_of_version_1(&path("made.crt")) {
        assert!(is_encrypted(&unverified("require")));
        assert!(is_encrypted(&unverified("prefer")));
        for mode in ["verify-ca", "verify-full"] {
            says(&refused(&url(mode, "root.crt")), &["version 1", "-extfile"]);
        }
    }
}

/// Later versions of openssl make version 3 by the same command.
fn is_of_version_1(certificate: &str) -> bool {
    let shown = Command::new("openssl").args(["x509", "-noout", "-text", "-in", certificate]).output().unwrap();
    String::from_utf8_lossy(&shown.stdout).contains("Version: 1 ")
}

#[test]
fn a_server_that_does_not_encrypt_is_refused_where_that_is_asked_for() {
    let Some(server) = server() else { return };
    assert!(!is_encrypted(&format!("{}?sslmode=prefer", server.tcp_url())));
    says(&refused(&format!("{}?sslmode=require", server.tcp_url())), &["does not encrypt", "sslmode=prefer"]);
    says(&refused(&format!("{}?sslmode=verify-full", server.tcp_url())), &["does not encrypt"]);
}

/// Listens and hands the first connection to the one function, each later one to the other.
fn in_between(first: fn(TcpStream), later: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut streams = listener.incoming().flatten();
        streams.next().into_iter().for_each(first);
        streams.for_each(later);
    });
    port
}

/// Carries bytes both ways.
fn carry(client: TcpStream, port: u16) {
    let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let pairs = [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)];
    for (mut from, mut to) in pairs {
        thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    }
}

#[test]
fn what_prefers_encryption_goes_on_without_where_it_fails() {
    let Some(server) = encrypting() else { return };
    let port = server.port();
    let broken: [fn(TcpStream); 3] = [
        |mut stream| {
            stream.read_exact(&mut [0; 8]).unwrap();
            stream.write_all(b"Snonsense, not a handshake").unwrap();
        },
        |mut stream| {
            stream.read_exact(&mut [0; 8]).unwrap();
            stream.write_all(b"S").unwrap();
        },
        |mut stream| {
            stream.read_exact(&mut [0; 8]).unwrap();
            stream.write_all(b"EFATAL: sorry\n\0").unwrap();
        },
    ];
    for (index, broken) in broken.into_iter().enumerate() {
        let url = |between: u16, mode: &str| {
            format!(
                "{}?sslmode={mode}&connect_timeout=5",
                server.tcp_url().replace(&port.to_string(), &between.to_string())
            )
        };
        let result = Database::connect(&url(in_between(broken, move |client| carry(client, port)), "prefer"));
        // Bytes that came before the encryption may be anybody's.
        assert_eq!(result.is_ok(), index > 0, "{index}: {result:?}");
        refused(&url(in_between(broken, move |client| carry(client, port)), "require"));
    }
}

#[test]
fn a_server_that_lets_in_only_what_is_not_encrypted_is_reached_by_what_prefers_it() {
    let Some(server) = Server::start(ServerOptions::new().tls()) else { return };
    let rules = "local all all trust\nhostnossl all all all trust\n";
    fs::write(server.socket_folder().join("data/pg_hba.conf"), rules).unwrap();
    server.restart();
    assert!(!is_encrypted(&format!("{}?sslmode=prefer", server.tcp_url())));
    let error = refused(&format!("{}?sslmode=require", server.tcp_url()));
    says(&error, &["pg_hba.conf", &server.port().to_string()]);
}

#[test]
fn a_password_in_the_clear_is_not_given_to_whoever_asks() {
    let Some(server) = Server::start(ServerOptions::new().tls().authentication("password")) else { return };
    assert!(is_encrypted(&format!("{}?sslmode=prefer", server.tcp_url())));
    assert!(!is_encrypted(&format!("{}?sslmode=disable", server.tcp_url())), "as in libpq");
    assert!(!is_encrypted(&server.url()), "over a socket");
}

/// In place of a server: encrypts nothing, asks for the password in the clear, and tells what comes then.
fn asking(mut stream: TcpStream, given: &Sender<Vec<u8>>) -> io::Result<()> {
    fn body(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut body).map(|()| body)
    }
    if body(&mut stream)? == 80_877_103_u32.to_be_bytes() {
        stream.write_all(b"N")?;
        body(&mut stream)?;
    }
    stream.write_all(b"R\0\0\0\x08\0\0\0\x03")?;
    let mut tag = [0];
    stream.read_exact(&mut tag)?;
    given.send([&tag[..], &body(&mut stream)?].concat()).map_err(io::Error::other)
}

#[test]
fn a_password_in_the_clear_is_asked_for_in_vain_where_nothing_is_encrypted() {
    let (tell, told) = channel();
    let port = in_between(drop, move |stream| drop(asking(stream, &tell)));
    drop(TcpStream::connect(("127.0.0.1", port)));
    let url = |mode: &str| format!("postgres://ann:hunter2@127.0.0.1:{port}/shop?connect_timeout=5{mode}");
    for mode in ["", "&sslmode=prefer"] {
        let error = refused(&url(mode));
        says(
            &error,
            &["asks for the password in the clear", "`sslmode=verify-full`", "`sslmode=disable`", "pg_hba.conf"],
        );
        assert_eq!(told.recv().unwrap(), b"X", "{mode}: it says goodbye");
    }
    refused(&url("&sslmode=disable"));
    assert_eq!(told.recv().unwrap(), b"phunter2\0");
}
