//! `ting ops backup`: every store as of one moment, to one folder.
//!
//! Whoever follows events is saved before whoever tells them ([`ORDER`]), so that no saved store knows of an event that the saved store
//! of its owner does not have: see docs/adr/0006-a-backup-is-the-four-stores.md. [`snapshot`] takes the moment, [`dump`] writes the
//! files, [`trial`] shows that they can be restored.

mod dump;
mod snapshot;
mod trial;

use std::time::Duration;

use chrono::SecondsFormat;
use clap::Args;
use serde::Serialize;
use tokio::time::Instant;

use super::archive::{Address, MANIFEST, Manifest, Place, Programs, SUMS, Saved, Sums, verify};
use crate::{
    connect::{Service, Session},
    error::CliError,
    output::{Column, Table},
};
use snapshot::Snapshot;

/// Consumers before those whose events they apply.
const ORDER: [Service; 4] = [Service::Recovery, Service::Satisfaction, Service::Analysis, Service::Intake];

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ting ops backup --to /backups
  ting ops backup --to s3://bucket/ting     address and keys in AWS_… variables
  ting ops backup --to /backups --no-trial  on a server without room for a second copy
  docker compose run --rm backup            in an installation with docker compose

Where the stores are and who reads them stands in the environment; the role needs what `backup` of
deploy/postgres/stores.sql has:
  TING_INTAKE_BACKUP_URL        TING_ANALYSIS_BACKUP_URL
  TING_SATISFACTION_BACKUP_URL  TING_RECOVERY_BACKUP_URL
Services go on meanwhile. docs/operating/backup.md tells the rest.")]
pub struct Backup {
    /// The folder of all backups, or s3://BUCKET/PREFIX; each gets a folder of its own in it, named by the time
    #[arg(long, value_name = "PLACE")]
    to: String,
    /// Do not restore each store into a scratch database to see that it can be done
    #[arg(long)]
    no_trial: bool,
    #[command(flatten)]
    programs: Programs,
}

/// What is printed in the end.
#[derive(Debug, Serialize)]
struct Report {
    backup: String,
    bytes: u64,
    took_ms: u64,
    #[serde(flatten)]
    manifest: Manifest,
}

pub async fn run(session: &Session, backup: &Backup) -> Result<(), CliError> {
    let started = Instant::now();
    let began_at = session.clock.now();
    let addresses: Result<Vec<Address>, CliError> =
        ORDER.into_iter().map(|service| Address::of(service, "BACKUP")).collect();
    let addresses = addresses?;
    let pg_dump = backup.programs.find("pg_dump").await?;
    let pg_restore = backup.programs.find("pg_restore").await?;
    let snapshots = snapshots(session, &addresses, !backup.no_trial).await?;
    for snapshot in &snapshots {
        let what = format!("the Postgres of {} is", snapshot.address.service.name());
        pg_dump.reads(&what, &snapshot.postgres_version)?;
    }
    pg_restore.reads("pg_dump is", &pg_dump.version)?;
    let place = Place::create(&backup.to, &began_at.format("%Y%m%dT%H%M%SZ").to_string())?;
    let mut stores = Vec::new();
    for snapshot in snapshots {
        let step = Instant::now();
        let address = snapshot.address.clone();
        let mut saved = dump::save(&place, &pg_dump, snapshot).await?;
        tell(address.service, &format!("{} saved", size(saved.bytes)), step.elapsed());
        let step = Instant::now();
        let found = if backup.no_trial {
            verify(&place, &saved, &place.seal_of(&saved.file).await?)?;
            "read again, its SHA-256 is right"
        } else {
            trial::restore(session, &place, &saved, &pg_restore, &address).await?;
            saved.tried = true;
            "restored into a scratch database, every row counted"
        };
        tell(address.service, found, step.elapsed());
        stores.push(saved);
    }
    let manifest = Manifest::new(began_at, session.clock.now(), stores);
    complete(&place, &manifest).await?;
    report(session, &place, manifest, started.elapsed())
}

/// Takes the moment of each store, in the order that counts.
async fn snapshots(session: &Session, addresses: &[Address], trial: bool) -> Result<Vec<Snapshot>, CliError> {
    let mut snapshots = Vec::new();
    for address in addresses {
        snapshots.push(Snapshot::take(session, address, trial).await?);
    }
    Ok(snapshots)
}

/// Writes what says that the backup is whole, last.
async fn complete(place: &Place, manifest: &Manifest) -> Result<(), CliError> {
    let mut sums = Sums::default();
    for saved in &manifest.stores {
        sums.add(&saved.file, &saved.sha256);
    }
    let json = serde_json::to_vec_pretty(manifest).map_err(anyhow::Error::from)?;
    sums.add(MANIFEST, &place.put(MANIFEST, &json).await?.sha256);
    place.put(SUMS, sums.text().as_bytes()).await?;
    Ok(())
}

fn report(session: &Session, place: &Place, manifest: Manifest, took: Duration) -> Result<(), CliError> {
    let report = Report {
        backup: place.name().to_owned(),
        bytes: manifest.bytes(),
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        manifest,
    };
    session.output.show(&report, || vec![table(&report)])
}

fn table(report: &Report) -> Table {
    let columns = [
        Column::left("store"),
        Column::left("as of"),
        Column::right("rows"),
        Column::right("bytes"),
        Column::left("restored on trial"),
    ];
    let mut table = Table::list(&columns, "");
    for saved in &report.manifest.stores {
        let rows: i64 = saved.rows.values().sum();
        table.row(vec![
            saved.service.as_str().into(),
            saved.snapshot_at.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
            rows.into(),
            i64::try_from(saved.bytes).unwrap_or(i64::MAX).into(),
            if saved.tried { "yes" } else { "no" }.into(),
        ]);
    }
    let seconds = Duration::from_millis(report.took_ms).as_secs_f64();
    table.foot(format!("{} in {seconds:.1} s: {}", size(report.bytes), report.backup))
}

/// Says on standard error what has been done.
pub(super) fn tell(service: Service, what: &str, took: Duration) {
    anstream::eprintln!("{:<13} {what} ({:.1} s)", service.name(), took.as_secs_f64());
}

/// `12.3 MB`.
#[expect(clippy::cast_precision_loss, reason = "rounded anyway")]
fn size(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

impl Saved {
    /// What is known before the file is written.
    fn begin(snapshot: &Snapshot, pg_dump_version: &str) -> Self {
        let service = snapshot.address.service.name().to_owned();
        Self {
            file: format!("{service}.dump"),
            service,
            bytes: 0,
            sha256: String::new(),
            snapshot_at: snapshot.taken_at,
            postgres_version: snapshot.postgres_version.clone(),
            pg_dump_version: pg_dump_version.to_owned(),
            migrations: snapshot.migrations.clone(),
            rows: super::archive::Rows::new(),
            tried: false,
        }
    }
}
