use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use ting_chassis::{auth::Caller, fault::RequestError, input};
use ting_proto::analysis::v1::{ListCommentsRequest, ListCommentsResponse};
use uuid::Uuid;

use super::App;
use crate::{
    domain::theme::{LARGE, SMALL},
    grpc::proto,
    store::{
        self,
        comment::{CommentRow, Filter},
    },
};

/// Text in one answer, at most: a page ends early rather than fill a message. Larger than any one comment.
const MOST_BYTES: usize = 512 * 1024;

/// Bytes of a comment besides its text, about.
const OTHER_BYTES: usize = 512;

/// Lists classified comments, newest first.
#[tracing::instrument(name = "analysis.list_comments", skip_all)]
pub async fn list_comments(
    app: &App,
    caller: &Caller,
    request: ListCommentsRequest,
) -> Result<ListCommentsResponse, RequestError> {
    let (theme_id, customer_id) =
        (optional_id("theme_id", &request.theme_id)?, optional_id("customer_id", &request.customer_id)?);
    let workspace = caller.workspace.as_str();
    let scope = input::scope(&["ListComments", workspace, &request.theme_id, &request.customer_id]);
    let mut page = input::page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut filter =
        Filter { customer_id, before: page.after.as_deref().and_then(cursor), ..Filter::default() };
    if let Some(theme_id) = theme_id {
        narrow(&mut tx, workspace, theme_id, &mut filter).await?;
    }
    let mut rows = store::comment::list(&mut tx, workspace, &filter, page.fetch()).await?;
    page.limit = page.limit.min(fitting(&rows));
    let next_page_token = page.finish(&app.page_key, &scope, &mut rows, |row| {
        vec![row.occurred_at.to_rfc3339(), row.feedback_id.to_string()]
    });
    Ok(ListCommentsResponse { comments: rows.into_iter().map(proto::comment).collect(), next_page_token })
}

/// Comments have a theme of the middle level: a large theme has those of its middle ones, a small one those that it is quoted by.
async fn narrow(
    conn: &mut PgConnection,
    workspace: &str,
    theme_id: Uuid,
    filter: &mut Filter,
) -> Result<(), RequestError> {
    match store::theme::get(conn, workspace, theme_id).await? {
        Some(theme) if theme.level == LARGE => {
            filter.themes = Some(store::theme::children(conn, workspace, theme_id).await?);
        }
        Some(theme) if theme.level == SMALL => {
            filter.feedback_ids =
                Some(theme.quote_ids.iter().filter_map(|id| Uuid::try_parse(id).ok()).collect());
        }
        // Of a theme that is no more there are no comments.
        _ => filter.themes = Some(vec![theme_id]),
    }
    Ok(())
}

fn optional_id(field: &str, raw: &str) -> Result<Option<Uuid>, RequestError> {
    if raw.is_empty() { Ok(None) } else { Ok(Some(input::uuid(field, raw)?)) }
}

/// A sealed token holds what this file put into it.
fn cursor(after: &[String]) -> Option<(DateTime<Utc>, Uuid)> {
    let [time, feedback_id] = after else { return None };
    Some((DateTime::parse_from_rfc3339(time).ok()?.to_utc(), Uuid::try_parse(feedback_id).ok()?))
}

/// How many of the rows fit into an answer; at least one.
fn fitting(rows: &[CommentRow]) -> i64 {
    let mut bytes = 0;
    let fits = |row: &&CommentRow| {
        bytes += row.text.len() + OTHER_BYTES;
        bytes <= MOST_BYTES
    };
    i64::try_from(rows.iter().take_while(fits).count().max(1)).unwrap_or(i64::MAX)
}
