//! Updates and deletes of many, and the fixed statements of rows, as text.

use ormcore::prelude::*;

use crate::User;

/// What ran, after it ran.
fn texts(work: impl FnOnce(&Database) -> ormcore::Result<()>) -> Vec<String> {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<User>().unwrap();
    let statements = db.record();
    work(&db).unwrap();
    statements.texts()
}

#[test]
fn updates_of_many() {
    let written = texts(|db| {
        User::query().update(User::AGE.set(1), db)?;
        User::query()
            .filter(User::AGE.gt(1))
            .update((User::AGE.set(User::AGE + 1), User::BIO.set(None::<&str>)), db)?;
        User::query().order_by(User::AGE).limit(2).update(User::NAME.set("x"), db)?;
        Ok(())
    });
    assert_eq!(
        written,
        [
            r#"UPDATE "user" SET "age" = ?"#,
            r#"UPDATE "user" SET "age" = "user"."age" + ?, "bio" = ? WHERE "user"."age" > ?"#,
            r#"UPDATE "user" SET "name" = ? WHERE ("user"."id") IN (SELECT "user"."id" FROM "user" ORDER BY "user"."age" LIMIT ?)"#,
        ]
    );
}

#[test]
fn deletes_of_many() {
    let written = texts(|db| {
        User::query().delete(db)?;
        User::query().filter(User::AGE.is_in([1, 2])).delete(db)?;
        User::query().offset(2).delete(db)?;
        Ok(())
    });
    assert_eq!(
        written,
        [
            r#"DELETE FROM "user""#,
            r#"DELETE FROM "user" WHERE "user"."age" IN (?, ?)"#,
            r#"DELETE FROM "user" WHERE ("user"."id") IN (SELECT "user"."id" FROM "user" LIMIT -1 OFFSET ?)"#,
        ]
    );
}

#[test]
fn rows() {
    let written = texts(|db| {
        let mut user = User::new("ann", 1, 0.5, true).insert(db)?;
        User::get(user.id, db)?;
        user.update(db)?;
        user.update_only((User::AGE, User::BIO), db)?;
        user.refresh(db)?;
        user.delete(db)
    });
    let select = r#"SELECT "id", "name", "age", "bio", "score", "active" FROM "user" WHERE "id" = ?"#;
    assert_eq!(
        written,
        [
            r#"INSERT INTO "user" ("name", "age", "bio", "score", "active") VALUES (?, ?, ?, ?, ?)"#,
            select,
            r#"UPDATE "user" SET "name" = ?, "age" = ?, "bio" = ?, "score" = ?, "active" = ? WHERE "id" = ?"#,
            r#"UPDATE "user" SET "age" = ?, "bio" = ? WHERE "id" = ?"#,
            select,
            r#"DELETE FROM "user" WHERE "id" = ?"#,
        ]
    );
}
