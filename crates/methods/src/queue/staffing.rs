use serde::{Deserialize, Serialize};

use super::{
    Load, MOST, Model, Performance, QueueError, Target, check,
    erlang::{blocked, next_b, waits},
    evaluate,
};
use crate::number::as_f64;

/// What one agent more or less would do. Without values the queue would grow without end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub agents: u64,
    pub service_level: Option<f64>,
    pub wait_probability: Option<f64>,
    pub mean_wait: Option<f64>,
    pub occupancy: Option<f64>,
    /// Erlang A only.
    pub abandonment: Option<f64>,
}

/// Finds the fewest agents (lines, for [`Model::Blocked`]) that meet the target.
pub fn staff(load: &Load, model: Model, target: &Target) -> Result<Performance, QueueError> {
    check(load, model, target)?;
    match model {
        Model::Leaves { .. } => search(load, model, target),
        Model::Waits | Model::Blocked => walk(load, model, target),
    }
}

/// B of one agent more follows from B of the last, so all numbers of agents cost no more than the largest.
fn walk(load: &Load, model: Model, target: &Target) -> Result<Performance, QueueError> {
    let mut share = 1.0;
    for agents in 1..=MOST {
        share = next_b(share, agents, load.erlangs());
        let found = match model {
            Model::Blocked => Some(blocked(load, target, agents, share)),
            _ => waits(load, target, agents, share),
        };
        if let Some(found) = found.filter(|found| found.meets_target) {
            return Ok(found);
        }
    }
    Err(QueueError::TooLarge)
}

/// More agents never serve fewer in time, so the number is found by halving.
fn search(load: &Load, model: Model, target: &Target) -> Result<Performance, QueueError> {
    let mut enough = 1_u64;
    let mut best = evaluate(load, model, target, enough)?;
    while !best.meets_target {
        if enough >= MOST {
            return Err(QueueError::TooLarge);
        }
        enough = (enough * 2).min(MOST);
        best = evaluate(load, model, target, enough)?;
    }
    let mut too_few = enough / 2;
    while too_few + 1 < enough {
        let middle = u64::midpoint(too_few, enough);
        let found = evaluate(load, model, target, middle)?;
        if found.meets_target {
            (enough, best) = (middle, found);
        } else {
            too_few = middle;
        }
    }
    Ok(best)
}

/// How the queue does with fewer and more agents, `by` of them at a time.
pub fn sensitivity(
    load: &Load,
    model: Model,
    target: &Target,
    agents: u64,
    steps: std::ops::RangeInclusive<i64>,
    by: u64,
) -> Result<Vec<Step>, QueueError> {
    check(load, model, target)?;
    let by = i64::try_from(by).unwrap_or(1);
    let numbers = steps.filter_map(|step| agents.checked_add_signed(step.saturating_mul(by)));
    let step = |agents| {
        let found = evaluate(load, model, target, agents).ok();
        Step {
            agents,
            service_level: found.map(|found| found.service_level),
            wait_probability: found.map(|found| found.wait_probability),
            mean_wait: found.map(|found| found.mean_wait),
            occupancy: found.map(|found| found.occupancy),
            abandonment: found.and_then(|found| found.abandonment),
        }
    };
    Ok(numbers.filter(|agents| (1..=MOST).contains(agents)).map(step).collect())
}

pub(super) fn unstable(load: &Load, agents: u64) -> QueueError {
    let erlangs = load.erlangs();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and MOST")]
    let needed = erlangs.floor() as u64 + 1;
    QueueError::Unstable { agents, erlangs, needed }
}

/// Agents to employ; 14 / 0.7 is 20, whatever the last digit of the quotient says.
pub(super) fn positions(agents: u64, shrinkage: f64) -> u64 {
    let exact = count(agents) / (1.0 - shrinkage);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest whole number"
    )]
    let positions = (exact * (1.0 - 1e-12)).ceil() as u64;
    positions.max(agents)
}

/// A number of agents to reckon with; exact up to far above [`MOST`].
pub(super) fn count(agents: u64) -> f64 {
    as_f64(agents)
}
