use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{Violation, page, scope},
};
use ting_proto::satisfaction::v1::{ListScoresRequest, ListScoresResponse};

use super::{App, ask};
use crate::{
    domain::{cut::Cut, days::Days},
    store::{self, cell::List},
    wire,
};

/// Lists the scores of a dimension, most answers first, then by key.
#[tracing::instrument(name = "satisfaction.list_scores", skip_all)]
pub async fn list_scores(
    app: &App,
    caller: &Caller,
    request: ListScoresRequest,
) -> Result<ListScoresResponse, RequestError> {
    let (metric, dimension) = (ask::metric(request.metric)?, ask::dimension(request.dimension)?);
    let days = ask::days(request.days)?;
    let workspace = caller.workspace.as_str();
    let scope = scope(&["ListScores", workspace, metric.name(), dimension.name(), &range(days)]);
    let page = page(&app.page_key, request.page_size, &request.page_token, &scope)?;
    let after = page.after.as_deref().map(place).transpose()?;
    let list = List { metric, dimension, days, after, limit: page.fetch() };
    let mut tx = app.store.begin(&caller.workspace).await?;
    let mut listed = store::cell::list(&mut tx, workspace, &list).await?;
    let next_page_token = page.finish(&app.page_key, &scope, &mut listed, |listed| {
        vec![listed.total.to_string(), listed.key.clone()]
    });
    let scores = listed
        .into_iter()
        .map(|listed| wire::score(metric, &Cut { dimension, key: listed.key }, &listed.counts));
    let scores = scores.collect::<Result<Vec<_>, _>>().map_err(store::corrupt)?;
    Ok(ListScoresResponse { scores, next_page_token })
}

fn place(cursor: &[String]) -> Result<(i64, String), Violation> {
    Ok((ask::part(cursor, 0)?, ask::part(cursor, 1)?))
}

fn range(days: Days) -> String {
    format!("{:?}", (days.from, days.to))
}
