//! Secrets: stored like any other value, and never shown.

use ormcore::prelude::*;
use ormcore_tests::every_backend;

const SECRET: &str = "hunter2-the-secret";

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct ApiKey(Secret<String>);

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(unique, length = 40)]
    password: Secret<String>,
    pin: Option<Secret<i32>>,
    key: Option<ApiKey>,
}

/// A secret that is the key itself.
#[derive(Model, Debug, Clone, PartialEq)]
struct Session {
    #[column(primary_key)]
    token: Secret<String>,
    user: String,
}

fn account() -> Draft<Account> {
    Account::new("ann", SECRET)
        .set(Account::PIN, Secret::new(987_654))
        .set(Account::KEY, ApiKey(SECRET.to_string().into()))
}

/// Fails if a text shows a secret.
fn assert_hidden(text: &str) {
    for secret in [SECRET, "987654", "hunter2"] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn a_secret_is_stored_and_exposed_on_request_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account,)>()?;
    let draft = account();
    assert_hidden(&format!("{draft:?}"));
    let mut row = draft.insert(db)?;
    assert_eq!(Account::find(row.id, db)?, row);
    assert_eq!(row.password.expose(), SECRET);
    assert_hidden(&format!("{row:?}"));
    assert!(format!("{row:?}").contains("***"));
    row.password = Secret::new("other".into());
    row.update(db)?;
    assert_eq!(Account::query().filter(Account::PASSWORD.eq(Secret::new("other".into()))).one(db)?, row);
    assert_eq!(db.query_as::<(String, i64)>("SELECT password, pin FROM account", ())?, [("other".into(), 987_654)]);
    Ok(())
}

fn errors_do_not_show_a_secret(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account, Session)>()?;
    account().insert(db)?;
    let taken = account().insert(db).unwrap_err();
    assert!(taken.is_unique_violation());
    let long = Account::new("a", SECRET.repeat(3)).insert(db).unwrap_err();
    let gone = Session::find(SECRET, db).unwrap_err();
    let session = Session::new(SECRET, "ann").insert(db)?;
    session.delete(db)?;
    let gone_row = session.delete(db).unwrap_err();
    assert!(gone.to_string().contains("***") && gone_row.to_string().contains("***"), "{gone} {gone_row}");
    for error in [taken, long, gone, gone_row] {
        assert_hidden(&format!("{error} {error:?} {:?}", error.statement()));
    }
    Ok(())
}

fn a_secret_that_cannot_be_read_or_sent_is_not_shown(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Vault {
        #[column(primary_key)]
        id: i64,
        code: Secret<u8>,
        big: Secret<u64>,
    }
    db.create_tables::<(Vault,)>()?;
    let sent = Vault::new(1, u64::MAX).insert(db).unwrap_err();
    assert!(matches!(sent.kind(), ErrorKind::Encode { column, .. } if column == "big"), "{sent:?}");
    assert!(!format!("{sent} {sent:?}").contains(&u64::MAX.to_string()), "{sent:?}");
    // A table of another program's, without a CHECK.
    db.drop_tables::<(Vault,)>()?;
    db.execute("CREATE TABLE vault (id BIGINT PRIMARY KEY, code SMALLINT NOT NULL, big BIGINT NOT NULL)", ())?;
    db.execute("INSERT INTO vault VALUES (1, 12321, 2)", ())?;
    let read = Vault::all(db).unwrap_err();
    assert!(matches!(read.kind(), ErrorKind::Decode { column, .. } if column == "code"), "{read:?}");
    assert!(!format!("{read} {read:?}").contains("12321"), "{read:?}");
    Ok(())
}

fn a_query_shows_no_secret(db: &Database) -> ormcore::Result<()> {
    let query =
        Account::query().filter(Account::PASSWORD.is_in([Secret::new(SECRET.into())]).and(Account::NAME.eq("ann")));
    assert_hidden(&format!("{query:?}"));
    let statement = query.sql(db.dialect())?;
    assert_hidden(&format!("{statement:?}"));
    assert!(format!("{statement:?}").contains("ann"));
    let long: Vec<Secret<String>> = (0..50).map(|number| Secret::new(format!("{SECRET}{number}"))).collect();
    let statement = Account::query().filter(Account::PASSWORD.is_in(long)).sql(db.dialect())?;
    assert_hidden(&format!("{statement:?}"));
    Ok(())
}

/// PostgreSQL puts the values of a query into its plan, also what is made of them.
fn a_plan_shows_no_secret(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account,)>()?;
    account().insert(db)?;
    let by_password = || Account::query().filter(Account::PASSWORD.eq(Secret::new(SECRET.into())));
    let by_key = Account::query().filter(Account::KEY.eq(ApiKey(SECRET.to_string().into())));
    let by_pin = Account::query().filter(Account::PIN.is_in([Secret::new(987_654), Secret::new(1)]));
    let many: Vec<Secret<String>> = (0..50).map(|number| Secret::new(format!("{SECRET}{number}"))).collect();
    let made = ormcore::sql!("{} = upper({})", Account::NAME, Secret::new("hunter".to_string()));
    for plan in [
        by_password().filter(Account::NAME.eq("ann")).explain(db)?,
        by_password().select((Account::ID, Account::NAME)).explain(db)?,
        by_key.explain(db)?,
        by_pin.explain(db)?,
        Account::query().filter(Account::PASSWORD.is_in(many)).explain(db)?,
        Account::query().filter(made).explain(db)?,
    ] {
        assert!(plan.concat().contains("account"), "{plan:?}");
        assert_hidden(&plan.concat());
        assert!(!plan.concat().contains("HUNTER"), "{plan:?}");
    }
    let shows_values = by_password().filter(Account::NAME.eq("ann")).explain(db)?.concat().contains("'ann'");
    assert_eq!(shows_values, db.dialect().name() == "postgres");
    Ok(())
}

/// Recordings show values where the builder asks for it.
#[test]
fn a_recording_with_values_leaves_secrets_out() {
    for fixture in every_backend() {
        recorded_with_values(&Database::builder(fixture.url()).log_values().connect().unwrap()).unwrap();
    }
}

fn recorded_with_values(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account,)>()?;
    let statements = db.record();
    let mut row = account().insert(db)?;
    row.update(db)?;
    Account::query().filter(Account::PASSWORD.eq(&row.password)).all(db)?;
    Account::query().update(Account::PASSWORD.set(Secret::new(SECRET.to_string())), db)?;
    Account::insert_all([Account::new("bob", "hunter2")], db)?;
    let shown = format!("{statements:?}");
    assert_eq!(statements.len(), 5);
    assert_hidden(&shown);
    for parameter in statements.entries().into_iter().flat_map(|entry| entry.parameters.unwrap()) {
        assert_hidden(&format!("{:?}", parameter.value));
    }
    assert!(shown.contains("ann") && shown.contains("bob"), "{shown}");
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_secret_is_stored_and_exposed_on_request_alone,
    errors_do_not_show_a_secret,
    a_secret_that_cannot_be_read_or_sent_is_not_shown,
    a_query_shows_no_secret,
    a_plan_shows_no_secret,
);
