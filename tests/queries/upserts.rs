//! Inserts that meet rows that are there already.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use ormcore::prelude::*;
use ormcore::sql::{exists, proposed};
use ormcore_tests::on_every_backend;

const HOSTILE: [&str; 4] = ["'; DROP TABLE \"tag\"; --", "\"quoted\" ? $1 {}", "back\\slash \u{1F980}", ""];

#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    label: String,
    #[column(default = 1)]
    uses: i32,
    note: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(shop, code), unique(cents, filter = "featured"))]
struct Offer {
    #[column(primary_key)]
    id: i64,
    shop: i64,
    code: String,
    cents: i64,
    #[column(default = false)]
    featured: bool,
    #[column(version)]
    version: i64,
    #[column(on_write = stamp())]
    written: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Setting {
    #[column(primary_key)]
    owner: i64,
    #[column(primary_key)]
    name: String,
    value: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(constructor = false)]
struct Loose {
    #[column(primary_key)]
    id: i64,
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "odd \"table\" ?")]
struct Odd {
    #[column(primary_key, auto, name = "key'?")]
    key: uuid::Uuid,
    #[column(unique, name = "a \"name\" $1 {}")]
    name: String,
    #[column(name = "excluded")]
    count: Option<i64>,
    secret: Secret<String>,
}

#[derive(Model, Debug)]
struct Excluded {
    #[column(primary_key)]
    id: i64,
    count: i64,
}

/// Later at each call.
fn stamp() -> i64 {
    use std::sync::atomic::{AtomicI64, Ordering};
    static CLOCK: AtomicI64 = AtomicI64::new(0);
    CLOCK.fetch_add(1, Ordering::Relaxed)
}

fn nothing_is_done_to_a_row_that_is_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    for label in HOSTILE {
        let first = Tag::new(label).on_conflict(Tag::LABEL).do_nothing().insert(db)?.unwrap();
        assert_eq!((first.label.as_str(), first.uses), (label, 1));
        assert_eq!(Tag::new(label).set(Tag::USES, 9).on_conflict(Tag::LABEL).do_nothing().insert(db)?, None);
        assert_eq!(Tag::new(label).on_any_conflict().do_nothing().insert(db)?, None);
        assert_eq!(Tag::find(first.id, db)?, first);
    }
    assert_eq!(Tag::query().count(db)?, 4);
    Ok(())
}

fn the_row_that_is_there_is_updated_and_given(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    let old = Tag::new("rust").insert(db)?;
    let statements = db.record();
    let change = (Tag::USES.set(Tag::USES + proposed(Tag::USES)), Tag::NOTE.set(proposed(Tag::LABEL)));
    let draft = || Tag::new("rust").set(Tag::USES, 4);
    let new = draft().on_conflict(Tag::LABEL).do_update(change.clone()).insert(db)?;
    assert_eq!(statements.len(), 1);
    assert_eq!(new, Tag { uses: 5, note: Some("rust".into()), ..old });
    assert_eq!(Tag::find(new.id, db)?, new);
    let other = Tag::new("sql").on_conflict(Tag::LABEL).do_update(change).insert(db)?;
    assert_eq!((other.uses, other.note), (1, None));
    Ok(())
}

fn values_and_expressions_of_all_kinds_are_set(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    Tag::new("a").set(Tag::NOTE, "old").insert(db)?;
    for text in HOSTILE {
        let upsert = Tag::new("a").on_conflict(Tag::LABEL).do_update(Tag::NOTE.set(text));
        assert_eq!(upsert.insert(db)?.note.as_deref(), Some(text));
    }
    let none = Tag::new("a").set(Tag::NOTE, "lost").on_conflict(Tag::LABEL).do_update(Tag::NOTE.set(None::<String>));
    assert_eq!(none.insert(db)?.note, None);
    let twice = Tag::USES.set((proposed(Tag::USES) + Tag::USES) * 2);
    assert_eq!(Tag::new("a").set(Tag::USES, 3).on_conflict(Tag::LABEL).do_update(twice).insert(db)?.uses, 8);
    let most = Tag::query().select(Tag::USES.max()).scalar();
    let upsert = Tag::new("a").on_conflict(Tag::LABEL).do_update(Tag::USES.set(most));
    assert_eq!(upsert.insert(db)?.uses, 8);
    Ok(())
}

fn an_update_may_have_a_condition(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    let write = |uses: i32| {
        let upsert = Tag::new("a").set(Tag::USES, uses).on_conflict(Tag::LABEL);
        let upsert = upsert.do_update(Tag::USES.set(proposed(Tag::USES)));
        upsert.filter(Tag::USES.lt(proposed(Tag::USES))).filter(Tag::LABEL.ne("'")).insert(db)
    };
    assert_eq!(write(5)?.unwrap().uses, 5);
    assert_eq!(write(4)?, None);
    assert_eq!(write(6)?.unwrap().uses, 6);
    let unless = |query| Tag::new("a").on_conflict(Tag::LABEL).do_update(Tag::USES.set(0)).filter(!exists(query));
    assert_eq!(unless(Tag::query().filter(Tag::USES.ge(6))).insert(db)?, None);
    assert_eq!(unless(Tag::query().filter(Tag::USES.ge(7))).insert(db)?.unwrap().uses, 0);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Slug {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    next: String,
}

fn an_upsert_of_many_may_change_what_they_meet_in(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Slug>()?;
    Slug::new("a", "").insert(db)?;
    let renamed = Slug::on_conflict(Slug::NAME).do_update(Slug::NAME.set(proposed(Slug::NEXT)));
    let slugs = renamed.insert_all([Slug::new("a", "b"), Slug::new("b", "c")], db)?;
    assert_eq!(slugs.iter().map(|slug| slug.name.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    let names = Slug::query().select(Slug::NAME).all(db)?;
    assert_eq!(names, ["c"], "the second meets what the first was renamed to");
    Ok(())
}

/// Where there are arrays, drafts that meet different rows travel in one statement; others one by one, to the same end.
fn many_drafts_that_do_not_meet_each_other_travel_together(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag, Offer)>()?;
    Tag::insert_all(["t7", "t3"].map(Tag::new), db)?;
    let arrays = |statements: &[String]| statements.iter().filter(|sql| sql.contains("unnest")).count();
    let on_postgres = usize::from(!ormcore_tests::is_sqlite(db));
    let take = Tag::USES.set(proposed(Tag::USES));
    let upsert = || Tag::on_conflict(Tag::LABEL).do_update(take.clone());
    let drafts = |count: i32| (0..count).map(|number| Tag::new(format!("t{number}")).set(Tag::USES, number));
    let statements = db.record();
    let tags = upsert().insert_all(drafts(1500), db)?;
    assert_eq!(arrays(&statements.texts()), on_postgres);
    assert!(tags.iter().enumerate().all(|(at, tag)| tag.label == format!("t{at}") && tag.uses as usize == at));
    assert_eq!((tags[7].id, tags[3].id), (1, 2));
    assert_eq!(Tag::query().count(db)?, 1500);
    let stored = Tag::query().order_by(Tag::USES).all(db)?;
    assert_eq!(stored, tags);

    // Two that meet each other, a condition, and a value of the clause go one by one.
    statements.clear();
    let twice = ["x", "y", "x"].iter().zip(1..).map(|(label, uses)| Tag::new(*label).set(Tag::USES, uses));
    let twice = upsert().insert_all(twice, db)?;
    assert_eq!(twice.iter().map(|tag| tag.uses).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(twice[0].id, twice[2].id);
    let some = upsert().filter(Tag::USES.lt(proposed(Tag::USES))).insert_all(drafts(3), db)?;
    assert_eq!(some, [None, None, None]);
    let valued = Tag::on_conflict(Tag::LABEL).do_update(Tag::USES.set(Tag::USES + 100)).insert_all(drafts(2), db)?;
    assert_eq!(valued.iter().map(|tag| tag.uses).collect::<Vec<_>>(), [100, 101]);
    assert_eq!(arrays(&statements.texts()), 0);

    // Versions and what is set at each write are as they are one by one.
    statements.clear();
    let cents = Offer::CENTS.set(proposed(Offer::CENTS));
    let offers = |cents: i64| ["a", "b"].map(|code| Offer::new(1, code, cents));
    let upsert = || Offer::on_conflict((Offer::SHOP, Offer::CODE)).do_update(cents.clone());
    let first = upsert().insert_all(offers(5), db)?;
    let second = upsert().insert_all(offers(6), db)?;
    assert_eq!(
        first.iter().map(|offer| offer.id).collect::<Vec<_>>(),
        second.iter().map(|offer| offer.id).collect::<Vec<_>>()
    );
    assert!(
        second.iter().zip(&first).all(|(new, old)| new.cents == 6 && new.version == 2 && new.written > old.written)
    );
    assert_eq!(Offer::query().order_by(Offer::CODE).all(db)?, second);
    Ok(())
}

fn many_drafts_are_written_one_after_the_other(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    Tag::new("b").insert(db)?;
    let more = Tag::USES.set(Tag::USES + proposed(Tag::USES));
    let drafts = || {
        ["a", "b", "a", HOSTILE[0], "a"].into_iter().enumerate().map(|(index, label)| {
            let draft = Tag::new(label).set(Tag::USES, 10);
            if index == 2 { draft.set(Tag::NOTE, "noted").with_key(99) } else { draft }
        })
    };
    let tags = Tag::on_conflict(Tag::LABEL).do_update(more).insert_all(drafts(), db)?;
    let seen: Vec<_> = tags.iter().map(|tag| (tag.label.as_str(), tag.uses)).collect();
    assert_eq!(seen, [("a", 10), ("b", 11), ("a", 20), (HOSTILE[0], 10), ("a", 30)]);
    assert_eq!((tags[0].id, tags[1].id), (tags[4].id, 1));
    let ids = Tag::query().select((Tag::LABEL, Tag::ID)).all(db)?;
    assert!(tags.iter().all(|tag| ids.contains(&(tag.label.clone(), tag.id))), "{ids:?}");

    let nothing = Tag::on_conflict(Tag::LABEL).do_nothing().insert_all(["a", "c", "c"].map(Tag::new), db)?;
    assert_eq!(nothing.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    let any = Tag::on_any_conflict().do_nothing().insert_all(["c", "d"].map(Tag::new), db)?;
    assert_eq!(any.iter().flatten().map(|tag| tag.label.as_str()).collect::<Vec<_>>(), ["d"]);
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_nothing().insert_all([], db)?, []);
    assert!(Tag::new("e").insert(db)?.id > 4);
    Ok(())
}

fn upserts_that_are_only_counted_read_nothing_back(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    Tag::new("b").insert(db)?;
    let statements = db.record();
    let more = || Tag::USES.set(Tag::USES + proposed(Tag::USES));
    assert!(Tag::new("a").on_conflict(Tag::LABEL).do_update(more()).execute(db)?);
    assert!(Tag::new("a").on_conflict(Tag::LABEL).do_update(more()).execute(db)?);
    assert!(!Tag::new("a").on_conflict(Tag::LABEL).do_nothing().execute(db)?);
    let rare = || Tag::new("a").on_conflict(Tag::LABEL).do_update(more()).filter(Tag::USES.gt(5));
    assert!(!rare().execute(db)?);

    let drafts = || ["a", "b", "a", HOSTILE[0], "c"].map(Tag::new);
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_nothing().execute_all(drafts(), db)?, 2);
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_update(more()).execute_all(drafts(), db)?, 5);
    let many = (0..1500).map(|number| Tag::new(format!("t{number}")));
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_update(Tag::USES.set(proposed(Tag::USES))).execute_all(many, db)?, 1500);
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_nothing().execute_all([], db)?, 0);
    assert!(statements.texts().iter().all(|sql| !sql.contains("RETURNING")), "{:?}", statements.texts());

    let uses = Tag::query().filter(Tag::LABEL.is_in(["a", "b", "c", HOSTILE[0]])).order_by(Tag::LABEL);
    let uses = uses.select((Tag::LABEL, Tag::USES)).all(db)?;
    let uses: Vec<_> = uses.iter().map(|(label, uses)| (label.as_str(), *uses)).collect();
    assert_eq!(uses, [(HOSTILE[0], 2), ("a", 4), ("b", 2), ("c", 2)]);

    // Keys that the database numbers follow one that was given, and then too what was written is counted.
    let given = [Tag::new("x").with_key(9000), Tag::new("y").with_key(9001), Tag::new("x").with_key(9002)];
    assert_eq!(Tag::on_conflict(Tag::LABEL).do_nothing().execute_all(given, db)?, 2);
    assert_eq!(Tag::new("z").insert(db)?.id, 9002);
    Ok(())
}

/// What is sent in batches ends as if each draft were sent alone: those of one batch meet each other.
fn batches_that_are_counted_end_as_drafts_sent_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    let label = |index: usize| format!("{}{}", HOSTILE[index % 4], index * index % 61);
    let uses = |index: usize| i32::try_from(index % 7).unwrap();
    let draft = |index: usize| {
        let draft = Tag::new(label(index)).set(Tag::USES, uses(index));
        // Another shape now and then, between long runs of one.
        if index % 150 == 149 { draft.with_key(9000 + index as i64) } else { draft }
    };
    let more = Tag::USES.set(Tag::USES + proposed(Tag::USES) + 1);
    let statements = db.record();
    let written =
        Tag::on_conflict(Tag::LABEL).do_update(more).filter(Tag::USES.lt(40)).execute_all((0..757).map(draft), db)?;
    let texts = statements.texts();
    let nothing = Tag::on_conflict(Tag::LABEL).do_nothing().execute_all((700..957).map(draft), db)?;

    let (mut expected, mut counted) = (BTreeMap::new(), 0);
    for index in 0..757 {
        match expected.entry(label(index)) {
            Entry::Vacant(entry) => *entry.insert(uses(index)),
            Entry::Occupied(entry) if *entry.get() >= 40 => continue,
            Entry::Occupied(entry) => {
                let sum = entry.into_mut();
                *sum += uses(index) + 1;
                *sum
            }
        };
        counted += 1;
    }
    let before = expected.len();
    for index in 700..957 {
        expected.entry(label(index)).or_insert(uses(index));
    }
    assert_eq!((written, nothing), (counted, (expected.len() - before) as u64));
    assert_eq!(Tag::query().select((Tag::LABEL, Tag::USES)).all(db)?.into_iter().collect::<BTreeMap<_, _>>(), expected);
    if db.dialect().name() == "sqlite" {
        let batches = texts.iter().filter(|sql| sql.matches("), (").count() == 99).count();
        assert_eq!((batches, texts.len()), (5, 16), "{texts:?}");
    }

    // One that is refused in the midst of a batch takes all with it.
    let before = Tag::query().count(db)?;
    let key = |index: i64| if index == 170 { 1 } else { 5000 + index };
    let refused = (0..250).map(|index| Tag::new(format!("new {index}")).with_key(key(index)));
    let error = Tag::on_conflict(Tag::LABEL).do_nothing().execute_all(refused, db).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Tag::query().count(db)?, before);
    Ok(())
}

fn a_clause_that_asks_for_rows_sees_what_each_draft_has_done(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    let labels: Vec<String> = (0..120).map(|index| format!("t{index:03}")).collect();
    Tag::insert_all(labels.iter().map(Tag::new), db)?;
    let highest = || Tag::query().select(Tag::USES.max() + 1).scalar();
    let uses = || Tag::query().order_by(Tag::LABEL).select(Tag::USES).all(db);

    let numbered = Tag::on_conflict(Tag::LABEL).do_update(Tag::USES.set(highest()));
    let tags = numbered.insert_all(["t000", "t001"].map(Tag::new), db)?;
    assert_eq!((tags[0].uses, tags[1].uses), (2, 3));

    let numbered = Tag::on_conflict(Tag::LABEL).do_update(Tag::USES.set(highest()));
    assert_eq!(numbered.execute_all(labels.iter().map(Tag::new), db)?, 120);
    assert_eq!(uses()?, (4..124).collect::<Vec<i32>>());

    let own = ormcore::sql!("(SELECT max(uses) + 1 FROM {})", ormcore::sql::table::<Tag>());
    let written = Tag::on_conflict(Tag::LABEL).do_update(Tag::USES.set(own.about::<Tag>().typed::<i32>()));
    assert_eq!(written.execute_all(labels.iter().map(Tag::new), db)?, 120);
    assert_eq!(uses()?, (124..244).collect::<Vec<i32>>());
    Ok(())
}

fn many_drafts_are_all_or_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    Tag::new("a").with_key(70).insert(db)?;
    let drafts = [Tag::new("b"), Tag::new("c").with_key(70)];
    let error = Tag::on_conflict(Tag::LABEL).do_nothing().insert_all(drafts, db).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Tag::query().count(db)?, 1);
    Ok(())
}

fn on_write_and_version_columns_are_treated_as_an_update_does(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Offer,)>()?;
    let write = |cents| {
        Offer::new(1, "x", cents)
            .on_conflict((Offer::SHOP, Offer::CODE))
            .do_update(Offer::CENTS.set(proposed(Offer::CENTS)))
    };
    let first = write(10).insert(db)?;
    let second = write(20).insert(db)?;
    assert_eq!((second.id, second.cents), (first.id, 20));
    assert_eq!(second.version, first.version + 1);
    assert!(second.written > first.written);
    let named = (Offer::VERSION.set(40), Offer::WRITTEN.set(-1));
    let third = Offer::new(1, "x", 0).on_conflict((Offer::CODE, Offer::SHOP)).do_update(named).insert(db)?;
    assert_eq!((third.version, third.written, third.cents), (40, -1, 20));
    Ok(())
}

fn a_partial_index_is_met_by_the_rows_in_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Offer,)>()?;
    let featured = |shop| Offer::new(shop, "x", 1).set(Offer::FEATURED, true);
    featured(1).insert(db)?;
    assert_eq!(featured(2).on_conflict(Offer::CENTS).do_nothing().insert(db)?, None);
    assert!(Offer::new(3, "x", 1).on_conflict(Offer::CENTS).do_nothing().insert(db)?.is_some());
    Ok(())
}

fn a_composite_key_is_a_target(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Setting,)>()?;
    let set = |value: Option<&str>| {
        let draft = Setting::new(7, HOSTILE[1]).with(|row| row.value = value.map(Into::into));
        let change = Setting::VALUE.set(proposed(Setting::VALUE));
        draft.on_conflict((Setting::OWNER, Setting::NAME)).do_update(change).insert(db)
    };
    assert_eq!(set(Some("one"))?.value.as_deref(), Some("one"));
    assert_eq!(set(None)?.value, None);
    assert_eq!(Setting::query().count(db)?, 1);
    Ok(())
}

fn names_are_quoted_and_keys_of_the_program_stay(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd,)>()?;
    let change = (Odd::COUNT.set(Odd::COUNT + proposed(Odd::COUNT)), Odd::SECRET.set(proposed(Odd::SECRET)));
    let upsert = Odd::on_conflict(Odd::NAME).do_update(change);
    let draft = |name, secret: &str| Odd::new(name, Secret::new(secret.to_string())).set(Odd::COUNT, 2);
    let [first, second] = ["one", "two"].map(|secret| draft(HOSTILE[0], secret));
    let rows = upsert.clone().insert_all([first, second], db)?;
    assert_eq!((rows[0].key, rows[1].count), (rows[1].key, Some(4)));
    assert_eq!(Odd::query().one(db)?, rows[1]);
    assert_eq!(rows[1].secret.expose(), "two");
    let rows = db.transaction(|tx| upsert.insert_all([draft("b", "b").set(Odd::COUNT, None)], tx))?;
    assert_eq!(rows[0].count, None);
    Ok(())
}

fn a_given_key_lets_the_generated_ones_follow(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag,)>()?;
    let upsert =
        |label| Tag::new(label).with_key(50).on_conflict(Tag::ID).do_update(Tag::LABEL.set(proposed(Tag::LABEL)));
    assert_eq!(upsert("a").insert(db)?.id, 50);
    assert_eq!(upsert("b").insert(db)?.label, "b");
    assert_eq!(Tag::new("c").insert(db)?.id, 51);
    let by_label = Tag::new("b").with_key(60).on_conflict(Tag::LABEL).do_update(Tag::USES.set(2)).insert(db)?;
    assert_eq!((by_label.id, by_label.uses), (50, 2));
    Ok(())
}

fn mistakes_are_told_before_anything_is_sent(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag, Offer)>()?;
    let statements = db.record();
    let told = |error: Error, words: &str| assert!(error.to_string().contains(words), "{error}");
    let by_uses = Tag::new("a").on_conflict(Tag::USES).do_nothing().insert(db).unwrap_err();
    told(by_uses, "no unique constraint of just `Tag::USES`");
    let many = Tag::on_conflict((Tag::ID, Tag::LABEL)).do_nothing().insert_all(["a", "b"].map(Tag::new), db);
    told(many.unwrap_err(), "`Tag::ID` or `Tag::LABEL`");
    let half = Offer::new(1, "x", 1).on_conflict(Offer::SHOP).do_nothing().insert(db).unwrap_err();
    told(half, "`Offer::SHOP, Offer::CODE`");
    let twice = (Tag::USES.set(1), Tag::USES.set(2));
    told(Tag::new("a").on_conflict(Tag::LABEL).do_update(twice).insert(db).unwrap_err(), "twice");
    let none = Vec::<ormcore::query::Assignment<Tag>>::new();
    told(Loose::draft().on_conflict(Loose::ID).do_nothing().insert(db).unwrap_err(), "Loose::LABEL");
    told(Tag::new("a").on_conflict(Tag::LABEL).do_update(none).insert(db).unwrap_err(), "sets no column");
    let drafts = [Loose::draft().set(Loose::LABEL, "a"), Loose::draft()];
    told(Loose::on_conflict(Loose::ID).do_nothing().insert_all(drafts, db).unwrap_err(), "Loose::LABEL");
    let change = Excluded::COUNT.set(proposed(Excluded::COUNT));
    let named_so = Excluded::new(1).on_conflict(Excluded::ID).do_update(change).insert(db).unwrap_err();
    told(named_so, "another name");
    assert_eq!(statements.texts(), Vec::<String>::new());
    Ok(())
}

on_every_backend!(
    an_upsert_of_many_may_change_what_they_meet_in,
    nothing_is_done_to_a_row_that_is_there,
    the_row_that_is_there_is_updated_and_given,
    values_and_expressions_of_all_kinds_are_set,
    an_update_may_have_a_condition,
    many_drafts_are_written_one_after_the_other,
    many_drafts_that_do_not_meet_each_other_travel_together,
    upserts_that_are_only_counted_read_nothing_back,
    batches_that_are_counted_end_as_drafts_sent_alone,
    a_clause_that_asks_for_rows_sees_what_each_draft_has_done,
    many_drafts_are_all_or_nothing,
    on_write_and_version_columns_are_treated_as_an_update_does,
    a_partial_index_is_met_by_the_rows_in_it,
    a_composite_key_is_a_target,
    names_are_quoted_and_keys_of_the_program_stay,
    a_given_key_lets_the_generated_ones_follow,
    mistakes_are_told_before_anything_is_sent,
);
