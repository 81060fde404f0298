//! Whose the columns in SQL of the program's own are: where a SELECT in it reads their table, they are that SELECT's.

use super::TemplatePart;
use crate::sql::Alias;

/// For each part the tables, under their own names, that are read by the SELECTs of the text in which it stands.
pub(crate) fn read_around(parts: &[TemplatePart]) -> Vec<Vec<Alias>> {
    if !parts.iter().any(|part| matches!(part, TemplatePart::Table(_))) {
        return vec![Vec::new(); parts.len()];
    }
    let places = places(parts);
    let read = |(index, part): (usize, &TemplatePart)| match part {
        TemplatePart::Table(table) if !is_renamed(parts.get(index + 1)) => {
            Some((*places[index].last()?, Alias::from(table.name)))
        }
        _ => None,
    };
    let read: Vec<_> = parts.iter().enumerate().filter_map(read).collect();
    let around = |place: &Vec<usize>| {
        let around = read.iter().filter(|(select, _)| place.contains(select));
        around.map(|(_, table)| *table).collect()
    };
    places.iter().map(around).collect()
}

/// For each part the SELECTs of the text in which it stands, numbered, the innermost last.
fn places(parts: &[TemplatePart]) -> Vec<Vec<usize>> {
    // A SELECT reaches to the end of its parentheses, or to the next SELECT in them, as of a UNION.
    let (mut open, mut count, mut quote) = (vec![None], 0, None);
    let mut place = |part: &TemplatePart| {
        let text = if let TemplatePart::Sql(sql) = part { sql } else { "" };
        for piece in text.split_inclusive(ends_word) {
            let sign = piece.chars().next_back().filter(|sign| ends_word(*sign));
            if let Some(quoted) = quote {
                quote = (sign != Some(quoted)).then_some(quoted);
                continue;
            }
            if piece.trim_end_matches(ends_word).eq_ignore_ascii_case("select")
                && let Some(innermost) = open.last_mut()
            {
                count += 1;
                *innermost = Some(count);
            }
            match sign {
                Some('\'' | '"') => quote = sign,
                Some('(') => open.push(None),
                Some(')') => drop(open.pop()),
                _ => {}
            }
        }
        open.iter().flatten().copied().collect()
    };
    parts.iter().map(&mut place).collect()
}

fn ends_word(sign: char) -> bool {
    !(sign.is_alphanumeric() || sign == '_')
}

/// Whether the text behind a table gives it another name.
fn is_renamed(behind: Option<&TemplatePart>) -> bool {
    const CLAUSES: [&str; 21] = [
        "cross",
        "except",
        "fetch",
        "for",
        "full",
        "group",
        "having",
        "inner",
        "intersect",
        "join",
        "left",
        "limit",
        "natural",
        "offset",
        "on",
        "order",
        "right",
        "union",
        "using",
        "where",
        "window",
    ];
    let Some(TemplatePart::Sql(text)) = behind else { return false };
    let text = text.trim_start();
    let word = text.split(ends_word).next().unwrap_or_default();
    text.starts_with('"') || !word.is_empty() && !CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause))
}

#[cfg(test)]
mod tests {
    use super::{TemplatePart, read_around};
    use crate::sql::{Expr, TableName};

    /// Which of the columns, `#`, are of a table `@` that the text reads.
    fn own(text: &'static str) -> Vec<bool> {
        let mut parts = Vec::new();
        for piece in text.split_inclusive(['#', '@']) {
            parts.push(TemplatePart::Sql(piece.trim_end_matches(['#', '@'])));
            match piece.chars().next_back() {
                Some('#') => parts.push(TemplatePart::Expr(Expr::column("book", "id"))),
                Some('@') => parts.push(TemplatePart::Table(TableName { schema: None, name: "book" })),
                _ => {}
            }
        }
        let read = read_around(&parts);
        let columns = parts.iter().zip(read).filter(|(part, _)| matches!(part, TemplatePart::Expr(_)));
        columns.map(|(_, tables)| !tables.is_empty()).collect()
    }

    #[test]
    fn columns_are_of_the_select_that_reads_their_table() {
        assert_eq!(own("# IN (SELECT # FROM @ WHERE lower(#) = 'x')"), [false, true, true]);
        assert_eq!(own("# IN (select # from (@ join x on #) where #) or #"), [false, true, true, true, false]);
        assert_eq!(own("# IN (SELECT 1 FROM @ WHERE EXISTS (SELECT # FROM other))"), [false, true]);
        assert_eq!(own("# IN (SELECT # FROM other WHERE 1 IN (SELECT # FROM @))"), [false, false, true]);
        assert_eq!(own("# IN (SELECT # FROM other UNION SELECT # FROM @)"), [false, false, true]);
    }

    #[test]
    fn a_table_under_another_name_has_no_columns_of_its_own_name() {
        assert_eq!(own("# IN (SELECT o.id FROM @ AS o WHERE o.id = #)"), [false, false]);
        assert_eq!(own("# IN (SELECT o.id FROM @ o WHERE o.id = #)"), [false, false]);
        assert_eq!(own("# IN (SELECT o.id FROM @ \"o\" WHERE o.id = #)"), [false, false]);
        assert_eq!(own("# IN (SELECT # FROM @, x)"), [false, true]);
    }

    #[test]
    fn what_is_quoted_is_no_select() {
        assert_eq!(own("'(select' = # AND # IN (SELECT ')', # FROM @)"), [false, false, true]);
        assert_eq!(own("\"select\" = # AND # = (SELECT 'it''s (' || # FROM @)"), [false, false, true]);
    }
}
