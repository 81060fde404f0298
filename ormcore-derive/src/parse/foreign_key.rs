//! What a foreign key points to, and what happens when that goes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Path, Token};

use super::attribute;
use super::column::{constant_of, name_of};
use super::suggest;

const PATH_OR_TEXT: &str =
    "expected a column constant such as `User::ID`, or a string \"table.column\" for a table without a model";

/// The column that a foreign key points to.
#[derive(Clone)]
pub(crate) enum Target {
    /// `User::ID`.
    Constant(Constant),
    /// `"schema.table.column"`, where there is no model.
    Name { schema: Option<String>, table: String, column: String, text: LitStr },
}

/// A column constant of another model, or of this one.
#[derive(Clone)]
pub(crate) struct Constant {
    pub(crate) path: Path,
    /// The constant of the column in an embedded struct, whose own is `path`: `Order::BILLING.col(Address::CITY)`.
    embedded: Option<Box<Constant>>,
    /// The path without its last segment.
    pub(crate) model: Path,
    /// Whether it was written as the field.
    by_field: bool,
}

/// `<User>::ID`: a path to nothing gives the message that `User` as a type gives too, and so there is one.
impl ToTokens for Constant {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (model, name) = (&self.model, self.path.segments.last());
        // The whole of it has the user's place, for a mismatch is shown at its first token.
        tokens.extend(quote_spanned!(self.path.span()=> <#model>::#name));
        if let Some(column) = &self.embedded {
            tokens.extend(quote_spanned!(self.path.span()=> .col(#column)));
        }
    }
}

impl Constant {
    /// Reads `User::ID`; `Self` becomes `model`, because checks are emitted outside of the impl.
    ///
    /// `expected` is the mistake of what is no constant.
    pub(crate) fn parse(input: ParseStream<'_>, model: &Ident, expected: &str) -> syn::Result<Self> {
        let start = input.span();
        let path: Path = input.call(Path::parse_mod_style).map_err(|_| syn::Error::new(start, expected))?;
        let embedded = Constant::embedded(input, model, expected)?;
        if path.segments.len() < 2 || input.peek(syn::token::Paren) || input.peek(Token![.]) {
            return Err(syn::Error::new_spanned(path, expected));
        }
        let path = not_self(path, model);
        let meant = constant_meant(&path);
        // What is meant, so that nothing else is a mistake as well.
        let (by_field, path) = (meant.is_some(), meant.unwrap_or(path));
        let mut parent = path.clone();
        parent.segments.pop();
        parent.segments.pop_punct();
        Ok(Constant { path, embedded, model: parent, by_field })
    }

    /// Reads `.col(Address::CITY)`, if that comes next.
    fn embedded(input: ParseStream<'_>, model: &Ident, expected: &str) -> syn::Result<Option<Box<Constant>>> {
        let ahead = input.fork();
        let is_next = ahead.parse::<Token![.]>().is_ok()
            && ahead.parse::<Ident>().is_ok_and(|name| name == "col")
            && ahead.peek(syn::token::Paren);
        if !is_next {
            return Ok(None);
        }
        let (_, _): (Token![.], Ident) = (input.parse()?, input.parse()?);
        let content;
        syn::parenthesized!(content in input);
        let start = content.span();
        let column = Constant::parse(&content, model, expected);
        // What is left over would be a mistake of its own.
        let rest: TokenStream = content.parse()?;
        if rest.is_empty() { column.map(Box::new).map(Some) } else { Err(syn::Error::new(start, expected)) }
    }

    /// The mistake of one that is written as the field.
    pub(super) fn mistake(&self) -> Option<syn::Error> {
        let of_column = || self.embedded.as_ref()?.mistake();
        if self.by_field { Some(field_for_constant(&self.path)) } else { of_column() }
    }
}

/// The path with the constant in the place of its last part, if that is a field: no constant is in lower case.
pub(super) fn constant_meant(path: &Path) -> Option<Path> {
    let mut path = path.clone();
    let is_long = path.segments.len() > 1;
    let last = path.segments.last_mut().filter(|last| is_long && last.arguments.is_none())?;
    let name = name_of(&last.ident);
    if !name.contains(char::is_lowercase) || name.contains(char::is_uppercase) {
        return None;
    }
    let span = last.ident.span();
    last.ident = constant_of(&last.ident);
    last.ident.set_span(span);
    Some(path)
}

/// The mistake of a field that stands in the place of its column's constant.
pub(super) fn field_for_constant(constant: &Path) -> syn::Error {
    let written = constant.to_token_stream().to_string().replace(' ', "");
    syn::Error::new_spanned(constant, format!("this names a field: the column's constant is `{written}`"))
}

impl Target {
    /// Reads what follows `foreign_key`.
    pub(crate) fn parse(key: &Ident, input: ParseStream<'_>, model: &Ident) -> syn::Result<Self> {
        attribute::equals(key, input)?;
        Target::read(input, model)
    }

    /// Reads a constant or a name.
    pub(super) fn read(input: ParseStream<'_>, model: &Ident) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Constant::parse(input, model, PATH_OR_TEXT).map(Target::Constant);
        }
        let text: LitStr = input.parse()?;
        let value = text.value();
        let parts: Vec<&str> = value.split('.').map(str::trim).collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(syn::Error::new(text.span(), PATH_OR_TEXT));
        }
        match parts[..] {
            [table, column] => Ok(Target::Name { schema: None, table: table.into(), column: column.into(), text }),
            [schema, table, column] => {
                Ok(Target::Name { schema: Some(schema.into()), table: table.into(), column: column.into(), text })
            }
            _ => Err(syn::Error::new(text.span(), PATH_OR_TEXT)),
        }
    }

    /// The constant, if it is one.
    pub(crate) fn constant(&self) -> Option<&Constant> {
        match self {
            Target::Constant(constant) => Some(constant),
            Target::Name { .. } => None,
        }
    }

    /// Whether both are columns of one table, as far as they are written alike.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        match (self, other) {
            (Target::Constant(one), Target::Constant(other)) => same(&one.model, &other.model),
            (Target::Name { schema, table, .. }, Target::Name { schema: of_other, table: other, .. }) => {
                (schema, table) == (of_other, other)
            }
            _ => false,
        }
    }

    /// A mistake of the whole of it.
    pub(super) fn mistake(&self, message: &str) -> syn::Error {
        match self {
            Target::Constant(constant) => syn::Error::new_spanned(&constant.path, message),
            Target::Name { text, .. } => syn::Error::new(text.span(), message),
        }
    }
}

/// What the database does to the children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionKind {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

const ACTIONS: &[(&str, ActionKind)] = &[
    ("cascade", ActionKind::Cascade),
    ("restrict", ActionKind::Restrict),
    ("set null", ActionKind::SetNull),
    ("set default", ActionKind::SetDefault),
    ("no action", ActionKind::NoAction),
];

/// The value of `on_delete` or `on_update`, with its place.
#[derive(Clone)]
pub(crate) struct Action {
    pub(crate) kind: ActionKind,
    pub(crate) span: Span,
}

impl Action {
    /// Reads what follows `on_delete` or `on_update`.
    pub(crate) fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let known: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
        let text = attribute::word(key, input, &known)?;
        let word = text.value().trim().to_lowercase().replace('_', " ");
        match ACTIONS.iter().find(|(name, _)| *name == word) {
            Some((_, kind)) => Ok(Action { kind: *kind, span: text.span() }),
            None => Err(syn::Error::new(text.span(), suggest::unknown("action", &text.value(), &known))),
        }
    }

    /// The name of the variant of `ormcore::schema::Action`.
    pub(crate) fn variant(&self) -> Ident {
        let name = match self.kind {
            ActionKind::NoAction => "NoAction",
            ActionKind::Restrict => "Restrict",
            ActionKind::Cascade => "Cascade",
            ActionKind::SetNull => "SetNull",
            ActionKind::SetDefault => "SetDefault",
        };
        Ident::new(name, Span::call_site())
    }
}

/// The path with `model` in the place of `Self`.
pub(super) fn not_self(mut path: Path, model: &Ident) -> Path {
    if let Some(first) = path.segments.first_mut().filter(|first| first.ident == "Self") {
        let span = first.ident.span();
        first.ident = model.clone();
        first.ident.set_span(span);
    }
    path
}

/// Whether two paths are written alike.
pub(crate) fn same(left: &Path, right: &Path) -> bool {
    left.to_token_stream().to_string() == right.to_token_stream().to_string()
}
