use std::{io::ErrorKind, process::Stdio};

use anyhow::Context as _;
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{
    Address, Place, Program, Saved, Sealed,
    place::{hex, verify},
    programs::run_beside,
};
use crate::{error::CliError, progress::Bar};

/// A saved store on its way into a database.
pub struct Load<'a> {
    pub place: &'a Place,
    pub saved: &'a Saved,
    pub pg_restore: &'a Program,
    pub address: &'a Address,
    /// A database of the address's server; it must be empty.
    pub database: &'a str,
}

/// Loads a saved store, all or nothing. What it makes belongs to the role of the address; owners and grants of the saved store are not
/// carried over. Fails as well when the file is not what was written.
pub async fn load(load: &Load<'_>) -> Result<(), CliError> {
    let Load { place, saved, pg_restore, address, database } = load;
    let bar = Bar::bytes(&saved.service, saved.bytes);
    let mut command = pg_restore.command(address);
    command.args(["--format=custom", "--no-owner", "--no-acl", "--single-transaction", "--no-password"]);
    command.arg(format!("--dbname={database}")).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = pg_restore.start(&mut command)?;
    let mut stdin = child.stdin.take();
    let feed = async {
        let (mut stream, mut hash, mut bytes) = (place.read(&saved.file).await?, Sha256::new(), 0);
        while let Some(piece) = stream.next().await {
            let piece = piece?;
            hash.update(&piece);
            bytes += piece.len() as u64;
            if let Some(pipe) = &mut stdin {
                match pipe.write_all(&piece).await {
                    // It has ended and says why; the rest is read for its hash alone.
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => stdin = None,
                    written => written.context("cannot hand the backup to pg_restore")?,
                }
            }
            bar.at(bytes);
        }
        drop(stdin);
        Ok(Sealed { bytes, sha256: hex(hash) })
    };
    let (found, output) = run_beside(child, feed).await?;
    verify(place, saved, &found)?;
    pg_restore.succeeded(&output, address)
}
