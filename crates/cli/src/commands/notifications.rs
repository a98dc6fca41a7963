use clap::{Args, Subcommand};
use ting_proto::recovery::v1::{
    ListNotificationsRequest, ListNotificationsResponse, Notification, NotificationState,
};

use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Table, Word as _, time},
    pages::{self, Limit},
    values::{NotificationStateValue, number},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting notifications list --state failed
  ting notifications list --case ID --format json")]
pub enum Notifications {
    /// List notifications, newest first; JSON has every attempt
    #[command(after_help = "Examples:
  ting notifications list --state failed
  ting notifications list --case 019a5c3e-7d1e-7000-8000-000000000001 --format json")]
    List(List),
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this case's
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    case: String,
    /// Only in this state
    #[arg(long, value_enum)]
    state: Option<NotificationStateValue>,
    #[command(flatten)]
    limit: Limit,
}

pub async fn run(session: &Session, command: Notifications) -> Result<(), CliError> {
    let Notifications::List(list) = command;
    let mut client = session.recovery().await?;
    let state = number::<NotificationState, _>(list.state);
    let answer: ListNotificationsResponse = pages::collect(list.limit, async |page_size, page_token| {
        let request = ListNotificationsRequest { case_id: list.case.clone(), state, page_size, page_token };
        Ok(client.list_notifications(request).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let foot = format!(
            "in the workspace: {} delivered, {} waiting, {} given up",
            answer.delivered, answer.pending, answer.failed
        );
        vec![table(&answer.notifications).foot(foot)]
    })
}

fn table(notifications: &[Notification]) -> Table {
    let columns = [
        Column::left("created"),
        Column::left("kind"),
        Column::left("state"),
        Column::right("tries"),
        Column::text("last reason"),
        Column::text("next try"),
        Column::text("case_id"),
        Column::text("endpoint_id"),
    ];
    let mut table = Table::list(&columns, "No notifications here.");
    for notification in notifications {
        let last = notification.attempts.last().map(|attempt| attempt.reason.as_str()).unwrap_or_default();
        table.row(vec![
            time(notification.created_at).into(),
            notification.kind.as_str().into(),
            state(notification.state()),
            notification.attempts.len().to_string().into(),
            last.into(),
            time(notification.next_attempt_at).into(),
            notification.case_id.as_str().into(),
            Cell::faint(notification.endpoint_id.as_str()),
        ]);
    }
    table
}

fn state(state: NotificationState) -> Cell {
    let word = state.word();
    match state {
        NotificationState::Delivered => Cell::good(word),
        NotificationState::Failed => Cell::bad(word),
        NotificationState::Pending => Cell::warning(word),
        NotificationState::Unspecified => word.into(),
    }
}
