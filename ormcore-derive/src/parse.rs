//! Attributes to a description of the model: every mistake is found here, each on its token.
//!
//! A description is made even where there are mistakes, so that the struct still gets its constants and traits and one
//! mistake gives one message.

mod attribute;
mod cascade;
mod case;
mod changes;
mod column;
mod column_type;
mod constraint;
mod errors;
mod foreign_key;
mod full_text;
mod index;
pub(crate) mod names;
mod relationship;
mod row;
mod rules;
mod scope;
mod suggest;
mod table;
mod types;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields, FieldsNamed, Generics, Ident, Visibility};

pub(crate) use attribute::Expression;
pub(crate) use cascade::Cascade;
pub(crate) use changes::{ChangedColumn, ChangedValue, Changes, NoneIs};
pub(crate) use column::{Column, Default, name_of};
pub(crate) use column_type::{ColumnType, Shape};
pub(crate) use constraint::{FieldPath, ForeignKey};
pub(crate) use errors::Errors;
pub(crate) use foreign_key::{Action, Constant, Target, same};
pub(crate) use full_text::FullText;
pub(crate) use index::{Index, Indexed};
pub(crate) use relationship::{Lazy, OtherSide, Relationship, Secondary, Side};
pub(crate) use row::{Row, RowColumn};
pub(crate) use scope::Scope;
pub(crate) use table::{Constructor, Table};

/// Which of the two derives for structs of columns it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `#[derive(Model)]`: a table.
    Model,
    /// `#[derive(Columns)]`: columns that are embedded in tables.
    Embedded,
}

impl Kind {
    fn derive(self) -> &'static str {
        match self {
            Kind::Model => "Model",
            Kind::Embedded => "Columns",
        }
    }
}

/// A struct of columns.
pub(crate) struct Struct {
    pub(crate) kind: Kind,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// The path of ormcore.
    pub(crate) krate: TokenStream,
    pub(crate) table: Table,
    pub(crate) columns: Vec<Column>,
    pub(crate) relationships: Vec<Relationship>,
}

impl Struct {
    /// Describes the struct as well as it can be, with the mistakes in it; no description if it has no columns by name.
    pub(crate) fn parse(input: &DeriveInput, kind: Kind) -> Result<(Self, Option<syn::Error>), syn::Error> {
        let mut errors = Errors::default();
        no_generics(&input.generics, kind.derive())?;
        let fields = named_fields(input, kind)?;
        let (mut columns, mut relationships) = (Vec::new(), Vec::new());
        for field in &fields.named {
            if Relationship::is_meant(field) {
                relationships.extend(Relationship::parse(field, &input.ident, kind, &mut errors));
            } else {
                let field = owned(field, &mut errors);
                columns.push(Column::parse(&field, &input.ident, &mut errors));
            }
            attributes_of_the_struct(field, kind, &mut errors);
        }
        let (table, krate) = table::parse(input, kind, (&columns, &relationships), &mut errors);
        column::find_generated(&mut columns, &table.foreign_keys);
        let (vis, ident) = (input.vis.clone(), input.ident.clone());
        let description = Struct { kind, vis, ident, krate, table, columns, relationships };
        rules::check(&description, &mut errors);
        Ok((description, errors.into_option()))
    }

    /// The struct's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Whether rows can be inserted: models that are not read-only.
    pub(crate) fn is_writable(&self) -> bool {
        self.kind == Kind::Model && !self.table.read_only
    }

    /// The constants beside that of a scope, each with what has it: those of the fields, and of the scopes before.
    pub(crate) fn constants_before(&self, scope: usize) -> impl Iterator<Item = (&Ident, &Ident)> {
        let columns = self.columns.iter().map(|column| (&column.ident, &column.constant));
        let relationships = self.relationships.iter().map(|field| (&field.ident, &field.constant));
        let scopes = self.table.scopes[..scope].iter().filter_map(|scope| scope.named.as_ref());
        columns.chain(relationships).chain(scopes.map(|(name, constant)| (name, constant)))
    }

    /// The constructor's name without `r#`, if there is one.
    pub(crate) fn constructor_name(&self) -> Option<String> {
        self.is_writable().then(|| match &self.table.constructor {
            Constructor::Named(name) => name_of(name),
            Constructor::Empty => "draft".to_owned(),
        })
    }
}

/// The field with a type that owns, so that nothing which is written for it names a lifetime.
fn owned(field: &Field, errors: &mut Errors) -> Field {
    let mut field = field.clone();
    if let Some(ty) = types::owned(&field.ty) {
        errors.push(types::borrowed(&field.ty, &ty));
        field.ty = ty;
    }
    field
}

/// Columns of a generic struct would be one column under many types.
fn no_generics(generics: &Generics, derive: &str) -> syn::Result<()> {
    let parameters = &generics.params;
    if parameters.is_empty() {
        return Ok(());
    }
    let message = if generics.lifetimes().count() == parameters.len() {
        "a row owns what it holds: take the lifetime away, and write `String` for `&str`".to_owned()
    } else {
        format!("`#[derive({derive})]` needs a type without generic parameters: write the types out")
    };
    Err(syn::Error::new_spanned(parameters, message))
}

/// Attributes that a field cannot have.
fn attributes_of_the_struct(field: &Field, kind: Kind, errors: &mut Errors) {
    for attribute in &field.attrs {
        if let Some(owner) = ["model", "columns"].iter().find(|name| attribute.path().is_ident(name)) {
            let message = match kind {
                Kind::Model => format!("`#[{owner}(..)]` belongs to the struct: a field has `#[column(..)]`"),
                Kind::Embedded => format!("`#[{owner}(..)]` does not belong here: a field has `#[column(..)]`"),
            };
            errors.push(syn::Error::new_spanned(attribute.path(), message));
        }
    }
}

fn named_fields(input: &DeriveInput, kind: Kind) -> syn::Result<&FieldsNamed> {
    let derive = kind.derive();
    let what = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if fields.named.is_empty() => "a struct without fields",
            Fields::Named(fields) => return Ok(fields),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a struct without fields",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    let hint = match &input.data {
        Data::Enum(_) => "; an enum can be the type of a column: `#[derive(ColumnType)]`",
        Data::Struct(data) if matches!(data.fields, Fields::Unnamed(_)) => {
            "; a newtype can be the type of a column: `#[derive(ColumnType)]`"
        }
        _ => "",
    };
    Err(syn::Error::new_spanned(
        &input.ident,
        format!("`#[derive({derive})]` needs a struct with named fields, and this is {what}{hint}"),
    ))
}
