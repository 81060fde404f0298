use proptest::prelude::*;
use uuid::Uuid;

use crate::value::temporal::tests::comes_back;
use crate::value::{FromValue, Generated, Value, format_uuid};

proptest! {
    #[test]
    fn what_is_written_comes_back(bytes: [u8; 16]) {
        let uuid = Uuid::from_bytes(bytes);
        comes_back(&uuid);
        prop_assert_eq!(format_uuid(&bytes), uuid.to_string());
    }

    #[test]
    fn no_text_panics(text in ".{0,64}") {
        let _ = Uuid::from_value(Value::Text(text.into()));
    }
}

#[test]
fn generated_uuids_are_of_version_7_and_sort_as_they_were_made() {
    let made: Vec<Uuid> = (0..1000).map(|_| Uuid::generate()).collect();
    assert!(made.iter().all(|uuid| uuid.get_version_num() == 7));
    assert!(made.is_sorted_by(|left, right| left < right));
}

#[test]
fn text_of_other_programs_is_read_and_bytes_are_not() {
    let uuid = Uuid::from_u128(0x0193f5a2_7a3e_7cc0_8a43_1f4c0e4f5d6b);
    for text in ["0193F5A2-7A3E-7CC0-8A43-1F4C0E4F5D6B", "0193f5a27a3e7cc08a431f4c0e4f5d6b"] {
        assert_eq!(Uuid::from_value(Value::Text(text.into())), Ok(uuid));
    }
    let error = Uuid::from_value(Value::Bytes(uuid.as_bytes().as_slice().into())).unwrap_err();
    assert_eq!(error.to_string(), "expected a UUID, found 16 bytes");
}
