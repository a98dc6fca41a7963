use ting_proto::analysis::v1::{
    GetRunRequest, GetThemeRequest, ListCommentsRequest, ListRunsRequest, ListThemesRequest,
};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    voice::{Said, Voice},
    workplace::{BY_HAND, Workplace, reason},
};

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), reason(&status))
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_with_their_reason() {
    let place = Workplace::open(BY_HAND).await;
    let mut client = place.client("acme");
    let nobody = Uuid::from_u128(5).to_string();
    for (id, code, theme, run) in [
        ("", Code::InvalidArgument, "BAD_ID", "BAD_ID"),
        ("no id", Code::InvalidArgument, "BAD_ID", "BAD_ID"),
        (nobody.as_str(), Code::NotFound, "THEME_NOT_FOUND", "RUN_NOT_FOUND"),
    ] {
        let answer = client.get_theme(GetThemeRequest { theme_id: id.to_owned() }).await;
        assert_eq!(refused(answer), (code, theme.to_owned()), "{id}");
        let answer = client.get_run(GetRunRequest { run_id: id.to_owned() }).await;
        assert_eq!(refused(answer), (code, run.to_owned()), "{id}");
    }
    for (level, page_size, token, expected) in [
        (4, 0, "", "OUT_OF_SCALE"),
        (-1, 0, "", "OUT_OF_SCALE"),
        (2, -1, "", "BAD_PAGE_SIZE"),
        (2, 0, "garbage", "BAD_PAGE_TOKEN"),
    ] {
        let request = ListThemesRequest { level, page_size, page_token: token.to_owned() };
        assert_eq!(
            refused(client.list_themes(request).await),
            (Code::InvalidArgument, expected.to_owned()),
            "{level} {token}"
        );
    }
    let runs = ListRunsRequest { page_size: -1, ..ListRunsRequest::default() };
    assert_eq!(refused(client.list_runs(runs).await).1, "BAD_PAGE_SIZE");
    for (theme_id, customer_id, page_size, token, expected) in [
        ("x", "", 0, "", "BAD_ID"),
        ("", "x", 0, "", "BAD_ID"),
        ("", "", -1, "", "BAD_PAGE_SIZE"),
        ("", "", 0, "garbage", "BAD_PAGE_TOKEN"),
    ] {
        let request = ListCommentsRequest {
            page_size,
            page_token: token.to_owned(),
            theme_id: theme_id.to_owned(),
            customer_id: customer_id.to_owned(),
        };
        assert_eq!(
            refused(client.list_comments(request).await),
            (Code::InvalidArgument, expected.to_owned()),
            "{expected}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_query_is_no_token_of_another() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    voice.say(&[Said::new(1, "太慢了"), Said::new(2, "很好用")]).await;
    place.classified(2).await;
    let request = ListCommentsRequest { page_size: 1, ..ListCommentsRequest::default() };
    let page_token = place.client("acme").list_comments(request).await.unwrap().into_inner().next_page_token;
    let others = [
        (
            "acme",
            ListCommentsRequest {
                customer_id: Uuid::from_u128(1).to_string(),
                ..ListCommentsRequest::default()
            },
        ),
        ("other", ListCommentsRequest::default()),
    ];
    for (workspace, request) in others {
        let request = ListCommentsRequest { page_token: page_token.clone(), ..request };
        assert_eq!(refused(place.client(workspace).list_comments(request).await).1, "BAD_PAGE_TOKEN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_run_is_not_there() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    voice.say(&(1..30).map(|number| Said::new(number, &format!("第{number}条"))).collect::<Vec<_>>()).await;
    place.classified(29).await;
    assert_eq!(
        refused(place.start_run("r", 1).await),
        (Code::FailedPrecondition, "TOO_FEW_COMMENTS".to_owned())
    );
    for request_id in ["a\nb", &"x".repeat(37), "é"] {
        assert_eq!(refused(place.start_run(request_id, 1).await).0, Code::InvalidArgument);
    }
    assert!(place.runs().await.is_empty());
}
