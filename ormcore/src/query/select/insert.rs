//! Rows that a query gives, as rows of another table.

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps, Wants};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Column, Model, Settable, complete};
use crate::plan::{Plan, push_all};
use crate::query::ask::take;
use crate::query::select::Select;
use crate::query::select::combine::{selected, selected_mut};
use crate::schema::statements::{columns, table_name};
use crate::sql::alias::further_column;
use crate::sql::writer::quoted;
use crate::sql::{Alias, Dialect, Expr, From, Select as Tree, Writer};
use crate::value::Parameter;

/// A type of values that a column of type `T` can hold: `T`, and `T` for `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be stored in a column of type `{T}`",
    label = "the query selects `{Self}` where the column holds `{T}`"
)]
pub trait StoredAs<T> {}

#[diagnostic::do_not_recommend]
impl<T> StoredAs<T> for T {}
#[diagnostic::do_not_recommend]
impl<T> StoredAs<Option<T>> for T {}

/// Columns of the model `M` that can hold rows of the type `R`: a column, or a tuple of up to 16.
#[diagnostic::on_unimplemented(
    message = "rows of type `{R}` do not fit the columns `{Self}` of `{M}`",
    label = "expected as many columns as the query selects, in the same order"
)]
pub trait InsertColumns<M, R> {
    /// Their positions.
    fn positions(&self) -> Vec<usize>;
}

impl<M, T, W: Settable, R: StoredAs<T>> InsertColumns<M, R> for Column<M, T, W> {
    fn positions(&self) -> Vec<usize> {
        vec![self.index()]
    }
}

macro_rules! tuples {
    ($(($($name:ident $row:ident $who:ident $index:tt)*))*) => {$(
        impl<M, $($name, $row: StoredAs<$name>, $who: Settable),*> InsertColumns<M, ($($row,)*)>
            for ($(Column<M, $name, $who>,)*)
        {
            fn positions(&self) -> Vec<usize> {
                vec![$(self.$index.index()),*]
            }
        }
    )*};
}

tuples! {
    (A RA WA 0)
    (A RA WA 0 B RB WB 1)
    (A RA WA 0 B RB WB 1 C RC WC 2)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10 L RL WL 11)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10 L RL WL 11 N RN WN 12)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10 L RL WL 11 N RN WN 12 O RO WO 13)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10 L RL WL 11 N RN WN 12 O RO WO 13 P RP WP 14)
    (A RA WA 0 B RB WB 1 C RC WC 2 D RD WD 3 E RE WE 4 F RF WF 5 G RG WG 6 H RH WH 7 I RI WI 8 J RJ WJ 9 K RK WK 10 L RL WL 11 N RN WN 12 O RO WO 13 P RP WP 14 Q RQ WQ 15)
}

/// Inserts the rows that a query gives.
pub(in crate::query) struct InsertFrom<M, S, R> {
    into: Vec<usize>,
    query: Option<Select<S, R>>,
    parameters: Vec<Parameter>,
    rows: u64,
    model: std::marker::PhantomData<fn() -> M>,
}

impl<M: Model, S, R> InsertFrom<M, S, R> {
    pub(in crate::query) fn new(into: Vec<usize>, query: Select<S, R>) -> Self {
        InsertFrom { into, query: Some(query), parameters: Vec::new(), rows: 0, model: std::marker::PhantomData }
    }

    /// Checks that each row has a value for each column that needs one, and no column two.
    fn check(&self, query: &mut Select<S, R>) -> Result<()> {
        query.check()?;
        if query.body.mapped || selected(&query.body.select).len() != self.into.len() {
            return Err(Error::usage(format!(
                "`insert_from` stores what the query selects in columns of `{}`, one by one: leave out `map`, and select \
                 expressions and not whole models",
                M::NAME
            )));
        }
        for (at, index) in self.into.iter().enumerate() {
            if self.into[..at].contains(index) {
                return Err(Error::usage(format!(
                    "`insert_from` stores two values in `{}.{}`: name each column once",
                    M::NAME,
                    M::COLUMNS[*index].name
                )));
            }
        }
        Ok(())
    }

    /// Whether all rows would have one key: a part of it that is selected, or that the database makes, tells them apart.
    fn leaves_out_key(&self) -> bool {
        M::TABLE.primary_key().all(|index| !self.into.contains(&index) && !M::COLUMNS[index].filled_by_database())
    }

    /// The columns that the program fills in for each row, with their values: defaults, `on_write` columns, the version.
    fn filled(&self) -> Result<Vec<(usize, Expr)>> {
        let (mut row, other) = (M::initial(), M::initial());
        complete(&mut row)?;
        let mut written = Vec::new();
        M::on_write(&mut |index, _| written.push(index));
        let mut filled = Vec::new();
        for (index, column) in M::COLUMNS.iter().enumerate() {
            let is_made = column.has_default || column.version || written.contains(&index);
            if self.into.contains(&index) || column.filled_by_database() || !is_made && column.nullable {
                continue;
            }
            if !is_made {
                return Err(missing::<M>(index));
            }
            let is_made_anew = || row.field(index).value().ok() != other.field(index).value().ok();
            if column.unique || column.primary_key && (self.leaves_out_key() || is_made_anew()) {
                return Err(Error::usage(format!(
                    "`insert_from` gives all rows one default, and no two rows of `{}` may have one `{}`: select a value for it",
                    M::NAME,
                    column.name
                )));
            }
            let value = row.field(index).value().map_err(|error| Error::encode(M::NAME, column.name, &error))?;
            let value = Expr::Value(Parameter { value: value.into_owned(), secret: column.secret });
            filled.push((index, Expr::Typed(Box::new(value), column.sql_type)));
        }
        Ok(filled)
    }

    /// The statement, and its values.
    fn write(&mut self, dialect: &'static dyn Dialect) -> Result<(Statement, Vec<Parameter>)> {
        let mut query = take(&mut self.query)?;
        self.check(&mut query)?;
        let mut select = query.body.select;
        // Which rows are distinct, and what is combined, is told by what is selected and not by what is stored of it.
        if !select.compound.is_empty() || select.distinct {
            select = apart(select)?;
        }
        for (expr, index) in select.columns.iter_mut().zip(&self.into) {
            let selected = std::mem::replace(expr, Expr::Truth(true));
            *expr = dialect.stored(selected, M::COLUMNS[*index].sql_type);
        }
        let (further, values): (Vec<usize>, Vec<Expr>) = self.filled()?.into_iter().unzip();
        select.columns.extend(values);
        let into = [self.into.as_slice(), &further].concat();
        let mut writer = Writer::new(dialect);
        writer.push("INSERT INTO ");
        writer.table(table_name(M::TABLE));
        writer.push(&format!(" ({}) ", columns(M::TABLE, &into, false)));
        writer.select(select);
        let mut rendered = writer.finish()?;
        let key = into.iter().map(|index| &M::COLUMNS[*index]).find(|key| key.generated && key.sql_type.is_integer());
        let follow = |name| dialect.insert_and_follow(&rendered.sql, table_name(M::TABLE), name, &quoted(name));
        let followed = key.and_then(|key| follow(key.name));
        // What lets later keys follow gives a row for each that is inserted.
        let wants = if followed.is_some() { Wants::Rows } else { Wants::Count };
        if let Some(sql) = followed {
            rendered.sql = sql.into();
        }
        let (statement, parameters) = Statement::written(rendered, wants);
        Ok((statement.inserting(M::TABLE, &into), parameters))
    }
}

/// The rows of a SELECT, as those of another one around it.
fn apart(mut select: Tree) -> Result<Tree> {
    let rows = Alias::from("#rows");
    let mut columns = Vec::new();
    for (index, column) in selected_mut(&mut select).iter_mut().enumerate() {
        let name =
            further_column(index).ok_or_else(|| Error::usage("the query selects more columns than can be named"))?;
        *column = Expr::Named(Box::new(column.unnamed().clone()), name);
        columns.push(rows.column(name));
    }
    let source = From::Select(Box::new(select), rows);
    Ok(Tree { columns, ..Tree::new(source) })
}

fn missing<M: Model>(index: usize) -> Error {
    Error::from_kind(ErrorKind::MissingColumn {
        table: M::NAME.to_string(),
        column: M::COLUMNS[index].name.to_string(),
        model: M::TABLE.model.to_string(),
        constant: M::COLUMNS[index].said(),
    })
}

impl<M: Model, S, R> Steps for InsertFrom<M, S, R> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let (statement, parameters) = self.write(dialect)?;
        batch.push(statement);
        self.parameters = parameters;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, _: &dyn Row) -> Result<()> {
        self.rows += 1;
        Ok(())
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.rows = outcome.rows;
        Ok(())
    }
}

impl<M: Model, S, R> Plan for InsertFrom<M, S, R> {
    type Output = u64;

    fn finish(self) -> Result<u64> {
        Ok(self.rows)
    }
}
