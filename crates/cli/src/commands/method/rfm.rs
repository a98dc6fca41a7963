use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;
use ting_methods::rfm::{self as method, Customer, Size, Weights, rfm};

use super::{
    Input,
    transactions::{self, Reading, day_number, left_out, written},
};
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Format, Output, Table, save_picture},
    values,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method rfm examples/methods/transactions.csv --reference 2026-07-01
  ting method rfm transactions.csv --returns subtract --svg rfm.svg
  ting method rfm transactions.csv --format csv > customers.csv

Columns: customer (a name or id), date (2026-03-01, or an instant in RFC 3339, whose day is taken as written), amount (1234.50; 0 is
a purchase, less than 0 a return). All purchases of a customer on one day count as one.")]
pub struct Rfm {
    #[command(flatten)]
    input: Input,
    /// The day to look back from; later rows are left out and counted [default: the last day with a purchase]
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    reference: Option<NaiveDate>,
    /// How much recency, frequency and money count in the sum, such as 2,1,1
    #[arg(long, value_name = "R,F,M", value_delimiter = ',', num_args = 1, default_value = "1,1,1")]
    weights: Vec<f64>,
    #[command(flatten)]
    reading: Reading,
    /// How many customers the table shows, the best first
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Draw recency × frequency
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    reference: String,
    rows_left_out: u64,
    returns_left_out: u64,
    #[serde(flatten)]
    result: method::Rfm,
}

pub fn run(output: &Output, command: &Rfm) -> Result<(), CliError> {
    let weights = <[f64; 3]>::try_from(command.weights.as_slice())
        .map_err(|_| CliError::usage("--weights takes three numbers, such as 2,1,1"))?;
    let purchases = transactions::read(&command.input, &command.reading, command.reference)?;
    let last = purchases.last_day.unwrap_or_default();
    let reference = command.reference.map_or(last, day_number);
    let result = rfm(&purchases.histories, reference, Weights(weights)).map_err(|error| explain(&error))?;
    if let Some(path) = &command.svg {
        save_picture(path, &method::picture(&result))?;
    }
    let note = left_out(&purchases, command.reference);
    let answer = Answer {
        reference: transactions::date_of(reference).map(|date| date.to_string()).unwrap_or_default(),
        rows_left_out: purchases.rows_left_out,
        returns_left_out: purchases.returns_left_out,
        result,
    };
    output.show(&answer, || match output.format {
        Format::Csv => vec![customers(&answer.result, usize::MAX)],
        _ => vec![segments(&answer, note), cuts(&answer.result), customers(&answer.result, command.top)],
    })
}

fn explain(error: &method::RfmError) -> CliError {
    match error {
        method::RfmError::Weights => CliError::usage(error.to_string()),
        _ => CliError::failed(error.to_string(), "give more transactions, or a later --reference"),
    }
}

fn segments(answer: &Answer, note: Option<String>) -> Table {
    let columns = [
        Head::left("segment"),
        Head::right("customers"),
        Head::right("share"),
        Head::right("money"),
        Head::right("of money"),
        Head::right("days since last"),
        Head::left("who they are"),
    ];
    let result = &answer.result;
    let foot = format!("n = {} customers, looked at on {}", result.n, answer.reference);
    let foot = note.map_or_else(|| foot.clone(), |note| format!("{foot}; {note}"));
    let mut table = Table::list(&columns, "").foot(foot);
    let whole: f64 = result.segments.iter().map(|size| size.monetary).sum();
    for size in &result.segments {
        table.row(vec![
            Cell::new(size.segment.name()),
            size.customers.to_string().into(),
            share(count(size), count_of(result.n)),
            written(size.monetary).into(),
            share(size.monetary, whole),
            size.mean_recency_days.map(|days| format!("{days:.0}")).unwrap_or_default().into(),
            meaning(size.segment).into(),
        ]);
    }
    table
}

fn count<T>(size: &Size<T>) -> f64 {
    count_of(size.customers)
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn count_of(count: u64) -> f64 {
    count as f64
}

fn share(part: f64, whole: f64) -> Cell {
    if whole > 0.0 { format!("{:.0} %", 100.0 * part / whole).into() } else { "".into() }
}

fn meaning(segment: method::Segment) -> &'static str {
    match segment {
        method::Segment::Key => "R, F, M 4 or more",
        method::Segment::New => "R 4 or more, F 2 or less",
        method::Segment::WinBack => "R 2 or less, F 4 or more",
        method::Segment::Regular => "all others",
        method::Segment::Dormant => "R, F, M 2 or less",
    }
}

fn cuts(result: &method::Rfm) -> Table {
    let columns = [
        Head::left("cut points"),
        Head::right("20 %"),
        Head::right("40 %"),
        Head::right("60 %"),
        Head::right("80 %"),
        Head::right("mean"),
    ];
    let mut table = Table::list(&columns, "").foot(
        "a value gets 1, and 1 more for each cut point that lies below it; days count the other way round",
    );
    let (cuts, means) = (&result.cuts, &result.means);
    for (name, four, mean) in [
        ("days since last", cuts.recency, means.recency_days),
        ("days with a purchase", cuts.frequency, means.frequency),
        ("money", cuts.monetary, means.monetary),
    ] {
        let numbers = four.into_iter().chain([mean]).map(|value| Cell::from(written(value)));
        table.row(std::iter::once(Cell::new(name)).chain(numbers).collect());
    }
    table
}

fn customers(result: &method::Rfm, top: usize) -> Table {
    let columns = [
        Head::text("customer"),
        Head::right("days since last"),
        Head::right("frequency"),
        Head::right("money"),
        Head::left("rfm"),
        Head::right("sum"),
        Head::left("segment"),
        Head::left("value class"),
    ];
    let mut order: Vec<&Customer> = result.customers.iter().collect();
    order.sort_by(|a, b| b.sum.total_cmp(&a.sum).then(b.monetary.total_cmp(&a.monetary)));
    let mut table = Table::list(&columns, "");
    let hidden = order.len().saturating_sub(top);
    if hidden > 0 {
        table = table.foot(format!("{hidden} more customers; --top N shows more, --format csv all of them"));
    }
    for customer in order.into_iter().take(top) {
        table.row(vec![
            customer.customer.as_str().into(),
            customer.recency_days.into(),
            customer.frequency.to_string().into(),
            written(customer.monetary).into(),
            customer.code.as_str().into(),
            customer.sum.to_string().into(),
            customer.segment.name().into(),
            customer.value_class.name().into(),
        ]);
    }
    table
}
