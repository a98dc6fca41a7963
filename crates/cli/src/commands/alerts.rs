use clap::Args;
use ting_proto::satisfaction::v1::{Alert, ListAlertsRequest, ListAlertsResponse};

use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Table, Word as _, decimal, time},
    pages::{self, Limit},
};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting alerts --open           what is below its floor now
  ting alerts --format json    all there ever were, for programs")]
pub struct Alerts {
    /// Only those that still stand
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    limit: Limit,
}

pub async fn run(session: &Session, command: Alerts) -> Result<(), CliError> {
    let mut client = session.satisfaction().await?;
    let answer: ListAlertsResponse = pages::collect(command.limit, async |page_size, page_token| {
        let request = ListAlertsRequest { open_only: command.open, page_size, page_token };
        Ok(client.list_alerts(request).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || vec![table(&answer.alerts)])
}

fn table(alerts: &[Alert]) -> Table {
    let columns = [
        Column::left("raised"),
        Column::left("cleared"),
        Column::left("metric"),
        Column::left("by"),
        Column::text("key"),
        Column::right("floor"),
        Column::right("score"),
        Column::right("n"),
    ];
    let mut table = Table::list(&columns, "No alerts. Floors raise them: ting scores floor set --help");
    for alert in alerts {
        let value = decimal(Some(alert.value));
        table.row(vec![
            time(alert.raised_at).into(),
            time(alert.cleared_at).into(),
            alert.metric().word().into(),
            alert.dimension().word().into(),
            alert.key.as_str().into(),
            decimal(Some(alert.minimum)).into(),
            if alert.cleared_at.is_none() { Cell::bad(value) } else { value.into() },
            alert.n.into(),
        ]);
    }
    table
}
