use std::collections::{HashMap, HashSet};

use prost::Message as _;
use prost_types::FileDescriptorSet;
use ting_proto::roles::{ROLES, Role};

/// What the door has to know about a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Method {
    /// Its path; `other` for a path that is not in the contracts, so that metrics stay bounded.
    pub name: &'static str,
    pub access: Access,
    pub streaming: bool,
}

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Probes, which must get through when the server is overloaded: no token, no limits.
    Health,
    /// Anybody.
    Open,
    /// Bearers of a token with one of these roles.
    Roles(&'static [Role]),
    /// Nobody: no contract knows it.
    Unknown,
}

/// All methods of the contracts.
pub(super) struct Methods(HashMap<&'static str, Method>);

impl Methods {
    pub fn new() -> Self {
        let streaming = streaming_paths();
        let of_role = |(name, roles): &(&'static str, &'static [Role])| {
            (*name, Method { name, access: Access::Roles(roles), streaming: streaming.contains(*name) })
        };
        let standard = [
            ("/grpc.health.v1.Health/Check", Access::Health, false),
            ("/grpc.health.v1.Health/Watch", Access::Health, true),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Access::Open, true),
            ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Access::Open, true),
        ];
        let standard = standard.map(|(name, access, streaming)| (name, Method { name, access, streaming }));
        Self(ROLES.iter().map(of_role).chain(standard).collect())
    }

    pub fn find(&self, path: &str) -> Method {
        let unknown = Method { name: "other", access: Access::Unknown, streaming: false };
        self.0.get(path).copied().unwrap_or(unknown)
    }
}

fn streaming_paths() -> HashSet<String> {
    let contracts = FileDescriptorSet::decode(ting_proto::DESCRIPTOR)
        .expect("the contracts were compiled with this program");
    let mut paths = HashSet::new();
    for file in &contracts.file {
        for service in &file.service {
            for method in
                service.method.iter().filter(|method| method.client_streaming() || method.server_streaming())
            {
                paths.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::{Access, Methods};

    #[test]
    fn streams_are_told_from_single_calls_by_the_contract() {
        let methods = Methods::new();
        assert!(methods.find("/ting.intake.v1.IntakeService/ImportFeedback").streaming);
        assert!(!methods.find("/ting.intake.v1.IntakeService/SubmitFeedback").streaming);
    }

    #[test]
    fn a_path_outside_of_the_contracts_is_nobodys() {
        for path in
            ["/", "", "/ting.intake.v1.IntakeService/Nothing", "/grpc.health.v1.Health/Check/", "/metrics"]
        {
            let method = Methods::new().find(path);
            assert_eq!((method.name, method.access), ("other", Access::Unknown), "{path}");
        }
    }
}
