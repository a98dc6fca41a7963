//! The one way in for what customers say: submissions queue up, and whatever is waiting is committed together.
//!
//! No timer: a lone submission is written at once, and under load the transactions grow by themselves. The queue is bounded by
//! items; who finds it full is told to come back.

mod claims;
mod group;
mod take;
mod voice;

use std::sync::Arc;

use ting_chassis::{
    fault::{Code, RequestError},
    store::Store,
};
use ting_events::Workspace;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::task::TaskTracker;
use tracing::Span;

use crate::{Config, metrics::Queued};
pub use take::register;
pub use voice::Voice;

/// What makes a repeated request the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub method: &'static str,
    pub request_id: String,
    /// The request as it came.
    pub body: Vec<u8>,
}

/// Voices of one caller, taken in together or not at all.
pub struct Submission<V: Voice> {
    workspace: Workspace,
    claim: Option<Claim>,
    voices: Vec<V>,
    /// The caller's, so that events can be traced back to a call.
    span: Span,
    reply: oneshot::Sender<Result<V::Answer, RequestError>>,
    /// Its place in the queue; free again when it is done.
    _room: OwnedSemaphorePermit,
    _queued: Queued,
}

/// One entry of the queue.
pub enum Job {
    Feedback(Submission<crate::domain::NewFeedback>),
    Response(Submission<crate::domain::NewResponse>),
}

impl Job {
    fn items(&self) -> usize {
        match self {
            Self::Feedback(submission) => submission.voices.len(),
            Self::Response(submission) => submission.voices.len(),
        }
    }
}

/// The near end of the queue.
#[derive(Debug, Clone)]
pub struct Writer {
    // Unbounded in jobs, because `room` bounds the items.
    queue: mpsc::UnboundedSender<Job>,
    room: Arc<Semaphore>,
}

impl Writer {
    /// Starts the tasks at the far end. They end when the last clone of the writer is gone and the queue is empty.
    pub fn spawn(store: &Store, config: &Config, tracker: &TaskTracker) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..config.writer_tasks {
            tracker.spawn(work(store.clone(), Arc::clone(&receiver), config.batch_items));
        }
        Self { queue: sender, room: Arc::new(Semaphore::new(config.queue_items)) }
    }

    /// Takes in `voices`, or refuses at once when too much is waiting already.
    pub async fn submit<V: Voice>(
        &self,
        workspace: &Workspace,
        claim: Option<Claim>,
        voices: Vec<V>,
    ) -> Result<V::Answer, RequestError> {
        let room = Arc::clone(&self.room).try_acquire_many_owned(size(&voices)).map_err(|_| overloaded())?;
        self.enqueue(workspace, claim, voices, room).await
    }

    /// Takes in `voices` as soon as there is room: for streams, whose sender is slowed down by that.
    pub async fn submit_patiently<V: Voice>(
        &self,
        workspace: &Workspace,
        voices: Vec<V>,
    ) -> Result<V::Answer, RequestError> {
        let room = Arc::clone(&self.room).acquire_many_owned(size(&voices)).await.map_err(|_| stopped())?;
        self.enqueue(workspace, None, voices, room).await
    }

    async fn enqueue<V: Voice>(
        &self,
        workspace: &Workspace,
        claim: Option<Claim>,
        voices: Vec<V>,
        room: OwnedSemaphorePermit,
    ) -> Result<V::Answer, RequestError> {
        let (reply, answer) = oneshot::channel();
        let (workspace, span) = (workspace.clone(), Span::current());
        let queued = Queued::new(voices.len());
        let job = V::job(Submission { workspace, claim, voices, span, reply, _room: room, _queued: queued });
        self.queue.send(job).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Commits what has queued up, again and again.
async fn work(store: Store, queue: Arc<Mutex<mpsc::UnboundedReceiver<Job>>>, batch_items: usize) {
    loop {
        let jobs = next(&mut *queue.lock().await, batch_items).await;
        if jobs.is_empty() {
            return;
        }
        let (mut feedback, mut responses) = (Vec::new(), Vec::new());
        for job in jobs {
            match job {
                Job::Feedback(submission) => feedback.push(submission),
                Job::Response(submission) => responses.push(submission),
            }
        }
        // Apart, because each transaction takes the locks of its aggregates in one sorted go.
        group::settle(&store, feedback).await;
        group::settle(&store, responses).await;
    }
}

/// Waits for a job and takes what else is waiting; empty when no more will come.
async fn next(queue: &mut mpsc::UnboundedReceiver<Job>, batch_items: usize) -> Vec<Job> {
    let Some(first) = queue.recv().await else { return Vec::new() };
    let (mut items, mut jobs) = (first.items(), vec![first]);
    while items < batch_items
        && let Ok(job) = queue.try_recv()
    {
        items += job.items();
        jobs.push(job);
    }
    jobs
}

fn size<V>(voices: &[V]) -> u32 {
    u32::try_from(voices.len()).unwrap_or(u32::MAX)
}

fn overloaded() -> RequestError {
    RequestError::quota("OVERLOADED", "too much is waiting to be stored; try again in a second")
}

fn stopped() -> RequestError {
    RequestError::Refused {
        code: Code::Unavailable,
        reason: "STORE",
        text: "the service is stopping".to_owned(),
    }
}
