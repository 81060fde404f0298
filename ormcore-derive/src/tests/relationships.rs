//! Mistakes in relationships.

use proc_macro2::TokenStream;
use quote::quote;

use super::{of_attribute, of_field, of_fields, of_model, of_struct, says};
use crate::parse::{Kind, names};

#[test]
fn what_is_right_gives_no_message() {
    let right = [
        quote!(#[relationship] a: HasMany<B>),
        quote!(#[relationship()] a: orm::HasOne<crate::b::B>),
        quote!(#[relationship(lazy = "select", batch)] a: ::orm::BelongsTo<B>),
        quote!(#[relationship(batch)] a: HasMany<Self>),
        quote!(#[relationship(lazy = "dynamic", backref = "user", order_by = B::NAME)] a: HasMany<B>),
        quote!(#[relationship(lazy = "joined", depth = 100, back_populates = "r#type")] a: HasOne<B>),
        quote!(#[relationship(lazy = "subquery")] #[relationship(order_by = (B::X, B::Y.desc()))] a: HasOne<B>),
        quote!(#[relationship(lazy = "selectin", secondary = crate::Ab, foreign_key = Ab::B_ID)] a: HasMany<B>),
        quote!(#[relationship(lazy = "raise", secondary = "a_b", order_by = { B::X })] a: HasMany<B>),
        quote!(#[relationship(cascade = "all, delete-orphan", lazy = "dynamic")] a: HasMany<B>),
        quote!(#[relationship(cascade = " delete-orphan ,delete, delete,")] a: HasOne<B>),
        quote!(#[relationship(cascade = "save-update, merge, delete")] a: BelongsTo<B>),
        quote!(#[relationship(cascade = "all", secondary = "a_b")] a: HasMany<B>),
        quote!(#[relationship(cascade = "")] a: HasMany<B>, #[relationship(cascade = "none")] b: BelongsTo<B>),
        quote!(#[relationship(foreign_key = Self::ID, backref = "größe")] a: BelongsTo<B>),
        quote!(#[relationship(backref = "user")] a: HasMany<B>, #[relationship(backref = "user")] b: HasMany<C>),
    ];
    for field in right {
        says(&of_field(&field), &[]);
    }
}

#[test]
fn the_field_has_the_attribute_and_one_of_the_three_types() {
    says(&of_field(&quote!(a: HasMany<B>)), &["`HasMany<..>` is a relationship: add `#[relationship]`"]);
    says(&of_field(&quote!(a: orm::BelongsTo<B>)), &["`BelongsTo<..>` is a relationship: add `#[relationship]`"]);
    says(&of_field(&quote!(#[column(unique)] a: HasOne<B>)), &["write `#[relationship]` instead of `#[column]`"]);
    for ty in [quote!(Vec<B>), quote!(HasMany), quote!(HasMany<A, B>), quote!(HasOne<'a>), quote!(i64)] {
        says(
            &of_field(&quote!(#[relationship] a: #ty)),
            &["a relationship has the type `HasMany<..>`, `HasOne<..>` or `BelongsTo<..>`"],
        );
    }
    says(&of_field(&quote!(#[relationship] a: Option<HasOne<B>>)), &["a `HasOne` knows itself whether there is a row"]);
    says(&of_field(&quote!(a: Option<BelongsTo<B>>)), &["a `BelongsTo` knows itself whether there is a row"]);
    says(&of_field(&quote!(#[relationship] a: HasMany<Option<B>>)), &["has only rows that are there"]);
    says(&of_field(&quote!(#[relationship] a: HasOne<Option<B>>)), &["a `HasOne` gives an `Option` by itself"]);
    says(&of_field(&quote!(#[relationship] a: BelongsTo<Option<B>>)), &["an `Option` if its foreign key is one"]);
    says(&of_field(&quote!(#[relationship] a: HasMany<[B]>)), &["expected its name, `HasMany<Model>`"]);
    for field in [
        quote!(#[column(unique)] #[relationship] a: HasMany<B>),
        quote!(#[relationship(lazy = "raise")] #[column] a: BelongsTo<B>),
        quote!(#[relationship] #[column(unique)] a: i64),
    ] {
        let messages = of_field(&field);
        says(&messages, &["`#[column]` and `#[relationship]` contradict each other"]);
    }
    says(&of_field(&quote!(#[relationship] #[model(unique)] a: HasMany<B>)), &["belongs to the struct"]);
    says(&of_attribute(&quote!(#[relationship])), &["`#[relationship(..)]` belongs to a field"]);
}

#[test]
fn an_embedded_struct_has_no_relationships() {
    for field in
        [quote!(#[relationship] a: HasMany<B>), quote!(a: HasOne<B>), quote!(#[relationship(lazi = "x")] a: i64)]
    {
        let messages = of_struct(Kind::Embedded, quote!(struct C { n: i64, #field }));
        says(&messages, &["an embedded struct has no relationships: declare it in the model"]);
    }
}

#[test]
fn unknown_words_are_answered_with_the_nearest_known_ones() {
    says(
        &of_field(&quote!(#[relationship(lazzy = "joined")] a: HasMany<B>)),
        &["unknown key of `#[relationship(..)]` `lazzy`: did you mean `lazy`? known are `back_populates`, `backref`"],
    );
    says(&of_field(&quote!(#[relationship(through = A)] a: HasMany<B>)), &["did you mean `secondary`?"]);
    says(&of_field(&quote!(#[relationship(inverse = "a")] a: HasMany<B>)), &["did you mean `back_populates`?"]);
    says(
        &of_field(&quote!(#[relationship(lazy = "select_in")] a: HasMany<B>)),
        &["unknown value of `lazy` `select_in`: did you mean `selectin`? known are `select`, `joined`"],
    );
    says(&of_field(&quote!(#[relationship(lazy = "noload")] a: HasMany<B>)), &["did you mean `raise`?"]);
}

#[test]
fn keys_are_in_their_form() {
    let wrong = [
        (quote!(lazy), "expected `lazy = \"..\"`"),
        (quote!(lazy = joined), "expected `lazy = \"..\"`"),
        (quote!(lazy = "raise", lazy = "raise"), "`lazy` is given twice"),
        (quote!(backref = person), "expected `backref = \"..\"`"),
        (quote!(backref = "a b"), "`backref` is the name of a method, and `a b` cannot be one"),
        (quote!(backref = "self"), "`self` cannot be one"),
        (quote!(backref = "_"), "`_` cannot be one"),
        (quote!(backref = "1a"), "`1a` cannot be one"),
        (quote!(back_populates = "B::a"), "`back_populates` is the name of a method, and `B::a` cannot be one"),
        (quote!(secondary), "expected `secondary = ..`"),
        (quote!(secondary =), "expected the model of the link table"),
        (quote!(secondary = 3), "expected the model of the link table"),
        (quote!(secondary = ""), "the name of a table alone"),
        (quote!(secondary = "shop.a_b"), "the name of a table alone"),
        (quote!(foreign_key), "expected `foreign_key = ..`"),
        (quote!(foreign_key =), "a column constant of the model that holds the key"),
        (quote!(foreign_key = ID), "a column constant of the model that holds the key"),
        (quote!(foreign_key = a_id), "such as `foreign_key = B::A_ID`"),
        (quote!(foreign_key = "b.a_id"), "such as `foreign_key = B::PARENT_ID`"),
        (quote!(foreign_key = "b.a_id"), "a column constant of the model that holds the key"),
        (quote!(order_by), "expected `order_by = ..`"),
        (quote!(order_by =), "expected an expression"),
        (quote!(filter), "expected `filter = ..`"),
        (quote!(filter = B::X.eq(1), filter = B::Y.eq(1)), "`filter` is given twice"),
        (quote!(lazy = "joined", depth), "expected `depth = 3`"),
        (quote!(lazy = "joined", depth = "3"), "expected `depth = 3`"),
        (quote!(lazy = "joined", depth = 0), "a number of levels from 1 to 100"),
        (quote!(lazy = "joined", depth = 101), "a number of levels from 1 to 100"),
        (quote!(batch = true), "`batch` has no value"),
        (quote!(cascade), "expected `cascade = \"all, delete-orphan\"`"),
        (quote!(cascade =), "expected `cascade = \"all, delete-orphan\"`"),
        (quote!(cascade = all), "expected `cascade = \"all, delete-orphan\"`"),
        (quote!(cascade("all")), "expected `cascade = \"all, delete-orphan\"`"),
        (quote!(cascade = "all", cascade = "all"), "`cascade` is given twice"),
    ];
    for (keys, expected) in wrong {
        says(&of_field(&quote!(#[relationship(#keys)] a: HasMany<B>)), &[expected]);
    }
    let own = quote!(#[relationship(foreign_key = r#type)] a: BelongsTo<B>);
    says(&of_field(&own), &["such as `foreign_key = User::TYPE`"]);
}

#[test]
fn a_relationship_to_some_rows_is_only_read() {
    let filtered = |side: &TokenStream, keys: &TokenStream| {
        of_field(&quote!(#[relationship(filter = B::X.eq(true), #keys)] a: #side<B>))
    };
    let (many, one) = (quote!(HasMany), quote!(HasOne));
    for keys in [quote!(), quote!(order_by = B::X), quote!(lazy = "dynamic"), quote!(secondary = Ab)] {
        says(&filtered(&many, &keys), &[]);
    }
    says(&filtered(&one, &quote!(lazy = "joined")), &[]);
    says(&filtered(&quote!(BelongsTo), &quote!()), &["leave `filter` out, and filter with `.has(..)` where the `B`"]);
    for (keys, expected) in [
        (quote!(backref = "b"), "has no other side: leave `backref` out here"),
        (quote!(back_populates = "b"), "has no other side: leave `back_populates` out here"),
        (quote!(cascade = "all"), "is only read, and a session does nothing along it: leave `cascade` out"),
    ] {
        says(&filtered(&many, &keys), &[expected]);
    }
}

#[test]
fn keys_belong_to_their_side_and_strategy() {
    for side in [quote!(HasOne), quote!(BelongsTo)] {
        says(
            &of_field(&quote!(#[relationship(secondary = Ab)] a: #side<B>)),
            &["a relationship through a link table is `HasMany<..>` on both sides"],
        );
        says(
            &of_field(&quote!(#[relationship(lazy = "dynamic")] a: #side<B>)),
            &["only a `HasMany` can be dynamic: a to-one is one row"],
        );
    }
    says(&of_field(&quote!(#[relationship(order_by = B::X)] a: BelongsTo<B>)), &["there is nothing to order"]);
    for lazy in ["select", "dynamic", "raise"] {
        says(
            &of_field(&quote!(#[relationship(lazy = #lazy, depth = 2)] a: HasMany<B>)),
            &["`depth` says how far rows are loaded together"],
        );
    }
    says(&of_field(&quote!(#[relationship(depth = 2)] a: HasMany<B>)), &["`depth` says how far"]);
    for lazy in ["joined", "subquery", "selectin", "dynamic", "raise"] {
        says(
            &of_field(&quote!(#[relationship(batch, lazy = #lazy)] a: HasMany<B>)),
            &["`batch` is about the first access"],
        );
    }
    says(
        &of_field(&quote!(#[relationship(backref = "x", back_populates = "y")] a: HasMany<B>)),
        &["`backref` and `back_populates` contradict each other"],
    );
    says(
        &of_field(&quote!(#[relationship(secondary = "a_b", foreign_key = B::A_ID)] a: HasMany<B>)),
        &["a link table without a model has no column constants"],
    );
}

#[test]
fn cascades_are_those_of_sqlalchemy() {
    let wrong = [
        (
            "save-updates",
            "unknown cascade `save-updates`: did you mean `save-update`? known are `save-update`, `merge`, `delete`, \
             `delete-orphan`, `all`, `none`",
        ),
        ("All", "unknown cascade `All`: did you mean `all`?"),
        ("delete delete-orphan", "unknown cascade `delete delete-orphan`: "),
        ("all, delete_orphan", "unknown cascade `delete_orphan`: did you mean `delete-orphan`?"),
        ("persist", "did you mean `save-update`?"),
        ("remove", "did you mean `delete`?"),
        ("expunge", "unknown cascade `expunge`: known are"),
        ("none, delete", "`none` contradicts the other words"),
        ("all, none", "`none` contradicts the other words"),
    ];
    for (cascade, expected) in wrong {
        says(&of_field(&quote!(#[relationship(cascade = #cascade)] a: HasMany<B>)), &[expected]);
    }
    let two = of_field(&quote!(#[relationship(cascade = "mrge, delte")] a: HasMany<B>));
    says(&two, &["did you mean `merge`?", "did you mean `delete`?"]);
}

#[test]
fn only_a_row_with_one_parent_can_be_an_orphan() {
    for cascade in ["delete-orphan", "save-update, merge, delete-orphan"] {
        for side in [quote!(HasMany), quote!(HasOne)] {
            says(
                &of_field(&quote!(#[relationship(cascade = #cascade)] a: #side<B>)),
                &["`delete-orphan` needs `delete`: a `B` that goes when it is taken out of the relationship"],
            );
        }
    }
    for cascade in ["delete-orphan", "all, delete-orphan"] {
        says(
            &of_field(&quote!(#[relationship(cascade = #cascade)] a: BelongsTo<B>)),
            &["`delete-orphan` needs rows with one parent, and several rows may point to one `B`"],
        );
        for secondary in [quote!(Ab), quote!("a_b")] {
            says(
                &of_field(&quote!(#[relationship(cascade = #cascade, secondary = #secondary)] a: HasMany<B>)),
                &["`delete-orphan` needs rows with one parent, and a link table may give a `B` several"],
            );
        }
    }
    for cascade in ["delete", "none", "delete-orphan"] {
        says(
            &of_fields(&quote!(#[model(read_only)]), &quote!(#[relationship(cascade = #cascade)] a: HasMany<B>)),
            &["`cascade` follows what a session writes"],
        );
    }
}

#[test]
fn names_are_given_once() {
    says(
        &of_field(&quote!(a_b: i64, #[relationship] aB: HasMany<B>)),
        &["the fields `a_b` and `aB` would have one constant, `A_B`: rename one of them"],
    );
    says(
        &of_field(&quote!(#[relationship] aB: HasMany<B>, #[relationship] a_b: HasMany<B>)),
        &["the fields `aB` and `a_b` would have one constant, `A_B`"],
    );
    says(&of_field(&quote!(#[relationship] new: HasMany<B>)), &["the constructor has this name: give it another"]);
    says(
        &of_fields(&quote!(#[model(constructor = false)]), &quote!(#[relationship] draft: HasMany<B>)),
        &["the constructor has this name: rename the field"],
    );
    let twice = quote! {
        #[relationship(backref = "user")] a: HasMany<B>,
        #[relationship(backref = "user", foreign_key = B::OTHER)] b: HasMany<B>
    };
    says(&of_field(&twice), &["`B` has a `backref` of the name `user` already"]);
    for name in ["id", "a", "new"] {
        says(&of_field(&quote!(#[relationship(backref = #name)] a: HasMany<User>)), &["already: choose another name"]);
    }
    says(
        &of_fields(&quote!(#[model(index(a))]), &quote!(#[relationship] a: HasMany<B>)),
        &["`a` is a relationship: name the column of its foreign key"],
    );
}

#[test]
fn the_methods_of_every_model_are_not_hidden() {
    says(
        &of_field(&quote!(#[relationship] update: HasMany<B>)),
        &["every model has a method `update`: give the relationship another name"],
    );
    says(
        &of_field(&quote!(#[relationship(backref = "r#query")] a: HasMany<B>)),
        &["every model has a method `query`: give the `backref` another name"],
    );
    says(
        &of_attribute(&quote!(#[model(constructor = "insert")])),
        &["every model has a method `insert`: give the constructor another name"],
    );
    for name in ["delete", "refresh", "all", "get", "find", "search", "on"] {
        says(&of_field(&quote!(#[relationship(backref = #name)] a: HasMany<User>)), &["every model has a method"]);
    }
    says(&of_field(&quote!(#[relationship] statements: HasMany<B>, update: i64)), &[]);
}

/// The provided methods of the traits that every model has, as the sources of `ormcore` beside this crate have them.
#[test]
fn every_method_of_a_model_is_known() {
    let traits = [("model/row.rs", "Model"), ("query.rs", "Queryable"), ("query/insertable.rs", "Insertable")];
    let mut methods = Vec::new();
    for (file, name) in traits {
        let path = format!("{}/../ormcore/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("a source of ormcore");
        let items = syn2::parse_file(&text).expect("Rust").items;
        let declared = items.into_iter().find_map(|item| match item {
            syn2::Item::Trait(declared) if declared.ident == name => Some(declared),
            _ => None,
        });
        methods.extend(declared.expect("the trait").items.into_iter().filter_map(|item| match item {
            syn2::TraitItem::Fn(method) if method.default.is_some() => Some(method.sig.ident.to_string()),
            _ => None,
        }));
    }
    methods.sort_unstable();
    assert_eq!(methods, names::OF_EVERY_MODEL);
}

#[test]
fn the_constant_and_the_method_have_two_names() {
    let cases = [("ペット", "rel_ペット"), ("X", "x"), ("_2024", "rel_2024"), ("NÄHE", "nähe")];
    for (name, other) in cases {
        let expected = format!("both be called `{name}`: give it a name with a lower-case letter, such as `{other}`");
        let field = syn::Ident::new(name, proc_macro2::Span::call_site());
        says(&of_field(&quote!(#[relationship] #field: HasMany<B>)), &[&expected]);
        says(&of_field(&quote!(#[relationship(backref = #name)] a: HasMany<B>)), &[&expected]);
        says(&of_field(&quote!(#field: i64)), &[]);
    }
    says(&of_field(&quote!(#[relationship] petsペット: HasMany<B>)), &[]);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let messages = of_model(quote! {
        struct User {
            #[column(primary_key)]
            id: i64,
            #[relationship(lazy = "joind", batsh, cascade = "delete-orphan", depth = 0)]
            a: HasMany<B>,
            b: HasOne<B>,
            #[relationship(secondary = Ab, order_by = )]
            c: BelongsTo<C>,
        }
    });
    says(
        &messages,
        &[
            "did you mean `joined`?",
            "did you mean `batch`?",
            "a number of levels",
            "add `#[relationship]`",
            "expected an expression",
            "needs `lazy = \"select\"`",
            "`delete-orphan` needs `delete`",
            "`HasMany<..>` on both sides",
        ],
    );
}
