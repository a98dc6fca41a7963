use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::Response,
};

use super::{Context, refusal};
use crate::i18n::{Language, Text};

/// The language of an address. `lang` is all that an address of ours can say: anything else, or anything twice, was not made by us.
pub struct Address(pub Language);

impl FromRequestParts<Arc<Context>> for Address {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Context>) -> Result<Self, Response> {
        let preferred = preferred(parts);
        match asked(parts.uri.query().unwrap_or_default()) {
            Ok(language) => Ok(Self(language.unwrap_or(preferred))),
            Err(Unknown) => Err(refusal(StatusCode::BAD_REQUEST, preferred, Text::BadRequest)),
        }
    }
}

/// What the browser prefers, for answers to addresses that are not ours.
impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(preferred(parts))
    }
}

fn preferred(parts: &Parts) -> Language {
    let accept = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(accept.unwrap_or_default())
}

/// A query that no link of ours has.
#[derive(Debug, PartialEq, Eq)]
struct Unknown;

fn asked(query: &str) -> Result<Option<Language>, Unknown> {
    match query.split_once('=') {
        None if query.is_empty() => Ok(None),
        Some(("lang", code)) => Language::parse(code).map(Some).ok_or(Unknown),
        _ => Err(Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unknown, asked};
    use crate::i18n::Language;

    #[test]
    fn an_address_says_its_language_and_nothing_else() {
        assert_eq!(asked(""), Ok(None));
        assert_eq!(asked("lang=zh"), Ok(Some(Language::Chinese)));
        for bad in [
            "lang",
            "lang=",
            "lang=de",
            "lang=zh&lang=zh",
            "lang=zh&lang=en",
            "page=-1",
            "page=9e99",
            "sort=;drop",
            "q=%00",
            "%ff%fe",
            "tenant=other",
            "next=//evil.com",
            "lang[]=zh",
            "id=1&id=2",
            "&",
            "=",
        ] {
            assert_eq!(asked(bad), Err(Unknown), "{bad}");
        }
    }
}
