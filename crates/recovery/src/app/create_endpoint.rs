use std::{net::IpAddr, time::Duration};

use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{Violation, email, enumeration, request_id},
    store::Tx,
};
use ting_proto::recovery::v1::{self as proto, CreateEndpointRequest, CreateEndpointResponse};

use super::{App, view};
use crate::{
    domain::{
        endpoint::{Endpoint, EndpointKind, MAX_ENDPOINTS},
        secret::{InvalidSecret, MADE_BYTES, Secret},
        target::{BadTarget, Target, TargetHost},
    },
    store,
};

const METHOD: &str = "CreateEndpoint";
/// How long the name of a target may take to resolve.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Adds a webhook or an e-mail address that is told of cases from now on.
#[tracing::instrument(name = "recovery.create_endpoint", skip_all)]
pub async fn create_endpoint(
    app: &App,
    caller: &Caller,
    request: CreateEndpointRequest,
) -> Result<CreateEndpointResponse, RequestError> {
    request_id(&request.request_id)?;
    let (kind, target, given) = match enumeration::<proto::EndpointKind>("kind", request.kind)? {
        proto::EndpointKind::Email => (EndpointKind::Email, address(app, &request)?, None),
        proto::EndpointKind::Webhook | proto::EndpointKind::Unspecified => {
            (EndpointKind::Webhook, url(app, &request.target).await?, secret(&request.secret)?)
        }
    };
    let mut tx = app.store.begin(&caller.workspace).await?;
    if let Some(answer) = tx.recall(METHOD, &request.request_id, &request).await? {
        return Ok(answer);
    }
    if store::endpoint::lock_and_count(&mut tx, &caller.workspace).await? >= MAX_ENDPOINTS {
        let text = format!("a workspace has at most {MAX_ENDPOINTS} endpoints; delete one first");
        return Err(RequestError::quota("ENDPOINT_QUOTA", text));
    }
    let secret = match kind {
        EndpointKind::Webhook => Some(given.unwrap_or_else(|| make_secret(app)).reveal()),
        EndpointKind::Email => None,
    };
    let answer = insert(&mut tx, caller, kind, target, secret).await?;
    tx.remember(METHOD, &request.request_id, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn insert(
    tx: &mut Tx,
    caller: &Caller,
    kind: EndpointKind,
    target: String,
    secret: Option<String>,
) -> sqlx::Result<CreateEndpointResponse> {
    let endpoint = Endpoint { id: tx.next_id(), kind, target, enabled: true, created_at: tx.now() };
    store::endpoint::insert(tx, &caller.workspace, &endpoint, secret.as_deref()).await?;
    Ok(CreateEndpointResponse {
        endpoint: Some(view::endpoint(endpoint)),
        secret: secret.unwrap_or_default(),
    })
}

fn address(app: &App, request: &CreateEndpointRequest) -> Result<String, RequestError> {
    let address = email("target", &request.target)?;
    if !request.secret.is_empty() {
        return Err(Violation::new("secret", "SECRET_FORMAT", "is only for webhooks").into());
    }
    if !app.has_mail {
        let text = "this installation has no mail server; its operator sets service.smtp_url";
        return Err(RequestError::precondition("SMTP_NOT_CONFIGURED", text));
    }
    Ok(address)
}

async fn url(app: &App, raw: &str) -> Result<String, Violation> {
    let bad = |bad: BadTarget| Violation::new("target", bad.reason, bad.problem);
    let target = Target::parse(raw).map_err(bad)?;
    let addresses = match target.host() {
        TargetHost::Address(address) => vec![address],
        // Addresses can only make up for a bad name, and only if the operator has listed networks.
        TargetHost::Name(_) if app.networks.is_empty() => Vec::new(),
        TargetHost::Name(name) => resolve(&name).await,
    };
    target.judge(&app.networks, &addresses).map_err(bad)?;
    Ok(target.as_str().to_owned())
}

/// The addresses of a name; none when it has none, or nobody knows in time.
async fn resolve(name: &str) -> Vec<IpAddr> {
    match tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(addresses)) => addresses.map(|address| address.ip()).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

fn secret(raw: &str) -> Result<Option<Secret>, Violation> {
    let bad = |error: InvalidSecret| Violation::new("secret", "SECRET_FORMAT", error.to_string());
    if raw.is_empty() { Ok(None) } else { Secret::parse(raw).map(Some).map_err(bad) }
}

fn make_secret(app: &App) -> Secret {
    let mut bytes = [0; MADE_BYTES];
    app.store.ids.fill(&mut bytes);
    Secret::of(bytes)
}
