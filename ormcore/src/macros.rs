//! What is written with a `!`.

/// One more occurrence of a model, for queries that read it twice: `let boss = alias!(Employee);`.
///
/// Each place where it is written is an occurrence of its own; the value is `Copy`.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Employee {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     #[column(foreign_key = Employee::ID)]
///     boss_id: Option<i64>,
///     #[relationship]
///     boss: BelongsTo<Employee>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Employee,)>()?;
/// let ann = Employee::new("ann").insert(&db)?;
/// Employee::new("bob").set(Employee::BOSS_ID, &ann).insert(&db)?;
///
/// let boss = ormcore::alias!(Employee);
/// let of_ann = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::NAME).eq("ann"));
/// assert_eq!(of_ann.one(&db)?.name, "bob");
/// # Ok::<(), ormcore::Error>(())
/// ```
#[macro_export]
macro_rules! alias {
    ($model:ty) => {{
        enum Alias {}
        impl $crate::__private::Place for Alias {
            type Model = $model;
            const PLACE: u32 = $crate::__private::place(::core::file!(), ::core::line!(), ::core::column!());
        }
        $crate::__private::Aliased::<Alias>::new()
    }};
}
