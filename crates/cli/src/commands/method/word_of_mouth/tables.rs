use ting_methods::word_of_mouth::Range;

use super::Answer;
use crate::output::{Column as Head, Table};

/// The estimates, and the figures they rest on.
pub fn tables(answer: &Answer) -> Vec<Table> {
    vec![estimates(answer), figures(answer)]
}

fn estimates(answer: &Answer) -> Table {
    let found = &answer.found;
    let mut table = Table::list(&[Head::text("estimate"), Head::right("value")], "")
        .foot("estimates of quoted figures, not measurements: they are as good as the sources below");
    let mut add = |name: &str, value: String| table.row(vec![name.into(), value.into()]);
    add("people who hear good things", range(found.positive));
    add("people who hear bad things", range(found.negative));
    add("good minus bad", range(found.net));
    let balance = found
        .break_even
        .map_or_else(|| "none: a figure is a range".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    add("share of satisfied at which good and bad are equal", balance);
    add("good impressions that make up for the dissatisfied", range(found.impressions_needed));
    add("new customers whom the satisfied bring", range(found.new_customers));
    add("repeat purchases, in those of a satisfied customer", range(found.repeat_purchases));
    for (name, value) in [
        ("dissatisfied customers behind the complaints", found.dissatisfied_behind_complaints),
        ("cost of replacing the dissatisfied", found.replacement_cost),
        ("cost of keeping them instead", found.keeping_cost.map(|cost| Range { low: cost, high: cost })),
        ("additional cost of mending first impressions", found.repair_cost),
        ("additional profit from 5 points more of loyal customers", found.loyalty_profit),
    ] {
        if let Some(value) = value {
            add(name, range(value));
        }
    }
    table
}

fn figures(answer: &Answer) -> Table {
    let mut table = Table::list(&[Head::left("figure"), Head::right("value"), Head::text("source")], "");
    for (name, figure) in answer.figures.named() {
        let value = range(Range { low: figure.low, high: figure.high });
        table.row(vec![name.into(), value.into(), figure.source.as_str().into()]);
    }
    table
}

/// `760`, or `13.5 to 22.5`.
fn range(range: Range) -> String {
    let (low, high) = (number(range.low), number(range.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// At most one decimal.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}
