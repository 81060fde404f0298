use super::super::bind::{Binder, ColumnBinder, end_bind};
use super::super::types::{Scalar, Type};
use super::{BESIDES_SQL, LONGEST, Outgoing};
use crate::backend::Parameters;
use crate::error::{ErrorKind, Result};
use crate::value::Value;

/// As what is sent to a server that takes no longer messages.
fn outgoing(longest: usize) -> Outgoing {
    Outgoing { longest, ..Outgoing::default() }
}

fn is_refused(ended: Result<()>) -> bool {
    ended.is_err_and(|error| matches!(error.kind(), ErrorKind::Usage { .. }) && error.to_string().contains("1 GiB"))
}

#[test]
fn no_length_passes_for_a_smaller_one() {
    let wraps = [LONGEST, i32::MAX as usize, u32::MAX as usize];
    assert!(wraps.iter().all(|length| Outgoing::default().longest <= *length));
    assert!(i32::try_from(LONGEST + BESIDES_SQL).is_ok());
}

#[test]
fn sql_that_is_too_long_is_not_written() {
    let mut out = outgoing(BESIDES_SQL + 10);
    assert!(is_refused(out.query("SELECT 1234")) && is_refused(out.parse("s1", "SELECT 1234", &[])));
    assert_eq!(out.len(), 0);
    out.query("SELECT 123").unwrap();
    out.parse("s1", "SELECT 123", &[23]).unwrap();
    assert!(out.len() > 30);
}

/// Binds these values to parameters of this type, one by one or as columns.
fn bind(out: &mut Outgoing, by_column: bool, kind: Type, values: &[Value<'static>]) -> Result<()> {
    let begun = out.begin_bind("s1");
    if by_column {
        let parameters = [(1009, kind)];
        let mut binder = ColumnBinder::new(&parameters, usize::MAX);
        values.iter().for_each(|value| binder.push(value.clone(), false));
        binder.finish()?.iter().try_for_each(|arrays| arrays.write(out))?;
    } else {
        let parameters = vec![(25, kind); values.len()];
        let mut binder = Binder::new(out, &parameters);
        values.iter().for_each(|value| binder.push(value.clone(), false));
        binder.finish()?;
    }
    end_bind(out, begun, [true].into_iter())
}

#[test]
fn values_that_are_too_long_together_are_refused() {
    let (text, list) = (Type::Scalar(Scalar::Text), Type::Array(Scalar::Text, 25));
    let words = |count: usize| vec![Value::Text("0123456789".into()); count];
    for (by_column, kind) in [(false, text), (true, list)] {
        bind(&mut outgoing(100), by_column, kind, &words(3)).unwrap();
        assert!(is_refused(bind(&mut outgoing(100), by_column, kind, &words(7))));
    }
    let array = Value::Array(words(7));
    assert!(is_refused(bind(&mut outgoing(100), false, list, std::slice::from_ref(&array))));
    bind(&mut outgoing(200), false, list, &[array]).unwrap();
}
