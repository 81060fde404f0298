//! Inputs from a seed: the same at each run, on each machine.

pub(super) mod change;

/// SplitMix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("less than a usize")
    }

    pub(super) fn one_of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

const KEYS: &[&str] = &[
    "auto",
    "back_populates",
    "backref",
    "batch",
    "cascade",
    "check",
    "columns",
    "constructor",
    "crate",
    "default",
    "depth",
    "filter",
    "flatten",
    "foreign_key",
    "generated",
    "index",
    "lazy",
    "length",
    "name",
    "nullable",
    "on_delete",
    "on_update",
    "on_write",
    "order_by",
    "prefix",
    "primary_key",
    "read_only",
    "references",
    "rename",
    "schema",
    "secondary",
    "server_default",
    "strict",
    "table",
    "unique",
    "version",
    "virtual",
];

const TOKENS: &[&str] = &[
    "=",
    ",",
    "::",
    ":",
    ";",
    ".",
    "..=",
    "->",
    "=>",
    "<",
    ">",
    "<<",
    "&&",
    "|",
    "||",
    "!",
    "#",
    "$",
    "?",
    "@",
    "-",
    "*",
    "_",
    "Self",
    "self",
    "super",
    "crate",
    "r#type",
    "Ok",
    "größe",
    "fn",
    "let",
    "if",
    "match",
    "async",
    "unsafe",
    "dyn",
    "impl",
    "'a",
    "'x'",
    "b'x'",
    "0",
    "1",
    "-1",
    "99999999999999999999",
    "1.5e3",
    "0x_ff",
    "3u8",
    "true",
    "false",
    "\"\"",
    "\"a\"",
    "\"a.b\"",
    "\"a.b.c\"",
    "\" \"",
    "\"set null\"",
    "\"casacde\"",
    "\"nul\\0\"",
    "\"🦀\"",
    "\"r#fn\"",
    "r#\"raw\"#",
    "b\"bytes\"",
    "c\"text\"",
    "\"quote\\\"\"",
    "a",
    "b",
    "id",
    "P",
    "P::A",
    "::a::B",
    "Self::ID",
    "f::<A, B>()",
    "vec![1, 2]",
    "|a| a",
    "{ 1 }",
    "[1]",
    "(1, 2)",
    "move || {}",
    "x as u8",
    "#[a]",
    "\"cascade\"",
];

/// A few tokens, some in groups.
fn tokens(random: &mut Random, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.below(5) {
        match random.below(9) {
            0 | 1 => text.push_str(random.one_of(KEYS)),
            2 if depth > 0 => {
                let (open, close) = [('(', ')'), ('[', ']'), ('{', '}')][random.below(3)];
                text.push(open);
                text.push_str(&tokens(random, depth - 1));
                text.push(close);
            }
            _ => text.push_str(random.one_of(TOKENS)),
        }
        text.push(' ');
    }
    text
}

/// Each right alone; together they may contradict each other, or not be of this attribute.
const RIGHT: &[&str] = &[
    "auto",
    "auto = false",
    "check = \"a > 0\"",
    "columns(a, b)",
    "constructor = \"make\"",
    "default",
    "backref = \"other\"",
    "back_populates = \"type\"",
    "batch",
    "cascade = \"all\"",
    "cascade = \"delete, delete-orphan\"",
    "default = { 3 }",
    "depth = 3",
    "flatten",
    "flatten, prefix = \"a_\"",
    "foreign_key = P::A.col(B::C)",
    "foreign_key = P::ID",
    "foreign_key(columns(a, b), references(P::A, P::B), on_delete = \"set null\")",
    "index",
    "index(a, \"lower(b)\")",
    "lazy = \"dynamic\"",
    "lazy = \"joined\"",
    "lazy = \"select\"",
    "length = 8",
    "name = \"a\"",
    "nullable",
    "on_delete = \"cascade\"",
    "on_write = f(|a| a)",
    "order_by = (A::B, f(|a| a))",
    "order_by = { A::B }",
    "primary_key",
    "read_only",
    "secondary = P",
    "secondary = \"p_q\"",
    "server_default = \"1\"",
    "strict = false",
    "table = \"t\"",
    "unique",
    "unique(a, b)",
    "version",
];

/// What may stand between two commas, more often right than not.
fn key(random: &mut Random) -> String {
    let key = random.one_of(KEYS);
    match random.below(12) {
        0..=3 => random.one_of(RIGHT).to_owned(),
        4 => key.to_owned(),
        5..=8 => format!("{key} = {}", random.one_of(TOKENS)),
        9 => format!("{key}({})", keys(random)),
        10 => format!("{key} = {}", tokens(random, 2)),
        _ => tokens(random, 2),
    }
}

fn keys(random: &mut Random) -> String {
    let keys: Vec<String> = (0..random.below(4)).map(|_| key(random)).collect();
    keys.join(", ")
}

fn attribute(random: &mut Random) -> String {
    let name = random.one_of(&[
        "column",
        "column",
        "model",
        "columns",
        "column_type",
        "relationship",
        "relationship",
        "row",
        "doc",
        "a::b",
    ]);
    match random.below(12) {
        0 => format!("#[{name}]"),
        1 => format!("#[{name} = \"x\"]"),
        2 => format!("#[{name}[{}]]", keys(random)),
        3 => format!("#[{name}{{{}}}]", keys(random)),
        _ => format!("#[{name}({})]", keys(random)),
    }
}

fn attributes(random: &mut Random) -> String {
    (0..random.below(3)).map(|_| attribute(random)).collect()
}

const FIELDS: &[&str] = &[
    "a",
    "b",
    "id",
    "r#type",
    "Ok",
    "self_",
    "SELF",
    "Type",
    "_a",
    "__",
    "_1",
    "_30_days",
    "None",
    "größe",
    "ßeta",
    "ŉ",
    "createdAt",
    "A",
    "crate_",
    "row",
    "index",
    "r#fn",
];

const TYPES: &[&str] = &[
    "i64",
    "String",
    "Option<i64>",
    "::std::option::Option<Option<String>>",
    "Option",
    "Option<'a, A>",
    "(i64)",
    "()",
    "!",
    "[u8; 4]",
    "&'static str",
    "fn(A) -> B",
    "dyn A + 'a",
    "impl A",
    "<A as B>::C",
    "a![b]",
    "_",
    "u8",
    "f64",
    "C",
    "bool",
    "HasMany<A>",
    "a::HasMany<Self>",
    "HasMany<C, C>",
    "HasOne<E>",
    "HasOne<fn(A) -> B>",
    "::b::BelongsTo<a::B<'static>>",
    "Option<BelongsTo<A>>",
];

/// A type that the compiler would take, with attributes that have anything in them.
pub(super) fn with_random_attributes(random: &mut Random) -> String {
    let on_type = attributes(random);
    let name = random.one_of(&["User", "r#struct", "Ok", "Größe", "_X", "__"]);
    if random.below(6) == 0 {
        let mut variant =
            || format!("{}{}", attributes(random), random.one_of(&["A", "B", "r#fn", "_1", "Ok = 4", "C(i64)"]));
        let variants = [variant(), variant(), variant()].join(", ");
        return format!("{on_type} enum {name} {{ {variants} }}");
    }
    if random.below(8) == 0 {
        return format!("{on_type} pub struct {name}({}pub {});", attributes(random), random.one_of(TYPES));
    }
    let mut fields = String::from("#[column(primary_key)] key: i64, ");
    for _ in 0..random.below(5) {
        let attributes = attributes(random);
        fields.push_str(&format!("{attributes} {}: {}, ", random.one_of(FIELDS), random.one_of(TYPES)));
    }
    format!("{on_type} struct {name} {{ {fields} }}")
}
