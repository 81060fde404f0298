//! Strategies that are declared with the model: what comes with its rows, by whatever they are read.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

/// Its box is joined, and the box's crates are, whose box is joined again.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_crate")]
struct Crate {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Container::ID)]
    container_id: Option<i64>,
    #[relationship(lazy = "joined", back_populates = "crates")]
    container: BelongsTo<Container>,
    #[relationship(lazy = "subquery", order_by = Bottle::LABEL)]
    bottles: HasMany<Bottle>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_container")]
struct Container {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(lazy = "joined", back_populates = "container")]
    crates: HasMany<Crate>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_bottle")]
struct Bottle {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(foreign_key = Crate::ID)]
    crate_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_folder")]
struct Folder {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Folder::ID)]
    parent_id: Option<i64>,
    #[relationship(foreign_key = Folder::PARENT_ID, lazy = "selectin", depth = 3)]
    folders: HasMany<Folder>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_branch")]
struct Branch {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Branch::ID)]
    parent_id: Option<i64>,
    #[relationship(foreign_key = Branch::PARENT_ID, lazy = "joined")]
    branches: HasMany<Branch>,
    #[relationship(foreign_key = Branch::PARENT_ID, lazy = "raise")]
    parent: BelongsTo<Branch>,
}

/// A container with the crates 1 and 2, an empty one, and crate 3 in none; the bottles b and a in crate 1.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Container, Crate, Bottle)>()?;
    let containers = Container::insert_all(["full", "empty"].map(Container::new), db)?;
    let crates = [Some(&containers[0]), Some(&containers[0]), None].map(|container| match container {
        Some(container) => Crate::new("c").set(Crate::CONTAINER_ID, container),
        None => Crate::new("c"),
    });
    let crates = Crate::insert_all(crates, db)?;
    Bottle::insert_all(["b", "a"].map(|label| Bottle::new(label, &crates[0])), db)?;
    Ok(())
}

fn labels(of: &Crate) -> Option<Vec<&str>> {
    of.bottles.loaded().map(|bottles| bottles.iter().map(|bottle| bottle.label.as_str()).collect())
}

/// That the crate has its container and bottles, and the container nothing more.
fn assert_first(first: &Crate) {
    let container = first.container.loaded().flatten().expect("the container is loaded");
    assert_eq!(container.name, "full");
    assert!(!container.crates.is_loaded(), "a path goes by a model once");
    assert_eq!(labels(first), Some(vec!["a", "b"]));
}

fn models_that_load_each_other_come_to_an_end(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let crates = Crate::query().order_by(Crate::ID).all(db)?;
    assert_first(&crates[0]);
    assert_eq!(crates[2].container.loaded(), Some(None));
    assert_eq!(labels(&crates[2]), Some(vec![]));
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    statements.clear();
    let containers = Container::query().order_by(Container::ID).all(db)?;
    let loaded = containers[0].crates.loaded().unwrap();
    assert_eq!(loaded.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(labels(&loaded[0]), Some(vec!["a", "b"]));
    assert!(!loaded[0].container.is_loaded());
    assert!(containers[1].crates.loaded().is_some_and(<[Crate]>::is_empty));
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    Ok(())
}

fn what_is_asked_for_may_lead_back(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let load = Crate::CONTAINER.joined().then(Container::CRATES.joined());
    let crates = Crate::query().with(load).order_by(Crate::ID).all(db)?;
    assert_eq!(crates.len(), 3);
    let container = crates[1].container.loaded().flatten().unwrap();
    let again = container.crates.loaded().unwrap();
    assert_eq!(again.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2]);
    assert!(!again[0].container.is_loaded());
    assert_eq!(labels(&crates[0]), Some(vec!["a", "b"]));
    assert!(statements.len() <= 3, "{:?}", statements.texts());
    Ok(())
}

fn get_and_find_load_what_is_declared(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    assert_first(&Crate::get(1, db)?.unwrap());
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    statements.clear();
    assert_first(&Crate::find(1, db)?);
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    statements.clear();
    assert_eq!(Crate::get(99, db)?, None);
    assert!(matches!(Crate::find(99, db).unwrap_err().kind(), ErrorKind::NotFound { .. }));
    assert_eq!(statements.len(), 2, "no row, nothing more to load: {:?}", statements.texts());
    Ok(())
}

fn refresh_loads_what_is_declared_anew(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut first = Crate::query().filter(Crate::ID.eq(1)).one(db)?;
    Bottle::query().filter(Bottle::LABEL.eq("b")).update(Bottle::LABEL.set("0"), db)?;
    Container::query().filter(Container::ID.eq(1)).update(Container::NAME.set("new"), db)?;
    assert_first(&first);
    let statements = db.record();
    first.refresh(db)?;
    assert_eq!(labels(&first), Some(vec!["0", "a"]));
    assert_eq!(first.container.loaded().flatten().map(|container| container.name.as_str()), Some("new"));
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    Ok(())
}

fn every_ending_of_a_query_loads_what_is_declared(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_first(&Crate::all(db)?[0]);
    assert_first(&Crate::query().order_by(Crate::ID).first(db)?.unwrap());
    assert_first(&Crate::query().filter(Crate::ID.eq(1)).one_or_none(db)?.unwrap());
    let statements = db.record();
    let page = Crate::query().order_by(Crate::ID).paginate(1, 2, db)?;
    assert_first(&page.items[0]);
    assert_eq!((page.items.len(), page.total), (2, 3));
    assert_eq!(statements.len(), 3, "the count, the rows, the bottles: {:?}", statements.texts());
    let page = Container::query().order_by(Container::ID).paginate(1, 1, db)?;
    assert_eq!((page.items.len(), page.total, page.items[0].crates(db)?.len()), (1, 2, 2));
    Ok(())
}

fn rows_that_come_alone_load_what_is_declared_at_the_first_access(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let text = "SELECT id, name, container_id FROM rel_crate ORDER BY id";
    let all = [
        db.query_as::<Crate>(text, ())?,
        ormcore::sql!("SELECT * FROM rel_crate ORDER BY id").query_as::<Crate>().all(db)?,
        Crate::query().order_by(Crate::ID).select(Crate::all_columns()).all(db)?,
    ];
    assert_eq!(statements.len(), 3, "{:?}", statements.texts());
    for crates in all {
        assert!(!crates[0].container.is_loaded() && !crates[0].bottles.is_loaded());
        assert_eq!(crates[0].container(db)?.map(|container| container.name.as_str()), Some("full"));
        crates[0].bottles(db)?;
        assert_first(&crates[0]);
        assert_eq!((crates[2].container(db)?, crates[2].bottles(db)?), (None, &[][..]));
    }
    Ok(())
}

fn an_access_does_not_join_back_to_where_it_came_from(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let container = db.query_as::<Container>("SELECT id, name FROM rel_container WHERE id = 1", ())?.remove(0);
    let statements = db.record();
    let crates = container.crates(db)?;
    assert_eq!((crates.len(), labels(&crates[0])), (2, Some(vec!["a", "b"])));
    assert!(statements.texts().iter().all(|text| !text.contains("rel_container")), "{:?}", statements.texts());
    assert_eq!(statements.len(), 2, "the crates, and their bottles");
    Ok(())
}

fn counts_and_writes_know_nothing_of_loads(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    assert_eq!(Container::query().count(db)?, 2);
    assert_eq!(Container::query().with(Container::CRATES.subquery()).limit(1).count(db)?, 1);
    assert!(Container::query().with(Container::CRATES).exists(db)?);
    assert_eq!(Crate::query().with(Crate::CONTAINER).update(Crate::NAME.set("x"), db)?, 3);
    assert_eq!(Crate::query().filter(Crate::ID.eq(3)).with(Crate::CONTAINER).delete(db)?, 1);
    assert_eq!(statements.len(), 5);
    assert!(statements.texts().iter().all(|sql| !sql.contains("JOIN")), "{:?}", statements.texts());
    Ok(())
}

fn a_stream_keeps_nothing_and_refuses_loads_that_are_asked_for(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let error = Crate::query().with(Crate::CONTAINER.joined()).each(db, |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("`.with(..)`"), "{error}");
    let mut loaded = Vec::new();
    let statements = db.record();
    Crate::query().each(db, |one| {
        loaded.push(one.container.is_loaded() || one.bottles.is_loaded());
        Ok(())
    })?;
    assert_eq!(loaded, [false; 3]);
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn the_text_and_the_plan_of_a_query_are_those_of_its_first_statement(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let sql = Crate::query().sql(db.dialect())?.sql;
    assert!(sql.contains("LEFT JOIN") && !sql.contains("rel_bottle"), "{sql}");
    let lines = Crate::query().with(Crate::BOTTLES.joined()).explain(db)?;
    assert!(!lines.is_empty());
    let without = Crate::query().with(Crate::CONTAINER.select()).sql(db.dialect())?.sql;
    assert!(!without.contains("JOIN"), "{without}");
    Ok(())
}

fn a_query_overrides_what_is_declared(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let query = Crate::query().with(Crate::CONTAINER.select()).with(Crate::BOTTLES.raise()).order_by(Crate::ID);
    let crates = query.all(db)?;
    assert_eq!(statements.len(), 1);
    assert!(!crates[0].container.is_loaded() && !crates[0].bottles.is_loaded());
    let error = crates[0].bottles(db).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotLoaded { model, relationship }
        if model == "Crate" && relationship == "bottles"),
        "{error:?}"
    );
    assert_eq!(crates[0].container(db)?.map(|container| container.id), Some(1));
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn chain<M: Model<Key = i64> + Writable>(
    count: i64,
    draft: impl Fn(Option<i64>) -> Draft<M>,
    db: &Database,
) -> ormcore::Result<()> {
    db.create_tables::<M>()?;
    for key in 1..=count {
        draft((key > 1).then_some(key - 1)).with_key(key).insert(db)?;
    }
    Ok(())
}

fn a_declared_depth_is_kept(db: &Database) -> ormcore::Result<()> {
    chain(5, |parent| Folder::new().set(Folder::PARENT_ID, parent), db)?;
    let statements = db.record();
    let root = Folder::query().filter(Folder::ID.eq(1)).one(db)?;
    let mut folder = &root;
    for key in 2..=4 {
        folder = &folder.folders.loaded().expect("three levels")[0];
        assert_eq!(folder.id, key);
    }
    assert!(!folder.folders.is_loaded());
    assert_eq!(statements.len(), 4, "{:?}", statements.texts());
    assert_eq!(folder.folders(db)?[0].id, 5);
    Ok(())
}

fn a_model_that_joins_itself_does_so_once_unless_a_depth_is_declared(db: &Database) -> ormcore::Result<()> {
    chain(3, |parent| Branch::new().set(Branch::PARENT_ID, parent), db)?;
    let statements = db.record();
    let branches = Branch::query().order_by(Branch::ID).all(db)?;
    assert_eq!(branches.len(), 3);
    assert_eq!(statements.len(), 1);
    let child = &branches[0].branches.loaded().unwrap()[0];
    assert!(!child.branches.is_loaded());
    let error = child.parent(db).unwrap_err();
    assert!(error.to_string().contains("Branch") && error.to_string().contains("parent"), "{error}");
    assert!(branches[0].parent(db).is_err(), "its key is NULL, and yet `raise` is `raise`");
    Ok(())
}

fn a_relationship_with_a_depth_is_loaded_that_deep(db: &Database) -> ormcore::Result<()> {
    chain(4, |parent| Branch::new().set(Branch::PARENT_ID, parent), db)?;
    let deep = Branch::query().filter(Branch::ID.eq(4)).with(Branch::PARENT.depth(2)).one(db)?;
    let parent = deep.parent(db)?.unwrap();
    assert!(parent.parent.is_loaded(), "the second level");
    assert!(!parent.parent(db)?.unwrap().parent.is_loaded());
    Ok(())
}

fn distinct_joined_rows_that_are_loaded_keep_what_is_declared_below_them(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Crate::query().filter(Crate::ID.eq(1)).update(Crate::NAME.set("first"), db)?;
    let query = || Container::query().join(Container::CRATES).order_by(Crate::ID).with_from_join(Container::CRATES);
    for query in [query(), query().distinct()] {
        let containers = query.all(db)?;
        assert_eq!(containers.len(), 1);
        let crates = containers[0].crates(db)?;
        assert_eq!(crates.iter().map(|one| (one.id, one.name.as_str())).collect::<Vec<_>>(), [(1, "first"), (2, "c")]);
        assert_eq!(labels(&crates[0]), Some(vec!["a", "b"]));
    }
    Ok(())
}

on_every_backend!(
    a_relationship_with_a_depth_is_loaded_that_deep,
    distinct_joined_rows_that_are_loaded_keep_what_is_declared_below_them,
    models_that_load_each_other_come_to_an_end,
    what_is_asked_for_may_lead_back,
    get_and_find_load_what_is_declared,
    refresh_loads_what_is_declared_anew,
    every_ending_of_a_query_loads_what_is_declared,
    rows_that_come_alone_load_what_is_declared_at_the_first_access,
    an_access_does_not_join_back_to_where_it_came_from,
    counts_and_writes_know_nothing_of_loads,
    a_stream_keeps_nothing_and_refuses_loads_that_are_asked_for,
    the_text_and_the_plan_of_a_query_are_those_of_its_first_statement,
    a_query_overrides_what_is_declared,
    a_declared_depth_is_kept,
    a_model_that_joins_itself_does_so_once_unless_a_depth_is_declared,
);
