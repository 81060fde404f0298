/// Something behind a pointer whose threading is promised by the pointer's own type.
///
/// Models lead to models, often in circles. Were rows kept as they are, the compiler would walk through all of them to
/// find out whether one may be sent between threads, and give up where the circle is long.
///
/// Its methods have names that nobody calls by mistake: every type has them, and the compiler would offer them.
pub trait Held<C>: Send + Sync {
    /// What is held.
    fn held(&self) -> &C;

    /// What is held, to be changed.
    fn held_mut(&mut self) -> &mut C;

    /// What is held, out of the pointer.
    fn into_held(self: Box<Self>) -> C;
}

impl<C: Send + Sync> Held<C> for C {
    fn held(&self) -> &C {
        self
    }

    fn held_mut(&mut self) -> &mut C {
        self
    }

    fn into_held(self: Box<Self>) -> C {
        *self
    }
}
