use std::time::Duration;

use ting_testkit::eventually_within;

use super::stack::Stack;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_starts_is_well_and_a_complaint_goes_all_the_way() {
    let mut stack = Stack::prepare().await;
    stack.start();
    for name in ["intake", "analysis", "satisfaction", "recovery", "gateway"] {
        stack.healthy(name).await;
    }
    let arguments =
        ["feedback", "submit", "--kind", "complaint", "--text", "The kettle caught fire and burned my hand!"];
    let submitted = stack.ting(&arguments);
    assert!(submitted.status.success(), "{}", text(&submitted.stderr));
    // From intake through analysis to recovery, each with its own user of NATS.
    eventually_within(Duration::from_mins(1), async || {
        let cases = stack.ting(&["cases", "list", "--format", "json"]);
        let answer: serde_json::Value =
            serde_json::from_slice(&cases.stdout).map_err(|_| format!("{cases:?}"))?;
        if answer["cases"].as_array().is_some_and(|cases| cases.len() == 1) {
            Ok(())
        } else {
            Err(format!("{cases:?}"))
        }
    })
    .await;
    let answered = stack.ting(&["response", "submit", "--metric", "nps", "--value", "9"]);
    assert!(answered.status.success(), "{}", text(&answered.stderr));
    eventually_within(Duration::from_mins(1), async || {
        let scores = stack.ting(&["scores", "--format", "json"]);
        let told = text(&scores.stdout);
        if told.contains("NPS") { Ok(()) } else { Err(format!("{scores:?}")) }
    })
    .await;
    eventually_within(Duration::from_mins(1), async || {
        let doctor = stack.ting(&["ops", "doctor"]);
        if doctor.status.success() { Ok(()) } else { Err(format!("{doctor:?}")) }
    })
    .await;
    readers_read(&stack);
    the_doctor_tries_every_login(&mut stack);
}

/// Those who only read may do what they do: the user for dashboards with `ting events tail`, and the page.
fn readers_read(stack: &Stack) {
    let password = &stack.variables["DASHBOARD_NATS_PASSWORD"];
    let nats = format!("nats://dashboard:{password}@{}", stack.variables["NATS_SERVER"]);
    let tail = ["--nats", &nats, "events", "tail", "--stream", "intake", "--since", "all", "--count", "1"];
    let read = stack.ting(&tail);
    assert!(read.status.success() && text(&read.stdout).contains("feedback"), "{read:?}");
    let gateway = std::fs::read_to_string(stack.log("gateway")).unwrap();
    assert!(!gateway.contains("Permissions Violation"), "the page is refused what it does:\n{gateway}");
}

/// For a service that does not start, whoever has the settings can try its logins.
fn the_doctor_tries_every_login(stack: &mut Stack) {
    let doctor = |stack: &Stack| {
        stack.write_variables("installation.env");
        let page = format!("http://{}", stack.addresses["gateway"]);
        stack.ting(&["ops", "doctor", "--env", "installation.env", "--page", &page])
    };
    let well = doctor(stack);
    assert!(well.status.success(), "{}", text(&well.stdout));
    for name in ["postgres as recovery_owner", "nats as dashboard", "public key", "page"] {
        assert!(text(&well.stdout).contains(name), "{}", text(&well.stdout));
    }
    stack.variables.insert("ANALYSIS_NATS_PASSWORD".to_owned(), "a-broken-one".to_owned());
    let broken = doctor(stack);
    let told = text(&broken.stdout);
    assert_eq!(broken.status.code(), Some(1));
    assert!(told.contains("refused the user") && told.contains("ANALYSIS_NATS_PASSWORD"), "{told}");
    assert!(!told.contains("a-broken-one") && !told.contains("INTAKE_NATS_PASSWORD"), "{told}");
}
