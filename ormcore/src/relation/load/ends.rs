use std::sync::Arc;

use crate::error::Result;
use crate::model::{AnyRows, Model};
use crate::relation::field::{Origin, RelationshipField};
use crate::relation::load::{Dealt, Refinement, kept};
use crate::relation::{Loadable, Relation};

/// The fields of parents: what there is to do for each relationship with its own types. The parents that it is given are
/// rows of its model, for only a query of that model takes it.
pub(crate) trait Ends: Send + Sync {
    /// Hands what was loaded to the parents, with a note where that is not the `whole` of what they lead to, as it is.
    ///
    /// # Errors
    /// If a parent's key cannot be read.
    fn hand_out(&self, dealt: Dealt<'_>, parents: &mut dyn AnyRows, whole: bool) -> Result<()>;

    /// Notes in the parents how the next access is answered: what was loaded before is forgotten.
    fn remember(&self, parents: &mut dyn AnyRows, raise: bool, refinement: &Refinement);
}

impl<M: Model, K: Loadable> Ends for Relation<M, K> {
    fn hand_out(&self, dealt: Dealt<'_>, parents: &mut dyn AnyRows, whole: bool) -> Result<()> {
        let (field, field_mut) = (self.field(), self.field_mut());
        let mut all = kept::<K::Field>(dealt, parents.count()).into_iter().flatten();
        let refined = (!whole).then(|| Origin::refined(self.raises(), Refinement::ALL));
        for place in 0..parents.count() {
            let kept = all.next().unwrap_or_default();
            let Some(parent) = parents.any_mut(place).downcast_mut::<M>() else { continue };
            field_mut(parent).reset();
            field(parent).keep(parent, &self.link.near, kept)?;
            if let Some(refined) = &refined {
                field_mut(parent).remember(Arc::clone(refined));
            }
        }
        Ok(())
    }

    fn remember(&self, parents: &mut dyn AnyRows, raise: bool, refinement: &Refinement) {
        let (field_mut, origin) = (self.field_mut(), Arc::new(Origin::new(raise, refinement.clone())));
        for place in 0..parents.count() {
            if let Some(parent) = parents.any_mut(place).downcast_mut::<M>() {
                field_mut(parent).reset();
                field_mut(parent).remember(Arc::clone(&origin));
            }
        }
    }
}
