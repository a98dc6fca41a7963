use http::{HeaderMap, HeaderValue};
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator as _},
    trace::TraceContextExt as _,
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The header of W3C Trace Context; the attribute of events is called the same.
const TRACEPARENT: &str = "traceparent";

/// The current span as a `traceparent`, for an event or a call that it causes; `None` where nothing is traced.
pub fn traceparent() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    let flags = span.trace_flags().to_u8();
    span.is_valid().then(|| format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()))
}

/// Puts the current span into the headers of a call.
pub fn inject_headers(headers: &mut HeaderMap) {
    if let Some(value) = traceparent().and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(TRACEPARENT, value);
    }
}

/// The caller's span, if the headers of a call name one.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    parse(headers.get(TRACEPARENT)?.to_str().ok()?)
}

/// Makes `span` a child of the caller's. To be called before the span is entered.
pub fn adopt(span: &Span, headers: &HeaderMap) {
    if let Some(parent) = extract(headers) {
        // Fails when no collector is configured or the span is filtered out: then there is nothing to join.
        let _ = span.set_parent(parent);
    }
}

/// Links `span` to the one that published an event.
pub fn link(span: &Span, traceparent: &str) {
    if let Some(context) = parse(traceparent) {
        span.add_link(context.span().span_context().clone());
    }
}

/// Fills the field `trace_id` of `span`, so that log lines inside of it lead to the trace. To be called after [`adopt`] and [`link`],
/// and before the span is entered; does nothing where nothing is traced.
pub fn name_trace(span: &Span) {
    let context = span.context();
    let trace = context.span().span_context().clone();
    if trace.is_valid() {
        span.record("trace_id", tracing::field::display(trace.trace_id()));
    }
}

struct Only<'a>(&'a str);

impl Extractor for Only<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

fn parse(traceparent: &str) -> Option<Context> {
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Only(traceparent));
    context.span().span_context().is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use opentelemetry::trace::TraceContextExt as _;

    use super::{extract, traceparent};

    fn headers(traceparent: &str) -> HeaderMap {
        HeaderMap::from_iter([("traceparent".parse().unwrap(), traceparent.parse().unwrap())])
    }

    #[test]
    fn a_callers_span_is_read_from_the_headers() {
        let context = extract(&headers("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).unwrap();
        let span = context.span().span_context().clone();
        assert_eq!(span.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert!(span.is_remote() && span.is_sampled());
    }

    #[test]
    fn garbage_is_no_span() {
        for bad in ["", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "x", "é"] {
            let Ok(value) = http::HeaderValue::try_from(bad) else { continue };
            let headers = HeaderMap::from_iter([("traceparent".parse().unwrap(), value)]);
            assert!(extract(&headers).is_none(), "{bad}");
        }
        assert!(extract(&HeaderMap::new()).is_none());
    }

    #[test]
    fn where_nothing_is_traced_nothing_is_injected() {
        assert_eq!(traceparent(), None);
    }
}
