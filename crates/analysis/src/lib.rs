//! Works out what customers talk about: reads every comment that intake takes in (language, sentiment, urgency, repetition), finds
//! the themes of all of them in immutable runs, and places new comments in the themes of the newest finished run.
//!
//! It owns comments as they were understood, themes and runs. It refuses to judge without a published method: all of those are in
//! `ting-methods`. Start reading in [`app::classify_feedback`] (a comment arrives) and [`app::execute_run`] (themes are built).
//!
//! Writers of one workspace take the row lock of its `overview` first, then comments, then themes, then what the chassis locks
//! to number events. A run does its work without that lock and takes it for its last transaction only, in which it also places the
//! comments that came meanwhile: every comment is placed by the themes that are shown.

pub mod app;
mod config;
mod consumers;
pub mod domain;
mod grpc;
mod metrics;
mod store;

use std::sync::Arc;

use sqlx::migrate::Migrator;
use ting_chassis::{Context, Parts, Service, consumer::Subscription};
use ting_events::Stream;
use ting_proto::analysis::v1::analysis_service_server::AnalysisServiceServer;

pub use config::Config;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The service.
#[derive(Debug)]
pub struct Analysis;

impl Service for Analysis {
    const NAME: &'static str = "analysis";
    const DEFAULT_CONFIG: &'static str = include_str!("../config.default.toml");
    const GRPC_NAME: &'static str = "ting.analysis.v1.AnalysisService";
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    async fn build(context: Context<Config>) -> anyhow::Result<Parts> {
        metrics::describe();
        let app = app::App::new(context.config, context.store, context.page_key);
        context.tracker.spawn(app::execute_run::work(app.clone(), context.shutdown.clone()));
        context.tracker.spawn(app::advise_run::watch(app.clone(), context.shutdown));
        let mut parts = Parts::default();
        parts.routes.add_service(AnalysisServiceServer::new(grpc::Grpc { app: app.clone() }));
        parts.projections.push(Arc::new(app::rebuild_themes::Themes));
        parts.subscriptions.push(Subscription::new(Stream::Intake, consumers::intake::Comments { app }));
        Ok(parts)
    }
}
