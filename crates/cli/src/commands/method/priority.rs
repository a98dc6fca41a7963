use std::collections::HashMap;

use clap::ValueEnum;
use ting_methods::kano::Category;
use ting_methods::priority::{
    self as method, Evidence, Factor, Gate, Kind, Need, Options, Priority, Ranked, priority,
};

use super::Input;
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
    sheet::{Column, Row, Sheet},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method priority examples/methods/priority.csv
  ting method priority needs.csv --internal-weight 0.8 --pareto 0.7
  ting method priority needs.csv --ladder freight --format json

Columns: need, source (internal or external), mentions (how often). If you like, once for each need: level (a number from 1, or
a step of --ladder), met (yes or no), factor (function, quality, price, service, speed, time, convenience, delivery, brand,
relationship, solution), category (M, O, A, I or R, from a survey), orders and volume. A need has a row for each source; what is
said of it on one of them holds.")]
pub struct PriorityCommand {
    #[command(flatten)]
    input: Input,

    /// Weight of internal mentions, above 0.5 and at most 1; external ones have the rest
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.7, value_parser = internal_weight)]
    internal_weight: f64,

    /// Share of the score that the Pareto set holds
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = pareto_share)]
    pareto: f64,

    /// Names of the levels
    #[arg(long, value_enum)]
    ladder: Option<Ladder>,

    /// Leave needs open whose lower levels are not met
    #[arg(long)]
    no_gate: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ladder {
    Freight,
    Telephone,
    Maslow,
    Demand,
    Goods,
}

impl From<Ladder> for method::Ladder {
    fn from(ladder: Ladder) -> Self {
        match ladder {
            Ladder::Freight => Self::Freight,
            Ladder::Telephone => Self::Telephone,
            Ladder::Maslow => Self::Maslow,
            Ladder::Demand => Self::Demand,
            Ladder::Goods => Self::Goods,
        }
    }
}

pub fn run(output: &Output, command: &PriorityCommand) -> Result<(), CliError> {
    let ladder = command.ladder.map(method::Ladder::from);
    let mut sheet = Sheet::open(&command.input.file)?;
    let needs = read(&mut sheet, ladder)?;
    let options =
        Options { internal_weight: command.internal_weight, pareto: command.pareto, gate: !command.no_gate };
    let found = priority(&needs, &options)
        .map_err(|error| CliError::failed(error.to_string(), "correct the file and run it again"))?;
    output.show(&found, || vec![table(&found, ladder)])
}

fn internal_weight(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(weight) if weight > 0.5 && weight <= 1.0 => Ok(weight),
        _ => Err("it must be above 0.5 and at most 1: what the firm sees itself counts more".to_owned()),
    }
}

fn pareto_share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("it must be above 0 and at most 1".to_owned()),
    }
}

fn read(sheet: &mut Sheet, ladder: Option<method::Ladder>) -> Result<Vec<Need>, CliError> {
    let columns = Columns::find(sheet, ladder)?;
    let (mut needs, mut places, mut lines) = (Vec::<Need>::new(), HashMap::new(), HashMap::new());
    // An empty cell is not a no: only what is said can be contradicted.
    let mut met = Vec::new();
    while let Some(row) = sheet.next_row()? {
        let name = row.required(columns.need)?;
        let place = *places.entry(name.to_owned()).or_insert(needs.len());
        if place == needs.len() {
            needs.push(Need { name: name.to_owned(), ..Need::default() });
            met.push(None);
        }
        let internal = columns.internal(&row)?;
        if let Some(first) = lines.insert((place, internal), row.line()) {
            let source = row.text(columns.source);
            return Err(
                row.wrong(columns.need, format_args!("its {source} mentions are on line {first} already"))
            );
        }
        let mentions = u64::try_from(row.whole(columns.mentions, &(0..=1_000_000_000_000), "a count")?);
        let side = if internal { &mut needs[place].internal } else { &mut needs[place].external };
        *side = mentions.unwrap_or_default();
        columns.describe(&row, &mut needs[place])?;
        say(&row, columns.met, &mut met[place], "yes or no", yes)?;
        needs[place].met = met[place].unwrap_or_default();
    }
    sheet.require_rows()?;
    Ok(needs)
}

struct Columns {
    need: Column,
    source: Column,
    mentions: Column,
    level: Option<Column>,
    met: Option<Column>,
    factor: Option<Column>,
    category: Option<Column>,
    orders: Option<Column>,
    volume: Option<Column>,
    ladder: Option<method::Ladder>,
}

impl Columns {
    fn find(sheet: &Sheet, ladder: Option<method::Ladder>) -> Result<Self, CliError> {
        Ok(Self {
            need: sheet.column("need")?,
            source: sheet.column("source")?,
            mentions: sheet.column("mentions")?,
            level: sheet.optional_column("level"),
            met: sheet.optional_column("met"),
            factor: sheet.optional_column("factor"),
            category: sheet.optional_column("category"),
            orders: sheet.optional_column("orders"),
            volume: sheet.optional_column("volume"),
            ladder,
        })
    }

    fn internal(&self, row: &Row<'_>) -> Result<bool, CliError> {
        match row.required(self.source)? {
            "internal" => Ok(true),
            "external" => Ok(false),
            other => Err(row.wrong(self.source, format_args!("{other} is neither internal nor external"))),
        }
    }

    /// Takes over what the row says of the need beside its mentions.
    fn describe(&self, row: &Row<'_>, need: &mut Need) -> Result<(), CliError> {
        let level = |text: &str| self.level(text);
        say(row, self.level, &mut need.level, "a level", level)?;
        say(
            row,
            self.factor,
            &mut need.factor,
            "a factor (ting method priority --help lists them)",
            Factor::of_name,
        )?;
        say(row, self.category, &mut need.category, "one of M O A I R", category)?;
        say(row, self.orders, &mut need.orders, "a number of 0 or more", |text| {
            number(text).filter(|n| *n >= 0.0)
        })?;
        say(row, self.volume, &mut need.volume, "a number above 0", |text| number(text).filter(|n| *n > 0.0))
    }

    fn level(&self, text: &str) -> Option<u32> {
        let number = text.parse().ok().filter(|level| *level >= 1);
        match self.ladder {
            Some(ladder) => {
                number.filter(|level| ladder.name(*level).is_some()).or_else(|| ladder.level(text))
            }
            None => number,
        }
    }
}

/// Reads a cell that describes a need; what another row of the need says must be the same.
fn say<T: PartialEq + Copy>(
    row: &Row<'_>,
    column: Option<Column>,
    known: &mut Option<T>,
    what: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<(), CliError> {
    let Some((column, text)) =
        column.map(|column| (column, row.text(column))).filter(|(_, text)| !text.is_empty())
    else {
        return Ok(());
    };
    let value = parse(text).ok_or_else(|| row.wrong(column, format_args!("{text} is not {what}")))?;
    if known.is_some_and(|known| known != value) {
        return Err(row.wrong(column, format_args!("{text} is not what another row of this need says")));
    }
    *known = Some(value);
    Ok(())
}

fn yes(text: &str) -> Option<bool> {
    match text {
        "yes" | "是" => Some(true),
        "no" | "否" => Some(false),
        _ => None,
    }
}

fn category(letter: &str) -> Option<Category> {
    Category::VOTED.into_iter().find(|category| category.letter().eq_ignore_ascii_case(letter))
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn table(found: &Priority, ladder: Option<method::Ladder>) -> Table {
    let columns = [
        Head::right("rank"),
        Head::text("need"),
        Head::right("score"),
        Head::right("sum"),
        Head::right("internal"),
        Head::right("external"),
        Head::left("class"),
        Head::left("kind"),
        Head::left("now"),
    ];
    let mut table = Table::list(&columns, "").foot(foot(found));
    for need in &found.needs {
        let percent = |share: Option<f64>| {
            share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0))
        };
        let score = need.score.zip(need.interval).map(|(score, interval)| {
            format!("{:.1} ({:.0}–{:.0})", score * 100.0, interval.lower * 100.0, interval.upper * 100.0)
        });
        let side = |mentions: u64, share| format!("{mentions} ({})", percent(share));
        table.row(vec![
            format!("{}{}", if need.pareto { "* " } else { "" }, need.rank).into(),
            need.need.clone().into(),
            score.unwrap_or_else(|| "–".to_owned()).into(),
            percent(need.cumulative).into(),
            side(need.mentions.internal, need.shares.internal).into(),
            side(need.mentions.external, need.shares.external).into(),
            class(need).into(),
            if need.kind == Kind::Real { "real" } else { "virtual" }.into(),
            now(need, ladder),
        ]);
    }
    table
}

fn class(need: &Ranked) -> String {
    match (need.category, need.category_from) {
        (Some(category), Some(Evidence::Factor)) => format!("{}?", category.letter()),
        (Some(category), _) => category.letter().to_owned(),
        (None, _) => "–".to_owned(),
    }
}

fn now(need: &Ranked, ladder: Option<method::Ladder>) -> Cell {
    match (need.gate, need.waits_for_level) {
        (Gate::Met, _) => Cell::faint("met"),
        (Gate::Closed, Some(lower)) => Cell::warning(format!("after {}", step(lower, ladder))),
        _ => Cell::good("open"),
    }
}

/// The name of a level on its ladder, otherwise its number.
fn step(level: u32, ladder: Option<method::Ladder>) -> String {
    ladder.and_then(|ladder| ladder.name(level)).map_or_else(|| format!("level {level}"), str::to_owned)
}

fn foot(found: &Priority) -> String {
    let Priority { weights, mentions, pareto, fragmentation, .. } = found;
    let share = pareto.share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0));
    let fragments = fragmentation.map(|index| format!("; orders ÷ volume {index:.3}")).unwrap_or_default();
    format!(
        "score: {:.2} × share of {} internal + {:.2} × share of {} external mentions, in %, with 95 % interval\n\
         * Pareto set: {} of {} needs hold {share} of the score{fragments}\n\
         class with ? is a guess from the factor, until a survey says more; virtual: only mentioned outside",
        weights.internal,
        mentions.internal,
        weights.external,
        mentions.external,
        pareto.needs,
        found.needs.len(),
    )
}
