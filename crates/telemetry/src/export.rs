use std::{io::IsTerminal as _, time::Duration};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{LogFormat, TelemetryConfig};

/// How long the last spans may take to leave.
const FLUSH: Duration = Duration::from_secs(5);
/// Crates whose spans would be about the export of spans.
const TRANSPORT: [&str; 5] = ["h2", "hyper", "hyper_util", "opentelemetry_sdk", "tonic"];

/// Why logging and tracing could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error("telemetry.log_filter is no filter of levels")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("telemetry.otlp_endpoint cannot be used")]
    Endpoint(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("logging is set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Keeps spans flowing; sends the last ones when it is shut down or dropped.
#[derive(Debug)]
#[must_use = "spans are no longer sent once it is dropped"]
pub struct Guard(Option<SdkTracerProvider>);

/// Sets up logging and tracing for the process, once, inside of its tokio runtime.
pub fn init(service: &str, config: &TelemetryConfig) -> Result<Guard, InitError> {
    let filter = EnvFilter::try_new(&config.log_filter)?;
    let provider = match config.otlp_endpoint.as_str() {
        "" => None,
        endpoint => Some(provider(service, endpoint, config)?),
    };
    let spans = provider.as_ref().map(|provider| {
        let targets = Targets::new()
            .with_default(LevelFilter::INFO)
            .with_targets(TRANSPORT.map(|target| (target, LevelFilter::OFF)));
        tracing_opentelemetry::layer()
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_tracer(provider.tracer("ting"))
            .with_filter(targets)
    });
    let registry =
        tracing_subscriber::registry().with(log(config.log_format).with_filter(filter)).with(spans);
    registry.try_init()?;
    Ok(Guard(provider))
}

fn log(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => layer.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    }
}

fn provider(service: &str, endpoint: &str, config: &TelemetryConfig) -> Result<SdkTracerProvider, InitError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(FLUSH)
        .build()?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.sample_ratio)));
    let resource = Resource::builder().with_service_name(service.to_owned()).build();
    let provider = SdkTracerProvider::builder().with_sampler(sampler).with_resource(resource);
    Ok(provider.with_batch_exporter(exporter).build())
}

impl Guard {
    /// Sends the last spans. Better than dropping: the export needs the runtime, which a drop would block.
    pub async fn shutdown(mut self) {
        if let Some(provider) = self.0.take() {
            // The only failure is a panic of the exporter, and nothing is left to be saved then.
            let _ = tokio::task::spawn_blocking(move || flush(&provider)).await;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            flush(&provider);
        }
    }
}

fn flush(provider: &SdkTracerProvider) {
    if let Err(error) = provider.shutdown_with_timeout(FLUSH) {
        tracing::warn!(%error, "the last spans could not be sent");
    }
}
