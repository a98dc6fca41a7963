//! The service's own Postgres: transactions that know their workspace, and the tables that every service has.

mod audit;
mod idempotency;
mod measure;
mod migrate;
mod outbox;
mod publish;
mod relay;
pub(crate) mod schema;
mod tidy;
mod tx;

use std::{str::FromStr as _, sync::Arc, time::Duration};

use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use ting_events::Workspace;
use tokio::sync::Notify;

pub use audit::{Audit, AuditConfig, AuditError, Auditor};
pub use idempotency::{IdempotencyError, MAX_AGE_HOURS};
pub use measure::Measure;
pub use migrate::{MIGRATION_LOCK, migrate};
pub(crate) use relay::RELAY;
pub use relay::{Relay, RelayConfig};
pub use tx::Tx;

use crate::{Clock, Ids, metrics};

/// How the service reaches its database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// As the service's role, which owns nothing.
    pub url: String,
    /// As the owner of the tables, who migrates and does nothing else.
    pub owner_url: String,
    pub max_connections: u32,
    pub acquire_timeout_ms: u64,
    pub statement_timeout_ms: u64,
    pub lock_timeout_ms: u64,
}

/// The store of one service.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    pub clock: Clock,
    pub ids: Ids,
    /// Rung after a commit that left something in the outbox.
    hint: Arc<Notify>,
    /// Rung when the stream has given a number that it had given before.
    suspicion: Arc<Notify>,
}

impl Store {
    /// Makes a pool of connections as the service's role; connects when first used.
    pub fn open(config: &DatabaseConfig, clock: Clock, ids: Ids) -> sqlx::Result<Self> {
        let options = PgConnectOptions::from_str(&config.url)?.options([
            ("statement_timeout", config.statement_timeout_ms.to_string()),
            ("lock_timeout", config.lock_timeout_ms.to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
            .connect_lazy_with(options);
        Ok(Self { pool, clock, ids, hint: Arc::default(), suspicion: Arc::default() })
    }

    /// Opens a transaction that sees and writes rows of `workspace` only.
    pub async fn begin(&self, workspace: &Workspace) -> sqlx::Result<Tx> {
        Tx::begin(self, Some(workspace)).await
    }

    /// Opens a transaction for work that no caller asked for; it sees every workspace in the tables whose policy allows it.
    pub async fn begin_everywhere(&self) -> sqlx::Result<Tx> {
        Tx::begin(self, None).await
    }

    /// Tells whether Postgres answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(drop)
    }

    /// Tells whether all connections are in use.
    pub(crate) fn is_busy(&self) -> bool {
        self.pool.num_idle() == 0 && self.pool.size() >= self.pool.options().get_max_connections()
    }

    /// Reports how full the pool is.
    pub(crate) fn measure_pool(&self) {
        let limit = self.pool.options().get_max_connections();
        metrics::database_connections(self.pool.size(), self.pool.num_idle(), limit);
    }

    /// Waits until a transaction of this process has left something in the outbox.
    pub async fn outbox_hint(&self) {
        self.hint.notified().await;
    }

    /// Has the auditor look at once.
    pub(crate) fn suspect(&self) {
        self.suspicion.notify_one();
    }

    /// Waits until somebody suspects that the stream has lost something.
    pub(crate) async fn suspicion(&self) {
        self.suspicion.notified().await;
    }

    /// How new connections log in.
    pub(crate) fn options(&self) -> Arc<PgConnectOptions> {
        self.pool.connect_options()
    }

    /// The pool, for the connection that a relay keeps to itself.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}
