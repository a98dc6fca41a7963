//! Scores how satisfied customers are: answers become scores with sample size and interval, bands and alerts.
//!
//! It owns answers as facts ([`domain::answer`]), counts of them by day for every score that can be asked for, where each
//! customer stands against what was expected, and the floors below which somebody is told. It refuses to know who customers are,
//! to keep a score as anything but counts, and to invent a formula: those are in `ting-methods`.
//!
//! Start with [`app::apply_answers`], which every number here comes from; [`app::rebuild_scores`] shows that they can all be
//! computed again from the facts.

pub mod app;
mod config;
pub mod consumers;
pub mod domain;
mod grpc;
mod metrics;
pub mod store;
mod wire;

use std::sync::Arc;

use sqlx::migrate::Migrator;
use ting_chassis::{Context, Parts, Service, consumer::Subscription};
use ting_events::Stream;
use ting_proto::satisfaction::v1::satisfaction_service_server::SatisfactionServiceServer;

pub use config::Config;

use crate::{app::App, app::rebuild_scores::Scores, consumers::intake::Answers, grpc::Calls};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The satisfaction service.
#[derive(Debug, Clone, Copy)]
pub struct Satisfaction;

impl Service for Satisfaction {
    const NAME: &'static str = "satisfaction";
    const DEFAULT_CONFIG: &'static str = include_str!("../config.default.toml");
    const GRPC_NAME: &'static str = "ting.satisfaction.v1.SatisfactionService";
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    async fn build(context: Context<Config>) -> anyhow::Result<Parts> {
        metrics::describe();
        let expectations = context.config.expectations()?;
        let app = App { store: context.store, page_key: context.page_key };
        let mut parts = Parts::default();
        parts.routes.add_service(SatisfactionServiceServer::new(Calls { app }));
        parts
            .subscriptions
            .push(Subscription::new(Stream::Intake, Answers { expectations: expectations.clone() }));
        parts.projections.push(Arc::new(Scores { expectations }));
        parts.measures.push(Arc::new(metrics::Alerts));
        Ok(parts)
    }
}
