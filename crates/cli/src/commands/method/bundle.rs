use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use serde::Serialize;
use ting_methods::bundle::{
    Answer, Attribute, Configuration, DEFAULT_COUNT_WORK, DEFAULT_WORK, Fault, Held, Model, Origin,
    Questions, Selection, configure,
};

use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table},
};

/// Values of a domain that are written out in a table.
const SHOWN: usize = 12;
/// Warnings that are written out in a table.
const WARNINGS: usize = 5;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method bundle examples/methods/logistics.toml
  ting method bundle examples/methods/logistics.toml --choose speed=express quantity=8
  ting method bundle examples/methods/logistics.toml --all --sample time=0.5,1,2,3

MODEL is a TOML file: [[module]] with [[module.attribute]], [[constraint]], [[external]] with
[[external.attribute]] (what customers may ask for) and [[mapping]] (what that means).
docs/methods/bundle.md shows each of them.")]
pub struct Bundle {
    /// The model in TOML; - is standard input
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// What the customer asks for
    #[arg(long, value_name = "NEED=VALUE", num_args = 1.., value_parser = pair)]
    choose: Vec<(String, String)>,
    /// Take these values of an attribute with an interval instead of the whole interval
    #[arg(long, value_name = "ATTRIBUTE=A,B,…", value_parser = pair)]
    sample: Vec<(String, String)>,
    /// Show one configuration, with as many defaults as possible
    #[arg(long, conflicts_with = "all")]
    one: bool,
    /// Show all configurations, up to --limit
    #[arg(long)]
    all: bool,
    /// How many configurations --all shows at most
    #[arg(long, value_name = "N", default_value_t = 20, requires = "all", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// How often rules may be looked at for each question, counting included; beyond that the answer is "not known"
    ///
    /// By default counting stops much earlier than the rest, so that it keeps nobody waiting.
    #[arg(long, value_name = "LOOKS")]
    work: Option<u64>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Told<'a> {
    model: Option<&'a str>,
    #[serde(flatten)]
    answer: &'a Answer,
}

pub fn run(output: &Output, command: &Bundle) -> Result<(), CliError> {
    let name = command.model.display().to_string();
    let mut model = Model::parse(&text(&command.model, &name)?).map_err(|fault| wrong(&name, &fault))?;
    let impossible = |error: ting_methods::bundle::RequestError| {
        CliError::failed(error.to_string(), format!("{name} says what may be asked for"))
    };
    for (attribute, values) in &command.sample {
        let numbers: Result<Vec<f64>, CliError> =
            values.split(',').map(|value| number(attribute, value)).collect();
        model = model.sampled(attribute, &numbers?).map_err(impossible)?;
    }
    let asked = command.choose.iter().map(|(need, value)| (need.as_str(), value.as_str()));
    let choices = model.choose(asked).map_err(impossible)?;
    let limit = usize::try_from(command.limit).unwrap_or(usize::MAX);
    let list = if command.all { limit.max(2) } else { usize::from(command.one) };
    let (work, count_work) = command.work.map_or((DEFAULT_WORK, DEFAULT_COUNT_WORK), |work| (work, work));
    let mut answer = configure(&model, &choices, &Questions { list, work, count_work });
    answer.listed.truncate(limit);
    let told = Told { model: model.name.as_deref(), answer: &answer };
    output.show(&told, || tables(&model, &answer, command))
}

fn text(path: &Path, name: &str) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(path).map(|content| bytes = content)
    };
    let hint = "the first argument is a model in TOML";
    read.map_err(|error| CliError::failed(format!("cannot read {name}: {error}"), hint))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        CliError::failed(format!("{name}, line {line}: the file is not UTF-8"), "save the file in UTF-8")
    })
}

fn wrong(name: &str, fault: &Fault) -> CliError {
    let Fault { line, column, path, message } = fault;
    CliError::failed(
        format!("{name}, line {line}, column {column}: {path}: {message}"),
        "docs/methods/bundle.md shows how a model is written",
    )
}

fn number(attribute: &str, value: &str) -> Result<f64, CliError> {
    let number = value.trim().parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| CliError::usage(format!("--sample {attribute}: {value:?} is no number")))
}

fn tables(model: &Model, answer: &Answer, command: &Bundle) -> Vec<Table> {
    let mut tables = vec![summary(answer)];
    if !answer.conflict.is_empty() {
        tables.push(conflict(answer));
    }
    if answer.feasible != Some(false) {
        if !model.attributes.is_empty() {
            tables.push(domains(model, answer));
        }
        if answer.modules.values().any(|selection| *selection != Selection::Chosen) {
            tables.push(modules(model, answer));
        }
    }
    if command.one || command.all {
        tables.extend(answer.listed.iter().enumerate().map(|(at, found)| configuration(model, at, found)));
    }
    tables
}

fn summary(answer: &Answer) -> Table {
    let possible = match answer.feasible {
        Some(true) => Cell::good("yes"),
        Some(false) => Cell::bad("no"),
        None => Cell::warning("not known: the work allowed was used up (--work)"),
    };
    let count = match (answer.configurations, &answer.configurations_reason) {
        (Some(count), _) => count.to_string(),
        (None, reason) => {
            format!("not counted: {} (--work allows more)", reason.as_deref().unwrap_or_default())
        }
    };
    let mut fields = vec![("possible", possible), ("configurations", count.into())];
    if let Some(coverage) = answer.coverage {
        let best = if answer.coverage_exact { "" } else { " at least" };
        fields.push(("needs covered (λ1)", format!("{coverage:.2}{best}").into()));
    }
    if !answer.given_up.is_empty() {
        let kept = if answer.met.is_empty() { "nothing".to_owned() } else { answer.met.join(", ") };
        fields.push((
            "best alternative",
            format!("keep {kept}; give up {}", answer.given_up.join(", ")).into(),
        ));
    }
    if !answer.listed.is_empty() {
        fields.push(("shown below", answer.listed.len().to_string().into()));
    }
    let table = Table::details(fields);
    let written = answer.warnings.iter().take(WARNINGS).map(|warning| format!("warning: {warning}"));
    let mut warnings: Vec<String> = written.collect();
    if answer.warnings.len() > WARNINGS {
        let more = answer.warnings.len() - WARNINGS;
        warnings.push(format!("{more} more warnings: --format json has all"));
    }
    if warnings.is_empty() { table } else { table.foot(warnings.join("\n")) }
}

fn conflict(answer: &Answer) -> Table {
    let foot = if answer.conflict_minimal {
        "These do not go together; without any one of them the rest does."
    } else {
        "These do not go together; a smaller part may not either, the work allowed was used up (--work)."
    };
    let mut table = Table::list(&[Head::left("what"), Head::left("id"), Head::text("says")], "").foot(foot);
    for reason in &answer.conflict {
        let kind = match reason.kind {
            Origin::Choice => "choice",
            Origin::Mapping => "mapping",
            Origin::Constraint => "constraint",
        };
        table.row(vec![kind.into(), reason.id.as_str().into(), reason.text.as_str().into()]);
    }
    table
}

fn domains(model: &Model, answer: &Answer) -> Table {
    let foot = if answer.domains_exact {
        "Each value that remains is possible, with suitable values of the others."
    } else {
        "Some values may not be possible: the work allowed was used up (--work)."
    };
    let columns = [Head::left("attribute"), Head::text("remaining"), Head::text("of")];
    let mut table = Table::list(&columns, "").foot(foot);
    for attribute in &model.attributes {
        let held = answer.domains.get(&attribute.id).map(Vec::as_slice).unwrap_or_default();
        let all = with_unit(attribute, &attribute.domain.to_string());
        table.row(vec![attribute.id.as_str().into(), written(held).into(), all.into()]);
    }
    table
}

fn with_unit(attribute: &Attribute, text: &str) -> String {
    attribute.unit.as_ref().map_or_else(|| text.to_owned(), |unit| format!("{text} {unit}"))
}

/// `land, air`; of a long list its ends, of intervals all.
fn written(held: &[Held]) -> String {
    let texts: Vec<String> = held.iter().map(ToString::to_string).collect();
    match texts.as_slice() {
        [] => "nothing".to_owned(),
        _ if matches!(held.first(), Some(Held::Span(_))) => texts.join(" or "),
        [first, second, .., last] if texts.len() > SHOWN => {
            format!("{first}, {second}, … {last} ({} values)", texts.len())
        }
        _ => texts.join(", "),
    }
}

fn modules(model: &Model, answer: &Answer) -> Table {
    let mut table = Table::list(&[Head::left("module"), Head::left("part of"), Head::left("selection")], "");
    for module in &model.modules {
        let selection = match answer.modules.get(&module.id) {
            Some(Selection::Chosen) => Cell::new("chosen"),
            Some(Selection::LeftOut) => Cell::faint("left out"),
            Some(Selection::Open) => Cell::new("may be chosen"),
            Some(Selection::None) | None => Cell::bad("impossible"),
        };
        let parent = module.parent.map_or("", |parent| model.modules[parent].id.as_str());
        table.row(vec![module.id.as_str().into(), parent.into(), selection]);
    }
    table
}

fn configuration(model: &Model, at: usize, found: &Configuration) -> Table {
    let columns = [Head::left("configuration"), Head::left("attribute"), Head::text("value")];
    let mut table = Table::list(&columns, "").foot(format!("modules: {}", found.modules.join(", ")));
    for attribute in &model.attributes {
        if let Some(held) = found.values.get(&attribute.id) {
            let value = with_unit(attribute, &written(held));
            table.row(vec![(at + 1).to_string().into(), attribute.id.as_str().into(), value.into()]);
        }
    }
    table
}
