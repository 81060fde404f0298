//! Arrays as JSON text, for databases that have none: `[1,null,"a"]`, without blanks.
//!
//! Elements have the forms in which columns hold them: text for what is held as text (dates and times, UUIDs, decimals,
//! JSON documents), numbers with all their digits, `true` and `false`, `null`. Bytes are base16. A floating-point number
//! always has a point or an exponent; the infinities are `9e999` and `-9e999`, which every reader takes for them.

use std::borrow::Cow;
use std::fmt::Write;

use crate::value::{Value, ValueError, format_uuid, temporal};

/// The values as a JSON array. One array has one text.
pub(crate) fn write<'v, 'a: 'v>(values: impl IntoIterator<Item = &'v Value<'a>>) -> String {
    let values = values.into_iter();
    let mut json = String::with_capacity(2 + values.size_hint().0 * 8);
    json.push('[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            json.push(',');
        }
        push(&mut json, value);
    }
    json.push(']');
    json
}

/// Adds a value in the form that it has as an element.
fn push(json: &mut String, value: &Value<'_>) {
    match value {
        Value::Null => json.push_str("null"),
        Value::Bool(value) => push_display(json, value),
        Value::Int(value) => push_int(json, *value),
        Value::Float(value) => push_float(json, *value),
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => push_text(json, text),
        Value::Bytes(bytes) => {
            json.push('"');
            for byte in bytes.iter() {
                push_display(json, format_args!("{byte:02x}"));
            }
            json.push('"');
        }
        Value::Date(days) => push_text(json, &temporal::format_date(*days)),
        Value::Time(time) => push_text(json, &temporal::format_time(*time)),
        Value::DateTime(at) | Value::Timestamp(at) => push_text(json, &temporal::format_datetime(*at)),
        Value::Uuid(bytes) => push_text(json, &format_uuid(bytes)),
        // In a list of arrays: as a column holds each.
        Value::Array(values) => push_text(json, &write(values)),
    }
}

/// As [`push_display`], in half the time: lists of keys are long.
fn push_int(json: &mut String, value: i64) {
    let (mut digits, mut first, mut rest) = ([0; 20], 20, value.unsigned_abs());
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        json.push('-');
    }
    digits[first..].iter().for_each(|digit| json.push(char::from(*digit)));
}

fn push_float(json: &mut String, value: f64) {
    if value.is_nan() {
        json.push_str("null");
    } else if value.is_infinite() {
        json.push_str(if value > 0.0 { "9e999" } else { "-9e999" });
    } else {
        // A zero has no sign in a column.
        push_display(json, format_args!("{:?}", if value == 0.0 { 0.0 } else { value }));
    }
}

fn push_display(json: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(json, "{value}");
}

fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => push_display(json, format_args!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
}

const ARRAY: &str = "a JSON array of numbers, texts, truth values and nulls";

/// Gives each element of a JSON array to `element`, in order.
///
/// # Errors
/// If the text is no such array, or `element` fails.
pub(crate) fn read<'a>(
    text: &'a str,
    mut element: impl FnMut(Value<'a>) -> Result<(), ValueError>,
) -> Result<(), ValueError> {
    let mut reader = Reader { text, at: 0 };
    if !reader.takes(b'[') {
        return Err(ValueError::mismatch(ARRAY, &Value::Text(Cow::Borrowed(text))));
    }
    if !reader.takes(b']') {
        loop {
            reader.skip_blanks();
            element(reader.element()?)?;
            if reader.takes(b']') {
                break;
            }
            if !reader.takes(b',') {
                return Err(reader.wrong());
            }
        }
    }
    reader.skip_blanks();
    if reader.at == text.len() { Ok(()) } else { Err(reader.wrong()) }
}

struct Reader<'a> {
    text: &'a str,
    /// Where to go on: always at the start of a character.
    at: usize,
}

impl<'a> Reader<'a> {
    #[cold]
    fn wrong(&self) -> ValueError {
        let text = Value::Text(Cow::Borrowed(self.text));
        ValueError::new(ARRAY, format!("{text}, which is none from byte {} on", self.at))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Whether this byte comes next, blanks aside; it is behind us then.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let taken = self.rest().as_bytes().first() == Some(&byte);
        self.at += usize::from(taken);
        taken
    }

    fn element(&mut self) -> Result<Value<'a>, ValueError> {
        for (word, value) in [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        match self.rest().as_bytes().first() {
            Some(b'"') => self.quoted().map(Value::Text).ok_or_else(|| self.wrong()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.wrong()),
        }
    }

    fn number(&mut self) -> Result<Value<'a>, ValueError> {
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && !"+-.eE".contains(letter));
        let digits = &rest[..end.unwrap_or(rest.len())];
        if !is_number(digits) {
            return Err(self.wrong());
        }
        let value = if digits.contains(['.', 'e', 'E']) {
            digits.parse().ok().map(Value::Float)
        } else {
            digits.parse().ok().map(Value::Int)
        };
        self.at += digits.len();
        value.ok_or_else(|| {
            let found = Value::Text(Cow::Borrowed(digits));
            ValueError::new("integers of 64 bits in an array", format!("the digits of {found}"))
        })
    }

    /// Borrowed if there is no escape in it. `None` if something is wrong there.
    fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let mut whole = Cow::Borrowed("");
        self.at += 1;
        loop {
            let rest = self.rest();
            let plain = rest.find(|letter: char| letter == '"' || letter == '\\' || letter < ' ')?;
            whole += &rest[..plain];
            self.at += plain;
            match rest.as_bytes()[plain] {
                b'"' => {
                    self.at += 1;
                    return Some(whole);
                }
                b'\\' => whole.to_mut().push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// The character that a backslash and what follows it stand for.
    fn escaped(&mut self) -> Option<char> {
        let letter = *self.rest().as_bytes().get(1)?;
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return None,
        };
        self.at += 2;
        Some(character)
    }

    /// `\u0041`, or two of these that are one character together.
    fn code_point(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        let second = self.unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 6;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Whether it is a number as JSON writes them, which are fewer than Rust reads.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && digits(fraction) && digits(exponent)
}

#[cfg(test)]
mod tests;
