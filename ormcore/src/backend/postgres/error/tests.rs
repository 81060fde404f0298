use super::ServerError;
use crate::error::{Error, ErrorKind};

fn body(fields: &[(u8, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, text) in fields {
        body.push(*field);
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    body
}

fn error(code: &str, fields: &[(u8, &str)]) -> ServerError {
    let mut all = vec![(b'S', "FEHLER"), (b'V', "ERROR"), (b'C', code)];
    all.extend_from_slice(fields);
    ServerError::parse(&body(&all)).unwrap()
}

fn translated(code: &str, message: &str, sql: &str) -> Error {
    error(code, &[(b'M', message)]).translate(Some(sql), sql.contains('$'))
}

/// Everything that may reach a log: the message, the chain of sources, `Debug`.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text + &error.downcast_ref::<ServerError>().unwrap().to_string()
}

#[test]
fn all_fields_are_read() {
    let fields = [
        (b'S', "ОШИБКА"),
        (b'V', "FATAL"),
        (b'C', "23505"),
        (b'M', "m"),
        (b'D', "d"),
        (b'H', "h"),
        (b's', "public"),
        (b't', "user"),
        (b'c', "email"),
        (b'd', "text"),
        (b'n', "user_email_key"),
        (b'P', "17"),
        (b'R', "routine"),
        (b'W', "unnamed portal parameter $1 = 'hunter2'"),
        (b'?', "of a later version"),
    ];
    let error = ServerError::parse(&body(&fields)).unwrap();
    assert_eq!((error.severity(), error.code(), error.message()), ("FATAL", "23505", "m"));
    assert_eq!((error.detail(), error.hint(), error.schema()), (Some("d"), Some("h"), Some("public")));
    assert_eq!((error.table(), error.column(), error.data_type()), (Some("user"), Some("email"), Some("text")));
    assert_eq!((error.constraint(), error.position()), (Some("user_email_key"), Some(17)));
    assert_eq!(error.routine(), Some("routine"));
    assert!(error.breaks_connection());
}

#[test]
fn a_body_that_is_cut_off_is_an_error() {
    let whole = body(&[(b'V', "ERROR"), (b'C', "23505"), (b'M', "a ü"), (b'P', "x")]);
    for end in 0..whole.len() {
        assert!(ServerError::parse(&whole[..end]).is_err(), "{end}");
    }
    assert_eq!(ServerError::parse(&whole).unwrap().position(), None);
    assert!(ServerError::parse(&[0]).is_err());
    let wrong = ServerError::parse(b"C28000\0M\xff\xfe\0\0").unwrap();
    assert_eq!(wrong.message(), "\u{fffd}\u{fffd}");
}

#[test]
fn only_a_fatal_error_breaks_the_connection() {
    assert!(!error("23505", &[]).breaks_connection());
    assert!(!error("57P01", &[]).breaks_connection(), "it is another server's that a function passes on");
    assert!(ServerError::parse(&body(&[(b'S', "PANIC"), (b'C', "XX000")])).unwrap().breaks_connection());
    assert!(ServerError::parse(&body(&[(b'S', "FATALE"), (b'C', "57P01")])).unwrap().breaks_connection());
}

#[test]
fn the_columns_of_a_key_are_read_in_every_language() {
    for (detail, columns) in [
        ("Key (email)=(hunter2) already exists.", vec!["email"]),
        ("Key (first, last)=(a, b)=(c) already exists.", vec!["first", "last"]),
        ("Schlüssel »(first, \"La, st\")=(hunter2, x)« existiert bereits.", vec!["first", "La, st"]),
        ("Ключ \"(\"a\"\"b\")=(hunter2)\" уже существует.", vec!["a\"b"]),
        ("キー (email)=(hunter2) はすでに存在します。", vec!["email"]),
        ("Key (lower(email))=(hunter2) already exists.", vec![]),
        ("Key (lower(email::text), b)=(hunter2, 1) already exists.", vec![]),
        ("Key (\"unclosed)=(hunter2\")=(x)", vec![]),
        ("hunter2", vec![]),
        ("", vec![]),
    ] {
        let fields = [(b'M', "doppelter Schlüsselwert"), (b'D', detail), (b't', "user"), (b'n', "user_key")];
        let error = error("23505", &fields).translate(Some("INSERT INTO \"user\" .."), false);
        let columns: Vec<String> = columns.into_iter().map(str::to_string).collect();
        let expected =
            ErrorKind::UniqueViolation { table: "user".into(), columns, constraint: Some("user_key".into()) };
        assert_eq!(*error.kind(), expected, "{detail}");
        assert!(!shown(&error).contains("hunter2"), "{detail}");
        assert_eq!(error.downcast_ref::<ServerError>().unwrap().detail(), Some(detail));
    }
}

#[test]
fn a_foreign_key_names_the_table_that_was_written() {
    let fields = |detail| [(b'M', "Fremdschlüssel"), (b'D', detail), (b't', "post"), (b'n', "post_author_id_fkey")];
    let missing = "Schlüssel (author_id)=(7) ist nicht in Tabelle »user« vorhanden.";
    let within = "La clé (parent)=(7) n'est pas présente dans la table «\u{a0}post\u{a0}».";
    let alike = "Key (blog)=(post) is not present in table \"blog_post\".";
    let referenced = "Auf Schlüssel (id)=(7) wird noch aus Tabelle »post« verwiesen.";
    for (code, detail, sql, table, columns) in [
        ("23503", missing, Some("INSERT INTO \"post\" (\"author_id\")"), "post", vec!["author_id"]),
        ("23503", missing, Some("UPDATE \"post\" SET \"author_id\" = $1"), "post", vec!["author_id"]),
        ("23503", referenced, Some("DELETE FROM \"user\""), "user", vec![]),
        ("23503", referenced, Some("delete from \"post\""), "post", vec![]),
        ("23001", referenced, Some("UPDATE \"user\" SET \"id\" = $1"), "user", vec![]),
        ("23503", within, Some("INSERT INTO \"post\" (\"parent\")"), "post", vec!["parent"]),
        ("23503", within, Some("INSERT INTO \"post\" (\"id\") ON CONFLICT (\"id\") DO UPDATE"), "post", vec![]),
        ("23503", within, Some("INSERT INTO \"post\" (\"id\") ON CONFLICT DO NOTHING"), "post", vec!["parent"]),
        ("23503", within, Some("UPDATE \"post\" SET \"parent\" = $1"), "post", vec![]),
        ("23503", referenced, Some("UPDATE \"post\" SET \"id\" = $1"), "post", vec![]),
        ("23503", alike, Some("UPDATE \"post\" SET \"blog\" = $1"), "post", vec!["blog"]),
        ("23503", missing, Some("COMMIT"), "post", vec![]),
        ("23503", missing, None, "post", vec![]),
    ] {
        let error = error(code, &fields(detail)).translate(sql, false);
        let columns: Vec<String> = columns.into_iter().map(str::to_string).collect();
        let constraint = Some("post_author_id_fkey".to_string());
        let expected = ErrorKind::ForeignKeyViolation { table: table.into(), columns, constraint };
        assert_eq!(*error.kind(), expected, "{sql:?}");
    }
}

#[test]
fn null_and_check_name_their_columns_and_constraints() {
    let null =
        error("23502", &[(b'M', "m"), (b't', "user"), (b'c', "email"), (b'D', "(1, hunter2)")]).translate(None, false);
    let expected =
        ErrorKind::NotNullViolation { table: "user".into(), columns: vec!["email".into()], constraint: None };
    assert_eq!(*null.kind(), expected);
    assert!(!shown(&null).contains("hunter2"));
    let detail = "Failing row contains (1, hunter2)=(x).";
    let check = error("23514", &[(b'M', "m"), (b't', "user"), (b'n', "stars"), (b'D', detail)]).translate(None, false);
    let expected =
        ErrorKind::CheckViolation { table: "user".into(), columns: vec![], constraint: Some("stars".into()) };
    assert_eq!(*check.kind(), expected);
    assert!(!shown(&check).contains("hunter2"));
    let domain = error("23502", &[(b'M', "domain d does not allow null values"), (b'd', "d")]).translate(None, false);
    assert!(matches!(domain.kind(), ErrorKind::Database { .. }), "{domain:?}");
}

#[test]
fn each_code_has_its_kind() {
    type Fits = fn(&ErrorKind) -> bool;
    let rows: [(&str, Fits); 24] = [
        ("40001", |kind| matches!(kind, ErrorKind::Serialization)),
        ("40P01", |kind| matches!(kind, ErrorKind::Deadlock)),
        ("55P03", |kind| matches!(kind, ErrorKind::Busy { .. })),
        ("57014", |kind| matches!(kind, ErrorKind::Canceled { .. })),
        ("25P04", |kind| matches!(kind, ErrorKind::Canceled { .. })),
        ("25006", |kind| matches!(kind, ErrorKind::ReadOnly { .. })),
        ("25P02", |kind| matches!(kind, ErrorKind::Usage { problem } if problem.contains("tx.savepoint"))),
        ("42P01", |kind| matches!(kind, ErrorKind::Schema { problem } if problem.contains("`create_all`"))),
        ("42703", |kind| matches!(kind, ErrorKind::Schema { problem } if problem.contains("differs from its model"))),
        ("3F000", |kind| matches!(kind, ErrorKind::Schema { .. })),
        ("08006", |kind| matches!(kind, ErrorKind::Connection { .. })),
        ("08P01", |kind| matches!(kind, ErrorKind::Connection { .. })),
        ("57P01", |kind| matches!(kind, ErrorKind::Connection { .. })),
        ("57P02", |kind| matches!(kind, ErrorKind::Connection { .. })),
        ("57P03", |kind| matches!(kind, ErrorKind::Connection { .. })),
        ("53300", |kind| matches!(kind, ErrorKind::Connection { problem } if problem.contains("max_connections"))),
        ("28P01", |kind| matches!(kind, ErrorKind::Connection { problem } if problem.contains("check the user"))),
        ("28000", |kind| matches!(kind, ErrorKind::Connection { problem } if problem.contains("pg_hba.conf"))),
        ("3D000", |kind| matches!(kind, ErrorKind::Connection { problem } if problem.contains("createdb"))),
        ("42804", |kind| matches!(kind, ErrorKind::Database { message, .. } if message.contains("`$1::bigint`"))),
        ("42P18", |kind| matches!(kind, ErrorKind::Database { message, .. } if message.contains("`$1::bigint`"))),
        ("26000", |kind| matches!(kind, ErrorKind::Database { message, .. } if message.contains("pooler=transaction"))),
        ("22012", |kind| matches!(kind, ErrorKind::Database { message, .. } if message == "meldung")),
        (
            "P0001",
            |kind| matches!(kind, ErrorKind::Database { code: Some(code), message } if code == "P0001" && message == "meldung"),
        ),
    ];
    for (code, fits) in rows {
        let error = translated(code, "meldung", "SELECT 1");
        assert!(fits(error.kind()), "{code}: {error:?}");
        assert_eq!(error.statement(), Some("SELECT 1"));
        assert_eq!(error.is_retryable(), ["40001", "40P01", "55P03"].contains(&code), "{code}");
    }
}

#[test]
fn many_rows_that_do_not_fit_the_columns_are_the_schema_s() {
    let many = "UPDATE \"t\" SET \"a\" = \"v\".\"a\" FROM unnest($1::text[]) AS \"v\" (\"a\") WHERE \"t\".\"kind\" = \"v\".\"a\"";
    let kind = |code, routine, sql| error(code, &[(b'M', "m"), (b'R', routine)]).translate(Some(sql), true).into_kind();
    let is_schema =
        |kind| matches!(kind, ErrorKind::Schema { problem } if problem.contains("the table `t` has another type"));
    assert!(is_schema(kind("42804", "transformAssignedExpr", many)));
    assert!(is_schema(kind("42883", "op_error", many)));
    assert!(!is_schema(kind("42883", "ParseFuncOrColumn", many)), "a function that is not there");
    assert!(!is_schema(kind("42883", "op_error", "UPDATE \"t\" SET \"a\" = $1 WHERE \"kind\" = $2")));
}

#[test]
fn no_value_of_a_data_exception_is_shown() {
    for (code, message, kept) in [
        ("22P02", "invalid input syntax for type integer: \"hunter2\"", "invalid input syntax for type integer"),
        ("22P02", "ungültige Eingabesyntax für Typ integer: »hunter2«", "ungültige Eingabesyntax"),
        ("22P02", "неверный синтаксис для типа integer: \"hunter2\"", "неверный синтаксис"),
        ("22P02", "\"hunter2\"型の入力構文が不正です", "invalid text for the type"),
        ("22P02", "「hunter2」は不正です", "the value is not shown"),
        ("22003", "value \"hunter2\" is out of range for type integer", "number out of range"),
        ("22003", "la valeur « hunter2 » est en dehors des limites", "la valeur"),
        ("22007", "invalid input syntax for type date: hunter2", "invalid date or time"),
        ("22021", "invalid byte sequence for encoding \"UTF8\": 0xff hunter2", "invalid byte sequence"),
        ("22P05", "character with byte sequence 0x68756e746572 hunter2 has no equivalent", "byte sequence"),
        ("22023", "time zone 'hunter2' not recognized", "data exception"),
    ] {
        let error = translated(code, message, "SELECT $1::integer");
        let shown = shown(&error);
        assert!(!shown.contains("hunter2") && error.to_string().contains(kept), "{message}: {shown}");
        assert_eq!(error.downcast_ref::<ServerError>().unwrap().message(), message);
    }
    for message in ["division by zero", "integer out of range"] {
        assert!(translated("22003", message, "").to_string().ends_with(message));
    }
}

#[test]
fn no_value_of_what_went_wrong_while_it_ran_is_shown() {
    let sql = "SELECT $1::regclass";
    for (code, message, kept) in [
        ("42P01", "relation \"hunter2\" does not exist", "an error while it ran (the value is not shown): relation .."),
        ("42601", "syntax error in tsquery: \"hunter2\"", "syntax error in tsquery .."),
        ("42704", "Typ »hunter2« existiert nicht", "Typ .."),
        ("3F000", "схема \"hunter2\" не существует", "схема .."),
    ] {
        let error = translated(code, message, sql);
        let shown = shown(&error);
        assert!(!shown.contains("hunter2") && error.to_string().contains(kept), "{message}: {shown}");
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
        assert!(translated(code, message, "SELECT 1").to_string().contains(message), "nothing was bound");
        let of_text = self::error(code, &[(b'M', message), (b'P', "8")]).translate(Some(sql), true);
        assert!(of_text.to_string().contains(message), "{of_text}");
    }
    for (code, routine) in [("P0001", "exec_stmt_raise"), ("45000", "exec_stmt_raise"), ("23505", "_bt_check_unique")] {
        let error = self::error(code, &[(b'M', "a \"name\""), (b'R', routine)]).translate(Some(sql), true);
        assert!(shown(&error).contains("a \"name\""), "{error:?}");
    }
}

#[test]
fn what_is_named_or_wrong_in_a_text_is_shown_also_where_values_are_bound() {
    let message = "\"name\" hunter2";
    let in_function = (b'W', "PL/pgSQL-Funktion f() Zeile 1 bei SQL-Anweisung\nSQL-Anweisung »EXECUTE«");
    for (code, fields, is_shown) in [
        ("42P01", vec![(b'P', "8")], true),
        ("42P01", vec![(b'p', "8"), in_function], true),
        ("42P01", vec![in_function], false),
        ("42P01", vec![(b'p', "8"), (b'W', "PL/pgSQL function f() line 1 at EXECUTE")], false),
        ("42P01", vec![(b'p', "8")], false),
        ("42501", vec![], true),
        ("44000", vec![], true),
        ("55P03", vec![], true),
        ("55P04", vec![], false),
        ("54000", vec![(b'n', "name")], true),
        ("54000", vec![], false),
    ] {
        let fields: Vec<_> = [(b'M', message)].into_iter().chain(fields).collect();
        let error = error(code, &fields).translate(Some("SELECT $1"), true);
        assert_eq!(shown(&error).contains("hunter2"), is_shown, "{code}: {error:?}");
        assert_eq!(matches!(error.kind(), ErrorKind::Schema { .. }), is_shown && code == "42P01", "{error:?}");
    }
}

#[test]
fn a_stale_plan_and_a_lost_statement_are_told_apart() {
    let stale = error("0A000", &[(b'M', "m"), (b'R', "RevalidateCachedQuery")]);
    assert!(stale.is_stale_plan() && !stale.is_lost_statement());
    assert!(!error("0A000", &[(b'R', "transformStmt")]).is_stale_plan());
    assert!(error("26000", &[]).is_lost_statement());
    assert!(stale.translate(None, false).is_retryable());
}

#[test]
fn a_hint_helps_with_a_missing_column() {
    let hint = "Perhaps you meant to reference the column \"user.name\".";
    let error = error("42703", &[(b'M', "column \"nam\" does not exist"), (b'H', hint)]).translate(None, false);
    assert!(error.to_string().starts_with("column \"nam\" does not exist (Perhaps you meant"), "{error}");
}

#[test]
fn what_was_written_for_another_database_is_told() {
    let said = |sql| translated("42601", "syntax error at end of input", sql).to_string();
    assert!(said("SELECT * FROM t WHERE a = ?").ends_with("placeholders are `$1`, `$2` and so on"));
    assert!(said("SELECT 1; SELECT 2;").ends_with("one call runs one statement"));
    assert!(said("SELEC 1;\n").ends_with("syntax error at end of input"));
}
