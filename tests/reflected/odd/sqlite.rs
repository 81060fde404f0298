// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

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
#[model(table = "brackets")]
pub struct Bracket {
    #[column(name = "a b", primary_key)]
    pub a_b: i64,
    #[column(name = "c,d", check = "[c,d] <> ','")]
    pub c_d: Option<String>,
    #[column(name = "e`f", check = "`e``f` <> ''")]
    pub e_f: Option<String>,
    pub g: Option<String>,
    #[relationship]
    pub mixeds: HasMany<Mixed>,
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
    index(c, filter = "c > ''"),
    index(a, "a + 1", "lower(b)", c, filter = "b <> ')' AND c IS NOT NULL", name = "odd_index"),
    unique("lower(b)", name = "odd_unique"),
    check = "a < 10",
    check = "a <> 5 OR b = ')'",
)]
pub struct Checked {
    #[column(primary_key)]
    pub id: i64,
    #[column(check = "a > 0")]
    pub a: Option<i64>,
    #[column(server_default = "'it''s \"q\" \\\n end'")]
    pub b: Option<String>,
    #[column(length = 7, server_default = "''")]
    pub c: Option<String>,
}

// A second foreign key of `a` is left out.
#[derive(Model, Debug, Clone)]
pub struct DoubleKey {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = RingB::ID, index = false)]
    pub a: Option<i64>,
    #[relationship]
    pub ring_b: BelongsTo<RingB>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "keywords")]
pub struct Keyword {
    #[column(primary_key)]
    pub id: i64,
    pub r#as: Option<i64>,
    pub r#async: Option<i64>,
    #[column(name = "crate")]
    pub crate_: Option<i64>,
    pub r#fn: Option<i64>,
    pub r#gen: Option<i64>,
    pub r#loop: Option<i64>,
    #[column(name = "self")]
    pub self_: Option<i64>,
    #[column(name = "super")]
    pub super_: Option<i64>,
    pub r#try: Option<i64>,
    pub r#type: Option<i64>,
    pub r#where: Option<i64>,
    pub union: Option<i64>,
    #[column(name = "Self Service")]
    pub self_service: Option<i64>,
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
    pub row: i64,
    pub db: i64,
    pub table: i64,
    pub columns: i64,
    pub schema: i64,
    pub new: i64,
    #[column(name = "_")]
    pub column: i64,
    #[column(name = "1", primary_key)]
    pub _1: i64,
    #[column(name = "2x", primary_key)]
    pub _2x: i64,
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

// The foreign key of `other` is left out: its ends have two types.
#[derive(Model, Debug, Clone)]
pub struct Mixed {
    #[column(primary_key)]
    pub id: String,
    #[column(foreign_key = Bracket::A_B, index = false)]
    pub who: Option<i64>,
    pub other: Option<String>,
    #[relationship]
    pub bracket: BelongsTo<Bracket>,
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

// The foreign key of `a, b, c, d, e, f, g` to `seven` is left out: it has too many columns.
#[derive(Model, Debug, Clone)]
pub struct OfSeven {
    #[column(primary_key)]
    pub id: i64,
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub c: Option<i64>,
    pub d: Option<i64>,
    pub e: Option<i64>,
    pub f: Option<i64>,
    pub g: Option<i64>,
}

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
    pub double_keys: HasMany<DoubleKey>,
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
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub c: Option<i64>,
    pub d: Option<i64>,
    pub e: Option<i64>,
    pub f: Option<i64>,
    pub g: Option<i64>,
}

#[derive(Model, Debug, Clone)]
#[model(foreign_key(columns(shop, above), references(Tree::SHOP, Tree::ID), index = false))]
pub struct Tree {
    #[column(primary_key)]
    pub shop: i64,
    #[column(primary_key)]
    pub id: i64,
    pub above: Option<i64>,
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
    pub shop: i64,
    #[column(primary_key)]
    pub id: i64,
    #[column(primary_key, foreign_key = RingA::ID, index = false)]
    pub ring: i64,
    #[relationship]
    pub tree: BelongsTo<Tree>,
    #[relationship]
    pub ring_a: BelongsTo<RingA>,
}

// The foreign key of `shop, y` has no relationship: others to its table have each of its columns.
// The foreign key of `shop, x` has no relationship: others to its table have each of its columns.
// The foreign key of `x, y` has no relationship: others to its table have each of its columns.
#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "two_ways",
    foreign_key(columns(shop, y), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(shop, x), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(x, z), references(Tree::SHOP, Tree::ID), index = false),
    foreign_key(columns(x, y), references(Tree::SHOP, Tree::ID), index = false),
)]
pub struct TwoWay {
    #[column(primary_key)]
    pub id: i64,
    pub shop: i64,
    pub x: Option<i64>,
    pub y: Option<i64>,
    pub z: Option<i64>,
    #[relationship(foreign_key = TwoWay::Z)]
    pub x_z_row: BelongsTo<Tree>,
}

#[derive(Model, Debug, Clone)]
pub struct Typed {
    // The column is declared without a type: what it holds may be no text.
    pub a: Option<String>,
    // ormcore knows `ANY` as text alone.
    pub b: Option<String>,
    #[column(primary_key)]
    pub c: f64,
    pub d: Option<f64>,
    pub e: Option<i64>,
    #[column(primary_key, server_default = "0")]
    pub f: i64,
    pub g: Option<i64>,
    #[column(length = 70)]
    pub h: Option<String>,
    pub i: Option<f64>,
    pub j: Option<chrono::DateTime<chrono::Utc>>,
    pub k: Option<chrono::NaiveTime>,
    #[column(server_default = "false")]
    pub l: Option<bool>,
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
