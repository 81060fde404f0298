use crate::sql::{DatePart, DateUnit, Expr, Function, Writer};
use crate::value::SqlType;

/// Writes a function so that it gives what it gives on every database. Every connection has those that begin with
/// `ormcore_`.
pub(super) fn write(function: Function, arguments: Vec<Expr>, writer: &mut Writer<'_>) {
    match function {
        Function::DatePart(part, sql_type) => writer.template(&date_part(part, sql_type), &arguments),
        Function::Truncate(unit, sql_type) => writer.template(&truncate(unit, sql_type), &arguments),
        // It no longer compares as a decimal.
        Function::Cast(SqlType::Decimal, to) => {
            writer.template(&format!("({} COLLATE BINARY)", cast(SqlType::Decimal, to)), &arguments);
        }
        Function::Cast(from, to) => writer.template(cast(from, to), &arguments),
        // An integer beside numbers with fractions stays one there.
        Function::Greatest(SqlType::Real | SqlType::Double) | Function::Least(SqlType::Real | SqlType::Double) => {
            writer.push("CAST(");
            writer.call(name(function), arguments);
            writer.push(" AS REAL)");
        }
        Function::Now(sql_type) => writer.push(now(sql_type)),
        Function::DaysSince(_) => writer
            .template("CAST(julianday(substr({0}, 1, 10)) - julianday(substr({1}, 1, 10)) AS INTEGER)", &arguments),
        // Seconds with a fraction would be rounded to milliseconds. Microseconds are exact, and then divided once.
        Function::SecondsSince => writer.template(
            "(((unixepoch(substr({0}, 1, 19)) - unixepoch(substr({1}, 1, 19))) * 1000000 \
             + substr(substr({0}, 21) || '000000', 1, 6) - substr(substr({1}, 21) || '000000', 1, 6)) / 1000000.0)",
            &arguments,
        ),
        // Equal to such a number is what has its digits.
        Function::Round(SqlType::Real) => writer.template("ormcore_real(ormcore_round({0}, {1}))", &arguments),
        Function::ArrayContains(element) => {
            writer.template(&of_elements(element, ["contains", "contains_decimals"]), &arguments)
        }
        Function::ArrayOverlaps(element) => {
            writer.template(&of_elements(element, ["overlaps", "overlaps_decimals"]), &arguments)
        }
        _ => writer.call(name(function), arguments),
    }
}

fn name(function: Function) -> &'static str {
    match function {
        Function::Greatest(_) => "max",
        Function::Least(_) => "min",
        Function::Lower => "ormcore_lowercase",
        Function::Upper => "ormcore_uppercase",
        Function::Substring => "ormcore_substring",
        Function::PlusDays(SqlType::Date) => "ormcore_date_plus_days",
        Function::PlusDays(_) => "ormcore_plus_days",
        Function::PlusMonths(SqlType::Date) => "ormcore_date_plus_months",
        Function::PlusMonths(_) => "ormcore_plus_months",
        Function::PlusSeconds(_) => "ormcore_plus_seconds",
        Function::Absolute(SqlType::Decimal) => "ormcore_decimal_absolute",
        Function::Round(SqlType::Decimal) => "ormcore_decimal_round",
        Function::Round(_) => "ormcore_round",
        Function::Floor(SqlType::Decimal) => "ormcore_decimal_floor",
        Function::Floor(_) => "ormcore_floor",
        Function::Ceiling(SqlType::Decimal) => "ormcore_decimal_ceiling",
        Function::Ceiling(_) => "ormcore_ceiling",
        Function::Power => "ormcore_power",
        Function::SquareRoot => "ormcore_square_root",
        Function::JsonGet => "ormcore_json_get",
        Function::JsonValue => "ormcore_json_value",
        Function::JsonText => "ormcore_json_text",
        Function::JsonInteger => "ormcore_json_integer",
        Function::JsonNumber => "ormcore_json_number",
        Function::JsonBoolean => "ormcore_json_boolean",
        Function::JsonContains => "ormcore_json_contains",
        Function::ArrayLength => "json_array_length",
        other => other.sql(),
    }
}

fn of_elements(element: SqlType, [plain, decimals]: [&'static str; 2]) -> String {
    format!("ormcore_array_{}({{0}}, {{1}})", if element == SqlType::Decimal { decimals } else { plain })
}

fn now(sql_type: SqlType) -> &'static str {
    match sql_type {
        SqlType::Date => "date('now')",
        SqlType::Time => "strftime('%H:%M:%f000', 'now')",
        _ => "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
    }
}

/// The text has fixed width.
fn date_part(part: DatePart, sql_type: SqlType) -> String {
    let clock = if sql_type == SqlType::Time { 1 } else { 12 };
    let (start, length) = match part {
        DatePart::Year => (1, 4),
        DatePart::Month => (6, 2),
        DatePart::Day => (9, 2),
        DatePart::Hour => (clock, 2),
        DatePart::Minute => (clock + 3, 2),
        DatePart::Second => (clock + 6, 2),
        DatePart::DayOfYear => return "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)".to_string(),
        DatePart::DayOfWeek => return "CAST(strftime('%u', substr({0}, 1, 10)) AS INTEGER)".to_string(),
    };
    format!("CAST(substr({{0}}, {start}, {length}) AS INTEGER)")
}

fn truncate(unit: DateUnit, sql_type: SqlType) -> String {
    let is_date = sql_type == SqlType::Date;
    let day = match unit {
        DateUnit::Year => "substr({0}, 1, 4) || '-01-01'",
        DateUnit::Month => "substr({0}, 1, 7) || '-01'",
        DateUnit::Week => "date(substr({0}, 1, 10), '-6 days', 'weekday 1')",
        DateUnit::Hour if !is_date => return "(substr({0}, 1, 13) || ':00:00.000000')".to_string(),
        DateUnit::Minute if !is_date => return "(substr({0}, 1, 16) || ':00.000000')".to_string(),
        DateUnit::Day | DateUnit::Hour | DateUnit::Minute => "substr({0}, 1, 10)",
    };
    format!("({day}{})", if is_date { "" } else { " || ' 00:00:00.000000'" })
}

fn cast(from: SqlType, to: SqlType) -> &'static str {
    match (from, to) {
        (SqlType::Text, to) if to.is_integer() => "ormcore_integer({0})",
        (SqlType::Text, SqlType::Double) => "ormcore_number({0})",
        (_, to) if to.is_integer() => "CAST({0} AS INTEGER)",
        (_, SqlType::Real) => "ormcore_real({0})",
        (_, SqlType::Double) => "CAST({0} AS REAL)",
        (SqlType::DateTime | SqlType::Timestamp, SqlType::Date) => "substr({0}, 1, 10)",
        (SqlType::DateTime | SqlType::Timestamp, SqlType::Time) => "substr({0}, 12)",
        (SqlType::Date, SqlType::DateTime | SqlType::Timestamp) => "({0} || ' 00:00:00.000000')",
        (SqlType::DateTime | SqlType::Timestamp, SqlType::DateTime | SqlType::Timestamp) => "{0}",
        (_, SqlType::Decimal) => "(CAST({0} AS TEXT) COLLATE decimal)",
        _ => "CAST({0} AS TEXT)",
    }
}
