use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Instant,
};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction};
use ting_events::{Trace, Workspace};
use tokio::sync::Notify;
use uuid::Uuid;

use super::Store;
use crate::{Clock, Ids, metrics};

/// A transaction inside one workspace. Dropped without [`Tx::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    pub(super) workspace: Option<Workspace>,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) trace: Trace,
    pub(super) queued: bool,
    hint: Arc<Notify>,
}

impl Tx {
    pub(super) async fn begin(store: &Store, workspace: Option<&Workspace>) -> sqlx::Result<Self> {
        let started = Instant::now();
        let mut inner = store.pool.begin().await?;
        metrics::database_wait(started.elapsed());
        // Local to the transaction: a connection that goes back to the pool has forgotten the workspace.
        sqlx::query("SELECT set_config('app.workspace_id', $1, true)")
            .bind(workspace.map_or("*", Workspace::as_str))
            .execute(&mut *inner)
            .await?;
        Ok(Self {
            inner,
            workspace: workspace.cloned(),
            clock: store.clock.clone(),
            ids: store.ids.clone(),
            trace: Trace { traceparent: ting_telemetry::traceparent(), ..Trace::default() },
            queued: false,
            hint: Arc::clone(&store.hint),
        })
    }

    /// Names what the events of this transaction are caused by.
    pub fn caused_by(&mut self, trace: Trace) {
        self.trace = trace;
    }

    /// The workspace; an error in a transaction opened for every workspace, which must not write into one.
    pub fn workspace(&self) -> sqlx::Result<&Workspace> {
        self.workspace
            .as_ref()
            .ok_or_else(|| sqlx::Error::Protocol("this transaction belongs to no workspace".to_owned()))
    }

    /// The present, by the service's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id.
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Makes the changes last, and wakes the relay if there are events among them.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.inner.commit().await?;
        if self.queued {
            self.hint.notify_one();
        }
        Ok(())
    }

    /// Takes the changes back.
    pub async fn rollback(self) -> sqlx::Result<()> {
        self.inner.rollback().await
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
