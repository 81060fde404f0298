//! SQL of the program's own in pieces: what stands in quotation marks or in comments is no keyword.

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Piece<'s> {
    /// A keyword, a name or a number.
    Word(&'s [u8]),
    /// A name in quotation marks, without them.
    Quoted(&'s [u8]),
    /// What stands between the marks of a literal.
    Literal(&'s [u8]),
    Sign(u8),
}

impl Piece<'_> {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Piece::Word(found) if found.eq_ignore_ascii_case(word.as_bytes()))
    }
}

/// The pieces of SQL; comments and white space are left out.
#[derive(Clone)]
pub(crate) struct Pieces<'s> {
    rest: &'s [u8],
    /// Whether comments may stand in comments.
    nests_comments: bool,
    /// The marks in which names may stand.
    name_marks: &'static [u8],
    /// Whether backslashes keep the literal that is next from ending, as in `E'\''`.
    has_escapes: bool,
}

impl<'s> Pieces<'s> {
    pub(crate) fn of(sql: &'s str, nests_comments: bool, name_marks: &'static [u8]) -> Self {
        Pieces { rest: sql.as_bytes(), nests_comments, name_marks, has_escapes: false }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Takes so many bytes.
    fn take(&mut self, count: usize) -> &'s [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes what stands before the mark, and the mark.
    fn take_to(&mut self, mark: &[u8]) -> &'s [u8] {
        let end = self.rest.windows(mark.len()).position(|found| found == mark).unwrap_or(self.rest.len());
        let taken = self.take(end);
        self.take(mark.len());
        taken
    }

    /// Takes the rest of a literal. A mark that is doubled makes two of one, which is as good.
    fn take_literal(&mut self) -> &'s [u8] {
        if !std::mem::take(&mut self.has_escapes) {
            return self.take_to(b"'");
        }
        let mut end = 0;
        while let Some(byte) = self.rest.get(end).filter(|byte| **byte != b'\'') {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let taken = self.take(end);
        self.take(1);
        // Behind a doubled mark it goes on.
        self.has_escapes = self.rest.starts_with(b"'");
        taken
    }

    /// Takes the rest of a comment.
    fn take_comment(&mut self) {
        let mut depth = 1;
        while depth > 0 && !self.rest.is_empty() {
            match self.rest {
                [b'*', b'/', ..] => depth -= 1,
                [b'/', b'*', ..] if self.nests_comments => depth += 1,
                _ => {
                    self.take(1);
                    continue;
                }
            }
            self.take(2);
        }
    }

    /// Takes `$$` or `$tag$`, if that is what is next.
    fn take_dollars(&mut self) -> Option<&'s [u8]> {
        let tag = self.rest.strip_prefix(b"$")?;
        let length = tag.iter().position(|byte| !is_part(*byte) || *byte == b'$')?;
        let is_tag = tag[length] == b'$' && !tag[0].is_ascii_digit();
        is_tag.then(|| self.take(length + 2))
    }
}

impl<'s> Iterator for Pieces<'s> {
    type Item = Piece<'s>;

    fn next(&mut self) -> Option<Piece<'s>> {
        loop {
            match *self.rest {
                [] => return None,
                [b'-', b'-', ..] => {
                    // Where comments nest, a carriage return ends a line.
                    let returns = self.nests_comments;
                    let ends = |byte: &u8| *byte == b'\n' || returns && *byte == b'\r';
                    self.take(self.rest.iter().position(ends).unwrap_or(self.rest.len()));
                }
                [b'/', b'*', ..] => {
                    self.take(2);
                    self.take_comment();
                }
                [b'\'', ..] => {
                    self.take(1);
                    return Some(Piece::Literal(self.take_literal()));
                }
                [mark, ..] if self.name_marks.contains(&mark) => {
                    self.take(1);
                    let end = if mark == b'[' { b']' } else { mark };
                    return Some(Piece::Quoted(self.take_to(&[end])));
                }
                [first, ..] if is_part(first) && first != b'$' => {
                    let word = self.take(self.rest.iter().position(|byte| !is_part(*byte)).unwrap_or(self.rest.len()));
                    self.has_escapes = word.eq_ignore_ascii_case(b"E") && self.rest.starts_with(b"'");
                    return Some(Piece::Word(word));
                }
                [first, ..] => {
                    if let Some(mark) = self.take_dollars() {
                        return Some(Piece::Literal(self.take_to(mark)));
                    }
                    self.take(1);
                    if !first.is_ascii_whitespace() {
                        return Some(Piece::Sign(first));
                    }
                }
            }
        }
    }
}

/// Whether a name without quotation marks may hold it.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
