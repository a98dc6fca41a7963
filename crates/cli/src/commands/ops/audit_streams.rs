use serde_json::json;
use ting_proto::ops::v1::{AuditStreamRequest, AuditStreamResponse};
use tonic::Request;

use super::{LONG_CALL, each};
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Cell, Column, Table},
};

/// Has every service compare its stream with its outbox, then fails if one could not.
pub(super) async fn run(session: &Session, service: Option<Service>) -> Result<(), CliError> {
    let (answers, failure) = each(service, async |service| ask(session, service).await).await;
    if !answers.is_empty() {
        session.output.show(&json!({ "streams": answers }), || vec![table(&answers)])?;
    }
    failure.map_or(Ok(()), Err)
}

async fn ask(session: &Session, service: Service) -> Result<AuditStreamResponse, CliError> {
    let mut request = Request::new(AuditStreamRequest {});
    request.set_timeout(LONG_CALL);
    Ok(session.ops(service).await?.audit_stream(request).await?.into_inner())
}

fn table(answers: &[AuditStreamResponse]) -> Table {
    let columns = [
        Column::left("stream"),
        Column::right("published"),
        Column::right("lost"),
        Column::right("to publish"),
    ];
    let mut table = Table::list(&columns, "");
    for answer in answers {
        let lost = answer.lost.to_string();
        table.row(vec![
            answer.stream.as_str().into(),
            answer.published.into(),
            if answer.lost > 0 { Cell::warning(lost) } else { lost.into() },
            answer.pending.into(),
        ]);
    }
    table
}
