//! A running analysis and the questions that the tests ask it.

use std::time::Duration;

use ting_analysis::Analysis;
use ting_chassis::auth::Role;
use ting_events::Stream;
use ting_proto::{
    analysis::v1::{
        Comment, ListCommentsRequest, ListRunsRequest, ListThemesRequest, ListThemesResponse, Run, RunState,
        StartRunRequest, Theme, analysis_service_client::AnalysisServiceClient,
    },
    ops::v1::{RebuildProjectionRequest, RebuildProjectionResponse, ops_service_client::OpsServiceClient},
};
use ting_testkit::{Bed, Client, Running, eventually_within};
use tonic::Status;
use tonic_types::StatusExt as _;

/// A run takes seconds; two at a time on a busy machine take longer.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// No run starts by itself.
pub const BY_HAND: &str =
    "[service]\nfirst_run_comments = 1000000\nauto_refit = false\npoll_ms = 20\nheartbeat_ms = 50\n";

pub struct Workplace {
    pub bed: Bed,
    pub analysis: Running<Analysis>,
}

impl Workplace {
    pub async fn open(overrides: &str) -> Self {
        let bed = Bed::start().await;
        let analysis = bed.service::<Analysis>(overrides).await;
        Self { bed, analysis }
    }

    pub fn client(&self, workspace: &str) -> AnalysisServiceClient<Client> {
        AnalysisServiceClient::new(self.analysis.client(&self.bed, workspace, Role::Admin))
    }

    pub async fn themes(&self, level: i32) -> ListThemesResponse {
        let request = ListThemesRequest { level, page_size: 500, ..ListThemesRequest::default() };
        self.client("acme").list_themes(request).await.unwrap().into_inner()
    }

    /// Waits until so many comments are classified.
    pub async fn classified(&self, comments: i64) {
        eventually_within(PATIENCE, async || match self.themes(2).await.comments {
            there if there == comments => Ok(()),
            there => Err(there),
        })
        .await;
    }

    /// All comments, newest first, read page by page.
    pub async fn comments(&self, filter: ListCommentsRequest) -> Vec<Comment> {
        let (mut comments, mut request) = (Vec::new(), filter);
        loop {
            let page = self.client("acme").list_comments(request.clone()).await.unwrap().into_inner();
            comments.extend(page.comments);
            if page.next_page_token.is_empty() {
                return comments;
            }
            request.page_token = page.next_page_token;
        }
    }

    pub async fn all_comments(&self) -> Vec<Comment> {
        self.comments(ListCommentsRequest { page_size: 500, ..ListCommentsRequest::default() }).await
    }

    pub async fn runs(&self) -> Vec<Run> {
        self.client("acme").list_runs(ListRunsRequest::default()).await.unwrap().into_inner().runs
    }

    pub async fn start_run(&self, request_id: &str, seed: i64) -> Result<Run, Status> {
        let request = StartRunRequest { request_id: request_id.to_owned(), seed };
        Ok(self.client("acme").start_run(request).await?.into_inner().run.unwrap())
    }

    /// Waits until so many runs have ended, and gives the newest.
    pub async fn ended(&self, runs: usize) -> Run {
        eventually_within(PATIENCE, async || {
            let there = self.runs().await;
            let over = there.iter().all(|run| run.state() != RunState::Running);
            if there.len() == runs && over { Ok(there[0].clone()) } else { Err(there) }
        })
        .await
    }

    /// Asks for a run and waits for it.
    pub async fn run(&self, seed: i64) -> Run {
        let before = self.runs().await.len();
        self.start_run("", seed).await.unwrap();
        self.ended(before + 1).await
    }

    pub async fn rebuild(&self) -> RebuildProjectionResponse {
        let mut client = OpsServiceClient::new(self.analysis.client(&self.bed, "acme", Role::Owner));
        let request = RebuildProjectionRequest { projection: "themes".to_owned() };
        client.rebuild_projection(request).await.unwrap().into_inner()
    }

    /// The facts of a type that the service has published, oldest first.
    pub async fn facts(&self, name: &str) -> Vec<serde_json::Value> {
        self.analysis.outbox_empty().await;
        let event_type = format!("ting.analysis.{name}.v1");
        let events = self.bed.events(Stream::Analysis).await;
        let data = events
            .into_iter()
            .filter(|event| event["type"] == event_type.as_str())
            .map(|event| event["data"].clone());
        data.flat_map(|data| data["items"].as_array().cloned().unwrap_or_else(|| vec![data.clone()]))
            .collect()
    }
}

/// Checks that the themes of a level fit the comments that are there.
pub fn assert_consistent(themes: &ListThemesResponse, comments: &[Comment]) {
    assert_eq!(themes.comments, i64::try_from(comments.len()).unwrap());
    let parked = comments.iter().filter(|comment| comment.theme_id.is_empty()).count();
    assert_eq!(themes.parked, i64::try_from(parked).unwrap());
    for theme in &themes.themes {
        let members: Vec<&Comment> =
            comments.iter().filter(|comment| comment.theme_id == theme.theme_id).collect();
        assert_eq!(theme.size, i64::try_from(members.len()).unwrap(), "{}", theme.label);
        let negative = theme.negative.unwrap();
        assert_eq!(negative.n, theme.size);
        assert!(negative.lower <= negative.value && negative.value <= negative.upper);
        assert!(theme.trend.iter().map(|point| point.count).sum::<i64>() <= theme.size);
        assert!(theme.trend.len() <= 26);
    }
    let placed: i64 = themes.themes.iter().map(|theme| theme.size).sum();
    assert_eq!(placed, themes.comments - themes.parked);
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

pub fn sizes_fall(themes: &[Theme]) -> bool {
    themes.windows(2).all(|pair| pair[0].size >= pair[1].size)
}
