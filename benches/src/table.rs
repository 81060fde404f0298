/// To which side of a column its cells are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A table in Markdown, which reads well as text too.
pub(crate) fn markdown(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([columns[column].0.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().enumerate().map(|(column, cell)| match columns[column].1 {
            Align::Left => format!("{cell:<0$}", widths[column]),
            Align::Right => format!("{cell:>0$}", widths[column]),
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = |column: usize| match columns[column].1 {
        Align::Left => "-".repeat(widths[column]),
        Align::Right => format!("{}:", "-".repeat(widths[column].max(1) - 1)),
    };
    let rules: Vec<String> = (0..columns.len()).map(rule).collect();
    let mut text = line(columns.iter().map(|(title, _)| *title).collect());
    text += &line(rules.iter().map(String::as_str).collect());
    for row in rows {
        text += &line(row.iter().map(String::as_str).collect());
    }
    text
}
