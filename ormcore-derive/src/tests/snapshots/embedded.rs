const _: () = {
    use ::ormcore::__private as __ormcore;
    #[automatically_derived]
    impl Parcel {
        ///The column `order`.
        const ORDER: __ormcore::Column<Parcel, i64> = __ormcore::Column::new(
            0usize,
            "order",
        );
        ///The column `line`.
        const LINE: __ormcore::Column<Parcel, i32> = __ormcore::Column::new(
            1usize,
            "line",
        );
        ///The columns of `size`.
        const SIZE: __ormcore::Embedded<Parcel, Size> = __ormcore::Embedded::prefixed(
            2usize,
            {
                const NAMES: &[&str] = <Size as __ormcore::Columns>::NAMES;
                const LEN: usize = __ormcore::schema::prefixed_length("outer_", NAMES);
                &__ormcore::schema::prefixed_names::<
                    { <Size as __ormcore::Columns>::COUNT },
                >(
                    "outer_",
                    NAMES,
                    &const { __ormcore::schema::prefixed_text::<LEN>("outer_", NAMES) },
                )
            },
        );
        ///The columns of `counters`.
        const COUNTERS: __ormcore::Embedded<Parcel, Counters> = __ormcore::Embedded::new(
            2usize + <Size as __ormcore::Columns>::COUNT,
        );
        ///The column `name`.
        const NAME: __ormcore::Column<Parcel, String> = __ormcore::Column::new(
            2usize + <Size as __ormcore::Columns>::COUNT
                + <Counters as __ormcore::Columns>::COUNT,
            "name",
        );
        ///The default scope `mine`.
        const SCOPE_MINE: __ormcore::DefaultScope<Parcel> = __ormcore::DefaultScope::new(
            0usize,
        );
        ///The default scope `sent`.
        const SCOPE_SENT: __ormcore::DefaultScope<Parcel> = __ormcore::DefaultScope::new(
            1usize,
        );
        ///A draft of a row, to be inserted.
        fn new(
            order: impl __ormcore::RowReference<OrderLine>,
            size: Size,
            name: impl __ormcore::IntoColumn<String>,
        ) -> __ormcore::Draft<Parcel> {
            __ormcore::Draft::build(|row: &mut Parcel, waiting| {
                __ormcore::refer::<
                    OrderLine,
                    i64,
                >(
                    __ormcore::KeyPart(order),
                    __ormcore::Column::index(<OrderLine>::ORDER),
                    &mut row.order,
                    waiting,
                    0usize,
                )?;
                __ormcore::refer::<
                    OrderLine,
                    i32,
                >(
                    __ormcore::KeyPart(order),
                    __ormcore::Column::index(<OrderLine>::LINE),
                    &mut row.line,
                    waiting,
                    1usize,
                )?;
                row.size = size;
                waiting.give(2usize..2usize + <Size as __ormcore::Columns>::COUNT);
                row.name = __ormcore::IntoColumn::into_column(name);
                __ormcore::Ok(())
            })
        }
    }
    #[automatically_derived]
    impl __ormcore::Record for Parcel {
        fn field(&self, index: usize) -> &dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field(&self.order),
                1usize => <i32 as __ormcore::Typed>::field(&self.line),
                index if index < 2usize + <Size as __ormcore::Columns>::COUNT => {
                    <Size as __ormcore::Record>::field(&self.size, index - (2usize))
                }
                index if index
                    < 2usize + <Size as __ormcore::Columns>::COUNT
                        + <Counters as __ormcore::Columns>::COUNT => {
                    <Counters as __ormcore::Record>::field(
                        &self.counters,
                        index - (2usize + <Size as __ormcore::Columns>::COUNT),
                    )
                }
                index if index
                    == 2usize + <Size as __ormcore::Columns>::COUNT
                        + <Counters as __ormcore::Columns>::COUNT => {
                    <String as __ormcore::Typed>::field(&self.name)
                }
                _ => __ormcore::unreachable!(),
            }
        }
        fn field_mut(&mut self, index: usize) -> &mut dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field_mut(&mut self.order),
                1usize => <i32 as __ormcore::Typed>::field_mut(&mut self.line),
                index if index < 2usize + <Size as __ormcore::Columns>::COUNT => {
                    <Size as __ormcore::Record>::field_mut(
                        &mut self.size,
                        index - (2usize),
                    )
                }
                index if index
                    < 2usize + <Size as __ormcore::Columns>::COUNT
                        + <Counters as __ormcore::Columns>::COUNT => {
                    <Counters as __ormcore::Record>::field_mut(
                        &mut self.counters,
                        index - (2usize + <Size as __ormcore::Columns>::COUNT),
                    )
                }
                index if index
                    == 2usize + <Size as __ormcore::Columns>::COUNT
                        + <Counters as __ormcore::Columns>::COUNT => {
                    <String as __ormcore::Typed>::field_mut(&mut self.name)
                }
                _ => __ormcore::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Columns for Parcel {
        const COLUMNS: &'static [__ormcore::schema::Column] = &__ormcore::schema::concat::<
            {
                3usize + <Size as __ormcore::Columns>::COUNT
                    + <Counters as __ormcore::Columns>::COUNT
            },
        >(
            &[
                (
                    "",
                    &[
                        <i64 as __ormcore::Typed>::COLUMN
                            .named("order", "ORDER")
                            .primary_key(),
                        <i32 as __ormcore::Typed>::COLUMN
                            .named("line", "LINE")
                            .primary_key(),
                    ],
                ),
                (
                    "size",
                    &__ormcore::schema::prefixed::<
                        { <Size as __ormcore::Columns>::COUNT },
                    >(<Size as __ormcore::Columns>::COLUMNS, <Parcel>::SIZE.names()),
                ),
                ("counters", <Counters as __ormcore::Columns>::COLUMNS),
                ("", &[<String as __ormcore::Typed>::COLUMN.named("name", "NAME")]),
            ],
        );
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn decode(reader: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> {
            __ormcore::Ok(Parcel {
                order: <i64 as __ormcore::Typed>::read(reader, 0usize)?,
                line: <i32 as __ormcore::Typed>::read(reader, 1usize)?,
                size: <Size as __ormcore::Columns>::decode(&reader.from(2usize))?,
                counters: <Counters as __ormcore::Columns>::decode(
                    &reader.from(2usize + <Size as __ormcore::Columns>::COUNT),
                )?,
                name: <String as __ormcore::Typed>::read(
                    reader,
                    2usize + <Size as __ormcore::Columns>::COUNT
                        + <Counters as __ormcore::Columns>::COUNT,
                )?,
            })
        }
        fn initial() -> Self {
            Parcel {
                order: <i64 as __ormcore::Typed>::placeholder(),
                line: <i32 as __ormcore::Typed>::placeholder(),
                size: <Size as __ormcore::Columns>::initial(),
                counters: <Counters as __ormcore::Columns>::initial(),
                name: <String as __ormcore::Typed>::placeholder(),
            }
        }
        fn on_write(set: &mut dyn __ormcore::FnMut(usize, &dyn __ormcore::Field)) {
            <Size as __ormcore::Columns>::on_write(
                &mut |index, value| set(2usize + index, value),
            );
            <Counters as __ormcore::Columns>::on_write(
                &mut |index, value| set(
                    2usize + <Size as __ormcore::Columns>::COUNT + index,
                    value,
                ),
            );
        }
    }
    #[automatically_derived]
    impl __ormcore::Model for Parcel {
        const NAME: &'static str = "parcel";
        const SCHEMA: __ormcore::Option<&'static str> = __ormcore::Option::Some("shop");
        const TABLE: &'static __ormcore::schema::Table = &__ormcore::schema::Table::new(
                __ormcore::module_path!(),
                "Parcel",
                "parcel",
                <Parcel as __ormcore::Columns>::COLUMNS,
            )
            .schema(__ormcore::Option::Some("shop"))
            .foreign_keys(
                &[
                    __ormcore::schema::ForeignKey::new(
                            &["order", "line"],
                            <OrderLine as __ormcore::Model>::SCHEMA,
                            <OrderLine as __ormcore::Model>::NAME,
                            &[
                                __ormcore::Column::name(<OrderLine>::ORDER),
                                __ormcore::Column::name(<OrderLine>::LINE),
                            ],
                        )
                        .on_delete(__ormcore::schema::Action::Cascade),
                ],
            )
            .indexes(
                &[
                    __ormcore::schema::Index::new(
                            &[
                                __ormcore::schema::IndexPart::named("name"),
                                __ormcore::schema::IndexPart::expression("lower(name)"),
                            ],
                        )
                        .filter("views > 0"),
                    __ormcore::schema::Index::new(
                            &[
                                __ormcore::schema::IndexPart::named("order"),
                                __ormcore::schema::IndexPart::named("name"),
                            ],
                        )
                        .unique(),
                ],
            )
            .checks(&["line > 0"])
            .comment("what is sent")
            .scopes(
                &[
                    || {
                        let scope: fn() -> __ormcore::Predicate<Parcel> = Parcel::of_tenant;
                        __ormcore::scope_of(scope())
                    },
                    || {
                        let scope: fn() -> __ormcore::Predicate<Parcel> = sent;
                        __ormcore::scope_of(scope())
                    },
                ],
            );
        type Key = (i64, i32);
        fn statements() -> &'static __ormcore::Statements {
            static STATEMENTS: __ormcore::Statements = __ormcore::Statements::new();
            &STATEMENTS
        }
    }
    #[automatically_derived]
    impl __ormcore::Writable for Parcel {}
    __ormcore::inventory::submit! {
        __ormcore::Registered(< Parcel as __ormcore::Model > ::TABLE)
    }
    const _: &str = __ormcore::foreign_key::<i64, _, _>(<OrderLine>::ORDER);
    const _: &str = __ormcore::foreign_key::<i32, _, _>(<OrderLine>::LINE);
    const _: () = __ormcore::all_have_defaults(
        <Counters as __ormcore::Columns>::COLUMNS,
    );
};
