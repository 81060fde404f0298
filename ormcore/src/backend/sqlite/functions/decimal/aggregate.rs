//! The exact sum and average of decimals, over groups and over windows.

use rusqlite::functions::{Aggregate, Context, WindowAggregate};
use rusqlite::{Connection, Error, Result};

use super::Number;
use crate::backend::sqlite::functions::{FLAGS, failed, text};
use crate::value::ValueError;
use crate::value::digits::MOST_DECIMALS;

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_window_function("ormcore_decimal_sum", 1, FLAGS, Total(|sums| Some(sums.sum().to_string())))?;
    connection.create_window_function("ormcore_decimal_avg", 1, FLAGS, Total(|sums| Some(sums.average().to_string())))
}

/// An aggregate function; of no values it is NULL.
struct Total(fn(&Sums) -> Option<String>);

/// What was added and what was taken away, each as digits from the last to the first, with so many behind the point.
#[derive(Default)]
struct Sums {
    count: u64,
    /// Of so many of the values, the digits behind the point are as many as the place here says.
    scales: Vec<u64>,
    /// No value had more of them, those included that have left the frame.
    scale: usize,
    added: Vec<u8>,
    taken: Vec<u8>,
}

impl Aggregate<Sums, Option<String>> for Total {
    fn init(&self, _: &mut Context<'_>) -> Result<Sums> {
        Ok(Sums::default())
    }

    fn step(&self, context: &mut Context<'_>, sums: &mut Sums) -> Result<()> {
        if let Some(number) = argument(context)? {
            sums.enter(&number);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sums: Option<Sums>) -> Result<Option<String>> {
        Ok(sums.filter(|sums| sums.count > 0).and_then(|sums| (self.0)(&sums)))
    }
}

impl WindowAggregate<Sums, Option<String>> for Total {
    fn value(&self, sums: Option<&mut Sums>) -> Result<Option<String>> {
        Ok(sums.filter(|sums| sums.count > 0).and_then(|sums| (self.0)(sums)))
    }

    fn inverse(&self, context: &mut Context<'_>, sums: &mut Sums) -> Result<()> {
        if let Some(number) = argument(context)? {
            sums.leave(number);
        }
        Ok(())
    }
}

fn argument(context: &Context<'_>) -> Result<Option<Number>> {
    let wrong = |text: &str| -> Error { failed(ValueError::new("a decimal number", format!("the text {text:?}"))) };
    text(context, 0)?.map(|text| Number::parse(text).ok_or_else(|| wrong(text))).transpose()
}

impl Sums {
    fn enter(&mut self, number: &Number) {
        self.count += 1;
        if number.scale >= self.scales.len() {
            self.scales.resize(number.scale + 1, 0);
        }
        self.scales[number.scale] += 1;
        self.add(number);
    }

    /// Takes away a value that has entered before.
    fn leave(&mut self, number: Number) {
        self.count = self.count.saturating_sub(1);
        if let Some(values) = self.scales.get_mut(number.scale) {
            *values = values.saturating_sub(1);
        }
        let opposite = !number.negative;
        self.add(&number.signed(opposite));
    }

    fn add(&mut self, number: &Number) {
        if number.scale > self.scale {
            let more = number.scale - self.scale;
            for sum in [&mut self.added, &mut self.taken] {
                sum.splice(0..0, std::iter::repeat_n(0, more));
            }
            self.scale = number.scale;
        }
        let sum = if number.negative { &mut self.taken } else { &mut self.added };
        let (shift, mut carry) = (self.scale - number.scale, 0);
        let mut digits = number.digits.iter().rev().copied();
        for at in shift.. {
            let digit = digits.next();
            if digit.is_none() && carry == 0 {
                break;
            }
            if at >= sum.len() {
                sum.resize(at + 1, 0);
            }
            let total = sum[at] + digit.unwrap_or(0) + carry;
            (sum[at], carry) = (total % 10, total / 10);
        }
    }

    fn sum(&self) -> Number {
        let length = self.added.len().max(self.taken.len()).max(self.scale + 1);
        let digit = |digits: &[u8], at: usize| digits.get(at).copied().unwrap_or(0);
        let order = (0..length).rev().map(|at| digit(&self.added, at).cmp(&digit(&self.taken, at)));
        let negative = order.into_iter().find(|order| order.is_ne()).is_some_and(std::cmp::Ordering::is_lt);
        let (large, small) = if negative { (&self.taken, &self.added) } else { (&self.added, &self.taken) };
        let (mut digits, mut borrow) = (Vec::with_capacity(length), 0);
        for at in 0..length {
            let (from, take) = (digit(large, at), digit(small, at) + borrow);
            borrow = u8::from(from < take);
            digits.push(from + 10 * borrow - take);
        }
        // Behind those of the values that are left, all digits are 0.
        let scale = self.scales.iter().rposition(|values| *values > 0).unwrap_or(0);
        digits.drain(..self.scale.saturating_sub(scale));
        digits.reverse();
        Number { negative, digits, scale }
    }

    /// With as many digits as PostgreSQL gives: at least 16 that count, in groups of four, and those of the sum; then
    /// rounded to those that the program can read.
    fn average(&self) -> Number {
        let sum = self.sum();
        let count = Number { negative: false, digits: digits_of(self.count), scale: 0 };
        let ((weight, first), (by_weight, by_first)) = (sum.leading_group(), count.leading_group());
        let weight = weight - by_weight - i64::from(first <= by_first);
        let scale = (16 - 4 * weight).max(sum.scale as i64).clamp(0, 1000) as usize;
        let negative = sum.negative;
        let dividend = sum.padded(scale + 1);
        let (mut rest, mut digits) = (0_u128, Vec::with_capacity(dividend.digits.len()));
        for digit in &dividend.digits {
            rest = rest * 10 + u128::from(*digit);
            digits.push((rest / u128::from(self.count)) as u8);
            rest %= u128::from(self.count);
        }
        Number { negative, digits, scale: dividend.scale }.rounded(scale as i64).rounded(i64::from(MOST_DECIMALS))
    }
}

fn digits_of(count: u64) -> Vec<u8> {
    count.to_string().bytes().map(|byte| byte - b'0').collect()
}

impl Number {
    /// Of its digits in groups of four, counted from the point, the place of the first that is not 0, and its value.
    fn leading_group(&self) -> (i64, u32) {
        let whole = self.digits.len() as i64 - self.scale as i64;
        let Some(first) = self.digits.iter().position(|digit| *digit > 0) else {
            return (0, 0);
        };
        // The power of ten of the first digit, and of the group that it is in.
        let power = whole - 1 - first as i64;
        let weight = power.div_euclid(4);
        let last = whole - 1 - weight * 4;
        let digit = |at: i64| usize::try_from(at).ok().and_then(|at| self.digits.get(at)).copied().unwrap_or(0);
        let group = (first as i64..=last).fold(0, |group, at| group * 10 + u32::from(digit(at)));
        (weight, group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[&str]) -> Sums {
        let mut sums = Sums::default();
        for number in numbers {
            sums.enter(&Number::parse(number).unwrap());
        }
        sums
    }

    #[test]
    fn sums_are_exact() {
        for (numbers, expected) in [
            (&["0.1", "0.2"][..], "0.3"),
            (&["-1.5", "1.25"], "-0.25"),
            (&["99.99", "0.01", "-100"], "0.00"),
            (
                &["79228162514264337593543950335", "1", "0.0000000000000000000000000001"],
                "79228162514264337593543950336.0000000000000000000000000001",
            ),
        ] {
            assert_eq!(of(numbers).sum().to_string(), expected);
        }
    }

    #[test]
    fn what_has_left_leaves_no_digits() {
        let mut sums = of(&["1.250", "-7", "0.5", "1.250"]);
        for (leaves, sum, average) in [
            ("1.250", "-5.250", "-1.7500000000000000"),
            ("1.250", "-6.5", "-3.2500000000000000"),
            ("0.5", "-7", "-7.0000000000000000"),
        ] {
            sums.leave(Number::parse(leaves).unwrap());
            assert_eq!((sums.sum().to_string().as_str(), sums.average().to_string().as_str()), (sum, average));
        }
    }

    #[test]
    fn averages_have_the_digits_of_postgresql() {
        // As `SELECT avg(x::numeric)` of PostgreSQL 15 gives them.
        for (numbers, expected) in [
            (&["1", "2"][..], "1.5000000000000000"),
            (&["1", "0", "0"], "0.33333333333333333333"),
            (&["2", "0", "0"], "0.66666666666666666667"),
            (&["-2", "0", "0"], "-0.66666666666666666667"),
            (&["12345678.91", "0", "0"], "4115226.303333333333"),
            (&["0.00001", "0", "0"], "0.000003333333333333333333"),
            (&["0.000000000001", "0", "0"], "0.0000000000003333333333333333"),
        ] {
            assert_eq!(of(numbers).average().to_string(), expected, "{numbers:?}");
        }
    }
}
