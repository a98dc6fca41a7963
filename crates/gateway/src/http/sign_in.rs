use std::sync::Arc;

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Context, cookie, html, query::Address, refusal};
use crate::{
    i18n::{Language, Text},
    origin, view,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    form_key: String,
}

/// Opens a session for a good token, under a new id.
pub async fn sign_in(
    State(context): State<Arc<Context>>,
    Address(language): Address,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    if !origin::is_ours(&headers, &context.public_url) {
        return refusal(StatusCode::FORBIDDEN, language, Text::Refused);
    }
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return refusal(rejection.status(), language, Text::BadRequest),
    };
    let Ok((id, _)) = context.sessions.open(form.token.trim()) else {
        return html(StatusCode::UNAUTHORIZED, view::sign_in(language, Some(Text::TokenRefused)));
    };
    // The session before this one ends here: its id may be known to somebody else.
    if let Some(earlier) = cookie::read(&headers, context.https()) {
        context.sessions.close(&earlier);
    }
    home(&context, language, Some(&id))
}

/// Tells a page whether its session is still there.
pub async fn is_signed_in(State(context): State<Arc<Context>>, headers: HeaderMap) -> StatusCode {
    let id = cookie::read(&headers, context.https());
    let session = id.and_then(|id| context.sessions.find(&id));
    if session.is_some() { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED }
}

/// Ends the session, and with it every page that it has open.
pub async fn sign_out(
    State(context): State<Arc<Context>>,
    Address(language): Address,
    headers: HeaderMap,
    form: Result<Form<SignOut>, FormRejection>,
) -> Response {
    let id = cookie::read(&headers, context.https());
    let Some((id, session)) = id.and_then(|id| context.sessions.find(&id).map(|session| (id, session)))
    else {
        return html(StatusCode::UNAUTHORIZED, view::sign_in(language, Some(Text::SessionOver)));
    };
    let proven = form.is_ok_and(|Form(form)| form.form_key == session.form_key);
    if !proven || !origin::is_ours(&headers, &context.public_url) {
        return refusal(StatusCode::FORBIDDEN, language, Text::Refused);
    }
    context.sessions.close(&id);
    home(&context, language, None)
}

/// Back to the page, with a session or without. Where to is never taken from the request.
fn home(context: &Context, language: Language, id: Option<&str>) -> Response {
    let location = format!("/?lang={}", language.code());
    let mut answer = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    answer.headers_mut().insert(header::SET_COOKIE, cookie::write(id, context.https()));
    answer
}
