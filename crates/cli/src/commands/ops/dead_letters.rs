use clap::{Args, Subcommand};
use ting_proto::ops::v1::{
    DropDeadLettersRequest, ListDeadLettersRequest, ListDeadLettersResponse, ReplayDeadLettersRequest,
};
use tonic::Request;

use super::LONG_CALL;
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Column, Table, time},
    pages::{self, Limit},
};

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

pub(super) async fn run(session: &Session, command: DeadLetters) -> Result<(), CliError> {
    match command {
        DeadLetters::List { service, limit } => list(session, service, limit).await,
        DeadLetters::Replay { service, aggregate } => replay(session, service, aggregate).await,
        DeadLetters::Drop(drop) => give_up(session, drop).await,
    }
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
