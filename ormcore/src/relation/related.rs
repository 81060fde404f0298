//! Rows of one query that did not load a relationship: what they have in common.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::model::{AnyRows, EagerLoad, Model, Record, Related};
use crate::relation::field::{Batch, Origin, RelationshipField};
use crate::relation::link::Pairs;
use crate::relation::load::{Parents, Refinement};
use crate::relation::{Load, Loadable, Relation};

impl<M: Model, K: Loadable> Related for Relation<M, K> {
    fn declared(&self) -> Box<dyn EagerLoad> {
        Load { declared: true, depth: self.depth, ..Load::new(*self, self.strategy) }.eager()
    }

    fn is_batched(&self) -> bool {
        self.batch
    }

    fn follow(&self, rows: &mut dyn AnyRows) -> Result<()> {
        let Some(first) = rows.any(0).downcast_ref::<M>().map(self.field()) else { return Ok(()) };
        if first.is_loaded() {
            return Ok(());
        }
        let mut origin = match first.origin() {
            Some(said) => Origin::new(said.raise, said.refinement.clone()),
            None => Origin::new(self.raises(), Refinement::ALL),
        };
        if self.batch && !origin.raise {
            let parents = Parents::new(rows, M::TABLE, &self.link.near)?;
            origin.batch = Some(together(self.link.near, parents, <K::Field as RelationshipField>::lend));
        }
        let (origin, field_mut) = (Arc::new(origin), self.field_mut());
        for place in 0..rows.count() {
            if let Some(row) = rows.any_mut(place).downcast_mut::<M>() {
                field_mut(row).remember(Arc::clone(&origin));
            }
        }
        Ok(())
    }
}

fn together<P: Send + Sync + 'static>(
    key: Pairs,
    parents: Parents,
    lend: fn(&mut Option<P>) -> Option<P>,
) -> Box<dyn Batch<P>> {
    Box::new(Together { key, lend, state: Mutex::new(State::Waiting(parents)) })
}

/// Rows whose relationship is loaded for all of them together.
struct Together<P> {
    key: Pairs,
    lend: fn(&mut Option<P>) -> Option<P>,
    state: Mutex<State<P>>,
}

enum State<P> {
    /// Nothing is loaded.
    Waiting(Parents),
    /// It is being loaded, or that has failed: others load for themselves.
    Loading,
    /// What was loaded and not fetched yet, in the order of the rows.
    Loaded(Parents, Vec<Option<P>>),
}

impl<P> Together<P> {
    fn state(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Send + Sync> Batch<P> for Together<P> {
    fn take(&self, row: &dyn Record) -> Result<Option<P>> {
        match &mut *self.state() {
            State::Loaded(parents, kept) => {
                let Some(key) = parents.find(row, &self.key)? else { return Ok(None) };
                Ok(parents.of(key).find_map(|place| (self.lend)(&mut kept[place])))
            }
            State::Waiting(_) | State::Loading => Ok(None),
        }
    }

    fn keys(&self, row: &dyn Record) -> Result<Option<Parents>> {
        let mut state = self.state();
        let State::Waiting(parents) = &mut *state else { return Ok(None) };
        if parents.find(row, &self.key)?.is_none() {
            // Its key was changed since: it is none of them.
            return Ok(None);
        }
        let parents = std::mem::take(parents);
        *state = State::Loading;
        Ok(Some(parents))
    }

    fn hold(&self, parents: Parents, kept: Vec<P>) {
        *self.state() = State::Loaded(parents, kept.into_iter().map(Some).collect());
    }
}
