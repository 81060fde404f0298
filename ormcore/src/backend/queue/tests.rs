use std::thread;

use super::*;

#[test]
fn who_waits_in_vain_keeps_nobody_behind_it_from_its_turn() {
    let (queue, is_free) = (Queue::default(), AtomicBool::new(false));
    let take = || is_free.swap(false, Ordering::SeqCst).then_some(());
    thread::scope(|scope| {
        let first = scope.spawn(|| queue.wait(4 * LOOK_AGAIN, take));
        thread::sleep(2 * LOOK_AGAIN);
        let second = scope.spawn(|| queue.wait(Duration::MAX, take));
        assert!(first.join().unwrap().is_none());
        is_free.store(true, Ordering::SeqCst);
        queue.tell();
        second.join().unwrap().unwrap();
    });
    is_free.store(true, Ordering::SeqCst);
    queue.take(take).unwrap();
}
