//! SQL of the program's own, with expressions and values in it.

use ormcore::prelude::*;
use ormcore::sql::{all_of, any_of, exists, of, table};
use ormcore::{alias, sql};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};

const HOSTILE: [&str; 6] =
    ["'; DROP TABLE \"customer\"; --", "\"quoted\"", "? $1 :a @b {} {{", "back\\slash' \u{1F980}", "%_", ""];

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "odd \"table\" ?")]
struct Odd {
    #[column(primary_key)]
    id: i64,
    #[column(name = "a \"name\" $1 {}")]
    text: String,
    flag: bool,
    ratio: Option<f64>,
}

fn ids(query: Query<Customer>, db: &Database) -> ormcore::Result<Vec<i64>> {
    query.select(Customer::ID).order_by(Customer::ID).all(db)
}

fn values_are_bound_and_never_spliced(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for text in HOSTILE {
        let id = Customer::new(text).insert(db)?.id;
        let found = Customer::query().filter(sql!("{} = {}", Customer::NAME, text));
        assert_eq!(found.one(db)?.id, id, "{text}");
        let owned = sql!("SELECT {}, {}", text.to_string(), text.len() as i64).query_as::<(String, i64)>().all(db)?;
        assert_eq!(owned, [(text.to_string(), text.len() as i64)]);
        let statement = sql!("UPDATE {} SET city = {} WHERE id = {}", table::<Customer>(), text, id);
        assert_eq!(statement.execute(db)?, 1);
        assert_eq!(Customer::find(id, db)?.city.as_deref(), Some(text));
        Customer::query().filter(Customer::ID.eq(id)).delete(db)?;
    }
    assert_eq!(Customer::query().count(db)?, 4);
    Ok(())
}

fn values_of_all_types_are_bound(db: &Database) -> ormcore::Result<()> {
    let row = sql!("SELECT {}, {}, {}, {}, {}", 7_i32, 0.5, vec![1_u8, 0], None::<String>, Some(i64::MAX));
    let rows = row.query_as::<(i32, f64, Vec<u8>, Option<String>, i64)>().all(db)?;
    assert_eq!(rows, [(7, 0.5, vec![1, 0], None, i64::MAX)]);
    assert_eq!(sql!("SELECT 1 WHERE {}", true).query_as::<(i64,)>().all(db)?.len(), 1);
    let nine = sql!("SELECT {} + {} + {} + {} + {} + {} + {} + {} + {}", 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assert_eq!(nine.query_as::<(i64,)>().all(db)?, [(45,)]);
    Ok(())
}

fn rows_are_read_as_of_any_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let above =
        |id: i64| sql!("SELECT {} FROM {} WHERE {} > {}", Customer::NAME, table::<Customer>(), Customer::ID, id);
    let above = |id| above(id).query_as::<(String,)>();
    assert_eq!(above(3).one(db)?.0, "dan");
    assert!(above(4).one(db).unwrap_err().is_not_found());
    assert!(matches!(above(2).one(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    assert_eq!(above(4).one_or_none(db)?, None);
    assert!(above(1).one_or_none(db).is_err());
    assert_eq!((above(4).first(db)?, above(2).first(db)?.is_some()), (None, true));
    assert!(sql!("SELECT 1, 2").query_as::<(i64,)>().all(db).unwrap_err().to_string().contains("2 columns"));
    assert_eq!(db.transaction(|tx| above(0).all(tx))?.len(), 4);
    Ok(())
}

fn a_row_of_one_column_is_its_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(db.query_as::<i64>("SELECT id FROM customer ORDER BY id", ())?, [1, 2, 3, 4]);
    assert_eq!(db.query_as::<String>("SELECT name FROM customer WHERE id = $1", (2_i64,))?, ["bob"]);
    let cities = db.query_as::<Option<String>>("SELECT city FROM customer ORDER BY id", ())?;
    assert_eq!(
        cities.iter().map(Option::as_deref).collect::<Vec<_>>(),
        [Some("Oslo"), None, Some("Rome"), Some("Oslo")]
    );
    assert_eq!(sql!("SELECT {}", vec![0_u8, 255]).query_as::<Vec<u8>>().one(db)?, [0, 255]);
    assert!(sql!("SELECT {} = {}", 1_i64, 1_i64).query_as::<bool>().one(db)?);
    let null = db.query_as::<String>("SELECT city FROM customer WHERE id = 2", ()).unwrap_err();
    assert!(null.to_string().contains("NULL"), "{null}");
    assert!(db.query_as::<i64>("SELECT id, id FROM customer", ()).is_err());
    Ok(())
}

fn quotes_hold_what_looks_like_a_place(db: &Database) -> ormcore::Result<()> {
    let rows =
        sql!("SELECT '? $1 :a @b; -- {{}} it''s', {} AS \"odd ? $1\"", "x").query_as::<(String, String)>().all(db)?;
    assert_eq!(rows, [("? $1 :a @b; -- {} it's".to_string(), "x".to_string())]);
    Ok(())
}

fn names_are_quoted(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd,)>()?;
    Odd::insert_all(["a", "b"].map(|text| Odd::new(text, true)), db)?;
    let all = sql!("SELECT {} FROM {} WHERE {} = {}", Odd::all_columns(), table::<Odd>(), Odd::TEXT, "b");
    assert_eq!(all.query_as::<Odd>().all(db)?, [Odd { id: 2, text: "b".into(), flag: true, ratio: None }]);
    assert_eq!(Odd::query().filter(sql!("{} AND {} IS NULL", Odd::FLAG, Odd::RATIO)).count(db)?, 2);
    Ok(())
}

fn conditions_join_others(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loose = || sql!("{} = {} OR {} = {}", Customer::NAME, "ann", Customer::NAME, "bob");
    assert_eq!(ids(Customer::query().filter(loose()).filter(Customer::ID.gt(1)), db)?, [2]);
    let first = loose().about::<Customer>().condition().and(Customer::ID.gt(1));
    assert_eq!(ids(Customer::query().filter(first), db)?, [2]);
    let all = all_of((Customer::ID.lt(2), loose().condition()));
    assert_eq!(ids(Customer::query().filter(any_of((all, sql!("{} = {}", Customer::ID, 4).condition()))), db)?, [1, 4]);
    assert_eq!(ids(Customer::query().filter(!loose().condition()), db)?, [3, 4]);
    assert_eq!(ids(Customer::query().filter(sql!("1 = 0")), db)?, [0_i64; 0]);
    let nested = sql!("{} AND {} > {}", loose(), Customer::ID, 1);
    assert_eq!(ids(Customer::query().filter(nested), db)?, [2]);
    Ok(())
}

fn expressions_have_the_type_that_is_said(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let length = || sql!(i64: "length({}) + {}", Customer::NAME, 100_i64);
    let rows = Customer::query().select((Customer::ID, length())).order_by((length().desc(), Customer::ID.desc()));
    assert_eq!(rows.all(db)?, [(4, 103), (2, 103), (1, 103), (3, 102)]);
    assert_eq!(ids(Customer::query().filter(length().lt(103)), db)?, [3]);
    let doubled = sql!(i64: "{} * 2", Purchase::PIECES + 1).eq(22);
    assert_eq!(Purchase::query().filter(doubled).count(db)?, 1);
    let groups = Purchase::query().group_by(sql!(i64: "{} % 2", Purchase::PIECES));
    let groups = groups.select((sql!(i64: "{} % 2", Purchase::PIECES), sql!(i64: "count(*)")));
    assert_eq!(groups.order_by(sql!(i64: "count(*)")).all(db)?, [(0, 3), (1, 4)]);
    let raised = sql!("{} + {}", Employee::SALARY, 5_i64).about::<Employee>().typed::<i64>();
    assert_eq!(Employee::query().update(Employee::SALARY.set(raised), db)?, 6);
    assert_eq!(Employee::find(1, db)?.salary, 95);
    Ok(())
}

fn what_is_joined_may_be_named(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = Purchase::query().join(Purchase::CUSTOMER);
    let odd = joined.filter(sql!("{} > {} * {}", Purchase::AMOUNT, Customer::ID, 10.0));
    assert_eq!(odd.clone().select(Purchase::ID).order_by(Purchase::ID).all(db)?, [2, 4]);
    assert_eq!(odd.update(Purchase::NOTE.set(of(sql!(String: "{} || {}", Customer::NAME, "!"))), db)?, 2);
    assert_eq!(Purchase::find(4, db)?.note.as_deref(), Some("bob!"));
    let boss = alias!(Employee);
    let below = Employee::query().join(Employee::BOSS.to(boss));
    let near = below.filter(sql!("{} - {} < {}", boss.col(Employee::SALARY), Employee::SALARY, 15_i64));
    assert_eq!(near.select(Employee::NAME).order_by(Employee::ID).all(db)?, ["a", "b"]);
    let leads = sql!("{} > {}", Employee::SALARY, 70_i64).about::<Employee>().condition();
    let heads = Employee::query().filter(Employee::REPORTS.any(leads.clone()));
    assert_eq!(heads.select(Employee::NAME).all(db)?, ["left"]);
    let loaded = Employee::query().with(Employee::REPORTS.selectin().filter(leads)).order_by(Employee::ID).all(db)?;
    assert_eq!(
        loaded.iter().map(|row| row.reports.loaded().map_or(9, |rows| rows.len())).collect::<Vec<_>>(),
        [0, 1, 0, 0, 0, 0]
    );
    let own = Purchase::query().correlated::<Customer>();
    let own = own.filter(sql!("{} = {}", Purchase::CUSTOMER_ID, Customer::ID));
    assert_eq!(ids(Customer::query().filter(!exists(own)), db)?, [4]);
    let any = Customer::PURCHASES.any(sql!("{} = {}", Purchase::NOTE, "bob!").about::<Purchase>().condition());
    assert_eq!(ids(Customer::query().filter(any), db)?, [2]);
    Ok(())
}

fn rows_of_a_text_are_a_source(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let big = || Purchase::from_sql(sql!("SELECT * FROM {} WHERE {} > {}", table::<Purchase>(), Purchase::AMOUNT, 7.0));
    assert_eq!(big().count(db)?, 5);
    assert!(big().filter(Purchase::NOTE.eq("gift")).exists(db)?);
    let rows = big().join(Purchase::CUSTOMER).filter(Customer::NAME.eq("cy")).order_by(Purchase::ID).all(db)?;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [6, 7]);
    let with =
        Customer::from_sql(sql!("SELECT * FROM customer WHERE id = {}", 1_i64)).with(Customer::PURCHASES).one(db)?;
    assert_eq!(with.purchases(db)?.len(), 3);
    let totals = big().group_by(Purchase::CUSTOMER_ID).select((Purchase::CUSTOMER_ID, Purchase::AMOUNT.max()));
    assert_eq!(totals.order_by(Purchase::CUSTOMER_ID).all(db)?, [(1, Some(20.5)), (2, Some(100.0)), (3, Some(7.25))]);
    assert_eq!(big().order_by(Purchase::ID).paginate(2, 2, db)?.items.len(), 2);
    let within = Customer::query().filter(Customer::ID.is_in(big().select(Purchase::CUSTOMER_ID)));
    assert_eq!(ids(within, db)?, [1, 2, 3]);
    assert_eq!(big().update(Purchase::PIECES.set(0), db)?, 5);
    assert_eq!(big().returning(Purchase::ID).delete(db)?.len(), 5);
    assert_eq!(Purchase::query().select(Purchase::ID).order_by(Purchase::ID).all(db)?, [3, 5]);
    Ok(())
}

fn a_value_that_cannot_be_sent_is_told(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let too_large = || sql!("{} = {}", Customer::ID, u64::MAX);
    let error = Customer::query().filter(too_large()).all(db).unwrap_err();
    assert!(error.to_string().contains("18446744073709551615"), "{error}");
    assert!(too_large().execute(db).is_err());
    assert!(Customer::from_sql(too_large()).all(db).is_err());
    assert_eq!(statements.texts(), Vec::<String>::new());
    Ok(())
}

/// What a text gives of each customer.
#[derive(Row, Debug, Clone, PartialEq)]
struct Spent {
    customer_id: i64,
    total: f64,
    last: Option<String>,
}

fn rows_of_a_text_are_a_source_as_structs_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let spent = |least: f64| {
        let all = sql!(
            "SELECT max(note) AS last, customer_id, sum(amount) AS total FROM {} WHERE {} > {} GROUP BY customer_id",
            table::<Purchase>(),
            Purchase::AMOUNT,
            least
        );
        Spent::from_sql(all)
    };
    let ordered = spent(0.0).filter(Spent::TOTAL.gt(20.0)).order_by(Spent::CUSTOMER_ID);
    let by_hand = "SELECT customer_id, sum(amount) AS total, max(note) AS last FROM purchase GROUP BY customer_id \
                   HAVING sum(amount) > 20 ORDER BY customer_id";
    assert_eq!(ordered.clone().all(db)?, db.query_as::<Spent>(by_hand, ())?);
    assert_eq!((ordered.clone().count(db)?, ordered.limit(1).one(db)?.total), (2, 35.0));
    assert_eq!(spent(50.0).select((Spent::TOTAL, Spent::LAST)).one(db)?, (100.0, Some("bulk".to_string())));
    assert_eq!(spent(0.0).select(Spent::TOTAL.max()).one(db)?, Some(101.0));
    let joined = Customer::query().join(spent(5.0).on(Spent::CUSTOMER_ID.eq(of(Customer::ID))));
    let named = joined.select((Customer::NAME, Spent::TOTAL)).order_by(Spent::TOTAL.desc()).all(db)?;
    assert_eq!(named[..2], [("bob".to_string(), 100.0), ("ann".to_string(), 30.5)]);
    let wrong = Spent::from_sql(sql!("SELECT 1 AS customer_id")).all(db);
    assert!(wrong.is_err());
    let buyers = Purchase::query().filter(Purchase::CUSTOMER_ID.is_in(spent(0.0).select(Spent::CUSTOMER_ID)));
    assert_eq!(buyers.count(db)?, 7);
    Ok(())
}

fn a_text_that_reads_its_own_table_means_the_same_everywhere(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let above = sql!(
        "{} > (SELECT {} FROM {} WHERE {} = {})",
        Purchase::AMOUNT,
        Purchase::AMOUNT,
        table::<Purchase>(),
        Purchase::ID,
        1_i64
    );
    let largest = sql!(
        "{} = (SELECT max(other.amount) FROM {} AS other WHERE other.customer_id = {})",
        Purchase::AMOUNT,
        table::<Purchase>(),
        Purchase::CUSTOMER_ID
    );
    for (condition, found, leads) in [
        (above.about::<Purchase>().condition(), vec![2, 4], vec![vec![2], vec![4], vec![], vec![]]),
        (largest.about::<Purchase>().condition(), vec![2, 4, 6, 7], vec![vec![2], vec![4], vec![6, 7], vec![]]),
    ] {
        let by_query =
            Purchase::query().filter(condition.clone()).select(Purchase::ID).order_by(Purchase::ID).all(db)?;
        assert_eq!(by_query, found);
        let any = Customer::PURCHASES.any(condition.clone());
        let some: Vec<_> = (1..).zip(&leads).filter(|(_, rows)| !rows.is_empty()).map(|(id, _)| id).collect();
        assert_eq!(ids(Customer::query().filter(any), db)?, some);
        for load in [Customer::PURCHASES.joined(), Customer::PURCHASES.selectin()] {
            let load = load.filter(condition.clone());
            let rows = Customer::query().with(load).order_by(Customer::ID).all(db)?;
            let of_each = rows.iter().map(|row| row.purchases.loaded().unwrap().iter().map(|row| row.id).collect());
            assert_eq!(of_each.collect::<Vec<Vec<i64>>>(), leads);
        }
    }
    Ok(())
}

on_every_backend!(
    values_are_bound_and_never_spliced,
    values_of_all_types_are_bound,
    rows_are_read_as_of_any_query,
    a_row_of_one_column_is_its_value,
    quotes_hold_what_looks_like_a_place,
    names_are_quoted,
    conditions_join_others,
    expressions_have_the_type_that_is_said,
    what_is_joined_may_be_named,
    a_text_that_reads_its_own_table_means_the_same_everywhere,
    rows_of_a_text_are_a_source,
    rows_of_a_text_are_a_source_as_structs_too,
    a_value_that_cannot_be_sent_is_told,
);
