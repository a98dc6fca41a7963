//! Queues at a desk or on the telephone: how many agents a service level takes, and how long customers wait.
//!
//! Calls come at random (Poisson) and take a time of random length (exponential). What customers do when all agents are busy
//! makes the three models of A. K. Erlang and C. Palm:
//!
//! | model | when all are busy | notation |
//! |---|---|---|
//! | [`Model::Waits`], Erlang C | customers wait as long as it takes | M/M/c; M/M/1 with one agent |
//! | [`Model::Leaves`], Erlang A | customers wait until their patience ends, which is of random length too | M/M/c+M |
//! | [`Model::Blocked`], Erlang B | customers are turned away | M/M/c/c |
//!
//! Erlang B comes from its recursion B(0) = 1, B(k) = a B(k−1) / (k + a B(k−1)), which neither overflows nor loses digits, and
//! Erlang C from it: C = c B / (c − a (1 − B)). Erlang A follows Mandelbaum and Zeltyn, *Service engineering in action: the
//! Palm/Erlang-A queue* (2007), with its integrals taken in logarithms.

use serde::{Deserialize, Serialize};

mod erlang;
mod integral;
mod patience;
mod picture;
mod staffing;

pub use erlang::{erlang_b, erlang_c};
pub use picture::picture;
pub use staffing::{Step, sensitivity, staff};

/// More agents or calls at a time are no single queue.
pub const MOST: u64 = 10_000_000;

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Calls that come in during `interval`; above 0.
    pub calls: f64,
    /// Seconds; above 0.
    pub interval: f64,
    /// Mean time an agent spends on a call, in seconds; above 0.
    pub handling: f64,
}

impl Load {
    /// Calls a second.
    pub fn rate(&self) -> f64 {
        self.calls / self.interval
    }

    /// Calls in service at a time if nobody waited, in erlangs.
    pub fn erlangs(&self) -> f64 {
        self.calls * self.handling / self.interval
    }
}

/// What customers do when all agents are busy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model")]
pub enum Model {
    Waits,
    /// Mean time until a waiting customer leaves, in seconds; above 0.
    Leaves {
        patience: f64,
    },
    Blocked,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Seconds within which a customer is to be answered; 0 or more.
    pub within: f64,
    /// Share of customers answered within that time; above 0, below 1.
    pub service_level: f64,
    /// Share of their time in which agents may be busy at most; above 0, up to 1.
    pub max_occupancy: f64,
    /// Share of paid time in which an agent is not there: breaks, training, illness; from 0 to below 1.
    pub shrinkage: f64,
}

impl Default for Target {
    /// Four of five customers within 20 seconds, no shrinkage, no limit of occupancy.
    fn default() -> Self {
        Self { within: 20.0, service_level: 0.8, max_occupancy: 1.0, shrinkage: 0.0 }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum QueueError {
    #[error("{name} must be a number above 0, not {value}")]
    NotPositive { name: &'static str, value: f64 },
    #[error("{name} must be {range}, not {value}")]
    NoShare { name: &'static str, range: &'static str, value: f64 },
    #[error("there must be at least one agent")]
    NoAgents,
    #[error(
        "{agents} agents cannot handle {erlangs:.2} erlangs: the queue grows without end; it takes at least {needed}"
    )]
    Unstable { agents: u64, erlangs: f64, needed: u64 },
    #[error("this is too large for one queue: more than {MOST} agents or erlangs")]
    TooLarge,
}

/// How a queue does in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// Agents at work, or lines.
    pub agents: u64,
    /// Agents to employ so that as many are at work: agents / (1 − shrinkage), rounded up.
    pub positions: u64,
    /// Share of customers who do not get an agent at once and wait.
    pub wait_probability: f64,
    /// Share of all customers who get an agent within the time wanted.
    pub service_level: f64,
    /// Mean wait of all customers in seconds, those who wait 0 and those who leave included.
    pub mean_wait: f64,
    /// Share of their time in which agents are busy.
    pub occupancy: f64,
    /// Whether service level and occupancy are as wanted.
    pub meets_target: bool,
    /// In erlangs.
    pub offered_load: f64,
    /// Mean number of customers who wait.
    pub queue_length: f64,
    /// Mean number of customers who wait or are served.
    pub in_system: f64,
    /// Mean time from coming to going in seconds; over those who are let in.
    pub time_in_system: f64,
    /// Seconds that half, nine tenths, 95 and 99 of a hundred customers wait at most. Erlang C only.
    pub wait_quantiles: Option<Quantiles>,
    /// Share of customers who leave before they get an agent. Erlang A only.
    pub abandonment: Option<f64>,
    /// Share of those served who are within the time wanted. Erlang A only.
    pub service_level_of_served: Option<f64>,
    /// Share of customers turned away. Erlang B only.
    pub blocking: Option<f64>,
}

/// Waits in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
}

/// Computes how a queue with a number of agents (lines, for [`Model::Blocked`]) does.
pub fn evaluate(load: &Load, model: Model, target: &Target, agents: u64) -> Result<Performance, QueueError> {
    check(load, model, target)?;
    if agents == 0 {
        return Err(QueueError::NoAgents);
    }
    if agents > MOST {
        return Err(QueueError::TooLarge);
    }
    Ok(match model {
        Model::Waits => {
            let b = erlang_b(agents, load.erlangs());
            erlang::waits(load, target, agents, b).ok_or_else(|| staffing::unstable(load, agents))?
        }
        Model::Leaves { patience } => patience::leaves(load, target, agents, patience),
        Model::Blocked => erlang::blocked(load, target, agents, erlang_b(agents, load.erlangs())),
    })
}

fn check(load: &Load, model: Model, target: &Target) -> Result<(), QueueError> {
    let patience = if let Model::Leaves { patience } = model { patience } else { 1.0 };
    for (name, value) in [
        ("the number of calls", load.calls),
        ("the interval", load.interval),
        ("the handling time", load.handling),
        ("the patience", patience),
    ] {
        if !(value.is_finite() && value > 0.0) {
            return Err(QueueError::NotPositive { name, value });
        }
    }
    let Target { within, service_level, max_occupancy, shrinkage } = *target;
    for (name, range, value, fits) in [
        (
            "the service level",
            "a share above 0 and below 1",
            service_level,
            service_level > 0.0 && service_level < 1.0,
        ),
        (
            "the highest occupancy",
            "a share above 0, up to 1",
            max_occupancy,
            max_occupancy > 0.0 && max_occupancy <= 1.0,
        ),
        ("the shrinkage", "a share from 0 to below 1", shrinkage, (0.0..1.0).contains(&shrinkage)),
        ("the time to answer", "0 or more seconds", within, within.is_finite() && within >= 0.0),
    ] {
        if !fits {
            return Err(QueueError::NoShare { name, range, value });
        }
    }
    // Times whose quotients leave the numbers are no times of people.
    let usual = [load.interval, load.handling, patience].iter().all(|time| (1e-9..=1e12).contains(time));
    let one_queue = (1e-12..=staffing::count(MOST)).contains(&load.erlangs());
    if usual && one_queue { Ok(()) } else { Err(QueueError::TooLarge) }
}
