//! Hands events to the stream and learns where it keeps them.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    header::{NATS_BATCH_COMMIT, NATS_BATCH_ID, NATS_BATCH_SEQUENCE, NATS_EXPECTED_STREAM, NATS_MESSAGE_ID},
    jetstream::{
        Context, context::PublishAckFuture, message::PublishMessage, publish::PublishAck, response::Response,
    },
};
use bytes::Bytes;
use ting_events::Stream;
use uuid::Uuid;

/// An event that waits in the outbox.
pub(super) struct Waiting {
    pub workspace_id: String,
    pub event_id: Uuid,
    pub subject: String,
    pub payload: Bytes,
}

/// An event that the stream has taken, and its number there.
pub(super) struct Taken {
    pub workspace_id: String,
    pub event_id: Uuid,
    pub subject: String,
    pub sequence: i64,
}

/// Why the stream did not take an event.
#[derive(Debug, thiserror::Error)]
#[error("the stream did not take an event: {0}")]
pub(super) struct PublishError(String);

/// Publishes to one stream.
pub(super) struct Publisher {
    pub jetstream: Context,
    pub stream: Stream,
    pub patience: Duration,
}

impl Publisher {
    /// Publishes in order and gives what was taken; with an error, that is what came before the first that was not. What follows is
    /// to be published again with the same ids, which the stream recognises, or else the consumers' inboxes.
    pub async fn publish(&self, batch_id: Uuid, events: Vec<Waiting>) -> (Vec<Taken>, Option<PublishError>) {
        if events.len() > 1
            && let Ok(last) = self.together(batch_id, &events).await.inspect_err(|error| {
                // Not an alarm: a batch with an event that the stream has already is refused as a whole.
                tracing::debug!(%error, "published one by one instead");
            })
        {
            // The stream numbers a batch without a gap.
            let first = last - i64::try_from(events.len()).unwrap_or_default() + 1;
            return ((first..).zip(events).map(|(sequence, event)| event.taken(sequence)).collect(), None);
        }
        self.one_by_one(events).await
    }

    /// Publishes all or none (ADR-50 of NATS): the stream writes them to its disk once. Gives the number of the last.
    async fn together(&self, batch_id: Uuid, events: &[Waiting]) -> Result<i64, PublishError> {
        let client = self.jetstream.client();
        let mut answer = None;
        for (number, event) in (1..).zip(events) {
            let mut headers = HeaderMap::new();
            headers.insert(NATS_MESSAGE_ID, event.event_id.to_string());
            headers.insert(NATS_EXPECTED_STREAM, self.stream.name());
            headers.insert(NATS_BATCH_ID, batch_id.to_string());
            headers.insert(NATS_BATCH_SEQUENCE, number.to_string());
            let (subject, payload) = (event.subject.clone(), event.payload.clone());
            if number < events.len() {
                client.publish_with_headers(subject, headers, payload).await.map_err(refused)?;
            } else {
                headers.insert(NATS_BATCH_COMMIT, "1");
                let request = client.request_with_headers(subject, headers, payload);
                answer = Some(
                    tokio::time::timeout(self.patience, request).await.map_err(refused)?.map_err(refused)?,
                );
            }
        }
        let answer = answer.ok_or_else(|| PublishError("nothing to publish".to_owned()))?;
        match serde_json::from_slice(&answer.payload).map_err(refused)? {
            Response::Ok(PublishAck { sequence, .. }) => i64::try_from(sequence).map_err(refused),
            Response::Err { error } => Err(refused(error)),
        }
    }

    /// Sends all, then waits for the answers in order.
    async fn one_by_one(&self, events: Vec<Waiting>) -> (Vec<Taken>, Option<PublishError>) {
        let (mut under_way, mut failure): (Vec<(Waiting, PublishAckFuture)>, _) = (Vec::new(), None);
        for event in events {
            let message = PublishMessage::build()
                .payload(event.payload.clone())
                .message_id(event.event_id.to_string())
                .expected_stream(self.stream.name());
            match self.jetstream.send_publish(event.subject.clone(), message).await {
                Ok(ack) => under_way.push((event, ack)),
                Err(error) => {
                    failure = Some(refused(error));
                    break;
                }
            }
        }
        let mut taken = Vec::new();
        for (event, ack) in under_way {
            match tokio::time::timeout(self.patience, ack).await {
                Ok(Ok(ack)) => taken.push(event.taken(i64::try_from(ack.sequence).unwrap_or(i64::MAX))),
                Ok(Err(error)) => return (taken, Some(refused(error))),
                Err(elapsed) => return (taken, Some(refused(elapsed))),
            }
        }
        (taken, failure)
    }
}

impl Waiting {
    fn taken(self, sequence: i64) -> Taken {
        Taken { workspace_id: self.workspace_id, event_id: self.event_id, subject: self.subject, sequence }
    }
}

fn refused(error: impl std::fmt::Display) -> PublishError {
    PublishError(error.to_string())
}
