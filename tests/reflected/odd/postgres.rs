// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
#[column_type(native = "Odd Type")]
pub enum OddType {
    #[column_type(rename = "Self")]
    Self2,
    #[column_type(rename = "self")]
    Self3,
    #[column_type(rename = "a")]
    A,
    #[column_type(rename = "A")]
    A2,
    #[column_type(rename = "1")]
    V1,
    #[column_type(rename = "ü")]
    Ü,
    #[column_type(rename = "-")]
    V,
}

#[derive(Model, Debug, Clone)]
#[model(table = "Debug")]
pub struct Debug {
    #[column(primary_key)]
    pub id: i64,
    #[column(unique, foreign_key = Keyword::ID)]
    pub who: Option<i64>,
    #[relationship]
    pub keyword: BelongsTo<Keyword>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "Model")]
pub struct Model {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Model, Debug, Clone)]
#[model(table = "a.b")]
pub struct AB {
    #[column(primary_key)]
    pub id: i64,
    #[column(name = "x\ty")]
    pub x_y: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "always")]
pub struct Alway {
    #[column(primary_key, auto)]
    pub a: i64,
    #[column(primary_key, auto)]
    pub b: i64,
    #[column(auto)]
    pub c: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "chain_a")]
pub struct ChainA {
    #[column(primary_key, auto = false)]
    pub id: i64,
    #[relationship]
    pub chain_b: HasOne<ChainB>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "chain_b")]
pub struct ChainB {
    #[column(primary_key, foreign_key = ChainA::ID)]
    pub id: i64,
    #[relationship]
    pub chain_a: BelongsTo<ChainA>,
    #[relationship]
    pub chain_c: HasOne<ChainC>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "chain_c")]
pub struct ChainC {
    #[column(primary_key, foreign_key = ChainB::ID)]
    pub id: i64,
    #[relationship]
    pub chain_b: BelongsTo<ChainB>,
}

#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    index(a, b),
    index(c, filter = "c > ''::text"),
    index(a, "(a + 1)", "lower(b)", c, filter = "b <> ')'::text AND c IS NOT NULL", name = "odd_index"),
    unique("lower(b)", name = "odd_unique"),
    check = "a <> 5 OR b = ')'::text",
    check = "a < 10",
)]
pub struct Checked {
    #[column(primary_key)]
    pub id: i64,
    #[column(check = "a > 0")]
    pub a: Option<i32>,
    #[column(server_default = "'it''s \"q\" \\\n end'")]
    pub b: Option<String>,
    #[column(length = 7, server_default = "''")]
    pub c: Option<String>,
}

#[derive(Model, Debug, Clone)]
pub struct Chosen {
    #[column(primary_key)]
    pub id: OddType,
    #[column(server_default = "'{}'::\"Odd Type\"[]")]
    pub list: Vec<OddType>,
    #[relationship]
    pub of_chosens: HasMany<OfChosen>,
}

// A second foreign key of `a` is left out.
#[derive(Model, Debug, Clone)]
pub struct DoubleKey {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = RingA::ID, index = false)]
    pub a: Option<i64>,
    #[relationship]
    pub ring_a: BelongsTo<RingA>,
}

#[derive(Model, Debug, Clone)]
pub struct Filled {
    #[column(primary_key, auto = false)]
    pub id: i64,
    pub a: i32,
}

#[derive(Model, Debug, Clone)]
pub struct GenKey {
    pub a: i32,
    #[column(generated = "a * 2")]
    pub b: i32,
    #[column(primary_key, auto = false)]
    pub c: i32,
}

// The column `a` is left out: no field reads the type `bytea[]`, and inserts fail for want of it.
// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(read_only)]
pub struct KeyOdd {
    pub b: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "keywords")]
pub struct Keyword {
    #[column(primary_key)]
    pub id: i64,
    pub r#as: Option<i32>,
    pub r#async: Option<i32>,
    #[column(name = "crate")]
    pub crate_: Option<i32>,
    pub r#fn: Option<i32>,
    pub r#gen: Option<i32>,
    pub r#loop: Option<i32>,
    #[column(name = "self")]
    pub self_: Option<i32>,
    #[column(name = "super")]
    pub super_: Option<i32>,
    pub r#try: Option<i32>,
    pub r#type: Option<i32>,
    pub r#where: Option<i32>,
    pub union: Option<i32>,
    #[column(name = "Self Service")]
    pub self_service: Option<i32>,
    #[relationship]
    pub debug: HasOne<Debug>,
    #[relationship(foreign_key = Method::ALL_ID)]
    pub methods_by_all_id_row: HasMany<Method>,
    #[relationship(foreign_key = Method::DELETE_ID)]
    pub methods_by_delete_id_row: HasMany<Method>,
    #[relationship(foreign_key = Method::FIND_ID)]
    pub methods_by_find_id_row: HasMany<Method>,
    #[relationship(foreign_key = Method::NEW_ID)]
    pub methods_by_new_id_row: HasMany<Method>,
    #[relationship(foreign_key = Method::QUERY_ID)]
    pub methods_by_query_id_row: HasMany<Method>,
    #[relationship(foreign_key = Method::CLONE_ID)]
    pub methods_by_clone: HasMany<Method>,
    #[relationship]
    pub models: HasMany<Models>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "locals")]
pub struct Local {
    pub row: i32,
    pub db: i32,
    pub table: i32,
    pub columns: i32,
    pub schema: i32,
    pub new: i32,
    #[column(name = "_")]
    pub column: i32,
    #[column(name = "1", primary_key)]
    pub _1: i32,
    #[column(name = "2x", primary_key)]
    pub _2x: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "methods")]
pub struct Method {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub all_id: Option<i64>,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub delete_id: Option<i64>,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub find_id: Option<i64>,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub new_id: Option<i64>,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub query_id: Option<i64>,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub clone_id: Option<i64>,
    #[relationship(foreign_key = Method::ALL_ID)]
    pub all_id_row: BelongsTo<Keyword>,
    #[relationship(foreign_key = Method::DELETE_ID)]
    pub delete_id_row: BelongsTo<Keyword>,
    #[relationship(foreign_key = Method::FIND_ID)]
    pub find_id_row: BelongsTo<Keyword>,
    #[relationship(foreign_key = Method::NEW_ID)]
    pub new_id_row: BelongsTo<Keyword>,
    #[relationship(foreign_key = Method::QUERY_ID)]
    pub query_id_row: BelongsTo<Keyword>,
    #[relationship(foreign_key = Method::CLONE_ID)]
    pub clone: BelongsTo<Keyword>,
}

#[derive(Model, Debug, Clone)]
pub struct Models {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Keyword::ID, index = false)]
    pub who: Option<i64>,
    #[relationship]
    pub keyword: BelongsTo<Keyword>,
}

#[derive(Model, Debug, Clone)]
pub struct OfChosen {
    #[column(primary_key)]
    pub id: i64,
    #[column(server_default = "'A'", foreign_key = Chosen::ID, index = false)]
    pub e: Option<OddType>,
    #[relationship]
    pub chosen: BelongsTo<Chosen>,
}

// The foreign key of `b` to `gen_key` is left out: the database alone writes what it points to.
// The foreign key of `c` to `gen_key` is left out: the database alone writes a column of it.
#[derive(Model, Debug, Clone)]
pub struct OfGen {
    #[column(primary_key)]
    pub id: i64,
    pub b: Option<i32>,
    #[column(generated = "5")]
    pub c: Option<i32>,
}

// The foreign key of `a, b, c, d, e, f, g` to `seven` is left out: it has too many columns.
#[derive(Model, Debug, Clone)]
pub struct OfSeven {
    #[column(primary_key)]
    pub id: i64,
    pub a: Option<i32>,
    pub b: Option<i32>,
    pub c: Option<i32>,
    pub d: Option<i32>,
    pub e: Option<i32>,
    pub f: Option<i32>,
    pub g: Option<i32>,
}

// The table `only_odd` has no column that a field could read.

#[derive(Model, Debug, Clone)]
#[model(table = "ring_a")]
pub struct RingA {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = RingB::ID, index = false)]
    pub b_id: Option<i64>,
    #[relationship]
    pub b: BelongsTo<RingB>,
    #[relationship]
    pub double_keys: HasMany<DoubleKey>,
    #[relationship]
    pub ring_bs: HasMany<RingB>,
    #[relationship(foreign_key = Setter::A)]
    pub setters_by_a_row: HasMany<Setter>,
    #[relationship(foreign_key = Setter::B)]
    pub setters_by_b_row: HasMany<Setter>,
    #[relationship(secondary = TreeRing)]
    pub trees: HasMany<Tree>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "ring_b")]
pub struct RingB {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = RingA::ID, index = false)]
    pub a_id: Option<i64>,
    #[relationship]
    pub a: BelongsTo<RingA>,
    #[relationship]
    pub ring_as: HasMany<RingA>,
}

#[derive(Model, Debug, Clone)]
pub struct Setter {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = RingA::ID, index = false)]
    pub a: i64,
    #[column(
        server_default = "5",
        foreign_key = RingA::ID,
        on_delete = "set default",
        index = false,
    )]
    pub b: Option<i64>,
    #[relationship(foreign_key = Setter::A)]
    pub a_row: BelongsTo<RingA>,
    #[relationship(foreign_key = Setter::B)]
    pub b_row: BelongsTo<RingA>,
}

// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(read_only)]
pub struct Seven {
    pub a: i32,
    pub b: i32,
    pub c: i32,
    pub d: i32,
    pub e: i32,
    pub f: i32,
    pub g: i32,
}

#[derive(Model, Debug, Clone)]
#[model(foreign_key(columns(shop, above), references(Tree::SHOP, Tree::ID), index = false))]
pub struct Tree {
    #[column(primary_key)]
    pub shop: i32,
    #[column(primary_key)]
    pub id: i32,
    pub above: Option<i32>,
    #[relationship]
    pub shop_above_row: BelongsTo<Tree>,
    #[relationship]
    pub trees_by_shop_above_row: HasMany<Tree>,
    #[relationship(foreign_key = TwoWay::Z)]
    pub two_ways_by_x_z_row: HasMany<TwoWay>,
    #[relationship(secondary = TreeRing)]
    pub ring_as: HasMany<RingA>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "tree_rings", foreign_key(columns(shop, id), references(Tree::SHOP, Tree::ID)))]
pub struct TreeRing {
    #[column(primary_key)]
    pub shop: i32,
    #[column(primary_key)]
    pub id: i32,
    #[column(primary_key, foreign_key = RingA::ID, index = false)]
    pub ring: i64,
    #[relationship]
    pub tree: BelongsTo<Tree>,
    #[relationship]
    pub ring_a: BelongsTo<RingA>,
}

// The foreign key of `shop, x` has no relationship: others to its table have each of its columns.
// The foreign key of `shop, y` has no relationship: others to its table have each of its columns.
// The foreign key of `x, y` has no relationship: others to its table have each of its columns.
#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "two_ways",
    foreign_key(columns(shop, x), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(shop, y), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(x, y), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(x, z), references(Tree::SHOP, Tree::ID), index = false),
)]
pub struct TwoWay {
    #[column(primary_key)]
    pub id: i64,
    pub shop: i32,
    pub x: Option<i32>,
    pub y: Option<i32>,
    pub z: Option<i32>,
    #[relationship(foreign_key = TwoWay::Z)]
    pub x_z_row: BelongsTo<Tree>,
}

// The exclusion constraint `typed_j_excl` is left out: no attribute says one.
#[derive(Model, Debug, Clone)]
pub struct Typed {
    #[column(primary_key)]
    pub id: Vec<i32>,
    pub a: Option<Vec<rust_decimal::Decimal>>,
    pub b: Option<Vec<uuid::Uuid>>,
    pub c: Option<Vec<chrono::DateTime<chrono::Utc>>>,
    // ormcore knows `inet[]` as text alone.
    pub d: Option<Vec<String>>,
    pub e: Option<Vec<String>>,
    #[column(server_default = "'{t}'::boolean[]")]
    pub f: Option<Vec<bool>>,
    #[column(server_default = "ARRAY[1, 2]")]
    pub g: Option<Vec<i32>>,
    // ormcore knows `interval` as text alone.
    pub h: Option<String>,
    // ormcore knows `money` as text alone.
    pub i: Option<String>,
    // ormcore knows `int4range` as text alone.
    pub j: Option<String>,
    // ormcore knows `bit(3)` as text alone.
    pub k: Option<String>,
    // ormcore knows `"char"` as text alone.
    pub l: Option<String>,
    pub m: Option<i64>,
    pub n: Option<String>,
    // ormcore knows `time with time zone` as text alone.
    pub o: Option<String>,
    // ormcore knows `tsvector` as text alone.
    pub p: Option<String>,
    #[column(server_default = "-1")]
    pub q: Option<i32>,
    #[column(length = 5)]
    pub r: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "vec")]
pub struct VecRow {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Model, Debug, Clone)]
#[model(table = "日本")]
pub struct 日本 {
    #[column(primary_key)]
    pub id: i64,
}
