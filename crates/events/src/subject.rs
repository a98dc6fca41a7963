use crate::Workspace;

/// Partitions of every stream; order is kept within one. A change would move aggregates between partitions while events are under way.
pub const PARTITIONS: u8 = 16;

/// The partition of an aggregate: FNV-1a (64 bit) of `workspace/aggregate`, modulo [`PARTITIONS`].
pub fn partition(workspace: &Workspace, aggregate_id: &str) -> u8 {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let bytes = workspace.as_str().bytes().chain(*b"/").chain(aggregate_id.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, fnv);
    // Never truncates: the remainder is below 16.
    u8::try_from(hash % u64::from(PARTITIONS)).unwrap_or_default()
}

/// Where an event goes: `ting.<workspace>.<service>.<event>.v1.p<NN>`. `service` and `event` are constants of an [`crate::Event`].
pub fn subject(workspace: &Workspace, service: &str, event: &str, partition: u8) -> String {
    format!("ting.{workspace}.{service}.{event}.v1.p{partition:02}")
}

#[cfg(test)]
mod tests {
    use super::{partition, subject};
    use crate::Workspace;

    #[test]
    fn the_hash_is_fnv_1a_as_published() {
        // FNV-1a 64 of "a/b" computed with a Python transcription of the reference algorithm.
        let acme = Workspace::parse("a").unwrap();
        assert_eq!(u64::from(partition(&acme, "b")), FNV_OF_A_SLASH_B % 16);
    }

    const FNV_OF_A_SLASH_B: u64 = 0xe620_c319_0468_cf61;

    #[test]
    fn a_subject_names_workspace_service_event_version_and_partition() {
        let acme = Workspace::parse("acme").unwrap();
        assert_eq!(
            subject(&acme, "intake", "feedback_received", 7),
            "ting.acme.intake.feedback_received.v1.p07"
        );
    }
}
