use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::backend::{Steps, TransactionOptions};
use crate::sql::{Dialect, Sqlite};

/// Makes connections that do nothing, and counts them.
#[derive(Debug, Default, Clone)]
struct Hollow {
    made: Arc<AtomicUsize>,
    rolled_back: Arc<AtomicUsize>,
    fails: bool,
    single: bool,
}

struct HollowConnection {
    open: bool,
    usable: bool,
    rolled_back: Arc<AtomicUsize>,
}

impl Backend for Hollow {
    fn dialect(&self) -> &'static dyn Dialect {
        &Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        if self.fails {
            return Err(Error::connection("no"));
        }
        self.made.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(HollowConnection { open: false, usable: true, rolled_back: Arc::clone(&self.rolled_back) }))
    }

    fn is_single_connection(&self) -> bool {
        self.single
    }
}

impl Connection for HollowConnection {
    fn execute(&mut self, _: &[Statement], _: &mut dyn Steps) -> Result<()> {
        Ok(())
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        if sql == "ROLLBACK" {
            self.rolled_back.fetch_add(1, Ordering::SeqCst);
        }
        self.usable &= sql != "break";
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

    fn driver(&mut self) -> &mut dyn Any {
        self
    }
}

fn pool(backend: &Hollow, max_connections: usize) -> Arc<Pool> {
    let checkout_timeout = Duration::from_millis(50);
    Pool::new(Box::new(backend.clone()), PoolOptions { max_connections, checkout_timeout, on_connect: Vec::new() })
}

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
    let pool = Pool::new(
        Box::new(backend.clone()),
        PoolOptions { max_connections: 3, checkout_timeout: Duration::from_secs(30), on_connect: Vec::new() },
    );
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
