//! `ting ops backup` and `ting ops restore` with what cannot work; with what can, see the drill of the whole system.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const STORES: [&str; 4] = ["INTAKE", "ANALYSIS", "SATISFACTION", "RECOVERY"];

/// Runs `ting ops` with addresses where nobody listens and, instead of them, what `changed` says.
fn ting(folder: &Path, args: &[&str], changed: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ting"));
    command.env_clear().env("HOME", folder).current_dir(folder).arg("ops").args(args);
    for store in STORES {
        for kind in ["BACKUP", "OWNER"] {
            command.env(format!("TING_{store}_{kind}_URL"), "postgres://me:hidden@127.0.0.1:1/store");
        }
    }
    command.envs(changed.iter().copied()).output().unwrap()
}

/// The complaint, which must name what is wrong and tell no password.
fn refused(output: &Output, status: i32, wrong: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{told}");
    assert!(told.contains("error:") && told.contains("hint:") && !told.contains("hidden"), "{told}");
    for words in wrong {
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
}

#[test]
fn an_address_that_is_missing_or_none_is_named_by_its_variable() {
    let home = tempfile::tempdir().unwrap();
    for (args, variable) in [
        (&["backup", "--to", "out"][..], "TING_ANALYSIS_BACKUP_URL"),
        (&["restore", "--from", "out"], "TING_RECOVERY_OWNER_URL"),
        (&["restore", "--from", "out", "--only", "intake"], "TING_INTAKE_OWNER_URL"),
    ] {
        for (value, wrong) in [
            ("", "is not set"),
            ("hidden", "is not an address of Postgres"),
            ("postgres://me:hidden@db:x/store", "is not an address of Postgres"),
            ("postgres://me:hidden@db", "names no database"),
        ] {
            refused(&ting(home.path(), args, &[(variable, value)]), 2, &[variable, wrong]);
        }
    }
    assert!(!home.path().join("out").exists(), "a backup that cannot be made leaves nothing");
}

#[test]
fn programs_that_are_not_there_are_named_with_what_to_install() {
    let home = tempfile::tempdir().unwrap();
    let output = ting(home.path(), &["backup", "--to", "out", "--pg-bin", "nowhere"], &[]);
    refused(&output, 1, &["nowhere/pg_dump cannot be used", "postgresql-client", "TING_PG_BIN"]);
}

#[test]
fn a_folder_that_is_no_whole_backup_is_refused_before_anybody_is_asked() {
    let home = tempfile::tempdir().unwrap();
    refused(&ting(home.path(), &["restore", "--from", "nowhere"], &[]), 1, &["there is no folder nowhere"]);
    refused(&ting(home.path(), &["restore", "--from", "s3://"], &[]), 2, &["names no bucket"]);
    fs::create_dir(home.path().join("half")).unwrap();
    let half = ting(home.path(), &["restore", "--from", "half/"], &[]);
    refused(&half, 1, &["half is no whole backup", "SHA256SUMS is missing"]);
    fs::write(home.path().join("half/SHA256SUMS"), "00  manifest.json\n").unwrap();
    let half = ting(home.path(), &["restore", "--from", "half"], &[]);
    refused(&half, 1, &["half/manifest.json is damaged: it is missing"]);
}

#[test]
fn a_service_that_is_none_is_refused_with_the_list() {
    let home = tempfile::tempdir().unwrap();
    let output = ting(home.path(), &["restore", "--from", "x", "--only", "gateway"], &[]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("gateway") && told.contains("satisfaction"), "{told}");
}
