//! The same request id gives the same answer: the answer is stored with the change it tells of.

use chrono::TimeDelta;
use prost::Message;
use sha2::{Digest as _, Sha256};

use super::Tx;

/// How long an answer is remembered.
pub const MAX_AGE_HOURS: i64 = 24;

/// Why a request id does not lead to an answer.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    #[error("this request_id was used for another request within 24 hours; use a new one")]
    KeyReused,
    #[error("the stored answer does not decode")]
    Answer(#[from] prost::DecodeError),
    #[error("the request could not be compared with earlier ones")]
    Store(#[from] sqlx::Error),
}

impl Tx {
    /// Gives the answer to an earlier request with this id and body, if there was one. Otherwise the id is taken, and
    /// [`Tx::remember`] must follow in this transaction; another call with the same id waits until it ends.
    /// An empty id is never remembered.
    pub async fn recall<Q: Message, R: Message + Default>(
        &mut self,
        method: &str,
        request_id: &str,
        request: &Q,
    ) -> Result<Option<R>, IdempotencyError> {
        if request_id.is_empty() {
            return Ok(None);
        }
        let hash = Sha256::digest(request.encode_to_vec()).to_vec();
        let workspace = self.workspace()?.clone();
        let now = self.clock.now();
        let taken = sqlx::query(
            r"
            INSERT INTO idempotency AS i (workspace_id, method, request_id, body_hash, created_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (workspace_id, method, request_id)
            DO UPDATE SET body_hash = excluded.body_hash, response = NULL, created_at = excluded.created_at
            WHERE i.created_at < $6
            ",
        )
        .bind(workspace.as_str())
        .bind(method)
        .bind(request_id)
        .bind(&hash)
        .bind(now)
        .bind(now - TimeDelta::hours(MAX_AGE_HOURS))
        .execute(&mut **self)
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(None);
        }
        let (stored, response): (Vec<u8>, Vec<u8>) = sqlx::query_as(
            "SELECT body_hash, response FROM idempotency WHERE workspace_id = $1 AND method = $2 AND request_id = $3",
        )
        .bind(workspace.as_str())
        .bind(method)
        .bind(request_id)
        .fetch_one(&mut **self)
        .await?;
        if stored != hash {
            return Err(IdempotencyError::KeyReused);
        }
        Ok(Some(R::decode(response.as_slice())?))
    }

    /// Stores the answer that [`Tx::recall`] gives from now on.
    pub async fn remember<R: Message>(
        &mut self,
        method: &str,
        request_id: &str,
        response: &R,
    ) -> sqlx::Result<()> {
        if request_id.is_empty() {
            return Ok(());
        }
        let workspace = self.workspace()?.clone();
        sqlx::query("UPDATE idempotency SET response = $4 WHERE workspace_id = $1 AND method = $2 AND request_id = $3")
            .bind(workspace.as_str())
            .bind(method)
            .bind(request_id)
            .bind(response.encode_to_vec())
            .execute(&mut **self)
            .await
            .map(drop)
    }
}
