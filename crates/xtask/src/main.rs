//! Chores of the repository: what `make` calls and what a contributor runs by hand.

mod compose;
mod contract;
mod dashboards;
mod generated;
mod kubernetes;
mod layers;
mod nats_users;
mod observability;
mod run;
mod settings_page;
mod sqlx_metadata;
mod tools;

use clap::Parser;

/// Chores of the repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Checks that every crate depends on lower tiers only.
    Layers,
    /// Renews the checked metadata of all queries in crates/*/.sqlx.
    Sqlx {
        /// Changes nothing; fails if what is committed is not what the queries and migrations give.
        #[arg(long)]
        check: bool,
    },
    /// Checks the contracts: buf lint, and buf breaking against the accepted ones.
    Contract {
        /// Takes the contracts as they are now for the accepted ones.
        #[arg(long)]
        accept: bool,
    },
    /// Writes deploy/nats/users.conf, which says who may do what on NATS.
    Nats {
        /// Changes nothing; fails if what is committed is not what the code gives.
        #[arg(long)]
        check: bool,
    },
    /// Writes docs/operating/settings.md from the defaults of the processes.
    Settings {
        /// Changes nothing; fails if what is committed is not what the defaults give.
        #[arg(long)]
        check: bool,
    },
    /// Writes deploy/grafana/dashboards.
    Dashboards {
        /// Changes nothing; fails if what is committed is not what the code gives.
        #[arg(long)]
        check: bool,
    },
    /// Checks alert rules, runbooks and dashboards against each other and against the metrics there are.
    Observability,
    /// Checks bans, licences and sources of all dependencies with cargo-deny.
    Deny,
    /// Checks deploy/Dockerfile with hadolint.
    Dockerfile,
    /// Reads docker-compose.yml with docker compose itself, every profile of it; a warning fails.
    Compose,
    /// Renders deploy/kubernetes with kustomize, and checks what comes out against the schemas and against the services.
    Kubernetes,
    /// Runs the clients in other languages in tests/python against a cluster of their own.
    Python,
}

fn main() -> anyhow::Result<()> {
    match Chore::parse() {
        Chore::Layers => layers::check(),
        Chore::Sqlx { check } => sqlx_metadata::renew(check),
        Chore::Contract { accept } => contract::check(accept),
        Chore::Nats { check } => nats_users::FILE.run(check),
        Chore::Settings { check } => settings_page::FILE.run(check),
        Chore::Dashboards { check } => dashboards::run(check),
        Chore::Observability => observability::check(),
        Chore::Deny => tools::deny(),
        Chore::Dockerfile => tools::dockerfile(),
        Chore::Compose => compose::check(),
        Chore::Kubernetes => kubernetes::check(),
        Chore::Python => tools::python_tests(),
    }
}
