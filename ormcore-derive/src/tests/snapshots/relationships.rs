#[automatically_derived]
impl Person {
    ///The column `id`.
    pub const ID: ::ormcore::__private::Column<Person, i64> = ::ormcore::__private::Column::new(
        0usize,
        "id",
    );
    ///The column `boss_id`.
    pub const BOSS_ID: ::ormcore::__private::Column<Person, Option<i64>> = ::ormcore::__private::Column::new(
        1usize,
        "boss_id",
    );
    ///A draft of a row, to be inserted.
    pub fn new() -> ::ormcore::__private::Draft<Person> {
        ::ormcore::__private::Draft::build(|_: &mut Person, _| {
            ::core::result::Result::Ok(())
        })
    }
    ///The relationship `addresses`.
    pub const ADDRESSES: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::Dynamic<::ormcore::__private::HasMany<Address>>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::children::<
                Person,
                Address,
            >(
                ::ormcore::__private::Names::new("Person", "addresses", "Address"),
                ::ormcore::__private::Option::None,
            ),
            |row| &row.addresses,
            |row| &mut row.addresses,
        )
        .declare_dynamic();
    ///A query for the `Address` rows of the relationship `addresses`.
    pub fn addresses(&self) -> ::ormcore::__private::Query<Address> {
        ::ormcore::__private::Relation::query(Self::ADDRESSES, self)
    }
    ///The relationship `datasets`.
    pub const DATASETS: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::HasMany<Dataset>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::children::<
                Person,
                Dataset,
            >(
                ::ormcore::__private::Names::new("Person", "datasets", "Dataset"),
                ::ormcore::__private::Option::None,
            ),
            |row| &row.datasets,
            |row| &mut row.datasets,
        )
        .declare_cascade(
            ::ormcore::__private::Cascade::NONE
                .save_update()
                .merge()
                .delete()
                .delete_orphan(),
        )
        .declare_order_by(|order| ::ormcore::__private::order_by::<
            Dataset,
            _,
            _,
        >(Dataset::NAME, order));
    ///The `Dataset` rows of the relationship `datasets`.
    pub fn datasets<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<'p, &'a [Dataset]> {
        ::ormcore::__private::Relation::many(Self::DATASETS, self, db)
    }
    ///The relationship `licence`.
    pub const LICENCE: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::HasOne<Licence>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::children::<
                Person,
                Licence,
            >(
                ::ormcore::__private::Names::new("Person", "licence", "Licence"),
                ::ormcore::__private::Option::None,
            ),
            |row| &row.licence,
            |row| &mut row.licence,
        )
        .declare_strategy(::ormcore::__private::Strategy::Joined)
        .declare_cascade(::ormcore::__private::Cascade::NONE);
    ///The `Licence` row of the relationship `licence`.
    pub fn licence<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<'p, ::ormcore::__private::Option<&'a Licence>> {
        ::ormcore::__private::Relation::one_or_none(Self::LICENCE, self, db)
    }
    ///The relationship `boss`.
    pub const BOSS: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::SelfReferential<::ormcore::__private::BelongsTo<Person>>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::parent::<
                Person,
                Person,
            >(
                ::ormcore::__private::Names::new("Person", "boss", "Person"),
                ::ormcore::__private::Option::Some(
                    ::ormcore::__private::key_column::<Person, _>(<Person>::BOSS_ID),
                ),
            ),
            |row| &row.boss,
            |row| &mut row.boss,
        )
        .declare_strategy(::ormcore::__private::Strategy::Selectin)
        .declare_depth(3);
    ///The `Person` row of the relationship `boss`.
    pub fn boss<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<
        'p,
        <::ormcore::__private::Nullable<
            { <Person>::BOSS.is_nullable() },
        > as ::ormcore::__private::ToOne>::Ref<'a, Person>,
    > {
        ::ormcore::__private::Relation::one::<
            { <Person>::BOSS.is_nullable() },
            E,
        >(Self::BOSS, self, db)
    }
    ///The relationship `groups`.
    pub const GROUPS: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::ManyToMany<Group>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::through::<
                Person,
                Group,
                Membership,
            >(
                ::ormcore::__private::Names::new("Person", "groups", "Group"),
                ::ormcore::__private::Option::None,
            ),
            |row| &row.groups,
            |row| &mut row.groups,
        )
        .declare_order_by(|order| ::ormcore::__private::order_through::<
            Group,
            Membership,
            _,
            _,
        >({ Membership::SINCE }, order));
    ///The `Group` rows of the relationship `groups`.
    pub fn groups<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<'p, &'a [Group]> {
        ::ormcore::__private::Relation::many(Self::GROUPS, self, db)
    }
    ///The relationship `tags`.
    pub const TAGS: ::ormcore::__private::Relation<
        Person,
        ::ormcore::__private::ManyToMany<Tag>,
    > = ::ormcore::__private::Relation::<
        Person,
        _,
    >::new(
            ::ormcore::__private::Link::through_table::<
                Person,
                Tag,
            >(
                ::ormcore::__private::Names::new("Person", "tags", "Tag"),
                "person_tag",
                {
                    fn table() -> &'static ::ormcore::__private::schema::Table {
                        static TABLE: ::ormcore::__private::schema::LinkTable = ::ormcore::__private::schema::LinkTable::new(
                            "person_tag",
                            || <Person as ::ormcore::__private::Model>::TABLE,
                            || <Tag as ::ormcore::__private::Model>::TABLE,
                        );
                        TABLE.table()
                    }
                    ::ormcore::__private::inventory::submit! {
                        ::ormcore::__private::schema::RegisteredLink(table)
                    }
                    table
                },
            ),
            |row| &row.tags,
            |row| &mut row.tags,
        )
        .declare_batch();
    ///The `Tag` rows of the relationship `tags`.
    pub fn tags<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<'p, &'a [Tag]> {
        ::ormcore::__private::Relation::many(Self::TAGS, self, db)
    }
}
#[automatically_derived]
impl Address {
    ///The other side of the relationship `Person.addresses`.
    pub const PERSON: ::ormcore::__private::Relation<
        Address,
        ::ormcore::__private::Backref<::ormcore::__private::BelongsTo<Person>>,
    > = ::ormcore::__private::Relation::reversed(<Person>::ADDRESSES, "person");
    ///The `Person` row on the other side of `Person.addresses`: asks at each call.
    pub fn person<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<
        'p,
        <::ormcore::__private::Nullable<
            {
                ::ormcore::__private::Relation::reversed(<Person>::ADDRESSES, "person")
                    .is_nullable()
            },
        > as ::ormcore::__private::ToOne>::Row<Person>,
    > {
        ::ormcore::__private::Relation::ask_one::<
            {
                ::ormcore::__private::Relation::reversed(<Person>::ADDRESSES, "person")
                    .is_nullable()
            },
            E,
        >(
            const {
                ::ormcore::__private::Relation::reversed(<Person>::ADDRESSES, "person")
            },
            self,
            db,
        )
    }
}
#[automatically_derived]
impl Group {
    ///The other side of the relationship `Person.groups`.
    pub const MEMBERS: ::ormcore::__private::Relation<
        Group,
        ::ormcore::__private::Backref<::ormcore::__private::ManyToMany<Person>>,
    > = ::ormcore::__private::Relation::reversed(<Person>::GROUPS, "members");
    ///The `Person` rows on the other side of `Person.groups`: asks at each call.
    pub fn members<'a: 'p, 'p, E: ::ormcore::__private::Executor + 'p>(
        &'a self,
        db: E,
    ) -> E::Out<'p, ::ormcore::__private::Vec<Person>> {
        ::ormcore::__private::Relation::ask_many(
            const {
                ::ormcore::__private::Relation::reversed(<Person>::GROUPS, "members")
            },
            self,
            db,
        )
    }
}
#[automatically_derived]
impl ::ormcore::__private::Record for Person {
    fn field(&self, index: usize) -> &dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field(&self.id),
            1usize => <Option<i64> as ::ormcore::__private::Typed>::field(&self.boss_id),
            _ => ::core::unreachable!(),
        }
    }
    fn field_mut(&mut self, index: usize) -> &mut dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.id),
            1usize => {
                <Option<
                    i64,
                > as ::ormcore::__private::Typed>::field_mut(&mut self.boss_id)
            }
            _ => ::core::unreachable!(),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Columns for Person {
    const COLUMNS: &'static [::ormcore::__private::schema::Column] = &[
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("id", "ID")
            .primary_key()
            .has_default()
            .generated(<i64 as ::ormcore::__private::Generated>::BY_DATABASE),
        <Option<i64> as ::ormcore::__private::Typed>::COLUMN
            .named("boss_id", "BOSS_ID")
            .references(
                ::ormcore::__private::schema::References::new(
                    <Person as ::ormcore::__private::Model>::SCHEMA,
                    <Person as ::ormcore::__private::Model>::NAME,
                    ::ormcore::__private::Column::name(<Person>::ID),
                ),
            ),
    ];
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decode(
        reader: &::ormcore::__private::Reader<'_>,
    ) -> ::ormcore::__private::Result<Self> {
        ::core::result::Result::Ok(Person {
            id: <i64 as ::ormcore::__private::Typed>::read(reader, 0usize)?,
            boss_id: <Option<i64> as ::ormcore::__private::Typed>::read(reader, 1usize)?,
            addresses: ::ormcore::__private::Default::default(),
            datasets: ::ormcore::__private::Default::default(),
            licence: ::ormcore::__private::Default::default(),
            boss: ::ormcore::__private::Default::default(),
            groups: ::ormcore::__private::Default::default(),
            tags: ::ormcore::__private::Default::default(),
        })
    }
    fn initial() -> Self {
        Person {
            id: <i64 as ::ormcore::__private::Generated>::generate(),
            boss_id: <Option<i64> as ::ormcore::__private::Typed>::placeholder(),
            addresses: ::ormcore::__private::Default::default(),
            datasets: ::ormcore::__private::Default::default(),
            licence: ::ormcore::__private::Default::default(),
            boss: ::ormcore::__private::Default::default(),
            groups: ::ormcore::__private::Default::default(),
            tags: ::ormcore::__private::Default::default(),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Model for Person {
    const NAME: &'static str = "person";
    const SCHEMA: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const TABLE: &'static ::ormcore::__private::schema::Table = &::ormcore::__private::schema::Table::new(
        ::core::module_path!(),
        "Person",
        "person",
        <Person as ::ormcore::__private::Columns>::COLUMNS,
    );
    type Key = i64;
    const RELATIONSHIPS: &'static [&'static dyn ::ormcore::__private::Related] = &[
        &<Person>::DATASETS,
        &<Person>::LICENCE,
        &<Person>::BOSS,
        &<Person>::GROUPS,
        &<Person>::TAGS,
    ];
    const DEPENDED: &'static [&'static dyn ::ormcore::__private::Depended<Self>] = &[
        &<Person>::ADDRESSES,
        &<Person>::DATASETS,
        &<Person>::LICENCE,
        &<Person>::BOSS,
        &<Person>::GROUPS,
        &<Person>::TAGS,
    ];
    const EAGER: &'static [&'static dyn ::ormcore::__private::Related] = &[
        &<Person>::LICENCE,
        &<Person>::BOSS,
    ];
    fn statements() -> &'static ::ormcore::__private::Statements {
        static STATEMENTS: ::ormcore::__private::Statements = ::ormcore::__private::Statements::new();
        &STATEMENTS
    }
}
#[automatically_derived]
impl ::ormcore::__private::Writable for Person {}
::ormcore::__private::inventory::submit! {
    ::ormcore::__private::Registered(< Person as ::ormcore::__private::Model > ::TABLE)
}
const _: &str = ::ormcore::__private::foreign_key::<Option<i64>, _, _>(<Person>::ID);
const _: &dyn ::ormcore::__private::Depended<Person> = &<Person>::ADDRESSES;
const _: &dyn ::ormcore::__private::Related = &<Person>::DATASETS;
const _: () = ::ormcore::__private::check_pair(<Person>::DATASETS, <Dataset>::OWNER);
const _: &dyn ::ormcore::__private::Related = &<Person>::LICENCE;
const _: &dyn ::ormcore::__private::Related = &<Person>::BOSS;
const _: &dyn ::ormcore::__private::Related = &<Person>::GROUPS;
const _: &dyn ::ormcore::__private::Related = &<Person>::TAGS;
