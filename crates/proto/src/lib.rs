//! The contracts of ting as Rust types: messages, clients and servers generated from `proto/`, with proto3 JSON.
//!
//! Nothing here is written by hand but [`codec`], which turns undecodable requests into a client's error. Start reading in
//! `proto/ting/<service>/v1/<service>_service.proto`.

pub mod codec;

/// The encoded `FileDescriptorSet` of all contracts, for reflection.
pub const DESCRIPTOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

macro_rules! generated {
    ($($module:ident => $package:literal),* $(,)?) => {$(
        #[expect(clippy::pedantic, clippy::allow_attributes, unused_qualifications, reason = "generated code")]
        pub mod $module {
            pub mod v1 {
                tonic::include_proto!($package);
                include!(concat!(env!("OUT_DIR"), "/", $package, ".serde.rs"));
            }
        }
    )*};
}

generated! {
    access => "ting.access.v1",
    analysis => "ting.analysis.v1",
    events => "ting.events.v1",
    intake => "ting.intake.v1",
    ops => "ting.ops.v1",
    recovery => "ting.recovery.v1",
    satisfaction => "ting.satisfaction.v1",
    types => "ting.types.v1",
}

/// Who may call what, from the `allow` option of every RPC.
pub mod roles {
    pub use crate::access::v1::Role;

    include!(concat!(env!("OUT_DIR"), "/roles.rs"));
}
