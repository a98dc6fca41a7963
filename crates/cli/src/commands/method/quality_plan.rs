use serde::Serialize;
use ting_methods::kano::Category;
use ting_methods::quality_plan::{
    Field, Options, Plan, PlanError, Planned, Requirement, RowWarning, quality_plan,
};

use super::Input;
use crate::{
    error::CliError,
    output::{Cell, Column as Head, Output, Table, rounded},
    sheet::{Column, Row, Sheet},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ting method quality-plan examples/methods/quality-plan.csv
  ting method quality-plan plan.csv --kano --format json

Columns: requirement, importance (0 to 5), own and planned (satisfaction, above 0 to 5), sales_point (1.5, 1.2 or 1; 1 when
empty), kano (M, O, A, I or R) and confirmed (yes when a person agrees that an I or R gets weight 0) if you like; every other
column is a competitor's satisfaction (empty where nobody asked).")]
pub struct QualityPlan {
    #[command(flatten)]
    input: Input,

    /// Let Kano's classes bend the level-up ratio: squared for must-be, its root for attractive requirements
    #[arg(long)]
    kano: bool,

    /// The top of the scale
    #[arg(long, default_value_t = 5.0, value_name = "NUMBER")]
    scale: f64,

    /// What a sales point may be
    #[arg(long, value_delimiter = ',', default_values_t = ting_methods::quality_plan::SALES_POINTS, value_name = "NUMBERS")]
    sales_points: Vec<f64>,
}

/// The answer, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    competitors: Vec<String>,
    kano: bool,
    #[serde(flatten)]
    plan: Plan,
}

struct Columns {
    requirement: Column,
    importance: Column,
    own: Column,
    planned: Column,
    sales_point: Column,
    kano: Option<Column>,
    confirmed: Option<Column>,
    competitors: Vec<Column>,
}

pub fn run(output: &Output, command: &QualityPlan) -> Result<(), CliError> {
    let mut sheet = Sheet::open(&command.input.file)?;
    let columns = Columns::find(&sheet, command.kano)?;
    let (mut requirements, mut lines) = (Vec::new(), Vec::new());
    while let Some(row) = sheet.next_row()? {
        requirements.push(columns.read(&row)?);
        lines.push(row.line());
    }
    sheet.require_rows()?;
    let options =
        Options { scale: command.scale, sales_points: command.sales_points.clone(), kano: command.kano };
    let plan =
        quality_plan(&requirements, &options).map_err(|error| columns.explain(&sheet, &lines, &error))?;
    let competitors = columns.competitors.iter().map(|column| sheet.name(*column).to_owned()).collect();
    let answer = Answer { competitors, kano: command.kano, plan };
    output.show(&answer, || tables(&answer))
}

impl Columns {
    fn find(sheet: &Sheet, needs_kano: bool) -> Result<Self, CliError> {
        let own = ["requirement", "importance", "own", "planned", "sales_point", "kano", "confirmed"];
        let headers = sheet.headers().iter().filter(|name| !name.is_empty());
        let others = headers.filter(|name| !own.iter().any(|own| own.eq_ignore_ascii_case(name)));
        let kano = if needs_kano { Some(sheet.column("kano")?) } else { sheet.optional_column("kano") };
        Ok(Self {
            requirement: sheet.column("requirement")?,
            importance: sheet.column("importance")?,
            own: sheet.column("own")?,
            planned: sheet.column("planned")?,
            sales_point: sheet.column("sales_point")?,
            kano,
            confirmed: sheet.optional_column("confirmed"),
            competitors: others.filter_map(|name| sheet.optional_column(name)).collect(),
        })
    }

    fn read(&self, row: &Row<'_>) -> Result<Requirement, CliError> {
        let competitors = self.competitors.iter().map(|column| row.optional_number(*column));
        let confirmed = self.confirmed.map_or("", |column| row.text(column));
        Ok(Requirement {
            requirement: row.required(self.requirement)?.to_owned(),
            importance: row.number(self.importance)?,
            own: row.number(self.own)?,
            planned: row.number(self.planned)?,
            sales_point: row.optional_number(self.sales_point)?.unwrap_or(1.0),
            competitors: competitors.collect::<Result<_, _>>()?,
            kano: self.kano.map(|column| class(row, column)).transpose()?.flatten(),
            confirmed: matches!(confirmed, "yes" | "Yes" | "YES" | "是" | "1" | "true"),
        })
    }

    /// The cell at fault, by the line it stands on.
    fn explain(&self, sheet: &Sheet, lines: &[u64], error: &PlanError) -> CliError {
        let at = |row: usize, column: Column, message: String| {
            let line = lines.get(row).copied().unwrap_or(1);
            sheet.wrong(line, format_args!("column {}: {message}", sheet.name(column)))
        };
        match error {
            PlanError::Value { row, field, .. } => at(*row, self.of(*field), error.to_string()),
            PlanError::Unnamed { row } => at(*row, self.requirement, error.to_string()),
            PlanError::Duplicate { row, earlier, .. } => {
                let line = lines.get(*earlier).copied().unwrap_or(1);
                at(*row, self.requirement, format!("{error}, first on line {line}"))
            }
            PlanError::Range { row } => at(*row, self.own, error.to_string()),
            PlanError::Empty => sheet.wrong(2, error),
            PlanError::Options => CliError::usage(format!("--scale, --sales-points: {error}")),
        }
    }

    fn of(&self, field: Field) -> Column {
        match field {
            Field::Importance => self.importance,
            Field::Own => self.own,
            Field::Planned => self.planned,
            Field::SalesPoint => self.sales_point,
            Field::Competitor(at) => self.competitors.get(at).copied().unwrap_or(self.own),
        }
    }
}

fn class(row: &Row<'_>, column: Column) -> Result<Option<Category>, CliError> {
    let text = row.text(column);
    let class = Category::of_letter(text);
    if text.is_empty() || class.is_some() {
        return Ok(class);
    }
    Err(row.wrong(column, format_args!("{text} is no class: it must be M, O, A, I or R")))
}

fn tables(answer: &Answer) -> Vec<Table> {
    let mut tables = vec![weights(&answer.plan)];
    if !answer.competitors.is_empty() {
        tables.push(gaps(answer));
    }
    tables
}

fn weights(plan: &Plan) -> Table {
    let columns = [
        Head::right("rank"),
        Head::text("requirement"),
        Head::right("level-up"),
        Head::right("sales"),
        Head::right("absolute"),
        Head::right("weight %"),
        Head::text("warnings"),
    ];
    let points = plan.sales_points;
    let many = if points.too_many {
        format!("; {} sales points are too many, {} would stand out", points.used, points.sensible)
    } else {
        String::new()
    };
    let sum = rounded(plan.absolute_weight_sum, 1);
    let mut table = Table::list(&columns, "")
        .foot(format!("n = {}, sum of absolute weights {sum}{many}", plan.rows.len()));
    for row in &plan.rows {
        let none = || "–".to_owned();
        table.row(vec![
            row.rank.map_or_else(none, |rank| rank.to_string()).into(),
            row.requirement.as_str().into(),
            rounded(row.level_up, 2).into(),
            row.sales_point.to_string().into(),
            rounded(row.absolute_weight, 1).into(),
            row.weight_percent.map_or_else(none, |percent| rounded(percent, 1)).into(),
            warned(row),
        ]);
    }
    table
}

fn warned(row: &Planned) -> Cell {
    let text = |warning: &RowWarning| match warning {
        RowWarning::Reduction => "below today",
        RowWarning::BehindBest => "behind the best",
        RowWarning::KanoMissing => "no Kano class",
        RowWarning::KanoUnconfirmed => "confirm weight 0",
        RowWarning::KanoZero => "weight 0, confirmed",
    };
    let texts: Vec<&str> = row.warnings.iter().map(text).collect();
    if texts.is_empty() { Cell::new("") } else { Cell::warning(texts.join("; ")) }
}

fn gaps(answer: &Answer) -> Table {
    let columns = [
        Head::text("requirement"),
        Head::left("competitor"),
        Head::right("theirs"),
        Head::right("own − theirs"),
        Head::right("planned − theirs"),
    ];
    let mut table = Table::list(&columns, "nobody is ahead today")
        .foot("only where a competitor is ahead today; all are in --format json");
    for row in &answer.plan.rows {
        for (name, gap) in answer.competitors.iter().zip(&row.gaps) {
            if let Some(gap) = gap.filter(|gap| gap.own < 0.0) {
                table.row(vec![
                    row.requirement.as_str().into(),
                    name.as_str().into(),
                    rounded(gap.competitor, 1).into(),
                    rounded(gap.own, 1).into(),
                    rounded(gap.planned, 1).into(),
                ]);
            }
        }
    }
    table
}
