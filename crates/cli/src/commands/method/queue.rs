use std::path::PathBuf;

use serde::Serialize;
use ting_methods::queue::{
    Load, Model, Performance, QueueError, Step, Target, evaluate, picture, sensitivity, staff,
};

use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table, save_picture},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method queue --calls 100 --interval 1800 --handling 180 --within 20 --service-level 0.8 --shrinkage 0.3
  ting method queue --calls 100 --handling 180 --agents 12 --patience 120
  ting method queue --calls 100 --handling 180 --max-blocking 0.01
  ting method queue --calls 100 --handling 180 --svg queue.svg

Without --agents or --lines it finds the fewest that do; with them it tells how they do. Customers wait as long as it takes
(Erlang C); with --patience they leave (Erlang A); with --lines or --max-blocking they are turned away when all lines are busy
(Erlang B). It reads no file.")]
pub struct Queue {
    /// Calls (customers, chats, cases) that come in during the interval
    #[arg(long, value_name = "N")]
    calls: f64,
    /// Length of the interval in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 1800.0)]
    interval: f64,
    /// Mean time an agent spends on a call, in seconds
    #[arg(long, value_name = "SECONDS")]
    handling: f64,
    /// Time in which customers are to be answered, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    within: f64,
    /// Share of customers to be answered in that time, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, conflicts_with = "max_blocking")]
    service_level: f64,
    /// Share of paid time in which an agent is not at work, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    shrinkage: f64,
    /// Share of their time in which agents may be busy at most, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    max_occupancy: f64,
    /// Tell how this many agents do
    #[arg(long, value_name = "N")]
    agents: Option<u64>,
    /// Mean time after which waiting customers leave, in seconds (Erlang A)
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    /// Tell how this many lines do when nobody can wait (Erlang B)
    #[arg(long, value_name = "N", conflicts_with_all = ["agents", "patience", "max_blocking"])]
    lines: Option<u64>,
    /// Find the lines that turn away at most this share of customers (Erlang B)
    #[arg(long, value_name = "SHARE", conflicts_with_all = ["agents", "patience"])]
    max_blocking: Option<f64>,
    /// Draw the service level over the number of agents
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    model: &'static str,
    #[serde(flatten)]
    performance: Performance,
    sensitivity: Vec<Step>,
}

pub fn run(output: &Output, command: &Queue) -> Result<(), CliError> {
    let load = Load { calls: command.calls, interval: command.interval, handling: command.handling };
    let model = match (command.patience, command.lines.is_some() || command.max_blocking.is_some()) {
        (_, true) => Model::Blocked,
        (Some(patience), _) => Model::Leaves { patience },
        (None, _) => Model::Waits,
    };
    let service_level = command.max_blocking.map_or(command.service_level, |share| 1.0 - share);
    let target = Target {
        within: command.within,
        service_level,
        max_occupancy: command.max_occupancy,
        shrinkage: command.shrinkage,
    };
    let given = command.agents.or(command.lines);
    let found =
        given.map_or_else(|| staff(&load, model, &target), |agents| evaluate(&load, model, &target, agents));
    let performance = found.map_err(explain)?;
    let sensitivity = sensitivity(&load, model, &target, performance.agents, -2..=3, 1).map_err(explain)?;
    if let Some(path) = &command.svg {
        save_picture(path, &picture(&load, model, &target, &performance).map_err(explain)?)?;
    }
    let name = match model {
        Model::Waits => "erlang_c",
        Model::Leaves { .. } => "erlang_a",
        Model::Blocked => "erlang_b",
    };
    let answer = Answer { model: name, performance, sensitivity };
    output.show(&answer, || vec![summary(&answer, &target, given.is_some()), steps(&answer)])
}

fn explain(error: QueueError) -> CliError {
    let hint = match error {
        QueueError::Unstable { .. } => {
            "leave --agents out to find the number, or say with --patience after how long customers leave"
        }
        QueueError::TooLarge => "divide it into several queues, and look at the units: times are in seconds",
        _ => "times are in seconds, shares between 0 and 1",
    };
    CliError::failed(error.to_string(), hint)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn summary(answer: &Answer, target: &Target, given: bool) -> Table {
    let found = &answer.performance;
    let blocked = found.blocking.is_some();
    let level = format!("{} within {} s", percent(found.service_level), target.within);
    let level =
        if found.service_level >= target.service_level { Cell::good(level) } else { Cell::bad(level) };
    let mut fields = vec![
        (if blocked { "lines" } else { "agents" }, found.agents.to_string().into()),
        ("load", format!("{:.2} erlangs", found.offered_load).into()),
    ];
    if let Some(blocking) = found.blocking {
        fields.push(("turned away", percent(blocking).into()));
    } else {
        fields.push(("positions", positions(found, target).into()));
        fields.push(("service level", level));
        fields.push(("wait at all", percent(found.wait_probability).into()));
        fields.push(("mean wait", format!("{:.1} s", found.mean_wait).into()));
    }
    if let Some(waits) = found.wait_quantiles {
        let text = format!("at most {:.0} s for 90 %, {:.0} s for 99 % of customers", waits.p90, waits.p99);
        fields.push(("waits", text.into()));
    }
    if let Some(abandonment) = found.abandonment {
        fields.push(("leave", percent(abandonment).into()));
    }
    fields.push(("busy", percent(found.occupancy).into()));
    fields.push(("waiting", format!("{:.1} customers at a time", found.queue_length).into()));
    let table = Table::details(fields);
    if given && !found.meets_target {
        return table.foot("This misses the service level or the occupancy wanted; without --agents or --lines the number is found.");
    }
    table
}

fn positions(found: &Performance, target: &Target) -> String {
    if target.shrinkage > 0.0 {
        return format!("{} to employ, with {} shrinkage", found.positions, percent(target.shrinkage));
    }
    format!("{} to employ", found.positions)
}

fn steps(answer: &Answer) -> Table {
    let found = &answer.performance;
    let (blocked, leaves) = (found.blocking.is_some(), found.abandonment.is_some());
    let mut columns = vec![Head::right(if blocked { "lines" } else { "agents" })];
    if blocked {
        columns.push(Head::right("turned away"));
    } else {
        columns.extend(["service level", "wait at all", "mean wait, s"].map(Head::right));
    }
    columns.extend(leaves.then(|| Head::right("leave")));
    columns.push(Head::right("busy"));
    let mut table = Table::list(&columns, "");
    if answer.sensitivity.iter().any(|step| step.service_level.is_none()) {
        table = table.foot("Where nothing is said the queue would grow without end.");
    }
    for step in &answer.sensitivity {
        table.row(row(step, found.agents, blocked, leaves));
    }
    table
}

fn row(step: &Step, chosen: u64, blocked: bool, leaves: bool) -> Vec<Cell> {
    let agents = step.agents.to_string();
    let share = |value: Option<f64>| Cell::new(value.map_or_else(|| "–".to_owned(), percent));
    let mut row = vec![if step.agents == chosen { Cell::good(agents) } else { Cell::new(agents) }];
    if blocked {
        row.push(share(step.service_level.map(|level| 1.0 - level)));
    } else {
        row.push(share(step.service_level));
        row.push(share(step.wait_probability));
        row.push(Cell::new(step.mean_wait.map_or_else(|| "–".to_owned(), |wait| format!("{wait:.1}"))));
    }
    row.extend(leaves.then(|| share(step.abandonment)));
    row.push(share(step.occupancy));
    row
}
