use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{request_id, text, uuid},
};
use ting_proto::{
    events::v1::CaseResolved,
    recovery::v1::{ResolveCaseRequest, ResolveCaseResponse},
};

use super::{
    App, MAX_NOTE_BYTES, MAX_NOTE_CHARS,
    change_case::{Change, change_case},
    queue_notifications::queue_notifications,
    view,
};
use crate::domain::{case::Step, message::NotificationKind};

const METHOD: &str = "ResolveCase";

/// Notes what was done about a case, and tells those who should know.
#[tracing::instrument(name = "recovery.resolve_case", skip_all)]
pub async fn resolve_case(
    app: &App,
    caller: &Caller,
    request: ResolveCaseRequest,
) -> Result<ResolveCaseResponse, RequestError> {
    request_id(&request.request_id)?;
    let case_id = uuid("case_id", &request.case_id)?;
    let resolution = text("resolution", &request.resolution, MAX_NOTE_CHARS, MAX_NOTE_BYTES)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    let step = Step::Resolve { resolution: resolution.clone() };
    let (case, _) =
        change_case(&mut tx, caller, Change { case_id, etag: &request.etag, step, note: resolution }).await?;
    let id = case.id.to_string();
    // Before the event: senders lock the notification first and the aggregate second, too.
    queue_notifications(&mut tx, NotificationKind::CaseResolved, &[&case]).await?;
    tx.publish(&id, &CaseResolved { case_id: id.clone(), actor: caller.subject.clone() }).await?;
    let answer = ResolveCaseResponse { case: Some(view::case(case)) };
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(answer)
}
