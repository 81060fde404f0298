use crate::value::SqlType;

/// A function that every database has, in words of its own: [`Dialect::write_function`](super::Dialect::write_function).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function {
    /// The first of several values that is not NULL.
    Coalesce,
    /// NULL where two values are equal, else the first.
    NullIf,
    /// The largest of several values, as one of this type; NULL if one is NULL.
    Greatest(SqlType),
    /// The smallest of several values, as one of this type; NULL if one is NULL.
    Least(SqlType),
    /// A value of the first type as one of the second.
    Cast(SqlType, SqlType),
    /// Text in lower case, letter by letter.
    Lower,
    /// Text in upper case, letter by letter.
    Upper,
    /// How many characters text has.
    Length,
    /// Text without the blanks around it.
    Trim,
    /// Text without the blanks before it.
    TrimStart,
    /// Text without the blanks behind it.
    TrimEnd,
    /// So many characters of text, from a position counted from 1 on; all that follow, without a count.
    Substring,
    /// Text with one part replaced by another wherever it stands.
    Replace,
    /// The position of one text in another, counted from 1; 0 if it is not there.
    Position,
    /// A number of this type without its sign.
    Absolute(SqlType),
    /// A number of this type, rounded to so many digits behind the point, halves away from 0.
    Round(SqlType),
    /// The largest whole number that is not above a number of this type.
    Floor(SqlType),
    /// The smallest whole number that is not below a number of this type.
    Ceiling(SqlType),
    /// A number to the power of another; NULL where there is no such number.
    Power,
    /// The square root; NULL of negative numbers.
    SquareRoot,
    /// The moment at which the statement runs, as this type.
    Now(SqlType),
    /// A part of a date or time of this type, as an integer.
    DatePart(DatePart, SqlType),
    /// A date of this type with all that is finer than the unit at its start.
    Truncate(DateUnit, SqlType),
    /// How many days lie between two dates of this type.
    DaysSince(SqlType),
    /// How many seconds lie between two dates with times.
    SecondsSince,
    /// The date of this type so many days later.
    PlusDays(SqlType),
    /// The date of this type so many months later, on the last day of a month that is too short.
    PlusMonths(SqlType),
    /// The date with a time, of this type, so many seconds later.
    PlusSeconds(SqlType),
    /// What stands in a JSON document under a key, or at a position.
    JsonGet,
    /// A JSON document in the form that a `serde_json::Value` is sent in.
    JsonValue,
    /// The text that a JSON document is; NULL if it is none.
    JsonText,
    /// The integer that a JSON document is; NULL if it is none.
    JsonInteger,
    /// The number that a JSON document is; NULL if it is none.
    JsonNumber,
    /// The truth value that a JSON document is; NULL if it is none.
    JsonBoolean,
    /// Whether a JSON document contains another.
    JsonContains,
    /// Whether an array of elements of this type contains all elements of another.
    ArrayContains(SqlType),
    /// Whether an array of elements of this type contains an element of another.
    ArrayOverlaps(SqlType),
    /// How many elements an array has.
    ArrayLength,
}

impl Function {
    /// Whether it counts, and gives an `i64`: databases may count with fewer bits.
    pub(crate) const fn counts(self) -> bool {
        matches!(self, Function::Length | Function::Position | Function::ArrayLength | Function::DaysSince(_))
    }

    /// The function's name, where all databases have it under one.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Function::Coalesce => "coalesce",
            Function::NullIf => "nullif",
            Function::Greatest(_) => "greatest",
            Function::Least(_) => "least",
            Function::Cast(..) => "cast",
            Function::Lower => "lower",
            Function::Upper => "upper",
            Function::Length => "length",
            Function::Trim => "trim",
            Function::TrimStart => "ltrim",
            Function::TrimEnd => "rtrim",
            Function::Substring => "substr",
            Function::Replace => "replace",
            Function::Position => "instr",
            Function::Absolute(_) => "abs",
            Function::Round(_) => "round",
            Function::Floor(_) => "floor",
            Function::Ceiling(_) => "ceil",
            Function::Power => "power",
            Function::SquareRoot => "sqrt",
            Function::Now(_) => "now",
            Function::DatePart(..) => "date_part",
            Function::Truncate(..) => "date_trunc",
            Function::DaysSince(_) => "days_since",
            Function::SecondsSince => "seconds_since",
            Function::PlusDays(_) => "plus_days",
            Function::PlusMonths(_) => "plus_months",
            Function::PlusSeconds(_) => "plus_seconds",
            Function::JsonGet => "json_get",
            Function::JsonValue => "json_value",
            Function::JsonText => "json_text",
            Function::JsonInteger => "json_integer",
            Function::JsonNumber => "json_number",
            Function::JsonBoolean => "json_boolean",
            Function::JsonContains => "json_contains",
            Function::ArrayContains(_) => "array_contains",
            Function::ArrayOverlaps(_) => "array_overlaps",
            Function::ArrayLength => "cardinality",
        }
    }
}

/// A part of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatePart {
    /// The year, from 0 to 9999.
    Year,
    /// The month, from 1 to 12.
    Month,
    /// The day of the month, from 1 to 31.
    Day,
    /// The day of the year, from 1 to 366.
    DayOfYear,
    /// The day of the week, from 1 (Monday) to 7 (Sunday).
    DayOfWeek,
    /// The hour, from 0 to 23.
    Hour,
    /// The minute, from 0 to 59.
    Minute,
    /// The second, from 0 to 59, without its fraction.
    Second,
}

/// What a date is cut off to: the start of its year, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateUnit {
    /// The first of January.
    Year,
    /// The first of the month.
    Month,
    /// The Monday of the week.
    Week,
    /// The day.
    Day,
    /// The hour; the day, of dates without times.
    Hour,
    /// The minute; the day, of dates without times.
    Minute,
}
