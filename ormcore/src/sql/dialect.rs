//! Everything that two databases say differently.

use std::borrow::Cow;
use std::fmt::Debug;

use crate::sql::{
    AggregateFunction, Alias, BinaryOperator, Expr, Function, Like, Lock, TableName, TextIndex, TextSearch, Writer,
};
use crate::value::{Parameter, SqlType};

mod catalog;
mod defaults;
pub(crate) mod postgres;
mod sqlite;

pub use catalog::{AskedTable, Catalog, Detail, DetailKind};
pub(crate) use defaults::check_range;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

/// How the keys that a database generates come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedKeys {
    /// The connection knows the last one: a plain INSERT is executed and asked for it.
    LastInserted,
    /// The INSERT returns them as rows.
    Returning,
}

/// A table that is to be dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct DroppedTable {
    /// Its name, quoted, with its schema.
    pub name: String,
    /// Its full-text index, if it has one.
    pub full_text: Option<TextIndex>,
}

/// What one database does differently from another, as text.
///
/// A dialect does no I/O. Implementations MUST be constant: one dialect gives the same text for the same tree at every
/// call, for texts are kept.
pub trait Dialect: Debug + Send + Sync {
    /// The name that users see, such as `sqlite`. Texts are kept under this name.
    fn name(&self) -> &'static str;

    /// Writes the placeholder of the `number`th value, counted from 1.
    fn placeholder(&self, number: usize, sql: &mut String);

    /// Whether a placeholder says which value it stands for, so that one value can stand in several places.
    fn numbers_placeholders(&self) -> bool {
        false
    }

    /// Whether a comment `/* .. */` may hold others.
    fn nests_comments(&self) -> bool {
        false
    }

    /// How many values one statement may have.
    fn max_parameters(&self) -> usize;

    /// Whether rows whose integer key lies between two are read faster than those with one of a list of keys, where the
    /// list has every key between its least and its greatest.
    fn prefers_ranges(&self) -> bool {
        false
    }

    /// Whether a subquery in an UPDATE's assignment sees the rows that the statement has changed already.
    fn sees_own_updates(&self) -> bool {
        false
    }

    /// The type's word in a CREATE TABLE, with what belongs to it, such as a collation.
    fn column_type(&self, sql_type: SqlType) -> String;

    /// As [`Dialect::column_type`], of the only column of a primary key, whose default the database knows.
    fn type_of_defaulted_key(&self, sql_type: SqlType) -> String {
        self.column_type(sql_type)
    }

    /// The statement that lets other transactions that create or drop tables wait until this one has ended; none where
    /// there is but one at a time that writes, or what is there already does no harm.
    fn lock_schemas(&self) -> Option<&'static str> {
        None
    }

    /// The statement that creates the type of an enum with a type of its own, and does nothing where there is one of that
    /// name; `None` where such enums are text.
    fn create_type(&self, name: &str, variants: &[&str]) -> Option<String> {
        let _ = (name, variants);
        None
    }

    /// The SQL that lists what there is under these names of types, in the connection's own schema or as the database's
    /// own, as rows of (name, `enum` or another kind, value), one for each value of an enum; none where there are no types.
    fn types_query(&self, names: &[&str]) -> Option<String> {
        let _ = names;
        None
    }

    /// The statements that give the type of an enum, which has the values `found`, those of `variants` that it lacks, each
    /// at its place among them; none where such enums are text.
    fn add_to_type(&self, name: &str, variants: &[&str], found: &[&str]) -> Vec<String> {
        let _ = (name, variants, found);
        Vec::new()
    }

    /// The statement that drops the type of an enum, of this quoted name, unless something uses it.
    fn drop_type(&self, quoted_name: &str) -> Option<String> {
        let _ = quoted_name;
        None
    }

    /// A default of the user's, in the form in which it gives values as columns of the type hold them.
    ///
    /// # Errors
    /// In words, what a column of the type needs, if the default is a literal that is no value of it.
    fn default_value<'s>(&self, sql_type: SqlType, sql: &'s str) -> Result<Cow<'s, str>, String> {
        let _ = sql_type;
        Ok(sql.into())
    }

    /// What a column of the type is set to by an expression, so that the column holds no more than the type does.
    fn stored(&self, expr: Expr, sql_type: SqlType) -> Expr {
        let _ = sql_type;
        expr
    }

    /// The function that gives the length of texts in characters, or of bytes. A type that limits the length, such as
    /// `varchar(80)`, is of no use: by the SQL standard it cuts spaces at the end instead of refusing them.
    fn length_function(&self, sql_type: SqlType) -> &'static str;

    /// What follows the closing parenthesis of a CREATE TABLE whose column types are to be enforced, or are not.
    fn table_options(&self, strict: bool) -> &'static str;

    /// Whether a CREATE TABLE may name a table that is created later.
    fn allows_forward_references(&self) -> bool;

    /// Adds a constraint to a table that is there, if it has none of this name: what a CREATE TABLE says where it need not
    /// name a table that is created later.
    fn add_constraint(&self, quoted_table: &str, constraint: &str) -> String {
        format!("ALTER TABLE {quoted_table} ADD {constraint}")
    }

    /// Comments on a `TABLE` or a `COLUMN`; none where the database keeps no comments.
    fn comment(&self, kind: &str, quoted_name: &str, text: &str) -> Option<String> {
        let _ = (kind, quoted_name, text);
        None
    }

    /// Creates a schema if it is not there; none where schemas are not made by SQL.
    fn create_schema(&self, schema: &str) -> Option<String> {
        let _ = schema;
        None
    }

    /// How many bytes of a name the database keeps, where it cuts longer ones.
    fn longest_name(&self) -> Option<usize> {
        None
    }

    /// Whether the database can number columns other than a primary key of one column.
    fn numbers_any_column(&self) -> bool;

    /// What the last part of a generated key's column definition is, such as `GENERATED BY DEFAULT AS IDENTITY`.
    fn generated_key_suffix(&self) -> &'static str;

    /// How generated keys come back.
    fn generated_keys(&self) -> GeneratedKeys;

    /// How many rows one INSERT should hold at most where no generated key has to come back.
    fn rows_per_insert(&self) -> usize;

    /// Whether the rows of one INSERT with ON CONFLICT are inserted in their order, so that one may meet another as if each
    /// were a statement of its own.
    fn upserts_in_turn(&self) -> bool {
        false
    }

    /// What a FROM calls the rows whose values are the first parameters, one array a column, of elements of these types:
    /// one text, whatever the number of rows. None where there are no arrays.
    fn arrays(&self, types: &[SqlType]) -> Option<String> {
        let _ = types;
        None
    }

    /// An INSERT that is given values of a column whose values are else generated, as a statement that lets those that are
    /// generated later follow the largest of them, and gives the columns listed in `returned` (none if empty) of each row;
    /// none where the database sees to it by itself.
    fn insert_and_follow(&self, insert: &str, table: TableName, column: &str, returned: &str) -> Option<String> {
        let _ = (insert, table, column, returned);
        None
    }

    /// Writes `left IS NOT DISTINCT FROM right`, or its opposite.
    fn write_same(&self, left: Expr, same: bool, right: Expr, writer: &mut Writer<'_>);

    /// Writes a computation with numbers. Integers are divided as integers, and what is divided by 0 is NULL.
    fn write_arithmetic(&self, left: Expr, operator: BinaryOperator, right: Expr, writer: &mut Writer<'_>) {
        writer.operand(left);
        writer.push(operator.sql());
        writer.operand(right);
    }

    /// Writes an expression as one of this type, where the database would take it for another: a number that it would
    /// compute with as a narrower one, a value whose type it has to guess.
    fn write_typed(&self, expr: Expr, sql_type: SqlType, writer: &mut Writer<'_>) {
        let _ = sql_type;
        writer.operand(expr);
    }

    /// Writes a function and its arguments, so that it stands as a part of another expression without parentheses.
    fn write_function(&self, function: Function, arguments: Vec<Expr>, writer: &mut Writer<'_>) {
        writer.call(function.sql(), arguments);
    }

    /// The name of an aggregate function.
    fn aggregate(&self, function: AggregateFunction) -> &'static str {
        function.sql()
    }

    /// Writes whether the text matches the pattern.
    fn write_like(&self, text: Expr, like: Like, pattern: Expr, writer: &mut Writer<'_>);

    /// The statements that create a full-text index if it is not there, with the words of the rows that are; `index_name` is
    /// a name for an index that they need, and `is_there` says whether the table has a text column or an index of a name.
    ///
    /// # Errors
    /// In words, if the database cannot have the index.
    fn create_text_index(
        &self,
        index: &TextIndex,
        index_name: &str,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<String>, String>;

    /// Writes what a full-text search tells of the row with this key; the last expression is the column that is shown, if one
    /// is.
    fn write_search(&self, search: TextSearch, parts: Vec<Expr>, writer: &mut Writer<'_>);

    /// Writes whether the values, none of them NULL and at least one, contain the expression. A long list must not
    /// exceed [`Dialect::max_parameters`], and lists of different lengths should share their text.
    fn write_in(&self, expr: Expr, values: Vec<Parameter>, writer: &mut Writer<'_>);

    /// Writes whether the rows of values, at least one, contain the expressions of these types, together. The values of all
    /// rows must not exceed [`Dialect::max_parameters`].
    fn write_in_rows(&self, left: Vec<Expr>, types: &[SqlType], rows: Vec<Vec<Parameter>>, writer: &mut Writer<'_>);

    /// What is written after an ORDER BY's expression and direction, so that NULLs come first or last. `None` means first
    /// going up and last going down; `nullable` says whether there may be any. After a part of an index the same is written,
    /// so that the index serves such an order.
    fn nulls(&self, ascending: bool, nulls_first: Option<bool>, nullable: bool) -> &'static str;

    /// Whether indexes have methods, operator classes and columns that they include. Where not, they are over the same parts
    /// without all that.
    fn has_index_methods(&self) -> bool {
        false
    }

    /// Whether there is an index of the method, or one that finds the same. Where not, it is left out.
    fn makes_index(&self, method: &str) -> bool {
        matches!(method, "btree" | "hash" | "brin")
    }

    /// Whether a joined subquery can be about the rows that it is joined to.
    fn joins_lateral(&self) -> bool {
        false
    }

    /// Whether a HAVING, or an aggregate in the ORDER BY, makes one group of all rows where no aggregate is selected.
    fn groups_unselected(&self) -> bool {
        true
    }

    /// Writes LIMIT and OFFSET.
    fn write_limit(&self, limit: Option<u64>, offset: Option<u64>, writer: &mut Writer<'_>);

    /// Whether rows are locked one by one, and not all others that write locked out by a transaction that does.
    fn locks_rows(&self) -> bool {
        false
    }

    /// Writes that the rows of a table are locked; nothing where they are not locked one by one.
    fn write_lock(&self, lock: Lock, of: Alias, writer: &mut Writer<'_>) {
        let _ = (lock, of, writer);
    }

    /// What is written before a statement to see its plan.
    fn explain_prefix(&self) -> &'static str;

    /// Whether a schema is a database of its own, as one attached to SQLite: foreign keys stay inside it, and an index's
    /// name carries it.
    fn schemas_are_databases(&self) -> bool;

    /// Whether a foreign key of a table in one schema may point to a table in the other; none is the connection's own.
    fn references_reach(&self, from: Option<&str>, to: Option<&str>) -> bool {
        let _ = (from, to);
        true
    }

    /// The SQL that lists the tables and indexes of the connection's own schema, of others in which a name without a schema
    /// is sought, and of these, as rows of (schema, name, table); a table is its own. First come rows without a name: the
    /// connection's own schema, and those in which is sought.
    fn names_query(&self, schemas: &[&str]) -> String;

    /// The SQL that lists all foreign keys inside the connection's own schema and each of these as rows of (schema, child table, parent table).
    fn foreign_keys_query(&self, schemas: &[&str]) -> String;

    /// The SQL that lists what else is there, in the connection's own schema and in these, that would take locks or rights to
    /// be created again, as rows of (kind, schema, table, name): each `schema`, without table and name; the name of each
    /// `foreign key`; that of each `text column`, which is a full-text index; and the text of each `comment`, whose table is
    /// the quoted name that [`Dialect::comment`] is given, without the schema. A row `snapshot`, without the rest, says that
    /// what is listed may be gone already: all is created again then. None where none of it does.
    fn parts_query(&self, schemas: &[&str]) -> Option<String> {
        let _ = schemas;
        None
    }

    /// How the database tells what its tables are.
    fn catalog(&self) -> &'static dyn Catalog;

    /// Whether two names mean the same table or index.
    fn same_name(&self, left: &str, right: &str) -> bool {
        left == right
    }

    /// The statements that drop tables, given children first; `cyclic` if the rows of some of them point to each other, so
    /// that there may be no order in which they can be deleted one by one.
    fn drop_tables(&self, tables: &[DroppedTable], cyclic: bool) -> Vec<String>;
}
