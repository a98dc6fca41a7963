use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{KeepAlive, Sse},
    },
};

use super::{Context, cookie, query::Address, refusal};
use crate::{
    i18n::Text,
    live::{Full, Visit, stream},
    origin,
};

/// The page's live part: everything once, then what changes.
pub async fn listen(
    State(context): State<Arc<Context>>,
    Address(language): Address,
    headers: HeaderMap,
) -> Response {
    if !origin::is_not_foreign(&headers, &context.public_url) {
        return refusal(StatusCode::FORBIDDEN, language, Text::Refused);
    }
    let id = cookie::read(&headers, context.https());
    let Some((session_id, session)) =
        id.and_then(|id| context.sessions.find(&id).map(|session| (id, session)))
    else {
        return refusal(StatusCode::UNAUTHORIZED, language, Text::SessionOver);
    };
    let member = match context.rooms.enter(&session) {
        Ok(member) => member,
        Err(full) => {
            let code = match full {
                Full::User => StatusCode::TOO_MANY_REQUESTS,
                Full::House => StatusCode::SERVICE_UNAVAILABLE,
            };
            return refusal(code, language, Text::TooMany);
        }
    };
    let heartbeat = Duration::from_millis(context.live.heartbeat_ms);
    let visit = Visit {
        member,
        session,
        session_id,
        sessions: context.sessions.clone(),
        bus: context.bus.state(),
        language,
        clock: context.clock.clone(),
        heartbeat,
        patience: Duration::from_millis(context.live.slow_ms),
    };
    let events = stream(visit, &context.tracker, context.shutdown.clone());
    // A proxy that gathers answers would hold the events back.
    let unbuffered = [(header::HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, Sse::new(events).keep_alive(KeepAlive::new().interval(heartbeat))).into_response()
}
