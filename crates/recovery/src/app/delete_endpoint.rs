use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{request_id, uuid},
};
use ting_proto::recovery::v1::{DeleteEndpointRequest, DeleteEndpointResponse};

use super::App;
use crate::store;

const METHOD: &str = "DeleteEndpoint";

/// Takes an endpoint out of use; what still waits for it is given up.
#[tracing::instrument(name = "recovery.delete_endpoint", skip_all)]
pub async fn delete_endpoint(
    app: &App,
    caller: &Caller,
    request: DeleteEndpointRequest,
) -> Result<DeleteEndpointResponse, RequestError> {
    request_id(&request.request_id)?;
    let endpoint_id = uuid("endpoint_id", &request.endpoint_id)?;
    let workspace = &caller.workspace;
    let mut tx = app.store.begin(workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    let now = tx.now();
    if !store::endpoint::delete(&mut tx, workspace, endpoint_id, now).await? {
        return Err(RequestError::not_found("ENDPOINT_NOT_FOUND", "there is no such endpoint"));
    }
    store::notification::hasten(&mut tx, workspace, endpoint_id, now).await?;
    let answer = DeleteEndpointResponse {};
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(answer)
}
