//! Checks that rules, runbooks and dashboards fit together and to the metrics that services show.
//!
//! The list of metrics is the table of docs/operating/telemetry.md; the system tests compare it with running services.

mod boards;
mod catalogue;
mod expression;
mod promtool;
mod rules;

use anyhow::ensure;

use catalogue::Catalogue;
use expression::Expression;

/// Checks everything; fails with all that is wrong at once.
pub fn check() -> anyhow::Result<()> {
    let catalogue = Catalogue::read()?;
    let rules = rules::read()?;
    let mut wrong = rules::faults(&rules)?;
    let mut expressions: Vec<Expression> = rules.iter().map(rules::Rule::expression).collect();
    let boards = boards::read()?;
    for board in &boards {
        wrong.extend(board.faults());
        expressions.extend(board.expressions());
    }
    wrong.extend(boards::doubled(&boards));
    for expression in &expressions {
        wrong.extend(expression.faults(&catalogue));
    }
    ensure!(wrong.is_empty(), "observability:\n{}", wrong.join("\n"));
    println!(
        "observability: {} expressions of {} alerts and {} dashboards use metrics that are there",
        expressions.len(),
        rules.len(),
        boards.len()
    );
    promtool::check(&expressions)
}
