//! A model with secrets and what uses them: for the tests of recordings here, and of events in a binary of their own.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
pub(crate) struct Login {
    #[column(primary_key)]
    id: i64,
    name: String,
    password: Secret<String>,
    pin: Option<Secret<i64>>,
}

pub(crate) fn logins(db: &Database) {
    db.create_tables::<Login>().unwrap();
    Login::new("ann", "hunter2").set(Login::PIN, Secret::new(4711)).insert(db).unwrap();
}

/// Uses the secrets in every way.
pub(crate) fn use_secrets(db: &Database) {
    let mut login = Login::find(1, db).unwrap();
    assert_eq!(login.password.expose(), "hunter2");
    login.update(db).unwrap();
    let hunter = Secret::new("hunter2".to_string());
    assert!(Login::query().filter(Login::PASSWORD.eq(&hunter)).exists(db).unwrap());
    let many = (0..100).map(|_| hunter.clone());
    assert_eq!(Login::query().filter(Login::PASSWORD.is_in(many)).count(db).unwrap(), 1);
    Login::query().update(Login::PASSWORD.set(&hunter), db).unwrap();
    Login::insert_all([Login::new("bob", "hunter2"), Login::new("cid", "hunter2")], db).unwrap();
    db.query_as::<(bool,)>("SELECT $1 = $2", (&hunter, &hunter)).unwrap();
}
