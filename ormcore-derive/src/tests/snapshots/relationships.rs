const _: () = {
    use ::ormcore::__private as __ormcore;
    #[automatically_derived]
    impl Person {
        ///The column `id`.
        pub const ID: __ormcore::Column<Person, i64> = __ormcore::Column::new(
            0usize,
            "id",
        );
        ///The column `boss_id`.
        pub const BOSS_ID: __ormcore::Column<Person, Option<i64>> = __ormcore::Column::new(
            1usize,
            "boss_id",
        );
        ///A draft of a row, to be inserted.
        pub fn new() -> __ormcore::Draft<Person> {
            __ormcore::Draft::build(|_: &mut Person, _| { __ormcore::Ok(()) })
        }
        ///The relationship `addresses`.
        pub const ADDRESSES: __ormcore::Relation<
            Person,
            __ormcore::Dynamic<__ormcore::HasMany<Address>>,
        > = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::children::<
                    Person,
                    Address,
                >(
                    __ormcore::Names::new("Person", "addresses", "Address"),
                    __ormcore::Option::None,
                ),
                |row| &row.addresses,
                |row| &mut row.addresses,
            )
            .declare_dynamic();
        ///A query for the `Address` rows of the relationship `addresses`.
        pub fn addresses(&self) -> __ormcore::Query<Address> {
            __ormcore::Relation::query(Self::ADDRESSES, self)
        }
        ///The relationship `published`.
        pub const PUBLISHED: __ormcore::Relation<
            Person,
            __ormcore::Filtered<__ormcore::HasMany<Dataset>>,
        > = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::children::<
                    Person,
                    Dataset,
                >(
                    __ormcore::Names::new("Person", "published", "Dataset"),
                    __ormcore::Option::None,
                ),
                |row| &row.published,
                |row| &mut row.published,
            )
            .declare_order_by(|order| __ormcore::order_by::<
                Dataset,
                _,
                _,
            >(Dataset::NAME, order))
            .declare_filter(|| __ormcore::filter::<
                Dataset,
                _,
                _,
            >(Dataset::PUBLIC.eq(true)));
        ///The `Dataset` rows of the relationship `published`.
        pub fn published<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, &'a [Dataset]> {
            __ormcore::Relation::many(Self::PUBLISHED, self, db)
        }
        ///The relationship `datasets`.
        pub const DATASETS: __ormcore::Relation<Person, __ormcore::HasMany<Dataset>> = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::children::<
                    Person,
                    Dataset,
                >(
                    __ormcore::Names::new("Person", "datasets", "Dataset"),
                    __ormcore::Option::None,
                ),
                |row| &row.datasets,
                |row| &mut row.datasets,
            )
            .declare_cascade(
                __ormcore::Cascade::NONE.save_update().merge().delete().delete_orphan(),
            )
            .declare_order_by(|order| __ormcore::order_by::<
                Dataset,
                _,
                _,
            >(Dataset::NAME, order));
        ///The `Dataset` rows of the relationship `datasets`.
        pub fn datasets<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, &'a [Dataset]> {
            __ormcore::Relation::many(Self::DATASETS, self, db)
        }
        ///The relationship `licence`.
        pub const LICENCE: __ormcore::Relation<Person, __ormcore::HasOne<Licence>> = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::children::<
                    Person,
                    Licence,
                >(
                    __ormcore::Names::new("Person", "licence", "Licence"),
                    __ormcore::Option::None,
                ),
                |row| &row.licence,
                |row| &mut row.licence,
            )
            .declare_strategy(__ormcore::Strategy::Joined)
            .declare_cascade(__ormcore::Cascade::NONE);
        ///The `Licence` row of the relationship `licence`.
        pub fn licence<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, __ormcore::Option<&'a Licence>> {
            __ormcore::Relation::one_or_none(Self::LICENCE, self, db)
        }
        ///The relationship `boss`.
        pub const BOSS: __ormcore::Relation<
            Person,
            __ormcore::SelfReferential<__ormcore::BelongsTo<Person>>,
        > = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::parent::<
                    Person,
                    Person,
                >(
                    __ormcore::Names::new("Person", "boss", "Person"),
                    __ormcore::Option::Some(
                        __ormcore::key_column::<Person, _>(<Person>::BOSS_ID),
                    ),
                ),
                |row| &row.boss,
                |row| &mut row.boss,
            )
            .declare_strategy(__ormcore::Strategy::Selectin)
            .declare_depth(3);
        ///The `Person` row of the relationship `boss`.
        pub fn boss<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<
            'p,
            <__ormcore::Nullable<
                { <Person>::BOSS.is_nullable() },
            > as __ormcore::ToOne>::Ref<'a, Person>,
        > {
            __ormcore::Relation::one::<
                { <Person>::BOSS.is_nullable() },
                E,
            >(Self::BOSS, self, db)
        }
        ///The relationship `groups`.
        pub const GROUPS: __ormcore::Relation<Person, __ormcore::ManyToMany<Group>> = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::through::<
                    Person,
                    Group,
                    Membership,
                >(
                    __ormcore::Names::new("Person", "groups", "Group"),
                    __ormcore::Option::None,
                ),
                |row| &row.groups,
                |row| &mut row.groups,
            )
            .declare_order_by(|order| __ormcore::order_through::<
                Group,
                Membership,
                _,
                _,
            >({ Membership::SINCE }, order));
        ///The `Group` rows of the relationship `groups`.
        pub fn groups<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, &'a [Group]> {
            __ormcore::Relation::many(Self::GROUPS, self, db)
        }
        ///The relationship `tags`.
        pub const TAGS: __ormcore::Relation<Person, __ormcore::ManyToMany<Tag>> = __ormcore::Relation::<
            Person,
            _,
        >::new(
                __ormcore::Link::through_table::<
                    Person,
                    Tag,
                >(
                    __ormcore::Names::new("Person", "tags", "Tag"),
                    "person_tag",
                    {
                        fn table() -> &'static __ormcore::schema::Table {
                            static TABLE: __ormcore::schema::LinkTable = __ormcore::schema::LinkTable::new(
                                "person_tag",
                                || <Person as __ormcore::Model>::TABLE,
                                || <Tag as __ormcore::Model>::TABLE,
                            );
                            TABLE.table()
                        }
                        __ormcore::inventory::submit! {
                            __ormcore::schema::RegisteredLink(table)
                        }
                        table
                    },
                ),
                |row| &row.tags,
                |row| &mut row.tags,
            )
            .declare_batch();
        ///The `Tag` rows of the relationship `tags`.
        pub fn tags<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, &'a [Tag]> {
            __ormcore::Relation::many(Self::TAGS, self, db)
        }
    }
    #[automatically_derived]
    impl Address {
        ///The other side of the relationship `Person.addresses`.
        pub const PERSON: __ormcore::Relation<
            Address,
            __ormcore::Backref<__ormcore::BelongsTo<Person>>,
        > = __ormcore::Relation::reversed(<Person>::ADDRESSES, "person");
        ///The `Person` row on the other side of `Person.addresses`: asks at each call.
        pub fn person<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<
            'p,
            <__ormcore::Nullable<
                {
                    __ormcore::Relation::reversed(<Person>::ADDRESSES, "person")
                        .is_nullable()
                },
            > as __ormcore::ToOne>::Row<Person>,
        > {
            __ormcore::Relation::ask_one::<
                {
                    __ormcore::Relation::reversed(<Person>::ADDRESSES, "person")
                        .is_nullable()
                },
                E,
            >(
                const { __ormcore::Relation::reversed(<Person>::ADDRESSES, "person") },
                self,
                db,
            )
        }
    }
    #[automatically_derived]
    impl Group {
        ///The other side of the relationship `Person.groups`.
        pub const MEMBERS: __ormcore::Relation<
            Group,
            __ormcore::Backref<__ormcore::ManyToMany<Person>>,
        > = __ormcore::Relation::reversed(<Person>::GROUPS, "members");
        ///The `Person` rows on the other side of `Person.groups`: asks at each call.
        pub fn members<'a: 'p, 'p, E: __ormcore::Executor + 'p>(
            &'a self,
            db: E,
        ) -> E::Out<'p, __ormcore::Vec<Person>> {
            __ormcore::Relation::ask_many(
                const { __ormcore::Relation::reversed(<Person>::GROUPS, "members") },
                self,
                db,
            )
        }
    }
    #[automatically_derived]
    impl __ormcore::Record for Person {
        fn field(&self, index: usize) -> &dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field(&self.id),
                1usize => <Option<i64> as __ormcore::Typed>::field(&self.boss_id),
                _ => __ormcore::unreachable!(),
            }
        }
        fn field_mut(&mut self, index: usize) -> &mut dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field_mut(&mut self.id),
                1usize => <Option<i64> as __ormcore::Typed>::field_mut(&mut self.boss_id),
                _ => __ormcore::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Columns for Person {
        const COLUMNS: &'static [__ormcore::schema::Column] = &[
            <i64 as __ormcore::Typed>::COLUMN
                .named("id", "ID")
                .primary_key()
                .has_default()
                .generated(<i64 as __ormcore::Generated>::BY_DATABASE),
            <Option<i64> as __ormcore::Typed>::COLUMN
                .named("boss_id", "BOSS_ID")
                .references(
                    __ormcore::schema::References::new(
                        <Person as __ormcore::Model>::SCHEMA,
                        <Person as __ormcore::Model>::NAME,
                        __ormcore::Column::name(<Person>::ID),
                    ),
                ),
        ];
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn decode(reader: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> {
            __ormcore::Ok(Person {
                id: <i64 as __ormcore::Typed>::read(reader, 0usize)?,
                boss_id: <Option<i64> as __ormcore::Typed>::read(reader, 1usize)?,
                addresses: __ormcore::Default::default(),
                published: __ormcore::Default::default(),
                datasets: __ormcore::Default::default(),
                licence: __ormcore::Default::default(),
                boss: __ormcore::Default::default(),
                groups: __ormcore::Default::default(),
                tags: __ormcore::Default::default(),
            })
        }
        fn initial() -> Self {
            Person {
                id: <i64 as __ormcore::Generated>::generate(),
                boss_id: <Option<i64> as __ormcore::Typed>::placeholder(),
                addresses: __ormcore::Default::default(),
                published: __ormcore::Default::default(),
                datasets: __ormcore::Default::default(),
                licence: __ormcore::Default::default(),
                boss: __ormcore::Default::default(),
                groups: __ormcore::Default::default(),
                tags: __ormcore::Default::default(),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Model for Person {
        const NAME: &'static str = "person";
        const SCHEMA: __ormcore::Option<&'static str> = __ormcore::Option::None;
        const TABLE: &'static __ormcore::schema::Table = &__ormcore::schema::Table::new(
            __ormcore::module_path!(),
            "Person",
            "person",
            <Person as __ormcore::Columns>::COLUMNS,
        );
        type Key = i64;
        const RELATIONSHIPS: &'static [&'static dyn __ormcore::Related] = &[
            &<Person>::PUBLISHED,
            &<Person>::DATASETS,
            &<Person>::LICENCE,
            &<Person>::BOSS,
            &<Person>::GROUPS,
            &<Person>::TAGS,
        ];
        const DEPENDED: &'static [&'static dyn __ormcore::Depended<Self>] = &[
            &<Person>::ADDRESSES,
            &<Person>::PUBLISHED,
            &<Person>::DATASETS,
            &<Person>::LICENCE,
            &<Person>::BOSS,
            &<Person>::GROUPS,
            &<Person>::TAGS,
        ];
        const EAGER: &'static [&'static dyn __ormcore::Related] = &[
            &<Person>::LICENCE,
            &<Person>::BOSS,
        ];
        fn statements() -> &'static __ormcore::Statements {
            static STATEMENTS: __ormcore::Statements = __ormcore::Statements::new();
            &STATEMENTS
        }
    }
    #[automatically_derived]
    impl __ormcore::Writable for Person {}
    __ormcore::inventory::submit! {
        __ormcore::Registered(< Person as __ormcore::Model > ::TABLE)
    }
    const _: &str = __ormcore::foreign_key::<Option<i64>, _, _>(<Person>::ID);
    const _: &dyn __ormcore::Depended<Person> = &<Person>::ADDRESSES;
    const _: &dyn __ormcore::Related = &<Person>::PUBLISHED;
    const _: &dyn __ormcore::Related = &<Person>::DATASETS;
    const _: () = __ormcore::check_pair(<Person>::DATASETS, <Dataset>::OWNER);
    const _: &dyn __ormcore::Related = &<Person>::LICENCE;
    const _: &dyn __ormcore::Related = &<Person>::BOSS;
    const _: &dyn __ormcore::Related = &<Person>::GROUPS;
    const _: &dyn __ormcore::Related = &<Person>::TAGS;
};
