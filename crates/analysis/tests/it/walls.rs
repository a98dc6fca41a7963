use ting_chassis::auth::Role;
use ting_proto::analysis::v1::{
    GetRunRequest, GetThemeRequest, ListCommentsRequest, ListRunsRequest, ListThemesRequest, StartRunRequest,
    analysis_service_client::AnalysisServiceClient,
};
use tonic::Code;

use crate::{
    voice::{Voice, sample},
    workplace::{BY_HAND, Workplace, reason},
};

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_sees_nothing_of_this_one() {
    let place = Workplace::open(BY_HAND).await;
    let mut voice = Voice::new(&place.bed, "acme").await;
    let said = sample();
    voice.say(&said).await;
    place.classified(i64::try_from(said.len()).unwrap()).await;
    let run = place.run(1).await;
    let theme = place.themes(2).await.themes.swap_remove(0);

    let mut other = place.client("other");
    let themes = other.list_themes(ListThemesRequest::default()).await.unwrap().into_inner();
    assert_eq!((themes.themes.len(), themes.comments, themes.run_advised), (0, 0, false));
    assert!(
        other.list_comments(ListCommentsRequest::default()).await.unwrap().into_inner().comments.is_empty()
    );
    let by_theme = ListCommentsRequest { theme_id: theme.theme_id.clone(), ..ListCommentsRequest::default() };
    assert!(other.list_comments(by_theme).await.unwrap().into_inner().comments.is_empty());
    assert!(other.list_runs(ListRunsRequest::default()).await.unwrap().into_inner().runs.is_empty());
    let refused = other.get_theme(GetThemeRequest { theme_id: theme.theme_id }).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "THEME_NOT_FOUND"));
    let refused = other.get_run(GetRunRequest { run_id: run.run_id }).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "RUN_NOT_FOUND"));
    let refused = other.start_run(StartRunRequest::default()).await.unwrap_err();
    assert_eq!(reason(&refused), "TOO_FEW_COMMENTS");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_starts_no_run() {
    let place = Workplace::open(BY_HAND).await;
    for role in [Role::Viewer, Role::Agent, Role::Integration] {
        let mut client = AnalysisServiceClient::new(place.analysis.client(&place.bed, "acme", role));
        let refused = client.start_run(StartRunRequest::default()).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{role:?}");
    }
    assert!(place.runs().await.is_empty());
}
