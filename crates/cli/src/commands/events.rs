use async_nats::jetstream::{
    Message,
    consumer::{DeliverPolicy, pull::OrderedConfig},
};
use chrono::{SecondsFormat, TimeDelta};
use clap::{Args, Subcommand};
use futures::{StreamExt as _, stream::select_all};
use serde_json::{Map, Value};
use ting_chassis::fault::chain;
use ting_events::{Envelope, Stream, Workspace};

use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Format, clean, fit},
    values::duration,
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting events tail
  ting events tail --stream recovery --since 1h --format json")]
pub enum Events {
    /// Follow events until Ctrl-C: one line each, or one JSON object each
    #[command(after_help = "Examples:
  ting events tail                                    what happens from now on
  ting events tail --stream recovery --since 1h       cases of the last hour, and then on
  ting events tail --since all --count 100 --format json | jq .type
  ting events tail --nats nats://user:password@bus.example.com:4222")]
    Tail(Tail),
}

#[derive(Debug, Args)]
pub struct Tail {
    /// Only this service's events; may be given many times [default: all]
    #[arg(long, value_enum)]
    stream: Vec<Service>,
    /// Only this workspace's events [default: all]
    #[arg(long, value_name = "NAME", value_parser = workspace)]
    workspace: Option<Workspace>,
    /// From when on: new, all there are, or a while ago such as 15m, 1h, 7d
    #[arg(long, default_value = "new", value_parser = since)]
    since: Since,
    /// End after this many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    New,
    All,
    Ago(TimeDelta),
}

fn since(raw: &str) -> Result<Since, String> {
    match raw {
        "new" => Ok(Since::New),
        "all" => Ok(Since::All),
        ago => duration(ago)
            .map(Since::Ago)
            .map_err(|_| "write new, all, or a duration as 15m, 1h or 7d".to_owned()),
    }
}

fn workspace(raw: &str) -> Result<Workspace, String> {
    Workspace::parse(raw).map_err(|error| error.to_string())
}

/// Follows until Ctrl-C, or until as many came as were asked for.
pub async fn run(session: &Session, command: Events) -> Result<(), CliError> {
    let Events::Tail(tail) = command;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        ended = follow(session, &tail) => ended,
    }
}

async fn follow(session: &Session, tail: &Tail) -> Result<(), CliError> {
    let bus = session.nats().await?;
    let streams = if tail.stream.is_empty() { Service::ALL.to_vec() } else { tail.stream.clone() };
    let mut sources = Vec::new();
    for service in streams {
        let stream = stream_of(service);
        let missing = |cause: String| {
            let hint = format!("{} makes it when it starts: ting ops doctor", service.name());
            CliError::failed(format!("cannot follow the stream {}: {cause}", stream.name()), hint)
        };
        let found = bus.get_stream(stream.name()).await.map_err(|error| missing(chain(&error)))?;
        let consumer = found
            .create_consumer(config(session, tail, stream))
            .await
            .map_err(|error| missing(chain(&error)))?;
        sources.push(consumer.messages().await.map_err(|error| missing(chain(&error)))?);
    }
    let mut events = select_all(sources);
    let mut left = tail.count;
    while left != Some(0)
        && let Some(next) = events.next().await
    {
        let message = next.map_err(anyhow::Error::from)?;
        let told = told(session.output.format, &message);
        if session.output.format == Format::Json {
            session.output.line(&told)?;
        } else {
            session.output.fitting_line(&told)?;
        }
        left = left.map(|left| left - 1);
    }
    Ok(())
}

fn stream_of(service: Service) -> Stream {
    match service {
        Service::Intake => Stream::Intake,
        Service::Analysis => Stream::Analysis,
        Service::Satisfaction => Stream::Satisfaction,
        Service::Recovery => Stream::Recovery,
    }
}

fn config(session: &Session, tail: &Tail, stream: Stream) -> OrderedConfig {
    let deliver_policy = match tail.since {
        Since::New => DeliverPolicy::New,
        Since::All => DeliverPolicy::All,
        Since::Ago(ago) => DeliverPolicy::ByStartTime { start_time: session.clock.now() - ago },
    };
    let filter_subject = match &tail.workspace {
        Some(workspace) => format!("ting.{workspace}.{}.>", stream.service()),
        None => stream.subjects(),
    };
    // What it may create is known by the name: deploy/nats keeps readers off the durables of the services.
    let name = Some(format!("tail-{}", session.ids.next()));
    OrderedConfig { name, deliver_policy, filter_subject, ..OrderedConfig::default() }
}

/// The event as it was sent, or on a line for people.
fn told(format: Format, message: &Message) -> String {
    let payload = &message.payload;
    match (format, Envelope::parse(payload)) {
        (Format::Table | Format::Csv, Ok(envelope)) => line(&envelope),
        // JSON may come with line ends; one event stays on one line.
        (Format::Json, Ok(_)) => {
            serde_json::from_slice::<Value>(payload).map(|event| event.to_string()).unwrap_or_default()
        }
        (_, Err(error)) => format!("{}: {error}", clean(&message.subject)),
    }
}

/// `2026-03-01T12:00:00Z acme intake.feedback_received 2 facts: kind=complaint text=…`.
fn line(envelope: &Envelope) -> String {
    let time = envelope.time.to_rfc3339_opts(SecondsFormat::Millis, true);
    let name = envelope.event_type.trim_start_matches("ting.").trim_end_matches(".v1");
    let head = format!("{time} {} {name}", envelope.workspace);
    let data: Map<String, Value> = serde_json::from_str(envelope.data.get()).unwrap_or_default();
    let Some(Value::Array(items)) = data.get("items") else { return format!("{head} {}", fields(&data)) };
    let first = items.first().and_then(Value::as_object).map(fields).unwrap_or_default();
    match items.len() {
        1 => format!("{head} {first}"),
        count => format!("{head} {count} facts, first: {first}"),
    }
}

/// The fields in alphabetic order; the aggregate only where no other field names it.
fn fields(data: &Map<String, Value>) -> String {
    const LONGEST: usize = 60;
    let field = |(key, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{key}={}", fit(&clean(&text), LONGEST))
    };
    let named_twice = |(key, value): &(&String, &Value)| {
        key.as_str() == "aggregateId" && data.iter().any(|(other, same)| other != *key && same == *value)
    };
    data.iter().filter(|pair| !named_twice(pair)).map(field).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use ting_events::{Envelope, Trace, Workspace};
    use ting_proto::events::v1::{CaseAssigned, FeedbackReceivedItem};
    use uuid::Uuid;

    use super::{Since, line, since};

    fn time() -> DateTime<Utc> {
        "2026-03-01T12:00:00.5Z".parse().unwrap()
    }

    #[test]
    fn an_event_about_one_thing_is_one_line_with_its_fields() {
        let acme = Workspace::parse("acme").unwrap();
        let payload =
            CaseAssigned { case_id: "c1".to_owned(), assignee: "li\nna".to_owned(), actor: String::new() };
        let envelope =
            Envelope::single(&acme, Uuid::nil(), time(), "c1", 2, &payload, &Trace::default()).unwrap();
        assert_eq!(
            line(&envelope),
            "2026-03-01T12:00:00.500Z acme recovery.case_assigned assignee=li na caseId=c1"
        );
    }

    #[test]
    fn an_event_in_bulk_says_how_many_facts_it_carries() {
        let acme = Workspace::parse("acme").unwrap();
        let item = FeedbackReceivedItem {
            aggregate_id: "f1".to_owned(),
            sequence: 1,
            feedback_id: "f1".to_owned(),
            text: "很好".to_owned(),
            ..Default::default()
        };
        let items = vec![serde_json::value::to_raw_value(&item).unwrap(); 3];
        let bulk =
            Envelope::bulk::<FeedbackReceivedItem>(&acme, Uuid::nil(), time(), &items, &Trace::default())
                .unwrap();
        let line = line(&bulk);
        assert!(
            line.contains("intake.feedback_received 3 facts, first:") && line.contains("text=很好"),
            "{line}"
        );
        assert!(
            !line.contains('\n') && line.contains("feedbackId=f1") && !line.contains("aggregateId"),
            "{line}"
        );
    }

    #[test]
    fn since_is_a_word_or_a_duration() {
        assert_eq!(since("new"), Ok(Since::New));
        assert_eq!(since("all"), Ok(Since::All));
        assert_eq!(since("1h"), Ok(Since::Ago(TimeDelta::hours(1))));
        assert!(since("yesterday").is_err());
    }
}
