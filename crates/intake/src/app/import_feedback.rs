use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt as _, stream::FuturesUnordered};
use ting_chassis::{
    auth::Caller,
    fault::{Code, RequestError},
    input::{InvalidInput, Violation},
};
use ting_events::Workspace;
use ting_proto::intake::v1::{
    ImportFeedbackRequest, ImportFeedbackResponse, RowError, import_feedback_request::Item,
};
use tonic::Status;

use super::{App, MAX_BATCH, upsert_customers::upsert_customers, within};
use crate::domain::{NewCustomer, NewFeedback, NewResponse};

/// Bytes of text after which a chunk is written although it has fewer than [`MAX_BATCH`] rows.
const CHUNK_BYTES: usize = 512 * 1024;
/// Chunks that are written while the next is read.
const CHUNKS_IN_FLIGHT: usize = 2;
/// Refused rows that are reported; the others are only counted.
const MAX_ERRORS: usize = 1000;

/// Why an import has no answer. What was written before stays, and sending the same rows again completes it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The caller cancelled it or sent what does not decode.
    #[error("the stream broke off")]
    Broken(#[from] Status),
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Takes in rows in chunks while the next ones are read; a bad row is reported and the others go on.
#[tracing::instrument(name = "intake.import_feedback", skip_all)]
pub async fn import_feedback(
    app: &App,
    caller: &Caller,
    mut rows: impl Stream<Item = Result<ImportFeedbackRequest, Status>> + Unpin,
) -> Result<ImportFeedbackResponse, ImportError> {
    let (mut answer, mut chunk) = (ImportFeedbackResponse::default(), Chunk::default());
    let mut in_flight = FuturesUnordered::new();
    loop {
        tokio::select! {
            // Chunks first: polling them is also what starts them.
            biased;
            Some(written) = in_flight.next(), if !in_flight.is_empty() => count(&mut answer, written?),
            row = next_row(&mut rows, app.import_idle), if in_flight.len() < CHUNKS_IN_FLIGHT => {
                let Some(row) = row? else { break };
                chunk.take(row, &mut answer, app.store.clock.now());
                if chunk.is_full() {
                    in_flight.push(write(app, &caller.workspace, std::mem::take(&mut chunk)));
                }
            }
        }
    }
    in_flight.push(write(app, &caller.workspace, chunk));
    while let Some(written) = in_flight.next().await {
        count(&mut answer, written?);
    }
    Ok(answer)
}

async fn next_row(
    rows: &mut (impl Stream<Item = Result<ImportFeedbackRequest, Status>> + Unpin),
    idle: Duration,
) -> Result<Option<ImportFeedbackRequest>, ImportError> {
    let Ok(row) = tokio::time::timeout(idle, rows.next()).await else {
        let text = format!("no row came for {} ms; send the import again", idle.as_millis());
        return Err(
            RequestError::Refused { code: Code::DeadlineExceeded, reason: "IDLE_STREAM", text }.into()
        );
    };
    Ok(row.transpose()?)
}

/// Rows that are written together.
#[derive(Default)]
struct Chunk {
    customers: Vec<NewCustomer>,
    feedback: Vec<NewFeedback>,
    responses: Vec<NewResponse>,
    bytes: usize,
}

/// What became of the rows of a chunk.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    created: u64,
    duplicates: u64,
}

impl Chunk {
    /// Takes over a good row; counts and reports a bad one.
    fn take(&mut self, row: ImportFeedbackRequest, answer: &mut ImportFeedbackResponse, now: DateTime<Utc>) {
        answer.received += 1;
        let Err(InvalidInput(violations)) = self.parse(row.item, now) else { return };
        answer.refused += 1;
        if answer.errors.len() < MAX_ERRORS
            && let Some(Violation { field, reason, message }) = violations.into_iter().next()
        {
            answer.errors.push(RowError { row: row.row, field, reason: reason.to_owned(), message });
        }
    }

    fn parse(&mut self, item: Option<Item>, now: DateTime<Utc>) -> Result<(), InvalidInput> {
        match item {
            Some(Item::Feedback(input)) => {
                let feedback = NewFeedback::parse(&input, now).map_err(|error| within("feedback", error))?;
                self.bytes += feedback.text.len();
                self.feedback.push(feedback);
            }
            Some(Item::Response(input)) => {
                self.responses
                    .push(NewResponse::parse(&input, now).map_err(|error| within("response", error))?);
            }
            Some(Item::Customer(input)) => {
                let customer = NewCustomer::of_input(input).map_err(|error| within("customer", error))?;
                self.bytes += customer
                    .attributes
                    .iter()
                    .flatten()
                    .map(|(key, value)| key.len() + value.len())
                    .sum::<usize>();
                self.customers.push(customer);
            }
            None => return Err(Violation::new("item", "REQUIRED", "is required").into()),
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.customers.len() + self.feedback.len() + self.responses.len() >= MAX_BATCH
            || self.bytes >= CHUNK_BYTES
    }
}

/// Writes the customers of a chunk, then what they say.
async fn write(app: &App, workspace: &Workspace, chunk: Chunk) -> Result<Written, RequestError> {
    let Chunk { customers, feedback, responses, bytes: _ } = chunk;
    let mut written = write_customers(app, workspace, customers).await?;
    let mut add = |created: bool| if created { written.created += 1 } else { written.duplicates += 1 };
    if !feedback.is_empty() {
        let answer = app.writer.submit_patiently(workspace, feedback).await?;
        answer.results.iter().for_each(|result| add(result.created));
    }
    if !responses.is_empty() {
        let answer = app.writer.submit_patiently(workspace, responses).await?;
        answer.results.iter().for_each(|result| add(result.created));
    }
    Ok(written)
}

async fn write_customers(
    app: &App,
    workspace: &Workspace,
    customers: Vec<NewCustomer>,
) -> Result<Written, RequestError> {
    if customers.is_empty() {
        return Ok(Written::default());
    }
    let rows = customers.len() as u64;
    let mut wishes: BTreeMap<String, NewCustomer> = BTreeMap::new();
    for customer in customers {
        match wishes.get_mut(&customer.external_id) {
            Some(wish) => wish.merge(customer),
            None => {
                wishes.insert(customer.external_id.clone(), customer);
            }
        }
    }
    let wishes: Vec<NewCustomer> = wishes.into_values().collect();
    let mut tx = app.store.begin(workspace).await?;
    let upserted = upsert_customers(&mut tx, &wishes, None).await?;
    tx.commit().await?;
    let created = upserted.iter().filter(|customer| customer.created).count() as u64;
    Ok(Written { created, duplicates: rows - created })
}

fn count(answer: &mut ImportFeedbackResponse, written: Written) {
    answer.created += written.created;
    answer.duplicates += written.duplicates;
}
