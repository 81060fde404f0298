//! `#[derive(ColumnType)]`: a newtype over a column type, or a field-less enum.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, LitStr, Member, Type, UnOp,
    Variant,
};

use super::attribute::{self, Keys};
use super::case;
use super::{Errors, name_of, no_generics, table};

const TYPE: Keys = Keys { attribute: "column_type", known: &["auto", "crate", "integer", "native"], repeatable: &[] };
const VARIANT: Keys = Keys { attribute: "column_type", known: &["rename"], repeatable: &[] };

/// A type of columns.
pub(crate) struct ColumnType {
    pub(crate) ident: Ident,
    /// The path of ormcore.
    pub(crate) krate: TokenStream,
    pub(crate) shape: Shape,
}

/// What its values are stored as.
pub(crate) enum Shape {
    /// A newtype is stored as what it wraps.
    Newtype { member: Member, ty: Box<Type>, auto: bool },
    /// An enum is stored as text, or as a type of this name where the database has such types.
    Enum { variants: Vec<(Ident, String)>, native: Option<String> },
    /// An enum is stored as the numbers of its variants.
    Numbers { variants: Vec<(Ident, i32)> },
}

/// What is said of a type as a whole.
#[derive(Default)]
struct Said {
    auto: Option<Span>,
    integer: Option<Span>,
    native: Option<LitStr>,
}

impl ColumnType {
    /// Describes the type as well as it can be, with the mistakes in it.
    pub(crate) fn parse(input: &DeriveInput) -> Result<(Self, Option<syn::Error>), syn::Error> {
        no_generics(&input.generics, "ColumnType")?;
        let mut errors = Errors::default();
        let mut said = Said::default();
        let mut krate = quote!(::ormcore);
        TYPE.read(&input.attrs, &mut errors, |key, content| {
            match key.to_string().as_str() {
                "crate" => krate = table::path_of_crate(key, content)?,
                "native" => said.native = Some(attribute::text(key, content)?),
                "integer" => said.integer = attribute::flag(key, content)?,
                _ => said.auto = attribute::flag(key, content)?,
            }
            Ok(())
        });
        let shape = match &input.data {
            Data::Struct(data) => newtype(&input.ident, data, &said, &mut errors)?,
            Data::Enum(data) => variants(&input.ident, data, &said, &mut errors)?,
            Data::Union(_) => {
                let message = "`#[derive(ColumnType)]` needs a struct of one field or an enum, and this is a union";
                return Err(syn::Error::new_spanned(&input.ident, message));
            }
        };
        let description = ColumnType { ident: input.ident.clone(), krate, shape };
        Ok((description, errors.into_option()))
    }
}

fn newtype(ident: &Ident, data: &DataStruct, said: &Said, errors: &mut Errors) -> syn::Result<Shape> {
    if let Some(name) = &said.native {
        errors.at(name.span(), "`native` names the type of an enum: a newtype is stored as what it wraps");
    }
    if let Some(span) = said.integer {
        errors.at(span, "`integer` is said of an enum: a newtype is stored as what it wraps");
    }
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Err(syn::Error::new_spanned(
            ident,
            format!(
                "a column holds one value, and this struct has {} fields: wrap one, or embed several columns by \
                 `#[derive(Columns)]` and `#[column(flatten)]`",
                data.fields.len()
            ),
        ));
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("column_type")) {
        errors.push(syn::Error::new_spanned(attribute.path(), "`#[column_type(..)]` belongs to the struct"));
    }
    let member = field.ident.clone().map_or_else(|| Member::from(0), Member::Named);
    Ok(Shape::Newtype { member, ty: Box::new(field.ty.clone()), auto: said.auto.is_some() })
}

fn variants(ident: &Ident, data: &DataEnum, said: &Said, errors: &mut Errors) -> syn::Result<Shape> {
    if data.variants.is_empty() {
        return Err(syn::Error::new_spanned(ident, "an enum without variants has no values: add one"));
    }
    if let Some(span) = said.auto {
        errors.at(span, "`auto` needs a newtype over an integer or `Uuid`: an enum's values cannot be generated");
    }
    for variant in data.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let stored = if said.integer.is_some() { "an integer" } else { "text" };
        let message =
            format!("a variant with fields cannot be stored as {stored}: take the fields away, or use `Json<..>`");
        errors.at(variant.fields.span(), message);
    }
    match (said.integer, &said.native) {
        (Some(span), native) => {
            if native.is_some() {
                errors.at(span, "`native` is a type of texts: an enum has one of `integer` and `native`");
            }
            Ok(numbers(data, errors))
        }
        (None, native) => Ok(Shape::Enum { variants: texts(data, errors), native: native.as_ref().map(LitStr::value) }),
    }
}

fn texts(data: &DataEnum, errors: &mut Errors) -> Vec<(Ident, String)> {
    let mut texts: Vec<(Ident, String)> = Vec::new();
    for variant in &data.variants {
        let (text, span) = text_of(variant, errors);
        if let Some((other, _)) = texts.iter().find(|(_, other)| *other == text) {
            errors.at(span, format!("`{other}` is stored as \"{text}\" too: add `#[column_type(rename = \"..\")]`"));
        }
        texts.push((variant.ident.clone(), text));
    }
    texts
}

/// The variants with the numbers that Rust gives them.
fn numbers(data: &DataEnum, errors: &mut Errors) -> Shape {
    let (mut variants, mut next) = (Vec::new(), Some(0));
    for variant in &data.variants {
        VARIANT.read(&variant.attrs, errors, |key, content| {
            attribute::text(key, content)?;
            let message = "an enum that is stored as integers has no texts: give the variant its number, `Paid = 1`";
            Err(syn::Error::new(key.span(), message))
        });
        let written = variant.discriminant.as_ref().map(|(_, number)| number);
        let stored = written.map_or(next, number);
        match stored.and_then(|number| i32::try_from(number).ok()) {
            Some(number) => variants.push((variant.ident.clone(), number)),
            // Behind what cannot be read nothing is known, and nothing more is wrong.
            None if written.is_none() && stored.is_none() => {}
            None => {
                let span = written.map_or(variant.ident.span(), Spanned::span);
                errors.at(span, "`integer` stores numbers of 32 bits, each written as it is, such as `Paid = 1`");
            }
        }
        next = stored.and_then(|number| number.checked_add(1));
    }
    Shape::Numbers { variants }
}

/// A number as it is written.
fn number(written: &Expr) -> Option<i64> {
    match written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr)?.checked_neg(),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

/// The text that the variant is stored as, and what decides it.
fn text_of(variant: &Variant, errors: &mut Errors) -> (String, Span) {
    let mut renamed = None;
    VARIANT.read(&variant.attrs, errors, |key, content| {
        renamed = Some(attribute::text(key, content)?);
        Ok(())
    });
    match renamed {
        Some(text) => (text.value(), text.span()),
        None => (case::snake(&name_of(&variant.ident)), variant.ident.span()),
    }
}
