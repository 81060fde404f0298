use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;
use crate::parse::Kind;

fn model(input: TokenStream) -> String {
    expand::structure(&syn::parse2(input).expect("a struct"), Kind::Model).to_string()
}

fn shows(expansion: &str, expected: TokenStream) {
    let expected = expected.to_string();
    assert!(expansion.contains(&expected), "{expected}\n\nis not in\n\n{expansion}");
}

#[test]
fn a_small_model_expands_to_constants_data_and_thin_implementations() {
    let expansion = model(quote! {
        pub(crate) struct BlogPost {
            #[column(primary_key)]
            id: i64,
            #[column(unique, length = 80)]
            title: String,
            #[column(foreign_key = User::ID, on_delete = "cascade")]
            author: i64,
            #[column(default = true)]
            r#pub: bool,
        }
    });
    let expected = quote! {
        #[automatically_derived]
        impl BlogPost {
            #[doc = "The column `id`."]
            pub(crate) const ID: ::ormcore::__private::Column<BlogPost, i64> =
                ::ormcore::__private::Column::new(0usize, "id");
            #[doc = "The column `title`."]
            pub(crate) const TITLE: ::ormcore::__private::Column<BlogPost, String> =
                ::ormcore::__private::Column::new(1usize, "title");
            #[doc = "The column `author`."]
            pub(crate) const AUTHOR: ::ormcore::__private::Column<BlogPost, i64> =
                ::ormcore::__private::Column::new(2usize, "author");
            #[doc = "The column `pub`."]
            pub(crate) const PUB: ::ormcore::__private::Column<BlogPost, bool> =
                ::ormcore::__private::Column::new(3usize, "pub");
            #[doc = "A draft of a row, to be inserted."]
            pub(crate) fn new(
                title: impl ::ormcore::__private::IntoColumn<String>,
                author: impl ::ormcore::__private::Reference<User, i64>
            ) -> ::ormcore::__private::Draft<BlogPost> {
                ::ormcore::__private::Draft::build(|row: &mut BlogPost| {
                    row.title = ::ormcore::__private::IntoColumn::into_column(title);
                    row.author = ::ormcore::__private::Reference::into_reference(
                        author,
                        ::ormcore::__private::Column::<User, i64>::new(
                            ::ormcore::__private::Column::index(<User>::ID),
                            ::ormcore::__private::Column::name(<User>::ID),
                        ),
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
                    _ => ::core::unreachable!()
                }
            }
            fn field_mut(&mut self, index: usize) -> &mut dyn ::ormcore::__private::Field {
                match index {
                    0usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.id),
                    1usize => <String as ::ormcore::__private::Typed>::field_mut(&mut self.title),
                    2usize => <i64 as ::ormcore::__private::Typed>::field_mut(&mut self.author),
                    3usize => <bool as ::ormcore::__private::Typed>::field_mut(&mut self.r#pub),
                    _ => ::core::unreachable!()
                }
            }
        }
        #[automatically_derived]
        impl ::ormcore::__private::Columns for BlogPost {
            const COLUMNS: &'static [::ormcore::__private::schema::Column] = &[
                <i64 as ::ormcore::__private::Typed>::COLUMN.named("id", "ID")
                    .primary_key().has_default().generated(<i64 as ::ormcore::__private::Generated>::BY_DATABASE),
                <String as ::ormcore::__private::Typed>::COLUMN.named("title", "TITLE").unique().length(80),
                <i64 as ::ormcore::__private::Typed>::COLUMN.named("author", "AUTHOR").references(
                    ::ormcore::__private::schema::References::new(
                        <User as ::ormcore::__private::Model>::SCHEMA,
                        <User as ::ormcore::__private::Model>::NAME,
                        ::ormcore::__private::Column::name(<User>::ID)
                    ).on_delete(::ormcore::__private::schema::Action::Cascade)
                ),
                <bool as ::ormcore::__private::Typed>::COLUMN.named("pub", "PUB").has_default()
            ];
            fn decode(reader: &::ormcore::__private::Reader<'_>) -> ::ormcore::__private::Result<Self> {
                ::core::result::Result::Ok(BlogPost {
                    id: <i64 as ::ormcore::__private::Typed>::read(reader, 0usize)?,
                    title: <String as ::ormcore::__private::Typed>::read(reader, 1usize)?,
                    author: <i64 as ::ormcore::__private::Typed>::read(reader, 2usize)?,
                    r#pub: <bool as ::ormcore::__private::Typed>::read(reader, 3usize)?
                })
            }
            fn initial() -> Self {
                BlogPost {
                    id: <i64 as ::ormcore::__private::Generated>::generate(),
                    title: <String as ::ormcore::__private::Typed>::placeholder(),
                    author: <i64 as ::ormcore::__private::Typed>::placeholder(),
                    r#pub: ::ormcore::__private::IntoColumn::<bool>::into_column(true)
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
            ::ormcore::__private::Registered(<BlogPost as ::ormcore::__private::Model>::TABLE)
        }
        const _: &str = ::ormcore::__private::foreign_key::<i64, _, _>(<User>::ID);
    };
    assert_eq!(expansion, expected.to_string());
}

#[test]
fn a_lone_integer_key_is_generated_unless_its_value_comes_from_elsewhere() {
    let generated = |attributes: TokenStream, ty: TokenStream| {
        model(quote!(struct User { #[column(primary_key, #attributes)] id: #ty })).contains("generated")
    };
    assert!(generated(quote!(), quote!(i64)));
    assert!(generated(quote!(), quote!(u8)));
    assert!(generated(quote!(auto), quote!(Uuid)));
    assert!(!generated(quote!(), quote!(Uuid)));
    assert!(!generated(quote!(), quote!(String)));
    assert!(!generated(quote!(auto = false), quote!(i64)));
    assert!(!generated(quote!(default = 3), quote!(i64)));
    assert!(!generated(quote!(server_default = "3"), quote!(i64)));
    assert!(!generated(quote!(foreign_key = Parent::ID), quote!(i64)));
    let of_two = quote!(
        struct User {
            #[column(primary_key)]
            a: i64,
            #[column(primary_key)]
            b: i64,
        }
    );
    assert!(!model(of_two).contains("generated"));
}

#[test]
fn a_foreign_key_of_required_columns_is_one_argument_in_the_first_ones_place() {
    let expansion = model(quote! {
        #[model(foreign_key(columns(a, b), references(Parent::A, Parent::B)))]
        struct Child { #[column(primary_key)] id: i64, before: i64, a: i64, between: i64, b: i64 }
    });
    shows(
        &expansion,
        quote! {
            fn new(
                before: impl ::ormcore::__private::IntoColumn<i64>,
                a: &Parent,
                between: impl ::ormcore::__private::IntoColumn<i64>
            )
        },
    );
    assert!(expansion.contains("row . b = :: ormcore :: __private :: Reference :: into_reference (a ,"), "{expansion}");
    let optional = model(quote! {
        #[model(foreign_key(columns(a, b), references(Parent::A, Parent::B)))]
        struct Child { #[column(primary_key)] id: i64, a: i64, b: Option<i64> }
    });
    shows(&optional, quote!(fn new(a: impl ::ormcore::__private::IntoColumn<i64>)));
}

#[test]
fn columns_behind_an_embedded_struct_are_counted_by_its_columns() {
    let expansion = model(quote! {
        struct Post { #[column(primary_key)] id: i64, #[column(flatten, default)] counters: Counters, title: String }
    });
    let len = quote!(<Counters as ::ormcore::__private::Columns>::COLUMNS.len());
    shows(&expansion, quote!(::ormcore::__private::Embedded::new(1usize)));
    shows(&expansion, quote!(::ormcore::__private::Column::new(1usize + #len, "title")));
    shows(
        &expansion,
        quote!(
            const _: () = ::ormcore::__private::all_have_defaults(<Counters as ::ormcore::__private::Columns>::COLUMNS);
        ),
    );
}

#[test]
fn a_view_has_neither_constructor_nor_writes() {
    let expansion = model(quote!(
        #[model(read_only)]
        struct View {
            n: i64,
        }
    ));
    assert!(!expansion.contains("Writable") && !expansion.contains("Draft"), "{expansion}");
    shows(
        &expansion,
        quote!(
            type Key = ();
        ),
    );
    shows(&expansion, quote!(.read_only()));
}

#[test]
fn a_mistake_leaves_the_traits_and_constants_in_place() {
    let expansion = model(quote!(
        struct User {
            #[column(primary_key)]
            id: i64,
            #[column(defualt = 3)]
            age: i64,
        }
    ));
    assert_eq!(expansion.matches("compile_error").count(), 1);
    for expected in ["impl :: ormcore :: __private :: Model for User", "const AGE", "fn new ()"] {
        assert!(expansion.contains(expected), "{expected} is not in\n{expansion}");
    }
}
