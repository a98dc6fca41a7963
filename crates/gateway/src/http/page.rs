use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{Context, cookie, html, query::Address, refusal};
use crate::{
    i18n::Text,
    view::{self, Visitor},
};

/// The page, or the form that leads to it. Services that are away leave their sections empty; the page is there all the same.
pub async fn show(
    State(context): State<Arc<Context>>,
    Address(language): Address,
    headers: HeaderMap,
) -> Response {
    let id = cookie::read(&headers, context.https());
    let Some(session) = id.as_deref().and_then(|id| context.sessions.find(id)) else {
        let note = id.map(|_| Text::SessionOver);
        return html(StatusCode::OK, view::sign_in(language, note));
    };
    let Ok(_turn) = context.pages.try_acquire() else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, language, Text::TooMany);
    };
    let board = context.services.board(&session.token).await;
    let visitor = Visitor {
        workspace: session.caller.workspace.as_str(),
        subject: &session.caller.subject,
        form_key: &session.form_key,
    };
    html(StatusCode::OK, view::dashboard(language, &visitor, &board, context.clock.now()))
}
