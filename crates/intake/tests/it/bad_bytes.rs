//! Bytes that a client of ours would never send, to every method there is.

use std::collections::{BTreeMap, HashMap};

use prost::{
    Message as _,
    bytes::{Buf as _, BufMut as _},
};
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{FeedbackInput, GetFeedbackRequest, ListFeedbackRequest, UpsertCustomerRequest};
use tonic::{
    Code::{InvalidArgument, OutOfRange},
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
};

use crate::stage::{Stage, assert_refused, feedback, refusal, submit};

/// Sends bytes as they are and takes whatever comes back.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        source.advance(source.remaining());
        Ok(Some(()))
    }
}

async fn call(stage: &Stage, method: &str, body: Vec<u8>) -> Result<(), Status> {
    let mut grpc = Grpc::new(stage.intake.client(&stage.bed, "acme", Role::Owner));
    grpc.ready().await.unwrap();
    let path = PathAndQuery::try_from(format!("/ting.intake.v1.IntakeService/{method}")).unwrap();
    grpc.unary(Request::new(body), path, Raw).await.map(drop)
}

const METHODS: [&str; 11] = [
    "UpsertCustomer",
    "GetCustomer",
    "ListCustomers",
    "SubmitFeedback",
    "BatchSubmitFeedback",
    "ImportFeedback",
    "GetFeedback",
    "ListFeedback",
    "SubmitResponse",
    "BatchSubmitResponses",
    "ListResponses",
];

/// Field 15, which no message has, as a group in a group in a group.
fn groups(depth: usize) -> Vec<u8> {
    [vec![0x7b; depth], vec![0x7c; depth]].concat()
}

#[tokio::test]
async fn no_method_takes_bytes_that_are_no_message_and_nothing_is_written() {
    let stage = Stage::start().await;
    let rows = [
        ("invalid UTF-8, or a string for a number", vec![0x0a, 2, 0xff, 0xfe]),
        ("truncated varint", vec![0x0a, 0x80]),
        ("a length of 2 GiB", vec![0x0a, 0xff, 0xff, 0xff, 0xff, 7, 1]),
        ("a length beyond 64 bits", [vec![0x0a], vec![0xff; 11]].concat()),
        ("tag 0", vec![0]),
        ("wire type 7", vec![0x0f]),
        ("a group that nothing ends", vec![0x7b]),
        ("an end of no group", vec![0x7c]),
        ("groups 101 deep", groups(101)),
        ("groups 100,000 deep", groups(100_000)),
    ];
    for method in METHODS {
        for (what, body) in &rows {
            let refused = call(&stage, method, body.clone()).await;
            assert_refused(&format!("{method}: {what}"), refused, InvalidArgument, "BAD_PROTO", "");
        }
    }
    assert_eq!(stage.written().await, BTreeMap::new());
}

#[tokio::test]
async fn wrong_types_of_known_fields_are_refused_and_unknown_fields_passed_over() {
    let stage = Stage::start().await;
    let good = submit("", feedback("f-1")).encode_to_vec();
    // Field 2 is the feedback; here it is a number, then four bytes, then a string that is no message.
    for wrong in [vec![0x10, 1], vec![0x15, 1, 2, 3, 4], vec![0x12, 1, b'x']] {
        let refused = call(&stage, "SubmitFeedback", wrong.clone()).await;
        assert_refused(&format!("{wrong:?}"), refused, InvalidArgument, "BAD_PROTO", "");
    }
    assert_eq!(stage.written().await, BTreeMap::new());
    // Field 15 as a number, as `is_admin` of a later version might be.
    let extra = [good, vec![0x78, 1]].concat();
    call(&stage, "SubmitFeedback", extra).await.unwrap();
    assert_eq!(stage.count("feedback").await, 1);
}

#[tokio::test]
async fn of_a_field_that_comes_twice_the_last_counts() {
    let stage = Stage::start().await;
    let text = |text: &str| submit("", FeedbackInput { text: text.to_owned(), ..feedback("f-1") });
    let twice = [text("first").encode_to_vec(), text("second").encode_to_vec()].concat();
    call(&stage, "SubmitFeedback", twice).await.unwrap();
    let mut client = stage.client("acme", Role::Agent);
    let list = client.list_feedback(ListFeedbackRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.feedback.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["second"]);

    let tier = |tier: &str| UpsertCustomerRequest {
        external_id: "c-7".to_owned(),
        attributes: HashMap::from([("tier".to_owned(), tier.to_owned())]),
        ..UpsertCustomerRequest::default()
    };
    let twice = [tier("gold").encode_to_vec(), tier("silver").encode_to_vec()].concat();
    call(&stage, "UpsertCustomer", twice).await.unwrap();
    let tiers: Vec<String> =
        sqlx::query_scalar("SELECT attributes->>'tier' FROM customer WHERE external_id = 'c-7'")
            .fetch_all(&mut stage.intake.owner().await)
            .await
            .unwrap();
    assert_eq!(tiers, ["silver"]);
}

#[tokio::test]
async fn a_message_over_a_megabyte_is_refused_before_it_is_read() {
    let stage = Stage::start().await;
    let input = FeedbackInput { text: "x".repeat(1024 * 1024 + 1), ..feedback("f") };
    let status = stage.client("acme", Role::Agent).submit_feedback(submit("", input)).await.unwrap_err();
    assert_eq!(refusal(&status), (OutOfRange, "MESSAGE_TOO_LARGE".to_owned(), Vec::new()));
    assert_eq!(stage.written().await, BTreeMap::new());
    let ghost = GetFeedbackRequest { feedback_id: "x".repeat(100_000) };
    let refused = stage.client("acme", Role::Agent).get_feedback(ghost).await;
    assert_refused("a long id", refused, InvalidArgument, "BAD_ID", "feedback_id");
}
