//! What a server says besides its answers.

use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::{events_of, field};

#[test]
fn a_notice_is_an_event_without_its_detail() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    let events = events_of("ormcore::notice", || {
        db.execute("DROP TABLE IF EXISTS nothing_of_this", ()).unwrap();
        let loud = "DO $$ BEGIN RAISE WARNING USING MESSAGE = 'look', DETAIL = 'hunter2', ERRCODE = '01ABC'; END $$";
        db.execute(loud, ()).unwrap();
    });
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(field(&events[0], "message").unwrap().contains("nothing_of_this"));
    assert_eq!(field(&events[0], "severity"), Some("\"NOTICE\""));
    let warning = ["message", "severity", "code"].map(|name| field(&events[1], name).unwrap());
    assert_eq!(warning, ["look", "\"WARNING\"", "\"01ABC\""]);
    assert!(!format!("{events:?}").contains("hunter2"), "{events:?}");
}
