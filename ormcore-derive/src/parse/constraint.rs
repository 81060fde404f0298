//! `foreign_key(..)` of `#[model(..)]`, and the names that what is about several columns may use.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::column::constant_of;
use super::errors::Errors;
use super::foreign_key::{Action, Constant, Target};
use super::{Column, Relationship, attribute, index, suggest};

const FOREIGN_KEY: &str = "columns(a, b), references(Parent::A, Parent::B)";

/// A column: that of a field, or one of the struct that the field embeds, `billing.country`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FieldPath {
    /// The position among the fields.
    pub(crate) field: usize,
    /// The constant that the embedded struct has for it.
    pub(crate) embedded: Option<Ident>,
}

/// A foreign key of several columns.
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<FieldPath>,
    pub(crate) references: Vec<Target>,
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
    pub(crate) index: bool,
}

impl ForeignKey {
    /// Each column that points to a constant, with that.
    pub(crate) fn constants(&self) -> impl Iterator<Item = (&FieldPath, &Constant)> {
        let pairs = self.columns.iter().zip(&self.references);
        pairs.filter_map(|(column, target)| Some((column, target.constant()?)))
    }

    /// Whether the field is one of its columns.
    pub(crate) fn has(&self, index: usize) -> bool {
        self.columns.contains(&FieldPath { field: index, embedded: None })
    }
}

/// The names that the struct's attributes may use.
pub(super) struct Names<'a> {
    pub(super) columns: &'a [Column],
    pub(super) relationships: &'a [Relationship],
    pub(super) model: &'a Ident,
}

impl Names<'_> {
    /// Whether the field that comes next is an embedded struct.
    pub(super) fn is_flattened(&self, input: ParseStream<'_>) -> bool {
        let name = input.fork().call(Ident::parse_any);
        let is_meant = |column: &&Column| name.as_ref().is_ok_and(|name| column.ident.unraw() == name.unraw());
        self.columns.iter().find(is_meant).is_some_and(Column::is_flattened)
    }

    /// Whether a field with a column has the name.
    pub(super) fn has(&self, name: &Ident) -> bool {
        self.columns.iter().any(|column| column.ident.unraw() == name.unraw())
    }

    /// The column that comes next: `field`, or `field.embedded` where the field is a struct of columns.
    pub(super) fn column(&self, input: ParseStream<'_>) -> syn::Result<FieldPath> {
        let start = input.span();
        let field = self.field(input)?;
        let name = super::name_of(&self.columns[field].ident);
        let is_flattened = self.columns[field].is_flattened();
        let path = match (is_flattened, field_behind(is_flattened, input)?) {
            (false, None) => return Ok(FieldPath { field, embedded: None }),
            (true, Some(inner)) => FieldPath { field, embedded: Some(constant_of(&inner)) },
            (true, None) => {
                let message = format!("`{name}` is several columns: write the one that is meant as `{name}.field`");
                return Err(syn::Error::new(start, message));
            }
            (false, Some(inner)) => {
                let message = format!("`{name}` is one column and embeds no struct: leave out `.{inner}`");
                return Err(syn::Error::new(inner.span(), message));
            }
        };
        match field_behind(false, input)? {
            None => Ok(path),
            Some(inner) => {
                let message = "what an embedded model embeds itself has no path here: in an index, write the column as SQL, by \
                               its name in quotes";
                Err(syn::Error::new(inner.span(), message))
            }
        }
    }

    /// The position of the field that comes next.
    fn field(&self, input: ParseStream<'_>) -> syn::Result<usize> {
        let name = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), "expected the name of a field"))?;
        let found = self.columns.iter().position(|column| column.ident.unraw() == name.unraw());
        let Some(index) = found else {
            if self.relationships.iter().any(|relationship| relationship.ident.unraw() == name.unraw()) {
                let message = format!("`{name}` is a relationship: name the column of its foreign key");
                return Err(syn::Error::new(name.span(), message));
            }
            let known: Vec<String> = self.columns.iter().map(|column| super::name_of(&column.ident)).collect();
            return Err(syn::Error::new(name.span(), suggest::unknown("field", &super::name_of(&name), &known)));
        };
        Ok(index)
    }
}

/// Reads `.field`, if that comes next: neither the call of a method, nor, behind one column, the name of one.
fn field_behind(is_flattened: bool, input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let ahead = input.fork();
    let is_field = |name: Ident| is_flattened || !index::METHODS.contains(&name.to_string().as_str());
    let is_next = ahead.parse::<Token![.]>().is_ok()
        && ahead.call(Ident::parse_any).is_ok_and(is_field)
        && !ahead.peek(token::Paren);
    if !is_next {
        return Ok(None);
    }
    let _: Token![.] = input.parse()?;
    input.call(Ident::parse_any).map(Some)
}

impl ForeignKey {
    pub(super) fn parse(
        key: &Ident,
        input: ParseStream<'_>,
        names: &Names<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Option<Self>> {
        let mut this =
            ForeignKey { columns: Vec::new(), references: Vec::new(), on_delete: None, on_update: None, index: true };
        let (mut outer, mut inner) = (Errors::default(), Errors::default());
        attribute::list(key, input, FOREIGN_KEY, &mut outer, |input| {
            let option = input.call(Ident::parse_any)?;
            this.option(&option, input, names, &mut inner)
        })?;
        outer.extend(inner);
        if outer.is_empty() {
            outer.keep(this.check(key));
        }
        errors.extend(outer);
        let usable = !this.columns.is_empty() && this.columns.len() == this.references.len();
        Ok(usable.then_some(this))
    }

    fn option(
        &mut self,
        option: &Ident,
        input: ParseStream<'_>,
        names: &Names<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        const KNOWN: &[&str] = &["columns", "references", "on_delete", "on_update", "index"];
        match option.to_string().as_str() {
            "columns" => attribute::list(option, input, "a, b", errors, |input| {
                self.columns.push(names.column(input)?);
                Ok(())
            })?,
            "references" => attribute::list(option, input, "Parent::A, Parent::B", errors, |input| {
                self.references.push(Target::read(input, names.model)?);
                Ok(())
            })?,
            "on_delete" => self.on_delete = Some(Action::parse(option, input)?),
            "on_update" => self.on_update = Some(Action::parse(option, input)?),
            "index" => self.index = attribute::switch(option, input)?.is_none_or(|(_, index)| index),
            other => {
                let field = names.columns.iter().position(|column| column.ident.unraw() == option.unraw());
                // Taken as what was meant, so that the constructor stays as it is.
                self.columns.extend(field.map(|field| FieldPath { field, embedded: None }));
                let message = match field {
                    Some(_) => format!("fields are listed in `columns(..)`: write `foreign_key({FOREIGN_KEY})`"),
                    None => suggest::unknown("key of `foreign_key(..)`", other, KNOWN),
                };
                return Err(syn::Error::new(option.span(), message));
            }
        }
        Ok(())
    }

    fn check(&self, key: &Ident) -> syn::Result<()> {
        if self.columns.is_empty() || self.references.is_empty() {
            return Err(syn::Error::new(key.span(), format!("expected `foreign_key({FOREIGN_KEY})`")));
        }
        if self.columns.len() != self.references.len() {
            let message = format!(
                "`columns` names {} and `references` {}: each column needs the one that it references",
                self.columns.len(),
                self.references.len(),
            );
            return Err(syn::Error::new(key.span(), message));
        }
        let repeated = |(at, column): (usize, &FieldPath)| self.columns[..at].contains(column);
        if self.columns.iter().enumerate().any(repeated) {
            return Err(syn::Error::new(key.span(), "a field is listed twice in `columns`: keep one"));
        }
        match self.references.iter().find(|other| !self.references[0].is_beside(other)) {
            Some(other) => {
                Err(other.mistake("the columns that a foreign key points to are of one model, or of one table"))
            }
            None => Ok(()),
        }
    }
}
