//! Where each field's columns are among the columns of the struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use crate::parse::{Column, Struct};

/// A position: a number, or after an embedded struct a constant expression.
pub(super) struct Position<'a> {
    plain: usize,
    embedded: Vec<&'a Type>,
}

impl Position<'_> {
    /// Whether it is a plain number, which can be a pattern.
    pub(super) fn is_plain(&self) -> bool {
        self.embedded.is_empty()
    }

    /// The constant expression.
    pub(super) fn tokens(&self) -> TokenStream {
        let (plain, embedded) = (self.plain, &self.embedded);
        quote!(#plain #(+ <#embedded as __ormcore::Columns>::COUNT)*)
    }
}

/// Each field with its position.
pub(super) fn positions(of: &Struct) -> impl Iterator<Item = (&Column, Position<'_>)> {
    (0..of.columns.len()).map(|index| (&of.columns[index], before(&of.columns[..index])))
}

/// The position of the field at an index.
pub(super) fn position(of: &Struct, index: usize) -> Position<'_> {
    before(&of.columns[..index])
}

/// How many columns there are.
pub(super) fn count(of: &Struct) -> Position<'_> {
    before(&of.columns)
}

fn before(columns: &[Column]) -> Position<'_> {
    let embedded: Vec<&Type> = columns.iter().filter(|column| column.is_flattened()).map(|column| &column.ty).collect();
    Position { plain: columns.len() - embedded.len(), embedded }
}
