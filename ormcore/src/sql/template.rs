pub(crate) mod scope;

use crate::sql::{Expr, TableName, Writer};

/// A part of SQL that the program wrote itself.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TemplatePart {
    /// Text of the program's own; never user input.
    Sql(&'static str),
    /// What stands in a place of the text.
    Expr(Expr),
    /// A table's name.
    Table(TableName),
}

/// Cuts a text that [`check_template`] has passed at its places; `fill` adds what stands in the next one.
pub(crate) fn parts<E>(
    mut text: &'static str,
    mut fill: impl FnMut(&mut Vec<TemplatePart>) -> Result<(), E>,
) -> Result<Vec<TemplatePart>, E> {
    let mut parts = Vec::new();
    while let Some(at) = text.find(['{', '}']) {
        let is_place = text[at..].starts_with("{}");
        // Of a brace that is written twice, the first one stays.
        let piece = if is_place { &text[..at] } else { &text[..=at] };
        if !piece.is_empty() {
            parts.push(TemplatePart::Sql(piece));
        }
        if is_place {
            fill(&mut parts)?;
        }
        text = text.get(at + 2..).unwrap_or_default();
    }
    if !text.is_empty() {
        parts.push(TemplatePart::Sql(text));
    }
    Ok(parts)
}

impl Writer<'_> {
    pub(super) fn template_parts(&mut self, parts: Vec<TemplatePart>) {
        self.may_leave = true;
        for part in parts {
            match part {
                TemplatePart::Sql(sql) => self.push(sql),
                TemplatePart::Expr(expr) => self.operand(expr),
                TemplatePart::Table(table) => self.table(table),
            }
        }
    }
}

/// Checks the text of [`sql!`](crate::sql!) and counts its places.
///
/// Outside of quotes, what some database would take for a placeholder is refused, and what would change the meaning of
/// the SQL around it: comments, semicolons, and parentheses without their others.
///
/// # Panics
/// At compile time, if the text is not as it has to be.
pub const fn check_template(text: &str, arguments: usize) {
    let bytes = text.as_bytes();
    let (mut at, mut places, mut open) = (0, 0, 0_usize);
    // The quote that is open, or 0.
    let mut quote = 0;
    while at < bytes.len() {
        let next = if at + 1 < bytes.len() { bytes[at + 1] } else { 0 };
        let byte = bytes[at];
        if let Some(width) = braces(byte, next) {
            if byte == b'{' && next == b'}' {
                assert!(
                    quote == 0,
                    "sql!: a place stands inside quotes, where no value is bound: leave the quotes out"
                );
                places += 1;
            }
            at += width;
            continue;
        }
        assert!(byte != 0, "sql!: the text holds a NUL character");
        if quote != 0 {
            quote = if byte == quote { 0 } else { quote };
            at += 1;
            continue;
        }
        refuse(byte, next);
        match byte {
            b'\'' | b'"' => quote = byte,
            b'(' => open += 1,
            b')' => {
                assert!(open > 0, "sql!: a `)` has no `(`");
                open -= 1;
            }
            _ => {}
        }
        // `::` is a cast.
        at += if byte == b':' && next == b':' { 2 } else { 1 };
    }
    assert!(quote == 0, "sql!: a quote is not closed");
    assert!(open == 0, "sql!: a `(` is not closed");
    assert!(places == arguments, "sql!: the text has more or fewer places than there are arguments");
}

/// How many bytes a place or a doubled brace has; none if there is no brace.
const fn braces(byte: u8, next: u8) -> Option<usize> {
    match (byte, next) {
        (b'{', b'}' | b'{') | (b'}', b'}') => Some(2),
        (b'{' | b'}', _) => {
            panic!("sql!: a brace stands alone: a place is two of them, and a brace of the text is written twice")
        }
        _ => None,
    }
}

/// Refuses what would not be what it looks like.
const fn refuse(byte: u8, next: u8) {
    let is_name = next.is_ascii_alphabetic() || next == b'_';
    match (byte, next) {
        (b'?' | b'$', _) => panic!(
            "sql!: `?` and `$` are placeholders of databases: write braces for a value, and a function in place of an operator with `?`"
        ),
        (b':' | b'@', _) if is_name => {
            panic!("sql!: `:name` and `@name` are placeholders of databases: write braces for a value")
        }
        (b';', _) => panic!("sql!: a `;` ends a statement, and this is a part of one"),
        (b'-', b'-') | (b'/', b'*') => panic!("sql!: a comment would hide what follows the text"),
        (b'`', _) => panic!("sql!: names are quoted by double quotes"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{TemplatePart, check_template, parts};

    fn cut(text: &'static str) -> Vec<TemplatePart> {
        let place = |parts: &mut Vec<TemplatePart>| {
            parts.push(TemplatePart::Sql("<>"));
            Ok::<_, ()>(())
        };
        parts(text, place).unwrap()
    }

    fn joined(text: &'static str) -> String {
        let text_of = |part| match part {
            TemplatePart::Sql(sql) => sql,
            other => panic!("{other:?}"),
        };
        cut(text).into_iter().map(text_of).collect()
    }

    #[test]
    fn a_text_is_cut_at_its_places() {
        assert_eq!(joined(""), "");
        assert_eq!(joined("{}"), "<>");
        assert_eq!(joined("lower({}) = {}"), "lower(<>) = <>");
        assert_eq!(joined("'{{a}}' = {} || '}}{{'"), "'{a}' = <> || '}{'");
        assert_eq!(joined("é{}{{{}}}"), "é<>{<>}");
    }

    #[test]
    fn what_stands_in_quotes_is_text() {
        check_template("x = '? $1 :name -- ;('", 0);
        check_template("\"a?b\" = 'it''s' || {}", 1);
        check_template("({})::text @> '{{1}}'::int[]", 1);
        check_template("{} - {} / {} * -1", 3);
    }

    #[test]
    fn what_is_no_text_of_its_own_is_refused() {
        let refused = [
            ("?", 0),
            ("$1", 0),
            ("x = :name", 0),
            ("x = @name", 0),
            ("1; DROP TABLE t", 0),
            ("1 -- x", 0),
            ("1 /* x */", 0),
            ("1) OR (1", 0),
            ("(1", 0),
            ("'open", 0),
            ("\"open", 0),
            ("'{}'", 1),
            ("{0}", 1),
            ("{name}", 1),
            ("{", 0),
            ("}", 0),
            ("a\0", 0),
            ("`a`", 0),
            ("{}", 0),
            ("{}", 2),
            ("{{}}", 1),
        ];
        for (text, arguments) in refused {
            let checked = std::panic::catch_unwind(|| check_template(text, arguments));
            assert!(checked.is_err(), "{text}");
        }
    }
}
