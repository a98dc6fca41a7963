//! The `ting` command as an operator uses it, who knows where the stores are.

use std::process::Output;

use ting_local::services::NAMES;
use ting_servers::Source;
use tokio::process::Command;

use crate::bed::SystemBed;

/// Runs `ting` against a cluster.
pub async fn ting(bed: &SystemBed, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ting-under-test"));
    command.args(arguments).env_clear().env("TING_TOKEN", bed.token());
    command.env("TING_NATS_URL", bed.cluster.nats.url()).env("TING_PROFILE", "/dev/null");
    // The server's own: those of the machine may be older than it.
    if let Source::Machine { program, .. } | Source::Wheel { program, .. } = bed.cluster.postgres.source() {
        command.env("TING_PG_BIN", program.parent().unwrap());
    }
    for service in NAMES {
        let name = service.to_uppercase();
        command.env(format!("TING_{name}_ADDRESS"), bed.cluster.address(service));
        command.env(format!("TING_{name}_BACKUP_URL"), bed.store(service));
        command.env(format!("TING_{name}_OWNER_URL"), bed.store(service));
    }
    command.kill_on_drop(true).output().await.unwrap()
}

/// Runs it and gives what it printed; fails the test if the command failed.
pub async fn ting_ok(bed: &SystemBed, arguments: &[&str]) -> String {
    let output = ting(bed, arguments).await;
    assert!(output.status.success(), "ting {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs it and gives its complaint; fails the test if the command succeeded.
pub async fn ting_refused(bed: &SystemBed, arguments: &[&str]) -> String {
    let output = ting(bed, arguments).await;
    assert!(!output.status.success(), "ting {arguments:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}
