//! Forms, addresses and headers that no page of ours sends.

use ting_chassis::auth::Role;

use crate::browser::Door;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const OURS: &str = "Sec-Fetch-Site: same-origin\r\n";

#[tokio::test]
async fn forms_that_are_not_ours_sign_nobody_in() {
    let door = Door::open("").await;
    let token = door.token("ann", Role::Viewer);
    let form = FORM.trim_end();
    let rows = [
        ("Content-Type: text/plain", format!("{{\"token\":\"{token}\"}}"), 415),
        ("Content-Type: application/json", format!("{{\"token\":\"{token}\"}}"), 415),
        ("Content-Type: multipart/form-data; boundary=x", format!("--x\r\n\r\n{token}\r\n--x--"), 415),
        ("X-Nothing: 1", format!("token={token}"), 415),
        (form, format!("token={token}&is_admin=1"), 422),
        (form, format!("token={token}&tenant=other"), 422),
        (form, format!("token={token}&token={token}"), 422),
        (form, String::new(), 422),
        (form, "token".to_owned(), 401),
        (form, "token=%ff%fe".to_owned(), 401),
        (form, "token=%00".to_owned(), 401),
        (form, format!("token={}", "x".repeat(9 * 1024)), 413),
        (form, "a=&".repeat(2000), 422),
    ];
    for (header, body, code) in rows {
        let answer = door.post("/session", &format!("{header}\r\n{OURS}"), &body).await;
        let start: String = body.chars().take(40).collect();
        assert_eq!((answer.code, answer.header("set-cookie")), (code, None), "{header} {start}");
    }
}

#[tokio::test]
async fn addresses_with_anything_but_a_language_are_refused_and_lead_nowhere() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    for query in [
        "id=1&id=2",
        "from=2026-13-99",
        "tz=../../etc",
        "next=https:evil",
        "next=/%5Cevil",
        "lang=zh%00",
        "lang=zh#x",
        "LANG=zh",
        "lang[]=zh",
        "?",
        "%",
    ] {
        let page = door.get(&format!("/?{query}"), &cookie).await;
        // A fragment is not the server's to see: browsers keep it, and anybody else gets what the rest says.
        let expected = if query.contains('#') { [200, 400].contains(&page.code) } else { page.code == 400 };
        assert!(expected && page.header("location").is_none(), "{query}: {}", page.code);
        let form = format!("token={}", door.token("ann", Role::Viewer));
        if !query.contains('#') {
            let answer = door.post(&format!("/session?{query}"), &format!("{FORM}{OURS}"), &form).await;
            assert_eq!((answer.code, answer.header("set-cookie")), (400, None), "{query}");
        }
    }
}

#[tokio::test]
async fn what_a_proxy_might_say_is_believed_by_nobody() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let token = format!("token={}", door.token("ann", Role::Viewer));
    for forged in [
        "X-Forwarded-For: 127.0.0.1\r\n",
        "X-Forwarded-Host: evil.example\r\n",
        "X-Forwarded-Proto: https\r\n",
        "Forwarded: host=evil.example;proto=https\r\n",
        "X-Original-URL: /session/end\r\n",
        "X-Rewrite-URL: /session/end\r\n",
    ] {
        let page = door.get("/", &format!("{cookie}{forged}")).await;
        assert_eq!(page.code, 200, "{forged}");
        assert!(!page.body.contains("evil.example"), "{forged}");
        assert_eq!(page.header("strict-transport-security"), None, "{forged}");
        let answer = door.post("/session", &format!("{FORM}{OURS}{forged}"), &token).await;
        assert_eq!((answer.code, answer.header("location")), (303, Some("/?lang=en")), "{forged}");
        let foreign = format!("{FORM}Origin: http://evil.example\r\n{forged}");
        assert_eq!(door.post("/session", &foreign, &token).await.code, 403, "{forged}");
    }
    assert_eq!(door.get("/session", &cookie).await.code, 204);
}

#[tokio::test]
async fn two_cookies_of_one_name_are_no_session() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let pair = cookie.trim_end().trim_start_matches("Cookie: ");
    for planted in [
        format!("Cookie: {pair}; ting_session=planted\r\n"),
        format!("Cookie: ting_session=planted; {pair}\r\n"),
        format!("{cookie}Cookie: ting_session=planted\r\n"),
        format!("Cookie: {}\r\n", pair.to_uppercase()),
        format!("Cookie: {pair}0\r\n"),
        "Cookie: ting_session=\r\n".to_owned(),
        format!("Cookie: ting_session={}\r\n", "0".repeat(7000)),
    ] {
        assert_eq!(door.get("/session", &planted).await.code, 401, "{planted}");
        assert_eq!(door.get("/events?lang=en", &planted).await.code, 401, "{planted}");
    }
    assert_eq!(door.get("/session", &cookie).await.code, 204);
}

#[tokio::test]
async fn methods_and_paths_that_are_none_change_nothing() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    for (method, path, code) in [
        ("TRACE", "/", 405),
        ("PUT", "/session", 405),
        ("DELETE", "/session", 405),
        ("PATCH", "/session/end", 405),
        ("GET", "/session/end", 405),
        ("OPTIONS", "/session", 405),
        ("BREW", "/", 405),
        ("GET", "/assets/../session/end", 404),
        ("GET", "/assets/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "//evil.example/", 404),
        ("GET", "/session/", 404),
    ] {
        let answer = door.request(method, path, &cookie, "").await;
        assert_eq!((answer.code, answer.header("location")), (code, None), "{method} {path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{method} {path}");
    }
    assert_eq!(door.get("/session", &cookie).await.code, 204);
}
