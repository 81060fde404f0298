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
        Some(Scalar::Text) if !text.as_bytes().contains(&0) => to.put_binary(text.as_bytes()),
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

/// Collects the values of many rows, each parameter an array of one column.
pub(super) struct ColumnBinder {
    columns: Vec<(u32, Scalar, Elements)>,
    /// The column of the next value.
    next: usize,
    problem: Option<Error>,
}

impl ColumnBinder {
    pub(super) fn new(parameters: &[(u32, Type)]) -> Self {
        let column = |(_, kind): &(u32, Type)| match *kind {
            Type::Array(scalar, element) if scalar.is_binary() => (element, scalar, Elements::new(Form::Binary)),
            Type::Array(scalar, element) => (element, scalar, Elements::new(Form::Text)),
            Type::Scalar(_) => (0, Scalar::Other, Elements::new(Form::Text)),
        };
        ColumnBinder { columns: parameters.iter().map(column).collect(), next: 0, problem: None }
    }

    /// The next value's column.
    fn advance(&mut self) -> Option<(usize, &mut (u32, Scalar, Elements))> {
        let index = self.next;
        self.next = if index + 1 < self.columns.len() { index + 1 } else { 0 };
        Some((index, self.columns.get_mut(index)?))
    }

    /// Writes the arrays.
    ///
    /// # Errors
    /// If the last row was cut off, or the server has no place for a value.
    pub(super) fn finish(self, out: &mut Outgoing) -> Result<()> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if self.next != 0 {
            return Err(wrong_count(self.columns.len(), self.next));
        }
        let formats = begin_values(out, self.columns.len());
        for (index, (oid, _, elements)) in self.columns.iter().enumerate() {
            let written = put(out, formats + index * 2, |out| {
                elements.finish(*oid, out);
                Ok(elements.form)
            });
            written.map_err(|error| refused(index + 1, &error, false))?;
        }
        Ok(())
    }
}

impl Direct for ColumnBinder {
    fn wanted(&self) -> Option<Scalar> {
        Some(self.columns.get(self.next)?.1)
    }

    fn put_binary(&mut self, bytes: &[u8]) {
        if let Some((_, (_, _, elements))) = self.advance() {
            elements.push_binary(bytes);
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
        if let Err(error) = elements.push(&value, *scalar) {
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
