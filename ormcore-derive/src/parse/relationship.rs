//! A field and its `#[relationship(..)]`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Field, Ident, LitInt, LitStr, Meta, Path, Token, Type};

use super::attribute::{self, Expression, Keys};
use super::cascade::{self, Cascade};
use super::column::{constant_of, name_of};
use super::errors::Errors;
use super::foreign_key::{Constant, constant_meant, field_for_constant, not_self};
use super::{Kind, suggest, types};

const KEYS: Keys = Keys {
    attribute: "relationship",
    known: &[
        "back_populates",
        "backref",
        "batch",
        "cascade",
        "depth",
        "filter",
        "foreign_key",
        "lazy",
        "order_by",
        "secondary",
    ],
    repeatable: &[],
};

/// As many levels as a self-referential relationship can be loaded by one query.
const DEEPEST: u32 = 100;

const SECONDARY: &str = "expected the model of the link table, such as `PageTag`, or the table's name in quotes";

/// A field that stands for rows of another model.
pub(crate) struct Relationship {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) side: Side,
    /// The other model, by its name: `Self` is written out.
    pub(crate) target: Path,
    /// The constant's name.
    pub(crate) constant: Ident,
    pub(crate) says: Attributes,
}

/// Which of the three types it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    HasMany,
    HasOne,
    BelongsTo,
}

impl Side {
    /// The type's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::HasMany => "HasMany",
            Side::HasOne => "HasOne",
            Side::BelongsTo => "BelongsTo",
        }
    }
}

/// What the `#[relationship(..)]` of a field says, with the place of each.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) lazy: Option<(Span, Lazy)>,
    pub(crate) backref: Option<OtherSide>,
    pub(crate) back_populates: Option<OtherSide>,
    pub(crate) secondary: Option<(Span, Secondary)>,
    pub(crate) foreign_key: Option<(Span, Constant)>,
    pub(crate) order_by: Option<(Span, Expression)>,
    pub(crate) filter: Option<(Span, Expression)>,
    pub(crate) depth: Option<(Span, LitInt)>,
    pub(crate) batch: Option<Span>,
    /// Each once, in their order.
    pub(crate) cascade: Option<(Span, Vec<Cascade>)>,
}

/// How it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lazy {
    Select,
    Joined,
    Subquery,
    Selectin,
    Dynamic,
    Raise,
}

const LAZY: [(&str, Lazy); 6] = [
    ("select", Lazy::Select),
    ("joined", Lazy::Joined),
    ("subquery", Lazy::Subquery),
    ("selectin", Lazy::Selectin),
    ("dynamic", Lazy::Dynamic),
    ("raise", Lazy::Raise),
];

/// The name that the relationship has on the other model.
pub(crate) struct OtherSide {
    pub(crate) key: Span,
    pub(crate) ident: Ident,
    pub(crate) constant: Ident,
}

/// The table that links the rows of two models.
pub(crate) enum Secondary {
    /// That of a model.
    Model(Path),
    /// One without a model, by its name.
    Table(LitStr),
    /// It could not be read.
    Unknown,
}

impl Relationship {
    /// Whether the field is meant as a relationship and not as a column.
    pub(super) fn is_meant(field: &Field) -> bool {
        let written = types::relationship(types::optional(&field.ty).unwrap_or(&field.ty));
        written.is_some() || field.attrs.iter().any(|attribute| attribute.path().is_ident("relationship"))
    }

    /// Describes a field of the struct `model` as well as it can be; nothing if it cannot be one.
    pub(super) fn parse(field: &Field, model: &Ident, kind: Kind, errors: &mut Errors) -> Option<Self> {
        let attribute = |name| field.attrs.iter().find(|attribute| attribute.path().is_ident(name));
        let (declared, column) = (attribute("relationship"), attribute("column"));
        if kind == Kind::Embedded {
            let message = "an embedded struct has no relationships: declare it in the model";
            errors.push(match declared {
                Some(attribute) => syn::Error::new_spanned(attribute.path(), message),
                None => syn::Error::new_spanned(&field.ty, message),
            });
            return None;
        }
        let mut says = Attributes::default();
        let names = Names { model, holder: holder(field, model) };
        // `#[relationship]` alone has no keys to be read.
        let with_keys = field.attrs.iter().filter(|attribute| !matches!(attribute.meta, Meta::Path(_)));
        KEYS.read(with_keys, errors, |key, input| says.read(key, input, &names));
        if let (Some(_), Some(column)) = (declared, column) {
            let message = "`#[column]` and `#[relationship]` contradict each other: the column is that of the foreign \
                           key, a field of its own; keep one";
            errors.push(syn::Error::new_spanned(column.path(), message));
        }
        let Some((side, target)) = types::relationship(&field.ty) else {
            if column.is_none() || declared.is_none() {
                errors.push(not_one(&field.ty));
            }
            return None;
        };
        if declared.is_none() {
            let name = side.name();
            let message = match column {
                None => format!("`{name}<..>` is a relationship: add `#[relationship]`"),
                Some(_) => format!("`{name}<..>` is a relationship: write `#[relationship]` instead of `#[column]`"),
            };
            errors.push(syn::Error::new_spanned(&field.ty, message));
        }
        let target = model_of(side, target, model, errors)?;
        let ident = field.ident.clone().unwrap_or_else(|| Ident::new("field", field.ty.span()));
        Some(Relationship { constant: constant_of(&ident), ident, ty: field.ty.clone(), side, target, says })
    }

    /// The other model's name without `r#` and the path before it.
    pub(crate) fn target_name(&self) -> String {
        self.target.segments.last().map_or_else(String::new, |last| name_of(&last.ident))
    }

    /// Whether the other model is this one.
    pub(crate) fn is_of(&self, model: &Ident) -> bool {
        self.target.get_ident().is_some_and(|name| name.unraw() == model.unraw())
    }

    /// How it is loaded where the query does not say it.
    pub(crate) fn lazy(&self) -> Lazy {
        self.says.lazy.map_or(Lazy::Select, |(_, lazy)| lazy)
    }
}

/// The models that an attribute may speak of.
struct Names<'a> {
    model: &'a Ident,
    /// The name of the one that has the foreign key.
    holder: String,
}

impl Names<'_> {
    /// The mistake of a `foreign_key` that is no constant: with the constant that a field's name stands for.
    fn constant(&self, input: ParseStream<'_>) -> String {
        let field = input.fork().call(Ident::parse_any).ok().filter(|_| !input.peek2(Token![::]));
        let constant = field.map_or_else(|| "PARENT_ID".to_owned(), |field| constant_of(&field).to_string());
        format!(
            "expected a column constant of the model that holds the key, such as `foreign_key = {}::{constant}`",
            self.holder
        )
    }
}

/// The model whose column a relationship goes by: this one if it is a `BelongsTo`, the other one if not.
fn holder(field: &Field, model: &Ident) -> String {
    match types::relationship(&field.ty) {
        Some((Side::BelongsTo, _)) => Some(model.to_string()),
        Some((_, target)) => types::path(target)
            .and_then(|path| not_self(path.clone(), model).segments.last().map(|last| last.ident.to_string())),
        None => None,
    }
    .unwrap_or_else(|| "Child".to_owned())
}

impl Attributes {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>, names: &Names<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "lazy" => self.lazy(key, input)?,
            "backref" => self.backref = Some(OtherSide::parse(key, input)?),
            "back_populates" => self.back_populates = Some(OtherSide::parse(key, input)?),
            "secondary" => {
                self.secondary = Some((key.span(), Secondary::Unknown));
                self.secondary = Some((key.span(), Secondary::parse(key, input, names.model)?));
            }
            "foreign_key" => {
                attribute::equals(key, input)?;
                let expected = names.constant(input);
                if input.is_empty() {
                    return Err(syn::Error::new(key.span(), expected));
                }
                self.foreign_key = Some((key.span(), Constant::parse(input, names.model, &expected)?));
            }
            "order_by" => {
                let expression = attribute::expression(key, input)?;
                let path = syn::parse2(expression.tokens.clone()).ok();
                if let Some(constant) = path.as_ref().and_then(constant_meant) {
                    return Err(field_for_constant(&constant));
                }
                self.order_by = Some((key.span(), expression));
            }
            "filter" => self.filter = Some((key.span(), attribute::expression(key, input)?)),
            "depth" => self.depth = Some((key.span(), depth(key, input)?)),
            "batch" => self.batch = attribute::flag(key, input)?,
            "cascade" => self.cascade = Some(cascade::parse(key, input)?),
            _ => {}
        }
        Ok(())
    }

    /// Reads what follows `lazy`. A misspelt word stands for what may have been meant, so that the accessor stays as it is.
    fn lazy(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let known = LAZY.map(|(name, _)| name);
        let text = attribute::word(key, input, &known)?;
        let word = text.value();
        let of = |word: &str| LAZY.iter().find(|(name, _)| *name == word).map(|(_, lazy)| (text.span(), *lazy));
        let exact = of(&word);
        self.lazy = exact.or_else(|| suggest::nearest(&word, &known).and_then(of));
        if exact.is_some() {
            return Ok(());
        }
        Err(syn::Error::new(text.span(), suggest::unknown("value of `lazy`", &word, &known)))
    }
}

impl Lazy {
    /// Whether it is loaded together with the rows that have it.
    pub(crate) fn is_eager(self) -> bool {
        matches!(self, Lazy::Joined | Lazy::Subquery | Lazy::Selectin)
    }

    /// The name of the variant of `ormcore`'s `Strategy`, unless that need not or cannot be said.
    pub(crate) fn variant(self) -> Option<Ident> {
        let name = match self {
            Lazy::Select | Lazy::Dynamic => return None,
            Lazy::Joined => "Joined",
            Lazy::Subquery => "Subquery",
            Lazy::Selectin => "Selectin",
            Lazy::Raise => "Raise",
        };
        Some(Ident::new(name, Span::call_site()))
    }
}

impl OtherSide {
    /// Reads what follows `backref` or `back_populates`: an identifier in quotes.
    fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let text: LitStr = attribute::text(key, input)?;
        let name = text.value();
        let wrong =
            || syn::Error::new(text.span(), format!("`{key}` is the name of a method, and `{name}` cannot be one"));
        // The compiler's lexer would itself complain about other characters.
        let plain = name.strip_prefix("r#").unwrap_or(&name);
        if plain.chars().any(|character| !character.is_alphanumeric() && character != '_') {
            return Err(wrong());
        }
        let mut ident = syn::parse_str::<Ident>(&name)
            .or_else(|_| syn::parse_str::<Ident>(&format!("r#{name}")))
            .map_err(|_| wrong())?;
        // Of the macro, so that a method that nobody calls gives no warning.
        ident.set_span(Span::call_site().located_at(text.span()));
        Ok(OtherSide { key: key.span(), constant: constant_of(&ident), ident })
    }
}

impl Secondary {
    /// Reads what follows `secondary`.
    fn parse(key: &Ident, input: ParseStream<'_>, model: &Ident) -> syn::Result<Self> {
        attribute::equals(key, input)?;
        if input.is_empty() {
            return Err(syn::Error::new(key.span(), SECONDARY));
        }
        if !input.peek(LitStr) {
            let start = input.span();
            let path = input.call(Path::parse_mod_style).map_err(|_| syn::Error::new(start, SECONDARY))?;
            return Ok(Secondary::Model(not_self(path, model)));
        }
        let text: LitStr = input.parse()?;
        let name = text.value();
        if name.trim().is_empty() || name.contains(['\0', '.']) {
            let message = "expected the name of a table alone, such as `secondary = \"page_tags\"`";
            return Err(syn::Error::new(text.span(), message));
        }
        Ok(Secondary::Table(text))
    }
}

/// The model that the type names.
fn model_of(side: Side, target: &Type, model: &Ident, errors: &mut Errors) -> Option<Path> {
    let name = side.name();
    let message = match types::optional(target) {
        Some(_) if side == Side::HasMany => {
            "a `HasMany` has only rows that are there: take the `Option` away".to_owned()
        }
        Some(_) if side == Side::HasOne => "a `HasOne` gives an `Option` by itself: take the `Option` away".to_owned(),
        Some(_) => "a `BelongsTo` gives an `Option` if its foreign key is one: take the `Option` away".to_owned(),
        None => match types::path(target) {
            Some(path) => return Some(not_self(path.clone(), model)),
            None => format!("a relationship is to a model: expected its name, `{name}<Model>`"),
        },
    };
    errors.push(syn::Error::new_spanned(target, message));
    None
}

/// The mistake of a type that is none of the three.
fn not_one(ty: &Type) -> syn::Error {
    let message = match types::optional(ty).and_then(types::relationship) {
        Some((side, _)) => format!("a `{}` knows itself whether there is a row: take the `Option` away", side.name()),
        None => {
            let cure = types::elements(ty).map(|element| format!(": write `HasMany<{}>`", element.to_token_stream()));
            let cure = cure.unwrap_or_default();
            format!("a relationship has the type `HasMany<..>`, `HasOne<..>` or `BelongsTo<..>`{cure}")
        }
    };
    syn::Error::new_spanned(ty, message)
}

fn depth(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitInt> {
    let literal: LitInt = attribute::value(key, input, "3")?;
    match literal.base10_parse::<u32>() {
        Ok(depth @ 1..=DEEPEST) => Ok(LitInt::new(&depth.to_string(), literal.span())),
        _ => Err(syn::Error::new(literal.span(), format!("`depth` is a number of levels from 1 to {DEEPEST}"))),
    }
}
