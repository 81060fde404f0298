//! The macros as functions from tokens to tokens: what they say to mistakes, and what they write.

mod changes;
mod expansion;
mod mistakes;
mod relationships;
mod robustness;
mod shapes;
mod snapshots;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::parse::{Changes, ColumnType, Kind, Struct};

/// The messages of `#[derive(Model)]` or `#[derive(Columns)]`.
fn of_struct(kind: Kind, input: TokenStream) -> Vec<String> {
    let input: DeriveInput = syn::parse2(input).expect("a struct");
    match Struct::parse(&input, kind) {
        Ok((_, error)) => messages(error),
        Err(error) => messages(Some(error)),
    }
}

fn of_model(input: TokenStream) -> Vec<String> {
    of_struct(Kind::Model, input)
}

/// The messages for a model with a key, this attribute and these fields.
fn of_fields(attributes: &TokenStream, fields: &TokenStream) -> Vec<String> {
    of_model(quote! { #attributes struct User { #[column(primary_key)] id: i64, #fields } })
}

fn of_field(field: &TokenStream) -> Vec<String> {
    of_fields(&TokenStream::new(), field)
}

fn of_attribute(attribute: &TokenStream) -> Vec<String> {
    of_fields(attribute, &quote!(a: i64, b: String, c: Option<i64>))
}

fn of_column_type(input: TokenStream) -> Vec<String> {
    let input: DeriveInput = syn::parse2(input).expect("a type");
    match ColumnType::parse(&input) {
        Ok((_, error)) => messages(error),
        Err(error) => messages(Some(error)),
    }
}

fn of_changes(input: TokenStream) -> Vec<String> {
    let input: DeriveInput = syn::parse2(input).expect("a type");
    match Changes::parse(&input) {
        Ok((_, error)) => messages(error),
        Err(error) => messages(Some(error)),
    }
}

fn messages(error: Option<syn::Error>) -> Vec<String> {
    error.into_iter().flatten().map(|error| error.to_string()).collect()
}

#[track_caller]
fn says(messages: &[String], expected: &[&str]) {
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "{message:?} does not contain {expected:?}");
    }
}
