use async_nats::jetstream::{
    Context, ErrorCode,
    context::{GetStreamError, GetStreamErrorKind},
    stream::Stream as JetStream,
};
use futures::TryStreamExt as _;
use ting_chassis::fault::chain;
use ting_events::Stream;

use super::{Saved, time};
use crate::{connect::Service, error::CliError};

/// Refuses streams that hold events: they are not of the stores that are about to come.
pub(super) async fn empty(streams: &Context) -> Result<(), CliError> {
    for stream in Stream::ALL {
        let Some(found) = find(streams, stream).await? else { continue };
        let messages = found.cached_info().state.messages;
        if messages > 0 {
            return Err(CliError::failed(
                format!("the stream {} is not empty: it has {messages} events", stream.name()),
                "--replace deletes the streams; the restored stores fill them again",
            ));
        }
    }
    Ok(())
}

/// Deletes the streams with their consumers; services make them anew.
pub(super) async fn delete_all(streams: &Context) -> Result<(), CliError> {
    for stream in Stream::ALL {
        match streams.delete_stream(stream.name()).await {
            Err(error) if !is_missing(&error) => return Err(failed(stream.name(), &chain(&error))),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// Refuses a stream that cannot tell what the service has published since it was saved.
pub(super) async fn tells_since(streams: &Context, service: Service, saved: &Saved) -> Result<(), CliError> {
    let stream = stream_of(service);
    let together = "restore all stores together, without --only";
    let Some(found) = find(streams, stream).await? else {
        return Err(CliError::failed(
            format!(
                "there is no stream {}, which alone knows what {} has told since",
                stream.name(),
                service.name()
            ),
            together,
        ));
    };
    let created = found.cached_info().created;
    if created < saved.snapshot_at {
        return Ok(());
    }
    Err(CliError::failed(
        format!(
            "the stream {} was made anew at {}, after the backup of {}: it does not know what {} has told in between",
            stream.name(),
            time(created),
            time(saved.snapshot_at),
            service.name()
        ),
        together,
    ))
}

/// Deletes the durable consumers of a service, which have come further than its restored store: it makes them anew, and reads the
/// streams from their beginning.
pub(super) async fn read_again(streams: &Context, service: Service) -> Result<(), CliError> {
    let own = format!("{}-p", service.name());
    for stream in Stream::ALL {
        let Some(found) = find(streams, stream).await? else { continue };
        let names: Vec<String> = found
            .consumer_names()
            .try_collect()
            .await
            .map_err(|error| failed(stream.name(), &chain(&error)))?;
        for name in names.iter().filter(|name| name.starts_with(&own)) {
            found.delete_consumer(name).await.map_err(|error| failed(stream.name(), &chain(&error)))?;
        }
    }
    Ok(())
}

pub(super) async fn find(streams: &Context, stream: Stream) -> Result<Option<JetStream>, CliError> {
    match streams.get_stream(stream.name()).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(failed(stream.name(), &chain(&error))),
    }
}

fn is_missing(error: &GetStreamError) -> bool {
    match error.kind() {
        GetStreamErrorKind::JetStream(error) => error.error_code() == ErrorCode::STREAM_NOT_FOUND,
        _ => false,
    }
}

pub(super) fn failed(stream: &str, cause: &str) -> CliError {
    CliError::failed(
        format!("the stream {stream} does not answer as it should: {cause}"),
        "see whether NATS runs, and whether TING_NATS_URL names a user who may do it (backup of deploy/nats/users.conf)",
    )
}

pub(super) fn stream_of(service: Service) -> Stream {
    match service {
        Service::Intake => Stream::Intake,
        Service::Analysis => Stream::Analysis,
        Service::Satisfaction => Stream::Satisfaction,
        Service::Recovery => Stream::Recovery,
    }
}
