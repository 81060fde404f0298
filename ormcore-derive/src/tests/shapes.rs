//! Types that a derive cannot stand on, and those that it can.

use quote::quote;

use super::{of_column_type, of_field, of_fields, of_model, of_struct, says};
use crate::parse::Kind;

#[test]
fn the_struct_must_be_one_of_named_columns() {
    says(
        &of_model(quote!(
            struct User<T> {
                #[column(primary_key)]
                id: T,
            }
        )),
        &["without generic parameters"],
    );
    says(
        &of_model(quote!(
            struct User<'a> {
                #[column(primary_key)]
                id: &'a str,
            }
        )),
        &["take the lifetime away"],
    );
    says(
        &of_model(quote!(
            struct User(i64);
        )),
        &["a tuple struct; a newtype can be the type of a column"],
    );
    says(
        &of_model(quote!(
            struct User;
        )),
        &["a struct without fields"],
    );
    says(
        &of_model(quote!(
            enum User {
                A,
            }
        )),
        &["an enum; an enum can be the type of a column"],
    );
    says(&of_model(quote!(union User { a: i64 })), &["a union"]);
    says(
        &of_model(quote!(
            struct User {
                name: String,
            }
        )),
        &["add `#[column(primary_key)]` to a field"],
    );
    let keys = (0..7).map(|index| quote::format_ident!("k{index}"));
    says(&of_model(quote!(struct User { #(#[column(primary_key)] #keys: i64),* })), &["at most 6 columns"]);
}

#[test]
fn an_embedded_struct_decides_only_about_its_columns() {
    for key in [quote!(primary_key), quote!(auto), quote!(version), quote!(flatten)] {
        let messages = of_struct(
            Kind::Embedded,
            quote!(
                struct C {
                    #[column(#key)]
                    a: i64,
                }
            ),
        );
        says(&messages, &["an embedded struct has no"]);
    }
    says(&of_field(&quote!(#[column(flatten, default = 3)] a: C)), &["write `default` alone"]);
    says(&of_field(&quote!(#[column(flatten, unique)] a: C)), &["`unique` belongs to a column of the embedded struct"]);
    says(&of_field(&quote!(#[column(flatten)] a: Option<C>)), &["cannot be absent"]);
    says(&of_field(&quote!(#[column(flatten, prefix = "a_")] a: C)), &[]);
    says(&of_field(&quote!(#[column(flatten, prefix = "")] a: C)), &["`prefix` must not be empty"]);
    says(&of_field(&quote!(#[column(prefix = "a_")] a: C)), &["add `flatten`"]);
    says(&of_fields(&quote!(#[model(index(a))]), &quote!(#[column(flatten)] a: C)), &["`a` is several columns"]);
    let embedded = quote!(#[column(flatten)] a: C);
    for model in [quote!(index(a.b, id)), quote!(unique(a.b.desc(), include(a.desc))), quote!(index(a.b.ops("c")))] {
        says(&of_fields(&quote!(#[model(#model)]), &embedded), &[]);
    }
    for (model, message) in [
        (quote!(index(id.b)), "`id` is one column"),
        (quote!(index(id.desc)), "expected `.desc()`"),
        (quote!(index(a.b.c)), "has no path here"),
        (quote!(unique(a.b, a.b)), "listed twice"),
        (quote!(foreign_key(columns(a.b, a.b), references(P::B, P::C))), "listed twice"),
        (quote!(foreign_key(columns(id, id.b), references(P::B, P::C))), "`id` is one column"),
        (quote!(full_text(a.b)), "only fields of the model itself"),
    ] {
        says(&of_fields(&quote!(#[model(#model)]), &embedded), &[message]);
    }
}

#[test]
fn an_enum_of_integers_gives_each_variant_a_number_of_32_bits() {
    let of =
        |variants: proc_macro2::TokenStream| of_column_type(quote!(#[column_type(integer)] enum State { #variants }));
    says(&of(quote!(A, B = -2147483648, C, D = 2147483647)), &[]);
    for variants in [quote!(A = 2147483648), quote!(A = 2147483647, B), quote!(A = OTHER, B, C), quote!(A = 1 + 1)] {
        says(&of(variants), &["`integer` stores numbers of 32 bits"]);
    }
    says(
        &of(quote!(
            A,
            #[column_type(rename = "b")]
            B
        )),
        &["stored as integers has no texts"],
    );
    says(&of(quote!(A(i64))), &["cannot be stored as an integer"]);
    says(
        &of_column_type(quote!(
            #[column_type(integer, native = "state")]
            enum State {
                A,
            }
        )),
        &["an enum has one of `integer` and `native`"],
    );
    says(
        &of_column_type(quote!(
            #[column_type(integer)]
            struct Id(i64);
        )),
        &["`integer` is said of an enum"],
    );
}

#[test]
fn a_column_type_is_a_newtype_or_a_field_less_enum() {
    says(
        &of_column_type(quote!(
            struct Id(i64);
        )),
        &[],
    );
    says(
        &of_column_type(quote!(
            #[column_type(auto)]
            struct Id {
                value: i64,
            }
        )),
        &[],
    );
    says(
        &of_column_type(quote!(
            enum State {
                A,
                #[column_type(rename = "x y")]
                B = 4,
            }
        )),
        &[],
    );
    says(
        &of_column_type(quote!(
            struct Id(i64, i64);
        )),
        &["this struct has 2 fields"],
    );
    says(
        &of_column_type(quote!(
            struct Id;
        )),
        &["this struct has 0 fields"],
    );
    says(
        &of_column_type(quote!(
            struct Id<T>(T);
        )),
        &["without generic parameters"],
    );
    says(
        &of_column_type(quote!(
            enum State {}
        )),
        &["has no values"],
    );
    says(
        &of_column_type(quote!(
            enum State {
                A(i64),
                B { c: i64 },
            }
        )),
        &["with fields", "with fields"],
    );
    says(
        &of_column_type(quote!(
            enum State {
                Ab,
                #[column_type(rename = "ab")]
                B,
            }
        )),
        &["`Ab` is stored as \"ab\" too"],
    );
    says(
        &of_column_type(quote!(
            #[column_type(auto)]
            enum State {
                A,
            }
        )),
        &["`auto` needs a newtype"],
    );
    says(
        &of_column_type(quote!(
            #[column_type(native = "mood")]
            enum State {
                A,
            }
        )),
        &[],
    );
    says(
        &of_column_type(quote!(
            #[column_type(native = "id")]
            struct Id(i64);
        )),
        &["`native` names the type of an enum"],
    );
    says(
        &of_column_type(quote!(
            #[column_type(native)]
            enum State {
                A,
            }
        )),
        &["expected `native = \"..\"`"],
    );
    says(
        &of_column_type(quote!(
            #[column_type(rename = "x")]
            struct Id(i64);
        )),
        &["unknown key"],
    );
    says(&of_column_type(quote!(union Id { a: i64 })), &["this is a union"]);
}
