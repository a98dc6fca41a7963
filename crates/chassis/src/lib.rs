//! What every service of ting stands on, once: settings, store, outbox and inbox, consumers, gRPC server, auth, faults, health,
//! shutdown. It knows no customer, theme, score or case.
//!
//! Start with [`Service`] (what a service says about itself) and [`main`] (what happens then). A use case opens a [`store::Tx`],
//! writes, publishes with [`store::Tx::publish`], and commits; a [`consumer::Handler`] does the same with what others published.

pub mod admin;
mod arguments;
pub mod auth;
mod bus;
mod clock;
mod config;
pub mod consumer;
pub mod fault;
pub mod grpc;
mod ids;
pub mod input;
pub mod metrics;
mod nats;
pub mod ops;
pub mod probe;
mod readiness;
mod service;
mod stages;
pub mod store;
mod vital;

pub use arguments::Arguments;
pub use clock::Clock;
pub use config::{AuthConfig, InvalidSettings, Layers, NatsConfig, Setting, Settings, ShutdownConfig};
pub use consumer::ConsumerConfig;
pub use ids::Ids;
pub use nats::NatsAddress;
pub use readiness::Readiness;
pub use service::{Context, Parts, Server, Service, main, run};
pub use store::{AuditConfig, Measure, RelayConfig};
