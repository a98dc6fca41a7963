use serde_json::json;
use ting_proto::ops::v1::{GetStatusRequest, GetStatusResponse};

use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Table, time},
};

/// Shows the services that answer, then fails if one did not.
pub(super) async fn run(session: &Session, service: Option<Service>) -> Result<(), CliError> {
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
