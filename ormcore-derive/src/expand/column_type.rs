//! `ColumnType` and its traits, for newtypes and field-less enums.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Member, Type};

use super::{local, shown_at};
use crate::parse::{ColumnType, Shape};

pub(super) fn expand(of: &ColumnType) -> TokenStream {
    let traits = match &of.shape {
        Shape::Newtype { member, ty, auto } => newtype(of, member, ty, *auto),
        Shape::Enum { variants, native } => text(of, variants, native.as_deref()),
        Shape::Numbers { variants } => numbers(of, variants),
    };
    let (element, reference) = (element(of), reference(of));
    quote! { #traits #element #reference }
}

/// Arrays of the type may be columns.
pub(super) fn element(of: &ColumnType) -> TokenStream {
    let ColumnType { private, ident, .. } = of;
    quote! {
        #[automatically_derived]
        impl #private::Element for #ident {}
    }
}

/// A foreign key of the type can be given as a value of it, and so can one that an alias lets be NULL.
pub(super) fn reference(of: &ColumnType) -> TokenStream {
    let ColumnType { private, ident, .. } = of;
    let implementations = [quote!(#ident), quote!(#private::Option<#ident>)].map(|key| {
        quote! {
            #[automatically_derived]
            impl<__Parent> #private::Reference<__Parent, #key> for #ident {
                fn into_reference(
                    self,
                    _: #private::Column<__Parent, #key>,
                ) -> #private::Result<#private::Referenced<#key>> {
                    ::core::result::Result::Ok(#private::Referenced::Key(::core::convert::Into::into(self)))
                }
            }
        }
    });
    quote!(#(#implementations)*)
}

fn newtype(of: &ColumnType, member: &Member, ty: &Type, auto: bool) -> TokenStream {
    let ColumnType { krate, private, ident, .. } = of;
    let value = local("value");
    let generated = auto.then(|| {
        quote! {
            #[automatically_derived]
            impl #private::Generated for #ident {
                const BY_DATABASE: bool = <#ty as #private::Generated>::BY_DATABASE;
                fn generate() -> Self { #ident { #member: <#ty as #private::Generated>::generate() } }
            }
        }
    });
    // Through one trait, for each of the others would have its own message about a type that is no column's; and shown at
    // the type.
    let stored = |of: &str, item: &str| {
        let (of, item) = (Ident::new(of, Span::call_site()), Ident::new(item, Span::call_site()));
        shown_at(&quote!(<<#ty as #private::Typed>::Type as #private::#of>::#item), ty.span())
    };
    let [secret, to_value, send] = ["SECRET", "to_value", "send"].map(|item| stored("ToValue", item));
    let (parameters, is_secret) = (local("parameters"), local("secret"));
    let from_value = stored("FromValue", "from_value");
    let [kind, nullable, variants, range] =
        ["TYPE", "NULLABLE", "VARIANTS", "RANGE"].map(|item| stored("ColumnType", item));
    let [placeholder, normalize] = ["placeholder", "normalize"].map(|item| stored("ColumnType", item));
    quote! {
        #[automatically_derived]
        impl #private::ToValue for #ident {
            const SECRET: bool = #secret;
            fn to_value(&self) -> ::core::result::Result<#private::Value<'_>, #private::ValueError> {
                #to_value(&self.#member)
            }
            fn send(
                &self,
                #parameters: &mut dyn #krate::value::Parameters,
                #is_secret: ::core::primitive::bool,
            ) -> ::core::result::Result<(), #private::ValueError> {
                #send(&self.#member, #parameters, #is_secret)
            }
        }
        #[automatically_derived]
        impl #private::FromValue for #ident {
            fn from_value(#value: #private::Value<'_>) -> ::core::result::Result<Self, #private::ValueError> {
                ::core::result::Result::Ok(#ident { #member: #from_value(#value)? })
            }
        }
        #[automatically_derived]
        impl #private::ColumnType for #ident {
            type Bare = Self;
            const TYPE: #krate::value::SqlType = #kind;
            const NULLABLE: bool = #nullable;
            const VARIANTS: &'static [&'static str] = #variants;
            const RANGE: #private::Option<(::core::primitive::i64, ::core::primitive::i64)> = #range;
            fn placeholder() -> Self { #ident { #member: #placeholder() } }
            fn normalize(&mut self) { #normalize(&mut self.#member) }
        }
        #generated
    }
}

/// A field-less enum is stored as the text of its variant.
fn text(of: &ColumnType, variants: &[(Ident, String)], native: Option<&str>) -> TokenStream {
    let ColumnType { krate, private, ident, .. } = of;
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| name).collect();
    let texts: Vec<&String> = variants.iter().map(|(_, text)| text).collect();
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    let expected = format!("one of {}", quoted.join(", "));
    let (value, text, first) = (local("value"), local("text"), names.first());
    let kind =
        native.map_or_else(|| quote!(#krate::value::SqlType::Text), |name| quote!(#krate::value::SqlType::Enum(#name)));
    quote! {
        #[automatically_derived]
        impl #private::ToValue for #ident {
            fn to_value(&self) -> ::core::result::Result<#private::Value<'_>, #private::ValueError> {
                ::core::result::Result::Ok(#private::Value::Text(::std::borrow::Cow::Borrowed(match self {
                    #(#ident::#names => #texts,)*
                })))
            }
        }
        #[automatically_derived]
        impl #private::FromValue for #ident {
            fn from_value(#value: #private::Value<'_>) -> ::core::result::Result<Self, #private::ValueError> {
                if let #private::Value::Text(#text) = &#value {
                    match &**#text {
                        #(#texts => return ::core::result::Result::Ok(#ident::#names),)*
                        _ => {}
                    }
                }
                ::core::result::Result::Err(#private::ValueError::mismatch(#expected, &#value))
            }
        }
        #[automatically_derived]
        impl #private::ColumnType for #ident {
            type Bare = Self;
            const TYPE: #krate::value::SqlType = #kind;
            const VARIANTS: &'static [&'static str] = &[#(#texts),*];
            fn placeholder() -> Self { #ident::#first }
        }
    }
}

/// A field-less enum is stored as the number of its variant.
fn numbers(of: &ColumnType, variants: &[(Ident, i32)]) -> TokenStream {
    let ColumnType { krate, private, ident, .. } = of;
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| name).collect();
    let numbers: Vec<i64> = variants.iter().map(|(_, number)| i64::from(*number)).collect();
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let named: Vec<String> = variants.iter().map(|(name, number)| format!("{number} (`{name}`)")).collect();
    let expected = format!("one of {}", named.join(", "));
    let (value, first) = (local("value"), names.first());
    quote! {
        #[automatically_derived]
        impl #private::ToValue for #ident {
            fn to_value(&self) -> ::core::result::Result<#private::Value<'_>, #private::ValueError> {
                ::core::result::Result::Ok(#private::Value::Int(match self { #(#ident::#names => #numbers,)* }))
            }
        }
        #[automatically_derived]
        impl #private::FromValue for #ident {
            fn from_value(#value: #private::Value<'_>) -> ::core::result::Result<Self, #private::ValueError> {
                match &#value {
                    #(#private::Value::Int(#numbers) => ::core::result::Result::Ok(#ident::#names),)*
                    _ => ::core::result::Result::Err(#private::ValueError::mismatch(#expected, &#value)),
                }
            }
        }
        #[automatically_derived]
        impl #private::ColumnType for #ident {
            type Bare = Self;
            const TYPE: #krate::value::SqlType = #krate::value::SqlType::Integer;
            const VARIANTS: &'static [&'static str] = &[#(#texts),*];
            fn placeholder() -> Self { #ident::#first }
        }
    }
}
