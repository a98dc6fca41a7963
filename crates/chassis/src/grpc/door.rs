use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::FutureExt as _;
use http::{HeaderMap, header::AUTHORIZATION};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tracing::Instrument as _;

use super::{
    GrpcConfig, RequestId,
    answer::complete,
    body::{Hold, Incoming, Measure, Outgoing},
    deadline::Deadlines,
    methods::{Access, Method, Methods},
    refusal::{Refusal, overloaded, unknown_method},
};
use crate::{
    auth::{AuthFault, Caller, Verifier, role_name},
    fault::status,
    metrics::{self, InFlight},
};

/// What every call passes on its way to a handler.
pub(super) struct Door {
    methods: Methods,
    verifier: Verifier,
    deadlines: Deadlines,
    slots: Arc<Semaphore>,
    max_message_bytes: usize,
    /// Ends streams that would never end by themselves.
    stop: CancellationToken,
}

/// A call's place among those at once, until its answer is sent.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: InFlight,
}

/// What a call brings with it through the door.
struct Call {
    method: Method,
    id: RequestId,
    measure: Measure,
    /// `None`: it may take for ever.
    deadline: Option<tokio::time::Instant>,
}

impl Door {
    pub fn new(config: &GrpcConfig, verifier: Verifier, stop: CancellationToken) -> Self {
        metrics::requests_limit(config.max_concurrent_requests);
        Self {
            methods: Methods::new(),
            verifier,
            deadlines: Deadlines::new(config),
            slots: Arc::new(Semaphore::new(config.max_concurrent_requests.min(Semaphore::MAX_PERMITS))),
            max_message_bytes: config.max_message_bytes,
            stop,
        }
    }

    async fn pass(&self, call: Call, request: Request, next: Next) -> Response {
        let (place, response) = match self.admit(&call, request) {
            Ok((place, request)) => (place, run(&call, request, next).await),
            Err(refused) => (None, refused.into_http::<Body>()),
        };
        let response = complete(response, &call.id);
        let endless = call.method.streaming && matches!(call.method.access, Access::Health | Access::Open);
        let stop = endless.then(|| self.stop.clone());
        let Call { id, measure, deadline, .. } = call;
        let (parts, inner) = response.into_parts();
        let hold = Hold { id, measure, deadline, place, stop };
        let outgoing = Outgoing::new(inner, &parts.headers, self.max_message_bytes, hold);
        Response::from_parts(parts, Body::new(outgoing))
    }

    fn admit(&self, call: &Call, request: Request) -> Result<(Option<Place>, Request), Status> {
        let (mut parts, body) = request.into_parts();
        let place = match call.method.access {
            Access::Unknown => return Err(unknown_method()),
            Access::Health => None,
            Access::Open | Access::Roles(_) => {
                let permit = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| overloaded())?;
                Some(Place { _permit: permit, _counted: InFlight::new() })
            }
        };
        if let Access::Roles(roles) = call.method.access {
            let caller =
                self.authorise(call.method, roles, &parts.headers).map_err(|fault| status(&fault))?;
            parts.extensions.insert(caller);
        }
        parts.extensions.insert(call.id.clone());
        let incoming = Incoming::new(body, self.max_message_bytes, call.method);
        Ok((place, Request::from_parts(parts, Body::new(incoming))))
    }

    fn authorise(
        &self,
        method: Method,
        roles: &[crate::auth::Role],
        headers: &HeaderMap,
    ) -> Result<Caller, AuthFault> {
        let caller = self.verifier.verify(headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes))?;
        if roles.contains(&caller.role) {
            Ok(caller)
        } else {
            Err(AuthFault::Role { role: role_name(caller.role), method: method.name.to_owned() })
        }
    }
}

/// Leads a call through the door: the outermost layer of the server.
pub(super) async fn enter(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = door.methods.find(request.uri().path());
    let id = RequestId::of(request.headers());
    let limit = door.deadlines.of(method, request.headers());
    let span = tracing::info_span!(
        "grpc.call", otel.name = method.name, otel.kind = "server", rpc.system = "grpc", request.id = %id,
        trace_id = tracing::field::Empty,
    );
    ting_telemetry::adopt(&span, request.headers());
    ting_telemetry::name_trace(&span);
    let call = Call {
        method,
        id,
        measure: Measure::new(method.name, started),
        deadline: limit.map(|limit| tokio::time::Instant::from_std(started + limit)),
    };
    door.pass(call, request, next).instrument(span).await
}

/// Runs the handler, but not beyond the deadline and not beyond a panic.
async fn run(call: &Call, request: Request, next: Next) -> Response {
    let handler = AssertUnwindSafe(next.run(request)).catch_unwind();
    let ended = match call.deadline {
        None => Ok(handler.await),
        Some(deadline) if deadline <= tokio::time::Instant::now() => {
            return status(&Refusal::Deadline).into_http();
        }
        Some(deadline) => tokio::time::timeout_at(deadline, handler).await,
    };
    let refusal = match ended {
        Ok(Ok(response)) => return response,
        // What it said may be about a customer: the panic hook has put it on standard error, and nowhere else.
        Ok(Err(_panic)) => Refusal::Panic,
        Err(_elapsed) => Refusal::Deadline,
    };
    status(&refusal).into_http()
}
