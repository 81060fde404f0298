//! Foreign keys: what their columns point to, by the constants of the other struct.

use super::fields::Model;
use super::types;
use crate::error::constant_of;
use crate::schema::check::ActualForeignKey;
use crate::sql::Dialect;
use crate::sql::dialect::DetailKind;

/// A foreign key.
pub(super) struct Key {
    /// The fields that point.
    pub(super) columns: Vec<usize>,
    pub(super) target: Target,
    pub(super) on_delete: Option<&'static str>,
    pub(super) on_update: Option<&'static str>,
    /// Whether an index of the table serves it.
    pub(super) has_index: bool,
}

/// What a foreign key points to.
pub(super) enum Target {
    /// A model by its place, and fields of it.
    Model(usize, Vec<usize>),
    /// Columns of a table that has no model here.
    Columns(Vec<String>),
}

impl Key {
    /// The place of the model that it points to, if it is one.
    pub(super) fn parent(&self) -> Option<usize> {
        match self.target {
            Target::Model(parent, _) => Some(parent),
            Target::Columns(_) => None,
        }
    }
}

/// As many columns as a relationship can go by.
const LONGEST: usize = 6;

/// Finds the foreign keys of all models, and gives both ends of each one type.
pub(super) fn find(models: &mut [Model<'_>], dialect: &dyn Dialect) {
    let found: Vec<Vec<Result<Key, String>>> = models
        .iter()
        .map(|model| model.table.actual.foreign_keys.iter().map(|key| read(models, model, key, dialect)).collect())
        .collect();
    for (model, keys) in models.iter_mut().zip(found) {
        for key in keys {
            match key {
                Ok(key) => {
                    let is_taken = |other: &Key| key.columns.len() == 1 && other.columns == key.columns;
                    if model.keys.iter().any(is_taken) {
                        let columns = model.columns(&key.columns).join(", ");
                        model.notes.push(format!("A second foreign key of `{columns}` is left out."));
                    } else {
                        model.keys.push(key);
                    }
                }
                Err(note) => model.notes.push(note),
            }
        }
    }
    unite(models);
    for model in models {
        model.keys.sort_by_key(|key| key.columns.iter().min().copied());
        actions(model);
    }
}

/// The key, or why it is left out.
fn read(models: &[Model<'_>], model: &Model<'_>, key: &ActualForeignKey, dialect: &dyn Dialect) -> Result<Key, String> {
    let table = model.table;
    let names: Vec<&str> = key.columns.iter().map(|(column, _)| column.as_str()).collect();
    let left_out = |reason: &str| {
        let names = names.join(", ");
        Err(format!("The foreign key of `{names}` to `{}` is left out: {reason}.", key.parent))
    };
    let columns: Option<Vec<usize>> = names.iter().map(|name| model.position(name, dialect)).collect();
    let Some(columns) = columns else { return left_out("a column of it is") };
    if columns.iter().any(|field| model.is_of_database(*field)) {
        return left_out("the database alone writes a column of it");
    }
    if columns.len() > LONGEST {
        return left_out("it has too many columns");
    }
    let schema = table.first(DetailKind::Parent, &key.key).unwrap_or(&table.schema);
    let is_parent = |other: &Model<'_>| {
        dialect.same_name(&other.table.name, &key.parent) && dialect.same_name(&other.table.schema, schema)
    };
    let (on_delete, on_update) = (action(&key.on_delete), action(&key.on_update));
    let Some(place) = models.iter().position(is_parent) else {
        if dialect.schemas_are_databases() {
            return left_out("that table is not there");
        }
        let path = if schema == table.schema && table.is_own { String::new() } else { format!("{schema}.") };
        let is_odd = |name: &str| name.contains('.') || name.trim() != name || name.is_empty();
        let parents = key.columns.iter().map(|(_, parent)| parent);
        if is_odd(&key.parent) || is_odd(schema) || parents.clone().any(|name| is_odd(name)) {
            return left_out("its name cannot be written");
        }
        let target = Target::Columns(parents.map(|column| format!("{path}{}.{column}", key.parent)).collect());
        return Ok(Key { columns, target, on_delete, on_update, has_index: true });
    };
    let parent = &models[place];
    // Without names it is the primary key, in the order of that.
    let primary = parent.table.actual.indexes.iter().find(|index| index.primary);
    let position = |(part, (_, name)): (usize, &(String, String))| match name.as_str() {
        "" => parent.position(&primary?.parts.get(part)?.column, dialect),
        name => parent.position(name, dialect),
    };
    let fields: Option<Vec<usize>> = key.columns.iter().enumerate().map(position).collect();
    match fields {
        Some(fields) if fields.iter().any(|field| parent.is_of_database(*field)) => {
            left_out("the database alone writes what it points to")
        }
        Some(fields) => {
            Ok(Key { columns, target: Target::Model(place, fields), on_delete, on_update, has_index: true })
        }
        None => left_out("what it points to is"),
    }
}

/// What an attribute says of what the database does; nothing where it refuses, as it does without a word.
fn action(sql: &str) -> Option<&'static str> {
    match sql {
        "RESTRICT" => Some("restrict"),
        "CASCADE" => Some("cascade"),
        "SET NULL" => Some("set null"),
        "SET DEFAULT" => Some("set default"),
        _ => None,
    }
}

/// Gives both ends of each key one type, and leaves out keys whose ends have two.
fn unite(models: &mut [Model<'_>]) {
    let mut pairs: Vec<[(usize, usize); 2]> = Vec::new();
    for (child, model) in models.iter().enumerate() {
        for key in &model.keys {
            if let Target::Model(parent, fields) = &key.target {
                pairs.extend(key.columns.iter().zip(fields).map(|(near, far)| [(child, *near), (*parent, *far)]));
            }
        }
    }
    // What one key widens another one may pass on.
    let mut changed = true;
    while changed {
        changed = false;
        for [(child, near), (parent, far)] in &pairs {
            let before =
                [models[*child].fields[*near].field_type.clone(), models[*parent].fields[*far].field_type.clone()];
            let mut after = before.clone();
            let [left, right] = &mut after;
            types::unite(left, right);
            changed |= before != after;
            let [left, right] = after;
            models[*child].fields[*near].field_type = left;
            models[*parent].fields[*far].field_type = right;
        }
    }
    for child in 0..models.len() {
        let keys = std::mem::take(&mut models[child].keys);
        let (kept, lost): (Vec<Key>, Vec<Key>) =
            keys.into_iter().partition(|key| match &key.target {
                Target::Model(parent, fields) => key.columns.iter().zip(fields).all(|(near, far)| {
                    models[child].fields[*near].field_type == models[*parent].fields[*far].field_type
                }),
                Target::Columns(_) => true,
            });
        models[child].keys = kept;
        for key in lost {
            let columns = models[child].columns(&key.columns).join(", ");
            models[child].notes.push(format!("The foreign key of `{columns}` is left out: its ends have two types."));
        }
    }
}

/// Leaves out what the database would try in vain: a NULL where there is none.
fn actions(model: &mut Model<'_>) {
    for key in &mut model.keys {
        let columns = || key.columns.iter().map(|field| model.fields[*field].column);
        let is_null = columns().all(|column| column.nullable) && key.columns.iter().all(|at| !model.fields[*at].is_key);
        let has_default = columns().all(|column| model.table.first(DetailKind::Default, &column.name).is_some());
        let keep = |action: &str| match action {
            "set null" => is_null,
            "set default" => is_null || has_default,
            _ => true,
        };
        key.on_delete = key.on_delete.filter(|action| keep(action));
        key.on_update = key.on_update.filter(|action| keep(action));
    }
}

/// The constant of a field, behind its struct.
pub(super) fn constant(model: &Model<'_>, field: usize) -> String {
    format!("{}::{}", model.name, constant_of(&model.fields[field].name))
}
