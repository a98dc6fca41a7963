use std::{sync::Arc, time::Duration};

use axum::middleware::from_fn_with_state;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};
use tonic_health::pb::{health_server::Health, health_server::HealthServer};

use super::{
    GrpcConfig,
    door::{Door, enter},
    health::Reporter,
};
use crate::{Readiness, auth::Verifier, fault::chain, metrics};

/// How long calls in hand may take after the end has begun.
const DRAIN: Duration = Duration::from_secs(25);
const KEEPALIVE_EVERY: Duration = Duration::from_secs(30);
const KEEPALIVE_PATIENCE: Duration = Duration::from_secs(20);
/// Old connections are asked to go, so that replicas that came later get their share. Without tonic's grace period: with one it
/// cuts calls off instead of letting them end.
const CONNECTION_AGE: Duration = Duration::from_mins(30);
const HEADER_BYTES: u32 = 16 * 1024;
/// Streams that a client opens and resets at once, before it is cut off (CVE-2023-44487).
const PENDING_RESETS: usize = 20;

/// The gRPC server of a service.
#[derive(Debug)]
pub struct GrpcServer {
    pub config: GrpcConfig,
    pub verifier: Verifier,
    pub readiness: Readiness,
    /// Full names, for health: `ting.intake.v1.IntakeService`.
    pub service_names: Vec<&'static str>,
    /// From here on the service says that it is not ready.
    pub notice: CancellationToken,
    /// From here on it takes no calls, and ends those in hand.
    pub shutdown: CancellationToken,
}

impl GrpcServer {
    /// Serves `routes`, health and reflection until the shutdown is over.
    pub async fn serve(self, listener: TcpListener, routes: Routes) {
        // The recorder has to be there before the first call is measured.
        metrics::recorder();
        let stop = CancellationToken::new();
        let (health, service) = tonic_health::server::health_reporter();
        let reporter =
            Reporter { health, readiness: self.readiness.clone(), names: self.service_names.clone() };
        reporter.start().await;
        let door = Arc::new(Door::new(&self.config, self.verifier.clone(), stop.clone()));
        let routes = with_standard_services(routes, service, self.config.reflection);
        let routes = Routes::from(routes.into_axum_router().layer(from_fn_with_state(door, enter)));
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let serving = transport(&self.config)
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
        let ending = async {
            reporter.follow(&self.notice, &self.shutdown).await;
            self.shutdown.cancelled().await;
            stop.cancel();
            sleep(DRAIN).await;
        };
        tokio::select! {
            served = serving => {
                if let Err(error) = served {
                    tracing::error!(error = chain(&error), "the gRPC server has failed");
                }
            }
            () = ending => tracing::warn!("calls that did not end in time are cut off"),
        }
    }
}

fn transport(config: &GrpcConfig) -> Server {
    Server::builder()
        .max_concurrent_streams(config.max_concurrent_streams)
        .http2_keepalive_interval(Some(KEEPALIVE_EVERY))
        .http2_keepalive_timeout(Some(KEEPALIVE_PATIENCE))
        .http2_max_pending_accept_reset_streams(Some(PENDING_RESETS))
        .http2_max_header_list_size(HEADER_BYTES)
        .max_connection_age(CONNECTION_AGE)
}

fn with_standard_services(routes: Routes, health: HealthServer<impl Health>, reflection: bool) -> Routes {
    let routes = routes.add_service(health);
    if !reflection {
        return routes;
    }
    let contracts = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(ting_proto::DESCRIPTOR)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let known = "the contracts were compiled with this program";
    // Clients of long standing, Python's among them, know no other version than v1alpha.
    routes
        .add_service(contracts().build_v1().expect(known))
        .add_service(contracts().build_v1alpha().expect(known))
}
