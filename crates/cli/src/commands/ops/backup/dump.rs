use std::process::Stdio;

use anyhow::Context as _;
use tokio::io::AsyncReadExt as _;

use super::snapshot::Snapshot;
use crate::{
    commands::ops::archive::{Place, Program, Saved, count, run_beside},
    error::CliError,
    progress::Bar,
};

/// Writes a store as of its snapshot, piece by piece, and ends the snapshot.
pub(super) async fn save(
    place: &Place,
    pg_dump: &Program,
    mut snapshot: Snapshot,
) -> Result<Saved, CliError> {
    let mut saved = Saved::begin(&snapshot, &pg_dump.version);
    let address = snapshot.address.clone();
    let bar = Bar::open(&saved.service);
    let mut command = pg_dump.command(&address);
    command.args(["--format=custom", "--no-password", "--lock-wait-timeout=60000"]);
    command.arg(format!("--snapshot={}", snapshot.id)).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = pg_dump.start(&mut command)?;
    let stdout = child.stdout.take();
    let mut writer = place.create_file(&saved.file);
    let copy = async {
        let mut stdout = stdout.context("pg_dump has no output")?;
        let mut piece = vec![0; 256 * 1024];
        let mut bytes = 0;
        loop {
            let read = stdout.read(&mut piece).await.context("cannot read what pg_dump writes")?;
            if read == 0 {
                return Ok(writer);
            }
            writer.write(&piece[..read]).await?;
            bytes += read as u64;
            bar.at(bytes);
        }
    };
    let (writer, output) = run_beside(child, copy).await?;
    // Before the file is sealed: half a dump must not look like one.
    pg_dump.succeeded(&output, &address)?;
    let sealed = writer.seal().await?;
    (saved.bytes, saved.sha256) = (sealed.bytes, sealed.sha256);
    saved.rows =
        count(&mut snapshot.connection).await.map_err(|error| address.failed("cannot be counted", &error))?;
    Ok(saved)
}
