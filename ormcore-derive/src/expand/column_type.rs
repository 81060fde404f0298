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
    let ColumnType { ident, .. } = of;
    quote! {
        #[automatically_derived]
        impl __ormcore::Element for #ident {}
    }
}

/// A foreign key of the type can be given as a value of it, and so can one that an alias lets be NULL.
pub(super) fn reference(of: &ColumnType) -> TokenStream {
    let ColumnType { ident, .. } = of;
    let implementations = [quote!(#ident), quote!(__ormcore::Option<#ident>)].map(|key| {
        quote! {
            #[automatically_derived]
            impl<__Parent> __ormcore::Reference<__Parent, #key> for #ident {
                fn into_reference(
                    self,
                    _: __ormcore::Column<__Parent, #key>,
                ) -> __ormcore::Result<__ormcore::Referenced<#key>> {
                    __ormcore::Ok(__ormcore::Referenced::Key(__ormcore::Into::into(self)))
                }
            }
        }
    });
    quote!(#(#implementations)*)
}

fn newtype(of: &ColumnType, member: &Member, ty: &Type, auto: bool) -> TokenStream {
    let ColumnType { ident, .. } = of;
    let value = local("value");
    let generated = auto.then(|| {
        quote! {
            #[automatically_derived]
            impl __ormcore::Generated for #ident {
                const BY_DATABASE: bool = <#ty as __ormcore::Generated>::BY_DATABASE;
                fn generate() -> Self { #ident { #member: <#ty as __ormcore::Generated>::generate() } }
            }
        }
    });
    // Through one trait, for each of the others would have its own message about a type that is no column's; and shown at
    // the type.
    let stored = |of: &str, item: &str| {
        let (of, item) = (Ident::new(of, Span::call_site()), Ident::new(item, Span::call_site()));
        shown_at(&quote!(<<#ty as __ormcore::Typed>::Type as __ormcore::#of>::#item), ty.span())
    };
    let [secret, to_value, send] = ["SECRET", "to_value", "send"].map(|item| stored("ToValue", item));
    let (parameters, is_secret) = (local("parameters"), local("secret"));
    let from_value = stored("FromValue", "from_value");
    let [kind, nullable, variants, range] =
        ["TYPE", "NULLABLE", "VARIANTS", "RANGE"].map(|item| stored("ColumnType", item));
    let [placeholder, normalize] = ["placeholder", "normalize"].map(|item| stored("ColumnType", item));
    quote! {
        #[automatically_derived]
        impl __ormcore::ToValue for #ident {
            const SECRET: bool = #secret;
            fn to_value(&self) -> __ormcore::StdResult<__ormcore::Value<'_>, __ormcore::ValueError> {
                #to_value(&self.#member)
            }
            fn send(
                &self,
                #parameters: &mut dyn __ormcore::Parameters,
                #is_secret: __ormcore::bool,
            ) -> __ormcore::StdResult<(), __ormcore::ValueError> {
                #send(&self.#member, #parameters, #is_secret)
            }
        }
        #[automatically_derived]
        impl __ormcore::FromValue for #ident {
            fn from_value(#value: __ormcore::Value<'_>) -> __ormcore::StdResult<Self, __ormcore::ValueError> {
                __ormcore::Ok(#ident { #member: #from_value(#value)? })
            }
        }
        #[automatically_derived]
        impl __ormcore::ColumnType for #ident {
            type Bare = Self;
            const TYPE: __ormcore::SqlType = #kind;
            const NULLABLE: bool = #nullable;
            const VARIANTS: &'static [&'static str] = #variants;
            const RANGE: __ormcore::Option<(__ormcore::i64, __ormcore::i64)> = #range;
            fn placeholder() -> Self { #ident { #member: #placeholder() } }
            fn normalize(&mut self) { #normalize(&mut self.#member) }
        }
        #generated
    }
}

/// A field-less enum is stored as the text of its variant.
fn text(of: &ColumnType, variants: &[(Ident, String)], native: Option<&str>) -> TokenStream {
    let ColumnType { ident, .. } = of;
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| name).collect();
    let texts: Vec<&String> = variants.iter().map(|(_, text)| text).collect();
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    let expected = format!("one of {}", quoted.join(", "));
    let (value, text, first) = (local("value"), local("text"), names.first());
    let kind = native.map_or_else(|| quote!(__ormcore::SqlType::Text), |name| quote!(__ormcore::SqlType::Enum(#name)));
    quote! {
        #[automatically_derived]
        impl __ormcore::ToValue for #ident {
            fn to_value(&self) -> __ormcore::StdResult<__ormcore::Value<'_>, __ormcore::ValueError> {
                __ormcore::Ok(__ormcore::Value::Text(__ormcore::Cow::Borrowed(match self {
                    #(#ident::#names => #texts,)*
                })))
            }
        }
        #[automatically_derived]
        impl __ormcore::FromValue for #ident {
            fn from_value(#value: __ormcore::Value<'_>) -> __ormcore::StdResult<Self, __ormcore::ValueError> {
                if let __ormcore::Value::Text(#text) = &#value {
                    match &**#text {
                        #(#texts => return __ormcore::Ok(#ident::#names),)*
                        _ => {}
                    }
                }
                __ormcore::Err(__ormcore::ValueError::mismatch(#expected, &#value))
            }
        }
        #[automatically_derived]
        impl __ormcore::ColumnType for #ident {
            type Bare = Self;
            const TYPE: __ormcore::SqlType = #kind;
            const VARIANTS: &'static [&'static str] = &[#(#texts),*];
            fn placeholder() -> Self { #ident::#first }
        }
    }
}

/// A field-less enum is stored as the number of its variant.
fn numbers(of: &ColumnType, variants: &[(Ident, i32)]) -> TokenStream {
    let ColumnType { ident, .. } = of;
    let names: Vec<&Ident> = variants.iter().map(|(name, _)| name).collect();
    let numbers: Vec<i64> = variants.iter().map(|(_, number)| i64::from(*number)).collect();
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let named: Vec<String> = variants.iter().map(|(name, number)| format!("{number} (`{name}`)")).collect();
    let expected = format!("one of {}", named.join(", "));
    let (value, first) = (local("value"), names.first());
    quote! {
        #[automatically_derived]
        impl __ormcore::ToValue for #ident {
            fn to_value(&self) -> __ormcore::StdResult<__ormcore::Value<'_>, __ormcore::ValueError> {
                __ormcore::Ok(__ormcore::Value::Int(match self { #(#ident::#names => #numbers,)* }))
            }
        }
        #[automatically_derived]
        impl __ormcore::FromValue for #ident {
            fn from_value(#value: __ormcore::Value<'_>) -> __ormcore::StdResult<Self, __ormcore::ValueError> {
                match &#value {
                    #(__ormcore::Value::Int(#numbers) => __ormcore::Ok(#ident::#names),)*
                    _ => __ormcore::Err(__ormcore::ValueError::mismatch(#expected, &#value)),
                }
            }
        }
        #[automatically_derived]
        impl __ormcore::ColumnType for #ident {
            type Bare = Self;
            const TYPE: __ormcore::SqlType = __ormcore::SqlType::Integer;
            const VARIANTS: &'static [&'static str] = &[#(#texts),*];
            fn placeholder() -> Self { #ident::#first }
        }
    }
}
