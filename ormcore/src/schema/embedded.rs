use crate::schema::column::same;
use crate::schema::{Column, Said};

const NO_MODEL: &str = "a model cannot be embedded: derive `Columns` for the shared columns";

/// Joins the columns of a struct with those of the structs embedded in it, each part with the name of the field that embeds
/// it.
///
/// # Panics
/// At compile time, if two columns have one name, an embedded one is what only a model has, or `N` is not the count of all columns (the derive counts them).
#[must_use]
pub const fn concat<const N: usize>(parts: &[(&'static str, &'static [Column])]) -> [Column; N] {
    let mut all = [Column::NONE; N];
    let (mut at, mut part) = (0, 0);
    while part < parts.len() {
        let (within, columns) = parts[part];
        let mut column = 0;
        while column < columns.len() {
            let Column { primary_key, generated, version, .. } = columns[column];
            assert!(within.is_empty() || !(primary_key || generated || version), "{}", NO_MODEL);
            let mut before = 0;
            while before < at {
                if same(all[before].name, columns[column].name) {
                    named_alike(&all[before], columns[column].name, within);
                }
                before += 1;
            }
            all[at] = columns[column];
            if !within.is_empty() {
                (all[at].within, all[at].embedded) = (within, Some(&columns[column]));
            }
            at += 1;
            column += 1;
        }
        part += 1;
    }
    assert!(at == N, "the columns were counted wrong");
    all
}

/// The message of a column that has the name of another one before it.
#[track_caller]
const fn named_alike(before: &Column, name: &str, within: &str) -> ! {
    let said = Said::NOTHING.add("there are two columns `").add(name).add("` in this model");
    if before.within.is_empty() || within.is_empty() {
        let embedded = if within.is_empty() { before.within } else { within };
        said.add(", one of them of the embedded `")
            .add(embedded)
            .add("`: give one of them another name with `#[column(name = \"..\")]`, or all of `")
            .add(embedded)
            .add("` a prefix of their own, `#[column(flatten, prefix = \"..\")]`")
            .tell()
    }
    said.add(", of the embedded `")
        .add(before.within)
        .add("` and `")
        .add(within)
        .add("`: give those of one a prefix of their own, `#[column(flatten, prefix = \"")
        .add(within)
        .add("_\")]`, or of two structs one column another name with `#[column(name = \"..\")]`")
        .tell()
}

/// The columns of what a read-only model embeds, which may be a model: neither the key of that nor what is unique there names a
/// row of the view, which may repeat them, and none of its rows is written through the view, checked or computed by it.
#[must_use]
pub const fn only_read<const N: usize>(columns: &[Column]) -> [Column; N] {
    let mut all = [Column::NONE; N];
    let mut at = 0;
    while at < N {
        all[at] = Column {
            primary_key: false,
            generated: false,
            unique: false,
            version: false,
            check: None,
            generated_as: None,
            ..columns[at]
        };
        at += 1;
    }
    all
}

/// The names of the columns.
#[must_use]
pub const fn names<const N: usize>(columns: &[Column]) -> [&'static str; N] {
    let (mut names, mut at) = ([""; N], 0);
    while at < N {
        names[at] = columns[at].name;
        at += 1;
    }
    names
}

/// How long the names are together, each with the prefix.
#[must_use]
pub const fn prefixed_length(prefix: &str, names: &[&str]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < names.len() {
        length += prefix.len() + names[at].len();
        at += 1;
    }
    length
}

/// The names, each with the prefix, one after another: a name that is made when the program is compiled needs a constant to
/// be in. `N` is their [`prefixed_length`].
#[must_use]
pub const fn prefixed_text<const N: usize>(prefix: &str, names: &[&str]) -> [u8; N] {
    let (mut text, mut end, mut at) = ([0; N], 0, 0);
    while at < names.len() {
        end = write(&mut text, end, prefix);
        end = write(&mut text, end, names[at]);
        at += 1;
    }
    text
}

const fn write(text: &mut [u8], mut end: usize, part: &str) -> usize {
    let mut at = 0;
    while at < part.len() {
        text[end] = part.as_bytes()[at];
        (end, at) = (end + 1, at + 1);
    }
    end
}

/// The names with the prefix, each a part of their [`prefixed_text`].
///
/// # Panics
/// If they are those of a model, which tells none: when the program is compiled.
#[must_use]
#[track_caller]
pub const fn prefixed_names<const N: usize>(prefix: &str, names: &[&str], text: &'static [u8]) -> [&'static str; N] {
    assert!(names.len() == N, "{}", NO_MODEL);
    let (mut all, mut rest, mut at) = ([""; N], text, 0);
    while at < N {
        let (name, behind) = rest.split_at(prefix.len() + names[at].len());
        // Always one: two texts, put together.
        let Ok(name) = std::str::from_utf8(name) else { panic!("the prefix was counted wrong") };
        all[at] = name;
        (rest, at) = (behind, at + 1);
    }
    all
}

/// The columns of an embedded struct under their [`prefixed_names`].
///
/// # Panics
/// If SQL of a column names columns, which have other names now: when the program is compiled.
#[must_use]
#[track_caller]
pub const fn prefixed<const N: usize>(columns: &[Column], names: &[&'static str]) -> [Column; N] {
    let (mut all, mut at) = ([Column::NONE; N], 0);
    while at < N {
        let column = columns[at];
        if column.check.is_some() {
            names_others(names[at], &column, "check", "declare it in the model, `#[model(check = \"");
        }
        if column.generated_as.is_some() {
            names_others(names[at], &column, "generated", "declare the column in the model, `#[column(generated = \"");
        }
        all[at] = Column { name: names[at], ..column };
        at += 1;
    }
    all
}

/// The message of a column whose SQL knows no prefix.
#[track_caller]
const fn names_others(name: &str, column: &Column, key: &str, cure: &str) -> ! {
    Said::NOTHING
        .add("`")
        .add(key)
        .add("` of the embedded column `")
        .add(column.name)
        .add("` is SQL, which names columns without the prefix: ")
        .add(cure)
        .add("..\")]` with names such as `")
        .add(name)
        .add("`, and leave it out of the struct")
        .tell()
}
