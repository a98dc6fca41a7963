//! Two workspaces on the same services: neither learns anything of the other.

use std::collections::{BTreeMap, BTreeSet};

use async_nats::jetstream::{self, consumer::pull::OrderedConfig};
use futures::StreamExt as _;
use pbjson_types::Timestamp;
use ting_chassis::auth::Role;
use ting_events::{Envelope, Stream};
use ting_proto::{
    analysis::v1::{StartRunRequest, analysis_service_client::AnalysisServiceClient},
    intake::v1::{
        BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, FeedbackInput, ResponseInput,
        intake_service_client::IntakeServiceClient,
    },
    recovery::v1::{CreateEndpointRequest, EndpointKind, recovery_service_client::RecoveryServiceClient},
    roles::ROLES,
    satisfaction::v1::{SetFloorRequest, satisfaction_service_client::SatisfactionServiceClient},
    types::v1::{Dimension, FeedbackKind, Metric},
};
use ting_testkit::eventually;
use uuid::Uuid;

use crate::{
    bed::{SystemBed, WORKSPACE, with},
    view::{self, Lists},
};

const OTHER: &str = "other";
/// Noon of [`view::ANSWERED_ON`].
const ANSWERED_AT: Timestamp = Timestamp { seconds: 1_749_988_800, nanos: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn what_one_workspace_submits_no_list_and_no_get_shows_to_another() {
    let bed = SystemBed::start().await;
    let (acme, other) = (bed.token(), bed.cluster.token(OTHER, Role::Admin, "stranger").unwrap());
    let theirs = speak(&bed, &other, OTHER, 3).await;
    bed.quiet().await;
    let before = [view::lists(&bed, &acme).await, view::lists(&bed, &other).await];

    let ours = speak(&bed, &acme, WORKSPACE, 40).await;
    assert!(ours.is_disjoint(&theirs), "the same external ids are two feedbacks in two workspaces");
    everything_else(&bed, &acme).await;
    let after = [view::lists(&bed, &acme).await, view::lists(&bed, &other).await];

    for (rpc, seen) in &after[1] {
        assert_eq!(*seen, before[1][rpc], "{rpc} shows to others what does not concern them");
    }
    let unchanged: Vec<_> = after[0].iter().filter(|(rpc, seen)| before[0][*rpc] == **seen).collect();
    // Intake takes no events, so none of them can be parked there.
    let expected = ["ops.get_status of intake", "ops.list_dead_letters of intake"];
    assert_eq!(unchanged.iter().map(|(rpc, _)| rpc.as_str()).collect::<Vec<_>>(), expected);
    let got = view::gets(&bed, &acme, &other).await;
    every_reading_call_was_made(&after[0], &got);
    no_webhook_tells_of(&bed, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_workspace_travel_under_its_own_subjects_alone() {
    let bed = SystemBed::start().await;
    let other = bed.cluster.token(OTHER, Role::Admin, "stranger").unwrap();
    speak(&bed, &other, OTHER, 5).await;
    speak(&bed, &bed.token(), WORKSPACE, 5).await;
    bed.quiet().await;

    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (subject, payload) in published(&bed).await {
        let envelope = Envelope::parse(payload.as_bytes()).unwrap();
        let workspace = envelope.workspace.to_string();
        assert!(subject.starts_with(&format!("ting.{workspace}.")), "{subject}: {payload}");
        let aggregates = envelope.facts().unwrap().into_iter().map(|fact| fact.aggregate_id);
        // The aggregate of a score is its metric, which all workspaces have.
        let own = aggregates.filter(|id| Uuid::try_parse(id).is_ok());
        ids.entry(workspace.clone()).or_default().extend(own);
        texts.entry(workspace).or_default().push_str(&payload);
    }
    assert_eq!(texts.keys().collect::<Vec<_>>(), [WORKSPACE, OTHER]);
    for (one, another) in [(WORKSPACE, OTHER), (OTHER, WORKSPACE)] {
        assert!(texts[one].contains(&format!("said in {one}")));
        assert!(!texts[one].contains(&format!("said in {another}")));
        let strange: Vec<_> = ids[another].iter().filter(|id| texts[one].contains(*id)).collect();
        assert!(strange.is_empty(), "events of {one} speak of {strange:?} in {another}");
    }
}

/// Submits feedback and answers of `count` customers, a complaint and a bad answer among them; the external ids are the same in
/// every workspace. Gives the ids of the feedback.
async fn speak(bed: &SystemBed, token: &str, workspace: &str, count: usize) -> BTreeSet<String> {
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let subjects = ["The parcel came late", "The app crashes", "退款没有到账", "The price went up"];
    let feedback = (0..count).map(|number| FeedbackInput {
        external_id: format!("f{number}"),
        customer_external_id: format!("c{number}"),
        kind: if number == 0 { FeedbackKind::Complaint } else { FeedbackKind::Comment }.into(),
        text: format!("{}, said in {workspace} by {number}", subjects[number % subjects.len()]),
        ..FeedbackInput::default()
    });
    let request = BatchSubmitFeedbackRequest { feedback: feedback.collect(), ..Default::default() };
    let results = intake.batch_submit_feedback(with(token, request)).await.unwrap().into_inner().results;
    assert!(results.iter().all(|result| result.created));
    let responses = (0..count).map(|number| ResponseInput {
        external_id: format!("r{number}"),
        customer_external_id: format!("c{number}"),
        metric: Metric::Csat.into(),
        value: 1 + i32::try_from(number % 5).unwrap(),
        answered_at: Some(ANSWERED_AT),
        ..ResponseInput::default()
    });
    let request = BatchSubmitResponsesRequest { responses: responses.collect(), ..Default::default() };
    intake.batch_submit_responses(with(token, request)).await.unwrap();
    results.into_iter().map(|result| result.feedback_id).collect()
}

/// What else a list can show: a floor and its alert, an endpoint, a run and its themes, parked events.
async fn everything_else(bed: &SystemBed, token: &str) {
    let mut satisfaction = SatisfactionServiceClient::new(bed.channel("satisfaction"));
    let floor = SetFloorRequest {
        metric: Metric::Csat.into(),
        dimension: Dimension::Workspace.into(),
        minimum: 99.0,
        minimum_n: 1,
        ..Default::default()
    };
    satisfaction.set_floor(with(token, floor)).await.unwrap();
    let mut recovery = RecoveryServiceClient::new(bed.channel("recovery"));
    let target = "second.desk@example.com".to_owned();
    let endpoint = CreateEndpointRequest { kind: EndpointKind::Email.into(), target, ..Default::default() };
    recovery.create_endpoint(with(token, endpoint)).await.unwrap();
    bed.quiet().await;
    let mut analysis = AnalysisServiceClient::new(bed.channel("analysis"));
    analysis.start_run(with(token, StartRunRequest::default())).await.unwrap();

    let nats = async_nats::connect(bed.cluster.nats.url()).await.unwrap();
    let subject = format!("ting.{WORKSPACE}.intake.feedback_received.v1.p00");
    jetstream::new(nats).publish(subject, "no event".into()).await.unwrap().await.unwrap();
    eventually(async || {
        let parked = view::dead_letters(bed, token).await;
        if parked == [0, 1, 1, 1] { Ok(()) } else { Err(parked) }
    })
    .await;
    bed.quiet().await;
}

/// Fails when the contracts get a reading call that is not looked at here.
fn every_reading_call_was_made(lists: &Lists, gets: &BTreeSet<String>) {
    let seen: BTreeSet<&str> =
        lists.keys().chain(gets).map(|rpc| rpc.split(' ').next().unwrap_or_default()).collect();
    let reading = ROLES.iter().filter_map(|(path, _)| {
        let (service, method) = path.trim_start_matches("/ting.").split_once('/')?;
        let reads = method.starts_with("Get") || method.starts_with("List");
        reads.then(|| format!("{}.{}", service.split('.').next().unwrap_or_default(), snake_case(method)))
    });
    let missed: Vec<String> = reading.filter(|rpc| !seen.contains(rpc.as_str())).collect();
    assert!(missed.is_empty(), "not looked at: {missed:?}");
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The endpoints are acme's: what comes in there is about its cases.
async fn no_webhook_tells_of(bed: &SystemBed, token: &str) {
    let webhooks = bed.webhooks.received();
    assert!(!webhooks.is_empty());
    let cases = view::cases(bed, token).await;
    assert!(!cases.is_empty());
    for case in cases {
        assert!(webhooks.iter().all(|webhook| !webhook.body.contains(&case)), "{case}");
    }
}

/// Subject and payload of all events of all streams.
async fn published(bed: &SystemBed) -> Vec<(String, String)> {
    let jetstream = jetstream::new(async_nats::connect(bed.cluster.nats.url()).await.unwrap());
    let mut published = Vec::new();
    for stream in Stream::ALL {
        let mut stream = jetstream.get_stream(stream.name()).await.unwrap();
        let count = usize::try_from(stream.info().await.unwrap().state.messages).unwrap();
        let consumer = stream.create_consumer(OrderedConfig::default()).await.unwrap();
        let mut messages = consumer.messages().await.unwrap().take(count);
        while let Some(message) = messages.next().await {
            let message = message.unwrap();
            published
                .push((message.subject.to_string(), String::from_utf8(message.payload.to_vec()).unwrap()));
        }
    }
    published
}
