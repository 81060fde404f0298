//! `#[derive(Changes)]`: a struct of values for the columns of a model.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, FieldsNamed, Generics, Ident, Path, Type};

use super::attribute::{self, Expression, Keys};
use super::column::constant_of;
use super::{Errors, table, types};

const STRUCT: Keys = Keys { attribute: "changes", known: &["crate", "model"], repeatable: &[] };
const FIELD: Keys = Keys { attribute: "changes", known: &["column", "none_is_null", "skip"], repeatable: &[] };

/// A struct of changes.
pub(crate) struct Changes {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// The path of ormcore.
    pub(crate) krate: TokenStream,
    /// The model whose columns they are.
    pub(crate) model: Path,
    pub(crate) values: Vec<ChangedValue>,
}

/// A field of the struct that sets a column.
pub(crate) struct ChangedValue {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) column: ChangedColumn,
    pub(crate) none: NoneIs,
}

/// What a `None` means to the column.
pub(crate) enum NoneIs {
    Absent,
    Null,
    /// The type is not written as an `Option`, and may be an alias of one: then it is absent.
    Unseen,
}

/// The column that a field sets.
pub(crate) enum ChangedColumn {
    /// That of the model's field of the same name, by its constant.
    Constant(Ident),
    /// What `column = ..` says.
    Named(Expression),
}

/// What is said of a field.
#[derive(Default)]
struct Said {
    column: Option<(Span, Expression)>,
    none_is_null: Option<Span>,
    skip: Option<Span>,
}

impl Changes {
    /// Describes the struct as well as it can be, with the mistakes in it; no description if nobody says of what it is.
    pub(crate) fn parse(input: &DeriveInput) -> Result<(Self, Option<syn::Error>), syn::Error> {
        let mut errors = Errors::default();
        let (mut krate, mut model) = (quote!(::ormcore), None);
        STRUCT.read(&input.attrs, &mut errors, |key, content| {
            if key == "crate" {
                krate = table::path_of_crate(key, content)?;
            } else {
                model = Some(attribute::value::<Path>(key, content, "User")?);
            }
            Ok(())
        });
        let values = named_fields(input)?.named.iter().filter_map(|field| value(field, &mut errors)).collect();
        let Some(model) = model else {
            if errors.is_empty() {
                errors.at(input.ident.span(), "whose columns are these? Add `#[changes(model = User)]` to the struct");
            }
            return Err(errors.into_option().unwrap_or_else(|| syn::Error::new(input.ident.span(), "no model")));
        };
        let (ident, generics) = (input.ident.clone(), input.generics.clone());
        Ok((Changes { ident, generics, krate, model, values }, errors.into_option()))
    }
}

fn named_fields(input: &DeriveInput) -> syn::Result<&FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields),
            _ => Err("a struct without named fields"),
        },
        Data::Enum(_) => Err("an enum"),
        Data::Union(_) => Err("a union"),
    }
    .map_err(|what| {
        let message = format!("`#[derive(Changes)]` needs a struct with named fields, and this is {what}");
        syn::Error::new_spanned(&input.ident, message)
    })
}

/// What a field sets, if it is not left out.
fn value(field: &Field, errors: &mut Errors) -> Option<ChangedValue> {
    let ident = field.ident.clone()?;
    let mut said = Said::default();
    FIELD.read(&field.attrs, errors, |key, content| {
        match key.to_string().as_str() {
            "column" => said.column = Some((key.span(), attribute::expression(key, content)?)),
            "skip" => said.skip = attribute::flag(key, content)?,
            _ => said.none_is_null = attribute::flag(key, content)?,
        }
        Ok(())
    });
    if said.skip.is_some() {
        for (key, span) in [("column", said.column.map(|(span, _)| span)), ("none_is_null", said.none_is_null)] {
            if let Some(span) = span {
                errors.at(span, format!("`skip` leaves the field out: take `{key}` or `skip` away"));
            }
        }
        return None;
    }
    let inner = types::optional(&field.ty);
    if let Some(span) = said.none_is_null {
        match inner.map(types::optional) {
            None if types::path(&field.ty).is_none() || types::is_certain(&field.ty) => {
                errors.at(span, "`none_is_null` is about the `None` of an `Option`: leave it out here");
            }
            Some(Some(_)) => {
                errors
                    .at(span, "an `Option` of an `Option` says itself when it is NULL, by `Some(None)`: take one away");
            }
            // An alias may be one of an `Option`.
            None | Some(None) => {}
        }
    }
    let column = match said.column {
        Some((_, column)) => ChangedColumn::Named(column),
        None => ChangedColumn::Constant(constant_of(&ident)),
    };
    let none = match inner {
        _ if said.none_is_null.is_some() => NoneIs::Null,
        Some(_) => NoneIs::Absent,
        None => NoneIs::Unseen,
    };
    Some(ChangedValue { ident, ty: field.ty.clone(), column, none })
}

impl ChangedColumn {
    /// The expression of one that has been written out.
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match self {
            ChangedColumn::Named(expression) => Some(expression),
            ChangedColumn::Constant(_) => None,
        }
    }
}
