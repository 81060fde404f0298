//! What must hold between the parts of a description: contradictions, and what is missing.

mod relationships;

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::errors::Errors;
use super::foreign_key::{ActionKind, Target};
use super::{Action, Column, Constant, ForeignKey, Kind, Struct, types};

/// As many columns as a key can have: the tuples for which ormcore implements its traits.
const LONGEST_KEY: usize = 6;

/// Finds every mistake of the struct that its attributes show.
pub(super) fn check(description: &Struct, errors: &mut Errors) {
    for column in &description.columns {
        check_column(column, errors);
        if description.kind == Kind::Embedded {
            check_embedded(column, errors);
        }
    }
    check_constants(description, errors);
    check_names(description, errors);
    check_scopes(description, errors);
    relationships::check(description, errors);
    if description.kind == Kind::Model {
        check_model(description, errors);
    }
    for key in &description.table.foreign_keys {
        check_foreign_key(key, &description.columns, errors);
    }
}

/// Foreign keys that are written as fields.
fn check_constants(description: &Struct, errors: &mut Errors) {
    let single = description.columns.iter().filter_map(Column::references);
    let several = description.table.foreign_keys.iter().flat_map(|key| key.constants().map(|(_, constant)| constant));
    let named = description.relationships.iter().filter_map(|relationship| relationship.says.foreign_key.as_ref());
    let constants = single.chain(several).chain(named.map(|(_, constant)| constant));
    constants.filter_map(Constant::mistake).for_each(|mistake| errors.push(mistake));
}

fn check_model(description: &Struct, errors: &mut Errors) {
    let keys = description.columns.iter().filter_map(|column| column.says.primary_key);
    match keys.clone().nth(LONGEST_KEY) {
        Some(span) => errors.at(span, format!("a primary key has at most {LONGEST_KEY} columns")),
        None if keys.clone().next().is_none() && !description.table.read_only => errors.at(
            description.ident.span(),
            "a model needs a primary key: add `#[column(primary_key)]` to a field, or `#[model(read_only)]` to the struct \
             if it is a view",
        ),
        None => {}
    }
    if let Some((key, _)) = description.table.events.first().filter(|_| description.table.read_only) {
        errors.at(key.span(), format!("a read-only model is never written: leave `{key}` out"));
    }
    if let Some(index) = description.table.full_text.as_ref().filter(|_| description.table.read_only) {
        errors
            .at(index.span, "a read-only model has no index of its own: leave `full_text` out, and search its tables");
    }
    if description.table.read_only {
        let given = description.columns.iter().flat_map(given);
        for (key, span) in given.filter(|(key, _)| matches!(*key, "generated" | "read_only")) {
            errors.at(span, format!("nothing of a read-only model is created or written: leave `{key}` out"));
        }
    }
    let mut versions = description.columns.iter().filter_map(|column| column.says.version);
    if let Some(second) = versions.nth(1) {
        errors.at(second, "a model has one version column, and this is the second");
    }
}

/// Two columns of one name, or two constants of one name.
fn check_names(description: &Struct, errors: &mut Errors) {
    for (index, column) in description.columns.iter().enumerate() {
        let before = &description.columns[..index];
        if let Some(other) = before.iter().find(|other| other.constant == column.constant) {
            let message = format!(
                "the fields `{}` and `{}` would have one constant, `{}`: rename one of them",
                other.ident, column.ident, column.constant
            );
            errors.at(column.ident.span(), message);
            continue;
        }
        if column.is_flattened() {
            continue;
        }
        // Databases compare names without regard to case.
        let name = column.name.to_lowercase();
        if before.iter().any(|other| !other.is_flattened() && other.name.to_lowercase() == name) {
            let span = column.says.name.as_ref().map_or_else(|| column.ident.span(), |name| name.span());
            errors.at(span, format!("there is a column `{}` already: give this one another name", column.name));
        }
    }
}

/// A scope whose constant is that of another one, or of a field.
fn check_scopes(description: &Struct, errors: &mut Errors) {
    for (index, scope) in description.table.scopes.iter().enumerate() {
        let Some((name, constant)) = &scope.named else { continue };
        let mut before = description.constants_before(index);
        if let Some((other, _)) = before.find(|(_, other)| *other == constant) {
            let message = if name == other {
                format!("there is a scope `{name}` already: give this one another name")
            } else {
                format!("the scope `{name}` and `{other}` would have one constant, `{constant}`: rename one of them")
            };
            errors.at(name.span(), message);
        }
    }
}

/// What an embedded struct cannot have, because the models that embed it decide it.
fn check_embedded(column: &Column, errors: &mut Errors) {
    let says = &column.says;
    let refused = [
        ("primary_key", says.primary_key),
        ("auto", says.auto.map(|(span, _)| span)),
        ("version", says.version),
        ("flatten", says.flatten),
    ];
    for (key, span) in refused {
        if let Some(span) = span {
            errors.at(span, format!("an embedded struct has no `{key}` column: declare it in the model"));
        }
    }
}

fn check_column(column: &Column, errors: &mut Errors) {
    let says = &column.says;
    if says.flatten.is_some() {
        return check_flattened(column, errors);
    }
    check_pairs(column, errors);
    if let Some(prefix) = &says.prefix {
        errors.at(
            prefix.span(),
            "`prefix` stands before the names of an embedded struct's columns: add `flatten`, or name this one column with \
             `name = \"..\"`",
        );
    }
    if let Some(span) = says.computed_on_read.filter(|_| says.generated.is_none()) {
        errors.at(span, "`virtual` says how a generated column is kept: add `generated = \"..\"`");
    }
    if let Some(span) = says.nullable.filter(|_| column.is_never_null()) {
        let ty = quote::ToTokens::to_token_stream(&column.ty);
        errors.at(span, format!("a column is nullable by its type: make it `Option<{ty}>`"));
    }
    if types::optional(&column.ty).and_then(types::optional).is_some() {
        let message = "an `Option` of an `Option` cannot be told apart from an `Option`: take one away";
        errors.push(syn::Error::new_spanned(&column.ty, message));
    }
    if let Some(span) = says.primary_key.filter(|_| column.optional) {
        errors.at(span, "a primary key is never NULL: take the `Option` away");
    }
    if let Some((span, _)) = says.auto.filter(|(_, auto)| *auto && column.optional) {
        errors.at(span, "a generated value is never NULL: take the `Option` away");
    }
    if says.version.is_some() && types::is_certain(&column.ty) && !types::is_integer(&column.ty) {
        errors.at(column.ty.span(), "a version column counts: give it an integer type such as `i64`");
    }
    if let Some((span, _)) = says.length.filter(|_| types::is_without_length(&column.ty)) {
        errors.at(span, "`length` limits text and bytes: leave it out here");
    }
    for (key, action) in [("on_delete", &says.on_delete), ("on_update", &says.on_update)] {
        let Some(action) = action else { continue };
        if says.foreign_key.is_none() {
            errors.at(action.span, format!("`{key}` needs a `foreign_key`: add `foreign_key = Parent::ID`"));
        } else {
            check_action(action, &[column], errors);
        }
    }
}

fn check_foreign_key(key: &ForeignKey, columns: &[Column], errors: &mut Errors) {
    // Of those of an embedded struct the compiler tells it.
    let fields = key.columns.iter().filter(|path| path.embedded.is_none());
    let columns: Vec<&Column> = fields.map(|path| &columns[path.field]).collect();
    for column in columns.iter().filter(|column| column.is_read_only()) {
        errors.at(
            column.ident.span(),
            "a column of a foreign key has its value from the parent: let the program write it",
        );
    }
    for action in [&key.on_delete, &key.on_update].into_iter().flatten() {
        check_action(action, &columns, errors);
    }
}

/// `set null` needs columns that can be NULL, `set default` such that have a default.
fn check_action(action: &Action, columns: &[&Column], errors: &mut Errors) {
    for column in columns.iter().filter(|column| column.is_never_null()) {
        let message = match action.kind {
            ActionKind::SetNull => "cannot be NULL: make its type an `Option`, or choose another action",
            ActionKind::SetDefault if column.says.server_default.is_none() => {
                "has no default that the database knows: add `server_default = \"..\"`, or choose another action"
            }
            _ => continue,
        };
        errors.at(action.span, format!("the column `{}` {message}", column.name));
    }
}

/// An embedded struct says everything about its columns itself, but for whether `new` asks for it.
fn check_flattened(column: &Column, errors: &mut Errors) {
    let says = &column.says;
    for (key, span) in given(column) {
        if key == "default" {
            if let Some((_, super::Default::Expression(_))) = &says.default {
                errors.at(span, "an embedded struct takes its columns' defaults: write `default` alone");
            }
        } else if key != "prefix" {
            errors.at(span, format!("`{key}` belongs to a column of the embedded struct: write it there"));
        }
    }
    if column.optional {
        errors.at(column.ty.span(), "an embedded struct cannot be absent: take the `Option` away");
    }
}

/// Every key of the field but `flatten`, with its place.
fn given(column: &Column) -> Vec<(&'static str, Span)> {
    let says = &column.says;
    let target = says.foreign_key.as_ref().map(|(span, _): &(Span, Target)| *span);
    [
        ("primary_key", says.primary_key),
        ("auto", says.auto.filter(|(_, auto)| *auto).map(|(span, _)| span)),
        ("version", says.version),
        ("on_write", says.on_write.as_ref().map(|(span, _)| *span)),
        ("default", says.default.as_ref().map(|(span, _)| *span)),
        ("server_default", says.server_default.as_ref().map(Spanned::span)),
        ("generated", says.generated.as_ref().map(Spanned::span)),
        ("virtual", says.computed_on_read),
        ("read_only", says.read_only),
        ("foreign_key", target),
        ("unique", says.unique),
        ("nullable", says.nullable),
        ("index", says.index.map(|(span, _)| span)),
        ("length", says.length.map(|(span, _)| span)),
        ("name", says.name.as_ref().map(Spanned::span)),
        ("prefix", says.prefix.as_ref().map(Spanned::span)),
        ("check", says.check.as_ref().map(Spanned::span)),
        ("comment", says.comment.as_ref().map(Spanned::span)),
        ("on_delete", says.on_delete.as_ref().map(|action| action.span)),
        ("on_update", says.on_update.as_ref().map(|action| action.span)),
    ]
    .into_iter()
    .filter_map(|(key, span)| Some((key, span?)))
    .collect()
}

/// Keys that contradict each other, with the reason.
const CONTRADICTIONS: &[(&str, &str, &str)] = &[
    ("auto", "default", "`auto` makes the value already"),
    ("auto", "server_default", "`auto` makes the value already"),
    ("auto", "on_write", "`auto` makes the value once and `on_write` at each write"),
    ("auto", "foreign_key", "the value of a foreign key comes from its parent"),
    ("auto", "version", "a version starts at 1"),
    ("version", "primary_key", "a key stays the same and a version changes"),
    ("version", "default", "a version starts at 1"),
    ("version", "server_default", "a version starts at 1"),
    ("version", "on_write", "a version is raised by each update"),
    ("version", "foreign_key", "a version is a count"),
    ("on_write", "primary_key", "a key stays the same and `on_write` changes it"),
    ("on_write", "default", "`on_write` gives the first value too"),
    ("on_write", "server_default", "`on_write` gives the first value too"),
    ("default", "server_default", "one makes the value here and the other in the database"),
    ("generated", "primary_key", "a row's key names it, and is not computed from its other columns"),
    ("generated", "auto", "`auto` numbers rows, and a generated column is computed from others"),
    ("generated", "version", "a version is raised by each update"),
    ("generated", "on_write", "the database computes the value, and nobody writes it"),
    ("generated", "default", "the database computes the value, of every row"),
    ("generated", "server_default", "the database computes the value, of every row"),
    ("generated", "foreign_key", "the value of a foreign key comes from its parent"),
    ("generated", "read_only", "nobody writes a generated column anyway"),
    ("read_only", "primary_key", "a row is found by its key, which the program gives or `auto` makes"),
    ("read_only", "auto", "`auto` lets a program give the value, too"),
    ("read_only", "version", "a version is raised by each update"),
    ("read_only", "on_write", "one has the program write it and the other the database"),
    ("read_only", "default", "one has the program write it and the other the database"),
    ("read_only", "foreign_key", "the value of a foreign key comes from its parent"),
];

fn check_pairs(column: &Column, errors: &mut Errors) {
    let given = given(column);
    let place = |key: &str| given.iter().position(|(given, _)| *given == key);
    for (one, other, reason) in CONTRADICTIONS {
        if place(one).is_some()
            && let Some(at) = place(other)
        {
            errors.at(given[at].1, format!("`{one}` and `{other}` contradict each other: {reason}; keep one"));
        }
    }
}
