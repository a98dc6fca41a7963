//! Events that leave with the transaction: stored here, published by the relay.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::{RawValue, to_raw_value};
use ting_events::{BULK_ITEMS, Bulk, Envelope, Event, Single, partition, subject};
use uuid::Uuid;

use super::Tx;

/// Bytes of facts in one event, at most; NATS refuses a message of 1 MiB.
const BULK_BYTES: usize = 256 * 1024;

/// One row of the outbox.
struct Row {
    event_id: Uuid,
    subject: String,
    payload: Vec<u8>,
}

impl Tx {
    /// Queues an event about one aggregate.
    pub async fn publish<E: Single>(&mut self, aggregate_id: &str, event: &E) -> sqlx::Result<()> {
        self.publish_each(&[(aggregate_id, event)]).await
    }

    /// Queues an event about each of several aggregates; those of one aggregate keep their order.
    pub async fn publish_all<E: Single>(&mut self, events: &[(String, E)]) -> sqlx::Result<()> {
        let events: Vec<(&str, &E)> =
            events.iter().map(|(aggregate, event)| (aggregate.as_str(), event)).collect();
        self.publish_each(&events).await
    }

    async fn publish_each<E: Single>(&mut self, events: &[(&str, &E)]) -> sqlx::Result<()> {
        let mut next = self.first_sequences(events.iter().map(|(aggregate, _)| *aggregate)).await?;
        let workspace = self.workspace()?.clone();
        let mut rows = Vec::new();
        for (aggregate, event) in events {
            let sequence = take(&mut next, aggregate);
            let (id, now) = (self.ids.next(), self.clock.now());
            let envelope = Envelope::single(&workspace, id, now, aggregate, sequence, *event, &self.trace);
            rows.push(self.row::<E>(&envelope.map_err(encode)?, partition(&workspace, aggregate))?);
        }
        self.store_rows(rows).await
    }

    /// Queues facts, each with the aggregate it is about; those of one aggregate keep their order.
    pub async fn publish_bulk<E: Bulk>(&mut self, facts: Vec<(String, E)>) -> sqlx::Result<()> {
        let mut next = self.first_sequences(facts.iter().map(|(aggregate, _)| aggregate.as_str())).await?;
        let workspace = self.workspace()?.clone();
        let mut by_partition: BTreeMap<u8, Vec<Box<RawValue>>> = BTreeMap::new();
        for (aggregate, mut fact) in facts {
            let sequence = take(&mut next, &aggregate);
            let partition = partition(&workspace, &aggregate);
            fact.place(aggregate, sequence);
            by_partition.entry(partition).or_default().push(to_raw_value(&fact).map_err(encode)?);
        }
        let mut rows = Vec::new();
        for (partition, items) in by_partition {
            for chunk in chunks(&items) {
                let envelope =
                    Envelope::bulk::<E>(&workspace, self.ids.next(), self.clock.now(), chunk, &self.trace);
                rows.push(self.row::<E>(&envelope.map_err(encode)?, partition)?);
            }
        }
        self.store_rows(rows).await
    }

    fn row<E: Event>(&self, envelope: &Envelope, partition: u8) -> sqlx::Result<Row> {
        let payload = serde_json::to_vec(envelope).map_err(encode)?;
        let subject = subject(self.workspace()?, E::SERVICE, E::NAME, partition);
        Ok(Row { event_id: envelope.id, subject, payload })
    }

    /// Takes as many sequences of each aggregate as it is named, and gives the first of them. The row locks are held until the end
    /// of the transaction and taken in the order of the ids, so that two writers cannot wait for each other here.
    async fn first_sequences<'a>(
        &mut self,
        aggregates: impl Iterator<Item = &'a str>,
    ) -> sqlx::Result<HashMap<String, i64>> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for aggregate in aggregates {
            *counts.entry(aggregate).or_insert(0) += 1;
        }
        if counts.is_empty() {
            return Ok(HashMap::new());
        }
        let workspace = self.workspace()?.clone();
        let (ids, numbers): (Vec<&str>, Vec<i64>) = counts.iter().map(|(id, count)| (*id, *count)).unzip();
        let rows: Vec<(String, i64)> = sqlx::query_as(
            r"
            INSERT INTO aggregate AS a (workspace_id, aggregate_id, sequence)
            SELECT $1, t.id, t.n FROM UNNEST($2::text[], $3::bigint[]) AS t (id, n) ORDER BY t.id
            ON CONFLICT (workspace_id, aggregate_id) DO UPDATE SET sequence = a.sequence + excluded.sequence
            RETURNING aggregate_id, sequence
            ",
        )
        .bind(workspace.as_str())
        .bind(ids)
        .bind(numbers)
        .fetch_all(&mut **self)
        .await?;
        let first = |(id, last): (String, i64)| {
            let taken = counts.get(id.as_str()).copied().unwrap_or(1);
            (id, last - taken + 1)
        };
        Ok(rows.into_iter().map(first).collect())
    }

    async fn store_rows(&mut self, rows: Vec<Row>) -> sqlx::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let (mut ids, mut subjects, mut payloads) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            ids.push(row.event_id);
            subjects.push(row.subject);
            payloads.push(row.payload);
        }
        let workspace = self.workspace()?.clone();
        let now = self.clock.now();
        sqlx::query(
            r"
            INSERT INTO outbox (workspace_id, event_id, subject, payload, created_at)
            SELECT $1, t.id, t.subject, t.payload, $5
            FROM UNNEST($2::uuid[], $3::text[], $4::bytea[]) WITH ORDINALITY AS t (id, subject, payload, place)
            ORDER BY t.place
            ",
        )
        .bind(workspace.as_str())
        .bind(ids)
        .bind(subjects)
        .bind(payloads)
        .bind(now)
        .execute(&mut **self)
        .await?;
        self.queued = true;
        Ok(())
    }
}

/// The next sequence of an aggregate that [`Tx::first_sequences`] was asked for.
fn take(next: &mut HashMap<String, i64>, aggregate: &str) -> i64 {
    next.get_mut(aggregate).map_or(1, |sequence| {
        *sequence += 1;
        *sequence - 1
    })
}

/// Cuts facts into events of at most [`BULK_ITEMS`] and about [`BULK_BYTES`].
fn chunks(items: &[Box<RawValue>]) -> Vec<&[Box<RawValue>]> {
    let (mut chunks, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (index, item) in items.iter().enumerate() {
        let size = item.get().len();
        if index > start && (index - start == BULK_ITEMS || bytes + size > BULK_BYTES) {
            chunks.push(&items[start..index]);
            (start, bytes) = (index, 0);
        }
        bytes += size;
    }
    chunks.push(&items[start..]);
    chunks
}

fn encode(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}

#[cfg(test)]
mod tests {
    use serde_json::value::{RawValue, to_raw_value};

    use super::{BULK_BYTES, BULK_ITEMS, chunks};

    fn items(count: usize, bytes: usize) -> Vec<Box<RawValue>> {
        (0..count).map(|_| to_raw_value(&"x".repeat(bytes)).unwrap()).collect()
    }

    #[test]
    fn an_event_holds_at_most_a_hundred_facts() {
        let items = items(2 * BULK_ITEMS + 1, 10);
        let sizes: Vec<usize> = chunks(&items).iter().map(|chunk| chunk.len()).collect();
        assert_eq!(sizes, [BULK_ITEMS, BULK_ITEMS, 1]);
    }

    #[test]
    fn long_facts_make_shorter_events_and_none_is_lost() {
        let items = items(20, 40_000);
        let chunks = chunks(&items);
        assert_eq!(chunks.iter().map(|chunk| chunk.len()).sum::<usize>(), 20);
        assert!(
            chunks.iter().all(|chunk| chunk.iter().map(|item| item.get().len()).sum::<usize>() <= BULK_BYTES)
        );
    }
}
