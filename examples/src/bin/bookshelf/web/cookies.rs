//! Cookies: read from a request, written for an answer.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::security::{bytes, hex};

/// The browser, signed in or not: what the signature of its forms is made from.
pub(crate) const VISITOR: &str = "visitor";
/// The token of a browser that is signed in.
pub(crate) const LOGIN: &str = "login";
/// A message for the next page.
pub(crate) const FLASH: &str = "flash";

pub(crate) fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// A cookie that no script reads and no other site's form sends. The value is of letters and digits.
pub(crate) fn set(name: &str, value: &str, days: Option<u32>, secure: bool) -> HeaderValue {
    let age = days.map_or_else(String::new, |days| format!("; Max-Age={}", days * 86_400));
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub(crate) fn remove(name: &str, secure: bool) -> HeaderValue {
    set(name, "", Some(0), secure)
}

/// A text as the value of a cookie.
pub(crate) fn packed(text: &str) -> String {
    hex(text.as_bytes())
}

pub(crate) fn unpacked(value: &str) -> Option<String> {
    String::from_utf8(bytes(value)?).ok()
}
