//! Chores of the repository: what `make` calls and what a contributor runs by hand.

mod contract;
mod layers;
mod run;
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
    /// Checks bans, licences and sources of all dependencies with cargo-deny.
    Deny,
    /// Runs the clients in other languages in tests/python against a cluster of their own.
    Python,
}

fn main() -> anyhow::Result<()> {
    match Chore::parse() {
        Chore::Layers => layers::check(),
        Chore::Sqlx { check } => sqlx_metadata::renew(check),
        Chore::Contract { accept } => contract::check(accept),
        Chore::Deny => tools::deny(),
        Chore::Python => tools::python_tests(),
    }
}
