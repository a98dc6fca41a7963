//! The connection to NATS.

use std::time::Duration;

use anyhow::Context as _;
use async_nats::{
    ConnectErrorKind, ConnectOptions, Event,
    jetstream::{
        self,
        context::{CreateStreamError, CreateStreamErrorKind},
        stream::Config as Definition,
    },
};

use crate::{
    NatsAddress, NatsConfig, Readiness,
    probe::{Failure, Trouble, nats_login},
};

/// The oldest server with everything ting uses: pinned consumers, and names in consumer configurations.
const OLDEST: (u32, u32) = (2, 12);

/// Connects as `service`, waiting for a server that is not there yet, and reports losses to `readiness` from then on.
pub async fn connect(
    config: &NatsConfig,
    service: &str,
    readiness: Readiness,
) -> anyhow::Result<jetstream::Context> {
    let watched = readiness.clone();
    let address = NatsAddress::parse(&config.url);
    let options = options(config, &address, service).await?.event_callback(move |event| {
        let readiness = watched.clone();
        async move {
            match event {
                Event::Connected => readiness.up("nats"),
                Event::Disconnected | Event::Closed => readiness.down("nats"),
                _ => {}
            }
        }
    });
    let client = loop {
        match options.clone().connect(address.servers()).await {
            Ok(client) => break client,
            // A wrong address or password will not become right; a server that is not up yet will.
            Err(error)
                if error.kind() == ConnectErrorKind::Io || error.kind() == ConnectErrorKind::TimedOut =>
            {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    %address,
                    "waiting for NATS"
                );
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error).with_context(|| format!("connecting to NATS at {address}")),
        }
    };
    let version = client.server_info().version;
    anyhow::ensure!(new_enough(&version), "NATS {version} is too old: ting needs {}.{}", OLDEST.0, OLDEST.1);
    readiness.up("nats");
    Ok(jetstream::new(client))
}

async fn options(
    config: &NatsConfig,
    address: &NatsAddress,
    service: &str,
) -> anyhow::Result<ConnectOptions> {
    let options = address
        .options()
        .name(format!("ting-{service}"))
        // Answers to one service are not for the eyes of another: deploy/nats lets each subscribe to its own.
        .custom_inbox_prefix(format!("_INBOX_{service}"))
        .connection_timeout(Duration::from_secs(5))
        .ping_interval(Duration::from_secs(5));
    if config.credentials_file.is_empty() {
        return Ok(options);
    }
    options.credentials_file(&config.credentials_file).await.context("reading nats.credentials_file")
}

/// Logs in anew as `service`, to see whether it would be let in.
pub(crate) async fn login(config: &NatsConfig, service: &str) -> Result<(), Failure> {
    let address = NatsAddress::parse(&config.url);
    match options(config, &address, service).await {
        Ok(options) => nats_login(options, &address).await,
        Err(error) => Err(Failure::new(Trouble::Missing, format!("{error:#}"))),
    }
}

/// How long a cluster of NATS may take to agree on a stream.
const STREAM_PATIENCE: Duration = Duration::from_mins(1);

/// Makes a stream, or brings the one there is in line. While the nodes of a cluster choose who leads, it waits.
pub async fn ensure_stream(
    jetstream: &jetstream::Context,
    definition: Definition,
) -> Result<(), CreateStreamError> {
    let deadline = tokio::time::Instant::now() + STREAM_PATIENCE;
    loop {
        match jetstream.create_or_update_stream(definition.clone()).await {
            Err(error) if may_pass(&error.kind()) && tokio::time::Instant::now() < deadline => {
                let stream = definition.name.as_str();
                tracing::warn!(error = &error as &dyn std::error::Error, stream, "waiting for the stream");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            ended => return ended.map(drop),
        }
    }
}

/// Whether an error is one of a server that cannot answer now; others stay as they are.
fn may_pass(kind: &CreateStreamErrorKind) -> bool {
    match kind {
        CreateStreamErrorKind::TimedOut | CreateStreamErrorKind::JetStreamUnavailable => true,
        CreateStreamErrorKind::JetStream(error) => error.code() >= 500,
        _ => false,
    }
}

fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map_while(|part| part.parse().ok());
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::new_enough;

    #[test]
    fn servers_before_2_12_are_refused() {
        for (version, good) in [
            ("2.9.10", false),
            ("2.11.9", false),
            ("2.12.0", true),
            ("2.15.1", true),
            ("3.0.0", true),
            ("", false),
        ] {
            assert_eq!(new_enough(version), good, "{version}");
        }
    }
}
