//! What must hold between the keys of a relationship, and between relationships.

use quote::ToTokens;

use crate::parse::errors::Errors;
use crate::parse::{Cascade, Constructor, Lazy, Relationship, Secondary, Side, Struct, name_of, names};

pub(super) fn check(description: &Struct, errors: &mut Errors) {
    for relationship in &description.relationships {
        check_side(relationship, errors);
        check_loading(relationship, errors);
        check_pairs(relationship, errors);
        check_cascade(description, relationship, errors);
        check_filter(relationship, errors);
    }
    check_names(description, errors);
    check_backrefs(description, errors);
}

/// What only a `HasMany` can have, or no `BelongsTo`.
fn check_side(relationship: &Relationship, errors: &mut Errors) {
    let says = &relationship.says;
    if relationship.side == Side::HasMany {
        return;
    }
    if let Some((span, _)) = &says.secondary {
        errors.at(*span, "a relationship through a link table is `HasMany<..>` on both sides");
    }
    if let Some((span, Lazy::Dynamic)) = says.lazy {
        errors.at(span, "only a `HasMany` can be dynamic: a to-one is one row");
    }
    if relationship.side == Side::BelongsTo
        && let Some((span, _)) = &says.order_by
    {
        errors.at(*span, "a `BelongsTo` is one row: there is nothing to order");
    }
}

/// What depends on how it is loaded.
fn check_loading(relationship: &Relationship, errors: &mut Errors) {
    let (says, lazy) = (&relationship.says, relationship.lazy());
    if let Some((span, _)) = &says.depth
        && !lazy.is_eager()
    {
        errors.at(
            *span,
            "`depth` says how far rows are loaded together: it needs `lazy = \"joined\"`, `\"subquery\"` or `\"selectin\"`",
        );
    }
    if let Some(span) = says.batch
        && lazy != Lazy::Select
    {
        errors.at(span, "`batch` is about the first access: it needs `lazy = \"select\"`, or no `lazy`");
    }
}

fn check_pairs(relationship: &Relationship, errors: &mut Errors) {
    let says = &relationship.says;
    if let (Some(_), Some(other)) = (&says.backref, &says.back_populates) {
        errors.at(
            other.key,
            "`backref` and `back_populates` contradict each other: one declares the other side and the other names a \
             field that is there; keep one",
        );
    }
    if let (Some((_, Secondary::Table(_))), Some((span, _))) = (&says.secondary, &says.foreign_key) {
        errors.at(
            *span,
            "a link table without a model has no column constants: leave `foreign_key` out, or name the model in \
             `secondary`",
        );
    }
}

/// What needs all rows that the key leads to.
fn check_filter(relationship: &Relationship, errors: &mut Errors) {
    let says = &relationship.says;
    let Some((span, _)) = &says.filter else { return };
    if relationship.side == Side::BelongsTo {
        let message = format!(
            "a `BelongsTo` leads to the row that its foreign key names, whatever that is like: leave `filter` out, and \
             filter with `.has(..)` where the `{}` is asked for",
            relationship.target_name()
        );
        errors.at(*span, message);
        return;
    }
    for (key, other) in [("backref", &says.backref), ("back_populates", &says.back_populates)] {
        if let Some(other) = other {
            let message = format!(
                "a relationship with a `filter` has no other side: leave `{key}` out here, and write it at the \
                 relationship without the `filter`"
            );
            errors.at(other.key, message);
        }
    }
    if let Some((span, _)) = &says.cascade {
        let message = "a relationship with a `filter` is only read, and a session does nothing along it: leave `cascade` \
                       out here, and write it at the relationship without the `filter`";
        errors.at(*span, message);
    }
}

/// What a session can do along it. Whether a row is an orphan must not depend on parents that are not loaded.
fn check_cascade(description: &Struct, relationship: &Relationship, errors: &mut Errors) {
    let Some((span, cascades)) = &relationship.says.cascade else { return };
    let target = relationship.target_name();
    let message = if description.table.read_only {
        "`cascade` follows what a session writes, and the rows of a `read_only` model are only read: leave it out"
            .to_owned()
    } else if !cascades.contains(&Cascade::DeleteOrphan) {
        return;
    } else if relationship.says.secondary.is_some() {
        format!(
            "`delete-orphan` needs rows with one parent, and a link table may give a `{target}` several: leave it out"
        )
    } else if relationship.side == Side::BelongsTo {
        format!(
            "`delete-orphan` needs rows with one parent, and several rows may point to one `{target}`: leave it out; on \
             a `HasMany` or `HasOne` of `{target}` it deletes the row that points there"
        )
    } else if !cascades.contains(&Cascade::Delete) {
        format!(
            "`delete-orphan` needs `delete`: a `{target}` that goes when it is taken out of the relationship goes with \
             its parent too; write `delete, delete-orphan` or `all, delete-orphan`"
        )
    } else {
        return;
    };
    errors.at(*span, message);
}

/// A constant or a method of the name of another, or one name for both.
fn check_names(description: &Struct, errors: &mut Errors) {
    for (index, relationship) in description.relationships.iter().enumerate() {
        let (ident, constant) = (&relationship.ident, &relationship.constant);
        let columns = description.columns.iter().map(|column| (&column.ident, &column.constant));
        let before = description.relationships[..index].iter().map(|before| (&before.ident, &before.constant));
        if let Some((other, _)) = columns.chain(before).find(|(_, other)| *other == constant) {
            let message =
                format!("the fields `{other}` and `{ident}` would have one constant, `{constant}`: rename one of them");
            errors.at(ident.span(), message);
        }
        if let Some(message) = names::mistake("relationship", ident, Some(constant)) {
            errors.at(ident.span(), message);
        }
        if description.constructor_name().is_some_and(|constructor| constructor == name_of(ident)) {
            let message = match &description.table.constructor {
                Constructor::Named(_) => "the constructor has this name: give it another, `constructor = \"..\"`",
                Constructor::Empty => "the constructor has this name: rename the field",
            };
            errors.at(ident.span(), message);
        }
    }
}

/// An other side that cannot be a method; two of one name on one model; on this model a field may have it too.
fn check_backrefs(description: &Struct, errors: &mut Errors) {
    for (index, relationship) in description.relationships.iter().enumerate() {
        let Some(backref) = &relationship.says.backref else { continue };
        let target = relationship.target.to_token_stream().to_string();
        let mut before = description.relationships[..index].iter().filter(|other| {
            let named = other.says.backref.as_ref().is_some_and(|other| other.constant == backref.constant);
            named && other.target.to_token_stream().to_string() == target
        });
        let columns = description.columns.iter().map(|column| &column.constant);
        let fields = columns.chain(description.relationships.iter().map(|relationship| &relationship.constant));
        let (name, model) = (name_of(&backref.ident), relationship.target_name());
        if let Some(message) = names::mistake("`backref`", &backref.ident, Some(&backref.constant)) {
            errors.at(backref.ident.span(), message);
        } else if before.next().is_some() {
            let message = format!("`{model}` has a `backref` of the name `{name}` already: give this one another");
            errors.at(backref.ident.span(), message);
        } else if relationship.is_of(&description.ident)
            && (fields.into_iter().any(|constant| *constant == backref.constant)
                || description.constructor_name().is_some_and(|constructor| constructor == name))
        {
            errors.at(backref.ident.span(), format!("`{model}` has a `{name}` already: choose another name"));
        }
    }
}
