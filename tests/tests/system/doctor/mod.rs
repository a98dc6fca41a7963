//! The four faults that an operator is to be told of in words, made on real servers: NATS is stopped, a disk is full, a password is
//! wrong, a certificate lapses. Each time the doctor names the dependency and the next step, and says that all is well afterwards.

mod installation;

use std::time::Duration;

use installation::{Finding, Installation};
use ting_testkit::eventually_within;
use tonic::transport::{Identity, Server, ServerTlsConfig, server::TcpIncoming};

use crate::certificates::{Authority, tomorrow, yesterday};

const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_named_with_a_next_step_until_it_is_gone() {
    let mut installation = Installation::start().await;
    well(&installation).await;
    nats_is_stopped(&mut installation).await;
    a_certificate_lapses(&mut installation).await;
    a_password_of_nats_is_wrong(&mut installation).await;
    a_password_of_postgres_is_wrong(&installation).await;
    postgres_has_no_room(&installation).await;
    a_stream_has_no_room(&installation).await;
    a_stream_has_lost_its_events(&installation).await;
    a_key_is_another(&installation);
    // Last: the installation's own token is not good afterwards.
    a_key_is_rotated_and_a_token_revoked(&installation).await;
}

async fn nats_is_stopped(installation: &mut Installation) {
    installation.cluster.nats.kill().unwrap();
    let found = told(installation, "nats", "cannot be reached").await;
    // Postgres is there, and everything else is left alone.
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|finding| finding.todo.contains("events wait in the outboxes")), "{found:?}");
    tokio::task::block_in_place(|| installation.cluster.nats.restart()).unwrap();
    well(installation).await;
}

async fn a_certificate_lapses(installation: &mut Installation) {
    installation.certify_nats(&installation.authority.lapsed());
    let found = told(installation, "nats", "its certificate lapsed on").await;
    assert!(found.iter().all(|finding| finding.wrong.contains(&yesterday())), "{found:?}");
    installation.certify_nats(&installation.authority.good());
    well(installation).await;
}

async fn a_password_of_nats_is_wrong(installation: &mut Installation) {
    installation.password_of_nats("another");
    let found = told(installation, "nats", "refused the user or the password").await;
    assert!(found.iter().all(|finding| finding.todo.contains("NATS_PASSWORD")), "{found:?}");
    let secrets =
        found.iter().any(|finding| finding.wrong.contains("first") || finding.wrong.contains("another"));
    assert!(!secrets, "{found:?}");
    installation.password_of_nats("first");
    well(installation).await;
}

/// The connections of before go on working, so that nobody notices until the next restart, but for the doctor.
async fn a_password_of_postgres_is_wrong(installation: &Installation) {
    installation.postgres("ALTER ROLE ting_service PASSWORD 'another'").await;
    installation.ask_for_passwords(true).await;
    installation.submit().await.unwrap();
    let found = told(installation, "postgres", "refused the user or the password").await;
    assert!(found.iter().all(|finding| finding.todo.contains("DATABASE_PASSWORD")), "{found:?}");
    installation.ask_for_passwords(false).await;
    well(installation).await;
}

/// A limit on what the role may write aside stands in for a full disk, which a test without root cannot make; Postgres refuses both
/// in the same place with errors of the same class.
async fn postgres_has_no_room(installation: &Installation) {
    installation.postgres("ALTER ROLE ting_service SET temp_file_limit = '64kB'").await;
    let found = told(installation, "disk", "no room for more").await;
    assert!(found.iter().all(|finding| finding.todo.contains("make room")), "{found:?}");
    installation.postgres("ALTER ROLE ting_service RESET temp_file_limit").await;
    well(installation).await;
}

async fn a_stream_has_no_room(installation: &Installation) {
    let before = installation.limit_stream("TING_INTAKE", 1).await;
    installation.submit().await.unwrap();
    let found = told(installation, "TING_INTAKE", "no room for more").await;
    let intake = found.iter().find(|finding| finding.service == "intake").unwrap();
    assert!(intake.todo.contains("stream_max_bytes") && intake.since.is_some(), "{found:?}");
    installation.limit_stream("TING_INTAKE", before).await;
    well(installation).await;
}

/// Somebody deletes a stream. The auditor of the services is far too slow here to notice, so that only the command can.
async fn a_stream_has_lost_its_events(installation: &Installation) {
    let (published, lost, _) = installation.audit();
    assert!(published > 0 && lost == 0, "{published} {lost}");
    installation.delete_stream("TING_INTAKE").await;
    assert_eq!(installation.audit().1, published);
    eventually_within(PATIENCE, async || {
        let again = installation.audit();
        if again == (published, 0, 0) { Ok(()) } else { Err(again) }
    })
    .await;
}

fn a_key_is_another(installation: &Installation) {
    let strange = installation.doctor_with(&[("TING_TOKEN", &installation::token_of_another_key())]);
    for service in ["intake", "analysis", "satisfaction", "recovery"] {
        let finding = strange.iter().find(|finding| finding.service == service).unwrap();
        assert!(
            finding.wrong.contains("TOKEN_INVALID") && finding.todo.contains("private.pem"),
            "{finding:?}"
        );
    }
    let lapsed = installation.doctor_with(&[("TING_TOKEN", &installation.lapsed_token())]);
    assert!(lapsed[0].dependency == "token" && lapsed[0].wrong.contains(&yesterday()), "{lapsed:?}");
}

/// Tokens of the old key and of the new one are good side by side; nothing is started again.
async fn a_key_is_rotated_and_a_token_revoked(installation: &Installation) {
    installation.ting(&["ops", "keys", "rotate", "--folder", "keys"]);
    let new = installation.new_token();
    let with = |token: &str| installation.doctor_with(&[("TING_TOKEN", token)]);
    eventually_within(PATIENCE, async || if with(&new).is_empty() { Ok(()) } else { Err(with(&new)) }).await;
    well(installation).await;

    installation.ting(&["token", "revoke", "--public", "keys/public.pem", "--bearer", &new]);
    // Each service reads the file by itself.
    let refused = async |doctor: &dyn Fn() -> Vec<Finding>| {
        eventually_within(PATIENCE, async || {
            let found = doctor();
            if found.len() == 4 { Ok(found) } else { Err(found) }
        })
        .await
    };
    let found = refused(&|| with(&new)).await;
    assert!(found.iter().all(|finding| finding.wrong.contains("TOKEN_REVOKED")), "{found:?}");
    well(installation).await;

    installation.ting(&["ops", "keys", "retire", "--folder", "keys"]);
    let other = installation.new_token();
    let old = refused(&|| installation.doctor()).await;
    assert!(old.iter().all(|finding| finding.wrong.contains("TOKEN_INVALID")), "{old:?}");
    assert_eq!(with(&other).len(), 0);
    assert!(with(&new).iter().all(|finding| finding.wrong.contains("TOKEN_REVOKED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_certificate_in_front_of_a_service_is_told_with_its_date() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, &authority.pem).unwrap();
    let lapsed = serve(&authority.lapsed()).await;
    let good = serve(&authority.good()).await;
    let environment = [("TING_INTAKE_ADDRESS", lapsed.as_str()), ("TING_ANALYSIS_ADDRESS", good.as_str())];
    let arguments = ["--ca-file", trusted.to_str().unwrap()];
    let found = installation::doctor(folder.path(), &environment, &arguments);
    let of = |service: &str| found.iter().find(|finding| finding.service == service).unwrap();
    let intake = of("intake");
    assert!(
        intake.wrong.contains("certificate lapsed on") && intake.wrong.contains(&yesterday()),
        "{intake:?}"
    );
    assert!(intake.todo.contains("renew the certificate"), "{intake:?}");
    // It gets past the other certificate, finds health but no service behind it, and warns.
    assert!(!of("analysis").wrong.contains("certificate"), "{found:?}");
    let soon = found.iter().find(|finding| finding.dependency == "certificate").unwrap();
    assert!(
        soon.service == "analysis" && soon.wrong.contains(&format!("lapses on {}", tomorrow())),
        "{soon:?}"
    );
}

/// Serves health alone behind a certificate, and gives its address.
async fn serve(signed: &crate::certificates::Signed) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let identity = Identity::from_pem(&signed.certificate, &signed.key);
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder().tls_config(ServerTlsConfig::new().identity(identity)).unwrap();
    let serving = { server }.add_service(health).serve_with_incoming(TcpIncoming::from(listener));
    #[expect(clippy::disallowed_methods, reason = "ends with the test")]
    tokio::spawn(async move { serving.await.unwrap() });
    address
}

async fn well(installation: &Installation) {
    eventually_within(PATIENCE, async || {
        let found = installation.doctor();
        if found.is_empty() { Ok(()) } else { Err(found) }
    })
    .await;
}

/// Waits until everything that is wrong is wrong with one dependency, in these words, and gives it.
async fn told(installation: &Installation, dependency: &str, words: &str) -> Vec<Finding> {
    eventually_within(PATIENCE, async || {
        let found = installation.doctor();
        let expected = |finding: &Finding| finding.dependency == dependency && finding.wrong.contains(words);
        if !found.is_empty() && found.iter().all(expected) { Ok(found) } else { Err(found) }
    })
    .await
}
