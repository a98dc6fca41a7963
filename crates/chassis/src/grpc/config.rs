use serde::Deserialize;

/// Where the gRPC server listens and what it takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrpcConfig {
    /// `127.0.0.1:50051`; port 0 takes a free one.
    pub address: String,
    /// How long a call may take that brings no `grpc-timeout`.
    pub default_deadline_ms: u64,
    /// Longer timeouts of callers are cut to this one.
    pub max_deadline_ms: u64,
    /// The same for streams; also how long a stream may take that brings no timeout.
    pub max_stream_deadline_ms: u64,
    /// Bytes of one message, in both directions.
    pub max_message_bytes: usize,
    /// Calls at once; further ones are refused with `RESOURCE_EXHAUSTED OVERLOADED`.
    pub max_concurrent_requests: usize,
    /// Calls at once on one connection; further ones wait in the client.
    pub max_concurrent_streams: u32,
    /// Whether clients may ask for the contracts.
    pub reflection: bool,
}

impl Default for GrpcConfig {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:0".to_owned(),
            default_deadline_ms: 10_000,
            max_deadline_ms: 60_000,
            max_stream_deadline_ms: 3_600_000,
            max_message_bytes: 1024 * 1024,
            max_concurrent_requests: 1024,
            max_concurrent_streams: 128,
            reflection: true,
        }
    }
}
