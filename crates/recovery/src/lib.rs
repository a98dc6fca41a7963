//! Wins back customers who were let down: opens cases from what the other services publish, keeps their history, and tells those
//! who should know by webhook and e-mail.
//!
//! It owns cases, endpoints, notifications and their attempts. It holds no identity of a customer and no word that one wrote: cases
//! and notifications carry ids. Start in `domain/rule.rs` (what makes a case) and `domain/case.rs` (its life); `app/` has one file
//! for each thing that can be done, `send/` brings notifications out.

mod app;
mod config;
mod consumers;
mod domain;
mod grpc;
mod metrics;
mod send;
mod store;

use std::sync::Arc;

use anyhow::Context as _;
use sqlx::migrate::Migrator;
use ting_chassis::{Context, Parts, Service, consumer::Subscription};
use ting_events::Stream;
use ting_proto::recovery::v1::recovery_service_server::RecoveryServiceServer;
use tokio::sync::Notify;

pub use config::Config;

use crate::{
    app::App,
    consumers::{analysis::Comments, intake::Feedback, satisfaction::Bands},
    domain::address::Networks,
    send::{Mailer, Sender, Webhooks},
};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
pub struct Recovery;

impl Service for Recovery {
    const NAME: &'static str = "recovery";
    const DEFAULT_CONFIG: &'static str = include_str!("../config.default.toml");
    const GRPC_NAME: &'static str = "ting.recovery.v1.RecoveryService";
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    async fn build(context: Context<Config>) -> anyhow::Result<Parts> {
        metrics::describe();
        let Context { config, store, page_key, tracker, shutdown } = context;
        config.check()?;
        let networks = Arc::new(Networks::parse(&config.webhook_allow_networks)?);
        let mailer = Mailer::try_new(&config).context("service.smtp_url or service.mail_from")?;
        let (rules, wake) = (config.rules(), Arc::new(Notify::new()));
        let app = App {
            store: store.clone(),
            page_key,
            networks: networks.clone(),
            has_mail: mailer.is_some(),
            wake: wake.clone(),
        };
        let sender = Arc::new(Sender {
            store,
            webhooks: Webhooks::new(networks, config.attempt_timeout()),
            mailer,
            wake,
            config,
        });
        tracker.spawn(sender.run(tracker.clone(), shutdown));
        let mut parts = Parts::default();
        parts.routes.add_service(RecoveryServiceServer::new(grpc::Api(app)));
        parts.subscriptions = vec![
            Subscription::new(Stream::Intake, Feedback),
            Subscription::new(Stream::Analysis, Comments { rules }),
            Subscription::new(Stream::Satisfaction, Bands),
        ];
        parts.measures.push(Arc::new(metrics::Backlog));
        Ok(parts)
    }
}
