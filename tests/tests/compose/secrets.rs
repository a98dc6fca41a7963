use std::process::Command;

use super::{
    file::{root, services, variables},
    stack::program,
};

#[test]
fn whoever_starts_with_samples_is_told_which_variable_holds_one() {
    let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let all = services(&variables(&example));
    for (name, variable) in [
        ("intake", "TING__AUTH__PAGE_SECRET"),
        ("analysis", "TING__AUTH__PAGE_SECRET"),
        ("satisfaction", "TING__AUTH__PAGE_SECRET"),
        ("recovery", "TING__AUTH__PAGE_SECRET"),
        ("gateway", "TING__NATS__URL"),
    ] {
        let service = &all[name];
        let mut command = Command::new(program(&service.command[0]));
        let output = command.env_clear().envs(&service.environment).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name} started");
        assert!(told.contains(variable) && told.contains("ting ops init"), "{name}: {told}");
    }
}

#[test]
fn the_settings_are_shown_with_their_origin_and_no_secret() {
    let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let service = &services(&variables(&example.replace("change-me", "s3cret-and-long-enough")))["intake"];
    let mut command = Command::new(program("ting-intake"));
    let output = command.arg("--check-config").env_clear().envs(&service.environment).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!shown.contains("s3cret-and-long-enough"), "{shown}");
    for line in [
        "database.url = postgres://intake:***@postgres:5432/intake  (TING__DATABASE__URL)",
        "database.max_connections = 16  (default)",
        "auth.page_secret = ***  (TING__AUTH__PAGE_SECRET)",
        "the configuration is good",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
}
