//! What the attributes of a struct and its fields say.

use super::fields::{Field, Model};
use super::types::FieldType;
use crate::schema::check::{ActualColumn, ActualIndex, ActualPart};
use crate::schema::naming;
use crate::sql::Dialect;
use crate::sql::dialect::{Detail, DetailKind};
use crate::sql::writer::quoted;
use crate::value::SqlType;

/// Finds all that needs no other model.
pub(super) fn find(model: &mut Model<'_>, dialect: &dyn Dialect) {
    if model.read_only {
        model.says.push("read_only".to_string());
        return;
    }
    let in_key = model.key().len();
    for at in 0..model.fields.len() {
        let says = of_field(model, at, in_key == 1, dialect);
        let note = foreign_default(model, at, dialect);
        let field = &mut model.fields[at];
        field.says.extend(says);
        field.notes.extend(note);
    }
    let indexed = indexes(model);
    for key in &mut model.keys {
        key.has_index = indexed.iter().any(|index| index.starts_with(&key.columns));
    }
    checks(model, dialect);
    let comment = model.table.first(DetailKind::Comment, "").map(|text| format!("comment = {text:?}"));
    model.says.extend(comment);
    for field in &mut model.fields {
        let comment = model.table.first(DetailKind::Comment, &field.column.name);
        field.says.extend(comment.map(|text| format!("comment = {text:?}")));
    }
}

/// What a field says of itself: whose value it is, and how long.
fn of_field(model: &Model<'_>, at: usize, is_lone: bool, dialect: &dyn Dialect) -> Vec<String> {
    let Field { column, field_type, is_key, .. } = &model.fields[at];
    let mut says = Vec::new();
    let points = model.keys.iter().any(|key| key.columns.contains(&at));
    let is_integer = field_type.sql_type.is_integer() && !field_type.is_list;
    let is_numbered = model.table.first(DetailKind::Numbered, &column.name).is_some() && is_integer && !points;
    let default = model.table.first(DetailKind::Default, &column.name).and_then(|sql| default(sql, field_type));
    let default = default.filter(|sql| is_of_type(sql, field_type, dialect).is_ok());
    let is_implied = is_lone && *is_key && is_integer && !points && default.is_none();
    if *is_key {
        says.push("primary_key".to_string());
    }
    // A key that the database alone numbers is `auto` all the same: rows are found by it.
    let is_only_numbered = is_numbered && column.computed && !is_key;
    if is_only_numbered {
        says.push("read_only".to_string());
    } else if is_numbered && !is_implied && !column.nullable {
        says.push("auto".to_string());
    } else if is_implied && !is_numbered {
        says.push("auto = false".to_string());
    }
    if !is_key && model.says_unique(&[at]) {
        says.push("unique".to_string());
    }
    says.extend(length(model, column, field_type.sql_type, dialect).map(|length| format!("length = {length}")));
    match model.generated(column) {
        Some((sql, stored)) => {
            says.push(format!("generated = {sql:?}"));
            says.extend((!stored).then(|| "virtual".to_string()));
        }
        None => says.extend(default.filter(|_| !is_numbered).map(|sql| format!("server_default = {sql:?}"))),
    }
    says
}

/// What is said of a default that is no value of the field.
fn foreign_default(model: &Model<'_>, at: usize, dialect: &dyn Dialect) -> Option<String> {
    let Field { column, field_type, .. } = &model.fields[at];
    let sql = default(model.table.first(DetailKind::Default, &column.name)?, field_type)?;
    let expected = is_of_type(&sql, field_type, dialect).err()?;
    Some(format!("The default `{sql}` is left out: it is not {expected}."))
}

/// Whether a model can say the default; that of a list is an expression.
fn is_of_type(sql: &str, field_type: &FieldType, dialect: &dyn Dialect) -> Result<(), String> {
    if field_type.is_list { Ok(()) } else { dialect.default_value(field_type.sql_type, sql).map(drop) }
}

/// The default in the form in which every database knows it, as far as that is one literal.
fn default(sql: &str, field_type: &FieldType) -> Option<String> {
    let sql = sql.trim();
    let (value, is_cast) = match sql.rsplit_once("::") {
        Some((value, word)) if !word.contains('\'') => (value, true),
        _ => (sql, false),
    };
    if value.eq_ignore_ascii_case("NULL") {
        return None;
    }
    let sql_type = field_type.sql_type;
    let truth = match (sql_type, value.trim_matches('\'')) {
        (SqlType::Boolean, "0" | "f" | "false" | "FALSE") => Some("false"),
        (SqlType::Boolean, "1" | "t" | "true" | "TRUE") => Some("true"),
        _ => None,
    };
    let inner =
        value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|_| is_cast && !field_type.is_list);
    let is_number = sql_type.is_integer() || matches!(sql_type, SqlType::Real | SqlType::Double | SqlType::Decimal);
    let bare = inner.and_then(|inner| match sql_type {
        SqlType::Text => (!inner.replace("''", "").contains('\'')).then_some(value),
        _ => (is_number && inner.parse().is_ok_and(f64::is_finite)).then_some(inner),
    });
    Some(truth.or(bare).unwrap_or(sql).to_string())
}

/// The length that the type says, or a check of it.
fn length(model: &Model<'_>, column: &ActualColumn, sql_type: SqlType, dialect: &dyn Dialect) -> Option<u32> {
    let is_text = dialect.catalog().field_type(&column.sql_type) == Some(SqlType::Text);
    let said = column.words.trim_end().strip_suffix(')').and_then(|words| words.rsplit_once('('));
    let said = said.filter(|_| is_text).and_then(|(_, length)| length.trim().parse().ok());
    let checked = || {
        let mut checks = model.table.details.iter().filter(|detail| detail.kind == DetailKind::Check);
        checks.find_map(|detail| checked_length(&detail.text, column, sql_type, dialect))
    };
    said.or_else(checked).filter(|length| *length > 0)
}

/// The length to which a check of ormcore's own limits the column.
fn checked_length(sql: &str, column: &ActualColumn, sql_type: SqlType, dialect: &dyn Dialect) -> Option<u32> {
    if !matches!(sql_type, SqlType::Text | SqlType::Bytes) {
        return None;
    }
    let call = format!("{}({}) <= ", dialect.length_function(sql_type), column.name);
    sql.replace('"', "").strip_prefix(&call)?.parse().ok()
}

/// The first check of a column is its own, and all others are the table's.
fn checks(model: &mut Model<'_>, dialect: &dyn Dialect) {
    let all = model.table.details.iter().filter(|detail| detail.kind == DetailKind::Check);
    for detail in all {
        let is_length = |field: &Field<'_>| {
            let length = checked_length(&detail.text, field.column, field.field_type.sql_type, dialect);
            length.is_some_and(|length| field.says.contains(&format!("length = {length}")))
        };
        if model.fields.iter().any(is_length) {
            continue;
        }
        if model.names_lost(&detail.text) {
            model.notes.push(format!("The check `{}` is left out, for a column of it is.", detail.text));
            continue;
        }
        let is_first = |field: &&mut Field<'_>| {
            let has_one = field.says.iter().any(|said| said.starts_with("check = "));
            dialect.same_name(&field.column.name, &detail.name) && !has_one
        };
        let said = format!("check = {:?}", detail.text);
        match model.fields.iter_mut().find(is_first) {
            Some(field) => field.says.push(said),
            None => model.says.push(said),
        }
    }
}

/// Says the indexes; gives those that a foreign key can do with, by their fields.
fn indexes(model: &mut Model<'_>) -> Vec<Vec<usize>> {
    let said = model.unique[1..].iter().filter(|unique| model.says_unique(unique));
    // The struct's key has the order of its fields.
    let mut indexed: Vec<Vec<usize>> = std::iter::once(model.key()).chain(said.cloned()).collect();
    for unique in indexed[1..].iter().filter(|unique| unique.len() > 1) {
        let names = fields(model, unique);
        model.says.push(format!("unique({names})"));
    }
    for index in &model.table.actual.indexes {
        let plain = model.fields_of(index).filter(|_| index.is_plain());
        if index.primary || plain.is_some() && index.unique && !index.partial {
            continue;
        }
        let name = &index.name;
        let mut says = match parts(model, index) {
            Ok(says) => says,
            Err(note) => {
                model.notes.push(note);
                continue;
            }
        };
        let (kind, prefix) = if index.unique { ("unique", "uq") } else { ("index", "ix") };
        let columns: Vec<&str> = index.parts.iter().map(|part| part.column.as_str()).collect();
        let is_named = plain.is_none() || *name != naming::constraint(prefix, &model.table.name, &columns);
        says.extend(included(model, index));
        says.extend(model.table.first(DetailKind::Filter, name).map(|sql| format!("filter = {sql:?}")));
        if index.is_tree() && !index.partial && index.parts.iter().all(|part| part.default_ops) {
            indexed.push(index.parts.iter().map_while(|part| model.field_of(&part.column)).collect());
        }
        if let Some(plain) = plain.filter(|_| !index.partial && !is_named) {
            if let [field] = plain[..] {
                let points = model.keys.iter().any(|key| key.columns == [field]);
                if !points {
                    model.fields[field].says.push("index".to_string());
                }
                continue;
            }
            if model.keys.iter().any(|key| key.columns == plain) {
                continue;
            }
        }
        says.extend(is_named.then(|| format!("name = {name:?}")));
        model.says.push(format!("{kind}({})", says.join(", ")));
    }
    indexed
}

/// The parts of an index and its method, as an attribute names them; or why it is left out.
fn parts(model: &Model<'_>, index: &ActualIndex) -> Result<Vec<String>, String> {
    let name = &index.name;
    if index.excludes {
        return Err(format!("The exclusion constraint `{name}` is left out: no attribute says one."));
    }
    let part = |(place, part): (usize, &ActualPart)| {
        let is_part = |detail: &&Detail| {
            detail.kind == DetailKind::Expression && detail.name == *name && detail.place as usize == place
        };
        let mut said = match part.column.as_str() {
            "" => {
                let sql = &model.table.details.iter().find(is_part)?.text;
                (!model.names_lost(sql)).then(|| format!("{sql:?}"))?
            }
            column => fields(model, &[model.field_of(column)?]),
        };
        if !part.default_ops {
            said.push_str(&format!(".ops({:?})", operator_class(&part.ops)));
        }
        said.push_str(if part.descending { ".desc()" } else { "" });
        Some(said)
    };
    let parts: Option<Vec<String>> = index.parts.iter().enumerate().map(part).collect();
    let is_lost = model.table.first(DetailKind::Filter, name).is_some_and(|sql| model.names_lost(sql));
    let mut parts =
        parts.filter(|_| !is_lost).ok_or_else(|| format!("The index `{name}` is left out, for a column of it is."))?;
    let is_again = |(at, part): (usize, &ActualPart)| {
        !part.column.is_empty() && index.parts[..at].iter().any(|before| before.column == part.column)
    };
    if index.parts.iter().enumerate().any(is_again) {
        return Err(format!("The index `{name}` is left out: it is over a column twice."));
    }
    // Where the program makes the table, the column is a text, and that has a tree alone.
    let is_text = |part: &ActualPart| {
        let is_alone = model.field_of(&part.column).is_some_and(|at| model.fields[at].is_text_alone);
        is_alone && !(index.is_tree() && part.default_ops)
    };
    if index.parts.iter().any(is_text) {
        return Err(format!("The index `{name}` is left out: it is over what ormcore knows as text alone."));
    }
    parts.extend((!index.is_tree()).then(|| format!("using = {:?}", index.method)));
    Ok(parts)
}

/// What the index includes beside its parts, but for columns that are left out: one that holds more does as well.
fn included(model: &Model<'_>, index: &ActualIndex) -> Option<String> {
    let is_part = |column: &String| index.parts.iter().any(|part| part.column == *column);
    let others = index
        .included
        .iter()
        .enumerate()
        .filter(|(at, column)| !is_part(column) && !index.included[..*at].contains(column));
    let included: Vec<usize> = others.filter_map(|(_, column)| model.field_of(column)).collect();
    (!included.is_empty()).then(|| format!("include({})", fields(model, &included)))
}

/// An operator class as SQL.
fn operator_class(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_plain { name.to_string() } else { quoted(name) }
}

/// The names of fields, as an attribute lists them.
pub(super) fn fields(model: &Model<'_>, fields: &[usize]) -> String {
    let names: Vec<String> = fields.iter().map(|field| super::names::raw(&model.fields[*field].name)).collect();
    names.join(", ")
}
