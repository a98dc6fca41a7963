//! `ting ops restore`: stores from a backup, so that what goes on afterwards fits together.
//!
//! All four stores become as of the moment of the backup, and their streams are deleted: the outboxes fill them again. With `--only`
//! one store goes back while the others stay where they are: its own stream tells it which events it has published since
//! ([`adopt`]), and the streams that it follows are read again from their beginning ([`bus`]). See
//! docs/adr/0006-a-backup-is-the-four-stores.md.

mod adopt;
mod bus;
mod target;

use std::time::Duration;

use async_nats::jetstream::Context;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::Args;
use serde::Serialize;
use ting_events::MAX_AGE;
use tokio::time::Instant;

use super::{
    archive::{Address, Manifest, Place, Program, Programs, Saved, verify},
    backup::tell,
};
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Column, Table},
};
use target::Target;

/// Streams drop what is too old by the clock of another machine.
const MARGIN: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting ops restore --from /backups/20260301T020000Z
  ting ops restore --from /backups/20260301T020000Z --replace
  ting ops restore --from /backups/20260301T020000Z --replace --only analysis
  docker compose run --rm backup ting ops restore --from /backups/20260301T020000Z

Stop the services whose stores are restored; start them afterwards. Where the stores are and who
owns them stands in the environment, where NATS is in TING_NATS_URL:
  TING_INTAKE_OWNER_URL        TING_ANALYSIS_OWNER_URL
  TING_SATISFACTION_OWNER_URL  TING_RECOVERY_OWNER_URL
docs/operating/backup.md tells what one store alone gets back.")]
pub struct Restore {
    /// The folder of one backup, or s3://BUCKET/PREFIX/FOLDER
    #[arg(long, value_name = "PLACE")]
    from: String,
    /// Only the store of this service; the others stay as they are
    #[arg(long, value_enum, value_name = "SERVICE")]
    only: Option<Service>,
    /// Replace what is in the stores, and the streams; without it only empty ones are filled
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    programs: Programs,
}

/// What is printed in the end.
#[derive(Debug, Serialize)]
struct Report {
    backup: String,
    took_ms: u64,
    stores: Vec<Restored>,
}

#[derive(Debug, Serialize)]
struct Restored {
    service: &'static str,
    as_of: DateTime<Utc>,
    rows: i64,
    /// Events that the service had published after that moment; they are in its outbox again. Nothing when all stores are restored.
    adopted: u64,
}

pub async fn run(session: &Session, restore: &Restore) -> Result<(), CliError> {
    let started = Instant::now();
    let services = restore.only.map_or_else(|| Service::ALL.to_vec(), |only| vec![only]);
    let addresses: Result<Vec<Address>, CliError> =
        services.iter().map(|service| Address::of(*service, "OWNER")).collect();
    let addresses = addresses?;
    let place = Place::open(&restore.from)?;
    // Everything that can be wrong is found before anything is changed.
    let manifest = Manifest::read(&place).await?;
    let pg_restore = restore.programs.find("pg_restore").await?;
    for service in &services {
        whole(session, restore, &place, &pg_restore, manifest.store(*service)?).await?;
    }
    let streams = session.nats().await?;
    match restore.only {
        Some(only) => bus::tells_since(&streams, only, manifest.store(only)?).await?,
        None if !restore.replace => bus::empty(&streams).await?,
        None => {}
    }
    let mut targets = Vec::new();
    for address in addresses {
        let saved = manifest.store(address.service)?.clone();
        targets.push(Target::open(address, saved, restore.replace).await?);
    }
    let stores =
        fill(&place, &pg_restore, targets, restore.only, &streams).await.map_err(|error| half(&error))?;
    report(session, &Report { backup: restore.from.clone(), took_ms: millis(started.elapsed()), stores })
}

/// Refuses a saved store that cannot be restored in this way, or is not what was written.
async fn whole(
    session: &Session,
    restore: &Restore,
    place: &Place,
    pg_restore: &Program,
    saved: &Saved,
) -> Result<(), CliError> {
    if restore.only.is_some() {
        young_enough(session, saved)?;
    }
    pg_restore.reads("the backup was made by pg_dump", &saved.pg_dump_version)?;
    verify(place, saved, &place.seal_of(&saved.file).await?)
}

/// Changes stores and streams.
async fn fill(
    place: &Place,
    pg_restore: &Program,
    targets: Vec<Target>,
    only: Option<Service>,
    streams: &Context,
) -> Result<Vec<Restored>, CliError> {
    if only.is_none() {
        // Their events may be of a future that the stores will know nothing of.
        bus::delete_all(streams).await?;
    }
    let mut stores = Vec::new();
    for mut target in targets {
        let started = Instant::now();
        target.fill(place, pg_restore).await?;
        let adopted = if only.is_some() {
            let adopted = adopt::adopt(&mut target, streams).await?;
            bus::read_again(streams, target.address.service).await?;
            adopted
        } else {
            target.publish_all_again().await?;
            0
        };
        let (service, rows) = (target.address.service, target.saved.rows.values().sum());
        tell(service, &format!("restored, {rows} rows"), started.elapsed());
        stores.push(Restored { service: service.name(), as_of: target.saved.snapshot_at, rows, adopted });
    }
    Ok(stores)
}

/// One store goes back alone only as far as the streams can tell what happened since.
fn young_enough(session: &Session, saved: &Saved) -> Result<(), CliError> {
    let oldest = session.clock.now() - TimeDelta::from_std(MAX_AGE).map_err(anyhow::Error::from)? + MARGIN;
    if saved.snapshot_at > oldest {
        return Ok(());
    }
    Err(CliError::failed(
        format!(
            "the backup is of {}, and streams keep seven days: what {} has missed and told since then is gone",
            time(saved.snapshot_at),
            saved.service
        ),
        "restore all stores together, without --only, or a younger backup",
    ))
}

/// Says how things stand after a failure in the middle.
fn half(error: &CliError) -> CliError {
    CliError::failed(
        format!("the restore is not finished: {error}"),
        "start no service yet; put the cause right and restore again with --replace",
    )
}

fn report(session: &Session, report: &Report) -> Result<(), CliError> {
    session.output.show(report, || {
        let columns = [
            Column::left("store"),
            Column::left("as of"),
            Column::right("rows"),
            Column::right("events taken back from its stream"),
        ];
        let mut table = Table::list(&columns, "");
        for store in &report.stores {
            let adopted = i64::try_from(store.adopted).unwrap_or(i64::MAX);
            table.row(vec![
                store.service.into(),
                time(store.as_of).into(),
                store.rows.into(),
                adopted.into(),
            ]);
        }
        vec![table.foot("Start the services now; then: ting ops doctor")]
    })
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{Saved, Session, young_enough};
    use crate::args::{Connection, Global};

    #[test]
    fn one_store_goes_back_alone_for_seven_days_less_an_hour() {
        // Keeps the profile of whoever runs the test out of it.
        let connection = Connection { profile: Some("/dev/null".into()), ..Connection::default() };
        let session = Session::new(&Global { connection, ..Global::default() }).unwrap();
        for (hours, enough) in [(1, true), (7 * 24 - 2, true), (7 * 24, false), (9 * 24, false)] {
            let snapshot_at = session.clock.now() - TimeDelta::hours(hours);
            let saved = Saved {
                service: "analysis".to_owned(),
                file: "analysis.dump".to_owned(),
                bytes: 0,
                sha256: String::new(),
                snapshot_at,
                postgres_version: "17.6".to_owned(),
                pg_dump_version: "17.6".to_owned(),
                migrations: crate::commands::ops::archive::Migrations::default(),
                rows: std::collections::BTreeMap::new(),
                tried: true,
            };
            assert_eq!(young_enough(&session, &saved).is_ok(), enough, "{hours} hours");
        }
    }
}
