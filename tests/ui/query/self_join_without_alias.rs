// Self join without alias.
use ormcore::prelude::*;

#[derive(Model)]
struct Employee {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Employee::ID)]
    boss_id: Option<i64>,
    #[relationship]
    boss: BelongsTo<Employee>,
}

fn main() {
    let led = Employee::query().join(Employee::BOSS).filter(Employee::NAME.eq("ann"));
    let _ = led;
}
