//! A field and its `#[column(..)]`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Field, Ident, LitInt, LitStr, Type};

use super::attribute::{self, Expression, Keys};
use super::case;
use super::constraint::ForeignKey;
use super::errors::Errors;
use super::foreign_key::{Action, Target};
use super::types;

const KEYS: Keys = Keys {
    attribute: "column",
    known: &[
        "auto",
        "check",
        "comment",
        "default",
        "flatten",
        "foreign_key",
        "generated",
        "index",
        "length",
        "name",
        "nullable",
        "on_delete",
        "on_update",
        "on_write",
        "prefix",
        "primary_key",
        "read_only",
        "server_default",
        "unique",
        "version",
        "virtual",
    ],
    repeatable: &[],
};

/// One field: a column, or with `flatten` the columns of another struct.
pub(crate) struct Column {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name in the database.
    pub(crate) name: String,
    /// The constant's name.
    pub(crate) constant: Ident,
    /// Whether the type is written as `Option<..>`.
    pub(crate) optional: bool,
    /// Whether its value is made when a row is inserted: `auto`, or a lone integer key.
    pub(crate) generated: bool,
    pub(crate) says: Attributes,
}

/// What the `#[column(..)]` of a field says, with the place of each.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) primary_key: Option<Span>,
    pub(crate) unique: Option<Span>,
    pub(crate) nullable: Option<Span>,
    pub(crate) version: Option<Span>,
    pub(crate) flatten: Option<Span>,
    /// What stands before the names of an embedded struct's columns.
    pub(crate) prefix: Option<LitStr>,
    pub(crate) index: Option<(Span, bool)>,
    pub(crate) auto: Option<(Span, bool)>,
    pub(crate) length: Option<(Span, u32)>,
    pub(crate) name: Option<LitStr>,
    pub(crate) default: Option<(Span, Default)>,
    pub(crate) on_write: Option<(Span, Expression)>,
    pub(crate) server_default: Option<LitStr>,
    pub(crate) generated: Option<LitStr>,
    pub(crate) computed_on_read: Option<Span>,
    pub(crate) read_only: Option<Span>,
    pub(crate) check: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) foreign_key: Option<(Span, Target)>,
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
}

/// The value that a new row has.
pub(crate) enum Default {
    /// `default` alone: `Default::default()`, or the defaults of an embedded struct.
    OfType,
    /// `default = expression`.
    Expression(Expression),
}

impl Column {
    /// Describes a field of the struct `model` as well as it can be.
    pub(super) fn parse(field: &Field, model: &Ident, errors: &mut Errors) -> Self {
        let mut says = Attributes::default();
        KEYS.read(&field.attrs, errors, |key, input| says.read(key, input, model));
        let ident = field.ident.clone().unwrap_or_else(|| Ident::new("field", field.ty.span()));
        let name = says.name.as_ref().map_or_else(|| name_of(&ident), LitStr::value);
        Column {
            constant: constant_of(&ident),
            name,
            optional: types::optional(&field.ty).is_some(),
            generated: false,
            ty: field.ty.clone(),
            ident,
            says,
        }
    }

    /// Whether the constructor has an argument for it.
    pub(crate) fn is_required(&self) -> bool {
        let says = &self.says;
        let has_value = self.generated
            || says.default.is_some()
            || says.server_default.is_some()
            || says.on_write.is_some()
            || says.version.is_some()
            || self.is_read_only();
        !has_value && !self.optional
    }

    /// Whether the tokens show that it cannot be NULL. What they do not show, the description of the table checks.
    pub(crate) fn is_never_null(&self) -> bool {
        !self.optional && types::is_certain(&self.ty)
    }

    /// The expression for its value in a new row.
    pub(crate) fn first_value(&self) -> Option<&Expression> {
        match (&self.says.default, &self.says.on_write) {
            (Some((_, Default::Expression(value))), _) | (None, Some((_, value))) => Some(value),
            _ => None,
        }
    }

    /// What the constructor calls its value.
    pub(crate) fn argument(&self) -> Ident {
        argument_of(&self.ident, &self.constant)
    }

    /// Whether only the database writes it.
    pub(crate) fn is_read_only(&self) -> bool {
        self.says.generated.is_some() || self.says.read_only.is_some()
    }

    pub(crate) fn is_flattened(&self) -> bool {
        self.says.flatten.is_some()
    }

    /// The constant that its foreign key names.
    pub(crate) fn references(&self) -> Option<&super::Constant> {
        self.says.foreign_key.as_ref()?.1.constant()
    }
}

impl Attributes {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>, model: &Ident) -> syn::Result<()> {
        match key.to_string().as_str() {
            "primary_key" => self.primary_key = attribute::flag(key, input)?,
            "unique" => self.unique = attribute::flag(key, input)?,
            "nullable" => self.nullable = attribute::flag(key, input)?,
            "version" => self.version = attribute::flag(key, input)?,
            "flatten" => self.flatten = attribute::flag(key, input)?,
            "prefix" => self.prefix = Some(attribute::text(key, input)?),
            "index" => self.index = attribute::switch(key, input)?,
            "auto" => self.auto = attribute::switch(key, input)?,
            "length" => self.length = Some((key.span(), length(key, input)?)),
            "name" => self.name = Some(attribute::text(key, input)?),
            "default" if !input.is_empty() && !input.peek(syn::Token![,]) => {
                let expression = attribute::expression(key, input)?;
                self.default = Some((key.span(), Default::Expression(expression)));
            }
            "default" => self.default = attribute::flag(key, input)?.map(|span| (span, Default::OfType)),
            "on_write" => self.on_write = Some((key.span(), attribute::expression(key, input)?)),
            "generated" => self.generated = Some(attribute::text(key, input)?),
            "virtual" => self.computed_on_read = attribute::flag(key, input)?,
            "read_only" => self.read_only = attribute::flag(key, input)?,
            "server_default" => self.server_default = Some(attribute::text(key, input)?),
            "check" => self.check = Some(attribute::text(key, input)?),
            "comment" => self.comment = Some(attribute::text(key, input)?),
            "foreign_key" => self.foreign_key = Some((key.span(), Target::parse(key, input, model)?)),
            "on_delete" => self.on_delete = Some(Action::parse(key, input)?),
            "on_update" => self.on_update = Some(Action::parse(key, input)?),
            _ => {}
        }
        Ok(())
    }
}

fn length(key: &Ident, input: ParseStream<'_>) -> syn::Result<u32> {
    let literal: LitInt = attribute::value(key, input, "80")?;
    match literal.base10_parse::<u32>() {
        Ok(length) if length > 0 => Ok(length),
        _ => Err(syn::Error::new(literal.span(), "`length` is a number of characters from 1 to 4294967295")),
    }
}

/// The field's name as the database has it: `r#type` is `type`.
pub(crate) fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `created_at` and `createdAt` give `CREATED_AT`, `self_` gives `SELF_`.
pub(super) fn constant_of(ident: &Ident) -> Ident {
    let name = name_of(ident);
    let shouted = if name.chars().any(char::is_uppercase) {
        let inner = case::shouted(name.trim_matches('_'));
        let leading = name.len() - name.trim_start_matches('_').len();
        let trailing = name.len() - name.trim_end_matches('_').len();
        format!("{}{inner}{}", "_".repeat(leading), "_".repeat(trailing))
    } else {
        name.to_uppercase()
    };
    // What `Ident::new` would panic on: a character whose upper case is none of an identifier's.
    let mut constant = syn::parse_str::<Ident>(&shouted).unwrap_or_else(|_| ident.clone());
    constant.set_span(Span::call_site().located_at(ident.span()));
    constant
}

/// The field's name as an argument, in lower case: a pattern named `Ok` would be the variant of `Result`.
pub(super) fn argument_of(ident: &Ident, constant: &Ident) -> Ident {
    if !name_of(ident).chars().any(char::is_uppercase) {
        return ident.clone();
    }
    // No two constants are alike, and so no two arguments.
    let lower = constant.to_string().to_lowercase();
    match syn::parse_str::<Ident>(&lower).or_else(|_| syn::parse_str(&format!("r#{lower}"))) {
        Ok(mut argument) => {
            argument.set_span(ident.span());
            argument
        }
        // `self` and its like cannot be raw; there may be a field `self_`, which the macro's own name is not.
        Err(_) => Ident::new(&format!("{lower}_"), Span::mixed_site().located_at(ident.span())),
    }
}

/// Marks the columns whose value is made at insert: those with `auto`, and a lone integer key without another source.
pub(super) fn find_generated(columns: &mut [Column], composite: &[ForeignKey]) {
    let lone = columns.iter().filter(|column| column.says.primary_key.is_some()).count() == 1;
    for (index, column) in columns.iter_mut().enumerate() {
        let says = &column.says;
        let has_source = says.default.is_some()
            || says.server_default.is_some()
            || says.on_write.is_some()
            || says.foreign_key.is_some()
            || composite.iter().any(|key| key.has(index));
        column.generated = match says.auto {
            Some((_, auto)) => auto,
            None => lone && says.primary_key.is_some() && types::is_integer(&column.ty) && !has_source,
        };
    }
}
