const _: () = {
    use ::ormcore::__private as __ormcore;
    #[automatically_derived]
    impl Order {
        ///The column `number`.
        pub const ID: __ormcore::Column<Order, OrderId> = __ormcore::Column::new(
            0usize,
            "number",
        );
        ///The column `reference`.
        pub const REFERENCE: __ormcore::Column<Order, String> = __ormcore::Column::new(
            1usize,
            "reference",
        );
        ///The column `note`.
        pub const NOTE: __ormcore::Column<Order, Option<String>> = __ormcore::Column::new(
            2usize,
            "note",
        );
        ///The column `status`.
        pub const STATUS: __ormcore::Column<Order, Status> = __ormcore::Column::new(
            3usize,
            "status",
        );
        ///The column `total`.
        pub const TOTAL: __ormcore::Column<Order, i64> = __ormcore::Column::new(
            4usize,
            "total",
        );
        ///The column `currency`.
        pub const CURRENCY: __ormcore::Column<Order, String> = __ormcore::Column::new(
            5usize,
            "currency",
        );
        ///The column `changed_at`.
        pub const CHANGED_AT: __ormcore::Column<Order, DateTime<Utc>> = __ormcore::Column::new(
            6usize,
            "changed_at",
        );
        ///The column `version`.
        pub const VERSION: __ormcore::Column<Order, i32> = __ormcore::Column::new(
            7usize,
            "version",
        );
        ///The column `customer`.
        pub const CUSTOMER: __ormcore::Column<Order, i64> = __ormcore::Column::new(
            8usize,
            "customer",
        );
        ///The column `clerk`.
        pub const CLERK: __ormcore::Column<Order, Option<i64>> = __ormcore::Column::new(
            9usize,
            "clerk",
        );
        ///The column `doubled`.
        pub const DOUBLED: __ormcore::Column<Order, i64, __ormcore::ByDatabase> = __ormcore::Column::new(
            10usize,
            "doubled",
        );
        ///The column `audited_by`.
        pub const AUDITED_BY: __ormcore::Column<
            Order,
            Option<String>,
            __ormcore::ByDatabase,
        > = __ormcore::Column::new(11usize, "audited_by");
        ///A draft of a row, to be inserted.
        pub fn new(
            reference: impl __ormcore::IntoColumn<String>,
            customer: impl __ormcore::Reference<Customer, i64>,
        ) -> __ormcore::Draft<Order> {
            __ormcore::Draft::build(|row: &mut Order, waiting| {
                row.reference = __ormcore::IntoColumn::into_column(reference);
                __ormcore::refer::<
                    Customer,
                    i64,
                >(
                    customer,
                    __ormcore::Column::index(<Customer>::ID),
                    &mut row.customer,
                    waiting,
                    8usize,
                )?;
                __ormcore::Ok(())
            })
        }
    }
    #[automatically_derived]
    impl __ormcore::Record for Order {
        fn field(&self, index: usize) -> &dyn __ormcore::Field {
            match index {
                0usize => <OrderId as __ormcore::Typed>::field(&self.id),
                1usize => <String as __ormcore::Typed>::field(&self.reference),
                2usize => <Option<String> as __ormcore::Typed>::field(&self.note),
                3usize => <Status as __ormcore::Typed>::field(&self.status),
                4usize => <i64 as __ormcore::Typed>::field(&self.total),
                5usize => <String as __ormcore::Typed>::field(&self.currency),
                6usize => <DateTime<Utc> as __ormcore::Typed>::field(&self.changed_at),
                7usize => <i32 as __ormcore::Typed>::field(&self.version),
                8usize => <i64 as __ormcore::Typed>::field(&self.customer),
                9usize => <Option<i64> as __ormcore::Typed>::field(&self.clerk),
                10usize => <i64 as __ormcore::Typed>::field(&self.doubled),
                11usize => <Option<String> as __ormcore::Typed>::field(&self.audited_by),
                _ => __ormcore::unreachable!(),
            }
        }
        fn field_mut(&mut self, index: usize) -> &mut dyn __ormcore::Field {
            match index {
                0usize => <OrderId as __ormcore::Typed>::field_mut(&mut self.id),
                1usize => <String as __ormcore::Typed>::field_mut(&mut self.reference),
                2usize => <Option<String> as __ormcore::Typed>::field_mut(&mut self.note),
                3usize => <Status as __ormcore::Typed>::field_mut(&mut self.status),
                4usize => <i64 as __ormcore::Typed>::field_mut(&mut self.total),
                5usize => <String as __ormcore::Typed>::field_mut(&mut self.currency),
                6usize => {
                    <DateTime<Utc> as __ormcore::Typed>::field_mut(&mut self.changed_at)
                }
                7usize => <i32 as __ormcore::Typed>::field_mut(&mut self.version),
                8usize => <i64 as __ormcore::Typed>::field_mut(&mut self.customer),
                9usize => <Option<i64> as __ormcore::Typed>::field_mut(&mut self.clerk),
                10usize => <i64 as __ormcore::Typed>::field_mut(&mut self.doubled),
                11usize => {
                    <Option<String> as __ormcore::Typed>::field_mut(&mut self.audited_by)
                }
                _ => __ormcore::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Columns for Order {
        const COLUMNS: &'static [__ormcore::schema::Column] = &[
            <OrderId as __ormcore::Typed>::COLUMN
                .named("number", "ID")
                .of_field("id")
                .primary_key()
                .has_default()
                .generated(<OrderId as __ormcore::Generated>::BY_DATABASE),
            <String as __ormcore::Typed>::COLUMN
                .named("reference", "REFERENCE")
                .unique()
                .length(12)
                .check("reference <> ''")
                .comment("as the customer knows it"),
            <Option<String> as __ormcore::Typed>::COLUMN
                .named("note", "NOTE")
                .index(true),
            <Status as __ormcore::Typed>::COLUMN.named("status", "STATUS").has_default(),
            <i64 as __ormcore::Typed>::COLUMN.named("total", "TOTAL").has_default(),
            <String as __ormcore::Typed>::COLUMN
                .named("currency", "CURRENCY")
                .server_default("'EUR'"),
            <DateTime<Utc> as __ormcore::Typed>::COLUMN
                .named("changed_at", "CHANGED_AT")
                .has_default(),
            <i32 as __ormcore::Typed>::COLUMN.named("version", "VERSION").version(),
            <i64 as __ormcore::Typed>::COLUMN
                .named("customer", "CUSTOMER")
                .references(
                    __ormcore::schema::References::new(
                            <Customer as __ormcore::Model>::SCHEMA,
                            <Customer as __ormcore::Model>::NAME,
                            __ormcore::Column::name(<Customer>::ID),
                        )
                        .on_delete(__ormcore::schema::Action::Cascade)
                        .on_update(__ormcore::schema::Action::Restrict),
                ),
            <Option<i64> as __ormcore::Typed>::COLUMN
                .named("clerk", "CLERK")
                .index(false)
                .references(
                    __ormcore::schema::References::new(
                        __ormcore::Option::Some("shop"),
                        "clerk",
                        "id",
                    ),
                ),
            <i64 as __ormcore::Typed>::COLUMN
                .named("doubled", "DOUBLED")
                .generated_as(
                    __ormcore::schema::GeneratedAs::computed_on_read("total * 2"),
                ),
            <Option<String> as __ormcore::Typed>::COLUMN
                .named("audited_by", "AUDITED_BY")
                .read_only()
                .index(true),
        ];
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn decode(reader: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> {
            __ormcore::Ok(Order {
                id: <OrderId as __ormcore::Typed>::read(reader, 0usize)?,
                reference: <String as __ormcore::Typed>::read(reader, 1usize)?,
                note: <Option<String> as __ormcore::Typed>::read(reader, 2usize)?,
                status: <Status as __ormcore::Typed>::read(reader, 3usize)?,
                total: <i64 as __ormcore::Typed>::read(reader, 4usize)?,
                currency: <String as __ormcore::Typed>::read(reader, 5usize)?,
                changed_at: <DateTime<Utc> as __ormcore::Typed>::read(reader, 6usize)?,
                version: <i32 as __ormcore::Typed>::read(reader, 7usize)?,
                customer: <i64 as __ormcore::Typed>::read(reader, 8usize)?,
                clerk: <Option<i64> as __ormcore::Typed>::read(reader, 9usize)?,
                doubled: <i64 as __ormcore::Typed>::read(reader, 10usize)?,
                audited_by: <Option<String> as __ormcore::Typed>::read(reader, 11usize)?,
            })
        }
        fn initial() -> Self {
            Order {
                id: <OrderId as __ormcore::Generated>::generate(),
                reference: <String as __ormcore::Typed>::placeholder(),
                note: <Option<String> as __ormcore::Typed>::placeholder(),
                status: __ormcore::IntoColumn::<Status>::into_column(Status::Open),
                total: <i64 as __ormcore::Defaulted>::defaulted(),
                currency: <String as __ormcore::Typed>::placeholder(),
                changed_at: __ormcore::IntoColumn::<
                    DateTime<Utc>,
                >::into_column(Utc::now()),
                version: <i32 as __ormcore::Version>::FIRST,
                customer: <i64 as __ormcore::Typed>::placeholder(),
                clerk: <Option<i64> as __ormcore::Typed>::placeholder(),
                doubled: <i64 as __ormcore::Typed>::placeholder(),
                audited_by: <Option<String> as __ormcore::Typed>::placeholder(),
            }
        }
        fn on_write(set: &mut dyn __ormcore::FnMut(usize, &dyn __ormcore::Field)) {
            let value: DateTime<Utc> = __ormcore::IntoColumn::<
                DateTime<Utc>,
            >::into_column(Utc::now());
            set(6usize, &value);
        }
    }
    #[automatically_derived]
    impl __ormcore::Model for Order {
        const NAME: &'static str = "order";
        const SCHEMA: __ormcore::Option<&'static str> = __ormcore::Option::None;
        const TABLE: &'static __ormcore::schema::Table = &__ormcore::schema::Table::new(
            __ormcore::module_path!(),
            "Order",
            "order",
            <Order as __ormcore::Columns>::COLUMNS,
        );
        type Key = OrderId;
        fn statements() -> &'static __ormcore::Statements {
            static STATEMENTS: __ormcore::Statements = __ormcore::Statements::new();
            &STATEMENTS
        }
    }
    #[automatically_derived]
    impl __ormcore::Writable for Order {}
    __ormcore::inventory::submit! {
        __ormcore::Registered(< Order as __ormcore::Model > ::TABLE)
    }
    const _: &str = __ormcore::foreign_key::<i64, _, _>(<Customer>::ID);
};
