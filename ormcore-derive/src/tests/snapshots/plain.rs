const _: () = {
    use ::ormcore::__private as __ormcore;
    #[automatically_derived]
    impl BlogPost {
        ///The column `id`.
        pub(crate) const ID: __ormcore::Column<BlogPost, i64> = __ormcore::Column::new(
            0usize,
            "id",
        );
        ///The column `title`.
        pub(crate) const TITLE: __ormcore::Column<BlogPost, String> = __ormcore::Column::new(
            1usize,
            "title",
        );
        ///The column `author`.
        pub(crate) const AUTHOR: __ormcore::Column<BlogPost, i64> = __ormcore::Column::new(
            2usize,
            "author",
        );
        ///The column `pub`.
        pub(crate) const PUB: __ormcore::Column<BlogPost, bool> = __ormcore::Column::new(
            3usize,
            "pub",
        );
        ///A draft of a row, to be inserted.
        pub(crate) fn new(
            title: impl __ormcore::IntoColumn<String>,
            author: impl __ormcore::Reference<User, i64>,
        ) -> __ormcore::Draft<BlogPost> {
            __ormcore::Draft::build(|row: &mut BlogPost, waiting| {
                row.title = __ormcore::IntoColumn::into_column(title);
                __ormcore::refer::<
                    User,
                    i64,
                >(
                    author,
                    __ormcore::Column::index(<User>::ID),
                    &mut row.author,
                    waiting,
                    2usize,
                )?;
                __ormcore::Ok(())
            })
        }
    }
    #[automatically_derived]
    impl __ormcore::Record for BlogPost {
        fn field(&self, index: usize) -> &dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field(&self.id),
                1usize => <String as __ormcore::Typed>::field(&self.title),
                2usize => <i64 as __ormcore::Typed>::field(&self.author),
                3usize => <bool as __ormcore::Typed>::field(&self.r#pub),
                _ => __ormcore::unreachable!(),
            }
        }
        fn field_mut(&mut self, index: usize) -> &mut dyn __ormcore::Field {
            match index {
                0usize => <i64 as __ormcore::Typed>::field_mut(&mut self.id),
                1usize => <String as __ormcore::Typed>::field_mut(&mut self.title),
                2usize => <i64 as __ormcore::Typed>::field_mut(&mut self.author),
                3usize => <bool as __ormcore::Typed>::field_mut(&mut self.r#pub),
                _ => __ormcore::unreachable!(),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Columns for BlogPost {
        const COLUMNS: &'static [__ormcore::schema::Column] = &[
            <i64 as __ormcore::Typed>::COLUMN
                .named("id", "ID")
                .primary_key()
                .has_default()
                .generated(<i64 as __ormcore::Generated>::BY_DATABASE),
            <String as __ormcore::Typed>::COLUMN
                .named("title", "TITLE")
                .unique()
                .length(80),
            <i64 as __ormcore::Typed>::COLUMN
                .named("author", "AUTHOR")
                .references(
                    __ormcore::schema::References::new(
                            <User as __ormcore::Model>::SCHEMA,
                            <User as __ormcore::Model>::NAME,
                            __ormcore::Column::name(<User>::ID),
                        )
                        .on_delete(__ormcore::schema::Action::Cascade),
                ),
            <bool as __ormcore::Typed>::COLUMN.named("pub", "PUB").has_default(),
        ];
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn decode(reader: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> {
            __ormcore::Ok(BlogPost {
                id: <i64 as __ormcore::Typed>::read(reader, 0usize)?,
                title: <String as __ormcore::Typed>::read(reader, 1usize)?,
                author: <i64 as __ormcore::Typed>::read(reader, 2usize)?,
                r#pub: <bool as __ormcore::Typed>::read(reader, 3usize)?,
            })
        }
        fn initial() -> Self {
            BlogPost {
                id: <i64 as __ormcore::Generated>::generate(),
                title: <String as __ormcore::Typed>::placeholder(),
                author: <i64 as __ormcore::Typed>::placeholder(),
                r#pub: __ormcore::IntoColumn::<bool>::into_column(true),
            }
        }
    }
    #[automatically_derived]
    impl __ormcore::Model for BlogPost {
        const NAME: &'static str = "blog_post";
        const SCHEMA: __ormcore::Option<&'static str> = __ormcore::Option::None;
        const TABLE: &'static __ormcore::schema::Table = &__ormcore::schema::Table::new(
            __ormcore::module_path!(),
            "BlogPost",
            "blog_post",
            <BlogPost as __ormcore::Columns>::COLUMNS,
        );
        type Key = i64;
        fn statements() -> &'static __ormcore::Statements {
            static STATEMENTS: __ormcore::Statements = __ormcore::Statements::new();
            &STATEMENTS
        }
    }
    #[automatically_derived]
    impl __ormcore::Writable for BlogPost {}
    __ormcore::inventory::submit! {
        __ormcore::Registered(< BlogPost as __ormcore::Model > ::TABLE)
    }
    const _: &str = __ormcore::foreign_key::<i64, _, _>(<User>::ID);
};
