//! The servers that the tests start: they answer, and they end with whoever started them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use ormcore_tests::{Pooler, Server, ServerOptions, url_with_setting};

mod lives;

/// Asks a server with `psql`; `None` where that is not installed.
fn ask(server: &Server, url: &str, sql: &str) -> Option<Output> {
    let mut command = Command::new(server.program("psql")?);
    let settings = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("PG"));
    settings.for_each(|name| _ = command.env_remove(name));
    Some(command.args(["--no-psqlrc", "-At", "-c", sql, url]).output().unwrap())
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

#[test]
fn a_server_answers_on_its_socket_alone() {
    let Some(server) = Server::start(ServerOptions::new()) else { return };
    let socket = server.socket_folder().join(format!(".s.PGSQL.{}", server.port()));
    assert!(socket.as_os_str().len() < 108 && socket.exists(), "{socket:?}");
    let Some(found) = ask(&server, &server.url(), "SELECT 1") else { return };
    assert_eq!(text(&found), "1");
    let show = |name| text(&ask(&server, &server.url(), &format!("SHOW {name}")).unwrap());
    assert_eq!(
        (show("listen_addresses"), show("max_connections"), show("fsync")),
        ("".into(), "200".into(), "off".into())
    );
    assert_eq!((show("server_encoding"), show("lc_collate")), ("UTF8".into(), "C.UTF-8".into()));
}

#[test]
fn a_server_is_restarted_stopped_and_killed_and_keeps_what_it_has() {
    let Some(server) = Server::start(ServerOptions::new().tcp().setting("work_mem", "5MB")) else { return };
    let url = server.tcp_url();
    let Some(found) = ask(&server, &url, "CREATE TABLE kept AS SELECT 7 AS n; SHOW work_mem") else { return };
    assert!(text(&found).ends_with("5MB"), "{found:?}");
    let kept = || text(&ask(&server, &url, "SELECT n FROM kept").unwrap());
    server.restart();
    assert_eq!(kept(), "7");
    server.stop();
    assert!(!ask(&server, &url, "SELECT 1").unwrap().status.success());
    server.restart();
    assert_eq!(kept(), "7");
    server.kill();
    assert!(!ask(&server, &url, "SELECT 1").unwrap().status.success());
    server.restart();
    assert_eq!(kept(), "7");
}

#[test]
fn a_server_asks_for_its_password() {
    for method in ["scram-sha-256", "md5", "password"] {
        let Some(server) = Server::start(ServerOptions::new().authentication(method)) else { return };
        let Some(found) = ask(&server, &server.url(), "SELECT 1") else { return };
        assert_eq!(text(&found), "1", "{method}");
        let wrong = server.url().replacen("word", "wort", 1);
        assert!(!ask(&server, &wrong, "SELECT 1").unwrap().status.success(), "{method}");
    }
}

#[test]
fn a_server_speaks_tls_with_a_certificate_that_can_be_checked() {
    let Some(server) = Server::start(ServerOptions::new().tls()) else { return };
    let root = server.root_certificate();
    assert!(fs::read_to_string(&root).unwrap().contains("BEGIN CERTIFICATE"));
    let url = |mode: &str| format!("{}?sslmode={mode}&sslrootcert={}", server.tcp_url(), root.display());
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let Some(found) = ask(&server, &url("verify-full"), sql) else { return };
    assert_eq!(text(&found), "t");
    assert_eq!(text(&ask(&server, &url("disable"), sql).unwrap()), "f");
}

#[test]
fn a_url_is_given_a_setting_beside_those_it_has() {
    assert_eq!(url_with_setting("postgres://h/d", "search_path", "a"), "postgres://h/d?options=-csearch_path%3Da");
    let url = url_with_setting("postgres://h/d?options=-cwork_mem%3D5MB&port=1", "search_path", "a");
    assert_eq!(url, "postgres://h/d?options=-cwork_mem%3D5MB%20-csearch_path%3Da&port=1");
    let Some(server) = Server::start(ServerOptions::new()) else { return };
    let url = url_with_setting(&url_with_setting(&server.url(), "search_path", "a"), "lock_timeout", "10s");
    let sql = "SELECT current_setting('search_path') || current_setting('lock_timeout')";
    let Some(found) = ask(&server, &url, sql) else { return };
    assert_eq!(text(&found), "a10s");
}

#[test]
fn a_pooler_passes_statements_on_and_ends_with_its_drop() {
    let Some(server) = Server::start(ServerOptions::new()) else { return };
    let Some(pooler) = Pooler::start(&server) else { return };
    let Some(found) = ask(&server, &pooler.url(), "SELECT 1") else { return };
    assert_eq!(text(&found), "1");
    let folder = pooler.socket_folder().to_path_buf();
    drop(pooler);
    assert!(!folder.exists());
    let folder = server.socket_folder().to_path_buf();
    drop(server);
    assert!(!Path::new(&folder).exists());
}
