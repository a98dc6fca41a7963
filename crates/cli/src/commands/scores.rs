use chrono::{Days, NaiveDate};
use clap::{Args, Subcommand};
use ting_proto::{
    satisfaction::v1::{
        DayRange, GetScoreRequest, GetTrendRequest, ListScoresRequest, ListScoresResponse, Score,
        satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Day, Dimension, Metric},
};

use super::{floors, missing};
use crate::{
    connect::{Authorised, Session},
    error::CliError,
    output::{Cell, Column, Table, Word as _, decimal, interval, spark},
    pages::{self, Limit},
    values::{By, MetricValue, day, day_message, day_of_message},
};

/// Days of a trend when nobody says from when.
const TREND_DAYS: u64 = 90;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  ting scores                                            the workspace as a whole
  ting scores --by touchpoint --metric csat              where it hurts
  ting scores --from 2026-03-01 --to 2026-03-31
  ting scores trend --metric nps --by channel --key app
  ting scores floor set --metric csat --minimum 70       be told when it falls below"
)]
pub struct Scores {
    #[command(subcommand)]
    action: Option<Action>,
    /// What scores are cut by
    #[arg(long, value_enum, default_value_t = By::Workspace)]
    by: By,
    /// Only this question [default: all]
    #[arg(long, value_enum)]
    metric: Option<MetricValue>,
    #[command(flatten)]
    range: Range,
    #[command(flatten)]
    limit: Limit,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, Args)]
struct Range {
    /// First day that counts, as 2026-03-01 [default: the first there is]
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<NaiveDate>,
    /// Last day that counts [default: the last there is]
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<NaiveDate>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show a score day by day
    #[command(after_help = "Examples:
  ting scores trend --metric csat
  ting scores trend --metric nps --by touchpoint --key delivery --from 2026-03-01 --to 2026-06-30")]
    Trend(Trend),
    /// Say below which score an alert is raised
    #[command(subcommand)]
    Floor(floors::Floor),
}

#[derive(Debug, Args)]
struct Trend {
    /// The question
    #[arg(long, value_enum)]
    metric: MetricValue,
    /// What the score is cut by
    #[arg(long, value_enum, default_value_t = By::Workspace)]
    by: By,
    /// Which touchpoint, channel or customer id
    #[arg(long, default_value = "", hide_default_value = true)]
    key: String,
    /// First day, as 2026-03-01 [default: 90 days before the last]
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<NaiveDate>,
    /// Last day [default: the last with an answer]
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<NaiveDate>,
}

pub async fn run(session: &Session, command: Scores) -> Result<(), CliError> {
    let mut client = session.satisfaction().await?;
    match command.action {
        None => show_list(session, &mut client, &command).await,
        Some(Action::Trend(trend)) => show_trend(session, &mut client, trend).await,
        Some(Action::Floor(floor)) => floors::run(session, &mut client, floor).await,
    }
}

async fn show_list(
    session: &Session,
    client: &mut SatisfactionServiceClient<Authorised>,
    command: &Scores,
) -> Result<(), CliError> {
    let days = DayRange { from: command.range.from.map(day_message), to: command.range.to.map(day_message) };
    let metrics = command.metric.map_or(MetricValue::ALL.to_vec(), |metric| vec![metric]);
    let mut answer = ListScoresResponse::default();
    for metric in metrics {
        let page: ListScoresResponse = pages::collect(command.limit, async |page_size, page_token| {
            let request = ListScoresRequest {
                metric: Metric::from(metric).into(),
                dimension: Dimension::from(command.by).into(),
                days: Some(days),
                page_size,
                page_token,
            };
            Ok(client.list_scores(request).await?.into_inner())
        })
        .await?;
        answer.scores.extend(page.scores);
        answer.next_page_token = page.next_page_token;
    }
    session.output.show(&answer, || vec![table(&answer.scores)])
}

async fn show_trend(
    session: &Session,
    client: &mut SatisfactionServiceClient<Authorised>,
    trend: Trend,
) -> Result<(), CliError> {
    let metric = Metric::from(trend.metric).into();
    let dimension = Dimension::from(trend.by).into();
    let key = trend.key;
    let to = if trend.to.is_some() {
        trend.to
    } else {
        let request = GetScoreRequest { metric, dimension, key: key.clone(), days: None };
        let score = client.get_score(request).await?.into_inner().score.ok_or_else(|| missing("score"))?;
        score.last_day.and_then(day_of_message)
    };
    let Some(to) = to else {
        return Err(CliError::failed("nobody has answered yet", "take answers in: ting import answers.csv"));
    };
    let from = trend.from.or_else(|| to.checked_sub_days(Days::new(TREND_DAYS - 1))).unwrap_or(to);
    let days = DayRange { from: Some(day_message(from)), to: Some(day_message(to)) };
    let answer =
        client.get_trend(GetTrendRequest { metric, dimension, key, days: Some(days) }).await?.into_inner();
    session.output.show(&answer, || vec![trend_table(&answer.scores)])
}

fn table(scores: &[Score]) -> Table {
    let columns = [
        Column::left("metric"),
        Column::text("key"),
        Column::right("n"),
        Column::right("score"),
        Column::left("95 % interval"),
        Column::left("answers"),
        Column::left("first day"),
        Column::left("last day"),
    ];
    let mut table = Table::list(&columns, "No answers yet: ting import FILE, or ting response submit");
    for score in scores {
        table.row(vec![
            score.metric().word().into(),
            score.key.as_str().into(),
            score.n.into(),
            value(score),
            interval(score.lower, score.upper).into(),
            spark(&score.distribution, usize::MAX).into(),
            written(score.first_day).into(),
            written(score.last_day).into(),
        ]);
    }
    table
}

fn trend_table(scores: &[Score]) -> Table {
    let columns = [
        Column::left("day"),
        Column::right("n"),
        Column::right("score"),
        Column::left("95 % interval"),
        Column::left("answers"),
    ];
    let mut table = Table::list(&columns, "Nobody answered in these days.");
    for score in scores {
        table.row(vec![
            written(score.first_day).into(),
            score.n.into(),
            value(score),
            interval(score.lower, score.upper).into(),
            spark(&score.distribution, usize::MAX).into(),
        ]);
    }
    table
}

/// Faint where so few answered that the number says little.
fn value(score: &Score) -> Cell {
    const FEW: i64 = 20;
    let text = decimal(score.value);
    if score.n < FEW { Cell::faint(text) } else { text.into() }
}

fn written(day: Option<Day>) -> String {
    day.and_then(day_of_message).map(|date| date.to_string()).unwrap_or_default()
}
