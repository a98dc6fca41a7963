//! Whether a request was sent by our own page.

use axum::http::{HeaderMap, header};

/// Accepts what a browser marks as coming from our own page. Another site's page cannot take the mark off, and a request
/// without any mark was not made by a page.
pub fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    match text(headers, "sec-fetch-site") {
        Some("same-origin") => true,
        Some(_) => false,
        None => text(headers, header::ORIGIN.as_str())
            .is_some_and(|origin| is_our_origin(headers, origin, public_url)),
    }
}

/// Refuses what a browser marks as coming from elsewhere; what carries no mark passes.
pub fn is_not_foreign(headers: &HeaderMap, public_url: &str) -> bool {
    let site = text(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let origin = headers
        .get(header::ORIGIN)
        .is_none_or(|origin| origin.to_str().is_ok_and(|origin| is_our_origin(headers, origin, public_url)));
    site && origin
}

fn is_our_origin(headers: &HeaderMap, origin: &str, public_url: &str) -> bool {
    if !public_url.is_empty() {
        return origin == public_url;
    }
    let host = text(headers, header::HOST.as_str());
    host.is_some_and(|host| origin.strip_prefix("http://") == Some(host))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{is_not_foreign, is_ours};

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        lines.iter().map(pair).collect()
    }

    #[test]
    fn only_our_own_page_may_post() {
        let host = ("host", "ting.local:7100");
        let ours = [
            headers(&[host, ("sec-fetch-site", "same-origin")]),
            headers(&[host, ("origin", "http://ting.local:7100")]),
        ];
        let others = [
            headers(&[host]),
            headers(&[host, ("sec-fetch-site", "cross-site")]),
            headers(&[host, ("sec-fetch-site", "same-site")]),
            headers(&[host, ("sec-fetch-site", "none")]),
            headers(&[host, ("sec-fetch-site", "cross-site"), ("origin", "http://ting.local:7100")]),
            headers(&[host, ("origin", "null")]),
            headers(&[host, ("origin", "http://evil.example")]),
            headers(&[host, ("origin", "http://ting.local:7100.evil.example")]),
            headers(&[host, ("x-forwarded-host", "evil.example"), ("origin", "http://evil.example")]),
        ];
        assert!(ours.iter().all(|headers| is_ours(headers, "")));
        assert!(!others.iter().any(|headers| is_ours(headers, "")));
    }

    #[test]
    fn behind_a_proxy_the_public_address_counts_and_the_host_does_not() {
        let url = "https://ting.example.com";
        assert!(is_ours(&headers(&[("host", "10.0.0.7"), ("origin", "https://ting.example.com")]), url));
        assert!(!is_ours(&headers(&[("host", "evil.example"), ("origin", "http://evil.example")]), url));
    }

    #[test]
    fn a_foreign_page_may_not_listen() {
        let host = ("host", "ting.local");
        assert!(is_not_foreign(&headers(&[host]), ""));
        assert!(is_not_foreign(&headers(&[host, ("sec-fetch-site", "same-origin")]), ""));
        assert!(!is_not_foreign(&headers(&[host, ("sec-fetch-site", "cross-site")]), ""));
        assert!(!is_not_foreign(&headers(&[host, ("origin", "https://evil.example")]), ""));
        assert!(!is_not_foreign(&headers(&[host, ("origin", "null")]), ""));
    }
}
