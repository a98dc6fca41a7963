use serde::{Serialize, de::DeserializeOwned};
use ting_proto::events::v1 as payload;

/// A kind of event. Additive changes only: a breaking one is a new message with a new version in type and subject.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The service that publishes it.
    const SERVICE: &'static str;
    /// Past tense, snake case.
    const NAME: &'static str;
    /// `ting.<service>.<name>.v1`.
    const TYPE: &'static str;
}

/// An event about one aggregate; its envelope carries the aggregate as `subject` and its `sequence`.
pub trait Single: Event {}

/// A fact of which many travel in one event (`data.items`, at most 100), each with its own aggregate and sequence.
pub trait Bulk: Event {
    /// Names the place of the fact in the life of its aggregate.
    fn place(&mut self, aggregate_id: String, sequence: i64);
}

macro_rules! events {
    ($($service:literal: $($name:literal => $message:ident $shape:ident),* $(,)?;)*) => {$($(
        impl Event for payload::$message {
            const SERVICE: &'static str = $service;
            const NAME: &'static str = $name;
            const TYPE: &'static str = concat!("ting.", $service, ".", $name, ".v1");
        }
        events!(@$shape $message);
    )*)*

        /// The type of every event there is.
        pub const TYPES: &[&str] = &[$($(concat!("ting.", $service, ".", $name, ".v1")),*),*];
    };
    (@single $message:ident) => { impl Single for payload::$message {} };
    (@bulk $message:ident) => {
        impl Bulk for payload::$message {
            fn place(&mut self, aggregate_id: String, sequence: i64) {
                self.aggregate_id = aggregate_id;
                self.sequence = sequence;
            }
        }
    };
}

events! {
    "intake":
        "customer_registered" => CustomerRegisteredItem bulk,
        "customer_updated" => CustomerUpdated single,
        "feedback_received" => FeedbackReceivedItem bulk,
        "response_submitted" => ResponseSubmittedItem bulk;
    "analysis":
        "feedback_classified" => FeedbackClassifiedItem bulk,
        "theme_changed" => ThemeChanged single,
        "run_finished" => RunFinished single;
    "satisfaction":
        "score_updated" => ScoreUpdated single,
        "band_changed" => BandChangedItem bulk,
        "alert_raised" => AlertRaised single,
        "alert_cleared" => AlertCleared single;
    "recovery":
        "case_opened" => CaseOpened single,
        "case_acknowledged" => CaseAcknowledged single,
        "case_assigned" => CaseAssigned single,
        "case_resolved" => CaseResolved single,
        "case_closed" => CaseClosed single,
        "case_reopened" => CaseReopened single,
        "notification_delivered" => NotificationDelivered single,
        "notification_failed" => NotificationFailed single;
}
