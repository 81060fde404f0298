//! Rows of one query that did not load a relationship: what they have in common.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::model::{EagerLoad, Model, Record, Related};
use crate::relation::field::{Batch, Origin, RelationshipField};
use crate::relation::link::Pairs;
use crate::relation::load::Parents;
use crate::relation::{Load, Loadable, Relation};

impl<M: Model, K: Loadable> Related<M> for Relation<M, K> {
    fn declared(&self) -> Box<dyn EagerLoad<M>> {
        Box::new(Load { declared: true, depth: self.depth, ..Load::new(*self, self.strategy) })
    }

    fn is_batched(&self) -> bool {
        self.batch
    }

    fn follow(&self, rows: &mut [M]) -> Result<()> {
        let (field, field_mut) = (self.field(), self.field_mut());
        let Some(first) = rows.first().map(field).filter(|first| !first.is_loaded()) else { return Ok(()) };
        let mut origin = match first.origin() {
            Some(said) => Origin::new(said.raise, said.refinement.clone()),
            None => Origin::new(self.raises(), Default::default()),
        };
        if self.batch && !origin.raise {
            let parents = Parents::new(rows, &self.link.near)?;
            let waiting = Mutex::new(State::Waiting(parents));
            origin.batch = Some(Box::new(Together::<K::Field> { key: self.link.near, state: waiting }));
        }
        let origin = Arc::new(origin);
        rows.iter_mut().for_each(|row| field_mut(row).remember(Arc::clone(&origin)));
        Ok(())
    }
}

/// Rows whose relationship is loaded for all of them together.
struct Together<F: RelationshipField> {
    key: Pairs,
    state: Mutex<State<F::Kept>>,
}

enum State<P> {
    /// Nothing is loaded.
    Waiting(Parents),
    /// It is being loaded, or that has failed: others load for themselves.
    Loading,
    /// What was loaded and not fetched yet, in the order of the rows.
    Loaded(Parents, Vec<Option<P>>),
}

impl<F: RelationshipField> Together<F> {
    fn state(&self) -> MutexGuard<'_, State<F::Kept>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: RelationshipField> Batch<F::Kept> for Together<F> {
    fn take(&self, row: &dyn Record) -> Result<Option<F::Kept>> {
        match &mut *self.state() {
            State::Loaded(parents, kept) => {
                let Some(key) = parents.find(row, &self.key)? else { return Ok(None) };
                Ok(parents.of(key).find_map(|place| F::lend(&mut kept[place])))
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

    fn hold(&self, parents: Parents, kept: Vec<F::Kept>) {
        *self.state() = State::Loaded(parents, kept.into_iter().map(Some).collect());
    }
}
