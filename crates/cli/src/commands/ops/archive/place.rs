use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt as _, sync::Arc};

use anyhow::Context as _;
use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::{
    ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    path::Path as Key,
};
use sha2::{Digest as _, Sha256};
use ting_chassis::fault::chain;
use tokio::io::AsyncWriteExt as _;

use super::Saved;
use crate::error::CliError;

/// Bytes that wait in memory before they are sent on.
const PART: usize = 8 * 1024 * 1024;

/// How the name of a bucket begins.
const S3: &str = "s3://";

/// A folder for the files of one backup.
#[derive(Debug, Clone)]
pub struct Place {
    store: Arc<dyn ObjectStore>,
    /// Below the root of `store`; empty when it is the root.
    prefix: String,
    shown: String,
}

/// A file as it was written or read: its length, and the SHA-256 of its bytes in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: u64,
    pub sha256: String,
}

impl Place {
    /// A new folder `name` in the folder or bucket `root`. In a file system folders are made if need be, and only its owner may look into
    /// the new one.
    pub fn create(root: &str, name: &str) -> Result<Self, CliError> {
        if root.trim().is_empty() {
            return Err(CliError::usage("--to is empty: name a folder, or s3://BUCKET/PREFIX"));
        }
        let shown = format!("{}/{name}", trimmed(root));
        if !root.starts_with(S3) {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(&shown);
            made.with_context(|| format!("cannot make the folder {shown}"))?;
        }
        Self::open(&shown)
    }

    /// A folder that is there, or one of a bucket, where folders are but names.
    pub fn open(shown: &str) -> Result<Self, CliError> {
        let shown = trimmed(shown);
        if let Some(rest) = shown.strip_prefix(S3) {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            return Ok(Self { store: bucket_of(bucket)?, prefix: prefix.to_owned(), shown });
        }
        let store = LocalFileSystem::new_with_prefix(&shown).map_err(|_| {
            CliError::failed(
                format!("there is no folder {shown}"),
                "--from names the folder of one backup, as `ting ops backup` has printed it",
            )
        })?;
        Ok(Self { store: Arc::new(store.with_fsync(true)), prefix: String::new(), shown })
    }

    /// The whole name of a file, to tell the user.
    pub fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.shown)
    }

    /// What the folder is called.
    pub fn name(&self) -> &str {
        &self.shown
    }

    fn key(&self, file: &str) -> Key {
        self.prefix.split('/').filter(|part| !part.is_empty()).chain([file]).collect()
    }

    /// Opens a new file; it is there once it is sealed.
    pub fn create_file(&self, file: &str) -> Writer {
        let inner = BufWriter::with_capacity(Arc::clone(&self.store), self.key(file), PART);
        Writer { inner, hash: Sha256::new(), bytes: 0, shown: self.shown(file) }
    }

    /// Writes a small file.
    pub async fn put(&self, file: &str, bytes: &[u8]) -> Result<Sealed, CliError> {
        let mut writer = self.create_file(file);
        writer.write(bytes).await?;
        writer.seal().await
    }

    /// Reads a small file; `None` if it is not there.
    pub async fn get(&self, file: &str) -> Result<Option<Vec<u8>>, CliError> {
        let found = match self.store.get(&self.key(file)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(|error| failed("read", &self.shown(file), &error))?,
        };
        let bytes = found.bytes().await.map_err(|error| failed("read", &self.shown(file), &error))?;
        Ok(Some(bytes.to_vec()))
    }

    /// Reads a file piece by piece.
    pub async fn read(
        &self,
        file: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, CliError>> + Unpin + use<>, CliError> {
        let shown = self.shown(file);
        let found = match self.store.get(&self.key(file)).await {
            Err(object_store::Error::NotFound { .. }) => {
                return Err(damaged(&shown, "it is missing"));
            }
            found => found.map_err(|error| failed("read", &shown, &error))?,
        };
        Ok(found.into_stream().map_err(move |error| failed("read", &shown, &error)).boxed())
    }

    /// Reads a file to its end for its length and hash.
    pub async fn seal_of(&self, file: &str) -> Result<Sealed, CliError> {
        let (mut stream, mut hash, mut bytes) = (self.read(file).await?, Sha256::new(), 0);
        while let Some(piece) = stream.next().await {
            let piece = piece?;
            hash.update(&piece);
            bytes += piece.len() as u64;
        }
        Ok(Sealed { bytes, sha256: hex(hash) })
    }
}

/// Without the slash at the end, unless nothing else is there.
fn trimmed(name: &str) -> String {
    match name.trim_end_matches('/') {
        "" | "s3:" => name.to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// A file that cannot be written or read. The causes of such an error repeat what it says itself.
fn failed(verb: &str, shown: &str, error: &dyn std::fmt::Display) -> CliError {
    let told = error.to_string();
    CliError::failed(
        format!("cannot {verb} {shown}: {}", told.lines().next().unwrap_or_default()),
        "see whether there is room and whether you may; for s3:// whether the bucket is there, and AWS_ENDPOINT (with AWS_ALLOW_HTTP=true if it has no TLS) and the keys are right",
    )
}

/// A bucket of S3 or of a server that speaks its protocol; address and keys come from `AWS_…` variables.
fn bucket_of(name: &str) -> Result<Arc<dyn ObjectStore>, CliError> {
    if name.is_empty() {
        return Err(CliError::usage("s3:// names no bucket: write s3://BUCKET/PREFIX"));
    }
    // Fails if there is one already, which will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = AmazonS3Builder::from_env().with_bucket_name(name).build();
    let store = built.map_err(|error| CliError::Usage {
        message: format!("the bucket {name:?} cannot be used: {}", chain(&error)),
        hint: Some(
            "write s3://BUCKET/PREFIX, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_ENDPOINT for \
             a server other than Amazon's"
                .to_owned(),
        ),
    })?;
    Ok(Arc::new(store))
}

/// A file that is being written.
pub struct Writer {
    inner: BufWriter,
    hash: Sha256,
    bytes: u64,
    shown: String,
}

impl Writer {
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.inner.write_all(bytes).await.map_err(|error| failed("write", &self.shown, &error))
    }

    /// Completes the file.
    pub async fn seal(mut self) -> Result<Sealed, CliError> {
        self.inner.shutdown().await.map_err(|error| failed("write", &self.shown, &error))?;
        Ok(Sealed { bytes: self.bytes, sha256: hex(self.hash) })
    }
}

/// Refuses a file of a store that is not what was written.
pub fn verify(place: &Place, saved: &Saved, found: &Sealed) -> Result<(), CliError> {
    let shown = place.shown(&saved.file);
    if found.bytes != saved.bytes {
        return Err(damaged(&shown, &format!("it has {} bytes instead of {}", found.bytes, saved.bytes)));
    }
    if found.sha256 != saved.sha256 {
        return Err(damaged(&shown, "its SHA-256 is another one"));
    }
    Ok(())
}

pub(super) fn damaged(file: &str, how: &str) -> CliError {
    CliError::failed(
        format!("{file} is damaged: {how}"),
        "nothing of this backup is restored; take another backup, and find out what happened to this one",
    )
}

pub(super) fn hex(hash: Sha256) -> String {
    use std::fmt::Write as _;
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
