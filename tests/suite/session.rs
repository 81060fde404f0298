//! The session: a unit of work and an identity map.

mod actions;
mod cascades;
mod deletes;
mod events;
mod expired;
mod flushes;
mod followed;
mod gone;
mod handles;
mod links;
mod merges;
mod models;
mod odd;
mod order;
mod random;
mod read_only;
mod relations;
mod rollbacks;
mod semantics;
mod stale;
mod threads;
mod unique;
mod upserts;
mod waiting;
