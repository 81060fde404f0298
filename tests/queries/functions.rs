//! Functions of expressions, each beside what it gives written by hand.

mod choice;
mod dates;
mod numbers;
mod texts;
