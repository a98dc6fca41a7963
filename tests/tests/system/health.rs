//! A service that has lost a server says so, lives on, and comes back by itself.

use std::time::Duration;

use ting_local::services::NAMES;
use ting_proto::{
    analysis::v1::{ListCommentsRequest, analysis_service_client::AnalysisServiceClient},
    intake::v1::{FeedbackInput, SubmitFeedbackRequest, intake_service_client::IntakeServiceClient},
    ops::v1::{GetStatusRequest, ops_service_client::OpsServiceClient},
    types::v1::FeedbackKind,
};
use ting_testkit::eventually_within;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tonic::{Code, Status};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::bed::SystemBed;

/// Longer than it takes on a machine that has other things to do; it takes seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// What the operator's door and the health service say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Health {
    readyz: u16,
    serving: bool,
    livez: u16,
}

const WELL: Health = Health { readyz: 200, serving: true, livez: 200 };
const WAITING: Health = Health { readyz: 503, serving: false, livez: 200 };

#[tokio::test(flavor = "multi_thread")]
async fn without_nats_services_are_alive_but_not_ready_until_it_is_back() {
    let mut bed = SystemBed::start().await;
    let processes = processes(&bed).await;
    all_become(&bed, WELL).await;
    bed.cluster.nats.kill().unwrap();
    all_become(&bed, WAITING).await;

    let taken = submit(&bed).await.unwrap();
    tokio::task::block_in_place(|| bed.cluster.nats.restart()).unwrap();
    all_become(&bed, WELL).await;
    is_classified(&bed, &taken).await;
    assert_eq!(self::processes(&bed).await, processes);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_services_are_alive_but_not_ready_until_it_is_back() {
    let mut bed = SystemBed::start().await;
    let processes = processes(&bed).await;
    all_become(&bed, WELL).await;
    bed.cluster.postgres.kill().unwrap();
    all_become(&bed, WAITING).await;

    assert_eq!(submit(&bed).await.unwrap_err().code(), Code::Unavailable);
    tokio::task::block_in_place(|| bed.cluster.postgres.restart()).unwrap();
    all_become(&bed, WELL).await;
    let taken = submit(&bed).await.unwrap();
    is_classified(&bed, &taken).await;
    assert_eq!(self::processes(&bed).await, processes);
}

async fn all_become(bed: &SystemBed, expected: Health) {
    eventually_within(PATIENCE, async || {
        let mut found = Vec::new();
        for child in bed.cluster.children.iter().filter(|child| NAMES.contains(&child.name)) {
            let health = health(bed, child.name, child.admin_port).await;
            assert_eq!(health.livez, 200, "{} must live on", child.name);
            found.push((child.name, health));
        }
        assert_eq!(found.len(), NAMES.len());
        if found.iter().all(|(_, health)| *health == expected) { Ok(()) } else { Err(found) }
    })
    .await;
}

async fn health(bed: &SystemBed, service: &str, admin_port: u16) -> Health {
    let mut client = HealthClient::new(bed.channel(service));
    let answer = client.check(HealthCheckRequest::default()).await.unwrap().into_inner();
    Health {
        readyz: page(admin_port, "/readyz").await.unwrap(),
        serving: answer.status() == ServingStatus::Serving,
        livez: page(admin_port, "/livez").await.unwrap(),
    }
}

/// The status with which a page of the operator's door is answered.
async fn page(port: u16, path: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: ting\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default())
}

/// The process of each service, and since when it serves.
async fn processes(bed: &SystemBed) -> Vec<(u32, String)> {
    let mut processes = Vec::new();
    for child in bed.cluster.children.iter().filter(|child| NAMES.contains(&child.name)) {
        let mut ops = OpsServiceClient::new(bed.channel(child.name));
        let status = ops.get_status(bed.with(GetStatusRequest {})).await.unwrap().into_inner();
        processes.push((child.id().unwrap(), format!("{:?}", status.started_at.unwrap())));
    }
    processes
}

async fn submit(bed: &SystemBed) -> Result<String, Status> {
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    let feedback = FeedbackInput {
        kind: FeedbackKind::Comment.into(),
        text: "The parcel came a day late".to_owned(),
        ..FeedbackInput::default()
    };
    let request = SubmitFeedbackRequest { feedback: Some(feedback), ..Default::default() };
    Ok(intake.submit_feedback(bed.with(request)).await?.into_inner().feedback_id)
}

async fn is_classified(bed: &SystemBed, feedback_id: &str) {
    let mut analysis = AnalysisServiceClient::new(bed.channel("analysis"));
    eventually_within(PATIENCE, async || {
        let request = bed.with(ListCommentsRequest::default());
        let comments = analysis.list_comments(request).await.unwrap().into_inner().comments;
        if comments.iter().any(|comment| comment.feedback_id == feedback_id) { Ok(()) } else { Err(comments) }
    })
    .await;
}
