//! Logs to standard error, spans to an OTLP collector, and the trace context on its way through gRPC and NATS.
//!
//! Start with [`init`]. Over gRPC a span is the child of its caller ([`adopt`]); over NATS it links to the publisher ([`link`]),
//! because an event is taken up by many consumers, and hours later. Log lines carry ids, never bodies or identities;
//! inside of a span with a field `trace_id` they carry that too ([`name_trace`]).

mod config;
mod context;
mod export;

pub use config::{LogFormat, TelemetryConfig};
pub use context::{adopt, extract, inject_headers, link, name_trace, traceparent};
pub use export::{Guard, InitError, init};
