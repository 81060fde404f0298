use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::backend::{Reset, Statement, Steps, TransactionOptions};
use crate::sql::{Dialect, Sqlite};

/// Makes connections that do nothing, and counts them.
#[derive(Debug, Default, Clone)]
struct Hollow {
    made: Arc<AtomicUsize>,
    rolled_back: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    pinged: Arc<AtomicUsize>,
    reset: Arc<AtomicUsize>,
    /// Whether a ping finds nobody.
    is_down: Arc<AtomicBool>,
    fails: bool,
    single: bool,
    server: bool,
}

impl Hollow {
    fn server() -> Self {
        Hollow { server: true, ..Hollow::default() }
    }
}

struct HollowConnection {
    open: bool,
    usable: bool,
    dirty: bool,
    backend: Hollow,
}

impl Drop for HollowConnection {
    fn drop(&mut self) {
        add(&self.backend.closed);
    }
}

fn add(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::SeqCst);
}

fn take(count: &AtomicUsize) -> usize {
    count.swap(0, Ordering::SeqCst)
}

impl Backend for Hollow {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        if self.fails {
            return Err(Error::connection("no"));
        }
        add(&self.made);
        Ok(Box::new(HollowConnection { open: false, usable: true, dirty: false, backend: self.clone() }))
    }

    fn is_single_connection(&self) -> bool {
        self.single
    }

    fn is_server(&self) -> bool {
        self.server
    }
}

impl Connection for HollowConnection {
    fn execute(&mut self, _: &[Statement], _: &mut dyn Steps) -> Result<()> {
        Ok(())
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        if sql == "ROLLBACK" {
            add(&self.backend.rolled_back);
        }
        self.usable &= sql != "break";
        self.dirty |= sql == "SET";
        self.open = false;
        Ok(())
    }

    fn begin(&mut self, _: &TransactionOptions) -> Result<()> {
        self.open = true;
        Ok(())
    }

    fn in_transaction(&self) -> bool {
        self.open
    }

    fn is_usable(&self) -> bool {
        self.usable
    }

    fn ping(&mut self) -> Result<()> {
        add(&self.backend.pinged);
        self.usable &= !self.backend.is_down.load(Ordering::SeqCst);
        if self.usable { Ok(()) } else { Err(Error::connection("nobody answers")) }
    }

    fn reset(&mut self) -> Result<Reset> {
        add(&self.backend.reset);
        let was_dirty = std::mem::replace(&mut self.dirty, false);
        Ok(if was_dirty { Reset::Cleared } else { Reset::Intact })
    }

    fn driver(&mut self) -> &mut dyn Any {
        self
    }
}

fn options(max_connections: usize, limits: Limits) -> PoolOptions {
    PoolOptions { max_connections, checkout_timeout: Duration::from_millis(50), on_connect: Vec::new(), limits }
}

fn pool(backend: &Hollow, max_connections: usize) -> Arc<Pool> {
    limited(backend, max_connections, Limits::default())
}

fn limited(backend: &Hollow, max_connections: usize, limits: Limits) -> Arc<Pool> {
    Pool::new(Box::new(backend.clone()), options(max_connections, limits))
}

/// Uses this many connections at once.
fn use_many(pool: &Arc<Pool>, connections: usize) {
    let held: Vec<_> = (0..connections).map(|_| pool.checkout().unwrap()).collect();
    drop(held);
}

const SHORT: Duration = Duration::from_millis(20);

fn use_one(pool: &Pool) -> Result<()> {
    pool.lend(|_| Ok(()))
}

#[test]
fn a_returned_connection_is_used_again() {
    let backend = Hollow::default();
    let pool = pool(&backend, 4);
    for _ in 0..10 {
        use_one(&pool).unwrap();
    }
    assert_eq!(backend.made.load(Ordering::SeqCst), 1);
}

#[test]
fn more_than_the_limit_waits_and_then_fails() {
    let backend = Hollow::default();
    let pool = pool(&backend, 2);
    let _held = (pool.checkout().unwrap(), pool.checkout().unwrap());
    let error = use_one(&pool).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout { max_connections: 2, .. }), "{error:?}");
    assert_eq!(backend.made.load(Ordering::SeqCst), 2);
}

#[test]
fn a_waiting_thread_gets_the_connection_that_is_returned() {
    let pool = pool(&Hollow::default(), 1);
    let wait_while = |held: Box<dyn FnOnce()>| {
        let waiting = {
            let pool = Arc::clone(&pool);
            thread::spawn(move || use_one(&pool))
        };
        thread::sleep(Duration::from_millis(10));
        held();
        waiting.join().unwrap().unwrap();
    };
    let taken = pool.checkout().unwrap();
    wait_while(Box::new(|| drop(taken)));
    let (done, finished) = mpsc::channel();
    let lent = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.lend(|_| finished.recv().map_err(Error::other)))
    };
    wait_while(Box::new(move || done.send(()).unwrap()));
    lent.join().unwrap().unwrap();
}

#[test]
fn an_open_transaction_is_rolled_back_before_the_connection_returns() {
    let backend = Hollow::default();
    let pool = pool(&backend, 1);
    let mut checkout = pool.checkout().unwrap();
    checkout.lease().unwrap().connection.begin(&TransactionOptions::new()).unwrap();
    drop(checkout);
    let begin = |lease: &mut Lease| {
        assert!(!lease.connection.in_transaction());
        lease.connection.begin(&TransactionOptions::new())
    };
    pool.lend(begin).unwrap();
    pool.lend(begin).unwrap();
    assert_eq!(backend.rolled_back.load(Ordering::SeqCst), 3);
}

#[test]
fn a_broken_connection_is_thrown_away() {
    let backend = Hollow::default();
    let pool = pool(&backend, 1);
    pool.checkout().unwrap().lease().unwrap().connection.execute_script("break").unwrap();
    pool.lend(|lease| lease.connection.execute_script("break")).unwrap();
    use_one(&pool).unwrap();
    assert_eq!(backend.made.load(Ordering::SeqCst), 3);
}

#[test]
fn a_panic_while_a_connection_is_lent_returns_it() {
    let backend = Hollow::default();
    let pool = pool(&backend, 1);
    let panicked = thread::scope(|scope| {
        let using = scope.spawn(|| {
            pool.lend(|lease| -> Result<()> {
                lease.connection.begin(&TransactionOptions::new()).unwrap();
                panic!("while it is lent");
            })
        });
        using.join().is_err()
    });
    assert!(panicked);
    assert!(!pool.lend(|lease| Ok(lease.connection.in_transaction())).unwrap());
    assert_eq!(backend.made.load(Ordering::SeqCst), 1);
}

#[test]
fn a_failed_connect_takes_no_place() {
    let pool = pool(&Hollow { fails: true, ..Hollow::default() }, 1);
    for _ in 0..3 {
        assert!(matches!(use_one(&pool).unwrap_err().kind(), ErrorKind::Connection { .. }));
        assert!(matches!(pool.checkout().map(drop).unwrap_err().kind(), ErrorKind::Connection { .. }));
    }
}

#[test]
fn the_thread_that_holds_the_only_connection_is_told_at_once() {
    let pool = pool(&Hollow { single: true, ..Hollow::default() }, 8);
    let held = pool.checkout().unwrap();
    let error = use_one(&pool).unwrap_err();
    assert!(error.to_string().contains("pass `tx`"), "{error}");
    drop(held);
    let error = pool.lend(|_| pool.checkout().map(drop)).unwrap_err();
    assert!(error.to_string().contains("pass `tx`"), "{error}");
}

#[test]
fn many_threads_share_few_connections() {
    let backend = Hollow::default();
    let checkout_timeout = Duration::from_secs(30);
    let options = PoolOptions { checkout_timeout, ..options(3, Limits::default()) };
    let pool = Pool::new(Box::new(backend.clone()), options);
    let used = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..500 {
                    use_one(&pool).unwrap();
                    drop(pool.checkout().unwrap());
                    used.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(used.load(Ordering::SeqCst), 4000);
    assert!(backend.made.load(Ordering::SeqCst) <= 3);
}

#[test]
fn threads_that_never_pause_leave_others_their_turn() {
    for connections in [1, 2] {
        let options =
            PoolOptions { checkout_timeout: Duration::from_secs(5), ..options(connections, Limits::default()) };
        let pool = Pool::new(Box::new(Hollow::default()), options);
        let (done, turns) = (AtomicBool::new(false), AtomicUsize::new(0));
        let overtaken = thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    while !done.load(Ordering::SeqCst) {
                        let _held = pool.checkout().unwrap();
                        thread::sleep(SHORT);
                        add(&turns);
                    }
                });
            }
            thread::sleep(SHORT);
            let wait = || {
                let before = turns.load(Ordering::SeqCst);
                use_one(&pool).map(|()| turns.load(Ordering::SeqCst) - before)
            };
            let overtaken: Vec<_> = (0..5).map(|_| wait()).collect();
            done.store(true, Ordering::SeqCst);
            overtaken
        });
        for overtaken in overtaken {
            assert!(overtaken.unwrap() <= 4 * connections);
        }
    }
}

#[test]
fn the_least_connections_are_made_at_once_and_kept() {
    let backend = Hollow::default();
    let limits = Limits { min_connections: 2, idle_timeout: Some(SHORT), ..Limits::default() };
    let pool = limited(&backend, 4, limits);
    pool.open().unwrap();
    assert_eq!(take(&backend.made), 2);
    use_many(&pool, 4);
    assert_eq!(take(&backend.made), 2);
    thread::sleep(2 * SHORT);
    use_one(&pool).unwrap();
    assert_eq!(take(&backend.closed), 2);
    use_many(&pool, 2);
    assert_eq!(take(&backend.made), 0);
}

#[test]
fn the_least_is_never_more_than_the_most() {
    let backend = Hollow::default();
    limited(&backend, 2, Limits { min_connections: 9, ..Limits::default() }).open().unwrap();
    assert_eq!(take(&backend.made), 2);
    let single = Hollow { single: true, ..Hollow::default() };
    limited(&single, 8, Limits { min_connections: 3, ..Limits::default() }).open().unwrap();
    assert_eq!(take(&single.made), 1);
}

#[test]
fn a_connection_in_use_is_not_idle() {
    let backend = Hollow::default();
    let pool = limited(&backend, 3, Limits { idle_timeout: Some(SHORT), ..Limits::default() });
    let held = (pool.checkout().unwrap(), pool.checkout().unwrap());
    thread::sleep(2 * SHORT);
    use_one(&pool).unwrap();
    drop(held);
    assert_eq!(take(&backend.closed), 0);
}

#[test]
fn a_connection_that_is_too_old_is_replaced() {
    let backend = Hollow::default();
    let pool = limited(&backend, 2, Limits { max_lifetime: Some(SHORT), min_connections: 2, ..Limits::default() });
    let held = pool.checkout().unwrap();
    use_one(&pool).unwrap();
    thread::sleep(2 * SHORT);
    use_one(&pool).unwrap();
    assert_eq!((take(&backend.made), take(&backend.closed)), (3, 1), "an idle one ends before it is lent");
    drop(held);
    assert_eq!(take(&backend.closed), 1, "one in use ends when it is returned");
}

#[test]
fn memory_is_never_thrown_away() {
    let backend = Hollow { single: true, server: true, ..Hollow::default() };
    let zero = Some(Duration::ZERO);
    let limits = Limits { idle_timeout: zero, max_lifetime: zero, ping_after: zero, min_connections: 0 };
    let pool = limited(&backend, 2, limits);
    for _ in 0..3 {
        pool.lend(|lease| lease.connection.execute_script("break")).unwrap();
    }
    assert_eq!((take(&backend.made), take(&backend.closed), take(&backend.pinged)), (1, 0, 0));
}

#[test]
fn a_server_is_asked_after_a_pause_and_an_embedded_database_never() {
    let (server, embedded) = (Hollow::server(), Hollow::default());
    let always = Limits { ping_after: Some(Duration::ZERO), ..Limits::default() };
    for (backend, limits, pings) in
        [(&server, Limits::default(), 0), (&server, always, 2), (&embedded, Limits::default(), 0)]
    {
        let pool = limited(backend, 2, limits);
        for _ in 0..3 {
            use_one(&pool).unwrap();
        }
        assert_eq!(take(&backend.pinged), pings, "{limits:?}");
    }
}

#[test]
fn a_connection_that_does_not_answer_is_replaced_with_all_that_are_as_old() {
    let backend = Hollow::server();
    let pool = limited(&backend, 4, Limits { ping_after: Some(SHORT), ..Limits::default() });
    use_many(&pool, 3);
    thread::sleep(2 * SHORT);
    backend.is_down.store(true, Ordering::SeqCst);
    take(&backend.made);
    use_one(&pool).unwrap();
    backend.is_down.store(false, Ordering::SeqCst);
    assert_eq!((take(&backend.pinged), take(&backend.made), take(&backend.closed)), (1, 1, 3));
    use_many(&pool, 2);
    assert_eq!((take(&backend.made), take(&backend.closed)), (1, 0));
}

#[test]
fn when_one_connection_breaks_those_made_before_it_are_not_used_again() {
    let backend = Hollow::server();
    let pool = pool(&backend, 4);
    let (mut first, second) = (pool.checkout().unwrap(), pool.checkout().unwrap());
    use_one(&pool).unwrap();
    first.lease().unwrap().connection.execute_script("break").unwrap();
    drop(first);
    assert_eq!(take(&backend.closed), 2, "that one, and the idle one at once");
    let mut new = pool.checkout().unwrap();
    drop(second);
    assert_eq!(take(&backend.closed), 1, "the one in use when it is returned");
    new.lease().unwrap().connection.begin(&TransactionOptions::new()).unwrap();
    drop(new);
    use_one(&pool).unwrap();
    assert_eq!((take(&backend.made), take(&backend.closed)), (4, 0), "the new one stays");
}

#[test]
fn a_late_break_of_an_old_connection_does_not_end_new_ones() {
    let backend = Hollow::server();
    let pool = pool(&backend, 3);
    let mut old = [pool.checkout().unwrap(), pool.checkout().unwrap()];
    old.iter_mut().for_each(|checkout| checkout.lease().unwrap().connection.execute_script("break").unwrap());
    let [first, second] = old;
    drop(first);
    use_one(&pool).unwrap();
    drop(second);
    use_one(&pool).unwrap();
    assert_eq!((take(&backend.made), take(&backend.closed)), (3, 2));
}

#[test]
fn a_broken_file_says_nothing_of_others() {
    let backend = Hollow::default();
    let pool = limited(&backend, 2, Limits { ping_after: Some(Duration::ZERO), ..Limits::default() });
    use_many(&pool, 2);
    pool.lend(|lease| lease.connection.execute_script("break")).unwrap();
    assert_eq!(take(&backend.closed), 1);
}

#[test]
fn hooks_run_again_when_a_reset_has_undone_them() {
    let backend = Hollow::server();
    let runs = Arc::new(AtomicUsize::new(0));
    let hook = {
        let runs = Arc::clone(&runs);
        move |_: &mut dyn Connection| {
            add(&runs);
            if runs.load(Ordering::SeqCst) == 3 { Err(Error::connection("the hook fails")) } else { Ok(()) }
        }
    };
    let pool = Pool::new(
        Box::new(backend.clone()),
        PoolOptions { on_connect: vec![Box::new(hook)], ..options(1, Limits::default()) },
    );
    use_one(&pool).unwrap();
    use_one(&pool).unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), take(&backend.reset)), (1, 2));
    let set = |lease: &mut Lease| lease.connection.execute_script("SET");
    pool.lend(set).unwrap();
    pool.lend(set).unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), take(&backend.made)), (2, 1));
    use_one(&pool).unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), take(&backend.made)), (4, 1), "a connection that it fails on is replaced");
}

#[test]
fn an_embedded_connection_is_not_reset() {
    let backend = Hollow::default();
    use_one(&pool(&backend, 1)).unwrap();
    assert_eq!(take(&backend.reset), 0);
}

#[test]
fn many_threads_share_connections_that_are_closed_all_the_time() {
    let backend = Hollow::server();
    let soon = Some(Duration::from_micros(50));
    let limits = Limits { idle_timeout: soon, max_lifetime: soon, ping_after: soon, min_connections: 1 };
    let options = PoolOptions { checkout_timeout: Duration::from_secs(30), ..options(3, limits) };
    let pool = Pool::new(Box::new(backend.clone()), options);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for number in 0..300 {
                    let script = if number % 50 == 0 { "break" } else { "SET" };
                    pool.lend(|lease| lease.connection.execute_script(script)).unwrap();
                    drop(pool.checkout().unwrap());
                }
            });
        }
    });
    drop(pool);
    assert_eq!(take(&backend.made), take(&backend.closed));
}
