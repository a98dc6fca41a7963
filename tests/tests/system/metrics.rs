//! What services show at `/metrics` is what docs/operating/telemetry.md lists, and what dashboards and alert rules may rely on.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use serde_json::json;
use ting_local::services::NAMES;
use ting_proto::{
    intake::v1::{
        FeedbackInput, ResponseInput, SubmitFeedbackRequest, SubmitResponseRequest,
        intake_service_client::IntakeServiceClient,
    },
    satisfaction::v1::{SetFloorRequest, satisfaction_service_client::SatisfactionServiceClient},
    types::v1::{Dimension, FeedbackKind, Metric},
};
use ting_testkit::eventually_within;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::bed::{SystemBed, WORKSPACE};

const CUSTOMER: &str = "customer-of-the-metrics";

/// After [`something_happens`].
const WELL: [(&str, &str); 16] = [
    ("intake", "ting_outbox_pending 0"),
    ("intake", "ting_intake_queue_items 0"),
    ("intake", "ting_stream_events_lost_total 0"),
    ("intake", r#"ting_events_published_total{event="feedback_received"} 1"#),
    ("analysis", r#"ting_fact_age_seconds_count{stream="TING_INTAKE"} 3"#),
    ("analysis", r#"ting_consumer_pending{stream="TING_INTAKE"} 0"#),
    ("analysis", "ting_dead_letters 0"),
    ("satisfaction", "ting_alerts_open 1"),
    ("recovery", r#"ting_cases{state="open"} 1"#),
    ("recovery", r#"ting_cases{state="resolved"} 0"#),
    ("recovery", r#"ting_notification_attempt_seconds_count{kind="webhook",result="DELIVERED"} 1"#),
    ("recovery", r#"ting_notification_attempt_seconds_count{kind="email",result="DELIVERED"} 1"#),
    ("recovery", "ting_notifications_pending 0"),
    ("recovery", r#"ting_component_up{component="postgres"} 1"#),
    ("gateway", r#"ting_component_up{component="nats"} 1"#),
    ("gateway", "ting_live_connections 0"),
];

/// Kind, labels and meaning of a metric.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    kind: String,
    labels: BTreeSet<String>,
    help: String,
}

/// By service and metric.
type Metrics = BTreeMap<(String, String), Shown>;

#[tokio::test(flavor = "multi_thread")]
async fn services_show_the_metrics_that_the_documentation_lists_and_no_others() {
    let bed = SystemBed::start_with_page().await;
    something_happens(&bed).await;
    let listed = listed();
    assert!(listed.len() > 80, "the table could not be read: {listed:#?}");
    eventually_within(Duration::from_secs(40), async || {
        let mut shown = Metrics::new();
        for child in &bed.cluster.children {
            read(child.name, &get(child.admin_port, "/metrics").await, &mut shown);
        }
        let difference = |left: &Metrics, right: &Metrics| -> Vec<_> {
            let missing = left.iter().filter(|(name, metric)| right.get(*name) != Some(metric));
            missing.map(|pair| format!("{pair:?}")).collect()
        };
        let (unlisted, absent) = (difference(&shown, &listed), difference(&listed, &shown));
        if unlisted.is_empty() && absent.is_empty() { Ok(()) } else { Err((unlisted, absent)) }
    })
    .await;
    show(&bed, &WELL).await;
    send_what_cannot_be_applied(&bed).await;
    // Bytes that are no event, a fact that is refused, and the one behind it.
    let parked = [("analysis", "ting_dead_letters 3"), ("analysis", "ting_parked_aggregates 1")];
    show(&bed, &parked).await;
}

/// A complaint, a bad answer below a floor, and a browser: enough for every metric to have something to say.
async fn something_happens(bed: &SystemBed) {
    let mut satisfaction = SatisfactionServiceClient::new(bed.channel("satisfaction"));
    let floor = SetFloorRequest {
        metric: Metric::Nps.into(),
        dimension: Dimension::Workspace.into(),
        minimum: 50.0,
        window_days: 30,
        minimum_n: 1,
        ..Default::default()
    };
    satisfaction.set_floor(bed.with(floor)).await.unwrap();
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let feedback = FeedbackInput {
        customer_external_id: CUSTOMER.to_owned(),
        kind: FeedbackKind::Complaint.into(),
        text: "The kettle burned my hand, I want a refund".to_owned(),
        ..FeedbackInput::default()
    };
    let request = SubmitFeedbackRequest { feedback: Some(feedback), ..Default::default() };
    intake.submit_feedback(bed.with(request)).await.unwrap();
    let response = ResponseInput {
        external_id: "answer".to_owned(),
        metric: Metric::Nps.into(),
        value: 0,
        ..ResponseInput::default()
    };
    let request = SubmitResponseRequest { response: Some(response), ..Default::default() };
    intake.submit_response(bed.with(request)).await.unwrap();
    let gateway = bed.cluster.children.iter().find(|child| child.name == "gateway").unwrap();
    get(gateway.port, "/").await;
    bed.quiet().await;
}

async fn send_what_cannot_be_applied(bed: &SystemBed) {
    let client = async_nats::connect(bed.cluster.nats.url()).await.unwrap();
    let subject = format!("ting.{WORKSPACE}.intake.feedback_received.v1.p00");
    let item = |sequence, text: serde_json::Value| {
        json!({
            "aggregateId": "019ca884-c700-7a10-9b01-000000000001", "sequence": sequence,
            "feedbackId": "019ca884-cf10-7b20-9b02-000000000001", "text": text,
        })
    };
    let event = json!({
        "specversion": "1.0", "id": "019ca884-cf10-7003-8a03-0a1b2c3d4e03", "source": "/ting/intake",
        "type": "ting.intake.feedback_received.v1", "time": "2026-03-01T08:30:02Z",
        "datacontenttype": "application/json", "workspace": WORKSPACE,
        "data": { "items": [item("1", json!(5)), item("2", json!("fine"))] },
    });
    for payload in ["no event".to_owned(), event.to_string()] {
        client.publish(subject.clone(), payload.into()).await.unwrap();
    }
    client.flush().await.unwrap();
}

/// Waits until services show these lines.
async fn show(bed: &SystemBed, expected: &[(&str, &str)]) {
    eventually_within(Duration::from_secs(40), async || {
        let mut missing: Vec<&(&str, &str)> = Vec::new();
        for child in &bed.cluster.children {
            let page = get(child.admin_port, "/metrics").await;
            assert!(!page.contains(WORKSPACE) && !page.contains(CUSTOMER), "labels are names that we chose");
            let lines: BTreeSet<&str> = page.lines().collect();
            let of_child = expected.iter().filter(|(service, _)| *service == child.name);
            missing.extend(of_child.filter(|(_, line)| !lines.contains(line)));
        }
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    })
    .await;
}

/// Reads the text format of Prometheus.
fn read(service: &str, page: &str, metrics: &mut Metrics) {
    let mut help = BTreeMap::new();
    let mut current = (String::new(), String::new());
    for line in page.lines() {
        if let Some((name, text)) = line.strip_prefix("# HELP ").and_then(|line| line.split_once(' ')) {
            help.insert(name, text);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|line| line.split_once(' '))
        {
            current = (service.to_owned(), name.to_owned());
            let help = (*help.get(name).unwrap_or(&"")).to_owned();
            metrics.insert(current.clone(), Shown { kind: kind.to_owned(), labels: BTreeSet::new(), help });
        } else if let Some((_, labels)) = line.rsplit_once('}').and_then(|(head, _)| head.split_once('{')) {
            let names = labels.split("\",").filter_map(|label| label.split_once('=')).map(|(name, _)| name);
            let names = names.filter(|name| *name != "le").map(ToOwned::to_owned);
            metrics.get_mut(&current).unwrap().labels.extend(names);
        }
    }
}

/// Reads the table of docs/operating/telemetry.md: metric, kind, labels, services, replicas, meaning.
fn listed() -> Metrics {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("docs/operating/telemetry.md")).unwrap();
    let mut metrics = Metrics::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, kind, labels, of, _, help] = cells[..] else { continue };
        let labels = labels.split(", ").map(|label| label.trim_matches('`').to_owned());
        let shown = Shown {
            kind: kind.to_owned(),
            labels: labels.filter(|label| !label.is_empty()).collect(),
            help: help.to_owned(),
        };
        for service in services(of) {
            metrics.insert((service.to_owned(), name.trim_matches('`').to_owned()), shown.clone());
        }
    }
    metrics
}

fn services(of: &str) -> Vec<&str> {
    match of {
        "all" => NAMES.into_iter().chain(["gateway"]).collect(),
        "services" => NAMES.to_vec(),
        "consumers" => NAMES.into_iter().filter(|name| *name != "intake").collect(),
        name => vec![name],
    }
}

/// What is answered to a browser or to Prometheus, without its head.
async fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}
