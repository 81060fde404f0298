use crate::sql::{AggregateFunction, DatePart, DateUnit, Expr, Function, Writer};
use crate::value::digits::MOST_DECIMALS;
use crate::value::{SqlType, Value};

/// Writes a function so that it gives what it gives on every database.
pub(super) fn write(function: Function, arguments: Vec<Expr>, writer: &mut Writer<'_>) {
    match function {
        Function::Greatest(_) | Function::Least(_) => extreme(function, &arguments, writer),
        Function::Substring => writer.template(substring(arguments.len()), &positions(arguments)),
        Function::DatePart(part, sql_type) => date_part(part, sql_type, &arguments, writer),
        Function::Truncate(unit, sql_type) => truncate(unit, sql_type, &arguments, writer),
        Function::PlusDays(sql_type) => writer.template(&plus(days(sql_type), sql_type), &arguments),
        Function::PlusMonths(sql_type) => writer.template(&plus(MONTHS, sql_type), &arguments),
        Function::PlusSeconds(sql_type) => writer.template(&plus(SECONDS, sql_type), &arguments),
        Function::Cast(from, to) => writer.template(&cast(from, to), &arguments),
        Function::Trim => writer.call("btrim", arguments),
        Function::Position => writer.call("strpos", arguments),
        _ => match template(function) {
            Some(template) => writer.template(template, &arguments),
            None => writer.call(function.sql(), arguments),
        },
    }
}

/// Those that are no call by their own name.
fn template(function: Function) -> Option<&'static str> {
    Some(match function {
        // The columns' own collation knows the letters of ASCII only, and is what the result is compared by again.
        Function::Lower => "(lower({0} COLLATE \"default\") COLLATE \"C\")",
        Function::Upper => "(upper({0} COLLATE \"default\") COLLATE \"C\")",
        // An argument is computed with as it comes.
        Function::Absolute(SqlType::SmallInt | SqlType::Integer) => "abs({0}::bigint)",
        Function::Absolute(SqlType::Real) => "abs({0}::double precision)",
        Function::Round(SqlType::Decimal) => ROUND_DECIMAL,
        // There is no rounding of floating-point numbers to digits. As `numeric` they have the 15 digits that are sure.
        Function::Round(SqlType::Real) => "round({0}::double precision::numeric, {1})::real",
        Function::Round(_) => "round({0}::double precision::numeric, {1})::double precision",
        // Both are errors otherwise.
        Function::Power => {
            "(CASE WHEN {0}::double precision < 0 AND {1}::double precision <> floor({1}::double precision) OR {0} = 0 \
             AND {1}::double precision < 0 THEN NULL ELSE power({0}::double precision, {1}::double precision) END)"
        }
        Function::SquareRoot => "(CASE WHEN {0} >= 0 THEN sqrt({0}::double precision) END)",
        Function::Now(SqlType::Date) => "(statement_timestamp() AT TIME ZONE 'UTC')::date",
        Function::Now(SqlType::Time) => "(statement_timestamp() AT TIME ZONE 'UTC')::time",
        Function::Now(SqlType::DateTime) => "(statement_timestamp() AT TIME ZONE 'UTC')",
        Function::Now(_) => "statement_timestamp()",
        Function::DaysSince(SqlType::Date) => "({0} - {1})",
        Function::DaysSince(SqlType::DateTime) => "({0}::date - {1}::date)",
        Function::DaysSince(_) => "(({0} AT TIME ZONE 'UTC')::date - ({1} AT TIME ZONE 'UTC')::date)",
        // As whole microseconds first, which is what every database can divide.
        Function::SecondsSince => "((extract(epoch FROM {0} - {1}) * 1000000)::bigint::double precision / 1000000)",
        Function::JsonGet => "({0} -> {1})",
        // A document has one form.
        Function::JsonValue => "{0}",
        // A lax path would look into arrays.
        Function::JsonText => {
            "((jsonb_path_query_first({0}, 'strict $ ? (@.type() == \"string\")') #>> '{}') COLLATE \"C\")"
        }
        Function::JsonInteger => {
            "jsonb_path_query_first({0}, 'strict $ ? (@.type() == \"number\" && @.floor() == @ && \
             @ >= -9223372036854775808 && @ <= 9223372036854775807)')::bigint"
        }
        Function::JsonNumber => "jsonb_path_query_first({0}, 'strict $ ? (@.type() == \"number\")')::double precision",
        Function::JsonBoolean => "jsonb_path_query_first({0}, 'strict $ ? (@.type() == \"boolean\")')::boolean",
        Function::JsonContains | Function::ArrayContains(_) => "({0} @> {1})",
        Function::ArrayOverlaps(_) => "({0} && {1})",
        _ => return None,
    })
}

/// Zeros at the end might be more digits than a program's type holds.
const ROUND_DECIMAL: &str = "round({0}, LEAST(scale({0}), {1}))";

pub(super) fn is_decimal_average(expr: &Expr) -> bool {
    aggregate(expr) == Some(AggregateFunction::DecimalAverage)
}

pub(super) fn is_array_aggregate(expr: &Expr) -> bool {
    matches!(aggregate(expr), Some(AggregateFunction::Array(_)))
}

/// The aggregate function that it is, over a group or over a window.
fn aggregate(expr: &Expr) -> Option<AggregateFunction> {
    match expr {
        Expr::Over(function, _) => aggregate(function),
        Expr::Aggregate(aggregate) => Some(aggregate.function),
        _ => None,
    }
}

/// Writes a decimal without the digits that a program's type does not hold: the average of small ones has more.
pub(super) fn write_rounded(expr: Expr, writer: &mut Writer<'_>) {
    writer.template(ROUND_DECIMAL, &[expr, Expr::Position(MOST_DECIMALS.into())]);
}

/// NULLs are passed over there.
fn extreme(function: Function, arguments: &[Expr], writer: &mut Writer<'_>) {
    let mut nullable = arguments.iter().filter(|argument| !is_value(argument)).peekable();
    let is_guarded = nullable.peek().is_some();
    if is_guarded {
        writer.push("(CASE WHEN ");
        for (index, argument) in nullable.enumerate() {
            writer.push(if index > 0 { " OR " } else { "" });
            writer.operand(argument.clone());
            writer.push(" IS NULL");
        }
        writer.push(" THEN NULL ELSE ");
    }
    writer.call(function.sql(), arguments.to_vec());
    writer.push(if is_guarded { " END)" } else { "" });
}

/// Whether it is a value that is not NULL.
fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Value(parameter) => !parameter.value.is_null(),
        Expr::Typed(inner, _) => is_value(inner),
        _ => false,
    }
}

/// A negative length is an error otherwise.
fn substring(arguments: usize) -> &'static str {
    if arguments < 3 { "substr({0}, {1}::integer)" } else { "substr({0}, {1}::integer, GREATEST({2}::integer, 0))" }
}

/// Positions are integers of 32 bits there; no text is longer.
fn positions(mut arguments: Vec<Expr>) -> Vec<Expr> {
    for argument in &mut arguments {
        if let Expr::Value(parameter) = argument
            && let Value::Int(position) = &mut parameter.value
        {
            *position = (*position).clamp(i32::MIN.into(), i32::MAX.into());
        }
    }
    arguments
}

/// Of an instant, those in UTC.
fn date_part(part: DatePart, sql_type: SqlType, arguments: &[Expr], writer: &mut Writer<'_>) {
    let field = match part {
        // There is no year 0 there; 400 years later the calendar is the same.
        DatePart::Year => {
            return writer.template(
                &of_utc("(extract(year FROM @ + interval '400 years')::integer - 400)", sql_type),
                arguments,
            );
        }
        DatePart::Second => {
            return writer.template(&of_utc("trunc(extract(second FROM @))::integer", sql_type), arguments);
        }
        DatePart::Month => "month",
        DatePart::Day => "day",
        DatePart::DayOfYear => "doy",
        DatePart::DayOfWeek => "isodow",
        DatePart::Hour => "hour",
        DatePart::Minute => "minute",
    };
    writer.template(&of_utc(&format!("extract({field} FROM @)::integer"), sql_type), arguments);
}

fn of_utc(template: &str, sql_type: SqlType) -> String {
    template.replace('@', if sql_type == SqlType::Timestamp { "({0} AT TIME ZONE 'UTC')" } else { "{0}" })
}

fn truncate(unit: DateUnit, sql_type: SqlType, arguments: &[Expr], writer: &mut Writer<'_>) {
    let unit = match unit {
        DateUnit::Year => "year",
        DateUnit::Month => "month",
        DateUnit::Week => "week",
        DateUnit::Day => "day",
        DateUnit::Hour => "hour",
        DateUnit::Minute => "minute",
    };
    let template = match sql_type {
        SqlType::Date => format!("date_trunc('{unit}', {{0}}::timestamp)::date"),
        SqlType::Timestamp => format!("(date_trunc('{unit}', {{0}} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"),
        _ => format!("date_trunc('{unit}', {{0}})"),
    };
    writer.template(&template, arguments);
}

fn days(sql_type: SqlType) -> &'static str {
    if sql_type == SqlType::Date { "{1}::integer" } else { "make_interval(days => {1}::integer)" }
}

const MONTHS: &str = "make_interval(months => {1}::integer)";

/// As whole microseconds, halves rounded to even ones.
const SECONDS: &str = "(round({1}::double precision * 1000000)::bigint * interval '1 microsecond')";

/// A date later than another, as an instant in UTC.
///
/// The years go on there. On the way to the last and to the first day that the type has, what is not of the years 0000 to
/// 9999 is an error by the database's own words, and everything else comes back unchanged.
fn plus(span: &str, sql_type: SqlType) -> String {
    match sql_type {
        SqlType::Date if span == MONTHS => format!("(({{0}} + {span})::date + 2142110009 - 2143831069 + 1721060)"),
        SqlType::Date => format!("({{0}} + {span} + 2142110009 - 2143831069 + 1721060)"),
        _ => {
            let sum = format!(
                "(@ + {span} + interval '103830043 days' - interval '105551103 days' + interval '1721060 days')"
            );
            let sum = of_utc(&sum, sql_type);
            if sql_type == SqlType::Timestamp { format!("({sum} AT TIME ZONE 'UTC')") } else { sum }
        }
    }
}

/// Integers become as wide as they can be, and are cut to what the program wants when they are read.
fn cast(from: SqlType, to: SqlType) -> String {
    match (from, to) {
        (SqlType::Text, to) if to.is_integer() => {
            "(CASE WHEN {0} ~ '^[+-]?[0-9]{1,18}$' THEN {0}::bigint END)".to_string()
        }
        (SqlType::Text, SqlType::Double) => {
            "(CASE WHEN {0} ~ '^[+-]?[0-9]{1,100}([.][0-9]{1,100})?([eE][+-]?[0-9]{1,2})?$' \
             THEN {0}::double precision END)"
                .to_string()
        }
        (SqlType::Boolean, to) if to.is_integer() => "{0}::integer::bigint".to_string(),
        (SqlType::Real | SqlType::Double | SqlType::Decimal, to) if to.is_integer() => "trunc({0})::bigint".to_string(),
        (_, to) if to.is_integer() => "{0}::bigint".to_string(),
        // By way of `f64`, as on every database: an integer would be rounded once only.
        (_, SqlType::Real) => "{0}::double precision::real".to_string(),
        (_, SqlType::Double) => "{0}::double precision".to_string(),
        (_, SqlType::Text) => "({0}::text COLLATE \"C\")".to_string(),
        (SqlType::Timestamp, SqlType::DateTime) | (SqlType::DateTime, SqlType::Timestamp) => {
            "({0} AT TIME ZONE 'UTC')".to_string()
        }
        (SqlType::Timestamp, to) => format!("({{0}} AT TIME ZONE 'UTC')::{}", super::type_name(to)),
        (SqlType::Date, SqlType::Timestamp) => "({0}::timestamp AT TIME ZONE 'UTC')".to_string(),
        (_, to) => format!("{{0}}::{}", super::type_name(to)),
    }
}
