#[automatically_derived]
impl BlogPost {
    ///The column `id`.
    pub(crate) const ID: ::ormcore::__private::Column<BlogPost, i64> = ::ormcore::__private::Column::new(
        0usize,
        "id",
    );
    ///The column `title`.
    pub(crate) const TITLE: ::ormcore::__private::Column<BlogPost, String> = ::ormcore::__private::Column::new(
        1usize,
        "title",
    );
    ///The column `author`.
    pub(crate) const AUTHOR: ::ormcore::__private::Column<BlogPost, i64> = ::ormcore::__private::Column::new(
        2usize,
        "author",
    );
    ///The column `pub`.
    pub(crate) const PUB: ::ormcore::__private::Column<BlogPost, bool> = ::ormcore::__private::Column::new(
        3usize,
        "pub",
    );
    ///A draft of a row, to be inserted.
    pub(crate) fn new(
        title: impl ::ormcore::__private::IntoColumn<String>,
        author: impl ::ormcore::__private::Reference<User, i64>,
    ) -> ::ormcore::__private::Draft<BlogPost> {
        ::ormcore::__private::Draft::build(|row: &mut BlogPost, waiting| {
            row.title = ::ormcore::__private::IntoColumn::into_column(title);
            ::ormcore::__private::refer::<
                User,
                i64,
            >(
                author,
                ::ormcore::__private::Column::index(<User>::ID),
                &mut row.author,
                waiting,
                2usize,
            )?;
            ::core::result::Result::Ok(())
        })
    }
}
#[automatically_derived]
impl ::ormcore::__private::Record for BlogPost {
    fn field(&self, index: usize) -> &dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field(&self.id),
            1usize => <String as ::ormcore::__private::Typed>::field(&self.title),
            2usize => <i64 as ::ormcore::__private::Typed>::field(&self.author),
            3usize => <bool as ::ormcore::__private::Typed>::field(&self.r#pub),
            _ => ::core::unreachable!(),
        }
    }
    fn field_mut(&mut self, index: usize) -> &mut dyn ::ormcore::__private::Field {
        match index {
            0usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.id),
            1usize => <String as ::ormcore::__private::Typed>::field_mut(&mut self.title),
            2usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.author),
            3usize => <bool as ::ormcore::__private::Typed>::field_mut(&mut self.r#pub),
            _ => ::core::unreachable!(),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Columns for BlogPost {
    const COLUMNS: &'static [::ormcore::__private::schema::Column] = &[
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("id", "ID")
            .primary_key()
            .has_default()
            .generated(<i64 as ::ormcore::__private::Generated>::BY_DATABASE),
        <String as ::ormcore::__private::Typed>::COLUMN
            .named("title", "TITLE")
            .unique()
            .length(80),
        <i64 as ::ormcore::__private::Typed>::COLUMN
            .named("author", "AUTHOR")
            .references(
                ::ormcore::__private::schema::References::new(
                        <User as ::ormcore::__private::Model>::SCHEMA,
                        <User as ::ormcore::__private::Model>::NAME,
                        ::ormcore::__private::Column::name(<User>::ID),
                    )
                    .on_delete(::ormcore::__private::schema::Action::Cascade),
            ),
        <bool as ::ormcore::__private::Typed>::COLUMN.named("pub", "PUB").has_default(),
    ];
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decode(
        reader: &::ormcore::__private::Reader<'_>,
    ) -> ::ormcore::__private::Result<Self> {
        ::core::result::Result::Ok(BlogPost {
            id: <i64 as ::ormcore::__private::Typed>::read(reader, 0usize)?,
            title: <String as ::ormcore::__private::Typed>::read(reader, 1usize)?,
            author: <i64 as ::ormcore::__private::Typed>::read(reader, 2usize)?,
            r#pub: <bool as ::ormcore::__private::Typed>::read(reader, 3usize)?,
        })
    }
    fn initial() -> Self {
        BlogPost {
            id: <i64 as ::ormcore::__private::Generated>::generate(),
            title: <String as ::ormcore::__private::Typed>::placeholder(),
            author: <i64 as ::ormcore::__private::Typed>::placeholder(),
            r#pub: ::ormcore::__private::IntoColumn::<bool>::into_column(true),
        }
    }
}
#[automatically_derived]
impl ::ormcore::__private::Model for BlogPost {
    const NAME: &'static str = "blog_post";
    const SCHEMA: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const TABLE: &'static ::ormcore::__private::schema::Table = &::ormcore::__private::schema::Table::new(
        ::core::module_path!(),
        "BlogPost",
        "blog_post",
        <BlogPost as ::ormcore::__private::Columns>::COLUMNS,
    );
    type Key = i64;
    fn statements() -> &'static ::ormcore::__private::Statements {
        static STATEMENTS: ::ormcore::__private::Statements = ::ormcore::__private::Statements::new();
        &STATEMENTS
    }
}
#[automatically_derived]
impl ::ormcore::__private::Writable for BlogPost {}
::ormcore::__private::inventory::submit! {
    ::ormcore::__private::Registered(< BlogPost as ::ormcore::__private::Model > ::TABLE)
}
const _: &str = ::ormcore::__private::foreign_key::<i64, _, _>(<User>::ID);
