//! `#[derive(Changes)]`: its mistakes.

use quote::quote;

use super::{of_changes, says};

#[test]
fn a_struct_of_changes_has_named_fields_and_a_model() {
    for (input, what) in [
        (
            quote!(
                #[changes(model = User)]
                struct Body(String);
            ),
            "a struct without named fields",
        ),
        (
            quote!(
                #[changes(model = User)]
                struct Body;
            ),
            "a struct without named fields",
        ),
        (
            quote!(
                #[changes(model = User)]
                enum Body {
                    A,
                }
            ),
            "an enum",
        ),
        (quote!(#[changes(model = User)] union Body { a: i64 }), "a union"),
    ] {
        says(&of_changes(input), &[what]);
    }
    says(
        &of_changes(quote!(
            struct Body {
                name: String,
            }
        )),
        &["Add `#[changes(model = User)]`"],
    );
    says(
        &of_changes(quote!(
            #[changes(model)]
            struct Body {
                name: String,
            }
        )),
        &["expected `model = User`"],
    );
    says(
        &of_changes(quote!(
            #[changes(model = "User")]
            struct Body {
                name: String,
            }
        )),
        &["expected `model = User`"],
    );
    says(
        &of_changes(quote!(
            #[changes(modle = User)]
            struct Body {
                name: String,
            }
        )),
        &["did you mean `model`?"],
    );
    says(
        &of_changes(quote!(
            #[changes(model = shop::User)]
            struct Body {}
        )),
        &[],
    );
    says(
        &of_changes(quote!(
            #[changes(model = User)]
            struct Body<'b, T> {
                name: &'b str,
                city: T,
            }
        )),
        &[],
    );
}

#[test]
fn a_field_says_what_it_sets() {
    let of_field = |field| of_changes(quote!(#[changes(model = User)] struct Body { #field }));
    says(&of_field(quote!(#[changes(column = User::EMAIL)] mail: String)), &[]);
    says(&of_field(quote!(#[changes(column = Order::BILLING.col(Address::CITY))] city: Option<String>)), &[]);
    says(&of_field(quote!(#[changes(none_is_null)] city: Option<String>)), &[]);
    says(&of_field(quote!(#[changes(column)] mail: String)), &["expected `column = ..`"]);
    says(&of_field(quote!(#[changes(ignore)] mail: String)), &["did you mean `skip`?"]);
    says(&of_field(quote!(#[changes(treat_none_as_null)] mail: Option<String>)), &["did you mean `none_is_null`?"]);
    says(&of_field(quote!(#[changes(skip, column = User::EMAIL)] mail: String)), &["take `column` or `skip` away"]);
    says(&of_field(quote!(#[changes(skip, none_is_null)] mail: String)), &["take `none_is_null` or `skip` away"]);
    says(&of_field(quote!(#[changes(none_is_null)] mail: String)), &["about the `None` of an `Option`"]);
    says(&of_field(quote!(#[changes(none_is_null)] mail: Option<Option<String>>)), &["take one away"]);
}
