//! What the demonstration prints at its end.

use std::{path::Path, time::Duration};

use ting_chassis::auth::Role;
use ting_proto::{
    analysis::v1::{ListThemesRequest, analysis_service_client::AnalysisServiceClient},
    recovery::v1::{
        ListCasesRequest, ListNotificationsRequest, recovery_service_client::RecoveryServiceClient,
    },
    satisfaction::v1::{
        GetScoreRequest, ListAlertsRequest, Score, satisfaction_service_client::SatisfactionServiceClient,
    },
    types::v1::Metric,
};
use tonic::transport::Endpoint;

use crate::{
    Cluster,
    data::Taken,
    demo::WORKSPACE,
    quiet::with,
    services,
    sinks::{MailSink, WebhookSink},
};

/// What was measured on the way.
pub struct Figures {
    pub taken: Taken,
    /// Until the last row was durable in intake.
    pub accepted: Duration,
    /// Until every store had everything and the loop was quiet.
    pub through: Duration,
    pub all: Duration,
}

/// Prints what came of it all.
pub async fn print(
    cluster: &Cluster,
    token: &str,
    figures: &Figures,
    webhooks: &WebhookSink,
    mails: &MailSink,
) -> anyhow::Result<()> {
    let Taken { received, created, known, refused } = figures.taken;
    println!("\nTAKEN IN");
    println!(
        "  {received} rows: {created} new, {known} known already, {refused} refused (bad on purpose: examples/workspace/bad.csv)"
    );
    let rate = |span: Duration| rounded(created, span);
    println!(
        "  durable in intake after {:.1} s ({}/s)",
        figures.accepted.as_secs_f64(),
        rate(figures.accepted)
    );
    println!(
        "  through all four stores after {:.1} s ({}/s)",
        figures.through.as_secs_f64(),
        rate(figures.through)
    );
    themes(cluster, token).await?;
    scores(cluster, token).await?;
    cases(cluster, token, webhooks, mails).await?;
    println!("\n  {:.1} s in all", figures.all.as_secs_f64());
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people"
)]
fn rounded(count: u64, span: Duration) -> u64 {
    (count as f64 / span.as_secs_f64()).round() as u64
}

async fn themes(cluster: &Cluster, token: &str) -> anyhow::Result<()> {
    let mut analysis =
        AnalysisServiceClient::new(Endpoint::from_shared(cluster.address("analysis"))?.connect().await?);
    let answer = analysis
        .list_themes(with(token, ListThemesRequest { page_size: 12, ..Default::default() })?)
        .await?
        .into_inner();
    println!("\nTHEMES (the largest of {} comments; {} fit none)", answer.comments, answer.parked);
    for theme in answer.themes {
        let negative = theme.negative.unwrap_or_default().value * 100.0;
        println!(
            "  {:>5}  {negative:>3.0} % negative  {}  [{}]",
            theme.size,
            theme.label,
            theme.terms.join(" ")
        );
    }
    Ok(())
}

async fn scores(cluster: &Cluster, token: &str) -> anyhow::Result<()> {
    let mut satisfaction = SatisfactionServiceClient::new(
        Endpoint::from_shared(cluster.address("satisfaction"))?.connect().await?,
    );
    println!("\nSCORES (95 % interval)");
    for (name, metric) in [("NPS ", Metric::Nps), ("CSAT", Metric::Csat), ("CES ", Metric::Ces)] {
        let request = GetScoreRequest { metric: metric.into(), ..Default::default() };
        let score =
            satisfaction.get_score(with(token, request)?).await?.into_inner().score.unwrap_or_default();
        println!("  {name}  {}", describe(&score));
    }
    let alerts =
        satisfaction.list_alerts(with(token, ListAlertsRequest::default())?).await?.into_inner().alerts;
    let open = alerts.iter().filter(|alert| alert.cleared_at.is_none()).count();
    println!("  {} alerts raised, {open} of them stand", alerts.len());
    Ok(())
}

fn describe(score: &Score) -> String {
    match (score.value, score.lower, score.upper) {
        (Some(value), Some(lower), Some(upper)) => {
            format!("{value:.1} ({lower:.1} to {upper:.1}), n = {}", score.n)
        }
        (Some(value), ..) => format!("{value:.1}, n = {}", score.n),
        _ => "nobody has answered".to_owned(),
    }
}

async fn cases(
    cluster: &Cluster,
    token: &str,
    webhooks: &WebhookSink,
    mails: &MailSink,
) -> anyhow::Result<()> {
    let mut recovery =
        RecoveryServiceClient::new(Endpoint::from_shared(cluster.address("recovery"))?.connect().await?);
    let cases = recovery
        .list_cases(with(token, ListCasesRequest { page_size: 1, ..Default::default() })?)
        .await?
        .into_inner();
    let request = ListNotificationsRequest { page_size: 1, ..Default::default() };
    let notices = recovery.list_notifications(with(token, request)?).await?.into_inner();
    println!("\nCASES");
    println!("  {} opened, {} open", cases.total, cases.open);
    println!(
        "  {} notifications delivered, {} waiting, {} given up",
        notices.delivered, notices.pending, notices.failed
    );
    println!(
        "  {} webhooks and {} e-mails came in at this start",
        webhooks.received().len(),
        mails.received().len()
    );
    Ok(())
}

/// What the `ting` command needs to find this cluster.
pub fn environment(cluster: &Cluster, token: &str, folder: &Path) -> Vec<(String, String)> {
    let mut environment = vec![
        ("TING_TOKEN".to_owned(), token.to_owned()),
        ("TING_NATS_URL".to_owned(), cluster.nats.url()),
        ("XDG_STATE_HOME".to_owned(), folder.join("state").display().to_string()),
    ];
    for name in services::NAMES {
        environment.push((format!("TING_{}_ADDRESS", name.to_uppercase()), cluster.address(name)));
    }
    environment
}

/// Says where to look and what to type next.
pub fn next_steps(cluster: &Cluster, token: &str, folder: &Path, ting: &Path) {
    let profile = folder.join("profile.toml");
    let written = write_profile(cluster, token, &profile);
    println!("\nLOOK");
    let viewer = cluster.token(WORKSPACE, Role::Agent, "visitor").unwrap_or_default();
    println!("  {}/#token={viewer}", cluster.address("gateway"));
    for name in services::NAMES {
        println!("  gRPC {name:<13} {}", cluster.address(name));
    }
    println!("  events             {}", cluster.nats.url());
    println!("  mail, webhooks     {}/mail, {}/webhooks.log", folder.display(), folder.display());
    println!("\nTOKEN (admin of the workspace {WORKSPACE}, seven days)\n  {token}");
    if written.is_ok() {
        println!("\nTRY");
        println!("  export TING_PROFILE={}", profile.display());
        println!("  {} themes", ting.display());
        println!(
            "  {} feedback submit --kind complaint --customer C0001 --text 'The kettle burned my hand'",
            ting.display()
        );
        println!("  {} cases list", ting.display());
    }
}

fn write_profile(cluster: &Cluster, token: &str, path: &Path) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file =
        std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    writeln!(file, "token = \"{token}\"\n\n[addresses]")?;
    for name in services::NAMES {
        writeln!(file, "{name} = \"{}\"", cluster.address(name))?;
    }
    writeln!(file, "nats = \"{}\"", cluster.nats.url())
}
