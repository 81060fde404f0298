//! `index(..)` and `unique(..)` of `#[model(..)]`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, token};

use super::constraint::{FieldPath, Names};
use super::errors::Errors;
use super::{attribute, suggest};

const INDEX: &str = "field, field.desc(), \"sql expression\", filter = \"..\", name = \"..\"";
const OPTIONS: &[&str] = &["filter", "include", "name", "using"];
pub(super) const METHODS: &[&str] = &["asc", "desc", "ops"];

/// The method that an index has if none is said, the only one with an order.
const B_TREE: &str = "btree";

/// PostgreSQL's methods whose indexes hold nothing beside their parts.
const WITHOUT_INCLUDE: &[&str] = &["brin", "gin", "hash"];

/// An index or a unique constraint.
pub(crate) struct Index {
    pub(crate) unique: bool,
    pub(crate) parts: Vec<Part>,
    pub(crate) filter: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) using: Option<LitStr>,
    /// Each with its place.
    pub(crate) include: Vec<(Span, Indexed)>,
}

/// What an index covers, and how.
pub(crate) struct Part {
    pub(crate) of: Indexed,
    /// Whether it goes down, and where that is said.
    direction: Option<(Span, bool)>,
    pub(crate) ops: Option<LitStr>,
}

/// A column by its field, or SQL.
pub(crate) enum Indexed {
    Column(FieldPath),
    Sql(LitStr),
}

impl Index {
    pub(super) fn parse(
        key: &Ident,
        input: ParseStream<'_>,
        names: &Names<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Self> {
        let mut index = Index {
            unique: key == "unique",
            parts: Vec::new(),
            filter: None,
            name: None,
            using: None,
            include: Vec::new(),
        };
        let (mut outer, mut inner) = (Errors::default(), Errors::default());
        attribute::list(key, input, INDEX, &mut outer, |input| index.item(key, input, names, &mut inner))?;
        outer.extend(inner);
        if outer.is_empty() {
            outer.keep(index.check(key));
        }
        errors.extend(outer);
        Ok(index)
    }

    fn item(&mut self, key: &Ident, input: ParseStream<'_>, names: &Names<'_>, errors: &mut Errors) -> syn::Result<()> {
        if is_option(input, names) {
            let option = input.call(Ident::parse_any)?;
            return self.option(key, &option, input, names, errors);
        }
        let span = input.span();
        let part = Part::parse(input, names)?;
        if self.parts.iter().any(|other| other.of.is(&part.of)) {
            return Err(syn::Error::new(span, "it is listed twice: keep one"));
        }
        self.parts.push(part);
        Ok(())
    }

    fn option(
        &mut self,
        key: &Ident,
        option: &Ident,
        input: ParseStream<'_>,
        names: &Names<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match option.to_string().as_str() {
            "filter" => once(&mut self.filter, option, attribute::text(option, input)?),
            "name" => once(&mut self.name, option, attribute::text(option, input)?),
            "using" => once(&mut self.using, option, method(option, input)?),
            "include" => attribute::list(option, input, "a, b", errors, |input| {
                let (span, column) = (input.span(), Indexed::parse(input, names)?);
                if self.include.iter().any(|(_, other)| other.is(&column)) {
                    return Err(syn::Error::new(span, "it is listed twice: keep one"));
                }
                self.include.push((span, column));
                Ok(())
            }),
            other if input.peek(token::Paren) => {
                let message = format!("`{other}(..)` is SQL: write it in quotes, `\"{other}(..)\"`");
                Err(syn::Error::new(option.span(), message))
            }
            other => {
                let message = suggest::unknown(&format!("key of `{key}(..)`"), other, OPTIONS);
                Err(syn::Error::new(option.span(), message))
            }
        }
    }

    fn check(&self, key: &Ident) -> syn::Result<()> {
        if self.parts.is_empty() {
            return Err(syn::Error::new(key.span(), format!("`{key}` names no field: expected `{key}({INDEX})`")));
        }
        let is_part = |column: &Indexed| self.parts.iter().any(|part| part.of.is(column));
        if let Some((span, _)) = self.include.iter().find(|(_, column)| is_part(column)) {
            return Err(syn::Error::new(*span, "the index is over it already: leave it out of `include(..)`"));
        }
        let Some(using) = self.using.as_ref().filter(|using| using.value() != B_TREE) else { return Ok(()) };
        let method = using.value();
        if self.unique {
            let message = format!("an index by `{method}` cannot be unique: leave out `using`");
            return Err(syn::Error::new(using.span(), message));
        }
        if let Some(span) = self.parts.iter().find_map(Part::down) {
            let message = format!("an index by `{method}` has no order: leave out `desc()`");
            return Err(syn::Error::new(span, message));
        }
        match self.include.first() {
            Some((span, _)) if WITHOUT_INCLUDE.contains(&method.as_str()) => {
                let message = format!("an index by `{method}` cannot include columns: leave out `include(..)`");
                Err(syn::Error::new(*span, message))
            }
            _ => Ok(()),
        }
    }
}

impl Part {
    /// Whether it goes down.
    pub(crate) fn is_descending(&self) -> bool {
        self.down().is_some()
    }

    /// Where it is said that it goes down.
    fn down(&self) -> Option<Span> {
        self.direction.and_then(|(span, descending)| descending.then_some(span))
    }

    /// `field` or `"sql"`, with methods behind it.
    fn parse(input: ParseStream<'_>, names: &Names<'_>) -> syn::Result<Self> {
        let mut part = Part { of: Indexed::parse(input, names)?, direction: None, ops: None };
        while input.peek(Token![.]) {
            let _: Token![.] = input.parse()?;
            part.method(input)?;
        }
        Ok(part)
    }

    fn method(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let method = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), format!("expected one of {}", suggest::list(METHODS))))?;
        let name = method.to_string();
        if !METHODS.contains(&name.as_str()) {
            let message = suggest::unknown("method of a part of an index", &name, METHODS);
            return Err(syn::Error::new(method.span(), message));
        }
        let expected = if name == "ops" { "ops(\"..\")".to_string() } else { format!("{name}()") };
        let wrong = || syn::Error::new(method.span(), format!("expected `.{expected}`"));
        if !input.peek(token::Paren) {
            return Err(wrong());
        }
        let content;
        syn::parenthesized!(content in input);
        let arguments: TokenStream = content.parse()?;
        if name == "ops" {
            let ops: LitStr = syn::parse2(arguments).map_err(|_| wrong())?;
            if ops.value().trim().is_empty() || ops.value().contains('\0') {
                return Err(wrong());
            }
            return once(&mut self.ops, &method, ops);
        }
        if !arguments.is_empty() {
            return Err(wrong());
        }
        once(&mut self.direction, &method, (method.span(), name == "desc"))
    }
}

impl Indexed {
    fn parse(input: ParseStream<'_>, names: &Names<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) { Ok(Indexed::Sql(input.parse()?)) } else { names.column(input).map(Indexed::Column) }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Indexed::Column(one), Indexed::Column(other)) => one == other,
            (Indexed::Sql(one), Indexed::Sql(other)) => one.value() == other.value(),
            _ => false,
        }
    }
}

/// Whether a key comes next, and no field of that name.
fn is_option(input: ParseStream<'_>, names: &Names<'_>) -> bool {
    let ahead = input.fork();
    let Ok(name) = ahead.call(Ident::parse_any) else { return false };
    let is_known = OPTIONS.contains(&name.to_string().as_str());
    ahead.peek(Token![=]) || ahead.peek(token::Paren) || is_known && !names.has(&name)
}

/// Sets what was not set before.
fn once<T>(slot: &mut Option<T>, key: &Ident, value: T) -> syn::Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(syn::Error::new(key.span(), format!("`{key}` is given twice: keep one"))),
    }
}

/// The text of `using = "method"`.
fn method(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let method = attribute::text(key, input)?;
    let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    match method.value().bytes().all(is_letter) {
        true => Ok(method),
        false => Err(syn::Error::new(method.span(), "expected the name of a method in small letters, such as `gin`")),
    }
}
