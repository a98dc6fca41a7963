use clap::Subcommand;
use ting_proto::ops::v1::RebuildProjectionRequest;
use tonic::Request;

mod archive;
mod audit_streams;
mod backup;
mod dead_letters;
mod doctor;
mod init;
mod keys;
mod restore;
mod status;

use dead_letters::DeadLetters;
use keys::Keys;

use crate::{
    connect::{Service, Session},
    error::CliError,
};

/// A rebuild reads all facts of a projection, and a replay may apply many.
const LONG_CALL: std::time::Duration = std::time::Duration::from_mins(10);

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  ting ops init
  ting ops doctor
  ting ops backup --to /backups
  ting ops status analysis
  ting ops audit-streams
  ting ops keys rotate --folder keys
  ting ops dead-letters list --service analysis
  ting ops rebuild --service satisfaction scores")]
pub enum Ops {
    /// Make the settings, passwords and keys of a new installation
    Init(init::Init),
    /// Say what is wrong and what to do about it
    Doctor(doctor::Doctor),
    /// Show what waits, what lags and what is parked
    #[command(after_help = "Examples:
  ting ops status
  ting ops status analysis --format json")]
    Status {
        /// Only this service [default: all]
        #[arg(value_enum)]
        service: Option<Service>,
    },
    /// Compare each stream with what was published, and publish again what it has lost
    #[command(after_help = "Examples:
  ting ops audit-streams              after NATS has lost or was given back its disk
  ting ops audit-streams intake")]
    AuditStreams {
        /// Only the stream of this service [default: all]
        #[arg(value_enum)]
        service: Option<Service>,
    },
    /// Change the keys that tokens are signed and checked with, while services run
    #[command(subcommand)]
    Keys(Keys),
    /// Look after events that could not be applied
    #[command(
        subcommand,
        after_help = "Examples:
  ting ops dead-letters list --service analysis
  ting ops dead-letters replay --service analysis
  ting ops dead-letters drop --service analysis --aggregate 019a5c3e-7d1e-7000-8000-000000000001"
    )]
    DeadLetters(DeadLetters),
    /// Save all stores as of one moment, and show that they can be restored
    Backup(backup::Backup),
    /// Put stores back as they were saved
    Restore(restore::Restore),
    /// Compute a projection anew from the facts it stands on
    #[command(after_help = "Examples:
  ting ops status satisfaction --format json     shows the names of projections
  ting ops rebuild --service satisfaction scores")]
    Rebuild {
        #[arg(long, value_enum)]
        service: Service,
        /// Its name, as `ting ops status` shows it
        projection: String,
    },
}

pub async fn run(session: &Session, command: Ops) -> Result<(), CliError> {
    match command {
        Ops::Init(init) => init::run(session, &init),
        Ops::Doctor(doctor) => doctor::run(session, &doctor).await,
        Ops::Status { service } => status::run(session, service).await,
        Ops::AuditStreams { service } => audit_streams::run(session, service).await,
        Ops::Keys(command) => keys::run(&command),
        Ops::DeadLetters(command) => dead_letters::run(session, command).await,
        Ops::Backup(backup) => backup::run(session, &backup).await,
        Ops::Restore(restore) => restore::run(session, &restore).await,
        Ops::Rebuild { service, projection } => rebuild(session, service, projection).await,
    }
}

async fn rebuild(session: &Session, service: Service, projection: String) -> Result<(), CliError> {
    let mut request = Request::new(RebuildProjectionRequest { projection });
    request.set_timeout(LONG_CALL);
    let answer = session.ops(service).await?.rebuild_projection(request).await?.into_inner();
    session.output.say(&answer, &format!("{} rows, {} of them changed", answer.rows, answer.changed))
}

/// Asks one service or all of them: the answers, and the last failure; earlier ones are printed.
async fn each<T>(
    service: Option<Service>,
    ask: impl AsyncFn(Service) -> Result<T, CliError>,
) -> (Vec<T>, Option<CliError>) {
    let asked = service.map_or(Service::ALL.to_vec(), |service| vec![service]);
    let (mut answers, mut failure) = (Vec::new(), None);
    for service in asked {
        match ask(service).await {
            Ok(answer) => answers.push(answer),
            Err(error) => {
                if let Some(earlier) = failure.replace(error) {
                    earlier.print();
                }
            }
        }
    }
    (answers, failure)
}
