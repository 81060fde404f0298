//! What four models and a struct of changes expand to, as a reviewer sees it. `SNAPSHOTS=write cargo test -p ormcore-derive` writes them anew.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;
use crate::parse::Kind;

fn expansion(model: TokenStream) -> String {
    pretty(expand::structure(&syn::parse2(model).expect("a struct"), Kind::Model))
}

fn pretty(expansion: TokenStream) -> String {
    prettyplease::unparse(&syn2::parse2(expansion).expect("code"))
}

#[track_caller]
fn is_committed(name: &str, model: TokenStream, at_most: usize) {
    is_committed_as(name, &expansion(model), at_most);
}

/// Compares an expansion to its file, and its lines to a number that nobody raises without noticing.
#[track_caller]
fn is_committed_as(name: &str, expansion: &str, at_most: usize) {
    let file = format!("{}/src/tests/snapshots/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "write") {
        std::fs::write(&file, expansion).expect("a file to write");
    }
    let committed = std::fs::read_to_string(&file).expect("a snapshot");
    let differs = expansion.lines().zip(committed.lines()).position(|(now, then)| now != then);
    if let Some(line) = differs {
        let now = expansion.lines().nth(line).unwrap_or_default();
        panic!("{name}.rs is out of date from line {}, which is now\n{now}\n\n{expansion}", line + 1);
    }
    assert_eq!(expansion.lines().count(), committed.lines().count(), "{name}.rs is out of date");
    let lines = expansion.lines().count();
    assert!(lines <= at_most, "{name}: {lines} lines, and {at_most} are allowed");
}

#[test]
fn a_plain_model() {
    let model = quote! {
        pub(crate) struct BlogPost {
            #[column(primary_key)]
            id: i64,
            #[column(unique, length = 80)]
            title: String,
            #[column(foreign_key = User::ID, on_delete = "cascade")]
            author: i64,
            #[column(default = true)]
            r#pub: bool,
        }
    };
    is_committed("plain", model, 131);
}

#[test]
fn a_model_with_every_attribute_of_a_column() {
    let model = quote! {
        pub struct Order {
            #[column(primary_key, auto, name = "number")]
            id: OrderId,
            #[column(unique, length = 12, check = "reference <> ''", comment = "as the customer knows it")]
            reference: String,
            #[column(nullable, index)]
            note: Option<String>,
            #[column(default = Status::Open)]
            status: Status,
            #[column(default)]
            total: i64,
            #[column(server_default = "'EUR'")]
            currency: String,
            #[column(on_write = Utc::now())]
            changed_at: DateTime<Utc>,
            #[column(version)]
            version: i32,
            #[column(foreign_key = Customer::ID, on_delete = "cascade", on_update = "restrict")]
            customer: i64,
            #[column(foreign_key = "shop.clerk.id", index = false)]
            clerk: Option<i64>,
            #[column(generated = "total * 2", virtual)]
            doubled: i64,
            #[column(read_only, index)]
            audited_by: Option<String>,
        }
    };
    is_committed("every_attribute", model, 250);
}

#[test]
fn a_model_with_embedded_columns_and_composite_keys() {
    let model = quote! {
        #[model(
            schema = "shop",
            index(name, "lower(name)", filter = "views > 0"),
            unique(order, name),
            check = "line > 0",
            comment = "what is sent",
            scope(mine = Parcel::of_tenant, sent = sent),
            foreign_key(columns(order, line), references(OrderLine::ORDER, OrderLine::LINE), on_delete = "cascade")
        )]
        struct Parcel {
            #[column(primary_key)]
            order: i64,
            #[column(primary_key)]
            line: i32,
            #[column(flatten, prefix = "outer_")]
            size: Size,
            #[column(flatten, default)]
            counters: Counters,
            name: String,
        }
    };
    is_committed("embedded", model, 275);
}

#[test]
fn a_model_with_relationships_of_each_kind() {
    let model = quote! {
        pub struct Person {
            #[column(primary_key)]
            id: i64,
            #[column(foreign_key = Person::ID)]
            boss_id: Option<i64>,
            #[relationship(lazy = "dynamic", backref = "person")]
            addresses: HasMany<Address>,
            #[relationship(filter = Dataset::PUBLIC.eq(true), order_by = Dataset::NAME)]
            published: HasMany<Dataset>,
            #[relationship(order_by = Dataset::NAME, back_populates = "owner", cascade = "delete-orphan, all")]
            datasets: HasMany<Dataset>,
            #[relationship(lazy = "joined", cascade = "none")]
            licence: HasOne<Licence>,
            #[relationship(foreign_key = Self::BOSS_ID, lazy = "selectin", depth = 3)]
            boss: BelongsTo<Person>,
            #[relationship(secondary = Membership, order_by = { Membership::SINCE }, backref = "members")]
            groups: HasMany<Group>,
            #[relationship(secondary = "person_tag", batch)]
            tags: HasMany<Tag>,
        }
    };
    is_committed("relationships", model, 401);
}

#[test]
fn a_plain_column_adds_9_lines_to_the_69_of_a_model_with_a_key() {
    let lines = |columns: usize| {
        let names = (0..columns).map(|column| quote::format_ident!("c{column}"));
        expansion(quote!(struct Row { #[column(primary_key)] id: i64, #(#names: i64),* })).lines().count()
    };
    assert_eq!(lines(0), 69);
    // The first argument of a constructor gives it a body.
    assert_eq!((lines(6) - lines(1)) / 5, 9);
}

#[test]
fn a_struct_of_changes() {
    let body = quote! {
        #[changes(model = User)]
        struct Body<'b> {
            name: &'b str,
            bio: Option<Option<String>>,
            #[changes(column = User::HOME.col(Address::CITY))]
            city: Option<String>,
            #[changes(skip)]
            token: String,
        }
    };
    is_committed_as("changes", &pretty(expand::changes(&syn::parse2(body).expect("a struct"))), 30);
}
