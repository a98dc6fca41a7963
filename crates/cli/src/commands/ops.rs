use clap::{Args, Subcommand};
use serde_json::json;
use ting_proto::ops::v1::{
    DropDeadLettersRequest, GetStatusRequest, GetStatusResponse, ListDeadLettersRequest,
    ListDeadLettersResponse, RebuildProjectionRequest, ReplayDeadLettersRequest,
};
use tonic::Request;

use super::{doctor, init};
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Table, time},
    pages::{self, Limit},
};

/// A rebuild reads all facts of a projection, and a replay may apply many.
const LONG_CALL: std::time::Duration = std::time::Duration::from_mins(10);

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting ops init
  ting ops doctor
  ting ops status analysis
  ting ops dead-letters list --service analysis
  ting ops rebuild --service satisfaction scores")]
pub enum Ops {
    /// Make the settings, passwords and keys of a new installation
    Init(init::Init),
    /// Say what is wrong and what to do about it
    #[command(after_help = "Examples:\n  ting ops doctor && echo all is well")]
    Doctor,
    /// Show what waits, what lags and what is parked
    #[command(after_help = "Examples:
  ting ops status
  ting ops status analysis --format json")]
    Status {
        /// Only this service [default: all]
        #[arg(value_enum)]
        service: Option<Service>,
    },
    /// Look after events that could not be applied
    #[command(
        subcommand,
        after_help = "Examples:
  ting ops dead-letters list --service analysis
  ting ops dead-letters replay --service analysis
  ting ops dead-letters drop --service analysis --aggregate 019a5c3e-7d1e-7000-8000-000000000001"
    )]
    DeadLetters(DeadLetters),
    /// Compute a projection anew from the facts it stands on
    #[command(after_help = "Examples:
  ting ops status satisfaction --format json     shows the names of projections
  ting ops rebuild --service satisfaction scores")]
    Rebuild {
        #[arg(long, value_enum)]
        service: Service,
        /// Its name, as `ting ops status` shows it
        projection: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum DeadLetters {
    /// List parked events, oldest first
    #[command(after_help = "Examples:\n  ting ops dead-letters list --service analysis --format json")]
    List {
        #[arg(long, value_enum)]
        service: Service,
        #[command(flatten)]
        limit: Limit,
    },
    /// Apply parked events again, in order; what fails again stays parked
    #[command(after_help = "Examples:\n  ting ops dead-letters replay --service analysis")]
    Replay {
        #[arg(long, value_enum)]
        service: Service,
        /// Only this aggregate's [default: all of the workspace]
        #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
        aggregate: String,
    },
    /// Give parked events of an aggregate up for good
    #[command(
        after_help = "Examples:\n  ting ops dead-letters drop --service analysis --aggregate 019a5c3e-7d1e-7000-8000-000000000001"
    )]
    Drop(DropLetters),
}

#[derive(Debug, Args)]
pub struct DropLetters {
    #[arg(long, value_enum)]
    service: Service,
    /// The aggregate, as `list` shows it
    #[arg(long, value_name = "ID")]
    aggregate: String,
}

pub async fn run(session: &Session, command: Ops) -> Result<(), CliError> {
    match command {
        Ops::Init(init) => init::run(session, &init),
        Ops::Doctor => doctor::run(session).await,
        Ops::Status { service } => status(session, service).await,
        Ops::DeadLetters(DeadLetters::List { service, limit }) => list(session, service, limit).await,
        Ops::DeadLetters(DeadLetters::Replay { service, aggregate }) => {
            replay(session, service, aggregate).await
        }
        Ops::DeadLetters(DeadLetters::Drop(drop)) => give_up(session, drop).await,
        Ops::Rebuild { service, projection } => rebuild(session, service, projection).await,
    }
}

/// Shows the services that answer, then fails if one did not.
async fn status(session: &Session, service: Option<Service>) -> Result<(), CliError> {
    let asked = service.map_or(Service::ALL.to_vec(), |service| vec![service]);
    let mut answers = Vec::new();
    let mut failure = None;
    for service in asked {
        match ask(session, service).await {
            Ok(answer) => answers.push(answer),
            Err(error) => {
                if let Some(earlier) = failure.replace(error) {
                    earlier.print();
                }
            }
        }
    }
    if answers.len() == 1 && service.is_some() {
        session.output.show(&answers[0], || tables(&answers))?;
    } else if !answers.is_empty() {
        session.output.show(&json!({ "services": answers }), || tables(&answers))?;
    }
    failure.map_or(Ok(()), Err)
}

async fn ask(session: &Session, service: Service) -> Result<GetStatusResponse, CliError> {
    Ok(session.ops(service).await?.get_status(GetStatusRequest {}).await?.into_inner())
}

fn tables(answers: &[GetStatusResponse]) -> Vec<Table> {
    vec![services(answers), streams(answers)]
}

fn services(answers: &[GetStatusResponse]) -> Table {
    let columns = [
        Column::left("service"),
        Column::left("version"),
        Column::left("started"),
        Column::right("to publish"),
        Column::right("parked"),
        Column::right("to take"),
        Column::right("in hand"),
        Column::text("projections"),
    ];
    let mut table = Table::list(&columns, "");
    for answer in answers {
        let parked = answer.dead_letters.to_string();
        table.row(vec![
            answer.service.as_str().into(),
            answer.version.as_str().into(),
            time(answer.started_at).into(),
            answer.outbox_pending.into(),
            if answer.dead_letters > 0 { Cell::bad(parked) } else { parked.into() },
            answer.consumers.iter().map(|consumer| consumer.pending).sum::<i64>().into(),
            answer.consumers.iter().map(|consumer| consumer.unacknowledged).sum::<i64>().into(),
            answer.projections.join(" ").into(),
        ]);
    }
    table
}

fn streams(answers: &[GetStatusResponse]) -> Table {
    let columns =
        [Column::left("service"), Column::left("stream"), Column::right("to take"), Column::right("in hand")];
    let mut table = Table::list(&columns, "No service follows a stream.");
    for answer in answers {
        for consumer in &answer.consumers {
            table.row(vec![
                answer.service.as_str().into(),
                consumer.stream.as_str().into(),
                consumer.pending.into(),
                consumer.unacknowledged.into(),
            ]);
        }
    }
    table
}

async fn list(session: &Session, service: Service, limit: Limit) -> Result<(), CliError> {
    let mut client = session.ops(service).await?;
    let answer: ListDeadLettersResponse = pages::collect(limit, async |page_size, page_token| {
        Ok(client.list_dead_letters(ListDeadLettersRequest { page_size, page_token }).await?.into_inner())
    })
    .await?;
    session.output.show(&answer, || {
        let columns = [
            Column::left("parked"),
            Column::text("event"),
            Column::left("aggregate"),
            Column::right("sequence"),
            Column::text("cause"),
        ];
        let mut table = Table::list(&columns, "Nothing is parked.");
        for letter in &answer.dead_letters {
            table.row(vec![
                time(letter.parked_at).into(),
                letter.event_type.as_str().into(),
                letter.aggregate_id.as_str().into(),
                letter.sequence.into(),
                letter.cause.as_str().into(),
            ]);
        }
        vec![table]
    })
}

async fn replay(session: &Session, service: Service, aggregate_id: String) -> Result<(), CliError> {
    let mut request = Request::new(ReplayDeadLettersRequest { aggregate_id });
    request.set_timeout(LONG_CALL);
    let answer = session.ops(service).await?.replay_dead_letters(request).await?.into_inner();
    let text = format!("{} applied, {} still parked", answer.replayed, answer.still_parked);
    session.output.say(&answer, &text)?;
    if answer.still_parked > 0 {
        return Err(CliError::failed(
            "some events could not be applied again",
            format!("see why: ting ops dead-letters list --service {}", service.name()),
        ));
    }
    Ok(())
}

async fn give_up(session: &Session, drop: DropLetters) -> Result<(), CliError> {
    let request = DropDeadLettersRequest { aggregate_id: drop.aggregate };
    let answer = session.ops(drop.service).await?.drop_dead_letters(request).await?.into_inner();
    session.output.say(&answer, &format!("{} given up", answer.dropped))
}

async fn rebuild(session: &Session, service: Service, projection: String) -> Result<(), CliError> {
    let mut request = Request::new(RebuildProjectionRequest { projection });
    request.set_timeout(LONG_CALL);
    let answer = session.ops(service).await?.rebuild_projection(request).await?.into_inner();
    session.output.say(&answer, &format!("{} rows, {} of them changed", answer.rows, answer.changed))
}
