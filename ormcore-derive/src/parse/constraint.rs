//! `foreign_key(..)` of `#[model(..)]`, and the names that what is about several columns may use.

use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;

use super::errors::Errors;
use super::foreign_key::{Action, Constant, Target};
use super::{Column, Relationship, attribute, suggest};

const FOREIGN_KEY: &str = "columns(a, b), references(Parent::A, Parent::B)";

/// A foreign key of several columns.
pub(crate) struct ForeignKey {
    /// Positions among the fields.
    pub(crate) columns: Vec<usize>,
    pub(crate) references: Vec<Target>,
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
    pub(crate) index: bool,
}

impl ForeignKey {
    /// Each column that points to a constant, with that.
    pub(crate) fn constants(&self) -> impl Iterator<Item = (usize, &Constant)> {
        let pairs = self.columns.iter().zip(&self.references);
        pairs.filter_map(|(column, target)| Some((*column, target.constant()?)))
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

    /// The position of the field that comes next.
    pub(super) fn column(&self, input: ParseStream<'_>) -> syn::Result<usize> {
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
        if self.columns[index].is_flattened() {
            let message =
                format!("`{name}` is several columns: write the one that is meant as SQL, by its name in quotes");
            return Err(syn::Error::new(name.span(), message));
        }
        Ok(index)
    }
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
                self.columns.extend(field);
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
        let repeated = |(at, column): (usize, &usize)| self.columns[..at].contains(column);
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
