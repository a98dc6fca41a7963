//! The gateway as browsers meet it. No service and no NATS is there: the page must stand all the same.

use ting_chassis::auth::Role;

use crate::browser::{Answer, Door};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const OURS: &str = "Sec-Fetch-Site: same-origin\r\n";

/// Every route, and some that are none.
const REQUESTS: [(&str, &str); 14] = [
    ("GET", "/"),
    ("GET", "/?lang=zh"),
    ("GET", "/?page=-1"),
    ("GET", "/session"),
    ("POST", "/session"),
    ("POST", "/session/end"),
    ("GET", "/events"),
    ("GET", "/assets/app.js"),
    ("GET", "/assets/app.css"),
    ("GET", "/assets/icon.svg"),
    ("GET", "/nowhere"),
    ("TRACE", "/"),
    ("DELETE", "/session"),
    ("POST", "/ting.intake.v1.IntakeService/ListFeedback"),
];

const HEADERS: &str = "\
cache-control: no-store
content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
cross-origin-opener-policy: same-origin
cross-origin-resource-policy: same-origin
permissions-policy: camera=(), geolocation=(), microphone=()
referrer-policy: no-referrer
vary: Cookie, Accept-Language
x-content-type-options: nosniff
x-frame-options: DENY
";

#[tokio::test]
async fn every_answer_carries_the_same_headers() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    for (method, path) in REQUESTS {
        for cookie in ["", cookie.as_str()] {
            let answer = door.head_of(method, path, cookie).await;
            assert_eq!(answer.security_headers(), HEADERS, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure_and_browsers_are_told_to_stay() {
    let door = Door::open("public_url = 'https://ting.example.com'").await;
    let origin = format!("{FORM}Origin: https://ting.example.com\r\n");
    let answer = door.post("/session", &origin, &format!("token={}", door.token("ann", Role::Viewer))).await;
    assert_eq!(answer.code, 303);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        cookie.starts_with("__Host-ting_session=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    assert_eq!(
        door.post("/session", &format!("{FORM}Origin: http://{}\r\n", door.address()), "token=x").await.code,
        403
    );
}

#[tokio::test]
async fn without_a_session_there_is_a_form_and_no_event() {
    let door = Door::open("").await;
    let page = door.get("/", "").await;
    assert_eq!(page.code, 200);
    assert!(page.body.contains("id=\"sign-in\"") && !page.body.contains("data-section"), "{}", page.body);
    for cookie in ["", "Cookie: ting_session=0000\r\n"] {
        assert_eq!(door.get("/events", cookie).await.code, 401);
        assert_eq!(door.get("/session", cookie).await.code, 401);
    }
}

#[tokio::test]
async fn a_good_token_opens_the_page_though_every_service_is_away() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let page = door.get("/?lang=en", &cookie).await;
    assert_eq!(page.code, 200);
    for section in ["counts", "scores", "themes", "cases", "alerts", "comments"] {
        assert!(page.body.contains(&format!("data-section=\"{section}\"")), "{section}");
    }
    for service in ["intake", "analysis", "satisfaction", "recovery"] {
        assert!(page.body.contains(&format!("The {service} service has not answered since")), "{service}");
    }
    assert!(door.get("/?lang=zh", &cookie).await.body.contains("分析服务无响应，始于"));
    assert!(
        door.get("/", &format!("{cookie}Accept-Language: zh-CN\r\n")).await.body.contains("lang=\"zh-CN\"")
    );
}

#[tokio::test]
async fn signing_in_makes_a_new_id_and_ends_the_session_before() {
    let door = Door::open("").await;
    let first = door.sign_in("ann", Role::Viewer).await;
    let headers = format!("{FORM}{OURS}{first}");
    let answer = door.post("/session", &headers, &format!("token={}", door.token("ann", Role::Viewer))).await;
    let second = answer.cookie();
    assert_ne!(first, second);
    assert_eq!(door.get("/session", &first).await.code, 401);
    assert_eq!(door.get("/session", &second).await.code, 204);
    // An id that the browser brought is never taken over.
    let planted = format!("{FORM}{OURS}Cookie: ting_session=planted\r\n");
    let answer = door.post("/session", &planted, &format!("token={}", door.token("ann", Role::Viewer))).await;
    assert!(!answer.cookie().contains("planted"));
    assert_eq!(door.get("/session", "Cookie: ting_session=planted\r\n").await.code, 401);
}

#[tokio::test]
async fn a_tampered_token_is_refused_with_a_form() {
    let door = Door::open("").await;
    let token = door.token("ann", Role::Owner);
    let (head, signature) = token.rsplit_once('.').expect("a token");
    let other = Door::open("").await.token("ann", Role::Owner);
    for bad in [
        String::new(),
        format!("{head}."),
        format!("{head}.{}", signature.to_lowercase()),
        other,
        "x".repeat(4000),
    ] {
        let answer = door.post("/session", &format!("{FORM}{OURS}"), &format!("token={bad}")).await;
        assert_eq!((answer.code, answer.header("set-cookie")), (401, None));
        assert!(answer.body.contains("id=\"sign-in\""));
    }
    let huge = format!("token={}", "x".repeat(1024 * 1024));
    assert_eq!(door.post("/session", &format!("{FORM}{OURS}"), &huge).await.code, 413);
}

#[tokio::test]
async fn only_our_own_page_signs_anybody_in_or_out() {
    let door = Door::open("").await;
    let token = format!("token={}", door.token("ann", Role::Viewer));
    for foreign in [
        "",
        "Origin: null\r\n",
        "Origin: http://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        assert_eq!(door.post("/session", &format!("{FORM}{foreign}"), &token).await.code, 403, "{foreign}");
    }
    let (mine, theirs) = (door.sign_in("ann", Role::Viewer).await, door.sign_in("bob", Role::Viewer).await);
    let key = door.form_key(&mine).await;
    let foreign_key = door.form_key(&theirs).await;
    let end = async |headers: String, body: String| door.post("/session/end", &headers, &body).await.code;
    assert_eq!(end(format!("{FORM}{OURS}{mine}"), String::new()).await, 403);
    assert_eq!(end(format!("{FORM}{OURS}{mine}"), format!("form_key={foreign_key}")).await, 403);
    assert_eq!(end(format!("{FORM}Origin: null\r\n{mine}"), format!("form_key={key}")).await, 403);
    assert_eq!(door.get("/session/end", &mine).await.code, 405);
    assert_eq!(door.get("/session", &mine).await.code, 204);
    assert_eq!(end(format!("{FORM}{OURS}{mine}"), format!("form_key={key}")).await, 303);
    assert_eq!(door.get("/session", &mine).await.code, 401);
    assert_eq!(end(format!("{FORM}{OURS}{mine}"), format!("form_key={key}")).await, 401);
    assert_eq!(door.get("/session", &theirs).await.code, 204);
}

#[tokio::test]
async fn an_address_that_is_not_ours_is_told_so() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    for query in [
        "page=-1",
        "page=9e99",
        "sort=;drop",
        "sort[]=a",
        "q=%00",
        "%ff%fe",
        "tenant=other",
        "lang=zh&lang=en",
        "lang=../../etc",
        "next=//evil.com",
    ] {
        for path in ["/", "/events"] {
            let answer = door.get(&format!("{path}?{query}"), &cookie).await;
            assert_eq!((answer.code, answer.header("location")), (400, None), "{path}?{query}");
        }
    }
    for bytes in [4 * 1024, 60 * 1024, 100 * 1024] {
        assert_eq!(door.get(&format!("/?q={}", "x".repeat(bytes)), &cookie).await.code, 414);
    }
    assert_eq!(door.get("/", "Accept: application/grpc\r\n").await.code, 415);
    assert_eq!(door.get("/no/such/page", "").await.code, 404);
    assert_eq!(door.request("TRACE", "/", "", "").await.code, 405);
    let overridden = format!("X-HTTP-Method-Override: POST\r\n{cookie}");
    assert_eq!(door.get("/session/end", &overridden).await.code, 405);
}

#[tokio::test]
async fn the_stream_begins_with_every_section_and_says_that_nothing_is_heard() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let mut page = door.listen(&cookie).await;
    assert_eq!(page.head.header("content-type"), Some("text/event-stream"));
    let status = page.event().await;
    assert_eq!((status.name.as_str(), status.id.as_str()), ("status", "1"));
    assert!(status.data.contains("\"stale_since\":\"20"), "{}", status.data);
    let mut sections = Vec::new();
    while sections.len() < 6 {
        let event = page.event().await;
        if event.name == "section" {
            sections.push(event.section());
        }
    }
    assert_eq!(sections, ["counts", "scores", "themes", "cases", "alerts", "comments"]);
}

#[tokio::test]
async fn one_person_opens_only_so_many_pages_and_a_closed_one_makes_room() {
    let door = Door::open("live = { max_per_user = 3 }").await;
    let (ann, bob) = (door.sign_in("ann", Role::Viewer).await, door.sign_in("bob", Role::Viewer).await);
    let mut pages = Vec::new();
    for _ in 0..3 {
        pages.push(door.listen(&ann).await);
    }
    assert_eq!(door.get("/events", &ann).await.code, 429);
    // Another session of the same person counts too; another person does not.
    let second = door.sign_in("ann", Role::Viewer).await;
    assert_eq!(door.get("/events", &second).await.code, 429);
    assert_eq!(door.listen(&bob).await.head.code, 200);
    pages.pop();
    door.until_listening(&ann).await;
}

#[tokio::test]
async fn a_foreign_page_cannot_listen() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    for foreign in ["Origin: https://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"]
    {
        assert_eq!(door.get("/events", &format!("{cookie}{foreign}")).await.code, 403, "{foreign}");
    }
}

#[tokio::test]
async fn signing_out_ends_every_open_page_of_the_session() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let mut page = door.listen(&cookie).await;
    page.event().await;
    let key = door.form_key(&cookie).await;
    let out: Answer =
        door.post("/session/end", &format!("{FORM}{OURS}{cookie}"), &format!("form_key={key}")).await;
    assert_eq!((out.code, out.header("location")), (303, Some("/?lang=en")));
    page.until_closed().await;
}

#[tokio::test]
async fn the_gateway_ends_in_good_order_with_pages_open() {
    let door = Door::open("").await;
    let cookie = door.sign_in("ann", Role::Viewer).await;
    let mut page = door.listen(&cookie).await;
    assert_eq!(door.admin("/livez").await.code, 200);
    assert_eq!(door.admin("/readyz").await.code, 503);
    door.stop().await;
    page.until_closed().await;
}
