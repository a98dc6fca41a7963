use sqlx::PgConnection;
use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{self, Violation},
};
use ting_proto::analysis::v1::{
    GetThemeRequest, GetThemeResponse, ListThemesRequest, ListThemesResponse, Theme as ThemeMessage,
};
use uuid::Uuid;

use super::App;
use crate::{
    domain::{
        figures::share,
        overview::Overview,
        theme::{LARGE, MIDDLE, SMALL, Theme},
    },
    grpc::proto,
    store,
};

/// Themes in one answer, at most: with quotes and trends, more would not fit into a message.
const MOST_THEMES: i64 = 200;

/// Lists the themes of a level, largest first.
#[tracing::instrument(name = "analysis.list_themes", skip_all)]
pub async fn list_themes(
    app: &App,
    caller: &Caller,
    request: ListThemesRequest,
) -> Result<ListThemesResponse, RequestError> {
    let level = level(request.level)?;
    let workspace = caller.workspace.as_str();
    let scope = input::scope(&["ListThemes", workspace, &level.to_string()]);
    let mut page = input::page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    page.limit = page.limit.min(MOST_THEMES);
    let after = page.after.as_deref().and_then(cursor);
    let mut tx = app.store.begin(&caller.workspace).await?;
    let overview = store::overview::read(&mut tx, workspace).await?;
    let running = store::run::is_running(&mut tx, workspace).await?;
    let mut rows = store::theme::list(&mut tx, workspace, level, after, page.fetch()).await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut rows, |theme| {
        vec![theme.size.to_string(), theme.theme_id.to_string()]
    });
    let themes = messages(&mut tx, workspace, &overview, rows).await?;
    let since = if overview.active_run.is_some() { overview.since_run() } else { 0 };
    Ok(ListThemesResponse {
        themes,
        next_page_token,
        comments: overview.comments,
        parked: overview.parked,
        drift: Some(share(overview.parked_since, since)),
        run_advised: !running && overview.advice(&app.config.rules()).is_some(),
    })
}

/// Gives one theme of any level.
#[tracing::instrument(name = "analysis.get_theme", skip_all)]
pub async fn get_theme(
    app: &App,
    caller: &Caller,
    request: GetThemeRequest,
) -> Result<GetThemeResponse, RequestError> {
    let theme_id = input::uuid("theme_id", &request.theme_id)?;
    let workspace = caller.workspace.as_str();
    let mut tx = app.store.begin(&caller.workspace).await?;
    let overview = store::overview::read(&mut tx, workspace).await?;
    let found = store::theme::get(&mut tx, workspace, theme_id).await?;
    let found = found
        .ok_or_else(|| RequestError::not_found("THEME_NOT_FOUND", "the newest run has no such theme"))?;
    let theme = messages(&mut tx, workspace, &overview, vec![found]).await?.pop();
    Ok(GetThemeResponse { theme })
}

fn level(raw: i32) -> Result<i16, Violation> {
    match raw {
        0 => Ok(MIDDLE),
        other => {
            Ok(i16::try_from(input::int_in("level", other, LARGE.into()..=SMALL.into())?).unwrap_or(MIDDLE))
        }
    }
}

/// A sealed token holds what this file put into it.
fn cursor(after: &[String]) -> Option<(i64, Uuid)> {
    let [size, theme_id] = after else { return None };
    Some((size.parse().ok()?, Uuid::try_parse(theme_id).ok()?))
}

async fn messages(
    conn: &mut PgConnection,
    workspace: &str,
    overview: &Overview,
    themes: Vec<Theme>,
) -> Result<Vec<ThemeMessage>, RequestError> {
    let ids: Vec<Uuid> = themes.iter().map(|theme| theme.theme_id).collect();
    let trends = store::theme::trends(conn, workspace, &ids).await?;
    let placed = overview.comments - overview.parked;
    Ok(themes.into_iter().map(|theme| proto::theme(theme, placed, &trends)).collect())
}
