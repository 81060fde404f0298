//! `#[derive(Row)]`: a struct that selected columns are read as.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Fields, Ident, Type, Visibility};

use super::attribute::{self, Keys};
use super::case;
use super::column::{argument_of, constant_of};
use super::{Errors, name_of, no_generics, table, types};

const STRUCT: Keys = Keys { attribute: "row", known: &["crate", "name"], repeatable: &[] };
const FIELD: Keys = Keys { attribute: "row", known: &["name"], repeatable: &[] };

/// A row has no more columns than a tuple has parts.
const MOST: usize = 16;

/// A struct of selected columns.
pub(crate) struct Row {
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// What a query over it calls it.
    pub(crate) name: String,
    /// The path of ormcore.
    pub(crate) krate: TokenStream,
    pub(crate) columns: Vec<RowColumn>,
}

/// A field of the struct.
pub(crate) struct RowColumn {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) constant: Ident,
}

impl Row {
    /// Describes the struct, or says every mistake in it.
    pub(crate) fn parse(input: &DeriveInput) -> syn::Result<Self> {
        no_generics(&input.generics, "Row")?;
        let mut errors = Errors::default();
        let mut krate = quote!(::ormcore);
        let mut name = case::snake(&name_of(&input.ident));
        STRUCT.read(&input.attrs, &mut errors, |key, content| {
            if key == "crate" {
                krate = table::path_of_crate(key, content)?;
            } else {
                name = attribute::text(key, content)?.value();
            }
            Ok(())
        });
        let columns = columns(input, &mut errors)?;
        match errors.into_option() {
            Some(error) => Err(error),
            None => Ok(Row { vis: input.vis.clone(), ident: input.ident.clone(), name, krate, columns }),
        }
    }
}

fn columns(input: &DeriveInput, errors: &mut Errors) -> syn::Result<Vec<RowColumn>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "`#[derive(Row)]` needs a struct with named fields"));
    };
    let Fields::Named(fields) = &data.fields else {
        let message = "`#[derive(Row)]` needs a struct with named fields: rows without names are read as tuples";
        return Err(syn::Error::new_spanned(&input.ident, message));
    };
    if fields.named.is_empty() || fields.named.len() > MOST {
        let message = format!("a row has 1 to {MOST} columns, and this struct has {} fields", fields.named.len());
        return Err(syn::Error::new_spanned(&input.ident, message));
    }
    let mut columns: Vec<RowColumn> = Vec::new();
    for field in &fields.named {
        let Some(ident) = field.ident.clone() else { continue };
        if let Some(owned) = types::owned(&field.ty) {
            errors.push(types::borrowed(&field.ty, &owned));
        }
        let mut name = name_of(&ident);
        FIELD.read(&field.attrs, errors, |key, content| {
            name = attribute::text(key, content)?.value();
            Ok(())
        });
        let constant = constant_of(&ident);
        if columns.iter().any(|before| before.constant == constant) {
            errors.at(ident.span(), format!("two fields would have the constant `{constant}`: rename one"));
        }
        // Databases compare names without regard to case.
        if let Some(before) = columns.iter().find(|before| before.name.to_lowercase() == name.to_lowercase()) {
            errors.at(ident.span(), format!("`{}` is the column `{name}` too: give one another name", before.ident));
        }
        columns.push(RowColumn { ident, ty: field.ty.clone(), name, constant });
    }
    Ok(columns)
}

impl RowColumn {
    /// What `columns` calls the expression that is selected for the column.
    pub(crate) fn argument(&self) -> Ident {
        argument_of(&self.ident, &self.constant)
    }

    /// The name of the type of what is selected for the column.
    pub(crate) fn parameter(&self, index: usize) -> Ident {
        format_ident!("__C{index}")
    }
}
