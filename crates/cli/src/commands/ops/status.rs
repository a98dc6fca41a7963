use chrono::{DateTime, Utc};
use pbjson_types::Timestamp;
use serde_json::json;
use ting_proto::ops::v1::{ConsumerStatus, GetStatusRequest, GetStatusResponse};

use super::each;
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Table},
};

/// Shows the services that answer, then fails if one did not.
pub(super) async fn run(session: &Session, service: Option<Service>) -> Result<(), CliError> {
    let now = session.clock.now();
    let (answers, failure) = each(service, async |service| ask(session, service).await).await;
    if answers.len() == 1 && service.is_some() {
        session.output.show(&answers[0], || tables(&answers, now))?;
    } else if !answers.is_empty() {
        session.output.show(&json!({ "services": answers }), || tables(&answers, now))?;
    }
    failure.map_or(Ok(()), Err)
}

async fn ask(session: &Session, service: Service) -> Result<GetStatusResponse, CliError> {
    Ok(session.ops(service).await?.get_status(GetStatusRequest {}).await?.into_inner())
}

fn tables(answers: &[GetStatusResponse], now: DateTime<Utc>) -> Vec<Table> {
    vec![services(answers, now), streams(answers)]
}

fn services(answers: &[GetStatusResponse], now: DateTime<Utc>) -> Table {
    let columns = [
        Column::left("service"),
        Column::left("version"),
        Column::right("up"),
        Column::left("schema"),
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
            uptime(answer.started_at, now).into(),
            schema(answer),
            answer.outbox_pending.into(),
            if answer.dead_letters > 0 { Cell::bad(parked) } else { parked.into() },
            sum(answer, |consumer| consumer.pending),
            sum(answer, |consumer| consumer.unacknowledged),
            answer.projections.join(" ").into(),
        ]);
    }
    table
}

/// How long the process has been running: `3d 4h`, `5h 12m`, `42s`.
fn uptime(started: Option<Timestamp>, now: DateTime<Utc>) -> String {
    let started = started.and_then(|started| DateTime::<Utc>::try_from(started).ok());
    let seconds = started.map_or(0, |started| (now - started).num_seconds().max(0));
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => format!("{hours}h {minutes}m"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

/// The newest migration that was applied, and the one that the program wants if it is another.
fn schema(answer: &GetStatusResponse) -> Cell {
    let (own, common) = (answer.schema.unwrap_or_default(), answer.common_schema.unwrap_or_default());
    let other = [own, common].into_iter().find(|schema| schema.applied != schema.newest);
    match other {
        None => own.applied.to_string().into(),
        Some(schema) => Cell::bad(format!("{}, wants {}", schema.applied, schema.newest)),
    }
}

fn sum(answer: &GetStatusResponse, of: impl Fn(&ConsumerStatus) -> i64) -> Cell {
    if answer.consumers.iter().any(|consumer| consumer.unknown) {
        return Cell::bad("?");
    }
    answer.consumers.iter().map(of).sum::<i64>().into()
}

/// A number that NATS gave, if it did.
fn number(consumer: &ConsumerStatus, number: i64) -> Cell {
    if consumer.unknown { Cell::bad("?") } else { number.into() }
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
                number(consumer, consumer.pending),
                number(consumer, consumer.unacknowledged),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::uptime;

    #[test]
    fn the_time_a_process_runs_is_told_in_its_two_largest_units() {
        let now: DateTime<Utc> = "2026-03-05T12:00:00Z".parse().unwrap();
        for (started, told) in [
            ("2026-03-05T11:59:18Z", "42s"),
            ("2026-03-05T11:48:00Z", "12m"),
            ("2026-03-05T06:48:00Z", "5h 12m"),
            ("2026-03-02T08:00:00Z", "3d 4h"),
        ] {
            let started: DateTime<Utc> = started.parse().unwrap();
            assert_eq!(uptime(Some(started.into()), now), told);
        }
    }
}
