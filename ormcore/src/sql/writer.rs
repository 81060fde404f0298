mod rows;
mod template;

use crate::error::{Error, Result};
use crate::sql::statement::{Delete, Direction, From, JoinKind, Order, Rendered, Select, TableName, Update};
use crate::sql::{AggregateFunction, Alias, BinaryOperator, Dialect, Expr};
use crate::value::{Parameter, Value};

/// Writes a statement tree as text, and collects its values in the order of their placeholders.
#[derive(Debug)]
pub struct Writer<'d> {
    dialect: &'d dyn Dialect,
    sql: String,
    parameters: Vec<Parameter>,
    /// Which of the values are given when the statement is run, and at which position.
    arguments: Vec<(usize, usize)>,
    /// How many values come before those that are collected here.
    before: usize,
    /// The places of the aliases that have one, in the order in which they are written.
    places: Vec<u32>,
    /// What the groups are made by, other than columns, and the text that it was given; nothing while it is written.
    keys: Vec<(Option<Expr>, Option<String>)>,
    /// What the database has not, in words.
    misuse: Option<String>,
    /// What the SELECT that is written reads which may have no row to join: an order by its columns expects NULLs.
    optional: Vec<Alias>,
    /// Whether SQL of the program's own, or a function that it names, is written.
    pub(super) may_leave: bool,
}

impl<'d> Writer<'d> {
    /// An empty statement in this dialect.
    #[must_use]
    pub fn new(dialect: &'d dyn Dialect) -> Self {
        Writer {
            dialect,
            sql: String::with_capacity(256),
            parameters: Vec::new(),
            arguments: Vec::new(),
            places: Vec::new(),
            keys: Vec::new(),
            misuse: None,
            optional: Vec::new(),
            before: 0,
            may_leave: false,
        }
    }

    /// The rest of a statement that has a text with this many values already.
    pub(crate) fn after(sql: String, values: usize, dialect: &'d dyn Dialect) -> Self {
        Writer { sql, before: values, ..Writer::new(dialect) }
    }

    /// The text and the values.
    ///
    /// # Errors
    /// If the tree holds what databases of this dialect have not.
    pub fn finish(self) -> Result<Rendered> {
        let rendered = Rendered {
            sql: self.sql.into(),
            parameters: self.parameters,
            arguments: self.arguments,
            may_leave: self.may_leave,
        };
        self.misuse.map_or(Ok(rendered), |misuse| Err(Error::usage(misuse)))
    }

    /// Appends text of the library's own; never user input.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a name, quoted.
    pub fn name(&mut self, name: &str) {
        push_quoted(&mut self.sql, name);
    }

    /// Appends the name of an occurrence of a table.
    pub fn alias(&mut self, alias: Alias) {
        if !alias.is_placed() {
            let (kind, number) = alias.ending();
            return push_alias(&mut self.sql, alias.name, kind, number as usize);
        }
        let known = self.places.iter().position(|place| *place == alias.number);
        let index = known.unwrap_or_else(|| {
            self.places.push(alias.number);
            self.places.len() - 1
        });
        push_alias(&mut self.sql, alias.name, "alias", index + 1);
    }

    /// Appends a table's name, with its schema.
    pub fn table(&mut self, table: TableName) {
        push_table(&mut self.sql, table);
    }

    /// Appends a placeholder, and keeps the value for it.
    pub fn value(&mut self, parameter: Parameter) {
        self.parameters.push(parameter);
        self.dialect.placeholder(self.before + self.parameters.len(), &mut self.sql);
    }

    /// Appends a placeholder, for the value that is given at this position when the statement is run.
    fn argument(&mut self, index: usize) {
        self.arguments.push((self.parameters.len(), index));
        self.value(Parameter { value: Value::Null, secret: false });
    }

    /// Appends a number of rows as a value.
    pub fn count(&mut self, rows: u64) {
        let value = Value::Int(i64::try_from(rows).unwrap_or(i64::MAX));
        self.value(Parameter { value, secret: false });
    }

    /// Appends the items with commas between them.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.separated(items, ", ", write);
    }

    fn separated<T>(&mut self, items: impl IntoIterator<Item = T>, separator: &str, write: impl Fn(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            write(self, item);
        }
    }

    /// Appends an expression as part of another, in parentheses where it needs them.
    pub fn operand(&mut self, expr: Expr) {
        match expr {
            Expr::Column { .. }
            | Expr::Value(_)
            | Expr::Call(..)
            | Expr::Function(..)
            | Expr::Truth(_)
            | Expr::Exists(_)
            | Expr::Scalar(_)
            | Expr::Case(..)
            | Expr::Typed(..)
            | Expr::Position(_)
            | Expr::Argument(..)
            | Expr::Over(..) => self.expr(expr),
            Expr::Aggregate(ref aggregate) if aggregate.function != AggregateFunction::Own => self.expr(expr),
            other => {
                self.push("(");
                self.expr(other);
                self.push(")");
            }
        }
    }

    /// Appends an expression.
    pub fn expr(&mut self, expr: Expr) {
        if !self.keys.is_empty() && self.writes_key(&expr) {
            return;
        }
        // What is nested deeply is written here, the rest apart: each level takes as much of the stack as all arms of one
        // function together.
        match expr {
            Expr::Binary(left, operator, right) => self.binary(*left, operator, *right),
            Expr::Typed(inner, sql_type) => self.dialect.write_typed(*inner, sql_type, self),
            Expr::All(parts) => self.joined(parts, " AND ", true),
            Expr::Any(parts) => self.joined(parts, " OR ", false),
            Expr::Not(inner) => {
                self.push("NOT ");
                self.operand(*inner);
            }
            other => self.construct(other),
        }
    }

    /// The rest of [`Writer::expr`].
    fn construct(&mut self, expr: Expr) {
        match expr {
            nested @ (Expr::Binary(..) | Expr::Typed(..) | Expr::All(_) | Expr::Any(_) | Expr::Not(_)) => {
                self.expr(nested)
            }
            Expr::Column { table, name } => {
                self.alias(table);
                self.push(".");
                self.name(name);
            }
            Expr::Value(parameter) => self.value(parameter),
            Expr::Sql(sql) => self.push(sql),
            Expr::Truth(value) => self.push(if value { "(1 = 1)" } else { "(1 = 0)" }),
            Expr::IsNull(inner, null) => {
                self.operand(*inner);
                self.push(if null { " IS NULL" } else { " IS NOT NULL" });
            }
            Expr::In(inner, values) => self.dialect.write_in(*inner, values, self),
            Expr::InSelect(left, select) => {
                self.push("(");
                self.list(left, Self::expr);
                self.subquery(") IN (", select);
            }
            Expr::Between(inner, low, high) => {
                self.operand(*inner);
                self.push(" BETWEEN ");
                self.operand(*low);
                self.push(" AND ");
                self.operand(*high);
            }
            Expr::Like(text, like, pattern) => self.dialect.write_like(*text, like, *pattern, self),
            Expr::Call(function, arguments) => {
                self.may_leave = true;
                self.call(function, arguments);
            }
            Expr::Function(function, arguments) => self.dialect.write_function(*function, arguments, self),
            Expr::Exists(select) => self.subquery("EXISTS (", select),
            Expr::Scalar(select) => self.subquery("(", select),
            Expr::InRows(left, types, rows) => self.dialect.write_in_rows(left, &types, rows, self),
            Expr::Named(inner, name) => {
                self.expr(*inner);
                self.push(" AS ");
                self.name(name);
            }
            Expr::Argument(index, _) => self.argument(index),
            Expr::Position(position) => self.push(&position.to_string()),
            Expr::Case(branches, otherwise) => self.case(branches, otherwise),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Template(parts) => self.template_parts(parts),
            Expr::Search(search, parts) => self.dialect.write_search(*search, parts, self),
            Expr::Over(function, window) => {
                match *function {
                    // Those over windows are the library's own.
                    Expr::Call(name, arguments) => self.call(name, arguments),
                    function => self.expr(function),
                }
                self.window(window);
            }
        }
    }

    /// Appends a function and its arguments.
    pub fn call(&mut self, function: &str, arguments: Vec<Expr>) {
        self.push(function);
        self.push("(");
        self.list(arguments, Self::expr);
        self.push(")");
    }

    /// What is large is handed on in its box: expressions are written by recursion, and each step takes as much of the stack
    /// as the largest of its parts.
    #[allow(clippy::boxed_local)]
    fn subquery(&mut self, open: &str, select: Box<Select>) {
        self.push(open);
        self.select(*select);
        self.push(")");
    }

    fn joined(&mut self, mut parts: Vec<Expr>, operator: &str, of_none: bool) {
        match parts.len() {
            0 => self.expr(Expr::Truth(of_none)),
            1 => self.expr(parts.remove(0)),
            _ => self.separated(parts, operator, Self::operand),
        }
    }

    fn binary(&mut self, left: Expr, operator: BinaryOperator, right: Expr) {
        match operator {
            BinaryOperator::Same | BinaryOperator::Distinct => {
                self.dialect.write_same(left, operator == BinaryOperator::Same, right, self);
            }
            BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Remainder
            | BinaryOperator::FloatRemainder => self.dialect.write_arithmetic(left, operator, right, self),
            _ => {
                self.operand(left);
                self.push(operator.sql());
                self.operand(right);
            }
        }
    }

    /// Appends a SELECT.
    pub fn select(&mut self, mut select: Select) {
        let around = std::mem::replace(&mut self.optional, select.from.optional());
        let known = self.keys.len();
        self.add_keys(&select.group);
        if !self.dialect.groups_unselected() {
            select.select_group();
        }
        self.with(std::mem::take(&mut select.with));
        self.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
        self.list(select.columns, Self::expr);
        self.push(" FROM ");
        let locked = select.lock.map(|_| select.from.first());
        self.from(select.from);
        self.filter(select.filter);
        self.groups(select.group, select.having);
        for part in select.compound {
            self.push(part.operator.sql());
            self.select(part.select);
        }
        self.order_by(select.order);
        self.dialect.write_limit(select.limit, select.offset, self);
        if let Some((lock, of)) = select.lock.zip(locked) {
            self.dialect.write_lock(lock, of, self);
        }
        self.keys.truncate(known);
        self.optional = around;
    }

    fn from(&mut self, from: From) {
        match from {
            From::Table(table, number) => {
                self.table(table);
                if number > 0 {
                    self.push(" AS ");
                    self.alias(Alias::numbered(table.name, number));
                }
            }
            From::Named(table, alias) => {
                self.table(table);
                self.push(" AS ");
                self.alias(alias);
            }
            From::Lateral(select, alias) => {
                self.expect_lateral();
                self.push("LATERAL ");
                self.from(From::Select(select, alias));
            }
            From::Select(select, alias) => {
                self.subquery("(", select);
                self.push(" AS ");
                self.alias(alias);
            }
            From::Template(parts, alias) => {
                self.push("(");
                self.template_parts(parts);
                self.push(") AS ");
                self.alias(alias);
            }
            From::Join(join) => {
                self.from(join.left);
                self.push(if join.kind == JoinKind::Left { " LEFT JOIN " } else { " JOIN " });
                // What is joined first belongs together: SQL joins from the left otherwise.
                let nested = matches!(join.right, From::Join(_));
                self.push(if nested { "(" } else { "" });
                self.from(join.right);
                self.push(if nested { ") ON " } else { " ON " });
                self.expr(join.on);
            }
        }
    }

    fn expect_lateral(&mut self) {
        if !self.dialect.joins_lateral() {
            let name = self.dialect.name();
            self.refuse(|| {
                format!(
                    "{name} has no lateral joins: number the rows by `row_number()` over a partition, or ask for each row in \
                     a subquery"
                )
            });
        }
    }

    /// Notes what the database cannot do; the first is told when the text is finished.
    pub(crate) fn refuse(&mut self, misuse: impl FnOnce() -> String) {
        self.misuse.get_or_insert_with(misuse);
    }

    fn order_by(&mut self, order: Vec<Order>) {
        if !order.is_empty() {
            self.push(" ORDER BY ");
            self.list(order, Self::order);
        }
    }

    fn order(&mut self, order: Order) {
        let ascending = order.direction == Direction::Ascending;
        let nullable = order.nullable || order.expr.is_column_of(&self.optional);
        self.operand(order.expr);
        self.push(if ascending { "" } else { " DESC" });
        self.push(self.dialect.nulls(ascending, order.nulls_first, nullable));
    }

    /// Appends an UPDATE.
    pub fn update(&mut self, update: Update) {
        self.push("UPDATE ");
        self.table(update.table);
        self.push(" SET ");
        self.assignments(update.assignments);
        if let Some(from) = update.from {
            self.push(" FROM ");
            self.from(From::Select(from.select, from.alias));
        }
        self.filter(update.filter);
        self.returning(update.returning);
    }

    /// Appends what columns are set to.
    pub(crate) fn assignments(&mut self, assignments: Vec<(&'static str, Expr)>) {
        self.list(assignments, |writer, (column, expr)| {
            writer.name(column);
            writer.push(" = ");
            // What is stored is not compared; and SQL of the program's own may be no expression: `DEFAULT`.
            match expr {
                Expr::Typed(own, _) if matches!(*own, Expr::Template(_)) => writer.expr(*own),
                expr => writer.expr(expr),
            }
        });
    }

    /// Appends a DELETE.
    pub fn delete(&mut self, delete: Delete) {
        self.push("DELETE FROM ");
        self.table(delete.table);
        self.filter(delete.filter);
        self.returning(delete.returning);
    }

    fn returning(&mut self, columns: Vec<Expr>) {
        if !columns.is_empty() {
            self.push(" RETURNING ");
            self.list(columns, Self::expr);
        }
    }

    pub(crate) fn filter(&mut self, filter: Option<Expr>) {
        if let Some(expr) = filter {
            self.push(" WHERE ");
            self.expr(expr);
        }
    }
}

/// Appends a name in double quotes, as standard SQL writes it; a quote inside is doubled.
pub(crate) fn push_quoted(sql: &mut String, name: &str) {
    sql.push('"');
    if name.contains('"') {
        sql.push_str(&name.replace('"', "\"\""));
    } else {
        sql.push_str(name);
    }
    sql.push('"');
}

/// Appends the name of an occurrence of a table; a long name is cut, so that databases that limit names keep the number.
fn push_alias(sql: &mut String, name: &str, kind: &str, number: usize) {
    const LONGEST: usize = 50;
    if number == 0 {
        return push_quoted(sql, name);
    }
    let shown = name.char_indices().find(|(end, _)| *end >= LONGEST).map_or(name, |(end, _)| &name[..end]);
    push_quoted(sql, &format!("{shown}#{kind}{number}"));
}

/// The name in double quotes.
pub(crate) fn quoted(name: &str) -> String {
    let mut sql = String::with_capacity(name.len() + 2);
    push_quoted(&mut sql, name);
    sql
}

/// The text as a literal.
pub(crate) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(crate) fn push_table(sql: &mut String, table: TableName) {
    if let Some(schema) = table.schema {
        push_quoted(sql, schema);
        sql.push('.');
    }
    push_quoted(sql, table.name);
}
