//! The command as a user starts it, without any service.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use ting_chassis::auth::{Role, Verifier};

/// Runs `ting` with nothing of the environment of whoever runs the test.
fn ting(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ting"));
    command.env_clear().env("HOME", folder).current_dir(folder).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// An address where nobody listens.
fn closed() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

#[test]
fn help_goes_to_standard_output_with_examples_and_without_colours() {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["--help"][..],
        &["import", "--help"],
        &["scores", "floor", "set", "--help"],
        &["ops", "dead-letters", "--help"],
    ] {
        let output = ting(home.path(), args);
        assert!(output.status.success(), "{args:?}");
        let help = text(&output.stdout);
        assert!(help.contains("Examples:") && !help.contains('\u{1b}'), "{help}");
    }
}

#[test]
fn wrong_use_ends_with_status_two_and_says_what_is_wrong() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("table.xlsx"), "PK").unwrap();
    fs::write(home.path().join("what.csv"), "a,b\n1,2\n").unwrap();
    for args in [
        &[][..],
        &["nonsense"],
        &["feedback", "submit", "--kind", "rant", "--text", "x"],
        &["scores", "--from", "01/03/2026"],
        &["themes", "--level", "4"],
        &["token", "create", "--key", "k", "--workspace", "a.b", "--role", "agent"],
        &["events", "tail", "--since", "yesterday"],
        &["import"],
        &["import", "table.xlsx"],
        &["import", "what.csv"],
        &["--profile", "nowhere.toml", "alerts"],
    ] {
        let output = ting(home.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_token_made_here_is_one_that_the_services_accept() {
    let home = tempfile::tempdir().unwrap();
    let made = ting(home.path(), &["token", "keys", "--out", "keys"]);
    assert!(made.status.success() && made.stdout.is_empty(), "{made:?}");
    let key = "keys/private.pem";
    let args = [
        "token",
        "create",
        "--key",
        key,
        "--workspace",
        "acme",
        "--role",
        "agent",
        "--subject",
        "li.na",
        "--ttl",
        "1h",
    ];
    let output = ting(home.path(), &args);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let printed = text(&output.stdout);
    assert_eq!(printed.lines().count(), 1);

    let verifier =
        Verifier::from_pem(&fs::read_to_string(home.path().join("keys/public.pem")).unwrap()).unwrap();
    let caller = verifier.verify(Some(format!("Bearer {}", printed.trim()).as_bytes())).unwrap();
    assert_eq!(caller.workspace.as_str(), "acme");
    assert_eq!((caller.role, caller.subject.as_str()), (Role::Agent, "li.na"));
}

#[cfg(unix)]
#[test]
fn the_private_key_is_for_its_owner_alone_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    assert!(ting(home.path(), &["token", "keys", "--out", "."]).status.success());
    let private = home.path().join("private.pem");
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&private).unwrap();
    let again = ting(home.path(), &["token", "keys", "--out", "."]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("hint:"));
    assert_eq!(fs::read(&private).unwrap(), before);
}

#[test]
fn the_public_key_makes_no_tokens() {
    let home = tempfile::tempdir().unwrap();
    assert!(ting(home.path(), &["token", "keys", "--out", "."]).status.success());
    let args = ["token", "create", "--key", "public.pem", "--workspace", "acme", "--role", "owner"];
    let output = ting(home.path(), &args);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("private.pem"), "{output:?}");
}

#[test]
fn a_service_that_is_not_there_is_named_with_a_next_step() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("answers.csv"), "metric,value\nnps,9\n").unwrap();
    let address = closed();
    for (args, flag, variable) in [
        (&["alerts"][..], "--satisfaction-address", "TING_SATISFACTION_ADDRESS"),
        (&["cases", "list"], "--recovery-address", "TING_RECOVERY_ADDRESS"),
        (&["themes"], "--analysis-address", "TING_ANALYSIS_ADDRESS"),
        (&["import", "answers.csv"], "--intake-address", "TING_INTAKE_ADDRESS"),
    ] {
        let output = ting(home.path(), &[args, &[flag, &address]].concat());
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let message = text(&output.stderr);
        assert!(message.contains(&format!("at {address}")), "{message}");
        assert!(message.contains("hint:") && message.contains(variable), "{message}");
    }
    let output = ting(home.path(), &["events", "tail", "--nats", &format!("nats://me:secret@{address}")]);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("TING_NATS_URL") && !message.contains("secret"), "{message}");
}

#[test]
fn a_profile_says_where_the_services_are() {
    let home = tempfile::tempdir().unwrap();
    let address = closed();
    let own = home.path().join(".config/ting");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("profile.toml"), format!("[addresses]\nsatisfaction = \"{address}\"\n")).unwrap();
    let output = ting(home.path(), &["alerts"]);
    assert!(text(&output.stderr).contains(&address), "{output:?}");
    let other = closed();
    let output = ting(home.path(), &["alerts", "--satisfaction-address", &other]);
    assert!(text(&output.stderr).contains(&other), "{output:?}");
}

#[test]
fn the_doctor_names_every_service_that_is_away() {
    let home = tempfile::tempdir().unwrap();
    let address = closed();
    let flags = ["--intake-address", "--analysis-address", "--satisfaction-address", "--recovery-address"];
    let addresses = flags.into_iter().flat_map(|flag| [flag, address.as_str()]);
    let args: Vec<&str> = ["ops", "doctor", "--format", "json"].into_iter().chain(addresses).collect();
    let output = ting(home.path(), &args);
    assert_eq!(output.status.code(), Some(1));
    let examined: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let services: Vec<&str> = examined.iter().map(|one| one["service"].as_str().unwrap()).collect();
    assert_eq!(services, ["here", "intake", "analysis", "satisfaction", "recovery"]);
    assert_eq!(examined[0]["checks"][0]["wrong"], "there is none", "{examined:?}");
    for one in &examined[1..] {
        assert!(one["checks"][0]["wrong"].as_str().unwrap().contains("cannot connect"), "{one}");
        assert!(one["checks"][0]["todo"].as_str().unwrap().contains("TING_"), "{one}");
    }
}

#[test]
fn completions_know_the_commands() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = ting(home.path(), &["completions", shell]);
        assert!(output.status.success());
        assert!(text(&output.stdout).contains("dead-letters"), "{shell}");
    }
}
