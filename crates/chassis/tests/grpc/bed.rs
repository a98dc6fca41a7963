//! A server with a guinea pig in it, and ways to call it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::{BufMut as _, Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::{BodyExt as _, Full};
use prost::Message as _;
use ting_chassis::{
    Readiness,
    auth::{Caller, Grant, Issuer, KeyPair, Role, Verifier, generate},
    grpc::{GrpcConfig, GrpcServer},
};
use ting_events::Workspace;
use ting_proto::intake::v1::{
    GetCustomerRequest, get_customer_request::By, intake_service_client::IntakeServiceClient,
    intake_service_server::IntakeServiceServer,
};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Status, metadata::MetadataMap, service::Routes, transport::Channel};
use tower::ServiceExt as _;

use crate::pig::Pig;

pub const GET_CUSTOMER: &str = "/ting.intake.v1.IntakeService/GetCustomer";
pub const IMPORT: &str = "/ting.intake.v1.IntakeService/ImportFeedback";
pub const INTAKE: &str = "ting.intake.v1.IntakeService";

/// Nothing here may take longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Bed {
    pub channel: Channel,
    pub address: SocketAddr,
    pub keys: KeyPair,
    pub readiness: Readiness,
    pub notice: CancellationToken,
    pub shutdown: CancellationToken,
    pub waiting: Arc<Semaphore>,
    pub gate: Arc<Semaphore>,
    pub server: JoinHandle<()>,
}

impl Bed {
    pub async fn start(config: GrpcConfig) -> Self {
        let listener = TcpListener::bind(&config.address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (keys, readiness) = (generate(), Readiness::new(&["postgres"]));
        readiness.up("postgres");
        let (notice, shutdown) = (CancellationToken::new(), CancellationToken::new());
        let (waiting, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let server = GrpcServer {
            config,
            verifier: Verifier::from_pem(&keys.public_pem).unwrap(),
            readiness: readiness.clone(),
            service_names: vec![INTAKE],
            notice: notice.clone(),
            shutdown: shutdown.clone(),
        };
        let pig = Pig { waiting: waiting.clone(), gate: gate.clone() };
        let server = tokio::spawn(server.serve(listener, Routes::new(IntakeServiceServer::new(pig))));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        Self { channel, address, keys, readiness, notice, shutdown, waiting, gate, server }
    }

    pub fn bearer(&self, role: Role) -> String {
        let caller = Caller { workspace: Workspace::parse("acme").unwrap(), role, subject: "ann".to_owned() };
        let issued_at = DateTime::<Utc>::from(std::time::SystemTime::now());
        let grant = Grant { caller, issued_at, lifetime: TimeDelta::hours(1), id: uuid::Uuid::nil() };
        format!("Bearer {}", Issuer::from_pem(&self.keys.private_pem).unwrap().issue(&grant).unwrap())
    }

    pub fn client(&self) -> IntakeServiceClient<Channel> {
        IntakeServiceClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    /// `GetCustomer` as an owner, with the id that tells the guinea pig what to do.
    pub fn customer(&self, id: &str) -> tonic::Request<GetCustomerRequest> {
        self.signed(GetCustomerRequest { by: Some(By::CustomerId(id.to_owned())) })
    }

    pub fn signed<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", self.bearer(Role::Owner).parse().unwrap());
        request
    }

    /// A call with a body and headers of any kind, as an owner unless `headers` say otherwise.
    pub async fn raw(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let bearer = self.bearer(Role::Owner);
        let mut request =
            http::Request::post(path).header("content-type", "application/grpc").header("te", "trailers");
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", bearer);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let request = request.body(tonic::body::Body::new(Full::new(body.into()))).unwrap();
        let call = async {
            let response = self.channel.clone().oneshot(request).await.map_err(Status::from_error_of)?;
            let (parts, body) = response.into_parts();
            let trailers = body.collect().await?.trailers().cloned().unwrap_or_default();
            let status =
                Status::from_header_map(&parts.headers).or_else(|| Status::from_header_map(&trailers));
            Ok::<_, Status>((status.unwrap(), parts.headers))
        };
        let (status, headers) = tokio::time::timeout(PATIENCE, call).await.unwrap().unwrap();
        Answer { status, headers: MetadataMap::from_headers(headers) }
    }
}

pub struct Answer {
    pub status: Status,
    pub headers: MetadataMap,
}

/// Transport errors as statuses, which tonic does for its own clients only.
trait FromErrorOf {
    fn from_error_of(error: tonic::transport::Error) -> Status;
}

impl FromErrorOf for Status {
    fn from_error_of(error: tonic::transport::Error) -> Status {
        Self::from_error(error.into())
    }
}

/// One message on the wire.
pub fn framed(flag: u8, message: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(flag);
    bytes.put_u32(u32::try_from(message.len()).unwrap());
    bytes.put_slice(message);
    bytes.freeze()
}

/// `GetCustomer` on the wire.
pub fn customer_bytes(id: &str) -> Bytes {
    framed(0, &GetCustomerRequest { by: Some(By::CustomerId(id.to_owned())) }.encode_to_vec())
}

/// Waits until `condition` holds.
pub async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let all = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "waited in vain for {what}");
}
