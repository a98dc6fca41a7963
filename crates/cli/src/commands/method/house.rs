use std::path::PathBuf;

use clap::ValueEnum;
use ting_methods::house::{self as method, Answer, Characteristic, House as Plan, Scale, house, picture};

use crate::{
    document::Document,
    error::CliError,
    output::{Cell, Column as Head, Output, Table, rounded, save_picture},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method house examples/methods/house.json
  ting method house house.json --svg house.svg
  ting method house house.json --scale 5-3-1 --format json

FILE is JSON: {\"rows\": [{\"id\", \"weight\"}], \"columns\": [{\"id\"}], \"relations\": [{\"row\", \"column\", \"strength\":
\"strong|medium|weak\"}], \"roof\": [{\"a\", \"b\", \"value\"}], \"scale\": \"9-3-1|5-3-1\"}. Rows are demanded qualities,
columns characteristics. A roof value is ++, +, -, -- or a number from -1 to 1. Columns may have direction (larger, smaller,
nominal), unit, own, competitors ({name: value}) and target; roof, scale and title may be missing.")]
pub struct House {
    /// JSON; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// What strong, medium and weak are worth, instead of what the file says
    #[arg(long, value_enum)]
    scale: Option<Worth>,

    /// Draw the house
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Worth {
    #[value(name = "9-3-1")]
    NineThreeOne,
    #[value(name = "5-3-1")]
    FiveThreeOne,
}

pub fn run(output: &Output, command: &House) -> Result<(), CliError> {
    let document = Document::open(&command.file)?;
    let mut plan: Plan = document.json()?;
    plan.scale = match command.scale {
        Some(Worth::NineThreeOne) => Scale::NineThreeOne,
        Some(Worth::FiveThreeOne) => Scale::FiveThreeOne,
        None => plan.scale,
    };
    let answer = house(&plan).map_err(|error| document.refuse(&error.to_string()))?;
    if let Some(path) = &command.svg {
        save_picture(path, &picture(&plan, &answer))?;
    }
    output.show(&answer, || tables(&answer))
}

fn tables(answer: &Answer) -> Vec<Table> {
    let mut tables = vec![weights(answer)];
    if !answer.trade_offs.is_empty() {
        tables.push(trade_offs(answer));
    }
    if !(answer.uncovered.is_empty() && answer.redundant.is_empty()) {
        tables.push(loose_ends(answer));
    }
    tables
}

fn weights(answer: &Answer) -> Table {
    let columns = [
        Head::text("characteristic"),
        Head::right("independent"),
        Head::right("%"),
        Head::right("proportional"),
        Head::right("%"),
        Head::right("with roof %"),
        Head::text("target"),
    ];
    let mut table = Table::list(&columns, "").foot(foot(answer));
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| rounded(share, 1));
    for c in &answer.characteristics {
        table.row(vec![
            c.id.as_str().into(),
            rounded(c.independent, 1).into(),
            percent(c.independent_percent).into(),
            rounded(c.proportional, 1).into(),
            percent(c.proportional_percent).into(),
            percent(c.wasserman_percent).into(),
            target(c).into(),
        ]);
    }
    table
}

fn foot(answer: &Answer) -> String {
    let mut foot =
        format!("strong-medium-weak {}; n = {}", answer.scale.name(), answer.characteristics.len());
    if !answer.has_roof {
        foot.push_str("; no roof, so its column is the proportional one");
    }
    if !answer.undefined_with_roof.is_empty() {
        foot.push_str("; hindrances leave nothing to share out for ");
        foot.push_str(&answer.undefined_with_roof.join(", "));
    }
    foot
}

fn target(c: &Characteristic) -> String {
    let sign = match c.direction {
        Some(method::Direction::Larger) => "↑",
        Some(method::Direction::Smaller) => "↓",
        Some(method::Direction::Nominal) => "=",
        None => "",
    };
    let values = c.own.iter().chain(&c.target).map(ToString::to_string).collect::<Vec<_>>().join(" → ");
    let parts = [sign, values.as_str(), c.unit.as_deref().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn trade_offs(answer: &Answer) -> Table {
    let columns = [Head::text("trade-off"), Head::text("with"), Head::right("value"), Head::right("both %")];
    let mut table = Table::list(&columns, "")
        .foot("better in one is worse in the other; % is what both carry, proportional");
    for pair in &answer.trade_offs {
        table.row(vec![
            pair.a.as_str().into(),
            pair.b.as_str().into(),
            pair.value.to_string().into(),
            pair.weight_percent.map_or_else(|| "–".to_owned(), |share| rounded(share, 1)).into(),
        ]);
    }
    table
}

fn loose_ends(answer: &Answer) -> Table {
    let columns = [Head::left("warning"), Head::text("of")];
    let mut table = Table::list(&columns, "");
    for (warning, ids) in [
        ("no characteristic serves it", &answer.uncovered),
        ("serves no demanded quality", &answer.redundant),
    ] {
        for id in ids {
            table.row(vec![Cell::warning(warning), id.as_str().into()]);
        }
    }
    table
}
