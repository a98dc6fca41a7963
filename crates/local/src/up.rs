//! `ting-local up`: an empty ting for programs that want to talk to one.

use std::{io::Read as _, path::Path};

use serde_json::{Map, Value, json};
use ting_chassis::auth::Role;
use ting_servers::{NatsOptions, PostgresOptions};

use crate::{Cluster, ClusterOptions, services, sinks::MailSink};

const WORKSPACE: &str = "demo";

/// Starts a cluster, says where it is, and stops it when standard input ends.
pub fn run(data: &Path) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(up(data))
}

async fn up(data: &Path) -> anyhow::Result<()> {
    let data = std::path::absolute(data)?;
    let mails = MailSink::start(Some(data.join("mail"))).await?;
    let options = ClusterOptions {
        data: data.clone(),
        port: None,
        program: std::env::current_exe()?,
        postgres: PostgresOptions { data: Some(data.join("postgres")), ..PostgresOptions::default() },
        nats: NatsOptions { store: Some(data.join("nats")), ..NatsOptions::default() },
        settings: Vec::new(),
        recovery: vec![
            ("TING__SERVICE__SMTP_URL".to_owned(), mails.url()),
            ("TING__SERVICE__WEBHOOK_ALLOW_NETWORKS".to_owned(), "127.0.0.0/8".to_owned()),
        ],
        gateway: true,
    };
    let cluster = Cluster::start(options).await?;
    println!("{}", describe(&cluster)?);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    cluster.stop();
    Ok(())
}

/// Addresses, and a token for every role.
fn describe(cluster: &Cluster) -> anyhow::Result<Value> {
    let mut addresses = Map::new();
    for name in services::NAMES.into_iter().chain(["gateway"]) {
        addresses.insert(name.to_owned(), cluster.address(name).into());
    }
    let mut tokens = Map::new();
    for (name, role) in [
        ("owner", Role::Owner),
        ("admin", Role::Admin),
        ("agent", Role::Agent),
        ("analyst", Role::Analyst),
        ("viewer", Role::Viewer),
        ("integration", Role::Integration),
    ] {
        tokens.insert(name.to_owned(), cluster.token(WORKSPACE, role, name)?.into());
    }
    Ok(
        json!({ "workspace": WORKSPACE, "addresses": addresses, "nats": cluster.nats.url(), "tokens": tokens }),
    )
}
