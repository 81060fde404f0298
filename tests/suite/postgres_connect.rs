//! Connecting to PostgreSQL: which server, as whom, and what the errors say.

use std::net::TcpListener;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ormcore::backend::postgres::{
    PostgresBackend, PostgresConnection, PostgresOptions, ServerError, TargetSessionAttrs,
};
use ormcore::prelude::*;
use ormcore_tests::{Server, ServerOptions};

/// One server for the tests here that leave it as it is.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(ServerOptions::new().tcp().setting("max_prepared_transactions", "2"))).as_ref()
}

pub(crate) fn one<T: ormcore::plan::FromRow>(db: &Database, sql: &str) -> T {
    db.query_as::<T>(sql, ()).unwrap().pop().unwrap()
}

pub(crate) fn refused(url: &str) -> Error {
    let since = Instant::now();
    let error = Database::connect(url).unwrap_err();
    assert!(since.elapsed() < Duration::from_secs(20), "{error}");
    assert!(matches!(error.kind(), ErrorKind::Connection { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    error
}

/// Fails unless the error holds all of the words.
pub(crate) fn says(error: &Error, words: &[&str]) {
    let text = error.to_string();
    words.iter().for_each(|word| assert!(text.contains(word), "no `{word}` in: {text}"));
}

#[test]
fn a_socket_and_tcp_lead_to_the_same_server() {
    let Some(server) = server() else { return };
    let ask = |url: &str| {
        one::<(Option<String>, i32)>(
            &Database::connect(url).unwrap(),
            "SELECT host(inet_client_addr()), inet_client_port()",
        )
    };
    assert_eq!(
        one::<(Option<String>,)>(&Database::connect(&server.url()).unwrap(), "SELECT host(inet_client_addr())"),
        (None,)
    );
    let (address, port) = ask(&server.tcp_url());
    assert!(address.as_deref() == Some("127.0.0.1") && port > 0, "{address:?}");
    let named = server.tcp_url().replace("127.0.0.1", "localhost");
    assert_eq!(ask(&named).0.as_deref(), Some("127.0.0.1"), "the name's first address may be one where nobody listens");
}

#[test]
fn an_address_of_ipv6_is_an_address() {
    if TcpListener::bind(("::1", 0)).is_err() {
        return;
    }
    let Some(server) = Server::start(ServerOptions::new().tcp().setting("listen_addresses", "127.0.0.1,::1")) else {
        return;
    };
    let db = Database::connect(&server.tcp_url().replace("127.0.0.1", "[::1]")).unwrap();
    assert_eq!(one::<(Option<String>,)>(&db, "SELECT host(inet_client_addr())").0.as_deref(), Some("::1"));
}

#[test]
fn a_session_is_in_utc_and_utf8_and_has_what_was_asked_for() {
    let Some(server) = server() else { return };
    let query = "application_name=shop%20floor&statement_timeout=1234&options=-c%20geqo%3Doff%20-cwork_mem%3D5MB";
    let db = Database::connect(&format!("{}&{query}", server.url())).unwrap();
    let settings = ["TimeZone", "client_encoding", "application_name", "statement_timeout", "geqo", "work_mem"];
    let found = settings.map(|name| one::<(String,)>(&db, &format!("SHOW {name}")).0);
    assert_eq!(found, ["UTC", "UTF8", "shop floor", "1234ms", "off", "5MB"].map(str::to_string));
    let said = db.with_driver(|c: &mut PostgresConnection| {
        ["server_encoding", "TimeZone", "nothing"].map(|name| c.parameter(name).map(str::to_string))
    });
    assert_eq!(said.unwrap(), [Some("UTF8".to_string()), Some("UTC".to_string()), None]);
}

#[test]
fn of_several_hosts_the_first_that_will_do_is_taken() {
    let Some(server) = server() else { return };
    let folder = server.socket_folder().display();
    let port = server.port();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://postgres@/postgres?host=127.0.0.1,/nowhere,{folder}&port={dead},1,{port}");
    let db = Database::connect(&url).unwrap();
    assert_eq!(one::<(bool,)>(&db, "SELECT inet_client_addr() IS NULL"), (true,));
    let error = refused(&format!("postgres://ann:hunter2@127.0.0.1:{dead},localhost:{dead}/shop"));
    says(&error, &[&format!("127.0.0.1:{dead}: "), &format!("localhost:{dead}: "), "does a server run there"]);
    says(
        &refused("postgres://ann:hunter2@/shop?host=/nowhere"),
        &["/nowhere/.s.PGSQL.5432", "does a server run there"],
    );
    says(&refused("postgres://ann:hunter2@no-such-host.invalid/shop"), &["no-such-host.invalid:5432"]);
}

#[test]
fn what_kind_of_server_is_asked_for() {
    let Some(server) = server() else { return };
    let with = |target: &str| format!("{}&target_session_attrs={target}", server.url());
    for target in ["any", "primary", "read-write", "prefer-standby"] {
        Database::connect(&with(target)).unwrap();
    }
    for target in ["standby", "read-only"] {
        says(&refused(&with(target)), &["target_session_attrs", ".s.PGSQL."]);
        Database::connect(&format!("{}&options=-cdefault_transaction_read_only%3Don", with("read-only"))).unwrap();
    }
    let twice = PostgresOptions::new()
        .unix_socket(server.socket_folder())
        .port(server.port())
        .unix_socket(server.socket_folder())
        .port(server.port())
        .user("postgres")
        .load_balance_hosts(true)
        .target_session_attrs(TargetSessionAttrs::Standby);
    let error = Database::with_backend(PostgresBackend::new(twice)).unwrap_err();
    assert_eq!(error.to_string().matches("target_session_attrs").count(), 2, "{error}");
}

#[test]
fn who_answers_in_time_is_waited_for_and_nobody_else() {
    // It accepts, as far as anybody can see, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let since = Instant::now();
    for mode in ["disable", "prefer", "require"] {
        let url = format!("postgres://ann:hunter2@127.0.0.1:{port}/shop?connect_timeout=1&sslmode={mode}");
        says(&refused(&url), &[&format!("127.0.0.1:{port}: "), "did not answer in time", "connect_timeout"]);
    }
    assert!(since.elapsed() < Duration::from_secs(6), "{:?}", since.elapsed());
}

#[test]
fn a_database_a_user_and_a_place_that_there_are_not() {
    let Some(server) = server() else { return };
    let error = refused(&server.url().replace("/postgres?", "/nowhere?"));
    says(&error, &["database \"nowhere\" does not exist", "createdb", ".s.PGSQL."]);
    assert_eq!(error.downcast_ref::<ServerError>().map(ServerError::code), Some("3D000"));
    says(&refused(&server.url().replace("postgres@", "nobody:hunter2@")), &["nobody", ".s.PGSQL.", "pg_hba.conf"]);
    let crowded = Server::start(
        ServerOptions::new().setting("max_connections", "4").setting("superuser_reserved_connections", "0"),
    );
    let Some(crowded) = crowded else { return };
    let held: Vec<_> = (0..4).map_while(|_| Database::connect(&crowded.url()).ok()).collect();
    let error = refused(&crowded.url());
    says(&error, &["too many", "max_connections", ".s.PGSQL."]);
    assert_eq!(error.downcast_ref::<ServerError>().map(ServerError::code), Some("53300"));
    drop(held);
    // The server takes a moment to see that they are gone.
    let since = Instant::now();
    while Database::connect(&crowded.url()).is_err() {
        assert!(since.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    crowded.stop();
    says(&refused(&crowded.url()), &["No such file", "does a server run there"]);
    assert!(Path::new(crowded.socket_folder()).exists());
}

#[test]
fn a_connection_of_another_driver_is_not_lent() {
    let Some(server) = server() else { return };
    let db = Database::connect(&server.url()).unwrap();
    let error = db.with_driver(|_: &mut String| ()).unwrap_err();
    assert!(error.to_string().contains("String"), "{error}");
}
