//! What analysis adds to the numbers at `/metrics`.

use std::time::Duration;

use metrics::{Unit, describe_histogram, histogram};

const RUN_SECONDS: &str = "ting_run_seconds";

/// How a run ended in this process.
#[derive(Debug, Clone, Copy)]
pub enum RunEnd {
    Finished,
    Failed,
    /// Another process goes on with it.
    Left,
}

impl RunEnd {
    const ALL: [Self; 3] = [Self::Finished, Self::Failed, Self::Left];

    fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Left => "left",
        }
    }
}

/// Says what the numbers mean, and shows them before the first run.
pub fn describe() {
    describe_histogram!(
        RUN_SECONDS,
        Unit::Seconds,
        "How long runs take that build themes, by how they ended."
    );
    for end in RunEnd::ALL {
        drop(histogram!(RUN_SECONDS, "result" => end.as_str()));
    }
}

/// Reports a run that this process has in hand no more.
pub fn run_ended(end: RunEnd, taken: Duration) {
    histogram!(RUN_SECONDS, "result" => end.as_str()).record(taken.as_secs_f64());
}
