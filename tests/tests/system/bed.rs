//! A cluster for one test.

use std::{path::PathBuf, time::Duration};

use tempfile::TempDir;
use ting_chassis::auth::Role;
use ting_local::{
    Child, Cluster, ClusterOptions, Until,
    sinks::{MailSink, WebhookSink},
};
use ting_proto::recovery::v1::{
    CreateEndpointRequest, EndpointKind, recovery_service_client::RecoveryServiceClient,
};
use ting_servers::{Finder, NatsOptions, PostgresOptions, free_port};
use tonic::{Request, transport::Channel};

pub const WORKSPACE: &str = "acme";

pub struct SystemBed {
    pub cluster: Cluster,
    pub webhooks: WebhookSink,
    pub mails: MailSink,
    token: String,
    options: ClusterOptions,
    // Last, so that the services are gone before their folder.
    folder: TempDir,
}

impl SystemBed {
    /// Starts everything on free ports, with a webhook receiver and a mail server that keep what they get.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with more `settings` in the environment of every service.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_as(settings, false).await
    }

    /// The same with the page.
    pub async fn start_with_page() -> Self {
        Self::start_as(&[], true).await
    }

    async fn start_as(settings: &[(&str, &str)], gateway: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let webhooks = WebhookSink::start(None).await.unwrap();
        let mails = MailSink::start(None).await.unwrap();
        let options = options(folder.path().to_owned(), &mails, settings);
        let options = ClusterOptions { gateway, ..options };
        let cluster = Cluster::start(options.clone()).await.unwrap();
        let token = cluster.token(WORKSPACE, Role::Admin, "tester").unwrap();
        let bed = Self { cluster, webhooks, mails, token, options, folder };
        bed.add_endpoints().await;
        bed
    }

    async fn add_endpoints(&self) {
        let mut recovery = RecoveryServiceClient::new(self.channel("recovery"));
        for (kind, target) in [
            (EndpointKind::Webhook, self.webhooks.url()),
            (EndpointKind::Email, "desk@example.com".to_owned()),
        ] {
            let request = CreateEndpointRequest { kind: kind.into(), target, ..Default::default() };
            recovery.create_endpoint(self.with(request)).await.unwrap();
        }
    }

    /// A second replica of a service, on ports of its own; nothing runs yet.
    pub fn replica(&self, name: &'static str) -> Child {
        let (port, admin) = (free_port().unwrap(), free_port().unwrap());
        let owner = self.store(name);
        let pair = |key: &str, value: String| (key.to_owned(), value);
        let mut settings = vec![
            pair("TING__DATABASE__URL", owner.replacen("://ting@", "://ting_service@", 1)),
            pair("TING__DATABASE__OWNER_URL", owner),
            pair("TING__NATS__URL", self.cluster.nats.url()),
            pair("TING__NATS__STREAM_MAX_BYTES", (512 << 20).to_string()),
            pair("TING__GRPC__ADDRESS", format!("127.0.0.1:{port}")),
            pair("TING__ADMIN__ADDRESS", format!("127.0.0.1:{admin}")),
            pair(
                "TING__AUTH__PUBLIC_KEY_FILE",
                self.folder.path().join("keys/public.pem").display().to_string(),
            ),
            pair("TING__AUTH__PAGE_SECRET", "a secret for tests".to_owned()),
        ];
        settings.extend(self.options.settings.iter().chain(&self.options.recovery).cloned());
        let recoverys = |key: &str| self.options.recovery.iter().any(|(own, _)| own == key);
        let settings: Vec<(&str, String)> = settings
            .iter()
            .filter(|(key, _)| name == "recovery" || !recoverys(key))
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        Child::new(&self.options.program, name, port, admin, &settings, &self.folder.path().join("logs"))
    }

    /// A channel that connects when it is used, and again when the service was away.
    pub fn channel(&self, service: &str) -> Channel {
        Channel::from_shared(self.cluster.address(service))
            .unwrap()
            .timeout(Duration::from_secs(15))
            .connect_lazy()
    }

    /// The message with the tester's token.
    pub fn with<T>(&self, message: T) -> Request<T> {
        with(&self.token, message)
    }

    pub fn token(&self) -> String {
        self.token.clone()
    }

    /// What a service has logged.
    pub fn log(&self, service: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("logs").join(format!("{service}.log"))).unwrap()
    }

    /// Waits until the loop has nothing left to do.
    pub async fn quiet(&self) {
        ting_local::quiet(&self.cluster, WORKSPACE, Until::Done, Duration::from_mins(3), |_| {})
            .await
            .unwrap();
    }

    /// The store of a service as its owner, whom walls do not bind.
    pub fn store(&self, service: &str) -> String {
        self.cluster.postgres.url(&format!("ting_{service}"))
    }
}

/// The message with a token.
pub fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

fn options(data: PathBuf, mails: &MailSink, more: &[(&str, &str)]) -> ClusterOptions {
    let finder = Finder::from_environment().private();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let mut settings =
        vec![pair("TING__CONSUMER__ACK_WAIT_MS", "5000"), pair("TING__AUDIT__EVERY_MS", "2000")];
    settings.extend(more.iter().map(|(key, value)| pair(key, value)));
    ClusterOptions {
        data,
        port: None,
        program: env!("CARGO_BIN_EXE_ting-service").into(),
        postgres: PostgresOptions { finder: finder.clone(), ..PostgresOptions::default() },
        nats: NatsOptions { finder, ..NatsOptions::default() },
        settings,
        recovery: vec![
            ("TING__SERVICE__SMTP_URL".to_owned(), mails.url()),
            pair("TING__SERVICE__WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8"),
            // What a killed sender had in hand is taken again after this.
            pair("TING__SERVICE__LEASE_MS", "13000"),
            pair("TING__SERVICE__ATTEMPT_TIMEOUT_MS", "2000"),
        ],
        gateway: false,
    }
}
