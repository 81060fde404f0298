//! The struct's own attributes: `#[model(..)]` and `#[columns(..)]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{DeriveInput, Ident, Lit, LitBool, LitStr, Path, Token};

use super::attribute::{self, Keys};
use super::case;
use super::constraint::{ForeignKey, Names};
use super::errors::Errors;
use super::full_text::FullText;
use super::index::Index;
use super::scope::Scope;
use super::{Column, Expression, Kind, Relationship, names};

const MODEL: Keys = Keys {
    attribute: "model",
    known: &[
        "after_delete",
        "after_insert",
        "after_update",
        "before_delete",
        "before_insert",
        "before_update",
        "check",
        "comment",
        "constructor",
        "crate",
        "foreign_key",
        "full_text",
        "index",
        "read_only",
        "schema",
        "scope",
        "strict",
        "table",
        "unique",
        "validate",
    ],
    repeatable: &["check", "foreign_key", "index", "unique"],
};

const COLUMNS: Keys = Keys { attribute: "columns", known: &["crate"], repeatable: &[] };

/// What `#[model(..)]` says.
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) schema: Option<LitStr>,
    pub(crate) constructor: Constructor,
    pub(crate) indexes: Vec<Index>,
    pub(crate) checks: Vec<LitStr>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) strict: bool,
    pub(crate) read_only: bool,
    pub(crate) comment: Option<LitStr>,
    pub(crate) full_text: Option<FullText>,
    /// What says which rows queries give.
    pub(crate) scopes: Vec<Scope>,
    /// The functions that are called for rows, each with its key.
    pub(crate) events: Vec<(Ident, Expression)>,
}

/// What makes a draft.
pub(crate) enum Constructor {
    /// A function of this name, with an argument for each required column.
    Named(Ident),
    /// `draft()`, without arguments.
    Empty,
}

/// Reads the struct's attributes, which name its columns; also gives the path of ormcore.
pub(super) fn parse(
    input: &DeriveInput,
    kind: Kind,
    (columns, relationships): (&[Column], &[Relationship]),
    errors: &mut Errors,
) -> (Table, TokenStream) {
    let mut table = Table::new(&input.ident);
    let mut krate = quote!(::ormcore);
    let keys = if kind == Kind::Model { &MODEL } else { &COLUMNS };
    let mut inner = Errors::default();
    keys.read(&input.attrs, errors, |key, content| {
        if key == "crate" {
            krate = path_of_crate(key, content)?;
            return Ok(());
        }
        table.read(key, content, &Names { columns, relationships, model: &input.ident }, &mut inner)
    });
    errors.extend(inner);
    for attribute in &input.attrs {
        if let Some(name) = ["column", "relationship"].iter().find(|name| attribute.path().is_ident(name)) {
            let message = format!("`#[{name}(..)]` belongs to a field: the struct has `#[{}(..)]`", keys.attribute);
            errors.push(syn::Error::new_spanned(attribute.path(), message));
        }
    }
    (table, krate)
}

/// The path of the crate under the name that it has for the user.
pub(super) fn path_of_crate(key: &Ident, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let example = "the path of ormcore";
    attribute::equals(key, input)?;
    let path = input
        .call(Path::parse_mod_style)
        .map_err(|_| syn::Error::new(key.span(), format!("expected `crate = ..`, {example}")))?;
    if path.segments.iter().any(|segment| segment.ident == "Self") {
        return Err(syn::Error::new_spanned(path, format!("a type is no crate: expected {example}")));
    }
    Ok(quote!(#path))
}

impl Table {
    fn new(ident: &Ident) -> Self {
        Table {
            name: case::snake(&super::name_of(ident)),
            schema: None,
            constructor: Constructor::Named(Ident::new("new", Span::call_site().located_at(ident.span()))),
            indexes: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            strict: true,
            read_only: false,
            comment: None,
            full_text: None,
            scopes: Vec::new(),
            events: Vec::new(),
        }
    }

    fn read(&mut self, key: &Ident, input: ParseStream<'_>, names: &Names<'_>, errors: &mut Errors) -> syn::Result<()> {
        match key.to_string().as_str() {
            "table" => self.name = attribute::text(key, input)?.value(),
            "schema" => self.schema = Some(attribute::text(key, input)?),
            "constructor" => self.constructor = Constructor::parse(key, input)?,
            "index" | "unique" => self.indexes.push(Index::parse(key, input, names, errors)?),
            "scope" => self.scopes = Scope::parse(key, input, errors)?,
            "full_text" => self.full_text = FullText::parse(key, input, names, errors)?,
            "comment" => self.comment = Some(attribute::text(key, input)?),
            "check" => self.checks.push(attribute::text(key, input)?),
            "foreign_key" => self.foreign_keys.extend(ForeignKey::parse(key, input, names, errors)?),
            "strict" => self.strict = attribute::switch(key, input)?.is_none_or(|(_, strict)| strict),
            "after_delete" | "after_insert" | "after_update" | "before_delete" | "before_insert" | "before_update"
            | "validate" => {
                self.events.push((key.clone(), function(key, input)?));
            }
            "read_only" => self.read_only = attribute::flag(key, input)?.is_some(),
            _ => {}
        }
        Ok(())
    }
}

/// The function of `key = path::to::function`.
pub(super) fn function(key: &Ident, input: ParseStream<'_>) -> syn::Result<Expression> {
    let example = format!("expected a function: `{key} = path::to::function`");
    attribute::equals(key, input).map_err(|_| syn::Error::new(key.span(), &example))?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(key.span(), &example));
    }
    if input.peek(Lit) {
        return Err(syn::Error::new(input.span(), format!("{example}, without quotes")));
    }
    attribute::value_of(key, input)
}

impl Constructor {
    fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        attribute::equals(key, input)?;
        let wrong = |span| syn::Error::new(span, "expected `constructor = \"name\"` or `constructor = false`");
        if input.peek(LitBool) {
            let value: LitBool = input.parse()?;
            return if value.value { Err(wrong(value.span())) } else { Ok(Constructor::Empty) };
        }
        let name: LitStr = input.parse().map_err(|_| wrong(key.span()))?;
        let method: Ident = name.parse().map_err(|_| wrong(name.span()))?;
        match names::mistake("constructor", &method, None) {
            Some(message) => Err(syn::Error::new(name.span(), message)),
            None => Ok(Constructor::Named(method)),
        }
    }
}
