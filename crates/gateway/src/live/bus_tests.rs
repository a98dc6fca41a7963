use std::{sync::Arc, time::Duration};

use async_nats::jetstream;
use ting_chassis::{Clock, Readiness};
use ting_events::{Stream, TYPES, Workspace, subject};
use ting_servers::{Finder, Nats, NatsOptions};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Bus, Listener, sources_of, sources_of_stream};
use crate::{
    board::{Source, Sources},
    config::NatsConfig,
};

#[test]
fn an_event_marks_questions_of_its_own_service_and_workspace_only() {
    let acme = Workspace::parse("acme").unwrap();
    for event_type in TYPES {
        let mut parts = event_type.split('.').skip(1);
        let (service, name) = (parts.next().unwrap(), parts.next().unwrap());
        let subject = subject(&acme, service, name, 3);
        let Some((workspace, sources)) = sources_of(&subject) else { continue };
        let all = sources_of_stream(Stream::of(service).unwrap());
        assert_eq!((workspace, sources.and(all)), ("acme", sources), "{event_type}");
        assert_ne!(sources, Sources::NONE, "{event_type}");
    }
}

#[test]
fn a_subject_of_another_shape_marks_nothing() {
    for subject in ["", "ting", "ting.acme", "ting.acme.intake", "ting.acme.unknown.event.v1.p00"] {
        assert_eq!(sources_of(subject), None, "{subject}");
    }
}

/// What was marked, in order.
struct Record(mpsc::UnboundedSender<(Option<String>, Sources)>);

impl Listener for Record {
    fn mark(&self, workspace: Option<&str>, sources: Sources) {
        self.0.send((workspace.map(str::to_owned), sources)).unwrap();
    }
}

#[tokio::test]
async fn everything_is_asked_once_when_listening_begins_and_then_what_new_events_touch() {
    let options = NatsOptions { finder: Finder::from_environment().private(), ..NatsOptions::default() };
    let nats = tokio::task::spawn_blocking(|| Nats::start(options)).await.unwrap().unwrap();
    let jetstream = jetstream::new(async_nats::connect(nats.url()).await.unwrap());
    for stream in Stream::ALL {
        jetstream.get_or_create_stream(stream.config(1, 64 << 20)).await.unwrap();
    }
    let acme = Workspace::parse("acme").unwrap();
    let publish = async |service, event| {
        let acknowledged = jetstream.publish(subject(&acme, service, event, 3), "{}".into()).await.unwrap();
        acknowledged.await.unwrap();
    };
    publish("recovery", "case_opened").await;

    let config = NatsConfig { url: nats.url(), credentials_file: String::new() };
    let bus = Bus::connect(&config, Clock::system(), Readiness::new(&["nats"])).await.unwrap();
    let (sender, mut marks) = mpsc::unbounded_channel();
    let (tracker, shutdown, mut state) = (TaskTracker::new(), CancellationToken::new(), bus.state());
    bus.spawn(&tracker, &Arc::new(Record(sender)), &shutdown);
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, state.wait_for(|state| state.stale_since().is_none()))
        .await
        .unwrap()
        .unwrap();
    publish("intake", "feedback_received").await;
    publish("satisfaction", "alert_raised").await;

    let mut begun = Vec::new();
    let mut heard = Vec::new();
    while heard.len() < 2 {
        match tokio::time::timeout(patience, marks.recv()).await.unwrap().unwrap() {
            (None, sources) => begun.push(sources),
            (Some(workspace), sources) => heard.push((workspace, sources)),
        }
    }
    assert!(Source::ALL.into_iter().all(|source| begun.iter().any(|sources| sources.contains(source))));
    // The event of before is no news, and each event touches its own question only.
    heard.sort_by_key(|(_, sources)| sources.bits());
    let expected =
        [Source::Feedback, Source::Alerts].map(|source| ("acme".to_owned(), Sources::of(&[source])));
    assert_eq!(heard, expected);
    shutdown.cancel();
    tracker.close();
    tokio::time::timeout(patience, tracker.wait()).await.unwrap();
}
