//! Plans driven by hand, without a database: what they ask for, and what they make of the answers.

use std::borrow::Cow;

use ormcore::Value;
use ormcore::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use ormcore::plan::Plan;
use ormcore::sql::{Dialect, Sqlite};
use ormcore::value::ValueError;

/// A row without a database.
struct Made(Vec<Value<'static>>);

impl Row for Made {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn value(&self, index: usize) -> Result<Value<'_>, ValueError> {
        self.0.get(index).map(Value::borrowed).ok_or_else(|| ValueError::new("a value", "no such column"))
    }

    fn name(&self, index: usize) -> Cow<'_, str> {
        Cow::Owned(format!("column {index}"))
    }
}

/// Takes parameters and keeps them.
#[derive(Default)]
struct Kept(Vec<Value<'static>>);

impl Parameters for Kept {
    fn push(&mut self, value: Value<'_>, _secret: bool) {
        self.0.push(value.into_owned());
    }
}

fn next(plan: &mut dyn Steps) -> (Step, Vec<Statement>) {
    let mut batch = Vec::new();
    let step = plan.next(&Sqlite, &mut batch).unwrap();
    (step, batch)
}

fn bound(plan: &mut dyn Steps, statement: usize, execution: usize) -> Vec<Value<'static>> {
    let mut kept = Kept::default();
    plan.bind(statement, execution, &mut kept).unwrap();
    kept.0
}

fn int(row: &dyn Row, index: usize) -> i64 {
    match row.value(index).unwrap() {
        Value::Int(value) => value,
        other => panic!("expected an integer, found {other:?}"),
    }
}

/// A select: one statement, rows collected.
struct Numbers {
    above: i64,
    found: Vec<i64>,
}

impl Steps for Numbers {
    fn next(&mut self, _: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        batch.push(Statement::rows("SELECT n FROM number WHERE n > ?"));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        parameters.push_int(self.above, false);
        Ok(())
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> ormcore::Result<()> {
        self.found.push(int(row, 0));
        Ok(())
    }
}

impl Plan for Numbers {
    type Output = Vec<i64>;

    fn finish(self) -> ormcore::Result<Vec<i64>> {
        Ok(self.found)
    }
}

#[test]
fn a_select_is_driven_by_hand() {
    let mut plan = Numbers { above: 3, found: Vec::new() };
    let (step, batch) = next(&mut plan);
    assert_eq!(step, Step::RunLast);
    assert_eq!(batch.len(), 1);
    assert_eq!(bound(&mut plan, 0, 0), [Value::Int(3)]);
    for number in [4, 5] {
        plan.row(0, 0, &Made(vec![Value::Int(number)])).unwrap();
    }
    assert_eq!(plan.finish().unwrap(), [4, 5]);
}

/// An eager load: parents, then the children of all of them; no second step where there are no parents.
#[derive(Default)]
struct ParentsAndChildren {
    asked: usize,
    parents: Vec<(i64, Vec<i64>)>,
}

impl Steps for ParentsAndChildren {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        self.asked += 1;
        match self.asked {
            1 => {
                batch.push(Statement::rows("SELECT id FROM parent"));
                Ok(Step::Run)
            }
            2 if !self.parents.is_empty() => {
                let mut sql = String::from("SELECT parent_id, id FROM child WHERE parent_id IN (");
                for number in 0..self.parents.len() {
                    sql.push_str(if number > 0 { ", " } else { "" });
                    dialect.placeholder(number + 1, &mut sql);
                }
                sql.push(')');
                batch.push(Statement::rows(sql));
                Ok(Step::RunLast)
            }
            _ => Ok(Step::Done),
        }
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        if self.asked == 2 {
            for (parent, _) in &self.parents {
                parameters.push(Value::Int(*parent), false);
            }
        }
        Ok(())
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> ormcore::Result<()> {
        if self.asked == 1 {
            self.parents.push((int(row, 0), Vec::new()));
        } else if let Some((_, children)) = self.parents.iter_mut().find(|(parent, _)| *parent == int(row, 0)) {
            children.push(int(row, 1));
        }
        Ok(())
    }
}

impl Plan for ParentsAndChildren {
    type Output = Vec<(i64, Vec<i64>)>;

    fn finish(self) -> ormcore::Result<Self::Output> {
        Ok(self.parents)
    }
}

#[test]
fn an_eager_load_of_two_steps_is_driven_by_hand() {
    let mut plan = ParentsAndChildren::default();
    assert_eq!(next(&mut plan).0, Step::Run);
    for parent in [1, 2] {
        plan.row(0, 0, &Made(vec![Value::Int(parent)])).unwrap();
    }
    let (step, batch) = next(&mut plan);
    assert_eq!(step, Step::RunLast);
    assert!(batch[0].sql.ends_with("IN (?, ?)"));
    assert_eq!(bound(&mut plan, 0, 0), [Value::Int(1), Value::Int(2)]);
    for (parent, child) in [(2, 20), (1, 10), (2, 21)] {
        plan.row(0, 0, &Made(vec![Value::Int(parent), Value::Int(child)])).unwrap();
    }
    assert_eq!(plan.finish().unwrap(), [(1, vec![10]), (2, vec![20, 21])]);
}

#[test]
fn an_eager_load_without_parents_asks_nothing_more() {
    let mut plan = ParentsAndChildren::default();
    assert_eq!(next(&mut plan).0, Step::Run);
    assert_eq!(next(&mut plan), (Step::Done, Vec::new()));
}

/// A flush: a transaction; parents, whose keys come back; children, whose foreign keys waited for them.
struct Flush {
    stage: usize,
    parents: Vec<Option<i64>>,
    /// The position of each child's parent.
    children: Vec<usize>,
}

impl Steps for Flush {
    fn next(&mut self, _: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        self.stage += 1;
        Ok(match self.stage {
            1 => Step::Begin,
            2 => {
                batch.push(Statement::count("INSERT INTO parent DEFAULT VALUES").times(self.parents.len()));
                Step::Run
            }
            3 => {
                batch.push(Statement::count("INSERT INTO child (parent_id) VALUES (?)").times(self.children.len()));
                Step::Run
            }
            4 => Step::Commit,
            _ => Step::Done,
        })
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        if let (3, Some(parent)) = (self.stage, self.children.get(execution)) {
            parameters.push(self.parents[*parent].map_or(Value::Null, Value::Int), false);
        }
        Ok(())
    }

    fn outcome(&mut self, _: usize, execution: usize, outcome: Outcome) -> ormcore::Result<()> {
        if self.stage == 2 {
            self.parents[execution] = outcome.key;
        }
        Ok(())
    }
}

impl Plan for Flush {
    type Output = Vec<Option<i64>>;

    fn finish(self) -> ormcore::Result<Self::Output> {
        Ok(self.parents)
    }
}

fn flush() -> Flush {
    Flush { stage: 0, parents: vec![None; 2], children: vec![1, 0, 1] }
}

#[test]
fn a_flush_is_driven_by_hand() {
    let mut plan = flush();
    assert_eq!(next(&mut plan).0, Step::Begin);
    let (step, batch) = next(&mut plan);
    assert_eq!((step, batch[0].executions), (Step::Run, 2));
    for (execution, key) in [(0, 70), (1, 71)] {
        plan.outcome(0, execution, Outcome { rows: 1, key: Some(key) }).unwrap();
    }
    let (step, batch) = next(&mut plan);
    assert_eq!((step, batch[0].executions), (Step::Run, 3));
    let keys: Vec<_> = (0..3).map(|execution| bound(&mut plan, 0, execution)).collect();
    assert_eq!(keys, [[Value::Int(71)], [Value::Int(70)], [Value::Int(71)]]);
    assert_eq!(next(&mut plan).0, Step::Commit);
    assert_eq!(next(&mut plan).0, Step::Done);
    assert_eq!(plan.finish().unwrap(), [Some(70), Some(71)]);
}

#[test]
fn a_flush_that_fails_leaves_nothing_and_no_open_transaction() {
    use ormcore::prelude::*;

    let db = Database::connect("sqlite::memory:").unwrap();
    db.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT", ()).unwrap();
    let error = (&db).run(flush()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert_eq!(db.query_as::<(i64,)>("SELECT count(*) FROM parent", ()).unwrap(), [(0,)]);

    db.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL) STRICT", ()).unwrap();
    assert_eq!((&db).run(flush()).unwrap(), [Some(1), Some(2)]);
    assert_eq!(db.query_as::<(i64,)>("SELECT parent_id FROM child ORDER BY id", ()).unwrap(), [(2,), (1,), (2,)]);
}
