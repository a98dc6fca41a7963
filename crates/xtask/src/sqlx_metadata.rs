//! The metadata that lets queries be checked without a database. An offline build stays green on a stale schema, so CI makes the
//! metadata anew from the migrations and compares.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use ting_servers::{Finder, Postgres, PostgresOptions};

use crate::run::{root, run};

const SERVICES: [&str; 4] = ["intake", "analysis", "satisfaction", "recovery"];

/// Writes the metadata of every service, or, with `check`, compares it with what is there.
pub fn renew(check: bool) -> anyhow::Result<()> {
    let options =
        PostgresOptions { finder: Finder::from_environment().private(), ..PostgresOptions::default() };
    let postgres = Postgres::start(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for service in SERVICES {
        runtime.block_on(migrate(&postgres, service)).with_context(|| format!("migrating {service}"))?;
        let kept = root().join("crates").join(service).join(".sqlx");
        if check {
            compare(&postgres, service, &kept)?;
        } else {
            describe(&postgres, service, &kept)?;
        }
    }
    println!(
        "sqlx: the metadata of {} services {}",
        SERVICES.len(),
        if check { "is as committed" } else { "is renewed" }
    );
    Ok(())
}

async fn migrate(postgres: &Postgres, service: &str) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect(&postgres.admin_url()).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {service}"))).execute(&mut admin).await?;
    let mut database = PgConnection::connect(&postgres.url(service)).await?;
    for owner in ["chassis", service] {
        for file in sorted(&root().join("crates").join(owner).join("migrations"))? {
            let sql = fs::read_to_string(&file)?;
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut database)
                .await
                .with_context(|| file.display().to_string())?;
        }
    }
    Ok(())
}

/// Checks a service against its database; the macros leave what they learn in `folder`.
fn describe(postgres: &Postgres, service: &str, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    // Cargo does not know that the macros depend on a database.
    let touched = root().join("crates").join(service).join("src/lib.rs");
    fs::File::options().append(true).open(&touched)?.set_modified(std::time::SystemTime::now())?;
    run(Command::new("cargo")
        .args(["check", "--quiet", "--package", &format!("ting-{service}"), "--all-targets"])
        .current_dir(root())
        .env(format!("{}_DATABASE_URL", service.to_uppercase()), postgres.url(service))
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", folder))
}

fn compare(postgres: &Postgres, service: &str, kept: &Path) -> anyhow::Result<()> {
    let fresh = root().join("target/sqlx").join(service);
    describe(postgres, service, &fresh)?;
    let (committed, made) = (contents(kept)?, contents(&fresh)?);
    ensure!(
        committed == made,
        "crates/{service}/.sqlx is not what its queries and migrations give; run `cargo xtask sqlx` and commit the result"
    );
    Ok(())
}

fn contents(folder: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    sorted(folder)?.into_iter().map(|path| Ok((name(&path), fs::read(&path)?))).collect()
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    Ok(files)
}
