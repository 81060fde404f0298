// Each scope has a name of its own, which is no field's constant.
use ormcore::prelude::*;

#[derive(Model)]
#[model(scope(kept = kept, active = kept, kept = kept))]
struct User {
    #[column(primary_key)]
    id: i64,
    deleted: bool,
    scope_active: bool,
}

fn kept() -> Predicate<User> {
    User::DELETED.eq(false)
}

fn main() {
    let _ = User::query().without_scope(User::SCOPE_KEPT).filter(User::SCOPE_ACTIVE.eq(true));
}
