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
