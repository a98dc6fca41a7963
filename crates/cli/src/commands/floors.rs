use clap::{Args, Subcommand};
use ting_proto::{
    satisfaction::v1::{
        Floor as Stored, ListFloorsRequest, ListFloorsResponse, SetFloorRequest,
        satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Dimension, Metric},
};

use super::missing;
use crate::{
    connect::{Authorised, Session},
    error::CliError,
    output::{Column, Table, Word as _, decimal},
    pages::{self, Limit},
    values::{By, MetricValue},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting scores floor set --metric csat --minimum 70
  ting scores floor list")]
pub enum Floor {
    /// Set or replace the floor of a score
    #[command(after_help = "Examples:
  ting scores floor set --metric csat --minimum 70
  ting scores floor set --metric nps --minimum -10 --by touchpoint --key delivery --window-days 14")]
    Set(Set),
    /// List floors
    #[command(after_help = "Examples:\n  ting scores floor list --format json")]
    List {
        #[command(flatten)]
        limit: Limit,
    },
}

#[derive(Debug, Args)]
pub struct Set {
    /// The question
    #[arg(long, value_enum)]
    metric: MetricValue,
    /// On the scale of the score: nps -100 to 100, csat 0 to 100, ces 1 to 7
    #[arg(long, allow_negative_numbers = true)]
    minimum: f64,
    /// What the score is cut by
    #[arg(long, value_enum, default_value_t = By::Workspace)]
    by: By,
    /// Which touchpoint, channel or customer id
    #[arg(long, default_value = "", hide_default_value = true)]
    key: String,
    /// Days that count, up to the newest answer
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i32).range(1..=400))]
    window_days: i32,
    /// Answers below which nothing is said
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..))]
    minimum_n: i64,
}

pub async fn run(
    session: &Session,
    client: &mut SatisfactionServiceClient<Authorised>,
    command: Floor,
) -> Result<(), CliError> {
    match command {
        Floor::Set(set) => change(session, client, set).await,
        Floor::List { limit } => show_list(session, client, limit).await,
    }
}

async fn change(
    session: &Session,
    client: &mut SatisfactionServiceClient<Authorised>,
    set: Set,
) -> Result<(), CliError> {
    let request = SetFloorRequest {
        request_id: session.request_id(),
        metric: Metric::from(set.metric).into(),
        dimension: Dimension::from(set.by).into(),
        key: set.key,
        minimum: set.minimum,
        window_days: set.window_days,
        minimum_n: set.minimum_n,
    };
    let answer = client.set_floor(request).await?.into_inner();
    let floor = answer.floor.clone().ok_or_else(|| missing("floor"))?;
    session.output.show(&answer, || vec![table(&[floor])])
}

async fn show_list(
    session: &Session,
    client: &mut SatisfactionServiceClient<Authorised>,
    limit: Limit,
) -> Result<(), CliError> {
    let answer: ListFloorsResponse = pages::collect(limit, async |page_size, page_token| {
        Ok(client.list_floors(ListFloorsRequest { page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || vec![table(&answer.floors)])
}

fn table(floors: &[Stored]) -> Table {
    let columns = [
        Column::left("metric"),
        Column::left("by"),
        Column::text("key"),
        Column::right("minimum"),
        Column::right("days"),
        Column::right("answers"),
        Column::text("floor_id"),
    ];
    let mut table = Table::list(&columns, "No floors yet: ting scores floor set --help");
    for floor in floors {
        table.row(vec![
            floor.metric().word().into(),
            floor.dimension().word().into(),
            floor.key.as_str().into(),
            decimal(Some(floor.minimum)).into(),
            i64::from(floor.window_days).into(),
            floor.minimum_n.into(),
            floor.floor_id.as_str().into(),
        ]);
    }
    table
}
