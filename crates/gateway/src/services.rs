//! Questions to the services, asked with the token of the one who looks.

use std::{
    cmp::Reverse,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, stream::FuturesUnordered};
use ting_chassis::Clock;
use ting_proto::{
    analysis::v1::{
        ListCommentsRequest, ListRunsRequest, ListThemesRequest, RunState,
        analysis_service_client::AnalysisServiceClient,
    },
    intake::v1::{ListFeedbackRequest, ListResponsesRequest, intake_service_client::IntakeServiceClient},
    recovery::v1::{
        CaseState, ListCasesRequest, ListNotificationsRequest, recovery_service_client::RecoveryServiceClient,
    },
    satisfaction::v1::{
        GetScoreRequest, ListAlertsRequest, satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::{Dimension, Metric},
};
use tonic::{
    Code, Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

use crate::{
    board::{Board, Cases, NoAnswer, Source, Sources, Themes, Update},
    config::ServicesConfig,
};

/// Rows of a list on the page.
const ROWS: i32 = 12;
const COMMENTS: i32 = 20;
const METRICS: [Metric; 3] = [Metric::Nps, Metric::Csat, Metric::Ces];

/// A service that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Intake,
    Analysis,
    Satisfaction,
    Recovery,
}

impl Service {
    pub const ALL: [Self; 4] = [Self::Intake, Self::Analysis, Self::Satisfaction, Self::Recovery];

    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Analysis => "analysis",
            Self::Satisfaction => "satisfaction",
            Self::Recovery => "recovery",
        }
    }

    /// Which questions it answers.
    pub fn sources(self) -> Sources {
        match self {
            Self::Intake => Sources::of(&[Source::Feedback, Source::Responses]),
            Self::Analysis => Sources::of(&[Source::Themes, Source::Comments]),
            Self::Satisfaction => Sources::of(&[Source::Scores, Source::Alerts]),
            Self::Recovery => Sources::of(&[Source::Cases, Source::Notifications]),
        }
    }

    fn of(source: Source) -> Self {
        Self::ALL.into_iter().find(|service| service.sources().contains(source)).unwrap_or(Self::Intake)
    }
}

/// Connections to all services. None has to be there: a connection is made when it is needed, again and again.
pub struct Services {
    intake: IntakeServiceClient<Channel>,
    analysis: AnalysisServiceClient<Channel>,
    satisfaction: SatisfactionServiceClient<Channel>,
    recovery: RecoveryServiceClient<Channel>,
    deadline: Duration,
    clock: Clock,
    /// By service, since when it has not answered.
    away_since: Mutex<[Option<DateTime<Utc>>; Service::ALL.len()]>,
}

impl Services {
    pub fn new(config: &ServicesConfig, clock: Clock) -> anyhow::Result<Self> {
        let deadline = Duration::from_millis(config.deadline_ms);
        Ok(Self {
            intake: IntakeServiceClient::new(channel(&config.intake, deadline)?),
            analysis: AnalysisServiceClient::new(channel(&config.analysis, deadline)?),
            satisfaction: SatisfactionServiceClient::new(channel(&config.satisfaction, deadline)?),
            recovery: RecoveryServiceClient::new(channel(&config.recovery, deadline)?),
            deadline,
            clock,
            away_since: Mutex::default(),
        })
    }

    /// Asks everything at once, for a page that is opened.
    pub async fn board(&self, token: &str) -> Board {
        let mut board = Board::default();
        let mut answers: FuturesUnordered<_> = Source::ALL
            .into_iter()
            .map(|source| async move { (source, self.read(source, token).await) })
            .collect();
        while let Some((source, answer)) = answers.next().await {
            board.apply(source, answer);
        }
        board
    }

    /// Asks one question.
    pub async fn read(&self, source: Source, token: &str) -> Result<Update, NoAnswer> {
        let Ok(bearer) = format!("Bearer {token}").parse() else { return Err(NoAnswer::Denied) };
        // The deadline travels with each call; a service that ignores it must not hold up the page either.
        let answer = tokio::time::timeout(self.deadline, self.ask(source, &bearer)).await;
        let answer = answer.unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer in time")));
        self.judge(Service::of(source), answer)
    }

    fn judge(&self, service: Service, answer: Result<Update, Status>) -> Result<Update, NoAnswer> {
        let mut away = self.away_since.lock().unwrap_or_else(PoisonError::into_inner);
        let since = &mut away[service as usize];
        let status = match answer {
            Ok(update) => {
                if since.take().is_some() {
                    tracing::info!(service = service.name(), "the service answers again");
                }
                return Ok(update);
            }
            Err(status) => status,
        };
        if matches!(status.code(), Code::PermissionDenied | Code::Unauthenticated) {
            *since = None;
            return Err(NoAnswer::Denied);
        }
        if since.is_none() {
            tracing::warn!(service = service.name(), code = ?status.code(), cause = status.message(), "the service does not answer");
        }
        Err(NoAnswer::Away(*since.get_or_insert_with(|| self.clock.now())))
    }

    async fn ask(&self, source: Source, bearer: &Bearer) -> Result<Update, Status> {
        match source {
            Source::Feedback => self.feedback(bearer).await,
            Source::Responses => self.responses(bearer).await,
            Source::Themes => self.themes(bearer).await,
            Source::Comments => self.comments(bearer).await,
            Source::Scores => self.scores(bearer).await,
            Source::Alerts => self.alerts(bearer).await,
            Source::Cases => self.cases(bearer).await,
            Source::Notifications => self.notifications(bearer).await,
        }
    }

    fn request<T>(&self, bearer: &Bearer, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(self.deadline);
        request.metadata_mut().insert("authorization", bearer.clone());
        request
    }

    async fn feedback(&self, bearer: &Bearer) -> Result<Update, Status> {
        let request = self.request(bearer, ListFeedbackRequest { page_size: 1, ..Default::default() });
        let answer = self.intake.clone().list_feedback(request).await?;
        Ok(Update::Feedback(answer.into_inner().total))
    }

    async fn responses(&self, bearer: &Bearer) -> Result<Update, Status> {
        let request = self.request(bearer, ListResponsesRequest { page_size: 1, ..Default::default() });
        let answer = self.intake.clone().list_responses(request).await?;
        Ok(Update::Responses(answer.into_inner().total))
    }

    async fn themes(&self, bearer: &Bearer) -> Result<Update, Status> {
        let (mut first, mut second) = (self.analysis.clone(), self.analysis.clone());
        let themes = self.request(bearer, ListThemesRequest { page_size: ROWS, ..Default::default() });
        let runs = self.request(bearer, ListRunsRequest { page_size: ROWS, ..Default::default() });
        let (list, runs) = tokio::try_join!(first.list_themes(themes), second.list_runs(runs))?;
        let (list, runs) = (list.into_inner(), runs.into_inner().runs);
        let finished = runs.iter().find(|run| run.state() == RunState::Finished);
        let listed = i64::try_from(list.themes.len()).unwrap_or(i64::MAX);
        let total = finished.map_or(listed, |run| run.themes.max(listed));
        Ok(Update::Themes(Box::new(Themes { total, newest_run: runs.into_iter().next(), list })))
    }

    async fn comments(&self, bearer: &Bearer) -> Result<Update, Status> {
        let request = self.request(bearer, ListCommentsRequest { page_size: COMMENTS, ..Default::default() });
        let answer = self.analysis.clone().list_comments(request).await?;
        Ok(Update::Comments(answer.into_inner().comments))
    }

    async fn scores(&self, bearer: &Bearer) -> Result<Update, Status> {
        let answers = METRICS.map(|metric| {
            let message = GetScoreRequest {
                metric: metric.into(),
                dimension: Dimension::Workspace.into(),
                ..Default::default()
            };
            let (mut client, request) = (self.satisfaction.clone(), self.request(bearer, message));
            async move { client.get_score(request).await.map(Response::into_inner) }
        });
        let answers = futures::future::try_join_all(answers).await?;
        Ok(Update::Scores(answers.into_iter().filter_map(|answer| answer.score).collect()))
    }

    async fn alerts(&self, bearer: &Bearer) -> Result<Update, Status> {
        let message = ListAlertsRequest { open_only: true, page_size: ROWS, ..Default::default() };
        let answer = self.satisfaction.clone().list_alerts(self.request(bearer, message)).await?;
        Ok(Update::Alerts(answer.into_inner().alerts))
    }

    async fn cases(&self, bearer: &Bearer) -> Result<Update, Status> {
        let list = |state: CaseState| {
            let message = ListCasesRequest { state: state.into(), page_size: ROWS, ..Default::default() };
            let (mut client, request) = (self.recovery.clone(), self.request(bearer, message));
            async move { client.list_cases(request).await.map(Response::into_inner) }
        };
        let (new, taken) = tokio::try_join!(list(CaseState::Open), list(CaseState::Acknowledged))?;
        let mut cases: Vec<_> = new.cases.into_iter().chain(taken.cases).collect();
        let opened = |at: Option<pbjson_types::Timestamp>| at.map(|at| (at.seconds, at.nanos));
        cases.sort_by_key(|case| Reverse((case.severity, opened(case.opened_at))));
        cases.truncate(usize::try_from(ROWS).unwrap_or_default());
        Ok(Update::Cases(Cases { cases, open: new.open }))
    }

    async fn notifications(&self, bearer: &Bearer) -> Result<Update, Status> {
        let request = self.request(bearer, ListNotificationsRequest { page_size: 1, ..Default::default() });
        let answer = self.recovery.clone().list_notifications(request).await?;
        Ok(Update::Notifications(answer.into_inner().delivered))
    }
}

type Bearer = MetadataValue<Ascii>;

fn channel(url: &str, deadline: Duration) -> anyhow::Result<Channel> {
    let endpoint = Endpoint::from_shared(url.to_owned()).with_context(|| format!("{url} is no address"))?;
    Ok(endpoint
        .connect_timeout(deadline)
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
        .connect_lazy())
}
