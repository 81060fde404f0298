#[automatically_derived]
impl Parcel {
    ///The column `order`.
    const ORDER: ::ormcore::__private::Column<Parcel, i64> = ::ormcore::__private::Column::new(
        0usize,
        "order",
    );
    ///The column `line`.
    const LINE: ::ormcore::__private::Column<Parcel, i32> = ::ormcore::__private::Column::new(
        1usize,
        "line",
    );
    ///The columns of `size`.
    const SIZE: ::ormcore::__private::Embedded<Parcel, Size> = ::ormcore::__private::Embedded::new(
        2usize,
    );
    ///The columns of `counters`.
    const COUNTERS: ::ormcore::__private::Embedded<Parcel, Counters> = ::ormcore::__private::Embedded::new(
        2usize + <Size as ::ormcore::__private::Columns>::COUNT,
    );
    ///The column `name`.
    const NAME: ::ormcore::__private::Column<Parcel, String> = ::ormcore::__private::Column::new(
        2usize + <Size as ::ormcore::__private::Columns>::COUNT
            + <Counters as ::ormcore::__private::Columns>::COUNT,
        "name",
    );
    ///The default scope `mine`.
    const SCOPE_MINE: ::ormcore::__private::DefaultScope<Parcel> = ::ormcore::__private::DefaultScope::new(
        0usize,
    );
    ///The default scope `sent`.
    const SCOPE_SENT: ::ormcore::__private::DefaultScope<Parcel> = ::ormcore::__private::DefaultScope::new(
        1usize,
    );
    ///A draft of a row, to be inserted.
    fn new(
        order: impl ::ormcore::__private::RowReference<OrderLine>,
        size: Size,
        name: impl ::ormcore::__private::IntoColumn<String>,
    ) -> ::ormcore::__private::Draft<Parcel> {
        ::ormcore::__private::Draft::build(|row: &mut Parcel, waiting| {
            ::ormcore::__private::refer::<
                OrderLine,
                i64,
            >(
                ::ormcore::__private::KeyPart(order),
                ::ormcore::__private::Column::index(<OrderLine>::ORDER),
                &mut row.order,
                waiting,
                0usize,
            )?;
            ::ormcore::__private::refer::<
                OrderLine,
                i32,
            >(
                ::ormcore::__private::KeyPart(order),
                ::ormcore::__private::Column::index(<OrderLine>::LINE),
                &mut row.line,
                waiting,
                1usize,
            )?;
            row.size = size;
            waiting
                .give(2usize..2usize + <Size as ::ormcore::__private::Columns>::COUNT);
            row.name = ::ormcore::__private::IntoColumn::into_column(name);
            ::core::result::Result::Ok(())
        })
    }
}
#[automatically_derived]
impl ::ormcore::__private::Record for Parcel {
    fn field(&self, index: usize) -> &dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field(&self.order),
            1usize => <i32 as ::ormcore::__private::Typed>::field(&self.line),
            index if index < 2usize + <Size as ::ormcore::__private::Columns>::COUNT => {
                <Size as ::ormcore::__private::Record>::field(
                    &self.size,
                    index - (2usize),
                )
            }
            index if index
                < 2usize + <Size as ::ormcore::__private::Columns>::COUNT
                    + <Counters as ::ormcore::__private::Columns>::COUNT => {
                <Counters as ::ormcore::__private::Record>::field(
                    &self.counters,
                    index - (2usize + <Size as ::ormcore::__private::Columns>::COUNT),
                )
            }
            index if index
                == 2usize + <Size as ::ormcore::__private::Columns>::COUNT
                    + <Counters as ::ormcore::__private::Columns>::COUNT => {
                <String as ::ormcore::__private::Typed>::field(&self.name)
            }
            _ => ::core::unreachable!(),
        }
    }
    fn field_mut(&mut self, index: usize) -> &mut dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.order),
            1usize => <i32 as ::ormcore::__private::Typed>::field_mut(&mut self.line),
            index if index < 2usize + <Size as ::ormcore::__private::Columns>::COUNT => {
                <Size as ::ormcore::__private::Record>::field_mut(
                    &mut self.size,
                    index - (2usize),
                )
            }
            index if index
                < 2usize + <Size as ::ormcore::__private::Columns>::COUNT
                    + <Counters as ::ormcore::__private::Columns>::COUNT => {
                <Counters as ::ormcore::__private::Record>::field_mut(
                    &mut self.counters,
                    index - (2usize + <Size as ::ormcore::__private::Columns>::COUNT),
                )
            }
            index if index
                == 2usize + <Size as ::ormcore::__private::Columns>::COUNT
                    + <Counters as ::ormcore::__private::Columns>::COUNT => {
                <String as ::ormcore::__private::Typed>::field_mut(&mut self.name)
            }
            _ => ::core::unreachable!(),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Columns for Parcel {
    const COLUMNS: &'static [::ormcore::__private::schema::Column] = &::ormcore::__private::schema::concat::<
        {
            3usize + <Size as ::ormcore::__private::Columns>::COUNT
                + <Counters as ::ormcore::__private::Columns>::COUNT
        },
    >(
        &[
            (
                "",
                &[
                    <i64 as ::ormcore::__private::Typed>::COLUMN
                        .named("order", "ORDER")
                        .primary_key(),
                    <i32 as ::ormcore::__private::Typed>::COLUMN
                        .named("line", "LINE")
                        .primary_key(),
                ],
            ),
            ("size", <Size as ::ormcore::__private::Columns>::COLUMNS),
            ("counters", <Counters as ::ormcore::__private::Columns>::COLUMNS),
            (
                "",
                &[<String as ::ormcore::__private::Typed>::COLUMN.named("name", "NAME")],
            ),
        ],
    );
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decode(
        reader: &::ormcore::__private::Reader<'_>,
    ) -> ::ormcore::__private::Result<Self> {
        ::core::result::Result::Ok(Parcel {
            order: <i64 as ::ormcore::__private::Typed>::read(reader, 0usize)?,
            line: <i32 as ::ormcore::__private::Typed>::read(reader, 1usize)?,
            size: <Size as ::ormcore::__private::Columns>::decode(&reader.from(2usize))?,
            counters: <Counters as ::ormcore::__private::Columns>::decode(
                &reader.from(2usize + <Size as ::ormcore::__private::Columns>::COUNT),
            )?,
            name: <String as ::ormcore::__private::Typed>::read(
                reader,
                2usize + <Size as ::ormcore::__private::Columns>::COUNT
                    + <Counters as ::ormcore::__private::Columns>::COUNT,
            )?,
        })
    }
    fn initial() -> Self {
        Parcel {
            order: <i64 as ::ormcore::__private::Typed>::placeholder(),
            line: <i32 as ::ormcore::__private::Typed>::placeholder(),
            size: <Size as ::ormcore::__private::Columns>::initial(),
            counters: <Counters as ::ormcore::__private::Columns>::initial(),
            name: <String as ::ormcore::__private::Typed>::placeholder(),
        }
    }
    fn on_write(
        set: &mut dyn ::core::ops::FnMut(usize, &dyn ::ormcore::__private::Field),
    ) {
        <Size as ::ormcore::__private::Columns>::on_write(
            &mut |index, value| set(2usize + index, value),
        );
        <Counters as ::ormcore::__private::Columns>::on_write(
            &mut |index, value| set(
                2usize + <Size as ::ormcore::__private::Columns>::COUNT + index,
                value,
            ),
        );
    }
}
#[automatically_derived]
impl ::ormcore::__private::Model for Parcel {
    const NAME: &'static str = "parcel";
    const SCHEMA: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "shop",
    );
    const TABLE: &'static ::ormcore::__private::schema::Table = &::ormcore::__private::schema::Table::new(
            ::core::module_path!(),
            "Parcel",
            "parcel",
            <Parcel as ::ormcore::__private::Columns>::COLUMNS,
        )
        .schema(::core::option::Option::Some("shop"))
        .foreign_keys(
            &[
                ::ormcore::__private::schema::ForeignKey::new(
                        &["order", "line"],
                        <OrderLine as ::ormcore::__private::Model>::SCHEMA,
                        <OrderLine as ::ormcore::__private::Model>::NAME,
                        &[
                            ::ormcore::__private::Column::name(<OrderLine>::ORDER),
                            ::ormcore::__private::Column::name(<OrderLine>::LINE),
                        ],
                    )
                    .on_delete(::ormcore::__private::schema::Action::Cascade),
            ],
        )
        .indexes(
            &[
                ::ormcore::__private::schema::Index::new(
                        &[
                            ::ormcore::__private::schema::IndexPart::Column("name"),
                            ::ormcore::__private::schema::IndexPart::Expression(
                                "lower(name)",
                            ),
                        ],
                    )
                    .filter("views > 0"),
                ::ormcore::__private::schema::Index::new(
                        &[
                            ::ormcore::__private::schema::IndexPart::Column("order"),
                            ::ormcore::__private::schema::IndexPart::Column("name"),
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
                    let scope: fn() -> ::ormcore::__private::Predicate<Parcel> = Parcel::of_tenant;
                    ::ormcore::__private::scope_of(scope())
                },
                || {
                    let scope: fn() -> ::ormcore::__private::Predicate<Parcel> = sent;
                    ::ormcore::__private::scope_of(scope())
                },
            ],
        );
    type Key = (i64, i32);
    fn statements() -> &'static ::ormcore::__private::Statements {
        static STATEMENTS: ::ormcore::__private::Statements = ::ormcore::__private::Statements::new();
        &STATEMENTS
    }
}
#[automatically_derived]
impl ::ormcore::__private::Writable for Parcel {}
::ormcore::__private::inventory::submit! {
    ::ormcore::__private::Registered(< Parcel as ::ormcore::__private::Model > ::TABLE)
}
const _: &str = ::ormcore::__private::foreign_key::<i64, _, _>(<OrderLine>::ORDER);
const _: &str = ::ormcore::__private::foreign_key::<i32, _, _>(<OrderLine>::LINE);
const _: () = ::ormcore::__private::all_have_defaults(
    <Counters as ::ormcore::__private::Columns>::COLUMNS,
);
