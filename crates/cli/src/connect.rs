use std::{fs, time::Duration};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use ting_chassis::{Clock, Ids, NatsAddress, fault::chain};
use ting_proto::{
    analysis::v1::analysis_service_client::AnalysisServiceClient,
    intake::v1::intake_service_client::IntakeServiceClient, ops::v1::ops_service_client::OpsServiceClient,
    recovery::v1::recovery_service_client::RecoveryServiceClient,
    satisfaction::v1::satisfaction_service_client::SatisfactionServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};

use uuid::Uuid;

use crate::{args::Global, error::CliError, output::Output, profile::Profile};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What a call may take unless it says otherwise: the services' own default.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_NATS: &str = "nats://127.0.0.1:4222";

/// A service that answers calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The environment variable that says where it is.
    pub fn address_variable(self) -> String {
        format!("TING_{}_ADDRESS", self.name().to_uppercase())
    }

    fn default_address(self) -> &'static str {
        match self {
            Self::Intake => "127.0.0.1:7101",
            Self::Analysis => "127.0.0.1:7102",
            Self::Satisfaction => "127.0.0.1:7103",
            Self::Recovery => "127.0.0.1:7104",
        }
    }
}

/// What a token says, as far as this command wants to know it.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub workspace: String,
    /// Seconds since 1970.
    #[serde(default)]
    pub iat: i64,
    #[serde(default)]
    pub exp: i64,
    pub jti: Option<Uuid>,
}

/// What `token` says, whoever has signed it.
pub fn claims(token: &str) -> Option<Claims> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.trim().split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A channel whose calls carry the token and a deadline.
pub type Authorised = InterceptedService<Channel, Bearer>;

/// One run of the command: who calls whom, and where results go.
#[derive(Debug)]
pub struct Session {
    pub output: Output,
    pub clock: Clock,
    pub ids: Ids,
    addresses: [String; 4],
    nats_url: String,
    token: Option<String>,
    tls: Option<ClientTlsConfig>,
}

impl Session {
    /// Joins flags, environment and profile, in this order; connects to nothing yet.
    pub fn new(global: &Global) -> Result<Self, CliError> {
        let flags = &global.connection;
        let profile = Profile::load(flags.profile.as_deref())?;
        let known = profile.addresses;
        let address = |service: Service, flag: &Option<String>, profile: Option<String>| {
            given(flag.clone())
                .or_else(|| given(profile))
                .unwrap_or_else(|| service.default_address().to_owned())
        };
        let clock = Clock::system();
        Ok(Self {
            output: Output::new(global.format),
            ids: Ids::random(clock.clone()),
            clock,
            addresses: [
                address(Service::Intake, &flags.intake_address, known.intake),
                address(Service::Analysis, &flags.analysis_address, known.analysis),
                address(Service::Satisfaction, &flags.satisfaction_address, known.satisfaction),
                address(Service::Recovery, &flags.recovery_address, known.recovery),
            ],
            nats_url: given(flags.nats_url.clone())
                .or_else(|| given(known.nats))
                .unwrap_or_else(|| DEFAULT_NATS.to_owned()),
            token: given(flags.token.clone()).or_else(|| given(profile.token)),
            tls: flags.ca_file.clone().or(profile.ca_file).map(|file| tls(&file)).transpose()?,
        })
    }

    pub fn address(&self, service: Service) -> &str {
        &self.addresses[service as usize]
    }

    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The workspace that the token names. Nothing is verified here: the services do that.
    pub fn workspace(&self) -> Option<String> {
        Some(self.claims()?.workspace)
    }

    /// What the token says of itself. Nothing is verified here either.
    pub fn claims(&self) -> Option<Claims> {
        claims(self.token.as_deref()?)
    }

    /// Under which a service remembers a change, so that the transport may repeat it.
    pub fn request_id(&self) -> String {
        self.ids.next().to_string()
    }

    pub async fn intake(&self) -> Result<IntakeServiceClient<Authorised>, CliError> {
        Ok(IntakeServiceClient::new(self.authorised(Service::Intake).await?))
    }

    pub async fn analysis(&self) -> Result<AnalysisServiceClient<Authorised>, CliError> {
        Ok(AnalysisServiceClient::new(self.authorised(Service::Analysis).await?))
    }

    pub async fn satisfaction(&self) -> Result<SatisfactionServiceClient<Authorised>, CliError> {
        Ok(SatisfactionServiceClient::new(self.authorised(Service::Satisfaction).await?))
    }

    pub async fn recovery(&self) -> Result<RecoveryServiceClient<Authorised>, CliError> {
        Ok(RecoveryServiceClient::new(self.authorised(Service::Recovery).await?))
    }

    pub async fn ops(&self, service: Service) -> Result<OpsServiceClient<Authorised>, CliError> {
        Ok(OpsServiceClient::new(self.authorised(service).await?))
    }

    /// The bare connection, for what needs no token.
    pub async fn channel(&self, service: Service) -> Result<Channel, CliError> {
        let address = self.address(service);
        let fail =
            |cause: String| CliError::Connect { service: service.name(), address: address.to_owned(), cause };
        let uri = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let mut endpoint = Endpoint::from_shared(uri)
            .map_err(|error| CliError::usage(format!("{address:?} is not an address: {}", chain(&error))))?
            .connect_timeout(CONNECT_TIMEOUT);
        if let Some(tls) = &self.tls {
            endpoint = endpoint.tls_config(tls.clone()).map_err(|error| fail(chain(&error)))?;
        }
        endpoint.connect().await.map_err(|error| fail(chain(&error)))
    }

    pub async fn nats(&self) -> Result<async_nats::jetstream::Context, CliError> {
        let address = NatsAddress::parse(&self.nats_url);
        let options = address.options().name("ting").connection_timeout(CONNECT_TIMEOUT);
        let connected = options.connect(address.servers()).await;
        let client = connected.map_err(|error| CliError::Connect {
            service: "NATS",
            address: address.to_string(),
            cause: chain(&error),
        })?;
        Ok(async_nats::jetstream::new(client))
    }

    async fn authorised(&self, service: Service) -> Result<Authorised, CliError> {
        let header = self.token.as_ref().map(|token| format!("Bearer {token}").parse());
        let bearer = header.transpose().map_err(|_| {
            CliError::usage("the token has characters that no token has; was it copied whole?")
        })?;
        Ok(InterceptedService::new(self.channel(service).await?, Bearer(bearer)))
    }
}

/// Puts the token and, where there is none, a deadline on calls.
#[derive(Debug, Clone)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(header) = &self.0 {
            request.metadata_mut().insert("authorization", header.clone());
        }
        if !request.metadata().contains_key("grpc-timeout") {
            request.set_timeout(CALL_TIMEOUT);
        }
        Ok(request)
    }
}

/// An empty variable in the environment says nothing.
fn given(value: Option<String>) -> Option<String> {
    value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn tls(file: &std::path::Path) -> Result<ClientTlsConfig, CliError> {
    let pem = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))
}

#[cfg(test)]
mod tests {
    use super::{Service, Session};
    use crate::args::{Connection, Global};

    fn session(token: &str, intake: &str) -> Session {
        let connection = Connection {
            // Keeps the profile of whoever runs the test out of it.
            profile: Some("/dev/null".into()),
            token: Some(token.to_owned()),
            intake_address: Some(intake.to_owned()),
            ..Connection::default()
        };
        Session::new(&Global { connection, ..Global::default() }).unwrap()
    }

    #[test]
    fn an_empty_setting_is_none() {
        let session = session(" ", "");
        assert!(!session.has_token());
        assert_eq!(session.address(Service::Intake), "127.0.0.1:7101");
        assert_eq!(session.address(Service::Recovery), "127.0.0.1:7104");
    }

    #[test]
    fn the_workspace_is_read_from_the_token() {
        // {"alg":"EdDSA"} . {"workspace":"acme"}
        let token = "eyJhbGciOiJFZERTQSJ9.eyJ3b3Jrc3BhY2UiOiJhY21lIn0.c2ln";
        assert_eq!(session(token, "").workspace().as_deref(), Some("acme"));
        assert_eq!(session("nonsense", "").workspace(), None);
    }
}
