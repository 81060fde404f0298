use crate::model::Handle;

/// What [`Session::set`](crate::Session::set) makes a row lead to: a handle, `Some(handle)`, `None`, or a list of handles.
#[diagnostic::on_unimplemented(
    message = "a row cannot be made to lead to `{Self}`",
    label = "expected a handle of `{T}`, `None`, or a list of such handles",
    note = "`session.add(draft)` and what the session reads give handles"
)]
pub trait IntoHandles<T> {
    /// The handles, in their order.
    fn into_handles(self) -> Vec<Handle<T>>;
}

impl<T> IntoHandles<T> for Handle<T> {
    fn into_handles(self) -> Vec<Handle<T>> {
        vec![self]
    }
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item = Handle<T>>> IntoHandles<T> for I {
    fn into_handles(self) -> Vec<Handle<T>> {
        self.into_iter().collect()
    }
}
