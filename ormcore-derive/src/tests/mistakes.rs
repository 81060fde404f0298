//! Mistakes in attributes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{of_attribute, of_field, of_fields, of_model, of_struct, says};
use crate::parse::Kind;

#[test]
fn what_is_right_gives_no_message() {
    says(&of_attribute(&quote!(#[model(table = "users", schema = "s", constructor = "make", strict = false)])), &[]);
    says(
        &of_attribute(&quote!(#[model(index(a, "lower(b)", filter = "a > 0", name = "ix"), unique(b), check = "a")])),
        &[],
    );
    says(
        &of_attribute(&quote!(#[model(index(a), index(b))] #[model(check = "a", check = "b", constructor = false)])),
        &[],
    );
    let key =
        quote!(#[model(foreign_key(columns(a, b), references(P::A, P::B), on_delete = "cascade", index = false))]);
    says(&of_attribute(&key), &[]);
    says(&of_field(&quote!(#[column(default = [1, 2].map(|a| a + 1)[0], index = false)] a: i64)), &[]);
    says(&of_field(&quote!(#[column(default = HashMap::<A, B>::new(), index)] a: i64)), &[]);
    says(&of_field(&quote!(#[column(default)] #[column(length = 8, nullable)] a: Option<String>,)), &[]);
    says(
        &of_field(&quote!(#[column(foreign_key = crate::P::ID, on_delete = "set_null")] a: std::option::Option<i64>)),
        &[],
    );
    says(&of_field(&quote!(#[column(foreign_key = "s.t.c", on_update = "NO ACTION")] a: i64)), &[]);
    says(
        &of_model(quote!(
            #[model(read_only)]
            struct View {
                n: i64,
            }
        )),
        &[],
    );
    says(
        &of_struct(
            Kind::Embedded,
            quote!(
                #[columns(crate = ::orm)]
                struct C {
                    #[column(default = 0)]
                    n: i64,
                }
            ),
        ),
        &[],
    );
}

#[test]
fn an_unknown_word_is_answered_with_the_nearest_known_one() {
    says(&of_field(&quote!(#[column(lenght = 8)] a: String)), &["`lenght`: did you mean `length`?"]);
    says(&of_field(&quote!(#[column(pk)] a: String)), &["did you mean `primary_key`?"]);
    says(
        &of_field(&quote!(#[column(quux)] a: String)),
        &["unknown key of `#[column(..)]` `quux`: known are `auto`, `check`"],
    );
    says(&of_attribute(&quote!(#[model(tabel = "x")])), &["did you mean `table`?"]);
    says(&of_attribute(&quote!(#[model(index(aa))])), &["unknown field `aa`: did you mean `a`?"]);
    says(
        &of_attribute(&quote!(#[model(index(a, filtr = "x"))])),
        &["key of `index(..)` `filtr`: did you mean `filter`?"],
    );
    let action = of_field(&quote!(#[column(foreign_key = P::ID, on_delete = "cascde")] a: i64));
    says(&action, &["unknown action `cascde`: did you mean `cascade`? known are `cascade`, `restrict`"]);
}

#[test]
fn a_type_that_borrows_is_answered_with_the_one_that_owns() {
    for (borrowed, owned) in [
        (quote!(&str), "write `String`"),
        (quote!(&'static [u8]), "write `Vec<u8>`"),
        (quote!(Option<&'a str>), "write `Option<String>`"),
        (quote!(&i64), "write `i64`"),
    ] {
        says(&of_field(&quote!(a: #borrowed)), &[owned]);
    }
}

#[test]
fn a_field_is_answered_with_the_constant_of_its_column() {
    says(
        &of_field(&quote!(#[column(foreign_key = P::id, on_delete = "cascade")] a: i64)),
        &["the column's constant is `P::ID`"],
    );
    says(
        &of_field(&quote!(#[relationship(order_by = a::Book::sub_title)] books: HasMany<Book>)),
        &["the column's constant is `a::Book::SUB_TITLE`"],
    );
    says(&of_field(&quote!(#[relationship(order_by = book::order())] books: HasMany<Book>)), &[]);
}

#[test]
fn a_word_without_quotes_is_answered_with_the_known_ones() {
    says(
        &of_field(&quote!(#[column(foreign_key = P::ID, on_delete = Cascade)] a: i64)),
        &["expected `on_delete = \"..\"`: known are `cascade`, `restrict`"],
    );
    says(
        &of_field(&quote!(#[relationship(lazy = true)] books: HasMany<Book>)),
        &["expected `lazy = \"..\"`: known are `select`, `joined`"],
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let messages = of_fields(
        &quote!(#[model(tabel = "x", index(z), check)]),
        &quote!(#[column(uniqe, default = , length = "x")] a: String, #[column(nullable)] b: i64),
    );
    says(
        &messages,
        &[
            "did you mean `unique`?",
            "expected an expression",
            "`length = 80`",
            "did you mean `table`?",
            "`check = \"..\"`",
            "unknown field `z`",
            "make it `Option<i64>`",
        ],
    );
}

#[test]
fn keys_are_given_once_and_in_their_form() {
    says(&of_field(&quote!(#[column(unique)] #[column(unique)] a: i64)), &["`unique` is given twice"]);
    says(&of_field(&quote!(#[column(unique = true)] a: i64)), &["`unique` has no value"]);
    says(&of_field(&quote!(#[column(index = 3)] a: i64)), &["expected `index = false`"]);
    says(&of_field(&quote!(#[column(default(3))] a: i64)), &["expected `default = ..`"]);
    says(&of_field(&quote!(#[column(default = = 3)] a: i64)), &["expected an expression"]);
    says(&of_field(&quote!(#[column(default = 3 unique)] a: i64)), &["expected `,`"]);
    says(&of_field(&quote!(#[column(name)] a: i64)), &["expected `name = \"..\"`"]);
    says(&of_field(&quote!(#[column(name = "")] a: i64)), &["`name` must not be empty"]);
    says(&of_field(&quote!(#[column(length = 0)] a: String)), &["a number of characters from 1"]);
    says(&of_field(&quote!(#[column(unique index)] a: String)), &["expected `,`"]);
    says(&of_field(&quote!(#[column] a: String)), &["expected attribute arguments in parentheses"]);
    says(&of_attribute(&quote!(#[model(constructor = true)])), &["expected `constructor = \"name\"`"]);
    says(&of_attribute(&quote!(#[model(constructor = "a b")])), &["expected `constructor = \"name\"`"]);
    says(&of_attribute(&quote!(#[model(crate = 3)])), &["expected `crate = ..`"]);
    says(&of_attribute(&quote!(#[model(crate = Self::orm)])), &["a type is no crate: expected the path of ormcore"]);
    says(&of_attribute(&quote!(#[model(index())])), &["`index` is empty"]);
    says(&of_attribute(&quote!(#[model(index(filter = "a"))])), &["`index` names no field"]);
    says(&of_attribute(&quote!(#[model(index(a, a))])), &["listed twice"]);
    says(&of_attribute(&quote!(#[model(index(a, filter = "a", filter = "b"))])), &["`filter` is given twice"]);
    says(&of_attribute(&quote!(#[column(unique)])), &["belongs to a field"]);
    says(&of_field(&quote!(#[model(unique)] a: i64)), &["belongs to the struct"]);
}

#[test]
fn an_index_says_what_it_may_say() {
    let index = |says: TokenStream| of_attribute(&quote!(#[model(#says)]));
    says(&index(quote!(index(a.desc(), b.ops("x.y_ops(n = 1)").asc(), "lower(b)".ops("x").desc(), include(c)))), &[]);
    says(&index(quote!(unique(a.desc(), include(b, "c")), index(a, using = "gin"), index(a, using = "btree"))), &[]);
    says(
        &index(quote!(index(a.down()))),
        &["unknown method of a part of an index `down`: known are `asc`, `desc`, `ops`"],
    );
    says(&index(quote!(index(a.ascending(), "b".descending()))), &["did you mean `asc`?", "did you mean `desc`?"]);
    says(&index(quote!(index(a.operator_class("x")))), &["did you mean `ops`?"]);
    says(&index(quote!(index(a.desc))), &["expected `.desc()`"]);
    says(&index(quote!(index(a.desc(b)))), &["expected `.desc()`"]);
    says(&index(quote!(index(a.ops()))), &["expected `.ops(\"..\")`"]);
    says(&index(quote!(index(a.ops(x), b.ops("")))), &["expected `.ops(\"..\")`", "expected `.ops(\"..\")`"]);
    says(&index(quote!(index(a.))), &["expected one of `asc`, `desc`, `ops`"]);
    says(&index(quote!(index(a.asc().desc()))), &["`desc` is given twice"]);
    says(&index(quote!(index(a, a.desc()))), &["listed twice"]);
    says(&index(quote!(index(a desc))), &["expected `,`"]);
    says(&index(quote!(index(lower(b)))), &["`lower(..)` is SQL: write it in quotes"]);
    says(&index(quote!(index(a, using))), &["expected `using = \"..\"`"]);
    says(&index(quote!(index(a, using("gin")))), &["expected `using = \"..\"`"]);
    says(&index(quote!(index(a, using = "GIN"))), &["in small letters"]);
    says(&index(quote!(index(a, method = "gin"))), &["did you mean `using`?"]);
    says(&index(quote!(index(a, include = "b"))), &["expected `include(a, b)`"]);
    says(&index(quote!(index(a, include()))), &["`include` is empty"]);
    says(&index(quote!(index(a, include(bb, b, b)))), &["unknown field `bb`", "listed twice"]);
    says(&index(quote!(index(a, "x", include(b, "x")))), &["the index is over it already"]);
    says(&index(quote!(index(include(a)))), &["`index` names no field"]);
    says(&index(quote!(index(a, include(b), using = "gin"))), &["cannot include columns"]);
    says(&index(quote!(index(a.asc(), b.desc(), using = "brin"))), &["an index by `brin` has no order"]);
    says(&index(quote!(unique(a, using = "gist"))), &["cannot be unique: leave out `using`"]);
}

#[test]
fn a_field_may_have_the_name_of_a_key() {
    let fields = quote!(using: i64, include: i64, name: i64, filter: i64);
    says(&of_fields(&quote!(#[model(index(using, include.desc(), name, filter, using = "btree"))]), &fields), &[]);
}

#[test]
fn scopes_are_functions_and_each_has_a_name_of_its_own() {
    says(&of_attribute(&quote!(#[model(scope = a::b)])), &[]);
    says(
        &of_attribute(&quote!(#[model(scope(kept = a::b, r#type = || P::A.eq(f::<A, B>(1, 2)), of_tenant = c,))])),
        &[],
    );
    says(&of_attribute(&quote!(#[model(scope)])), &["expected a function: `scope = path::to::function`"]);
    says(&of_attribute(&quote!(#[model(scope())])), &["`scope` is empty: expected `scope(kept = path::to::function)`"]);
    let nameless = "each scope has a name: `scope(kept = path::to::function)`";
    says(&of_attribute(&quote!(#[model(scope(a::b, c, kept()))])), &[nameless, nameless, nameless]);
    says(&of_attribute(&quote!(#[model(scope("kept" = a))])), &[nameless]);
    says(&of_attribute(&quote!(#[model(scope(kept = ))])), &["expected a function: `kept = path::to::function`"]);
    says(&of_attribute(&quote!(#[model(scope(kept = "a"))])), &["without quotes"]);
    says(&of_attribute(&quote!(#[model(scope(kept = a), scope(mine = b))])), &["`scope` is given twice"]);
    says(&of_attribute(&quote!(#[model(scope(kept = a, kept = b))])), &["there is a scope `kept` already"]);
    says(
        &of_attribute(&quote!(#[model(scope(of_tenant = a, ofTenant = b))])),
        &["the scope `ofTenant` and `of_tenant` would have one constant, `SCOPE_OF_TENANT`"],
    );
    says(
        &of_fields(&quote!(#[model(scope(kept = a, mine = b))]), &quote!(scope_kept: bool, kept: bool)),
        &["the scope `kept` and `scope_kept` would have one constant, `SCOPE_KEPT`"],
    );
}

#[test]
fn events_are_functions() {
    says(&of_attribute(&quote!(#[model(before_insert = a::b, validate = Self::check, after_insert = f::<A, B>)])), &[]);
    says(
        &of_attribute(
            &quote!(#[model(before_delete = |row| { Ok(()) }, before_update = f, after_update = g, after_delete = h)]),
        ),
        &[],
    );
    says(&of_attribute(&quote!(#[model(validate)])), &["expected a function: `validate = path::to::function`"]);
    says(&of_attribute(&quote!(#[model(validate = )])), &["expected a function"]);
    says(&of_attribute(&quote!(#[model(validate = "check")])), &["without quotes"]);
    says(&of_attribute(&quote!(#[model(validate(check))])), &["expected a function"]);
    says(&of_attribute(&quote!(#[model(validate = a, validate = b)])), &["`validate` is given twice"]);
    says(&of_attribute(&quote!(#[model(before_inser = a)])), &["did you mean `before_insert`?"]);
    let view = quote!(
        #[model(read_only, after_insert = f)]
        struct View {
            n: i64,
        }
    );
    says(&of_model(view), &["never written: leave `after_insert` out"]);
    says(
        &of_struct(
            Kind::Embedded,
            quote!(
                #[columns(validate = f)]
                struct C {
                    n: i64,
                }
            ),
        ),
        &["unknown key"],
    );
}

#[test]
fn contradictions_are_mistakes() {
    let pairs = [
        quote!(auto, default = 1),
        quote!(auto, on_write = 1),
        quote!(auto, foreign_key = P::ID),
        quote!(version, default = 1),
        quote!(version, primary_key),
        quote!(on_write = 1, default = 1),
        quote!(on_write = 1, primary_key),
        quote!(default = 1, server_default = "1"),
        quote!(generated = "1", primary_key),
        quote!(generated = "1", default = 1),
        quote!(generated = "1", server_default = "1"),
        quote!(generated = "1", on_write = 1),
        quote!(generated = "1", auto),
        quote!(generated = "1", version),
        quote!(generated = "1", foreign_key = P::ID),
        quote!(generated = "1", read_only),
        quote!(read_only, primary_key),
        quote!(read_only, default = 1),
        quote!(read_only, foreign_key = P::ID),
    ];
    for pair in pairs {
        says(&of_field(&quote!(#[column(#pair)] a: i64)), &["contradict each other"]);
    }
    says(&of_field(&quote!(#[column(auto = false, default = 1)] a: i64)), &[]);
    says(&of_field(&quote!(#[column(primary_key)] a: Option<i64>)), &["a primary key is never NULL"]);
    says(&of_field(&quote!(#[column(auto)] a: Option<i64>)), &["a generated value is never NULL"]);
    says(&of_field(&quote!(#[column(nullable)] a: i64)), &["make it `Option<i64>`"]);
    says(&of_field(&quote!(#[column(virtual)] a: i64)), &["add `generated = \"..\"`"]);
    says(
        &of_field(&quote!(#[column(generated = "", virtual)] a: i64)),
        &["`generated` must not be empty", "add `generated"],
    );
    says(&of_field(&quote!(#[column(generated = "1", virtual)] a: Option<i64>)), &[]);
    says(&of_field(&quote!(#[column(read_only, server_default = "1")] a: i64)), &[]);
    says(&of_field(&quote!(#[column(version)] a: String)), &["give it an integer type"]);
    says(&of_field(&quote!(#[column(version)] a: i64, #[column(version)] b: i64)), &["this is the second"]);
    says(&of_field(&quote!(#[column(length = 8)] a: Option<bool>)), &["`length` limits text and bytes"]);
    says(&of_field(&quote!(#[column(length = 8)] a: Option<Vec<String>>)), &["`length` limits text and bytes"]);
    says(&of_field(&quote!(#[column(length = 8)] a: Vec<u8>)), &[]);
    says(&of_field(&quote!(#[column(name = "ID")] a: i64)), &["there is a column `ID` already"]);
    says(&of_field(&quote!(a_b: i64, aB: i64)), &["would have one constant, `A_B`"]);
}

/// What it stands for is known to the compiler alone.
#[test]
fn an_alias_is_taken_for_what_it_may_be() {
    says(&of_field(&quote!(#[column(nullable)] a: MaybeId)), &[]);
    says(&of_field(&quote!(#[column(version)] a: Revision)), &[]);
    for action in ["set null", "set default"] {
        says(&of_field(&quote!(#[column(foreign_key = P::ID, on_delete = #action)] a: MaybeId)), &[]);
        says(
            &of_fields(
                &quote!(#[model(foreign_key(columns(a, b), references(P::A, P::B), on_delete = #action))]),
                &quote!(a: MaybeId, b: Option<i64>),
            ),
            &[],
        );
    }
}

#[test]
fn foreign_keys_name_what_they_point_to() {
    says(&of_field(&quote!(#[column(on_delete = "cascade")] a: i64)), &["`on_delete` needs a `foreign_key`"]);
    let wrong = [quote!(ID), quote!("a"), quote!("a.b.c.d"), quote!("a..b"), quote!(3), quote!(P::A.col(3))];
    for target in wrong {
        says(
            &of_field(&quote!(#[column(foreign_key = #target)] a: i64)),
            &["expected a column constant such as `User::ID`"],
        );
    }
    says(&of_field(&quote!(#[column(foreign_key = P::A.col(B::C))] a: i64)), &[]);
    says(&of_field(&quote!(#[column(foreign_key = P::A.col(B::c))] a: i64)), &["the column's constant is `B::C`"]);
    let null = quote!(#[column(foreign_key = P::ID, on_delete = "set null")] a: i64);
    says(&of_field(&null), &["the column `a` cannot be NULL"]);
    let default = quote!(#[column(foreign_key = P::ID, on_delete = "set default")] a: i64);
    says(&of_field(&default), &["no default that the database knows"]);
    let key = |inside: TokenStream| of_attribute(&quote!(#[model(foreign_key(#inside))]));
    says(&key(quote!(columns(a, b), references(P::A))), &["`columns` names 2 and `references` 1"]);
    says(&key(quote!(columns(a, b), references(P::A, Q::B))), &["are of one model"]);
    says(&key(quote!(columns(a, b), references("p.a", "q.b"))), &["are of one model, or of one table"]);
    says(&key(quote!(columns(a, b), references("p.a", "s.p.b"))), &["are of one model, or of one table"]);
    says(&key(quote!(columns(a, b), references(P::A, "p.b"))), &["are of one model, or of one table"]);
    says(&key(quote!(columns(a, b), references("p.a", "b"))), &["expected a column constant such as `User::ID`"]);
    says(&key(quote!(columns(a, a), references(P::A, P::B))), &["listed twice"]);
    says(&key(quote!(columns(a, z), references(P::A, P::B))), &["unknown field `z`"]);
    says(&key(quote!(columns(a, b))), &["expected `foreign_key(columns"]);
    let bare = "fields are listed in `columns(..)`: write `foreign_key(columns(a, b), references";
    says(&key(quote!(a, b, references(P::A, P::B))), &[bare, bare]);
    says(&key(quote!(column(a, b), references(P::A, P::B))), &["did you mean `columns`?"]);
    says(&key(quote!(columns(a, c), references(P::A, P::B), on_delete = "set null")), &["`a` cannot be NULL"]);
}
