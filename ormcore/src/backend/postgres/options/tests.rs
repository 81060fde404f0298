use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::environment::Environment;
use super::passfile::Passfile;
use super::settings::{self, Host, Settings, SslRoot};
use super::{ChannelBinding, Pooler, PostgresOptions, SslMode, TargetSessionAttrs};
use crate::backend::postgres::keepalive::Keepalive;
use crate::error::Result;
use crate::value::Secret;

/// Surroundings of the test's own: variables, and folders with a socket for port 5432.
#[derive(Default)]
struct Made {
    variables: HashMap<&'static str, String>,
    sockets: Vec<&'static str>,
}

impl Environment for Made {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn has_socket(&self, folder: &Path, port: u16) -> bool {
        port == 5432 && self.sockets.iter().any(|socket| folder == Path::new(socket))
    }
}

fn made(variables: &[(&'static str, &str)]) -> Made {
    let variables = variables.iter().map(|(name, value)| (*name, value.to_string())).collect();
    Made { variables, sockets: Vec::new() }
}

fn resolved_in(url: &str, variables: &[(&'static str, &str)]) -> Result<Settings> {
    settings::resolve(&PostgresOptions::from_url(url)?, &made(variables))
}

fn resolved(url: &str) -> Settings {
    resolved_in(url, &[("USER", "os")]).unwrap()
}

fn refused(url: &str) -> String {
    resolved_in(url, &[("USER", "os")]).unwrap_err().to_string()
}

fn tcp(name: &str, port: u16) -> Host {
    Host::Tcp { name: name.to_string(), port }
}

fn unix(folder: &str, port: u16) -> Host {
    Host::Unix { folder: PathBuf::from(folder), port }
}

fn password(settings: &Settings) -> Option<&str> {
    settings.password(&settings.hosts[0]).map(|password| password.expose().as_str())
}

#[test]
fn a_url_names_everything() {
    for scheme in ["postgres", "postgresql", "PostgreSQL"] {
        let settings = resolved(&format!("{scheme}://a%40b:p%2F%3A%40w@db.example.org:5433/sh%20op"));
        assert_eq!(settings.hosts, [tcp("db.example.org", 5433)]);
        assert_eq!((settings.user.as_str(), settings.database.as_str()), ("a@b", "sh op"));
        assert_eq!(password(&settings), Some("p/:@w"));
    }
    // libpq takes the first `@`; a host has none, so that the last one is the only one that makes sense.
    assert_eq!(password(&resolved("postgres://ann:p@ss:word#1@host/db")), Some("p@ss:word#1"));
}

#[test]
fn hosts_are_names_addresses_and_folders() {
    for (url, hosts) in [
        ("postgres://h1:5433,h2,h3:/db", vec![tcp("h1", 5433), tcp("h2", 5432), tcp("h3", 5432)]),
        ("postgres://ann@[::1]:5433,[fe80::1%25eth0]/db", vec![tcp("::1", 5433), tcp("fe80::1%eth0", 5432)]),
        ("postgres://%2Frun%2Fpostgresql/db", vec![unix("/run/postgresql", 5432)]),
        ("postgres://%2Ftmp%2Fa%2Cb:6000/db", vec![unix("/tmp/a,b", 6000)]),
        ("postgres:///db?host=/run/postgresql&port=6000", vec![unix("/run/postgresql", 6000)]),
        ("postgres:///db?host=h1,/tmp,h3&port=1,,3", vec![tcp("h1", 1), unix("/tmp", 5432), tcp("h3", 3)]),
        ("postgres://h1,h2/db?port=6000", vec![tcp("h1", 6000), tcp("h2", 6000)]),
        ("postgres://old:1/db?host=new", vec![tcp("new", 1)]),
        ("postgres://:6000", vec![tcp("localhost", 6000)]),
        ("postgres://ann@", vec![tcp("localhost", 5432)]),
        ("postgres://", vec![tcp("localhost", 5432)]),
    ] {
        assert_eq!(resolved(url).hosts, hosts, "{url}");
    }
}

#[test]
fn every_option_is_read() {
    let settings = resolved(
        "postgres://h/x?user=ann&password=p%26w&dbname=shop&application_name=till&options=-c%20geqo%3Doff\
         &connect_timeout=10&sslmode=verify-full&sslrootcert=/etc/root.crt&channel_binding=require\
         &target_session_attrs=prefer-standby&load_balance_hosts=random&pooler=transaction&statement_timeout=1500\
         &keepalives=0&keepalives_idle=30&keepalives_interval=7&keepalives_count=3&tcp_user_timeout=4500\
         &client_encoding=UTF8&gssencmode=prefer&&",
    );
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("ann", "shop"));
    assert_eq!(password(&settings), Some("p&w"));
    assert_eq!(settings.application_name.as_deref(), Some("till"));
    assert_eq!(settings.options.as_deref(), Some("-c geqo=off"));
    assert_eq!(settings.connect_timeout, Some(Duration::from_secs(10)));
    assert_eq!((settings.ssl_mode, settings.ssl_root), (SslMode::VerifyFull, SslRoot::File("/etc/root.crt".into())));
    assert_eq!(settings.channel_binding, ChannelBinding::Require);
    assert_eq!(settings.target_session_attrs, TargetSessionAttrs::PreferStandby);
    assert!(settings.load_balance_hosts);
    assert_eq!(settings.pooler, Some(Pooler::Transaction));
    assert_eq!(settings.statement_timeout, Some(Duration::from_millis(1500)));
    let keepalive = Keepalive {
        probes: Some(false),
        idle: Some(Duration::from_secs(30)),
        interval: Some(Duration::from_secs(7)),
        count: Some(3),
        user_timeout: Some(Duration::from_millis(4500)),
    };
    assert_eq!(settings.keepalive, keepalive);
}

#[test]
fn less_than_no_probe_is_the_system_s() {
    let keepalive = resolved("postgres://h/?keepalives_idle=-1&keepalives_interval=-1&keepalives_count=-1").keepalive;
    let none = Some(Duration::ZERO);
    assert_eq!(keepalive, Keepalive { idle: none, interval: none, count: Some(0), ..Keepalive::default() });
}

#[test]
fn the_builder_says_what_a_url_says() {
    let built = PostgresOptions::new()
        .host("h1")
        .port(5433)
        .unix_socket("/tmp")
        .user("ann")
        .password("pw")
        .database("shop")
        .connect_timeout(Duration::from_secs(3))
        .keepalives(true)
        .keepalives_idle(Duration::from_secs(30))
        .keepalives_interval(Duration::from_secs(7))
        .keepalives_count(3)
        .tcp_user_timeout(Duration::from_millis(4500))
        .ssl_mode(SslMode::Require)
        .pooler(Pooler::Transaction);
    let url = "postgres://ann:pw@h1:5433,%2Ftmp/shop?connect_timeout=3&sslmode=require&pooler=transaction&keepalives=1\
               &keepalives_idle=30&keepalives_interval=7&keepalives_count=3&tcp_user_timeout=4500";
    assert_eq!(built, PostgresOptions::from_url(url).unwrap());
    assert_eq!(
        PostgresOptions::new().port(1).host("h1").host("h2"),
        PostgresOptions::new().host("h1").port(1).host("h2")
    );
}

#[test]
fn a_timeout_of_zero_is_none() {
    for text in ["0", "-1"] {
        assert_eq!(resolved(&format!("postgres://h/?connect_timeout={text}")).connect_timeout, None);
    }
    let said = resolved_in("postgres://h/?connect_timeout=0", &[("USER", "os"), ("PGCONNECT_TIMEOUT", "7")]).unwrap();
    assert_eq!(said.connect_timeout, None);
}

#[test]
fn variables_speak_where_the_url_is_silent() {
    let variables = [
        ("PGHOST", "h1,/tmp"),
        ("PGHOSTADDR", "10.0.0.1"),
        ("PGPORT", "6000"),
        ("PGUSER", "env"),
        ("PGPASSWORD", "secret"),
        ("PGDATABASE", "base"),
        ("PGAPPNAME", "app"),
        ("PGOPTIONS", "-c a=b"),
        ("PGSSLMODE", "require"),
        ("PGCONNECT_TIMEOUT", "7"),
        ("PGTARGETSESSIONATTRS", "standby"),
        ("USER", "os"),
    ];
    let silent = resolved_in("postgres://", &variables).unwrap();
    assert_eq!(silent.hosts, [tcp("h1", 6000), unix("/tmp", 6000)]);
    assert_eq!((silent.user.as_str(), silent.database.as_str()), ("env", "base"));
    assert_eq!(password(&silent), Some("secret"));
    assert_eq!((silent.application_name.as_deref(), silent.options.as_deref()), (Some("app"), Some("-c a=b")));
    assert_eq!((silent.ssl_mode, silent.connect_timeout), (SslMode::Require, Some(Duration::from_secs(7))));
    assert_eq!(silent.target_session_attrs, TargetSessionAttrs::Standby);

    let url = "postgres://ann:pw@h:1/db?application_name=a&options=o&sslmode=disable&connect_timeout=1&target_session_attrs=any";
    let said = resolved_in(url, &variables).unwrap();
    assert_eq!(said.hosts, [tcp("h", 1)]);
    assert_eq!((said.user.as_str(), said.database.as_str(), password(&said)), ("ann", "db", Some("pw")));
    assert_eq!((said.application_name.as_deref(), said.options.as_deref()), (Some("a"), Some("o")));
    assert_eq!((said.ssl_mode, said.connect_timeout), (SslMode::Disable, Some(Duration::from_secs(1))));
    assert_eq!(said.target_session_attrs, TargetSessionAttrs::Any);
}

#[test]
fn an_empty_variable_says_nothing() {
    let settings = resolved_in(
        "postgres://",
        &[("PGHOST", ""), ("PGPORT", ""), ("PGUSER", ""), ("PGSSLMODE", ""), ("LOGNAME", "me")],
    );
    let settings = settings.unwrap();
    assert_eq!(settings.hosts, [tcp("localhost", 5432)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str(), settings.ssl_mode), ("me", "me", SslMode::Prefer));
}

#[test]
fn the_first_folder_with_a_socket_is_the_default() {
    let options = PostgresOptions::new().user("ann");
    let mut made = Made { sockets: vec!["/tmp", "/var/run/postgresql"], ..Made::default() };
    assert_eq!(settings::resolve(&options, &made).unwrap().hosts, [unix("/var/run/postgresql", 5432)]);
    assert_eq!(settings::resolve(&options.clone().port(5433), &made).unwrap().hosts, [tcp("localhost", 5433)]);
    made.sockets.clear();
    assert_eq!(settings::resolve(&options, &made).unwrap().hosts, [tcp("localhost", 5432)]);
}

#[test]
fn a_root_certificate_asks_for_verification() {
    let mode = |query: &str| resolved(&format!("postgres://h/?{query}")).ssl_mode;
    assert_eq!(mode("sslmode=allow"), SslMode::Prefer);
    assert_eq!(mode("ssl=true"), SslMode::Require);
    assert_eq!(mode("sslmode=require&sslrootcert=/a.crt"), SslMode::VerifyCa);
    assert_eq!(mode("sslrootcert=system"), SslMode::VerifyFull);
    assert!(refused("postgres://h/?sslmode=require&sslrootcert=system").contains("`sslmode=verify-full`"));
    assert!(refused("postgres://h/?sslmode=verify-ca").contains("`sslrootcert=path/to/root.crt`"));
}

#[test]
fn a_wrong_url_says_what_to_write() {
    for (url, says) in [
        ("postgres:db", "write `postgres://user:password@host/database`"),
        ("postgres://h/?sslmod=require", "`sslmod`; there are `sslmode`"),
        ("postgres://h/?target_session_attr=any", "there are `target_session_attrs`"),
        ("postgres://h/?sslmode=on", "none of disable, allow, prefer, require, verify-ca, verify-full"),
        ("postgres://h/?target_session_attrs=rw", "read-write"),
        ("postgres://h/?connect_timeout=1s", "`connect_timeout=10`"),
        ("postgres://h/?keepalives=on", "none of 0, 1"),
        ("postgres://h/?keepalives_count=few", "`keepalives_count=3`"),
        ("postgres://h/?statement_timeout=1s", "`statement_timeout=5000`"),
        ("postgres://h/?gssencmode=require", "none of disable, prefer"),
        ("postgres://h/?sslmode", "`?name=value&name=value`"),
        ("postgres://h:0/", "1 to 65535"),
        ("postgres://h:65536/", "1 to 65535"),
        ("postgres://[::1/", "`[::1]:5432`"),
        ("postgres://[::1]5432/", "`[::1]:5432`"),
        ("postgres://h/%zz", "`%25`"),
        ("postgres://h/?application_name=%00", "percent-encoded"),
        ("postgres://h1,h2,h3?port=1,2", "2 ports for 3 hosts"),
    ] {
        let error = refused(url);
        assert!(error.contains(says), "{url}: {error}");
    }
    let nobody = resolved_in("postgres://h", &[]).unwrap_err().to_string();
    assert!(nobody.contains("PGUSER"), "{nobody}");
    let port = resolved_in("postgres://h", &[("USER", "os"), ("PGPORT", "x")]).unwrap_err().to_string();
    assert!(port.contains("PGPORT"), "{port}");
    let mode = resolved_in("postgres://h", &[("USER", "os"), ("PGSSLMODE", "x")]).unwrap_err().to_string();
    assert!(mode.contains("`PGSSLMODE=x`"), "{mode}");
    let ports = resolved_in("postgres://h", &[("USER", "os"), ("PGPORT", "1,2")]).unwrap_err().to_string();
    assert!(ports.contains("2 ports for 1 hosts"), "{ports}");
}

#[test]
fn a_password_is_never_shown() {
    for url in [
        "postgres:ann:hunter2@host/db",
        "postgres://ann:hunter2@host:port/db",
        "postgres://ann:hunter2%zz@host/db",
        "postgres://ann:x/hunter2@host/db",
        "postgres://ann:12/hunter2@host/db",
        "postgres://ann:hunter2/x@host/db",
        "postgres://ann:hunter2?x@host/db",
        "postgres://ann:12?hunter2@host/db",
        "postgres://ann:12?hunter2=x@host/db",
        "postgres://ann:x@y/hunter2@host/db",
        "postgres://ann:x@y?hunter2=z@host/db",
        "postgres://ann:hunter2@[::1/db",
        "postgres://ann@host/db?password=hunter2%zz",
        "postgres://ann@host/db?password=hunter2%00",
        "postgres://ann@host/db?password=hunter2&sslmode=x",
    ] {
        let error = PostgresOptions::from_url(url).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}: {error}");
    }
    let options = PostgresOptions::from_url("postgres://ann:hunter2@host/db").unwrap();
    let settings = settings::resolve(&options, &Made::default()).unwrap();
    assert!(!format!("{options:?} {settings:?}").contains("hunter2"));
    let zero = settings::resolve(&PostgresOptions::new().user("a").password("hunter2\0"), &Made::default());
    let zero = zero.unwrap_err().to_string();
    assert!(zero.contains("the password holds a zero byte") && !zero.contains("hunter2"), "{zero}");
}

#[test]
fn the_first_line_that_fits_has_the_password() {
    let file = Passfile::parse(
        "# a comment\n\nh1:5432:shop:ann:one\nh\\:2:*:*:a\\\\nn:t\\:wo:rest\n/srv/pg:*:*:*:folder\n\
         localhost:*:*:*:local\nshort:line\nempty:*:*:*:\n*:5433:shop:*:any\n",
    );
    let find = |host: &Host, database: &str, user: &str| file.password(host, database, user).map(Secret::expose);
    assert_eq!(find(&tcp("h1", 5432), "shop", "ann").unwrap(), "one");
    assert_eq!(find(&tcp("h1", 5432), "shop", "bob"), None);
    assert_eq!(find(&tcp("h:2", 1), "x", "a\\nn").unwrap(), "t:wo");
    assert_eq!(find(&unix("/srv/pg", 5432), "x", "y").unwrap(), "folder");
    assert_eq!(find(&unix("/var/run/postgresql", 5432), "x", "y").unwrap(), "local");
    assert_eq!(find(&tcp("localhost", 5432), "x", "y").unwrap(), "local");
    assert_eq!(find(&tcp("empty", 1), "x", "y"), None);
    assert_eq!(find(&tcp("other", 5433), "shop", "y").unwrap(), "any");
    assert!(!format!("{file:?}").contains("folder\""));
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_may_read_is_left_alone() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    let folder = std::env::temp_dir().join(format!("ormcore-passfile-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(".pgpass");
    fs::write(&file, "*:*:*:ann:hunter2\r\n").unwrap();
    let home = folder.to_string_lossy().into_owned();
    let path = file.to_string_lossy().into_owned();
    for (mode, found) in [(0o600, Some("hunter2")), (0o640, None), (0o604, None), (0o400, Some("hunter2"))] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        for (url, variables) in [
            ("postgres://ann@h/db".to_string(), [("HOME", home.as_str())]),
            ("postgres://ann@h/db".to_string(), [("PGPASSFILE", path.as_str())]),
            (format!("postgres://ann@h/db?passfile={path}"), [("HOME", "/nowhere")]),
        ] {
            assert_eq!(password(&resolved_in(&url, &variables).unwrap()), found, "{mode:o} {url}");
        }
        let said = resolved_in("postgres://ann:pw@h/db", &[("HOME", &home)]).unwrap();
        assert_eq!(password(&said), Some("pw"));
    }
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(password(&resolved_in("postgres://ann@h/db", &[("HOME", &home)]).unwrap()), None);
}
