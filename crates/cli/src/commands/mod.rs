//! What can be asked for: a file for each noun.

use clap::Subcommand;

use crate::{connect::Session, error::CliError};

mod alerts;
mod bands;
mod cases;
mod completions;
mod customer;
mod endpoints;
mod events;
mod feedback;
mod floors;
mod import;
pub mod method;
mod notifications;
mod ops;
mod response;
mod scores;
mod themes;
mod token;

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in comments, answers or customers from CSV or JSONL files
    Import(import::Import),
    /// File and find what customers said
    #[command(subcommand)]
    Feedback(feedback::Feedback),
    /// File and find answers to one-question surveys
    #[command(subcommand)]
    Response(response::Response),
    /// Register and find customers
    #[command(subcommand)]
    Customer(customer::Customer),
    /// Show what customers talk about
    Themes(themes::Themes),
    /// Show how satisfied customers are
    Scores(scores::Scores),
    /// List scores that fell below their floor
    Alerts(alerts::Alerts),
    /// List customers by how what they got compares with what they expected
    Bands(bands::Bands),
    /// Work on complaints and failures until they are put right
    #[command(subcommand)]
    Cases(cases::Cases),
    /// Say where notifications go
    #[command(subcommand)]
    Endpoints(endpoints::Endpoints),
    /// See which notifications went out
    #[command(subcommand)]
    Notifications(notifications::Notifications),
    /// Follow what happens
    #[command(subcommand)]
    Events(events::Events),
    /// Compute a published method on a file, without any service
    #[command(subcommand)]
    Method(method::Method),
    /// Look after the services
    #[command(subcommand)]
    Ops(ops::Ops),
    /// Make keys and tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Print the completions of a shell
    Completions(completions::Completions),
}

/// Does it.
pub async fn run(session: &Session, command: Command) -> Result<(), CliError> {
    match command {
        Command::Import(command) => import::run(session, command).await,
        Command::Feedback(command) => feedback::run(session, command).await,
        Command::Response(command) => response::run(session, command).await,
        Command::Customer(command) => customer::run(session, command).await,
        Command::Themes(command) => themes::run(session, command).await,
        Command::Scores(command) => scores::run(session, command).await,
        Command::Alerts(command) => alerts::run(session, command).await,
        Command::Bands(command) => bands::run(session, command).await,
        Command::Cases(command) => cases::run(session, command).await,
        Command::Endpoints(command) => endpoints::run(session, command).await,
        Command::Notifications(command) => notifications::run(session, command).await,
        Command::Events(command) => events::run(session, command).await,
        Command::Method(command) => method::run(&session.output, command),
        Command::Ops(command) => ops::run(session, command).await,
        Command::Token(command) => token::run(session, command),
        Command::Completions(command) => completions::run(session, &command),
    }
}

/// The service left out what the contract promises.
fn missing(what: &str) -> CliError {
    CliError::failed(
        format!("the service answered without the {what}"),
        "it may be older than this command: ting ops status shows versions",
    )
}
