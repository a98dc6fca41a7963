//! Takes in what customers say: who they are, their feedback, their answers to one-question surveys.
//!
//! It owns customers (with the only copy of their identities), feedback and responses, and tells the other services of them by
//! event. It judges nothing: no theme, no score, no case. Start with `writer`, through which everything said gets into the store,
//! then `app`, one file per use case.

mod app;
mod config;
mod domain;
mod grpc;
mod metrics;
mod store;
mod writer;

use std::{sync::Arc, time::Duration};

use sqlx::migrate::Migrator;
use ting_chassis::{Context, Parts, Service};

pub use config::{Config, InvalidConfig};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The intake service.
#[derive(Debug)]
pub struct Intake;

impl Service for Intake {
    const NAME: &'static str = "intake";
    const DEFAULT_CONFIG: &'static str = include_str!("../config.default.toml");
    const GRPC_NAME: &'static str = "ting.intake.v1.IntakeService";
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    async fn build(context: Context<Config>) -> anyhow::Result<Parts> {
        context.config.check()?;
        metrics::describe(context.config.queue_items);
        let writer = writer::Writer::spawn(&context.store, &context.config, &context.tracker);
        let app = app::App {
            store: context.store,
            page_key: context.page_key,
            writer,
            import_idle: Duration::from_millis(context.config.import_idle_ms),
        };
        let mut parts = Parts::default();
        parts.routes.add_service(grpc::server(Arc::new(app)));
        Ok(parts)
    }
}
