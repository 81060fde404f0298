use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;
use crate::parse::Kind;

fn model(input: TokenStream) -> String {
    expand::structure(&syn::parse2(input).expect("a struct"), Kind::Model).to_string()
}

fn shows(expansion: &str, expected: TokenStream) {
    // `>>` may be one token or two.
    let without_spaces = |text: &str| text.replace(' ', "");
    let expected = expected.to_string();
    let found = without_spaces(expansion).contains(&without_spaces(&expected));
    assert!(found, "{expected}\n\nis not in\n\n{expansion}");
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
                before: impl __ormcore::IntoColumn<i64>,
                a: impl __ormcore::RowReference<Parent>,
                between: impl __ormcore::IntoColumn<i64>
            )
        },
    );
    assert!(expansion.contains(":: refer :: < Parent , i64 > (__ormcore :: KeyPart (a) , __ormcore :: Column :: index (< Parent > :: B) , & mut row . b"), "{expansion}");
    let optional = model(quote! {
        #[model(foreign_key(columns(a, b), references(Parent::A, Parent::B)))]
        struct Child { #[column(primary_key)] id: i64, a: i64, b: Option<i64> }
    });
    shows(&optional, quote!(fn new(a: impl __ormcore::IntoColumn<i64>)));
}

#[test]
fn columns_behind_an_embedded_struct_are_counted_by_its_columns() {
    let expansion = model(quote! {
        struct Post { #[column(primary_key)] id: i64, #[column(flatten, default)] counters: Counters, title: String }
    });
    let len = quote!(<Counters as __ormcore::Columns>::COUNT);
    shows(&expansion, quote!(__ormcore::Embedded::new(1usize)));
    shows(&expansion, quote!(__ormcore::Column::new(1usize + #len, "title")));
    shows(
        &expansion,
        quote!(
            const _: () = __ormcore::all_have_defaults(<Counters as __ormcore::Columns>::COLUMNS);
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
    for expected in ["impl __ormcore :: Model for User", "const AGE", "fn new ()"] {
        assert!(expansion.contains(expected), "{expected} is not in\n{expansion}");
    }
}

#[test]
fn a_relationship_is_no_column() {
    let expansion = model(quote! {
        struct User { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet>, name: String }
    });
    shows(&expansion, quote!(__ormcore::Column::new(1usize, "name")));
    shows(&expansion, quote!(fn new(name: impl __ormcore::IntoColumn<String>)));
    assert!(!expansion.contains("EAGER"), "{expansion}");
    let field = quote!(pets: __ormcore::Default::default()).to_string();
    // Once where a row is read and once where a draft is made.
    assert_eq!(expansion.matches(&field).count(), 2, "{expansion}");
}

#[test]
fn the_other_side_of_a_backref_follows_from_this_one() {
    let backref = |field: TokenStream| model(quote!(struct User { #[column(primary_key)] id: i64, #field }));
    let one = backref(quote!(#[relationship(backref = "type")] pets: HasMany<Pet>));
    shows(&one, quote!(TYPE: __ormcore::Relation<Pet, __ormcore::Backref<__ormcore::BelongsTo<User>>>));
    shows(&one, quote!(__ormcore::Relation::reversed(<User>::PETS, "type")));
    shows(&one, quote!(fn r#type<'a: 'p, 'p, E: __ormcore::Executor + 'p>));
    let many = backref(quote!(#[relationship(backref = "users")] home: BelongsTo<Home>));
    shows(&many, quote!(__ormcore::Backref<__ormcore::HasMany<User>>));
    let linked = backref(quote!(#[relationship(backref = "users", secondary = "a_b")] tags: HasMany<Tag>));
    shows(&linked, quote!(__ormcore::Backref<__ormcore::ManyToMany<User>>));
}

#[test]
fn a_model_called_as_the_type_parameter_is_not_confused_with_it() {
    let expansion = model(quote!(
        struct User {
            #[column(primary_key)]
            id: i64,
            #[relationship]
            e: BelongsTo<E>,
        }
    ));
    shows(&expansion, quote!(fn e<'a: 'p, 'p, __E: __ormcore::Executor + 'p>));
}

#[test]
fn a_mistake_leaves_constants_and_accessors_and_asks_no_table() {
    let expansion = model(quote! {
        struct User {
            #[column(primary_key)]
            id: i64,
            #[column(foreign_key = Self::ID)]
            boss_id: Option<i64>,
            #[relationship(lazy = "dynamc", backref = "owner")]
            pets: HasMany<Pet>,
            #[relationship(secondary = 3)]
            tags: HasMany<Tag>,
            #[relationship(back_populates = "staff")]
            boss: BelongsTo<User>,
        }
    });
    assert_eq!(expansion.matches("compile_error").count(), 2);
    // As they would be without the mistakes.
    shows(
        &expansion,
        quote!(
            fn pets(&self) -> __ormcore::Query<Pet> {
                __ormcore::unreachable!()
            }
        ),
    );
    shows(&expansion, quote!(const TAGS: __ormcore::Relation<User, __ormcore::ManyToMany<Tag>>));
    shows(&expansion, quote!(__ormcore::Nullable<true>));
    shows(&expansion, quote!(fn owner));
    assert!(!expansion.contains("EAGER"), "{expansion}");
    assert_eq!(expansion.matches("const _").count(), 1, "{expansion}");
}

#[test]
fn functions_that_are_called_for_rows_are_one_constant() {
    let expansion = model(quote! {
        #[model(before_insert = tidy, validate = Self::check)]
        struct User { #[column(primary_key)] id: i64 }
    });
    shows(
        &expansion,
        quote! {
            const EVENTS: __ormcore::Events<Self> = {
                __ormcore::Events::NONE.before_insert(tidy).validate(Self::check)
            };
        },
    );
    assert!(
        !model(quote!(
            struct User {
                #[column(primary_key)]
                id: i64,
            }
        ))
        .contains("EVENTS")
    );
}

#[test]
fn a_full_text_index_is_a_constant_and_nothing_where_there_is_none() {
    let fields = quote!(
        struct Article {
            #[column(primary_key)]
            id: i64,
            #[column(name = "Title")]
            title: String,
            body: String,
        }
    );
    assert!(!model(fields.clone()).contains("full_text") && !model(fields.clone()).contains("Searched"));
    let indexed = model(quote!(#[model(full_text(title = 4, body, language = "english"))] #fields));
    let data = quote!(__ormcore::schema::FullText::new(&[("Title", 4f32), ("body", 1f32)]).language("english"));
    shows(&indexed, quote!(.full_text(#data)));
    shows(&indexed, quote!(impl __ormcore::Searched for Article {}));
    shows(
        &indexed,
        quote!(
            const _: () = __ormcore::is_searched::<String>();
        ),
    );
}
