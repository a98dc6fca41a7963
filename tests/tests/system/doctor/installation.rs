//! An installation whose NATS asks for a password over TLS, and a person who asks the doctor.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use async_nats::{ConnectOptions, jetstream};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use ting_chassis::{
    Clock, Ids,
    auth::{Caller, Grant, Issuer, Role, generate},
};
use ting_events::Workspace;
use ting_local::{Cluster, ClusterOptions, services::NAMES};
use ting_proto::{
    intake::v1::{FeedbackInput, SubmitFeedbackRequest, intake_service_client::IntakeServiceClient},
    types::v1::FeedbackKind,
};
use ting_servers::{Finder, NatsConfiguration, NatsOptions, PostgresOptions, free_port};
use tonic::{Status, transport::Channel};

use crate::{
    bed::{WORKSPACE, with},
    certificates::{Authority, Signed},
};

/// Something that the doctor says is wrong.
#[derive(Debug)]
pub struct Finding {
    pub service: String,
    pub dependency: String,
    pub wrong: String,
    pub todo: String,
    pub since: Option<String>,
}

pub struct Installation {
    pub cluster: Cluster,
    pub authority: Authority,
    nats: NatsFiles,
    // Last, so that the services are gone before their folder.
    folder: TempDir,
}

impl Installation {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let nats = NatsFiles::write(folder.path(), &authority);
        let cluster = Cluster::start(options(folder.path(), &nats)).await.unwrap();
        Self { cluster, authority, nats, folder }
    }

    /// What the doctor finds as an owner of the workspace.
    pub fn doctor(&self) -> Vec<Finding> {
        let token = self.cluster.token(WORKSPACE, Role::Owner, "operator").unwrap();
        self.doctor_with(&[("TING_TOKEN", &token)])
    }

    pub fn doctor_with(&self, environment: &[(&str, &str)]) -> Vec<Finding> {
        let addresses =
            NAMES.map(|name| (format!("TING_{}_ADDRESS", name.to_uppercase()), self.cluster.address(name)));
        let mut all: Vec<(&str, &str)> =
            addresses.iter().map(|(name, address)| (name.as_str(), address.as_str())).collect();
        all.extend(environment);
        doctor(self.folder.path(), &all, &[])
    }

    /// Gives NATS another certificate, as an operator would, and starts it again.
    pub fn certify_nats(&mut self, signed: &Signed) {
        self.nats.certify(signed);
        tokio::task::block_in_place(|| self.cluster.nats.restart()).unwrap();
    }

    /// Gives the user of NATS another password and starts it again.
    pub fn password_of_nats(&mut self, password: &str) {
        self.nats.configure(password);
        tokio::task::block_in_place(|| self.cluster.nats.restart()).unwrap();
    }

    /// Runs a statement as the superuser.
    pub async fn postgres(&self, sql: &'static str) {
        let mut admin = self.admin().await;
        sqlx::raw_sql(sql).execute(&mut admin).await.unwrap();
    }

    /// Has Postgres ask everybody but the superuser for a password, or nobody.
    pub async fn ask_for_passwords(&self, ask: bool) {
        let mut admin = self.admin().await;
        let file: String = sqlx::query_scalar("SHOW hba_file").fetch_one(&mut admin).await.unwrap();
        let method = if ask { "scram-sha-256" } else { "trust" };
        let sql = format!(
            "COPY (VALUES ('local all ting trust'), ('local all all {method}')) TO '{file}'; SELECT pg_reload_conf();"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }

    async fn admin(&self) -> PgConnection {
        PgConnection::connect(&self.cluster.postgres.admin_url()).await.unwrap()
    }

    async fn jetstream(&self) -> jetstream::Context {
        let options = ConnectOptions::with_user_and_password("ting".to_owned(), "first".to_owned());
        let options = options.add_root_certificates(self.nats.authority.clone());
        jetstream::new(options.connect(self.cluster.nats.url()).await.unwrap())
    }

    /// Sets the size at which a stream takes no more, and gives the one of before.
    pub async fn limit_stream(&self, name: &str, max_bytes: i64) -> i64 {
        let jetstream = self.jetstream().await;
        let before = jetstream.get_stream(name).await.unwrap().cached_info().config.clone();
        let changed = jetstream::stream::Config { max_bytes, ..before.clone() };
        jetstream.update_stream(changed).await.unwrap();
        before.max_bytes
    }

    pub async fn delete_stream(&self, name: &str) {
        self.jetstream().await.delete_stream(name).await.unwrap();
    }

    /// Has intake audit its stream; gives what was published, lost, and waits.
    pub fn audit(&self) -> (i64, i64, i64) {
        let token = self.cluster.token(WORKSPACE, Role::Owner, "operator").unwrap();
        let address = self.cluster.address("intake");
        let told = self.ting(&[
            "ops",
            "audit-streams",
            "intake",
            "--format",
            "json",
            "--token",
            &token,
            "--intake-address",
            &address,
        ]);
        let answer: Value = serde_json::from_str(&told).unwrap();
        // Counts that are 0 are left out, and int64 is a string: proto3 JSON.
        let count =
            |name: &str| answer["streams"][0][name].as_str().map_or(0, |count| count.parse().unwrap());
        (count("published"), count("lost"), count("pending"))
    }

    /// Takes in a comment.
    pub async fn submit(&self) -> Result<(), Status> {
        let channel = Channel::from_shared(self.cluster.address("intake")).unwrap().connect_lazy();
        let feedback = FeedbackInput {
            kind: FeedbackKind::Comment.into(),
            text: "The parcel came a day late".to_owned(),
            ..FeedbackInput::default()
        };
        let request = SubmitFeedbackRequest { feedback: Some(feedback), ..Default::default() };
        let token = self.cluster.token(WORKSPACE, Role::Owner, "operator").unwrap();
        IntakeServiceClient::new(channel).submit_feedback(with(&token, request)).await.map(drop)
    }

    /// Runs another command in the folder of the keys, which has to work.
    pub fn ting(&self, arguments: &[&str]) -> String {
        let output = tokio::task::block_in_place(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ting-under-test"));
            command.args(arguments).env_clear().env("HOME", self.folder.path());
            command.current_dir(self.folder.path()).output().unwrap()
        });
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A token of the key that is in the folder now.
    pub fn new_token(&self) -> String {
        let key = "keys/private.pem";
        self.ting(&["token", "create", "--key", key, "--workspace", WORKSPACE, "--role", "owner"])
    }

    pub fn lapsed_token(&self) -> String {
        let key = fs::read_to_string(self.folder.path().join("keys/private.pem")).unwrap();
        token(&key, TimeDelta::days(30), TimeDelta::days(29))
    }
}

pub fn token_of_another_key() -> String {
    token(&generate().private_pem, TimeDelta::zero(), TimeDelta::hours(1))
}

fn token(private_pem: &str, ago: TimeDelta, lifetime: TimeDelta) -> String {
    let clock = Clock::system();
    let workspace = Workspace::parse(WORKSPACE).unwrap();
    let caller = Caller { workspace, role: Role::Owner, subject: "operator".to_owned() };
    let id = Ids::random(clock.clone()).next();
    let grant = Grant { caller, issued_at: clock.now() - ago, lifetime, id };
    Issuer::from_pem(private_pem).unwrap().issue(&grant).unwrap()
}

/// The configuration of NATS and what it names.
struct NatsFiles {
    configuration: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    authority: PathBuf,
    port: u16,
}

impl NatsFiles {
    fn write(folder: &Path, authority: &Authority) -> Self {
        let file = |name: &str| folder.join(name);
        let files = Self {
            configuration: file("nats.json"),
            certificate: file("nats.pem"),
            key: file("nats.key"),
            authority: file("ca.pem"),
            port: free_port().unwrap(),
        };
        fs::write(&files.authority, &authority.pem).unwrap();
        files.certify(&authority.good());
        files.configure("first");
        files
    }

    fn certify(&self, signed: &Signed) {
        fs::write(&self.certificate, &signed.certificate).unwrap();
        fs::write(&self.key, &signed.key).unwrap();
    }

    fn configure(&self, password: &str) {
        let configuration = json!({
            "jetstream": {},
            "authorization": { "user": "ting", "password": password },
            "tls": { "cert_file": self.certificate, "key_file": self.key },
        });
        fs::write(&self.configuration, configuration.to_string()).unwrap();
    }
}

fn options(folder: &Path, nats: &NatsFiles) -> ClusterOptions {
    let finder = Finder::from_environment().private();
    let pair = |key: &str, value: String| (key.to_owned(), value);
    let configuration = NatsConfiguration {
        file: nats.configuration.clone(),
        environment: Vec::new(),
        arguments: Vec::new(),
    };
    ClusterOptions {
        data: folder.to_owned(),
        port: None,
        program: env!("CARGO_BIN_EXE_ting-service").into(),
        postgres: PostgresOptions { finder: finder.clone(), ..PostgresOptions::default() },
        nats: NatsOptions {
            finder,
            port: Some(nats.port),
            configuration: Some(configuration),
            ..NatsOptions::default()
        },
        settings: vec![
            pair("TING__NATS__URL", format!("nats://ting:first@127.0.0.1:{}", nats.port)),
            pair("TING__AUDIT__EVERY_MS", "3600000".to_owned()),
            // Whom the services trust, besides nobody.
            pair("SSL_CERT_FILE", nats.authority.display().to_string()),
        ],
        recovery: Vec::new(),
        gateway: false,
    }
}

/// Runs `ting ops doctor` with nothing of the environment of whoever runs the test, and gives what is wrong.
pub fn doctor(home: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Vec<Finding> {
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_ting-under-test"))
            .args(["ops", "doctor", "--format", "json"])
            .args(arguments)
            .env_clear()
            .env("HOME", home)
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    };
    let output = tokio::task::block_in_place(run);
    let examined: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut found = Vec::new();
    for one in &examined {
        for check in one["checks"].as_array().unwrap().iter().filter(|check| check["state"] != "well") {
            let text = |name: &str| check[name].as_str().map(str::to_owned);
            found.push(Finding {
                service: one["service"].as_str().unwrap().to_owned(),
                dependency: text("dependency").unwrap(),
                wrong: text("wrong").unwrap(),
                todo: text("todo").unwrap(),
                since: text("since"),
            });
        }
    }
    assert_eq!(output.status.success(), found.is_empty(), "{found:?}");
    found
}
