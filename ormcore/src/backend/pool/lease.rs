//! Connections on loan, for one operation or for longer.

use std::sync::{Arc, MutexGuard};

use super::limits::Age;
use super::{Pool, Slot, lock};
use crate::backend::{Connection, Hold, Statement};
use crate::error::{Error, Result};

/// A connection with what it needs to run plans.
pub(crate) struct Lease {
    pub(crate) connection: Box<dyn Connection>,
    /// Kept for its capacity.
    pub(crate) batch: Vec<Statement>,
    /// How many savepoints are open.
    pub(crate) savepoints: usize,
    /// Whether something ran that may have opened or ended a transaction by itself.
    pub(crate) is_doubtful: bool,
    pub(super) age: Age,
}

#[cold]
fn gone() -> Error {
    Error::connection("the connection is gone")
}

/// A slot that one operation uses, given back when dropped, which a panic does too.
pub(super) struct Lent<'p> {
    pool: &'p Pool,
    slot: Option<MutexGuard<'p, Slot>>,
}

impl<'p> Lent<'p> {
    #[inline]
    pub(super) fn new(pool: &'p Pool, slot: MutexGuard<'p, Slot>) -> Self {
        Lent { pool, slot: Some(slot) }
    }

    #[inline]
    pub(super) fn lease(&mut self) -> Result<&mut Lease> {
        let slot = self.slot.as_deref_mut().ok_or_else(gone)?;
        if let Slot::Empty = slot {
            *slot = Slot::Filled(self.pool.connect()?);
        }
        match slot {
            Slot::Filled(lease) => Ok(lease),
            Slot::Empty | Slot::Away => Err(gone()),
        }
    }
}

impl Lent<'_> {
    #[inline]
    pub(super) fn give_back(mut self) {
        self.put_back();
        std::mem::forget(self);
    }

    #[inline(always)]
    fn put_back(&mut self) {
        let Some(mut slot) = self.slot.take() else { return };
        if let Slot::Filled(lease) = &mut *slot
            && !self.pool.tidy(lease)
        {
            *slot = Slot::Empty;
        }
        self.pool.give_back(slot);
    }
}

/// After an error, and when the work panics.
impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.put_back();
    }
}

/// A connection that is taken out of its slot, brought back when dropped.
pub(crate) struct Checkout {
    pool: Arc<Pool>,
    index: usize,
    lease: Option<Box<Lease>>,
}

impl Checkout {
    pub(super) fn new(pool: &Arc<Pool>, index: usize, lease: Option<Box<Lease>>) -> Self {
        Checkout { pool: Arc::clone(pool), index, lease }
    }

    /// Makes a connection, unless there is one.
    pub(super) fn connect(&mut self) -> Result<()> {
        if self.lease.is_none() {
            self.lease = Some(self.pool.connect()?);
        }
        Ok(())
    }

    /// # Errors
    /// Never for a checkout that [`Pool::checkout`] gave.
    #[inline]
    pub(crate) fn lease(&mut self) -> Result<&mut Lease> {
        self.pool.used_here();
        self.lease.as_deref_mut().ok_or_else(gone)
    }
}

impl Checkout {
    pub(crate) fn connection(&self) -> Option<&dyn Connection> {
        self.lease.as_ref().map(|lease| lease.connection.as_ref())
    }

    /// What holds statements of the connection, if that may.
    pub(crate) fn hold(&self) -> Option<Box<dyn Hold + '_>> {
        self.connection()?.hold()
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let kept = self.lease.take().and_then(|mut lease| {
            lease.is_doubtful = true;
            self.pool.tidy(&mut lease).then_some(lease)
        });
        let mut slot = lock(&self.pool.slots[self.index].0);
        *slot = kept.map_or(Slot::Empty, Slot::Filled);
        self.pool.give_back(slot);
    }
}
