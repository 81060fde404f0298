use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use super::{Nullability, constant, result};
use crate::query::{Computed, Expression, Predicate};
use crate::sql::{Expr, Function};
use crate::value::{ColumnType, Json, ValueError};

/// A type whose columns hold JSON documents.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no JSON",
    label = "only columns of type `Json<_>` and `serde_json::Value` have this function"
)]
pub trait JsonDocument: Nullability {}

impl JsonDocument for Value {}
impl JsonDocument for Option<Value> {}
impl<T> JsonDocument for Json<T> where Json<T>: ColumnType<Bare = Json<T>> {}
impl<T> JsonDocument for Option<Json<T>> where Json<T>: ColumnType<Bare = Json<T>> {}

/// A step into a JSON document: a key of an object, or a position in an array, counted from 0, or from the end if it is
/// negative.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to no part of a JSON document",
    label = "expected a key, such as `\"name\"`, or a position of type `i32`"
)]
pub trait JsonKey {
    #[doc(hidden)]
    fn into_key(self) -> Result<Expr, ValueError>;
}

impl JsonKey for &str {
    fn into_key(self) -> Result<Expr, ValueError> {
        constant(&self.to_string())
    }
}

impl JsonKey for String {
    fn into_key(self) -> Result<Expr, ValueError> {
        constant(&self)
    }
}

impl JsonKey for i32 {
    fn into_key(self) -> Result<Expr, ValueError> {
        constant(&self)
    }
}

/// A part of a JSON document: what `Post::META.at("author")` is. It is selected or compared as what it is expected to be.
#[must_use = "a part of a document does nothing until it is read: `.text()`, `.integer()`, .."]
pub struct JsonPath<Q> {
    expr: Result<Expr, ValueError>,
    depth: usize,
    source: PhantomData<fn() -> Q>,
}

impl<Q> JsonPath<Q> {
    /// A part of this part.
    pub fn at<K: JsonKey>(self, key: K) -> JsonPath<Q> {
        let part = || Ok(Expr::function(Function::JsonGet, vec![self.expr?, key.into_key()?]));
        JsonPath { expr: part(), depth: self.depth + 1, source: PhantomData }
    }

    fn read<T: ColumnType>(self, function: Function) -> Computed<Q, Option<T>> {
        Computed::new(self.expr.map(|expr| result::<T>(function, vec![expr])), self.depth + 1)
    }

    /// The text; NULL if there is none, or something else.
    pub fn text(self) -> Computed<Q, Option<String>> {
        self.read(Function::JsonText)
    }

    /// The integer (`1.0` is one too); NULL if there is none, or something else.
    pub fn integer(self) -> Computed<Q, Option<i64>> {
        self.read(Function::JsonInteger)
    }

    /// The number; NULL if there is none, or something else.
    pub fn number(self) -> Computed<Q, Option<f64>> {
        self.read(Function::JsonNumber)
    }

    /// The truth value; NULL if there is none, or something else.
    pub fn boolean(self) -> Computed<Q, Option<bool>> {
        self.read(Function::JsonBoolean)
    }

    /// The part as a document, read as a `serde_json::Value` or a `Json<_>`; NULL if there is none, and JSON's `null` if
    /// that is what there is.
    ///
    /// Where documents are compared as text, as on SQLite, a `Value` is equal to the part whatever the order of its keys and
    /// the form of its numbers, and a `Json<_>` to one that was stored as such.
    pub fn document<T: JsonDocument>(self) -> Computed<Q, Option<T::Bare>> {
        // A struct's own text is only what was stored as one.
        let is_value = [TypeId::of::<Value>(), TypeId::of::<Json<Value>>()].contains(&TypeId::of::<T::Bare>());
        if is_value { self.read(Function::JsonValue) } else { Computed::new(self.expr, self.depth) }
    }

    /// Whether there is something, if only a `null`.
    pub fn exists(self) -> Predicate<Q> {
        Predicate::new(self.expr.map(|expr| Expr::IsNull(Box::new(expr), false)), self.depth + 1)
    }

    /// Whether the part contains a document, as [`JsonFunctions::contains_json`].
    pub fn contains_json(self, document: impl std::borrow::Borrow<Value>) -> Predicate<Q> {
        let contains = || Ok(Expr::function(Function::JsonContains, vec![self.expr?, constant(document.borrow())?]));
        Predicate::new(contains(), self.depth + 1)
    }
}

impl<Q> Clone for JsonPath<Q> {
    fn clone(&self) -> Self {
        JsonPath { expr: self.expr.clone(), depth: self.depth, source: PhantomData }
    }
}

impl<Q> fmt::Debug for JsonPath<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

/// Functions of JSON documents. Keys and positions are values of the statement, never part of its text.
///
/// ```
/// use ormcore::prelude::*;
/// use serde_json::{Value, json};
///
/// #[derive(Model)]
/// struct Post {
///     #[column(primary_key)]
///     id: i64,
///     meta: Value,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Post,)>()?;
/// Post::new(json!({"author": {"name": "ann"}, "tags": ["a", "b"]})).insert(&db)?;
///
/// let by_ann = Post::query().filter(Post::META.at("author").at("name").text().eq("ann"));
/// assert_eq!(by_ann.select(Post::META.at("tags").at(1).text()).all(&db)?, [Some("b".to_string())]);
/// assert_eq!(Post::query().filter(Post::META.contains_json(json!({"tags": ["b"]}))).count(&db)?, 1);
/// assert_eq!(Post::query().filter(Post::META.at("draft").exists()).count(&db)?, 0);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait JsonFunctions: Expression {
    /// What stands under a key, or at a position; nothing if the document is no object, or no array.
    fn at<K: JsonKey>(self, key: K) -> JsonPath<Self::Model>
    where
        Self::Type: JsonDocument,
    {
        let depth = self.depth();
        JsonPath { expr: self.into_expr(), depth, source: PhantomData }.at(key)
    }

    /// Whether the document contains another, as PostgreSQL's `@>` says: an object contains one whose members it has, an
    /// array one whose elements it has, in any order and number; the same within them. An array contains a text or number
    /// that is one of its elements. Numbers are compared by their values.
    fn contains_json(self, document: impl std::borrow::Borrow<Value>) -> Predicate<Self::Model>
    where
        Self::Type: JsonDocument,
    {
        let depth = self.depth();
        JsonPath { expr: self.into_expr(), depth, source: PhantomData }.contains_json(document)
    }
}

impl<X: Expression> JsonFunctions for X {}
