//! Tokens of other lists, and comments that are strange in text, kind or time.

use chrono::{DateTime, Utc};
use ting_chassis::auth::Role;
use ting_proto::{
    analysis::v1::{
        ListCommentsRequest, ListRunsRequest, ListThemesRequest,
        analysis_service_client::AnalysisServiceClient,
    },
    types::v1::FeedbackKind,
};
use ting_testkit::{Client, eventually};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    voice::{Said, Voice, sample},
    workplace::{BY_HAND, Workplace, reason},
};

const LISTS: [&str; 5] = ["themes", "wide themes", "comments", "comments of a theme", "runs"];

/// Asks for a page of a list and gives the token of the next.
async fn ask(
    client: &mut AnalysisServiceClient<Client>,
    list: &str,
    theme_id: &str,
    page_size: i32,
    page_token: &str,
) -> Result<String, Status> {
    let page_token = page_token.to_owned();
    Ok(match list {
        "themes" | "wide themes" => {
            let level = if list == "themes" { 2 } else { 3 };
            let request = ListThemesRequest { level, page_size, page_token };
            client.list_themes(request).await?.into_inner().next_page_token
        }
        "runs" => {
            client.list_runs(ListRunsRequest { page_size, page_token }).await?.into_inner().next_page_token
        }
        _ => {
            let theme_id = if list == "comments" { String::new() } else { theme_id.to_owned() };
            let request = ListCommentsRequest { page_size, page_token, theme_id, ..Default::default() };
            client.list_comments(request).await?.into_inner().next_page_token
        }
    })
}

fn told(answer: Result<String, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), reason(&status))
}

fn invalid(reason: &str) -> (Code, String) {
    (Code::InvalidArgument, reason.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_any_list_is_asked_for_with_its_own_token() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let said = sample();
    voice.say(&said).await;
    place.classified(i64::try_from(said.len()).unwrap()).await;
    place.run(1).await;
    place.run(2).await;
    let theme_id = place.themes(2).await.themes.swap_remove(0).theme_id;
    let mut ours = place.client("acme");
    let mut theirs = AnalysisServiceClient::new(place.analysis.client(&place.bed, "rival", Role::Owner));
    for list in LISTS {
        let token = ask(&mut ours, list, &theme_id, 1, "").await.unwrap();
        assert!(!token.is_empty(), "{list}");
        for other in LISTS {
            let answer = ask(&mut ours, other, &theme_id, 1, &token).await;
            if other == list {
                answer.unwrap();
            } else {
                assert_eq!(told(answer), invalid("BAD_PAGE_TOKEN"), "{list} in {other}");
            }
        }
        let foreign = ask(&mut theirs, list, &theme_id, 1, &token).await;
        assert_eq!(told(foreign), invalid("BAD_PAGE_TOKEN"), "{list}");
        for bad in ["garbage", "\0", &token[1..], &format!("{token}A")] {
            let answer = ask(&mut ours, list, &theme_id, 1, bad).await;
            assert_eq!(told(answer), invalid("BAD_PAGE_TOKEN"), "{list}");
        }
        let negative = ask(&mut ours, list, &theme_id, -1, "").await;
        assert_eq!(told(negative), invalid("BAD_PAGE_SIZE"), "{list}");
        ask(&mut ours, list, &theme_id, i32::MAX, "").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_run_starts_under_a_request_id_that_is_none() {
    let place = Workplace::open(BY_HAND).await;
    for request_id in ["a\nb", "a\0", "id 1", "é", &"x".repeat(37), &"x".repeat(257)] {
        let status = place.start_run(request_id, 1).await.unwrap_err();
        assert_eq!((status.code(), reason(&status)), invalid("BAD_REQUEST_ID"), "{request_id:?}");
    }
    assert!(place.runs().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_of_any_time_kind_and_length_are_taken_in() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let at = |number, time: &str| Said {
        occurred_at: time.parse::<DateTime<Utc>>().unwrap(),
        ..Said::new(number, "快递太慢了")
    };
    let long = "慢".repeat(10_000);
    let zalgo = format!("a{}", "\u{301}".repeat(32));
    let said = vec![
        at(1, "1970-01-01T00:00:00Z"),
        at(2, "2100-01-01T00:00:00Z"),
        at(3, "0001-01-01T00:00:00Z"),
        at(4, "9999-12-31T23:59:59Z"),
        Said { kind: FeedbackKind::Unspecified, ..Said::new(5, "一般") },
        Said::new(6, &long),
        Said::new(7, "\u{202e}drawkcab"),
        Said::new(8, &zalgo),
        Said::new(9, "<script>alert(1)</script> {{7*7}} ${jndi:ldap://x}"),
        Said::new(10, "\u{200b}"),
        Said::new(11, ""),
    ];
    let all = i64::try_from(said.len()).unwrap();
    voice.say(&said).await;
    place.classified(all).await;
    let comments = place.all_comments().await;
    for one in &said {
        let id = one.feedback_id.to_string();
        let found = comments.iter().find(|comment| comment.feedback_id == id).unwrap();
        assert_eq!(found.text, one.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_the_store_cannot_keep_is_parked_and_the_next_goes_on() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    voice.say(&[Said::new(1, "a\0b"), Said::new(2, "很好")]).await;
    place.classified(1).await;
    let mut owner = place.analysis.owner().await;
    let parked: String = eventually(async || {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT aggregate_id FROM dead_letter").fetch_all(&mut owner).await.unwrap();
        if rows.len() == 1 { Ok(rows[0].clone()) } else { Err(rows) }
    })
    .await;
    assert_eq!(parked, Uuid::from_u128(1).to_string());
}
