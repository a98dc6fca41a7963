//! What the stories need: a running service, somebody who publishes, somebody who receives.

mod feed;
mod mailbox;
mod receiver;

use chrono::{DateTime, TimeDelta, Utc};
use ting_chassis::{Clock, auth::Role};
use ting_events::Stream;
use ting_proto::recovery::v1::{
    Case, CreateEndpointRequest, CreateEndpointResponse, EndpointKind, GetCaseRequest, ListCasesRequest,
    ListNotificationsRequest, ListNotificationsResponse, Notification,
    recovery_service_client::RecoveryServiceClient,
};
use ting_recovery::Recovery;
use ting_testkit::{Bed, Client, Running, eventually};
use tokio_util::task::TaskTracker;
use tonic::Status;
use tonic_types::StatusExt as _;
use uuid::Uuid;

pub use feed::Feed;
pub use mailbox::{Mailbox, Say};
pub use receiver::{Answer, Receiver, count_connections};

pub const WORKSPACE: &str = "acme";

/// Lets webhooks reach receivers on this machine, and looks often.
pub const LOCAL: &str = "[service]\npoll_ms = 20\nwebhook_allow_networks = [\"127.0.0.0/8\"]\n";

/// A service with what it needs, and a clock that the test moves.
pub struct Scene {
    pub bed: Bed,
    pub service: Running<Recovery>,
    pub feed: Feed,
}

pub type Api = RecoveryServiceClient<Client>;

/// The present to start from, by the real clock: receivers compare timestamps with theirs.
fn start() -> DateTime<Utc> {
    Clock::system().now()
}

impl Scene {
    /// Starts with `overrides` over the service's defaults.
    pub async fn start(overrides: &str) -> Self {
        let bed = Bed::with_clock(Clock::manual(start())).await;
        let service = bed.service::<Recovery>(overrides).await;
        let feed = Feed::start(&bed, WORKSPACE).await;
        Self { bed, service, feed }
    }

    /// Calls as an admin of `acme`.
    pub fn api(&self) -> Api {
        self.api_as(WORKSPACE, Role::Admin)
    }

    pub fn api_as(&self, workspace: &str, role: Role) -> Api {
        RecoveryServiceClient::new(self.service.client(&self.bed, workspace, role))
    }

    pub fn advance(&self, by: TimeDelta) {
        self.bed.clock.advance(by);
    }

    /// Adds a webhook with a secret of the service's making.
    pub async fn webhook(&self, url: &str) -> CreateEndpointResponse {
        let request = CreateEndpointRequest {
            kind: EndpointKind::Webhook.into(),
            target: url.to_owned(),
            ..CreateEndpointRequest::default()
        };
        self.api().create_endpoint(request).await.unwrap().into_inner()
    }

    /// The cases of the workspace once there are `count`, last opened first.
    pub async fn cases(&self, count: usize) -> Vec<Case> {
        eventually(async || {
            let cases = self.all_cases().await;
            if cases.len() == count { Ok(cases) } else { Err(format!("{} cases, not {count}", cases.len())) }
        })
        .await
    }

    /// A complaint of somebody new, and the case it becomes.
    pub async fn complaint(&mut self) -> Case {
        let customer = self.new_id();
        self.feed.complaint(Some(customer), self.new_id()).await;
        eventually(async || {
            let mut own =
                self.all_cases().await.into_iter().filter(|case| case.customer_id == customer.to_string());
            own.next().ok_or("no case of the customer")
        })
        .await
    }

    /// An id that nobody has.
    pub fn new_id(&self) -> Uuid {
        self.service.store.ids.next()
    }

    pub async fn all_cases(&self) -> Vec<Case> {
        let request = ListCasesRequest { page_size: 500, ..Default::default() };
        self.api().list_cases(request).await.unwrap().into_inner().cases
    }

    /// A case with its history.
    pub async fn case(&self, case_id: &str) -> Case {
        let request = GetCaseRequest { case_id: case_id.to_owned() };
        self.api().get_case(request).await.unwrap().into_inner().case.unwrap()
    }

    /// All notifications of the workspace.
    pub async fn notifications(&self) -> ListNotificationsResponse {
        let request = ListNotificationsRequest { page_size: 500, ..Default::default() };
        self.api().list_notifications(request).await.unwrap().into_inner()
    }

    /// The only notification of the workspace, once `good` holds for it.
    pub async fn notification(&self, good: impl Fn(&Notification) -> bool) -> Notification {
        eventually(async || {
            let mut list = self.notifications().await.notifications;
            match list.pop() {
                Some(only) if list.is_empty() && good(&only) => Ok(only),
                other => Err(format!("{other:?} and {} more", list.len())),
            }
        })
        .await
    }

    /// The events that the service has published, as (name, data).
    pub async fn published(&self) -> Vec<(String, serde_json::Value)> {
        self.service.outbox_empty().await;
        let name = |event: &serde_json::Value| {
            let kind = event["type"].as_str().unwrap();
            kind.trim_start_matches("ting.recovery.").trim_end_matches(".v1").to_owned()
        };
        self.bed
            .events(Stream::Recovery)
            .await
            .into_iter()
            .map(|event| (name(&event), event["data"].clone()))
            .collect()
    }
}

/// Runs what the test itself serves; it ends with the test.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    TaskTracker::new().spawn(task);
}

/// The code and the reason of a refusal.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (tonic::Code, String) {
    let status = result.unwrap_err();
    let reason = status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default();
    (status.code(), reason)
}

/// When a notification is to be tried again.
pub fn next_attempt(notification: &Notification) -> DateTime<Utc> {
    DateTime::<Utc>::try_from(notification.next_attempt_at.unwrap()).unwrap()
}
