use ting_chassis::auth::Role;
use ting_proto::{
    analysis::v1::ListCommentsRequest,
    types::v1::{FeedbackKind, Language},
};
use uuid::Uuid;

use crate::{
    voice::{Said, Voice, sample},
    workplace::{BY_HAND, Workplace},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_understood_and_told_of() {
    let place = Workplace::open(BY_HAND).await;
    let customer = Uuid::from_u128(77);
    let mut voice = Voice::new(&place.bed, "acme").await;
    let fire = Said {
        customer_id: Some(customer),
        kind: FeedbackKind::Complaint,
        occurred_at: "2026-03-03T08:00:00Z".parse().unwrap(),
        ..Said::new(1, "水壶冒烟起火，太差了，我要投诉！")
    };
    voice.say(&[fire, Said::new(2, "The courier was friendly and fast, wonderful service")]).await;
    place.classified(2).await;

    let comments = place.all_comments().await;
    let (complaint, praise) = (&comments[0], &comments[1]);
    assert_eq!((complaint.language(), praise.language()), (Language::Chinese, Language::English));
    assert_eq!(complaint.kind(), FeedbackKind::Complaint);
    assert_eq!(complaint.customer_id, customer.to_string());
    assert!(complaint.sentiment < 0.0 && praise.sentiment > 0.0);
    assert!(complaint.urgency > 0.5 && complaint.urgency_rules.iter().any(|rule| rule == "safety"));
    assert!(!complaint.sentiment_words.is_empty());
    assert_eq!(praise.customer_id, "");
    assert_eq!(praise.theme_id, "", "there are no themes yet");

    let facts = place.facts("feedback_classified").await;
    assert_eq!(facts.len(), 2);
    let told = facts.iter().find(|fact| fact["feedbackId"] == complaint.feedback_id.as_str()).unwrap();
    assert_eq!(told["aggregateId"], customer.to_string());
    assert_eq!(told["kind"], "FEEDBACK_KIND_COMPLAINT");
    assert_eq!(told["urgency"].as_f64().unwrap().to_bits(), complaint.urgency.to_bits());
    let other = facts.iter().find(|fact| fact["feedbackId"] == praise.feedback_id.as_str()).unwrap();
    assert_eq!(other["aggregateId"], praise.feedback_id, "nobody was named");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redelivered_event_takes_effect_once() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let sent = voice.say(&[Said::new(1, "太慢了"), Said::new(2, "很好用")]).await;
    place.classified(2).await;
    voice.send(&sent).await;
    // What comes after the repetition shows that it was dealt with.
    voice
        .say(
            &(3..40)
                .map(|number| Said::new(number, &format!("第{number}条评论说得很清楚")))
                .collect::<Vec<_>>(),
        )
        .await;
    place.classified(39).await;
    assert_eq!(place.facts("feedback_classified").await.len(), 39);
    assert_eq!(place.all_comments().await.len(), 39);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_names_the_comment_that_said_it_first() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let first = "The courier left my parcel in the rain and marked it as delivered";
    voice.say(&[Said::new(1, first)]).await;
    place.classified(1).await;
    let again = [
        Said::new(2, &format!("{first}!!")),
        Said::new(3, "The courier was on time"),
        Said::new(4, &first.to_uppercase()),
        Said::new(5, "!!!"),
    ];
    voice.say(&again).await;
    place.classified(5).await;
    let repeated = |comments: &[ting_proto::analysis::v1::Comment], number: u128| {
        let id = Uuid::from_u128(number).to_string();
        comments.iter().find(|comment| comment.feedback_id == id).unwrap().duplicate_of.clone()
    };
    let comments = place.all_comments().await;
    let origin = Uuid::from_u128(1).to_string();
    let found = [1, 2, 3, 4, 5].map(|number| repeated(&comments, number));
    assert_eq!(found, [String::new(), origin.clone(), String::new(), origin, String::new()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_listed_newest_first_by_page_and_by_customer() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let said = sample();
    voice.say(&said).await;
    place.classified(i64::try_from(said.len()).unwrap()).await;

    let paged = place.comments(ListCommentsRequest { page_size: 7, ..ListCommentsRequest::default() }).await;
    assert_eq!(paged, place.all_comments().await);
    assert_eq!(paged.len(), said.len());
    let times: Vec<(i64, i32)> =
        paged.iter().map(|comment| comment.occurred_at.unwrap()).map(|at| (at.seconds, at.nanos)).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]));

    let customer = said.iter().find_map(|said| said.customer_id).unwrap();
    let request = ListCommentsRequest {
        customer_id: customer.to_string(),
        page_size: 2,
        ..ListCommentsRequest::default()
    };
    let theirs = place.comments(request).await;
    assert_eq!(theirs.len(), said.iter().filter(|said| said.customer_id == Some(customer)).count());
    assert!(theirs.iter().all(|comment| comment.customer_id == customer.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_long_comments_ends_before_the_message_is_full() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let long = |number: u128| Said::new(number, &format!("第{number}条：{}", "配送太慢".repeat(2400)));
    for number in 1..=60 {
        voice.say(&[long(number)]).await;
    }
    place.classified(60).await;
    let viewer = place.analysis.client(&place.bed, "acme", Role::Viewer);
    let mut client = ting_proto::analysis::v1::analysis_service_client::AnalysisServiceClient::new(viewer);
    let request = ListCommentsRequest { page_size: 500, ..ListCommentsRequest::default() };
    let page = client.list_comments(request).await.unwrap().into_inner();
    assert!(!page.comments.is_empty() && page.comments.len() < 60 && !page.next_page_token.is_empty());
    assert_eq!(place.all_comments().await.len(), 60);
}
