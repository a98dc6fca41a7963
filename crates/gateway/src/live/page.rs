//! What one open page is sent: first every section, then each that looks different.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::sse::Event;
use futures::Stream;
use serde::Serialize;
use ting_chassis::Clock;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior},
};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{BusState, Member};
use crate::{
    board::{Board, Source},
    i18n::Language,
    session::{Session, Sessions},
    view::Section,
};

/// Changes that wait for a page to receive them; further ones are folded together.
const WAITING: usize = 4;
/// How soon a page that was cut off comes back.
const RETRY: Duration = Duration::from_secs(1);

/// A page that is open.
pub struct Visit {
    pub member: Member,
    pub session: Arc<Session>,
    pub session_id: String,
    pub sessions: Arc<Sessions>,
    pub bus: watch::Receiver<BusState>,
    pub language: Language,
    pub clock: Clock,
    /// How often the session is looked at.
    pub heartbeat: Duration,
    /// How long the page may take to receive something.
    pub patience: Duration,
}

#[derive(Serialize)]
struct SectionEvent<'a> {
    section: &'a str,
    html: String,
}

#[derive(Serialize)]
struct StatusEvent {
    /// Since when changes are not heard of.
    stale_since: Option<String>,
}

/// Starts sending; the stream ends with the session, at shutdown, or when the page is too slow.
pub fn stream(
    visit: Visit,
    tracker: &TaskTracker,
    shutdown: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (sender, receiver) = mpsc::channel(WAITING);
    tracker.spawn(async move {
        let (ended, page) =
            (visit.session.ended.clone(), Page { sender: sender.clone(), patience: visit.patience, sent: 0 });
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = ended.cancelled() => {}
            () = sender.closed() => {}
            // Gone, for whatever reason: there is nobody to be told.
            _ = visit.run(page) => {}
        }
    });
    ReceiverStream::new(receiver)
}

/// The way to the browser.
struct Page {
    sender: mpsc::Sender<Result<Event, Infallible>>,
    patience: Duration,
    sent: u64,
}

/// The page is not there any more, or as good as.
struct Gone;

impl Page {
    async fn send(&mut self, name: &str, data: &impl Serialize) -> Result<(), Gone> {
        self.sent += 1;
        // Never fails: strings always serialise. JSON has no line ends of its own, which would break the event.
        let data = serde_json::to_string(data).map_err(|_| Gone)?;
        let event = Event::default().event(name).id(self.sent.to_string()).retry(RETRY).data(data);
        let delivered = tokio::time::timeout(self.patience, self.sender.send(Ok(event))).await;
        if delivered.is_err() {
            tracing::info!("a page was too slow and is dropped");
        }
        delivered.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}

impl Visit {
    async fn run(mut self, mut page: Page) -> Result<(), Gone> {
        let mut board = self.member.board();
        let mut seen = [0; Source::ALL.len()];
        let mut heartbeat = tokio::time::interval_at(Instant::now() + self.heartbeat, self.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.send_status(&mut page).await?;
        loop {
            let changed = self.changed(&board.borrow_and_update(), &mut seen);
            for (section, html) in changed {
                page.send("section", &SectionEvent { section: section.id(), html }).await?;
            }
            tokio::select! {
                changed = board.changed() => changed.map_err(|_| Gone)?,
                changed = self.bus.changed() => {
                    changed.map_err(|_| Gone)?;
                    self.send_status(&mut page).await?;
                }
                _ = heartbeat.tick() => {
                    // An open page counts as use; a session that is over closes it.
                    self.sessions.find(&self.session_id).ok_or(Gone)?;
                }
            }
        }
    }

    async fn send_status(&mut self, page: &mut Page) -> Result<(), Gone> {
        let stale_since = self.bus.borrow_and_update().stale_since().map(|since| since.to_rfc3339());
        page.send("status", &StatusEvent { stale_since }).await
    }

    /// Renders the sections with something new in them. Nothing is shown before everything was asked once: the page shows what
    /// it was opened with until then.
    fn changed(&self, board: &Board, seen: &mut [u64; Source::ALL.len()]) -> Vec<(Section, String)> {
        if !board.is_complete() {
            return Vec::new();
        }
        let news = |source: &Source| board.revisions[source.index()] != seen[source.index()];
        let sections =
            Section::ALL.into_iter().filter(|section| section.sources().iter().any(|source| news(&source)));
        let now = self.clock.now();
        let rendered = sections
            .map(|section| (section, section.render(self.language, board, now).into_string()))
            .collect();
        *seen = board.revisions;
        rendered
    }
}
