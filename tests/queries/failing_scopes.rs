//! Default scopes with a value that cannot be sent: nothing is given then, for all of it might be out of scope.

use std::cell::Cell;

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

thread_local! {
    /// Whose documents are in scope.
    static TENANT: Cell<u64> = const { Cell::new(1) };
}

/// No database has so large a number.
const NOBODY: u64 = u64::MAX;

fn mine() -> Predicate<Doc> {
    Doc::TENANT.eq(TENANT.get())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_doc", scope = mine)]
struct Doc {
    #[column(primary_key)]
    id: i64,
    tenant: u64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_user")]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Group::ID)]
    group_id: i64,
    #[relationship]
    docs: HasMany<Doc>,
    #[relationship(batch, foreign_key = Doc::USER_ID)]
    batched: HasMany<Doc>,
    #[relationship(lazy = "dynamic", foreign_key = Doc::USER_ID)]
    refined: HasMany<Doc>,
    #[relationship]
    first: HasOne<Doc>,
}

/// The same users, with what is loaded with each.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_user")]
struct Listing {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "selectin")]
    docs: HasMany<ListedDoc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_user")]
struct Joining {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "joined")]
    docs: HasMany<JoinedDoc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_doc", scope = || ListedDoc::TENANT.eq(TENANT.get()))]
struct ListedDoc {
    #[column(primary_key)]
    id: i64,
    tenant: u64,
    #[column(foreign_key = Listing::ID)]
    user_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_doc", scope = || JoinedDoc::TENANT.eq(TENANT.get()))]
struct JoinedDoc {
    #[column(primary_key)]
    id: i64,
    tenant: u64,
    #[column(foreign_key = Joining::ID)]
    user_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fs_group")]
struct Group {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    users: HasMany<User>,
}

/// A user of a group, with a document of each of two tenants.
fn fill(db: &Database) -> ormcore::Result<()> {
    TENANT.set(1);
    db.create_tables::<(Group, User, Doc)>()?;
    let user = User::new(&Group::new().insert(db)?).insert(db)?;
    Doc::insert_all([1, 2].map(|tenant| Doc::new(tenant, &user)), db)?;
    Ok(())
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(answer: ormcore::Result<T>) {
    let error = answer.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    assert!(error.to_string().contains("18446744073709551615"), "{error}");
}

fn an_access_gives_nothing_where_the_scope_fails(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let user = User::find(1, db)?;
    let users = User::query().with(User::DOCS.select().unscoped()).all(db)?;
    let limited = User::query().with(User::DOCS.select().limit(5)).one(db)?;
    TENANT.set(NOBODY);
    is_refused(Doc::query().all(db));
    is_refused(user.docs(db));
    is_refused(user.first(db));
    is_refused(User::find(1, db)?.batched(db));
    is_refused(User::all(db)?[0].batched(db));
    is_refused(user.refined().all(db));
    is_refused(limited.docs(db));
    assert_eq!(users[0].docs(db)?.len(), 2);
    let mut session = db.session()?;
    let user = session.get::<User>(1)?.unwrap();
    is_refused(session.related(user, User::DOCS));
    TENANT.set(2);
    assert_eq!(session.related(user, User::DOCS)?.len(), 1);
    Ok(())
}

fn what_a_model_declares_to_be_loaded_gives_nothing_where_the_scope_fails(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!((Listing::find(1, db)?.docs(db)?.len(), Joining::find(1, db)?.docs(db)?.len()), (1, 1));
    TENANT.set(NOBODY);
    is_refused(Listing::all(db));
    is_refused(Listing::get(1, db));
    is_refused(Joining::all(db));
    is_refused(Joining::find(1, db));
    let mut session = db.session()?;
    is_refused(session.all(Listing::query()));
    Ok(())
}

fn what_a_query_loads_is_refused_unless_the_scope_is_lifted(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut users = User::all(db)?;
    TENANT.set(NOBODY);
    let at_access = User::query().with(User::DOCS.select()).one(db)?;
    is_refused(at_access.docs(db));
    for load in [User::DOCS.selectin(), User::DOCS.joined(), User::DOCS.subquery()] {
        for load in [load.clone(), load.limit(5)] {
            is_refused(User::query().with(load.clone()).all(db));
            is_refused(Group::query().with(Group::USERS.selectin().then(load.clone())).all(db));
            assert_eq!(User::query().with(load.clone().unscoped()).one(db)?.docs(db)?.len(), 2);
            let group = Group::query().with(Group::USERS.selectin().then(load.unscoped())).one(db)?;
            assert_eq!(group.users(db)?[0].docs(db)?.len(), 2);
        }
    }
    let joined = || User::query().join(User::DOCS).with_from_join(User::DOCS);
    is_refused(joined().all(db));
    assert_eq!(joined().unscoped().one(db)?.docs(db)?.len(), 2);
    is_refused(User::DOCS.load(&mut users, db));
    User::DOCS.selectin().unscoped().load(&mut users, db)?;
    assert_eq!(users[0].docs(db)?.len(), 2);
    is_refused(User::query().with(User::DOCS.selectin().unscoped().filter(Doc::TENANT.eq(NOBODY))).all(db));
    Ok(())
}

fn a_query_and_its_loads_are_of_one_time(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loads = [User::DOCS.selectin(), User::DOCS.joined(), User::DOCS.subquery(), User::DOCS.selectin().limit(5)];
    let written = loads.map(|load| User::query().with(load));
    let nested = Group::query().with(Group::USERS.selectin().then(User::DOCS));
    for tenant in [2, 1] {
        TENANT.set(tenant);
        let of = |user: &User| Ok::<_, ormcore::Error>(user.docs(db)?.iter().map(|doc| doc.tenant).collect::<Vec<_>>());
        for query in &written {
            assert_eq!(of(&query.clone().one(db)?)?, [tenant]);
        }
        assert_eq!(of(&nested.clone().one(db)?.users(db)?[0])?, [tenant]);
    }
    Ok(())
}

on_every_backend!(
    an_access_gives_nothing_where_the_scope_fails,
    what_a_model_declares_to_be_loaded_gives_nothing_where_the_scope_fails,
    what_a_query_loads_is_refused_unless_the_scope_is_lifted,
    a_query_and_its_loads_are_of_one_time,
);
