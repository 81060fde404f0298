//! What SQLite keeps only in the statement that created it: checks, computed columns, and the SQL of indexes.

use std::ops::Range;

use crate::sql::dialect::{Detail, DetailKind};
use crate::sql::pieces::{Piece, Pieces};

/// Pieces, each with its place in the statement.
type Placed<'s> = (Piece<'s>, Range<usize>);

const NAME_MARKS: &[u8] = b"\"`[";

/// Reads a CREATE TABLE or a CREATE INDEX of an index of this name.
pub(super) fn read(name: &str, sql: &str) -> Vec<Detail> {
    let mut pieces = Pieces::of(sql, false, NAME_MARKS);
    let mut all: Vec<Placed<'_>> = Vec::new();
    // What is left begins where a piece ends, and white space and comments may stand before it.
    while let Some(piece) = pieces.next() {
        let end = sql.len() - pieces.left();
        let start = end.saturating_sub(length(&piece)).min(end);
        all.push((piece, start..end));
    }
    let is_index = all.iter().take_while(|(piece, _)| !piece.is_word("TABLE")).any(|(piece, _)| piece.is_word("INDEX"));
    let Some(open) = all.iter().position(|(piece, _)| *piece == Piece::Sign(b'(')) else { return Vec::new() };
    let close = closing(&all, open);
    let items = items(&all[open + 1..close]);
    if is_index {
        return index(name, &items, &all[(close + 1).min(all.len())..], sql);
    }
    items.into_iter().flat_map(|item| table_item(item, sql)).collect()
}

/// How long the piece is as it stands in the statement.
fn length(piece: &Piece<'_>) -> usize {
    match piece {
        Piece::Word(text) => text.len(),
        Piece::Quoted(text) | Piece::Literal(text) => text.len() + 2,
        Piece::Sign(_) => 1,
    }
}

/// The place of the parenthesis that closes the one at `open`, or the end.
fn closing(pieces: &[Placed<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (piece, _)) in pieces.iter().enumerate().skip(open) {
        match piece {
            Piece::Sign(b'(') => depth += 1,
            Piece::Sign(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    pieces.len()
}

/// What stands between commas, but for those in parentheses.
fn items<'p, 's>(pieces: &'p [Placed<'s>]) -> Vec<&'p [Placed<'s>]> {
    let (mut items, mut start, mut at) = (Vec::new(), 0, 0);
    while at < pieces.len() {
        match pieces[at].0 {
            Piece::Sign(b'(') => at = closing(pieces, at),
            Piece::Sign(b',') => {
                items.push(&pieces[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    items.push(&pieces[start.min(pieces.len())..]);
    items
}

/// The SQL of an expression, without parentheses around it.
fn bare(mut pieces: &[Placed<'_>], sql: &str) -> String {
    while let [(Piece::Sign(b'('), _), inner @ .., (Piece::Sign(b')'), _)] = pieces
        && closing(pieces, 0) == pieces.len() - 1
    {
        pieces = inner;
    }
    text(pieces, sql)
}

/// The SQL of the pieces, without comments before and behind them.
fn text(pieces: &[Placed<'_>], sql: &str) -> String {
    let (Some((_, first)), Some((_, last))) = (pieces.first(), pieces.last()) else { return String::new() };
    sql.get(first.start..last.end).unwrap_or_default().to_string()
}

/// A column or a constraint of a table.
fn table_item(item: &[Placed<'_>], sql: &str) -> Vec<Detail> {
    let Some((first, _)) = item.first() else { return Vec::new() };
    let is_constraint = ["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN"].iter().any(|word| first.is_word(word));
    let column = if is_constraint { String::new() } else { name(item, sql) };
    let (mut details, mut at) = (Vec::new(), 0);
    while at + 1 < item.len() {
        if item[at + 1].0 != Piece::Sign(b'(') {
            at += 1;
            continue;
        }
        let close = closing(item, at + 1);
        let inner = bare(item.get(at + 2..close).unwrap_or_default(), sql);
        let kind = match &item[at].0 {
            word if word.is_word("CHECK") => Some(DetailKind::Check),
            word if word.is_word("AS") && !is_constraint => {
                let is_stored = item.get(close + 1).is_some_and(|(piece, _)| piece.is_word("STORED"));
                Some(if is_stored { DetailKind::Stored } else { DetailKind::Virtual })
            }
            _ => None,
        };
        details.extend(kind.map(|kind| Detail { kind, name: column.clone(), place: 0, text: inner }));
        at = close;
    }
    details
}

/// The name at the start, without its marks. A mark that is doubled in it makes two pieces of one.
fn name(item: &[Placed<'_>], sql: &str) -> String {
    let (mark, mut last) = match &item[0].0 {
        Piece::Quoted(_) | Piece::Literal(_) => (sql.get(item[0].1.start..=item[0].1.start), 0),
        _ => return text(&item[..1], sql),
    };
    while item.get(last + 1).is_some_and(|(_, next)| next.start == item[last].1.end)
        && matches!(item[last + 1].0, Piece::Quoted(_) | Piece::Literal(_))
    {
        last += 1;
    }
    let whole = text(&item[..=last], sql);
    let inner = whole.get(1..whole.len().saturating_sub(1)).unwrap_or_default();
    mark.map_or_else(|| inner.to_string(), |mark| inner.replace(&mark.repeat(2), mark))
}

/// The parts of an index that are expressions, and its condition.
fn index(name: &str, parts: &[&[Placed<'_>]], behind: &[Placed<'_>], sql: &str) -> Vec<Detail> {
    let detail = |kind, place: usize, text| {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        Detail { kind, name: name.to_string(), place, text }
    };
    let expressions = parts.iter().enumerate().map(|(place, part)| {
        let has_order = part.last().is_some_and(|(piece, _)| piece.is_word("ASC") || piece.is_word("DESC"));
        detail(DetailKind::Expression, place, bare(&part[..part.len() - usize::from(has_order)], sql))
    });
    let filter = behind.first().filter(|(piece, _)| piece.is_word("WHERE"));
    let filter = filter.map(|_| detail(DetailKind::Filter, 0, bare(&behind[1..], sql)));
    expressions.chain(filter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, sql: &str) -> Vec<(DetailKind, String, String)> {
        read(name, sql).into_iter().map(|detail| (detail.kind, detail.name, detail.text)).collect()
    }

    fn one(kind: DetailKind, name: &str, text: &str) -> (DetailKind, String, String) {
        (kind, name.to_string(), text.to_string())
    }

    #[test]
    fn checks_and_computed_columns_are_read_off_the_statement() {
        let sql = r#"CREATE TABLE "t" ( -- CHECK (no)
            id INTEGER PRIMARY KEY, /* , CHECK (neither) */
            "odd ""name""" TEXT CHECK ("odd ""name""" <> 'a, (b' /* end */) DEFAULT ('x(') ,
            [a, b] INT NOT NULL CONSTRAINT positive CHECK (([a, b]) > 0 ) CHECK (x IN (1, 2)),
            total INT GENERATED ALWAYS AS (price * (1 + 2)) STORED,
            twice INT AS ((price*2)),
            CONSTRAINT c CHECK (a < b), UNIQUE (a, b), CHECK(c))"#;
        assert_eq!(
            said("t", sql),
            [
                one(DetailKind::Check, "odd \"name\"", r#""odd ""name""" <> 'a, (b'"#),
                one(DetailKind::Check, "a, b", "([a, b]) > 0"),
                one(DetailKind::Check, "a, b", "x IN (1, 2)"),
                one(DetailKind::Stored, "total", "price * (1 + 2)"),
                one(DetailKind::Virtual, "twice", "price*2"),
                one(DetailKind::Check, "", "a < b"),
                one(DetailKind::Check, "", "c"),
            ]
        );
    }

    #[test]
    fn parts_and_conditions_of_indexes_are_read_off_the_statement() {
        let sql = "CREATE UNIQUE INDEX i ON t ((lower(a)) DESC, b, substr(c, 1, 2)) WHERE gone IS NULL -- yet";
        assert_eq!(
            said("i", sql),
            [
                one(DetailKind::Expression, "i", "lower(a)"),
                one(DetailKind::Expression, "i", "b"),
                one(DetailKind::Expression, "i", "substr(c, 1, 2)"),
                one(DetailKind::Filter, "i", "gone IS NULL"),
            ]
        );
    }

    #[test]
    fn a_statement_that_ends_early_says_nothing_wrong() {
        for sql in
            ["", "CREATE TABLE t", "CREATE TABLE t (", "CREATE TABLE t (a CHECK (", "CREATE INDEX i ON t (a", "("]
        {
            read("x", sql);
        }
    }
}
