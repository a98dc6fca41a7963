use std::time::Duration;

use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};

/// How long a stream keeps its events; the outboxes keep them as long.
pub const MAX_AGE: Duration = Duration::from_hours(7 * 24);

/// The stream of one service; each service writes its own and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    Intake,
    Analysis,
    Satisfaction,
    Recovery,
}

impl Stream {
    pub const ALL: [Self; 4] = [Self::Intake, Self::Analysis, Self::Satisfaction, Self::Recovery];

    /// The stream of the service called `service`.
    pub fn of(service: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stream| stream.service() == service)
    }

    /// The service that owns the stream.
    pub fn service(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Analysis => "analysis",
            Self::Satisfaction => "satisfaction",
            Self::Recovery => "recovery",
        }
    }

    /// Its name in `JetStream`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "TING_INTAKE",
            Self::Analysis => "TING_ANALYSIS",
            Self::Satisfaction => "TING_SATISFACTION",
            Self::Recovery => "TING_RECOVERY",
        }
    }

    /// All its subjects.
    pub fn subjects(self) -> String {
        format!("ting.*.{}.>", self.service())
    }

    /// The subjects of one partition, whatever the workspace and the event.
    pub fn partition_subjects(self, partition: u8) -> String {
        format!("ting.*.{}.*.*.p{partition:02}", self.service())
    }

    /// How it is created. A full stream pushes back (`discard: new`) instead of dropping what nobody has read.
    pub fn config(self, replicas: usize, max_bytes: i64) -> Config {
        Config {
            name: self.name().to_owned(),
            subjects: vec![self.subjects()],
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            discard: DiscardPolicy::New,
            max_age: MAX_AGE,
            max_bytes,
            num_replicas: replicas,
            duplicate_window: Duration::from_mins(2),
            // The relay hands over what waits in one piece, which the server writes to its disk once.
            allow_atomic_publish: true,
            ..Config::default()
        }
    }
}
