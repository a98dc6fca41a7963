use ting_methods::clv::{Backtest, Clv, CustomerValue, Estimate, Total};

use super::transactions::Answer;
use crate::output::{Cell, Column as Head, Table};

/// What people see, the most important first.
pub fn all(answer: &Answer, top: usize, note: Option<String>) -> Vec<Table> {
    let mut tables = vec![totals(answer, note), customers(&answer.result, top), parameters(&answer.result)];
    if let Some(backtest) = &answer.result.holdout {
        tables.push(holdout(answer, backtest));
    }
    tables
}

fn totals(answer: &Answer, note: Option<String>) -> Table {
    let result = &answer.result;
    let horizon = format!("{} {}s", answer.horizon, answer.unit);
    let discount = match answer.discount {
        0.0 => "none".to_owned(),
        rate => format!("{} % every {} {}s", 100.0 * rate, answer.step, answer.unit),
    };
    let equity = match (&result.equity, result.no_value) {
        (Some(equity), _) => total(equity, 2).into(),
        (None, Some(reason)) => Cell::warning(format!("none: {reason}")),
        (None, None) => "none".into(),
    };
    let mut fields = vec![
        ("customers", format!("{}, of whom {} came back", result.n, result.repeaters).into()),
        ("looked at on", answer.end.as_str().into()),
        ("horizon", horizon.into()),
        ("discount", discount.into()),
        ("expected purchases", total(&result.expected_purchases, 1).into()),
        ("customer equity", equity),
    ];
    if answer.customers_left_out > 0 {
        fields.push(("left out", format!("{} customers who began later", answer.customers_left_out).into()));
    }
    fields.extend(result.warnings.iter().map(|warning| ("warning", Cell::warning(warning.to_string()))));
    let table = Table::details(fields);
    match note {
        Some(note) => table.foot(note),
        None => table,
    }
}

fn total(total: &Total, decimals: usize) -> String {
    let value = total.value;
    match total.interval {
        Some(interval) => {
            format!("{value:.decimals$} ({:.decimals$} to {:.decimals$})", interval.lower, interval.upper)
        }
        None => format!("{value:.decimals$}"),
    }
}

/// All customers, or the most valuable.
pub fn customers(result: &Clv, top: usize) -> Table {
    let columns = [
        Head::text("customer"),
        Head::right("repeats"),
        Head::right("last at"),
        Head::right("watched"),
        Head::right("p alive"),
        Head::right("expected purchases"),
        Head::right("mean value"),
        Head::right("value"),
    ];
    let mut order: Vec<&CustomerValue> = result.customers.iter().collect();
    order.sort_by(|a, b| {
        let value = |customer: &CustomerValue| customer.value.unwrap_or(f64::NEG_INFINITY);
        value(b).total_cmp(&value(a)).then(b.expected_purchases.total_cmp(&a.expected_purchases))
    });
    let mut table = Table::list(&columns, "");
    let hidden = order.len().saturating_sub(top);
    if hidden > 0 {
        table = table.foot(format!("{hidden} more customers; --top N shows more, --format csv all of them"));
    }
    for customer in order.into_iter().take(top) {
        let money =
            |value: Option<f64>| Cell::from(value.map(|value| format!("{value:.2}")).unwrap_or_default());
        table.row(vec![
            customer.customer.as_str().into(),
            customer.behaviour.repeats.to_string().into(),
            format!("{:.1}", customer.behaviour.recency).into(),
            format!("{:.1}", customer.behaviour.age).into(),
            format!("{:.3}", customer.p_alive).into(),
            format!("{:.3}", customer.expected_purchases).into(),
            money(customer.expected_value),
            money(customer.value),
        ]);
    }
    table
}

fn parameters(result: &Clv) -> Table {
    let columns = [
        Head::left("parameter"),
        Head::right("value"),
        Head::right("standard error"),
        Head::left("95 % interval"),
        Head::text("of"),
    ];
    let values = result
        .gamma_gamma_log_likelihood
        .map(|likelihood| format!("; of p, q, v {likelihood:.3} (n = {})", result.gamma_gamma_n));
    let foot = format!(
        "log-likelihood of r, alpha, a, b {:.3} (n = {}){}",
        result.log_likelihood,
        result.n,
        values.unwrap_or_default()
    );
    let mut table = Table::list(&columns, "").foot(foot);
    for Estimate { name, value, standard_error, interval } in &result.estimates {
        let interval = interval.map(|interval| format!("{:.4} to {:.4}", interval.lower, interval.upper));
        table.row(vec![
            name.as_str().into(),
            format!("{value:.4}").into(),
            standard_error.map(|error| format!("{error:.4}")).unwrap_or_default().into(),
            interval.unwrap_or_default().into(),
            meaning(name).into(),
        ]);
    }
    table
}

fn meaning(name: &str) -> &'static str {
    match name {
        "r" | "alpha" => "how often customers buy",
        "a" | "b" => "how easily they leave",
        _ => "what they spend",
    }
}

fn holdout(answer: &Answer, backtest: &Backtest) -> Table {
    let columns = [
        Head::left("repeats before"),
        Head::right("customers"),
        Head::right("actual each"),
        Head::right("expected each"),
    ];
    let until = answer.holdout_end.clone().unwrap_or_default();
    let foot = format!(
        "after {} until {until}: {} purchases, {:.1} expected; a customer is missed by {:.2} on average",
        answer.end, backtest.actual, backtest.expected, backtest.mean_absolute_error
    );
    let mut table = Table::list(&columns, "").foot(foot);
    for line in &backtest.by_frequency {
        let more = if line.or_more { " or more" } else { "" };
        table.row(vec![
            format!("{}{more}", line.repeats).into(),
            line.customers.to_string().into(),
            format!("{:.3}", line.actual).into(),
            format!("{:.3}", line.expected).into(),
        ]);
    }
    table
}
