//! The derive macros of `ormcore`: `Model`, `Columns`, `ColumnType`, `Row` and `Changes`.
//!
//! Use them through `ormcore`, which re-exports them and documents models. A macro turns attributes into a description
//! of the type (`parse`) and the description into code (`expand`); it reads nothing but the type it stands on.

mod expand;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a model: its table, the constants of its columns and relationships, and the constructor of its drafts.
///
/// The type of a key is as visible as its model: a public model has a public one.
///
/// On the struct:
///
/// | `#[model(..)]` | meaning |
/// | --- | --- |
/// | `table = "users"` | the table's name; otherwise the struct's in snake_case |
/// | `schema = "shop"` | the schema that holds the table |
/// | `constructor = "draft"`, `constructor = false` | another name than `new`; or `draft()`, which takes no arguments |
/// | `index(a, b, "lower(c)", filter = "sql", name = "..")` | an index over fields and SQL expressions; an embedded column is `address.city`, or its name in quotes |
/// | `index(a, b.desc(), include(c))`, `index(a.ops("gin_trgm_ops"), using = "gin")` | a part that goes down; columns that the index holds as well; an operator class and a method, on PostgreSQL |
/// | `unique(a, b)` | as `index`, and no two rows may agree |
/// | `check = "a < b"` | a condition that every row must meet |
/// | `comment = "text"` | what the database's own tools show beside the table, on PostgreSQL |
/// | `foreign_key(columns(a, b), references(Parent::A, Parent::B), on_delete = "cascade")` | a foreign key of several columns, embedded ones too, `columns(billing.country, billing.code)`; `references("table.a", "table.b")` where there is no model; `index = false` leaves its index out |
/// | `strict = false` | SQLite does not check the types of what is stored |
/// | `read_only` | a view: no constructor, no writes, a primary key only if there is one |
/// | `validate = path::to::function` | called for each row before it is inserted or updated: `fn(&User) -> ormcore::Result<()>` |
/// | `before_insert = ..`, `before_update = ..` | called for each row before it is written: `fn(&mut User) -> ormcore::Result<()>` |
/// | `before_delete = ..`, `after_insert = ..`, `after_delete = ..` | called for each row: `fn(&User) -> ormcore::Result<()>` |
/// | `after_update = ..` | called for each row that was updated: `fn(&User, Written<'_, User>) -> ormcore::Result<()>` |
/// | `scope = Post::kept` | a function that gives the condition of the rows that queries and loads give, unless they are `unscoped()`; it is none within itself, where it leads back to its own model, and none for what is linked by rows of the model (`secondary`); a query and its loads ask for it when the query is ended, conditions along relationships when they are written |
/// | `scope(tenant = Post::of_tenant, kept = Post::kept)` | several of them, each with a constant, `Post::SCOPE_KEPT`, by which a query or a load lifts it alone; where one leads back to the model, the others hold |
/// | `full_text(title = 4, body, language = "english")` | a full-text index over text columns, some with a weight: the model can be searched |
/// | `crate = some::path` | where `ormcore` is, if it has another name |
///
/// On a field:
///
/// | `#[column(..)]` | meaning |
/// | --- | --- |
/// | `primary_key` | part of the primary key; a lone integer key is generated, if its type is written as such: an alias or a newtype says `auto` |
/// | `auto`, `auto = false` | the value is generated, or is not |
/// | `unique`, `index`, `index = false` | a unique constraint; an index, or none |
/// | `nullable` | says what the type `Option<..>` says already |
/// | `length = 80` | the longest text, in characters, or the most bytes |
/// | `name = "title"` | the column's name; otherwise the field's |
/// | `default = expression`, `default` | the value of a new row; that of `Default` |
/// | `on_write = expression` | the value at every insert and update |
/// | `comment = "text"` | what the database's own tools show beside the column, on PostgreSQL |
/// | `server_default = "sql"` | the default that the database fills in, a list as JSON (`'[]'`), bytes as `x'00ff'`; a 0, `false` or `""` in its place is given by `.set(..)` |
/// | `generated = "price * quantity"` | computed by the database from other columns of the row, by SQL of the program's own, and stored; with `virtual`, computed when it is read (SQLite, and PostgreSQL from 18 on). Only the database writes it: it is in no `new` and in no `set`, and read back after an insert and an update |
/// | `read_only` | only the database writes it, by `server_default` or a trigger; as `generated` otherwise |
/// | `check = "price > 0"` | a condition that every row must meet |
/// | `foreign_key = User::ID`, `foreign_key = "table.column"` | what the column points to |
/// | `on_delete = ".."`, `on_update = ".."` | `cascade`, `restrict`, `set null`, `set default` or `no action` |
/// | `version` | counts the row's versions, so that nobody overwrites what he has not seen |
/// | `flatten` | the columns of a struct with `#[derive(Columns)]`, in a `read_only` model also those of a model, without its key; with `default`, all of them have defaults |
/// | `flatten, prefix = "billing_"` | the same under names with a prefix, so that a struct can be embedded several times: `Order::BILLING.col(Address::CITY)` is the column `billing_city`. SQL of such a struct, `check` and `generated`, is written in the model instead |
///
/// A type alias means what it stands for, as far as the compiler can tell: but one of an `Option` is an argument of `new`, for
/// the macro sees its name alone.
///
/// On a field of the type `HasMany<Model>`, `HasOne<Model>` or `BelongsTo<Model>`, which has no column of its own: the
/// attribute makes a constant, `User::DATASETS`, and a method of the field's name, `user.datasets(&db)?`. The field, and a
/// `backref`, has another name than the methods of every model, such as `update` and `query`. There must be one foreign key
/// between the two models, or `foreign_key` says which one is meant.
///
/// | `#[relationship(..)]`, or `#[relationship]` alone | meaning |
/// | --- | --- |
/// | `lazy = "select"` | loaded by the first call of the method, and kept; this is the default |
/// | `lazy = "joined"`, `"subquery"`, `"selectin"` | loaded with the rows that have it: by a join, by a second query around the first, by their keys |
/// | `lazy = "dynamic"` | the method gives a query to refine; `HasMany` only |
/// | `lazy = "raise"` | never loaded unless a query says so: the method gives an error |
/// | `batch` | the first call for one row loads it for all rows of the same query |
/// | `depth = 3` | how many levels of a model that refers to itself are loaded together |
/// | `order_by = Dataset::NAME` | the order of the rows, whatever loads them; not on a `BelongsTo` |
/// | `filter = Dataset::PUBLIC.eq(true)` | which of the rows it leads to, whatever follows it: it is only read then, and has no other side; not on a `BelongsTo` |
/// | `foreign_key = Dataset::OWNER_ID` | the column that holds the key: of the other model, of this one on a `BelongsTo`, of the link |
/// | `secondary = PageTag`, `secondary = "page_tags"` | the table between the two models of a `HasMany`: a model, or a table that has none |
/// | `backref = "owner"` | the other model gets a method of this name, which keeps nothing and asks at each call |
/// | `cascade = "all, delete-orphan"` | what a session does with the related rows as well: `merge`, `delete`, `delete-orphan`, `save-update` (which a session has no need of), `all` (without `delete-orphan`) or `none`; used by the session alone, and `"save-update, merge"` if it is not said |
/// | `back_populates = "owner"` | the field of the other model that is the other side: both must stand for one foreign key |
#[proc_macro_derive(Model, attributes(model, column, relationship))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::structure(&input, parse::Kind::Model).into()
}

/// Makes a struct a group of columns that models embed by `#[column(flatten)]`.
///
/// Its fields have the `#[column(..)]` of a model's, except `primary_key`, `auto`, `version` and `flatten`.
/// `#[columns(crate = some::path)]` on the struct says where `ormcore` is, if it has another name.
#[proc_macro_derive(Columns, attributes(columns, column, relationship))]
pub fn derive_columns(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::structure(&input, parse::Kind::Embedded).into()
}

/// Makes a newtype or a field-less enum the type of a column.
///
/// A newtype is stored as what it wraps. An enum is stored as text, each variant's name in snake_case, or as integers.
///
/// | `#[column_type(..)]` | meaning |
/// | --- | --- |
/// | `auto`, on a newtype | its values can be generated, as those of what it wraps |
/// | `rename = "text"`, on a variant | another text |
/// | `integer`, on an enum | it is stored as the numbers of its variants, `Paid = 1`, in a column of 32 bits |
/// | `native = "mood"`, on an enum | on PostgreSQL a type of this name, which sorts as the variants are declared; text elsewhere |
/// | `crate = some::path` | where `ormcore` is, if it has another name |
#[proc_macro_derive(ColumnType, attributes(column_type))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::column_type(&input).into()
}

/// Makes a struct what selected columns are read as, one by field: `Sales::columns(..)` takes an expression for each, and
/// `Sales::TOTAL` is the column of a query that is read from like a table. Rows of SQL of one's own are read by name.
///
/// | `#[row(..)]` | meaning |
/// | --- | --- |
/// | `name = "total"`, on a field | the column's name; otherwise the field's |
/// | `name = "sales"`, on the struct | what a query over it is called; otherwise the struct's name in snake_case |
/// | `crate = some::path` | where `ormcore` is, if it has another name |
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::row(&input).into()
}

/// Makes a struct one of values for the columns of a model, such as the body of a request: it is applied to a row, a draft
/// or many rows.
///
/// A field sets the column of the model's field of its name, and one of the type `Option<..>` only if it is `Some`; where the
/// model embeds a struct by `flatten`, the field is a struct of changes of that one.
///
/// | `#[changes(..)]` | meaning |
/// | --- | --- |
/// | `model = User`, on the struct | whose columns they are: a model, or a struct with `#[derive(Columns)]` |
/// | `column = User::EMAIL`, on a field | the column, if it is not that of the field's name; `Order::BILLING.col(Address::CITY)` is an embedded one |
/// | `none_is_null`, on a field | `None` is NULL, instead of absent |
/// | `skip`, on a field | it sets nothing |
/// | `crate = some::path` | where `ormcore` is, if it has another name |
#[proc_macro_derive(Changes, attributes(changes))]
pub fn derive_changes(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::changes(&input).into()
}
