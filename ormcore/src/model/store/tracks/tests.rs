use super::*;
use crate::value::bytes;

#[test]
fn what_is_taken_back_gives_its_memory_back_though_more_is_set_aside() {
    let mut tracks = Tracks::default();
    let [first, second] = [tracks.add(State::Persistent), tracks.add(State::Persistent)];
    let set_aside = |tracks: &mut Tracks, slot, text: &str| {
        let mut values = Vec::new();
        bytes::push_text(&mut values, text);
        tracks.set_snapshot(slot, Values::within(&values));
        tracks.set_aside(slot).unwrap()
    };
    let kept = set_aside(&mut tracks, first, "a");
    for _ in 0..100 {
        let place = set_aside(&mut tracks, second, &"x".repeat(1 << 18));
        tracks.let_go(place);
        assert!(tracks.snapshots.bytes() < 1 << 22, "{}", tracks.snapshots.bytes());
    }
    assert_eq!(tracks.was(kept).unwrap().get(0), Value::Text("a".into()));
}
