//! What is written with a `!`.

/// One more occurrence of a model, for queries that read it twice: `let boss = alias!(Employee);`.
///
/// Each place where it is written is an occurrence of its own, in a macro too; in a loop or a function it is the same one each
/// time. The value is `Copy`.
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
        // Generic, so that the model is named outside of it: it may be `Self` or a type parameter.
        #[allow(dead_code)]
        struct __Alias<M>(::core::marker::PhantomData<fn() -> M>);
        impl<M: $crate::__private::Model> $crate::__private::Place for __Alias<M> {
            type Model = M;
        }
        $crate::__private::Aliased::<__Alias<$model>>::new()
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("`alias!` takes the model alone: `let boss = alias!(Employee);`")
    };
}
