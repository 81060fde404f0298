//! The types of fields.

use super::enums::Enum;
use crate::schema::check::ActualColumn;
use crate::sql::Dialect;
use crate::value::SqlType;

/// The type of a field, but for whether it is an `Option`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldType {
    /// As it is written, or that of the elements.
    pub(super) rust: String,
    /// Of enums that of texts.
    pub(super) sql_type: SqlType,
    pub(super) is_list: bool,
}

impl FieldType {
    /// The type as which the column is read, with what is to be said of it; or why there is none.
    pub(super) fn of(
        column: &ActualColumn,
        enums: &[Enum],
        dialect: &dyn Dialect,
    ) -> Result<(Self, Option<String>), String> {
        let catalog = dialect.catalog();
        let (found, is_list) = match column.sql_type.strip_suffix("[]") {
            Some(element) => (element, true),
            None => (column.sql_type.as_str(), false),
        };
        let of = |rust: &str, sql_type| FieldType { rust: rust.to_string(), sql_type, is_list };
        if let Some(name) = found.strip_prefix("enum ") {
            let known = enums.iter().find(|other| other.native == name);
            return match known {
                Some(known) => Ok((of(&known.name, SqlType::Text), None)),
                None => {
                    Ok((of("String", SqlType::Text), Some(format!("ormcore knows `{}` as text alone.", column.words))))
                }
            };
        }
        let is_text = catalog.reads(found, SqlType::Text, false);
        match (catalog.field_type(found), is_text) {
            // Bytes in a list are a list of numbers.
            (Some(SqlType::Bytes), _) if is_list => {}
            (Some(sql_type), _) => match (rust(sql_type), is_text) {
                (Ok(rust), _) => return Ok((of(rust, sql_type), None)),
                (Err(features), true) => {
                    let said = format!("With {features} of ormcore, `{}` has a type of its own.", column.words);
                    return Ok((of("String", SqlType::Text), Some(said)));
                }
                (Err(features), false) => {
                    return Err(format!("the type `{}` needs {features} of ormcore", column.words));
                }
            },
            (None, true) => {
                let said = match column.words.as_str() {
                    "" => "The column is declared without a type: what it holds may be no text.".to_string(),
                    words => format!("ormcore knows `{words}` as text alone."),
                };
                return Ok((of("String", SqlType::Text), Some(said)));
            }
            (None, false) => {}
        }
        Err(format!("no field reads the type `{}`", column.words))
    }
}

/// The type of a field for an SQL type, or the features that have one.
fn rust(sql_type: SqlType) -> Result<&'static str, &'static str> {
    let has = |feature: bool, name: &'static str| feature.then_some(name);
    let (chrono, jiff, time) = (cfg!(feature = "chrono"), cfg!(feature = "jiff"), cfg!(feature = "time"));
    let of_time = |names: [&'static str; 3]| {
        let found = has(chrono, names[0]).or(has(jiff, names[1])).or(has(time, names[2]));
        found.ok_or("the feature `chrono`, `jiff` or `time`")
    };
    Ok(match sql_type {
        SqlType::Boolean => "bool",
        SqlType::SmallInt => "i16",
        SqlType::Integer => "i32",
        SqlType::BigInt => "i64",
        SqlType::Real => "f32",
        SqlType::Double => "f64",
        SqlType::Bytes => "Vec<u8>",
        SqlType::Date => of_time(["chrono::NaiveDate", "jiff::civil::Date", "time::Date"])?,
        SqlType::Time => of_time(["chrono::NaiveTime", "jiff::civil::Time", "time::Time"])?,
        SqlType::DateTime => of_time(["chrono::NaiveDateTime", "jiff::civil::DateTime", "time::PrimitiveDateTime"])?,
        SqlType::Timestamp => of_time(["chrono::DateTime<chrono::Utc>", "jiff::Timestamp", "time::OffsetDateTime"])?,
        SqlType::Uuid => has(cfg!(feature = "uuid"), "uuid::Uuid").ok_or("the feature `uuid`")?,
        SqlType::Json => has(cfg!(feature = "json"), "serde_json::Value").ok_or("the feature `json`")?,
        SqlType::Decimal => has(cfg!(feature = "decimal"), "rust_decimal::Decimal").ok_or("the feature `decimal`")?,
        SqlType::Text | SqlType::Array(_) | SqlType::Enum(_) => "String",
    })
}

/// Makes one type of those of the two ends of a foreign key, which are one: of two integers the wider. Gives whether they are.
pub(super) fn unite(left: &mut FieldType, right: &mut FieldType) -> bool {
    let is_number = |of: &FieldType| of.sql_type.is_integer() && !of.is_list;
    if is_number(left) && is_number(right) {
        let width = |of: &FieldType| match of.sql_type {
            SqlType::SmallInt => 16,
            SqlType::Integer => 32,
            _ => 64,
        };
        if width(left) < width(right) {
            left.clone_from(right);
        } else {
            right.clone_from(left);
        }
    }
    left == right
}
