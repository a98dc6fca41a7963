//! One room for all who look at the same workspace in the same role: they see the same, so it is asked once for all of them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use ting_chassis::auth::{Caller, Role};
use ting_events::Workspace;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::bus::Listener;
use crate::{
    board::{Board, Sources, State},
    config::LiveConfig,
    metrics,
    services::{Service, Services},
    session::Session,
};

/// How soon a service that is away is asked again.
const RETRY: Duration = Duration::from_secs(2);

/// Why nobody else may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// This person has too many pages open.
    User,
    /// All together have.
    House,
}

/// Everybody who looks.
pub struct Rooms {
    services: Arc<Services>,
    config: LiveConfig,
    tracker: TaskTracker,
    shutdown: CancellationToken,
    house: Mutex<House>,
}

#[derive(Default)]
struct House {
    rooms: HashMap<(Workspace, Role), Arc<Room>>,
    by_user: HashMap<(Workspace, String), usize>,
    visitors: usize,
    next_seat: u64,
}

struct Room {
    board: watch::Sender<Board>,
    /// One for each service: a slow one must not hold up the others.
    lanes: [Lane; Service::ALL.len()],
    /// Whose token is used, by seat: that of the one who came last.
    tokens: Mutex<BTreeMap<u64, Arc<Session>>>,
    closed: CancellationToken,
}

#[derive(Default)]
struct Lane {
    marked: AtomicU8,
    bell: Notify,
}

impl Lane {
    fn mark(&self, sources: Sources) {
        if sources != Sources::NONE {
            self.marked.fetch_or(sources.bits(), Ordering::Relaxed);
            self.bell.notify_one();
        }
    }

    fn take(&self) -> Sources {
        Sources::from_bits(self.marked.swap(0, Ordering::Relaxed))
    }
}

impl Room {
    fn mark(&self, sources: Sources) {
        for service in Service::ALL {
            self.lanes[service as usize].mark(sources.and(service.sources()));
        }
    }

    fn token(&self) -> Option<Arc<Session>> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.last_key_value().map(|(_, session)| session.clone())
    }

    /// Asks again what was marked, at most once every `pause`. What is marked while a question is under way is asked once more.
    async fn keep(&self, service: Service, services: &Services, pause: Duration) {
        let lane = &self.lanes[service as usize];
        let mut away = Sources::NONE;
        loop {
            tokio::select! {
                () = lane.bell.notified() => {}
                () = tokio::time::sleep(RETRY), if away != Sources::NONE => lane.mark(away),
            }
            let next = Instant::now() + pause;
            let asked = lane.take();
            let Some(session) = self.token() else { return };
            let token = &session.token;
            let ask = |source| async move { (source, services.read(source, token).await) };
            let mut answers: FuturesUnordered<_> = asked.iter().map(ask).collect();
            while let Some((source, answer)) = answers.next().await {
                self.board.send_if_modified(|board| board.apply(source, answer));
            }
            away = self.away(service);
            tokio::time::sleep_until(next).await;
        }
    }

    fn away(&self, service: Service) -> Sources {
        let board = self.board.borrow();
        let away = service.sources().iter().filter(|source| matches!(board.state(*source), State::Away(_)));
        Sources::of(&away.collect::<Vec<_>>())
    }
}

impl Rooms {
    pub fn new(
        services: Arc<Services>,
        config: LiveConfig,
        tracker: TaskTracker,
        shutdown: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self { services, config, tracker, shutdown, house: Mutex::default() })
    }

    /// Lets somebody in. The room is asked for everything when its first visitor comes, and kept current from then on.
    pub fn enter(self: &Arc<Self>, session: &Arc<Session>) -> Result<Member, Full> {
        let caller = &session.caller;
        let mut house = self.house.lock().unwrap_or_else(PoisonError::into_inner);
        if house.visitors >= self.config.max_connections {
            return Err(Full::House);
        }
        let mine = house.by_user.entry(user(caller)).or_default();
        if *mine >= self.config.max_per_user {
            return Err(Full::User);
        }
        *mine += 1;
        house.visitors += 1;
        metrics::live_connections(house.visitors);
        house.next_seat += 1;
        let seat = house.next_seat;
        let room = house
            .rooms
            .entry((caller.workspace.clone(), caller.role))
            .or_insert_with(|| self.open(seat, session))
            .clone();
        room.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(seat, session.clone());
        Ok(Member { rooms: self.clone(), room, seat, caller: caller.clone() })
    }

    fn open(&self, seat: u64, session: &Arc<Session>) -> Arc<Room> {
        let room = Arc::new(Room {
            board: watch::Sender::new(Board::default()),
            lanes: Default::default(),
            // Before the first question is asked, which needs one.
            tokens: Mutex::new(BTreeMap::from([(seat, session.clone())])),
            closed: CancellationToken::new(),
        });
        let pause = Duration::from_millis(self.config.refresh_ms);
        for service in Service::ALL {
            let (room, services, shutdown) = (room.clone(), self.services.clone(), self.shutdown.clone());
            self.tracker.spawn(async move {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = room.closed.cancelled() => {}
                    () = room.keep(service, &services, pause) => {}
                }
            });
        }
        room.mark(Sources::ALL);
        room
    }

    fn leave(&self, member: &Member) {
        let mut house = self.house.lock().unwrap_or_else(PoisonError::into_inner);
        house.visitors -= 1;
        metrics::live_connections(house.visitors);
        if let Some(mine) = house.by_user.get_mut(&user(&member.caller)) {
            *mine -= 1;
            if *mine == 0 {
                house.by_user.remove(&user(&member.caller));
            }
        }
        let mut tokens = member.room.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(&member.seat);
        if tokens.is_empty() {
            member.room.closed.cancel();
            house.rooms.remove(&(member.caller.workspace.clone(), member.caller.role));
        }
    }
}

impl Listener for Rooms {
    fn mark(&self, workspace: Option<&str>, sources: Sources) {
        let house = self.house.lock().unwrap_or_else(PoisonError::into_inner);
        for ((owner, _), room) in &house.rooms {
            if workspace.is_none_or(|workspace| workspace == owner.as_str()) {
                room.mark(sources);
            }
        }
    }
}

fn user(caller: &Caller) -> (Workspace, String) {
    (caller.workspace.clone(), caller.subject.clone())
}

/// A seat in a room; given back when dropped.
pub struct Member {
    rooms: Arc<Rooms>,
    room: Arc<Room>,
    seat: u64,
    caller: Caller,
}

impl Member {
    /// What is known, now and from now on.
    pub fn board(&self) -> watch::Receiver<Board> {
        self.room.board.subscribe()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.rooms.leave(self);
    }
}
