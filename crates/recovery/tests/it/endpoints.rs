//! Where notifications may go.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ting_chassis::auth::Role;
use ting_proto::recovery::v1::{
    CreateEndpointRequest, DeleteEndpointRequest, Endpoint, EndpointKind, ListEndpointsRequest,
};
use tonic::Code;

use crate::support::{Scene, WORKSPACE, refusal};

const MAIL: &str = "[service]\nsmtp_url = \"smtp://127.0.0.1:9\"\n";

fn request(kind: EndpointKind, target: &str) -> CreateEndpointRequest {
    CreateEndpointRequest { kind: kind.into(), target: target.to_owned(), ..Default::default() }
}

async fn endpoints(scene: &Scene) -> Vec<Endpoint> {
    scene.api().list_endpoints(ListEndpointsRequest::default()).await.unwrap().into_inner().endpoints
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_that_lead_inside_or_astray_are_refused_with_their_reason() {
    let scene = Scene::start("").await;
    let mut api = scene.api();
    let long = format!("https://example.com/{}", "a".repeat(2048));
    let rows = [
        ("", "URL_SCHEME"),
        ("file:///etc/passwd", "URL_SCHEME"),
        ("gopher://example.com", "URL_SCHEME"),
        ("http://example.com", "URL_SCHEME"),
        ("https://", "URL_HOST"),
        ("https://user:pass@example.com", "URL_USERINFO"),
        ("https://example.com/#a", "URL_CHARS"),
        ("https://exam\tple.com", "URL_CHARS"),
        (&long, "URL_TOO_LONG"),
        ("https://127.1/", "URL_PRIVATE"),
        ("https://0x7f000001/", "URL_PRIVATE"),
        ("https://2130706433/", "URL_PRIVATE"),
        ("https://①②⑦.⓪.⓪.①/", "URL_PRIVATE"),
        ("https://[::ffff:127.0.0.1]/", "URL_PRIVATE"),
        ("https://169.254.169.254/latest/meta-data", "URL_PRIVATE"),
        ("https://localhost/", "URL_HOST"),
        ("https://postgres/", "URL_HOST"),
        ("https://metadata.google.internal/", "URL_HOST"),
        (r"https://example.com\@127.0.0.1", "URL_CHARS"),
        ("http://a@127.0.0.1:80@b.com", "URL_USERINFO"),
        ("https://example.com:22/", "URL_PORT"),
        ("https://example.com:65536/", "URL_PORT"),
    ];
    for (url, reason) in rows {
        let refused = refusal(api.create_endpoint(request(EndpointKind::Webhook, url)).await);
        assert_eq!(refused, (Code::InvalidArgument, reason.to_owned()), "{url}");
    }
    assert_eq!(endpoints(&scene).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_smuggle_or_do_not_deliver_are_refused() {
    let scene = Scene::start(MAIL).await;
    let mut api = scene.api();
    let rows = [
        "",
        "a@b.com\r\nBcc: x@y",
        "\"n\r\nBcc: q\" <a@b>",
        "a@b.com, c@d.com",
        "a@b..com",
        "a@localhost",
        "a@[127.0.0.1]",
        "用户@example.com",
        "ting Support <a@b.com>",
    ];
    for address in rows {
        let refused = refusal(api.create_endpoint(request(EndpointKind::Email, address)).await);
        assert_eq!(refused, (Code::InvalidArgument, "BAD_EMAIL".to_owned()), "{address:?}");
    }
    let with_secret =
        CreateEndpointRequest { secret: "whsec_".to_owned(), ..request(EndpointKind::Email, "a@b.com") };
    assert_eq!(
        refusal(api.create_endpoint(with_secret).await),
        (Code::InvalidArgument, "SECRET_FORMAT".to_owned())
    );
    assert_eq!(endpoints(&scene).await, []);
    let made =
        api.create_endpoint(request(EndpointKind::Email, "mei@Example.COM")).await.unwrap().into_inner();
    assert_eq!((made.secret.as_str(), made.endpoint.unwrap().target.as_str()), ("", "mei@example.com"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_there_are_no_mail_endpoints() {
    let scene = Scene::start("").await;
    let refused = refusal(scene.api().create_endpoint(request(EndpointKind::Email, "mei@example.com")).await);
    assert_eq!(refused, (Code::FailedPrecondition, "SMTP_NOT_CONFIGURED".to_owned()));
    let none =
        refusal(scene.api().create_endpoint(request(EndpointKind::Unspecified, "mei@example.com")).await);
    assert_eq!(none, (Code::InvalidArgument, "UNKNOWN_ENUM".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_made_or_taken_and_shown_once() {
    let scene = Scene::start("").await;
    let mut api = scene.api();
    let retried = CreateEndpointRequest {
        request_id: "r-1".to_owned(),
        ..request(EndpointKind::Webhook, "https://example.com/a")
    };
    let made = api.create_endpoint(retried.clone()).await.unwrap().into_inner();
    assert_eq!(STANDARD.decode(made.secret.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
    assert_eq!(api.create_endpoint(retried).await.unwrap().into_inner(), made);
    let other = api
        .create_endpoint(request(EndpointKind::Webhook, "https://example.com/b"))
        .await
        .unwrap()
        .into_inner();
    assert_ne!(made.secret, other.secret);
    let own = format!("whsec_{}", STANDARD.encode([7; 24]));
    let given = CreateEndpointRequest {
        secret: own.clone(),
        ..request(EndpointKind::Webhook, "https://example.com/c")
    };
    assert_eq!(api.create_endpoint(given).await.unwrap().into_inner().secret, own);
    for bytes in [8, 23, 65] {
        let secret = format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        let bad = CreateEndpointRequest { secret, ..request(EndpointKind::Webhook, "https://example.com/d") };
        assert_eq!(
            refusal(api.create_endpoint(bad).await),
            (Code::InvalidArgument, "SECRET_FORMAT".to_owned())
        );
    }
    let targets: Vec<_> = endpoints(&scene).await.into_iter().map(|endpoint| endpoint.target).collect();
    assert_eq!(targets.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifty_first_endpoint_is_refused_even_when_all_come_at_once() {
    let scene = Scene::start("").await;
    let calls = (0..55).map(|number| {
        let mut api = scene.api();
        let url = format!("https://example.com/{number}");
        async move { api.create_endpoint(request(EndpointKind::Webhook, &url)).await }
    });
    let answers = futures::future::join_all(calls).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (50, 5));
    for answer in bad {
        assert_eq!(refusal(answer), (Code::ResourceExhausted, "ENDPOINT_QUOTA".to_owned()));
    }
    let endpoint_id = good.into_iter().next().unwrap().unwrap().into_inner().endpoint.unwrap().endpoint_id;
    let mut api = scene.api();
    api.delete_endpoint(DeleteEndpointRequest { endpoint_id, ..Default::default() }).await.unwrap();
    api.create_endpoint(request(EndpointKind::Webhook, "https://example.com/new")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_endpoint_is_gone_with_its_secret() {
    let scene = Scene::start("").await;
    let mut api = scene.api();
    let endpoint_id = scene.webhook("https://example.com/").await.endpoint.unwrap().endpoint_id;
    let delete = DeleteEndpointRequest { endpoint_id, ..Default::default() };
    api.delete_endpoint(delete.clone()).await.unwrap();
    assert_eq!(endpoints(&scene).await, []);
    assert_eq!(refusal(api.delete_endpoint(delete).await), (Code::NotFound, "ENDPOINT_NOT_FOUND".to_owned()));
    let mut owner = scene.service.owner().await;
    let secrets: i64 =
        sqlx::query_scalar("SELECT count(secret) FROM endpoint").fetch_one(&mut owner).await.unwrap();
    assert_eq!(secrets, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_work_on_cases_but_do_not_say_where_notifications_go() {
    let scene = Scene::start("").await;
    for role in [Role::Agent, Role::Analyst, Role::Viewer, Role::Integration] {
        let mut api = scene.api_as(WORKSPACE, role);
        let refused =
            refusal(api.create_endpoint(request(EndpointKind::Webhook, "https://example.com/")).await);
        assert_eq!(refused.0, Code::PermissionDenied, "{role:?}");
    }
}
