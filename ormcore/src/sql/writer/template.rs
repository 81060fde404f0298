//! Text of the library's own with expressions in it.

use crate::sql::{Expr, Writer};

impl Writer<'_> {
    /// Appends text of the library's own, with the arguments where it says `{0}`, `{1}`, ..: in parentheses where they
    /// need them, and as often as they stand there.
    pub fn template(&mut self, template: &str, arguments: &[Expr]) {
        let mut rest = template;
        while let Some((before, index, after)) = next_argument(rest) {
            self.push(before);
            if let Some(argument) = arguments.get(index) {
                self.operand(argument.clone());
            }
            rest = after;
        }
        self.push(rest);
    }
}

/// The text before the first `{digit}`, the digit, and the text behind it.
fn next_argument(template: &str) -> Option<(&str, usize, &str)> {
    let bytes = template.as_bytes();
    let at = bytes.windows(3).position(|part| part[0] == b'{' && part[1].is_ascii_digit() && part[2] == b'}')?;
    Some((&template[..at], usize::from(bytes[at + 1] - b'0'), &template[at + 3..]))
}
