use std::borrow::Cow;

use super::encode::{Elements, Form, encode};
use super::message::{Begun, Outgoing};
use super::types::{Scalar, Type};
use crate::backend::Parameters;
use crate::error::{Error, Result};
use crate::value::{Value, ValueError};

/// Writes the values of one Bind message, in order, in the forms in which the server takes them.
pub(super) struct Binder<'a> {
    out: &'a mut Outgoing,
    parameters: &'a [(u32, Type)],
    /// Where the formats are written.
    formats: usize,
    bound: usize,
    /// The first value that was refused.
    problem: Option<Error>,
}

/// Writes room for the formats of the values, and how many values follow; gives the place of the first format.
fn begin_values(out: &mut Outgoing, count: usize) -> usize {
    let count = count as u16 as i16;
    out.put_i16(count);
    let formats = out.len();
    (0..count as u16).for_each(|_| out.put_i16(0));
    out.put_i16(count);
    formats
}

/// The protocol counts parameters in two bytes.
const MOST_PARAMETERS: usize = u16::MAX as usize;

fn wrong_count(wanted: usize, given: usize) -> Error {
    if given > MOST_PARAMETERS {
        return Error::usage(format!(
            "the statement was given {given} values, and PostgreSQL takes {MOST_PARAMETERS} at most: split it, or give a \
             list as one array"
        ));
    }
    Error::usage(format!("the statement has {wanted} placeholders and was given {given} values"))
}

/// A value that the server has no place for, as the parameter of this number.
fn refused(number: usize, error: &ValueError, secret: bool) -> Error {
    let found = if secret { "a secret value" } else { error.found() };
    Error::encode("", "", &ValueError::new(format!("{} (`${number}`)", error.expected()), found))
}

impl<'a> Binder<'a> {
    pub(super) fn new(out: &'a mut Outgoing, parameters: &'a [(u32, Type)]) -> Self {
        let formats = begin_values(out, parameters.len());
        Binder { out, parameters, formats, bound: 0, problem: None }
    }

    /// # Errors
    /// If there were more or fewer values than placeholders, or the server has no place for one.
    pub(super) fn finish(self) -> Result<()> {
        match self.problem {
            _ if self.bound != self.parameters.len() => Err(wrong_count(self.parameters.len(), self.bound)),
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }
}

/// Writes one value, whose form is told where the formats are.
fn put(
    out: &mut Outgoing,
    format: usize,
    write: impl FnOnce(&mut Vec<u8>) -> Result<Form, ValueError>,
) -> Result<(), ValueError> {
    let start = out.len();
    out.put_i32(0);
    if write(out.buffer())? == Form::Binary {
        out.put_i16_at(format, 1);
    }
    out.put_i32_at(start, (out.len() - start - 4) as i32);
    Ok(())
}

/// Takes the bytes of values that the server wants just so.
trait Direct: Parameters {
    /// The type of the next parameter, or of the elements of the array that it is.
    fn wanted(&self) -> Option<Scalar>;

    /// Takes the next value, in its binary form.
    fn put_binary(&mut self, bytes: &[u8]);
}

fn direct_int(to: &mut impl Direct, value: i64, secret: bool) {
    match (to.wanted(), i32::try_from(value)) {
        (Some(Scalar::Int8), _) => to.put_binary(&value.to_be_bytes()),
        (Some(Scalar::Int4), Ok(value)) => to.put_binary(&value.to_be_bytes()),
        _ => to.push(Value::Int(value), secret),
    }
}

fn direct_float(to: &mut impl Direct, value: f64, secret: bool) {
    match to.wanted() {
        Some(Scalar::Float8) => to.put_binary(&value.to_be_bytes()),
        _ => to.push(Value::Float(value), secret),
    }
}

fn direct_text(to: &mut impl Direct, text: &str, secret: bool) {
    match to.wanted() {
        Some(Scalar::Text | Scalar::Blanked) if !text.as_bytes().contains(&0) => to.put_binary(text.as_bytes()),
        _ => to.push(Value::Text(Cow::Borrowed(text)), secret),
    }
}

impl Direct for Binder<'_> {
    fn wanted(&self) -> Option<Scalar> {
        match self.parameters.get(self.bound)?.1 {
            Type::Scalar(scalar) => Some(scalar),
            Type::Array(..) => None,
        }
    }

    fn put_binary(&mut self, bytes: &[u8]) {
        self.out.put_i16_at(self.formats + self.bound * 2, 1);
        self.out.put_i32(bytes.len() as i32);
        self.out.put(bytes);
        self.bound += 1;
    }
}

impl Parameters for Binder<'_> {
    fn push_int(&mut self, value: i64, secret: bool) {
        direct_int(self, value, secret);
    }

    fn push_float(&mut self, value: f64, secret: bool) {
        direct_float(self, value, secret);
    }

    fn push_text(&mut self, text: &str, secret: bool) {
        direct_text(self, text, secret);
    }

    fn push(&mut self, value: Value<'_>, secret: bool) {
        let index = self.bound;
        self.bound += 1;
        let Some((_, wanted)) = self.parameters.get(index) else { return };
        if value.is_null() {
            return self.out.put_i32(-1);
        }
        if let Err(error) = put(self.out, self.formats + index * 2, |out| encode(&value, *wanted, out)) {
            self.problem.get_or_insert_with(|| refused(index + 1, &error, secret));
        }
    }
}

/// So many bytes of rows are one message: many rows that each fit might together be longer than PostgreSQL takes, which is a
/// gigabyte.
pub(super) const MOST_TOGETHER: usize = 512 << 20;

/// Collects the values of many rows, each parameter an array of one column.
pub(super) struct ColumnBinder {
    columns: Vec<(u32, Scalar, Elements)>,
    /// The column of the next value.
    next: usize,
    /// How many bytes of values there are, and how many may be together.
    size: usize,
    most: usize,
    /// The rows before, in messages of their own.
    full: Vec<Vec<(u32, Scalar, Elements)>>,
    problem: Option<Error>,
}

/// The rows of one message.
pub(super) struct Arrays(Vec<(u32, Scalar, Elements)>);

impl Arrays {
    /// Writes the values.
    ///
    /// # Errors
    /// If the server has no place for one.
    pub(super) fn write(&self, out: &mut Outgoing) -> Result<()> {
        let formats = begin_values(out, self.0.len());
        for (index, (oid, _, elements)) in self.0.iter().enumerate() {
            let written = put(out, formats + index * 2, |out| {
                elements.finish(*oid, out);
                Ok(elements.form)
            });
            written.map_err(|error| refused(index + 1, &error, false))?;
        }
        Ok(())
    }
}

impl ColumnBinder {
    /// One that begins a new message behind the row with which there are `most` bytes.
    pub(super) fn new(parameters: &[(u32, Type)], most: usize) -> Self {
        let column = |(_, kind): &(u32, Type)| match *kind {
            Type::Array(scalar, element) if scalar.is_binary() => (element, scalar, Elements::new(Form::Binary)),
            Type::Array(scalar, element) => (element, scalar, Elements::new(Form::Text)),
            Type::Scalar(_) => (0, Scalar::Other, Elements::new(Form::Text)),
        };
        let columns = parameters.iter().map(column).collect();
        ColumnBinder { columns, next: 0, size: 0, most, full: Vec::new(), problem: None }
    }

    /// The next value's column.
    fn advance(&mut self) -> Option<(usize, &mut (u32, Scalar, Elements))> {
        if self.next == 0 && self.size >= self.most {
            self.begin_another();
        }
        let index = self.next;
        self.next = if index + 1 < self.columns.len() { index + 1 } else { 0 };
        Some((index, self.columns.get_mut(index)?))
    }

    #[cold]
    fn begin_another(&mut self) {
        let fresh = self.columns.iter().map(|(oid, scalar, elements)| (*oid, *scalar, elements.fresh())).collect();
        self.full.push(std::mem::replace(&mut self.columns, fresh));
        self.size = 0;
    }

    /// The arrays of each message.
    ///
    /// # Errors
    /// If the last row was cut off, or the server has no place for a value.
    pub(super) fn finish(mut self) -> Result<Vec<Arrays>> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if self.next != 0 {
            return Err(wrong_count(self.columns.len(), self.next));
        }
        self.full.push(self.columns);
        Ok(self.full.into_iter().map(Arrays).collect())
    }
}

impl Direct for ColumnBinder {
    fn wanted(&self) -> Option<Scalar> {
        Some(self.columns.get(self.next)?.1)
    }

    fn put_binary(&mut self, bytes: &[u8]) {
        if let Some((_, (_, _, elements))) = self.advance() {
            let before = elements.len();
            elements.push_binary(bytes);
            let added = elements.len() - before;
            self.size += added;
        }
    }
}

impl Parameters for ColumnBinder {
    fn push_int(&mut self, value: i64, secret: bool) {
        direct_int(self, value, secret);
    }

    fn push_float(&mut self, value: f64, secret: bool) {
        direct_float(self, value, secret);
    }

    fn push_text(&mut self, text: &str, secret: bool) {
        direct_text(self, text, secret);
    }

    fn push(&mut self, value: Value<'_>, secret: bool) {
        let Some((index, (_, scalar, elements))) = self.advance() else { return };
        let before = elements.len();
        let pushed = elements.push(&value, *scalar);
        let added = elements.len() - before;
        self.size += added;
        if let Err(error) = pushed {
            self.problem.get_or_insert_with(|| refused(index + 1, &error, secret));
        }
    }
}

/// Ends a Bind message: how the columns of the result travel. One format is enough where all have the same.
///
/// # Errors
/// If the message is too long. No value in it is then sent, so that a length which did not fit into its four bytes is none
/// that matters.
pub(super) fn end_bind(
    out: &mut Outgoing,
    begun: Begun,
    formats: impl ExactSizeIterator<Item = bool> + Clone,
) -> Result<()> {
    match formats.clone().next() {
        Some(first) if formats.clone().all(|format| format == first) => {
            out.put_i16(1);
            out.put_i16(first.into());
        }
        _ => {
            out.put_i16(formats.len() as u16 as i16);
            formats.for_each(|is_binary| out.put_i16(is_binary.into()));
        }
    }
    out.end(begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths of the first column's array in each message, of rows with these texts and a number.
    fn lengths(texts: &[&str], most: usize) -> Vec<usize> {
        let parameters = [(1009, Type::of(1009)), (1016, Type::of(1016))];
        let mut binder = ColumnBinder::new(&parameters, most);
        for text in texts {
            binder.push_text(text, false);
            binder.push(Value::Int(1), false);
        }
        binder.finish().unwrap().iter().map(|arrays| arrays.0[0].2.len()).collect()
    }

    #[test]
    fn rows_are_cut_into_messages_behind_the_row_that_is_too_much() {
        // Each text has a length of four bytes before it, and the number beside it takes 12.
        assert_eq!(lengths(&[], 10), [0]);
        assert_eq!(lengths(&["aa", "bb", "cc"], 1000), [18]);
        assert_eq!(lengths(&["aaaaaaaaaa", "b", "c"], 20), [14, 10]);
        assert_eq!(lengths(&["a", "b"], 1), [5, 5]);
    }

    #[test]
    fn a_row_that_is_cut_off_is_refused_in_the_last_message_too() {
        let parameters = [(1009, Type::of(1009)), (1016, Type::of(1016))];
        let mut binder = ColumnBinder::new(&parameters, 1);
        binder.push_text("a", false);
        binder.push_int(1, false);
        binder.push_text("b", false);
        assert!(binder.finish().is_err());
    }
}
