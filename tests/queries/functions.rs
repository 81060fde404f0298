//! Functions of expressions, each beside what it gives written by hand.

mod aggregates;
mod agreement;
mod arrays;
mod choice;
mod collected;
mod dates;
mod decimals;
mod documents;
mod later;
mod numbers;
mod texts;
mod widths;
