#[automatically_derived]
impl Order {
    ///The column `number`.
    pub const ID: ::ormcore::__private::Column<Order, OrderId> = ::ormcore::__private::Column::new(
        0usize,
        "number",
    );
    ///The column `reference`.
    pub const REFERENCE: ::ormcore::__private::Column<Order, String> = ::ormcore::__private::Column::new(
        1usize,
        "reference",
    );
    ///The column `note`.
    pub const NOTE: ::ormcore::__private::Column<Order, Option<String>> = ::ormcore::__private::Column::new(
        2usize,
        "note",
    );
    ///The column `status`.
    pub const STATUS: ::ormcore::__private::Column<Order, Status> = ::ormcore::__private::Column::new(
        3usize,
        "status",
    );
    ///The column `total`.
    pub const TOTAL: ::ormcore::__private::Column<Order, i64> = ::ormcore::__private::Column::new(
        4usize,
        "total",
    );
    ///The column `currency`.
    pub const CURRENCY: ::ormcore::__private::Column<Order, String> = ::ormcore::__private::Column::new(
        5usize,
        "currency",
    );
    ///The column `changed_at`.
    pub const CHANGED_AT: ::ormcore::__private::Column<Order, DateTime<Utc>> = ::ormcore::__private::Column::new(
        6usize,
        "changed_at",
    );
    ///The column `version`.
    pub const VERSION: ::ormcore::__private::Column<Order, i32> = ::ormcore::__private::Column::new(
        7usize,
        "version",
    );
    ///The column `customer`.
    pub const CUSTOMER: ::ormcore::__private::Column<Order, i64> = ::ormcore::__private::Column::new(
        8usize,
        "customer",
    );
    ///The column `clerk`.
    pub const CLERK: ::ormcore::__private::Column<Order, Option<i64>> = ::ormcore::__private::Column::new(
        9usize,
        "clerk",
    );
    ///The column `doubled`.
    pub const DOUBLED: ::ormcore::__private::Column<
        Order,
        i64,
        ::ormcore::__private::ByDatabase,
    > = ::ormcore::__private::Column::new(10usize, "doubled");
    ///The column `audited_by`.
    pub const AUDITED_BY: ::ormcore::__private::Column<
        Order,
        Option<String>,
        ::ormcore::__private::ByDatabase,
    > = ::ormcore::__private::Column::new(11usize, "audited_by");
    ///A draft of a row, to be inserted.
    pub fn new(
        reference: impl ::ormcore::__private::IntoColumn<String>,
        customer: impl ::ormcore::__private::Reference<Customer, i64>,
    ) -> ::ormcore::__private::Draft<Order> {
        ::ormcore::__private::Draft::build(|row: &mut Order, waiting| {
            row.reference = ::ormcore::__private::IntoColumn::into_column(reference);
            ::ormcore::__private::refer::<
                Customer,
                i64,
            >(
                customer,
                ::ormcore::__private::Column::index(<Customer>::ID),
                &mut row.customer,
                waiting,
                8usize,
            )?;
            ::core::result::Result::Ok(())
        })
    }
}
#[automatically_derived]
impl ::ormcore::__private::Record for Order {
    fn field(&self, index: usize) -> &dyn ::ormcore::__private::Field {
        match index {
            0usize => <OrderId as ::ormcore::__private::Typed>::field(&self.id),
            1usize => <String as ::ormcore::__private::Typed>::field(&self.reference),
            2usize => <Option<String> as ::ormcore::__private::Typed>::field(&self.note),
            3usize => <Status as ::ormcore::__private::Typed>::field(&self.status),
            4usize => <i64 as ::ormcore::__private::Typed>::field(&self.total),
            5usize => <String as ::ormcore::__private::Typed>::field(&self.currency),
            6usize => {
                <DateTime<Utc> as ::ormcore::__private::Typed>::field(&self.changed_at)
            }
            7usize => <i32 as ::ormcore::__private::Typed>::field(&self.version),
            8usize => <i64 as ::ormcore::__private::Typed>::field(&self.customer),
            9usize => <Option<i64> as ::ormcore::__private::Typed>::field(&self.clerk),
            10usize => <i64 as ::ormcore::__private::Typed>::field(&self.doubled),
            11usize => {
                <Option<String> as ::ormcore::__private::Typed>::field(&self.audited_by)
            }
            _ => ::core::unreachable!(),
        }
    }
    fn field_mut(&mut self, index: usize) -> &mut dyn ::ormcore::__private::Field {
        match index {
            0usize => <OrderId as ::ormcore::__private::Typed>::field_mut(&mut self.id),
            1usize => {
                <String as ::ormcore::__private::Typed>::field_mut(&mut self.reference)
            }
            2usize => {
                <Option<
                    String,
                > as ::ormcore::__private::Typed>::field_mut(&mut self.note)
            }
            3usize => {
                <Status as ::ormcore::__private::Typed>::field_mut(&mut self.status)
            }
            4usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.total),
            5usize => {
                <String as ::ormcore::__private::Typed>::field_mut(&mut self.currency)
            }
            6usize => {
                <DateTime<
                    Utc,
                > as ::ormcore::__private::Typed>::field_mut(&mut self.changed_at)
            }
            7usize => <i32 as ::ormcore::__private::Typed>::field_mut(&mut self.version),
            8usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.customer),
            9usize => {
                <Option<i64> as ::ormcore::__private::Typed>::field_mut(&mut self.clerk)
            }
            10usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.doubled),
            11usize => {
                <Option<
                    String,
                > as ::ormcore::__private::Typed>::field_mut(&mut self.audited_by)
            }
            _ => ::core::unreachable!(),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Columns for Order {
    const COLUMNS: &'static [::ormcore::__private::schema::Column] = &[
        <OrderId as ::ormcore::__private::Typed>::COLUMN
            .named("number", "ID")
            .of_field("id")
            .primary_key()
            .has_default()
            .generated(<OrderId as ::ormcore::__private::Generated>::BY_DATABASE),
        <String as ::ormcore::__private::Typed>::COLUMN
            .named("reference", "REFERENCE")
            .unique()
            .length(12)
            .check("reference <> ''")
            .comment("as the customer knows it"),
        <Option<String> as ::ormcore::__private::Typed>::COLUMN
            .named("note", "NOTE")
            .index(true),
        <Status as ::ormcore::__private::Typed>::COLUMN
            .named("status", "STATUS")
            .has_default(),
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("total", "TOTAL")
            .has_default(),
        <String as ::ormcore::__private::Typed>::COLUMN
            .named("currency", "CURRENCY")
            .server_default("'EUR'"),
        <DateTime<Utc> as ::ormcore::__private::Typed>::COLUMN
            .named("changed_at", "CHANGED_AT")
            .has_default(),
        <i32 as ::ormcore::__private::Typed>::COLUMN
            .named("version", "VERSION")
            .version(),
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("customer", "CUSTOMER")
            .references(
                ::ormcore::__private::schema::References::new(
                        <Customer as ::ormcore::__private::Model>::SCHEMA,
                        <Customer as ::ormcore::__private::Model>::NAME,
                        ::ormcore::__private::Column::name(<Customer>::ID),
                    )
                    .on_delete(::ormcore::__private::schema::Action::Cascade)
                    .on_update(::ormcore::__private::schema::Action::Restrict),
            ),
        <Option<i64> as ::ormcore::__private::Typed>::COLUMN
            .named("clerk", "CLERK")
            .index(false)
            .references(
                ::ormcore::__private::schema::References::new(
                    ::core::option::Option::Some("shop"),
                    "clerk",
                    "id",
                ),
            ),
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("doubled", "DOUBLED")
            .generated_as(
                ::ormcore::__private::schema::GeneratedAs::computed_on_read("total * 2"),
            ),
        <Option<String> as ::ormcore::__private::Typed>::COLUMN
            .named("audited_by", "AUDITED_BY")
            .read_only()
            .index(true),
    ];
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decode(
        reader: &::ormcore::__private::Reader<'_>,
    ) -> ::ormcore::__private::Result<Self> {
        ::core::result::Result::Ok(Order {
            id: <OrderId as ::ormcore::__private::Typed>::read(reader, 0usize)?,
            reference: <String as ::ormcore::__private::Typed>::read(reader, 1usize)?,
            note: <Option<String> as ::ormcore::__private::Typed>::read(reader, 2usize)?,
            status: <Status as ::ormcore::__private::Typed>::read(reader, 3usize)?,
            total: <i64 as ::ormcore::__private::Typed>::read(reader, 4usize)?,
            currency: <String as ::ormcore::__private::Typed>::read(reader, 5usize)?,
            changed_at: <DateTime<
                Utc,
            > as ::ormcore::__private::Typed>::read(reader, 6usize)?,
            version: <i32 as ::ormcore::__private::Typed>::read(reader, 7usize)?,
            customer: <i64 as ::ormcore::__private::Typed>::read(reader, 8usize)?,
            clerk: <Option<i64> as ::ormcore::__private::Typed>::read(reader, 9usize)?,
            doubled: <i64 as ::ormcore::__private::Typed>::read(reader, 10usize)?,
            audited_by: <Option<
                String,
            > as ::ormcore::__private::Typed>::read(reader, 11usize)?,
        })
    }
    fn initial() -> Self {
        Order {
            id: <OrderId as ::ormcore::__private::Generated>::generate(),
            reference: <String as ::ormcore::__private::Typed>::placeholder(),
            note: <Option<String> as ::ormcore::__private::Typed>::placeholder(),
            status: ::ormcore::__private::IntoColumn::<
                Status,
            >::into_column(Status::Open),
            total: <i64 as ::ormcore::__private::Defaulted>::defaulted(),
            currency: <String as ::ormcore::__private::Typed>::placeholder(),
            changed_at: ::ormcore::__private::IntoColumn::<
                DateTime<Utc>,
            >::into_column(Utc::now()),
            version: <i32 as ::ormcore::__private::Version>::FIRST,
            customer: <i64 as ::ormcore::__private::Typed>::placeholder(),
            clerk: <Option<i64> as ::ormcore::__private::Typed>::placeholder(),
            doubled: <i64 as ::ormcore::__private::Typed>::placeholder(),
            audited_by: <Option<String> as ::ormcore::__private::Typed>::placeholder(),
        }
    }
    fn on_write(
        set: &mut dyn ::core::ops::FnMut(usize, &dyn ::ormcore::__private::Field),
    ) {
        let value: DateTime<Utc> = ::ormcore::__private::IntoColumn::<
            DateTime<Utc>,
        >::into_column(Utc::now());
        set(6usize, &value);
    }
}
#[automatically_derived]
impl ::ormcore::__private::Model for Order {
    const NAME: &'static str = "order";
    const SCHEMA: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const TABLE: &'static ::ormcore::__private::schema::Table = &::ormcore::__private::schema::Table::new(
        ::core::module_path!(),
        "Order",
        "order",
        <Order as ::ormcore::__private::Columns>::COLUMNS,
    );
    type Key = OrderId;
    fn statements() -> &'static ::ormcore::__private::Statements {
        static STATEMENTS: ::ormcore::__private::Statements = ::ormcore::__private::Statements::new();
        &STATEMENTS
    }
}
#[automatically_derived]
impl ::ormcore::__private::Writable for Order {}
::ormcore::__private::inventory::submit! {
    ::ormcore::__private::Registered(< Order as ::ormcore::__private::Model > ::TABLE)
}
const _: &str = ::ormcore::__private::foreign_key::<i64, _, _>(<Customer>::ID);
