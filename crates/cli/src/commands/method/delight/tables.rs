use ting_methods::delight::{Rule, State};

use super::{Answer, Judged, customers::Customer};
use crate::output::{Cell, Column as Head, Table};

/// Customers that a table shows; `--format json` has all.
const CUSTOMERS_SHOWN: usize = 20;

/// Every occasion, the customers worst off, and last, where the eye rests, how the states are spread.
pub fn tables(answer: &Answer) -> Vec<Table> {
    let mut tables = vec![occasions(answer)];
    if let Some(customers) = &answer.customers {
        tables.push(worst(customers));
    }
    tables.push(states(answer));
    tables
}

fn occasions(answer: &Answer) -> Table {
    let columns = [
        Head::right("line"),
        Head::text("customer"),
        Head::left("date"),
        Head::right("ratio"),
        Head::right("esteem"),
        Head::left("state"),
        Head::text("because"),
    ];
    let mut table = Table::list(&columns, "");
    for row in &answer.rows {
        table.row(vec![
            row.line.to_string().into(),
            row.customer.clone().unwrap_or_default().into(),
            row.date.clone().unwrap_or_default().into(),
            decimal(row.ratio, 2),
            decimal(row.esteem, 1),
            state(row.verdict.state),
            because(row.verdict).into(),
        ]);
    }
    table
}

fn worst(customers: &[Customer]) -> Table {
    let columns = [
        Head::text("customer"),
        Head::right("occasions"),
        Head::right("ratio"),
        Head::left("all in all"),
        Head::text("because"),
    ];
    let mut table = Table::list(&columns, "nobody is named");
    for own in customers.iter().take(CUSTOMERS_SHOWN) {
        table.row(vec![
            own.name().into(),
            own.n().to_string().into(),
            decimal(own.ratio(), 2),
            state(own.verdict.state),
            because(own.verdict).into(),
        ]);
    }
    let left_out = customers.len().saturating_sub(CUSTOMERS_SHOWN);
    if left_out == 0 { table } else { table.foot(format!("and {left_out} customers who are not worse off")) }
}

fn states(answer: &Answer) -> Table {
    let columns =
        [Head::left("state"), Head::right(answer.of), Head::right("share"), Head::right("95 % interval")];
    let mut table = Table::list(&columns, "too little is known for any state");
    for found in &answer.states {
        table.row(vec![
            state(Some(found.state)),
            found.share.count.to_string().into(),
            format!("{:.1} %", 100.0 * found.share.share).into(),
            format!("{:.1} to {:.1} %", 100.0 * found.share.low, 100.0 * found.share.high).into(),
        ]);
    }
    let unknown = match answer.unknown {
        0 => return table.foot("interval: Wilson"),
        1 => "of 1 occasion too little is known".to_owned(),
        many => format!("of {many} occasions too little is known"),
    };
    table.foot(format!("interval: Wilson; {unknown}"))
}

fn state(state: Option<State>) -> Cell {
    let Some(state) = state else { return Cell::faint("unknown") };
    match state {
        State::Outraged => Cell::bad(state.name()),
        State::Annoyed | State::Dissatisfied => Cell::warning(state.name()),
        State::Satisfied => Cell::new(state.name()),
        State::Delighted => Cell::good(state.name()),
    }
}

fn because(verdict: Judged) -> &'static str {
    match verdict.rule {
        Some(Rule::SafetyViolated) => "safety was violated",
        Some(Rule::JusticeViolated) => "justice was violated",
        Some(Rule::EsteemMet) => "esteem and expectations were met",
        Some(Rule::RepeatedAnnoyance) => "promises were broken repeatedly",
        Some(Rule::PromiseBroken) => "a promise was broken",
        Some(Rule::Ratio) => "perceived against expected",
        None => "too little is known",
    }
}

fn decimal(value: Option<f64>, decimals: usize) -> Cell {
    value.map(|value| format!("{value:.decimals$}")).unwrap_or_default().into()
}
