//! Spans on their way to a collector.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test ends before what it spawns")]

use std::time::Duration;

use http::HeaderMap;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use ting_telemetry::{TelemetryConfig, adopt, init, inject_headers, link, traceparent};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const PUBLISHER: &str = "00-11111111111111111111111111111111-2222222222222222-01";

struct Collector(mpsc::UnboundedSender<ExportTraceServiceRequest>);

#[async_trait::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.send(request.into_inner()).unwrap();
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

async fn collector() -> (String, mpsc::UnboundedReceiver<ExportTraceServiceRequest>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::unbounded_channel();
    let server = Server::builder().add_service(TraceServiceServer::new(Collector(sender)));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (endpoint, receiver)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

async fn exported(mut requests: mpsc::UnboundedReceiver<ExportTraceServiceRequest>) -> (String, Vec<Span>) {
    let request = tokio::time::timeout(Duration::from_secs(20), requests.recv()).await.unwrap().unwrap();
    let [resource] = request.resource_spans.try_into().unwrap();
    let name =
        resource.resource.unwrap().attributes.into_iter().find(|attribute| attribute.key == "service.name");
    let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans).collect();
    (format!("{:?}", name.unwrap().value.unwrap()), spans)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_arrive_with_the_callers_trace_and_a_link_to_the_publisher() {
    let (endpoint, requests) = collector().await;
    let config = TelemetryConfig {
        otlp_endpoint: endpoint,
        log_filter: "off".to_owned(),
        ..TelemetryConfig::default()
    };
    let guard = init("ting-test", &config).unwrap();
    assert!(init("ting-test", &config).is_err(), "once per process");

    let call = tracing::info_span!("handle_call");
    let headers = HeaderMap::from_iter([("traceparent".parse().unwrap(), CALLER.parse().unwrap())]);
    adopt(&call, &headers);
    let injected = call.in_scope(|| {
        let event = tracing::info_span!("consume_event");
        link(&event, PUBLISHER);
        event.in_scope(traceparent).unwrap()
    });
    let mut outgoing = HeaderMap::new();
    call.in_scope(|| inject_headers(&mut outgoing));
    drop(call);
    guard.shutdown().await;

    let (service, spans) = exported(requests).await;
    assert!(service.contains("ting-test"), "{service}");
    let span = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (call, event) = (span("handle_call"), span("consume_event"));
    assert_eq!(hexadecimal(&call.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hexadecimal(&call.parent_span_id), "b7ad6b7169203331");
    assert_eq!(event.parent_span_id, call.span_id);
    assert_eq!(hexadecimal(&event.links[0].trace_id), "11111111111111111111111111111111");
    assert_eq!(injected, format!("00-{}-{}-01", hexadecimal(&event.trace_id), hexadecimal(&event.span_id)));
    assert_eq!(
        outgoing["traceparent"],
        format!("00-{}-{}-01", hexadecimal(&call.trace_id), hexadecimal(&call.span_id))
    );
}
