//! Every user of NATS may do what its process does, which `whole` shows, and nothing of the others.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use ting_events::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::stack::Stack;

/// A connection of one user and what the server refuses to it.
struct User {
    client: Client,
    refused: UnboundedReceiver<String>,
}

impl User {
    async fn connect(stack: &Stack, name: &str) -> Self {
        let (sender, refused) = unbounded_channel();
        let password = stack.variables[&format!("{}_NATS_PASSWORD", name.to_uppercase())].clone();
        let options = ConnectOptions::with_user_and_password(name.to_owned(), password)
            .custom_inbox_prefix(format!("_INBOX_{name}"))
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    // Nobody listens any more once the test is over.
                    let _ = sender.send(error.to_string());
                }
                async {}
            });
        Self { client: options.connect(stack.nats.url()).await.unwrap(), refused }
    }

    /// The server's next refusal.
    async fn refusal(&mut self) -> String {
        tokio::time::timeout(Duration::from_secs(10), self.refused.recv()).await.unwrap().unwrap()
    }

    async fn may_not_publish(&mut self, subject: &str) {
        self.client.publish(subject.to_owned(), "x".into()).await.unwrap();
        let refusal = self.refusal().await.to_lowercase();
        let wanted = format!("permissions violation for publish to \"{subject}\"").to_lowercase();
        assert!(refusal.contains(&wanted), "{refusal} instead of {wanted}");
    }

    async fn may_not_subscribe(&mut self, subject: &str) {
        let _subscription = self.client.subscribe(subject.to_owned()).await.unwrap();
        let refusal = self.refusal().await.to_lowercase();
        let wanted = format!("permissions violation for subscription to \"{subject}\"").to_lowercase();
        assert!(refusal.contains(&wanted), "{refusal} instead of {wanted}");
    }
}

const SERVICES: [&str; 4] = ["intake", "analysis", "satisfaction", "recovery"];

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_refused_on_every_subject_of_the_others() {
    let stack = Stack::prepare().await;
    for name in SERVICES {
        let mut user = User::connect(&stack, name).await;
        for other in SERVICES.into_iter().filter(|other| *other != name) {
            let stream = Stream::of(other).unwrap().name();
            user.may_not_publish(&format!("ting.acme.{other}.anything.v1.p00")).await;
            for verb in ["CREATE", "UPDATE", "DELETE", "PURGE", "MSG.DELETE"] {
                user.may_not_publish(&format!("$JS.API.STREAM.{verb}.{stream}")).await;
            }
            for read in Stream::ALL {
                let read = read.name();
                user.may_not_publish(&format!("$JS.API.CONSUMER.MSG.NEXT.{read}.{other}-p03")).await;
                user.may_not_publish(&format!("$JS.API.CONSUMER.DELETE.{read}.{other}-p03")).await;
                user.may_not_publish(&format!("$JS.API.CONSUMER.CREATE.{read}.{other}-p03.ting.x")).await;
                user.may_not_publish(&format!("$JS.ACK.{read}.{other}-p03.1.1.1.1.1")).await;
            }
            user.may_not_subscribe(&format!("_INBOX_{other}.>")).await;
        }
        // Its own stream it may neither delete nor empty, and nothing may be overheard.
        let own = Stream::of(name).unwrap().name();
        for verb in ["DELETE", "PURGE"] {
            user.may_not_publish(&format!("$JS.API.STREAM.{verb}.{own}")).await;
        }
        user.may_not_subscribe("ting.>").await;
        user.may_not_subscribe(">").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_write_nothing_and_keep_off_the_durables() {
    let stack = Stack::prepare().await;
    for name in ["gateway", "dashboard"] {
        let mut user = User::connect(&stack, name).await;
        for service in SERVICES {
            let stream = Stream::of(service).unwrap().name();
            user.may_not_publish(&format!("ting.acme.{service}.anything.v1.p00")).await;
            for verb in ["CREATE", "UPDATE", "DELETE", "PURGE"] {
                user.may_not_publish(&format!("$JS.API.STREAM.{verb}.{stream}")).await;
            }
        }
        for durable in ["analysis-p00", "satisfaction-p15", "recovery-p07"] {
            for verb in ["MSG.NEXT", "DELETE"] {
                user.may_not_publish(&format!("$JS.API.CONSUMER.{verb}.TING_INTAKE.{durable}")).await;
            }
            user.may_not_publish(&format!("$JS.API.CONSUMER.CREATE.TING_INTAKE.{durable}.ting.x")).await;
            user.may_not_publish(&format!("$JS.ACK.TING_INTAKE.{durable}.1.1.1.1.1")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_deletes_streams_and_makes_nothing_of_its_own() {
    let stack = Stack::prepare().await;
    let mut user = User::connect(&stack, "backup").await;
    for service in SERVICES {
        let stream = Stream::of(service).unwrap().name();
        user.may_not_publish(&format!("ting.acme.{service}.anything.v1.p00")).await;
        for verb in ["CREATE", "UPDATE", "PURGE", "MSG.DELETE"] {
            user.may_not_publish(&format!("$JS.API.STREAM.{verb}.{stream}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_a_password() {
    let stack = Stack::prepare().await;
    assert!(async_nats::connect(stack.nats.url()).await.is_err());
    let wrong = ConnectOptions::with_user_and_password("intake".to_owned(), "wrong".to_owned());
    assert!(wrong.connect(stack.nats.url()).await.is_err());
}
