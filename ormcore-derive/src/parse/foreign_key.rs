//! What a foreign key points to, and what happens when that goes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Path, Token};

use super::attribute;
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
    /// The path without its last segment.
    pub(crate) model: Path,
}

/// `<User>::ID`: a path to nothing gives the message that `User` as a type gives too, and so there is one.
impl ToTokens for Constant {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (model, name) = (&self.model, self.path.segments.last());
        // The whole of it has the user's place, for a mismatch is shown at its first token.
        tokens.extend(quote_spanned!(self.path.span()=> <#model>::#name));
    }
}

impl Constant {
    /// Reads `User::ID`; `Self` becomes `model`, because checks are emitted outside of the impl.
    ///
    /// `expected` is the mistake of what is no constant.
    pub(crate) fn parse(input: ParseStream<'_>, model: &Ident, expected: &str) -> syn::Result<Self> {
        let start = input.span();
        let path: Path = input.call(Path::parse_mod_style).map_err(|_| syn::Error::new(start, expected))?;
        if path.segments.len() < 2 || input.peek(syn::token::Paren) || input.peek(Token![.]) {
            return Err(syn::Error::new_spanned(path, expected));
        }
        let path = not_self(path, model);
        let mut parent = path.clone();
        parent.segments.pop();
        parent.segments.pop_punct();
        Ok(Constant { path, model: parent })
    }
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
        let text = attribute::text(key, input)?;
        let word = text.value().trim().to_lowercase().replace('_', " ");
        match ACTIONS.iter().find(|(name, _)| *name == word) {
            Some((_, kind)) => Ok(Action { kind: *kind, span: text.span() }),
            None => {
                let known: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
                Err(syn::Error::new(text.span(), suggest::unknown("action", &text.value(), &known)))
            }
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
