//! Clients that submit and insist: what was not answered is sent again, with the same request id, until it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ting_proto::{
    intake::v1::{
        BatchSubmitFeedbackRequest, BatchSubmitResponsesRequest, FeedbackInput, ResponseInput,
        intake_service_client::IntakeServiceClient,
    },
    types::v1::{FeedbackKind, Metric},
};
use tokio::sync::Mutex;
use tonic::{Code, Status, transport::Channel};

use crate::bed::with;

/// Ids that intake has answered for.
#[derive(Debug, Default, Clone)]
pub struct Accepted {
    pub feedback: Vec<String>,
    pub responses: Vec<String>,
}

/// Items in one call.
const BATCH: usize = 8;

const TEXTS: [&str; 6] = [
    "快递太慢了，等了一个星期",
    "The courier was friendly and the parcel came early",
    "退款一直没有到账，客服也不回复",
    "The app crashes when I open the cart",
    "水壶漏电，我被电到了，很危险",
    "Prices went up again without a word",
];

/// One client: sends `least` comments and as many answers, a few at a time, and goes on until it is `enough`.
pub async fn client(
    channel: Channel,
    token: String,
    client: usize,
    least: usize,
    enough: &AtomicBool,
    accepted: Arc<Mutex<Accepted>>,
    tolerates: fn(&Status) -> bool,
) {
    let mut intake = IntakeServiceClient::new(channel);
    for start in (0..).step_by(BATCH) {
        if start >= least && enough.load(Ordering::Acquire) {
            return;
        }
        let numbers = start..start + BATCH;
        let feedback = BatchSubmitFeedbackRequest {
            request_id: format!("f{client}-{start}"),
            feedback: numbers.clone().map(|number| feedback(client, number)).collect(),
        };
        let answer = insist(tolerates, async || {
            intake.clone().batch_submit_feedback(with(&token, feedback.clone())).await
        })
        .await;
        let responses = BatchSubmitResponsesRequest {
            request_id: format!("r{client}-{start}"),
            responses: numbers.map(|number| response(client, number)).collect(),
        };
        let answered =
            insist(tolerates, async || intake.batch_submit_responses(with(&token, responses.clone())).await)
                .await;
        let mut accepted = accepted.lock().await;
        accepted.feedback.extend(answer.into_inner().results.into_iter().map(|result| result.feedback_id));
        accepted.responses.extend(answered.into_inner().results.into_iter().map(|result| result.response_id));
    }
}

fn feedback(client: usize, number: usize) -> FeedbackInput {
    let kind = if number.is_multiple_of(10) { FeedbackKind::Complaint } else { FeedbackKind::Comment };
    FeedbackInput {
        external_id: format!("f-{client}-{number}"),
        customer_external_id: customer(number),
        kind: kind.into(),
        text: format!("{} ({client}-{number})", TEXTS[number % TEXTS.len()]),
        ..FeedbackInput::default()
    }
}

fn response(client: usize, number: usize) -> ResponseInput {
    let (metric, values) =
        [(Metric::Nps, 0..11), (Metric::Csat, 1..6), (Metric::Ces, 1..8)][number % 3].clone();
    let steps = values.end - values.start;
    ResponseInput {
        external_id: format!("r-{client}-{number}"),
        customer_external_id: customer(number),
        metric: metric.into(),
        value: values.start + i32::try_from((number * 7 + client) % usize::try_from(steps).unwrap()).unwrap(),
        ..ResponseInput::default()
    }
}

/// The same customers for all clients, so that they write to the same aggregates.
fn customer(number: usize) -> String {
    format!("c{}", number % 40)
}

/// Calls until there is an answer; only faults that are tolerated are tried again.
async fn insist<T>(tolerates: fn(&Status) -> bool, mut call: impl AsyncFnMut() -> Result<T, Status>) -> T {
    for _ in 0..600 {
        match call().await {
            Ok(answer) => return answer,
            Err(status) => assert!(tolerates(&status), "{status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no answer within a minute");
}

/// What a client may see while something is down. A broken connection shows as Unknown, or as Cancelled by our own timeout.
pub fn passes(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable
            | Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Aborted
            | Code::Unknown
            | Code::Cancelled
    )
}
