use axum::http::{HeaderMap, HeaderValue, header};

/// With TLS the name binds the cookie to this host and to TLS, so that no neighbour can set it.
fn name(https: bool) -> &'static str {
    if https { "__Host-ting_session" } else { "ting_session" }
}

/// The session id that the browser brings; none if it brings two, because then one was planted.
pub fn read(headers: &HeaderMap, https: bool) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ids = pairs.filter(|(key, _)| *key == name(https)).map(|(_, id)| id);
    match (ids.next(), ids.next()) {
        (Some(id), None) => Some(id.to_owned()),
        _ => None,
    }
}

/// Hands the browser its session id, or takes it away when `id` is `None`.
pub fn write(id: Option<&str>, https: bool) -> HeaderValue {
    let (value, end) = id.map_or(("", "; Max-Age=0"), |id| (id, ""));
    let secure = if https { "; Secure" } else { "" };
    let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{end}", name(https));
    HeaderValue::from_str(&line).expect("ids are hexadecimal")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{read, write};

    fn brings(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn an_id_is_found_among_others_and_two_are_none() {
        assert_eq!(read(&brings(&["a=b; ting_session=00ff; c=d"]), false).as_deref(), Some("00ff"));
        assert_eq!(read(&brings(&["ting_session=1; ting_session=2"]), false), None);
        assert_eq!(read(&brings(&["ting_session=1", "ting_session=2"]), false), None);
        assert_eq!(read(&brings(&["xting_session=1"]), false), None);
        assert_eq!(read(&brings(&[]), false), None);
    }

    #[test]
    fn with_tls_the_cookie_is_bound_to_the_host() {
        assert_eq!(
            write(Some("ab"), true),
            "__Host-ting_session=ab; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(read(&brings(&["ting_session=planted"]), true), None);
        assert_eq!(write(None, false), "ting_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
