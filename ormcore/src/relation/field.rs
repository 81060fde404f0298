//! The types of relationship fields: what they keep, and how they are filled.

mod belongs_to;
mod has_many;
mod has_one;
mod held;
mod origin;

pub use belongs_to::BelongsTo;
pub use has_many::HasMany;
pub use has_one::HasOne;
pub use origin::{Origin, Remembers};
