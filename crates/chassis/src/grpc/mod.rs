//! The gRPC server of every service: one door ([`GrpcServer`]) that knows who calls, for how long and how much, before a handler does.
//!
//! Order of the door: request id, span, table of methods, shedding, token and role, deadline, catching panics, the handler; on the
//! way back the details of the error, the code for the metrics, the limits of the answer. Start with `door.rs`.

mod answer;
mod body;
mod config;
mod deadline;
mod door;
mod frames;
mod health;
mod methods;
mod refusal;
mod request_id;
mod server;

pub use config::GrpcConfig;
pub use request_id::RequestId;
pub use server::GrpcServer;
