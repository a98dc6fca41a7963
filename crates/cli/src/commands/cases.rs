use clap::{Args, Subcommand};
use ting_proto::recovery::v1::{
    AcknowledgeCaseRequest, AssignCaseRequest, Case, CaseState, CloseCaseRequest, GetCaseRequest,
    ListCasesRequest, ListCasesResponse, ReopenCaseRequest, ResolveCaseRequest, Severity,
};

use super::{customer, missing};
use crate::{
    connect::Session,
    error::CliError,
    output::{Cell, Column, Table, Word as _, time},
    pages::{self, Limit},
    values::{CaseStateValue, number},
};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting cases list --state open
  ting cases ack ID --note 'called back'
  ting cases assign ID --to li.na
  ting cases resolve ID --resolution 'refunded, new kettle on its way'
  ting cases close ID")]
pub enum Cases {
    /// List cases, last opened first
    #[command(after_help = "Examples:
  ting cases list --state open
  ting cases list --customer C0012 --format json")]
    List(List),
    /// Show a case with its history
    #[command(after_help = "Examples:\n  ting cases show 019a5c3e-7d1e-7000-8000-000000000001")]
    Show {
        /// The id that the list shows
        id: String,
    },
    /// Say that somebody has taken notice
    #[command(after_help = "Examples:\n  ting cases ack ID --note 'called back, will ring again at 4'")]
    Ack {
        #[command(flatten)]
        which: Which,
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Give the case to somebody
    #[command(after_help = "Examples:\n  ting cases assign ID --to li.na")]
    Assign {
        #[command(flatten)]
        which: Which,
        /// Who works on it from now on
        #[arg(long, value_name = "NAME")]
        to: String,
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Say what was done
    #[command(
        after_help = "Examples:\n  ting cases resolve ID --resolution 'refunded, new kettle on its way'"
    )]
    Resolve {
        #[command(flatten)]
        which: Which,
        /// What was done for the customer
        #[arg(long, value_name = "TEXT")]
        resolution: String,
    },
    /// End a resolved case
    #[command(after_help = "Examples:\n  ting cases close ID")]
    Close {
        #[command(flatten)]
        which: Which,
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Open a resolved or closed case again
    #[command(after_help = "Examples:\n  ting cases reopen ID --note 'it leaks again'")]
    Reopen {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long)]
        note: String,
    },
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this state
    #[arg(long, value_enum)]
    state: Option<CaseStateValue>,
    /// Only this customer's: the id, or your own id
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    #[command(flatten)]
    limit: Limit,
}

/// The case that is meant.
#[derive(Debug, Args)]
pub struct Which {
    /// The id that the list shows
    id: String,
    /// Only if nobody changed it since: the etag that `show` told
    #[arg(long, default_value = "", hide_default_value = true)]
    etag: String,
}

pub async fn run(session: &Session, command: Cases) -> Result<(), CliError> {
    match command {
        Cases::List(list) => show_list(session, list).await,
        Cases::Show { id } => show(session, id).await,
        verb => change(session, verb).await,
    }
}

async fn show_list(session: &Session, list: List) -> Result<(), CliError> {
    let mut client = session.recovery().await?;
    let customer_id = match list.customer {
        Some(typed) => customer::id_of(&mut session.intake().await?, Some(typed)).await?,
        None => String::new(),
    };
    let state = number::<CaseState, _>(list.state);
    let answer: ListCasesResponse = pages::collect(list.limit, async |page_size, page_token| {
        let request = ListCasesRequest { state, customer_id: customer_id.clone(), page_size, page_token };
        Ok(client.list_cases(request).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let foot = format!("{} cases in the workspace, {} not closed", answer.total, answer.open);
        vec![table(&answer.cases).foot(foot)]
    })
}

async fn show(session: &Session, case_id: String) -> Result<(), CliError> {
    let answer = session.recovery().await?.get_case(GetCaseRequest { case_id }).await?.into_inner();
    let case = answer.case.clone().ok_or_else(|| missing("case"))?;
    session.output.show(&answer, || vec![details(&case), history(&case)])
}

async fn change(session: &Session, verb: Cases) -> Result<(), CliError> {
    let mut client = session.recovery().await?;
    let request_id = session.request_id();
    let case = match verb {
        Cases::Ack { which: Which { id: case_id, etag }, note } => {
            let request = AcknowledgeCaseRequest { request_id, case_id, etag, note };
            client.acknowledge_case(request).await?.into_inner().case
        }
        Cases::Assign { which: Which { id: case_id, etag }, to: assignee, note } => {
            let request = AssignCaseRequest { request_id, case_id, etag, assignee, note };
            client.assign_case(request).await?.into_inner().case
        }
        Cases::Resolve { which: Which { id: case_id, etag }, resolution } => {
            let request = ResolveCaseRequest { request_id, case_id, etag, resolution };
            client.resolve_case(request).await?.into_inner().case
        }
        Cases::Close { which: Which { id: case_id, etag }, note } => {
            let request = CloseCaseRequest { request_id, case_id, etag, note };
            client.close_case(request).await?.into_inner().case
        }
        Cases::Reopen { which: Which { id: case_id, etag }, note } => {
            let request = ReopenCaseRequest { request_id, case_id, etag, note };
            client.reopen_case(request).await?.into_inner().case
        }
        Cases::List(_) | Cases::Show { .. } => return Ok(()),
    };
    let case = case.ok_or_else(|| missing("case"))?;
    session.output.show(&case, || vec![details(&case)])
}

fn table(cases: &[Case]) -> Table {
    let columns = [
        Column::left("case_id"),
        Column::left("opened"),
        Column::left("state"),
        Column::left("severity"),
        Column::text("cause"),
        Column::text("who"),
    ];
    let mut table = Table::list(&columns, "No cases here.");
    for case in cases {
        table.row(vec![
            case.case_id.as_str().into(),
            time(case.opened_at).into(),
            state(case.state()),
            severity(case),
            case.cause().word().into(),
            case.assignee.as_str().into(),
        ]);
    }
    table
}

fn details(case: &Case) -> Table {
    Table::details(vec![
        ("case_id", case.case_id.as_str().into()),
        ("state", state(case.state())),
        ("severity", severity(case)),
        ("cause", case.cause().word().into()),
        ("customer_id", case.customer_id.as_str().into()),
        ("feedback_id", case.feedback_id.as_str().into()),
        ("occurrences", case.occurrences.into()),
        ("assignee", case.assignee.as_str().into()),
        ("resolution", case.resolution.as_str().into()),
        ("opened_at", time(case.opened_at).into()),
        ("acknowledged_at", time(case.acknowledged_at).into()),
        ("resolved_at", time(case.resolved_at).into()),
        ("closed_at", time(case.closed_at).into()),
        ("etag", case.etag.as_str().into()),
    ])
}

fn history(case: &Case) -> Table {
    let columns = [
        Column::left("at"),
        Column::text("actor"),
        Column::left("from"),
        Column::left("to"),
        Column::text("note"),
    ];
    let mut table = Table::list(&columns, "No history.");
    for entry in &case.history {
        table.row(vec![
            time(entry.at).into(),
            entry.actor.as_str().into(),
            if entry.from() == CaseState::Unspecified { "".into() } else { state(entry.from()) },
            state(entry.to()),
            entry.note.as_str().into(),
        ]);
    }
    table
}

fn state(state: CaseState) -> Cell {
    let word = state.word();
    match state {
        CaseState::Open => Cell::bad(word),
        CaseState::Acknowledged => Cell::warning(word),
        CaseState::Resolved => Cell::good(word),
        CaseState::Closed | CaseState::Unspecified => Cell::faint(word),
    }
}

fn severity(case: &Case) -> Cell {
    let word = case.severity().word();
    if case.severity() == Severity::High { Cell::bad(word) } else { word.into() }
}
