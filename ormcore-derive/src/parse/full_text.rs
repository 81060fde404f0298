//! `full_text(..)` of `#[model(..)]`: which columns are searched.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitStr, Token};

use super::constraint::Names;
use super::errors::Errors;
use super::{attribute, suggest};

const FULL_TEXT: &str = "title = 4, body, language = \"english\"";

/// PostgreSQL keeps four weights: the columns from here on share one.
const WEIGHTS: usize = 4;

/// A full-text index.
pub(crate) struct FullText {
    pub(crate) span: Span,
    /// Positions among the fields, and how much a word there counts.
    pub(crate) columns: Vec<(usize, f32)>,
    pub(crate) language: Option<LitStr>,
}

impl FullText {
    pub(super) fn parse(
        key: &Ident,
        input: ParseStream<'_>,
        names: &Names<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Option<Self>> {
        let mut this = FullText { span: key.span(), columns: Vec::new(), language: None };
        let mut inner = Errors::default();
        attribute::list(key, input, FULL_TEXT, &mut inner, |input| this.item(input, names))?;
        let (is_right, columns) = (inner.is_empty(), this.columns.len());
        errors.extend(inner);
        if is_right && columns == 0 {
            return Err(syn::Error::new(key.span(), format!("`{key}` names no field: expected `{key}({FULL_TEXT})`")));
        }
        Ok(Some(this))
    }

    /// `field`, `field = weight` or `language = ".."`.
    fn item(&mut self, input: ParseStream<'_>, names: &Names<'_>) -> syn::Result<()> {
        if input.peek2(Token![=]) && input.peek3(LitStr) {
            let option = input.call(Ident::parse_any)?;
            if option != "language" {
                let message = suggest::unknown("key of `full_text(..)`", &option.to_string(), &["language"]);
                return Err(syn::Error::new(option.span(), message));
            }
            if self.language.is_some() {
                return Err(syn::Error::new(option.span(), "`language` is given twice: keep one"));
            }
            self.language = Some(attribute::text(&option, input)?);
            return Ok(());
        }
        let span = input.span();
        if names.is_flattened(input) {
            let message = "an embedded struct is several columns: only fields of the model itself are searched";
            return Err(syn::Error::new(span, message));
        }
        let column = names.column(input)?.field;
        if self.columns.iter().any(|(other, _)| *other == column) {
            return Err(syn::Error::new(span, "the field is listed twice: keep one"));
        }
        let weight = if input.peek(Token![=]) { weight(span, input)? } else { 1.0 };
        let shared = self.columns.get(WEIGHTS - 1).map(|(_, shared)| *shared);
        if shared.is_some_and(|shared| weight.total_cmp(&shared).is_ne()) {
            let message = "the fields from the fourth on share one weight: give this one the weight of the fourth";
            return Err(syn::Error::new(span, message));
        }
        self.columns.push((column, weight));
        Ok(())
    }
}

/// How much a word in a column counts: `= 4`.
fn weight(field: Span, input: ParseStream<'_>) -> syn::Result<f32> {
    let _: Token![=] = input.parse()?;
    let wrong = |span| syn::Error::new(span, "a weight is a positive number, such as `title = 4`");
    let number = match input.parse::<Lit>().map_err(|_| wrong(field))? {
        Lit::Int(number) => (number.span(), number.base10_parse::<f32>().ok()),
        Lit::Float(number) => (number.span(), number.base10_parse::<f32>().ok()),
        other => (other.span(), None),
    };
    match number {
        (_, Some(weight)) if weight.is_finite() && weight > 0.0 => Ok(weight),
        (span, _) => Err(wrong(span)),
    }
}
