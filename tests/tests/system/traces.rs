//! One request, followed from its caller through every service that has to do with it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use ting_local::services::NAMES;
use ting_proto::{
    intake::v1::{FeedbackInput, SubmitFeedbackRequest, intake_service_client::IntakeServiceClient},
    ops::v1::{RebuildProjectionRequest, ops_service_client::OpsServiceClient},
    types::v1::FeedbackKind,
};
use ting_testkit::eventually_within;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

use crate::bed::SystemBed;

const TRACE: [u8; 16] = [0x5a; 16];
const CALLER: [u8; 8] = [0xc3; 8];
const TEXT: &str = "The kettle burned my hand, I want a refund";
const CUSTOMER: &str = "customer-of-the-traces";

/// Spans as they come, each with the name of its service.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(String, Span)>>>);

#[async_trait::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for resource in request.into_inner().resource_spans {
            let service = text(&resource.resource.unwrap_or_default().attributes, "service.name");
            let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
            self.0.lock().unwrap().extend(spans.map(|span| (service.clone(), span)));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    #[expect(clippy::disallowed_methods, reason = "a test ends before what it spawns")]
    async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self::default();
        let server = Server::builder().add_service(TraceServiceServer::new(collector.clone()));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        (collector, endpoint)
    }

    fn spans(&self) -> Vec<(String, Span)> {
        self.0.lock().unwrap().clone()
    }
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        _ => String::new(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_trace_leads_through_intake_to_all_who_take_up_its_events() {
    let (collector, endpoint) = Collector::start().await;
    let settings = [
        ("TING__TELEMETRY__OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("TING__TELEMETRY__LOG_FORMAT", "json"),
        ("TING__TELEMETRY__LOG_FILTER", "debug"),
    ];
    let bed = SystemBed::start_with(&settings).await;
    complain(&bed).await;

    let expected = [
        ("analysis", "TING_INTAKE"),
        ("recovery", "TING_ANALYSIS"),
        ("recovery", "TING_INTAKE"),
        ("satisfaction", "TING_INTAKE"),
    ];
    let expected: BTreeSet<_> =
        expected.into_iter().map(|(service, stream)| (service.to_owned(), stream.to_owned())).collect();
    eventually_within(Duration::from_secs(40), async || {
        let found = takers(&collector.spans());
        if expected.is_subset(&found) { Ok(()) } else { Err(found) }
    })
    .await;

    let spans = collector.spans();
    let call = spans.iter().find(|(service, span)| service == "intake" && span.parent_span_id == CALLER);
    let (_, call) = call.expect("intake's span is the child of the caller's");
    assert_eq!(call.trace_id, TRACE);
    assert_eq!(call.name, "/ting.intake.v1.IntakeService/SubmitFeedback");
    let told = format!("{spans:?}");
    assert!(
        !told.contains(TEXT) && !told.contains(CUSTOMER),
        "spans carry our ids, never what customers say"
    );
    logs_lead_to_the_trace_and_tell_nothing_about_customers(&bed).await;
}

async fn logs_lead_to_the_trace_and_tell_nothing_about_customers(bed: &SystemBed) {
    let mut ops = OpsServiceClient::new(bed.channel("satisfaction"));
    let rebuild = RebuildProjectionRequest { projection: "scores".to_owned() };
    ops.rebuild_projection(traced(bed, rebuild)).await.unwrap();
    // Before its answer, the call has said what it did.
    let lines: Vec<serde_json::Value> =
        bed.log("satisfaction").lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let line = lines.iter().find(|line| line["message"] == "projection rebuilt").expect("a line of JSON");
    assert_eq!(line["span"]["trace_id"], hexadecimal(&TRACE), "{line}");
    assert!(line["span"]["request.id"].is_string(), "{line}");
    for service in NAMES {
        let log = bed.log(service);
        assert!(!log.contains(TEXT) && !log.contains(CUSTOMER), "{service} logs what is about customers");
    }
}

/// The message with a token and as part of the caller's trace.
fn traced<T>(bed: &SystemBed, message: T) -> Request<T> {
    let mut request = bed.with(message);
    let traceparent = format!("00-{}-{}-01", hexadecimal(&TRACE), hexadecimal(&CALLER));
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    request
}

async fn complain(bed: &SystemBed) {
    let feedback = FeedbackInput {
        customer_external_id: CUSTOMER.to_owned(),
        kind: FeedbackKind::Complaint.into(),
        text: TEXT.to_owned(),
        ..FeedbackInput::default()
    };
    let request = traced(bed, SubmitFeedbackRequest { feedback: Some(feedback), ..Default::default() });
    let mut intake = IntakeServiceClient::new(bed.channel("intake"));
    intake.submit_feedback(request).await.unwrap();
}

/// Who has taken up an event that a span of intake in our trace published, and from which stream.
fn takers(spans: &[(String, Span)]) -> BTreeSet<(String, String)> {
    let publishers: BTreeSet<&[u8]> = spans
        .iter()
        .filter(|(service, span)| service == "intake" && span.trace_id == TRACE)
        .map(|(_, span)| span.span_id.as_slice())
        .collect();
    let linked = |span: &Span| {
        span.links.iter().any(|link| link.trace_id == TRACE && publishers.contains(link.span_id.as_slice()))
    };
    spans
        .iter()
        .filter(|(_, span)| span.name == "consume" && linked(span))
        .map(|(service, span)| (service.clone(), text(&span.attributes, "stream")))
        .collect()
}
