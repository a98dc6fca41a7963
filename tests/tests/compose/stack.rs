//! Everything that `docker compose up` would start, without the mail sink.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use ting_servers::{Finder, Nats, NatsConfiguration, NatsOptions, Postgres, PostgresOptions, free_port};
use ting_testkit::eventually_within;

use super::file::{Service, root, services, variables};

/// The processes with a port that others reach, and the port that the file gives it.
const PORTS: [(&str, u16); 5] =
    [("gateway", 7100), ("intake", 7101), ("analysis", 7102), ("satisfaction", 7103), ("recovery", 7104)];

pub struct Stack {
    pub nats: Nats,
    pub variables: BTreeMap<String, String>,
    pub services: BTreeMap<String, Service>,
    /// Where each process answers, by name.
    pub addresses: BTreeMap<&'static str, String>,
    /// The further nodes of NATS, when it is a cluster.
    pub nodes: Vec<Nats>,
    children: Vec<(String, Child)>,
    // Ends after those that use it.
    pub postgres: Postgres,
    pub folder: TempDir,
}

impl Stack {
    /// What `ting ops init` and the servers need, and no service yet.
    pub async fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let init = ting(folder.path(), &["ops", "init", "--workspace", "acme"]);
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let mut variables = variables(&std::fs::read_to_string(folder.path().join(".env")).unwrap());
        let options =
            PostgresOptions { finder: Finder::from_environment().private(), ..PostgresOptions::default() };
        let postgres = tokio::task::spawn_blocking(|| Postgres::start(options)).await.unwrap().unwrap();
        make_stores(&postgres, &variables).await;
        move_stores(&mut variables, &postgres);
        let options = nats_options("nats", &services(&variables), folder.path(), &[]);
        let nats = tokio::task::spawn_blocking(|| Nats::start(options)).await.unwrap().unwrap();
        variables.insert("NATS_SERVER".to_owned(), nats.url().replace("nats://", ""));
        let (addresses, services) = here(services(&variables), folder.path());
        let (nodes, children) = (Vec::new(), Vec::new());
        Self { nats, variables, services, addresses, nodes, children, postgres, folder }
    }

    /// Takes the variables as they are now for those of `.env`; for services that do not run.
    pub fn read_variables_again(&mut self) {
        (self.addresses, self.services) = here(services(&self.variables), self.folder.path());
    }

    /// Ends every process of ting, as `docker compose stop` does.
    pub fn stop(&mut self) {
        for (_, child) in &mut self.children {
            let process = rustix::process::Pid::from_child(child);
            rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        }
        for (name, mut child) in self.children.drain(..) {
            assert!(child.wait().unwrap().success(), "{name} did not end well");
        }
    }

    /// Starts every process of ting in the file.
    pub fn start(&mut self) {
        for (name, _) in PORTS {
            let log = File::create(self.log(name)).unwrap();
            let mut command = self.command(name, &self.services[name].command);
            let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
            self.children.push((name.to_owned(), child));
        }
    }

    /// Waits until the health check of a service says that it is well.
    pub async fn healthy(&self, name: &str) {
        eventually_within(Duration::from_mins(1), async || {
            let output = self.command(name, &self.services[name].health).output().unwrap();
            if output.status.success() {
                return Ok(());
            }
            Err(format!("{output:?}\n{}", std::fs::read_to_string(self.log(name)).unwrap_or_default()))
        })
        .await;
    }

    /// What a process says.
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// One of the programs with the environment that the file gives to a service, and no other.
    pub fn command(&self, name: &str, words: &[String]) -> Command {
        let mut command = Command::new(program(&words[0]));
        command.args(&words[1..]).env_clear().envs(&self.services[name].environment);
        command
    }

    /// Writes the variables as they are here into a file beside .env.
    pub fn write_variables(&self, name: &str) {
        let lines: Vec<String> =
            self.variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        std::fs::write(self.folder.path().join(name), lines.join("\n")).unwrap();
    }

    /// Runs the command of the one who has just run `ting ops init`.
    pub fn ting(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["--profile", "profile.toml"];
        let addresses: Vec<(String, &String)> = self
            .addresses
            .iter()
            .filter(|(name, _)| **name != "gateway")
            .map(|(name, address)| (format!("--{name}-address"), address))
            .collect();
        all.extend(addresses.iter().flat_map(|(flag, address)| [flag.as_str(), address.as_str()]));
        all.extend(arguments);
        ting(self.folder.path(), &all)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            // Fails only if it has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs `ting` with nothing of the environment of whoever runs the test.
fn ting(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program("ting"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// A program of this workspace, which `cargo test --workspace` has built beside this test.
pub fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_ting-service")).with_file_name(name);
    assert!(path.is_file(), "{} is missing: cargo build --workspace", path.display());
    path
}

/// The server that the file names for NATS, with the command that stands there and what else `arguments` say.
pub fn nats_options(
    name: &str,
    services: &BTreeMap<String, Service>,
    folder: &Path,
    arguments: &[String],
) -> NatsOptions {
    let Service { command, environment, .. } = &services[name];
    let file = command[2].strip_prefix("/etc/ting/").unwrap();
    NatsOptions {
        finder: Finder::from_environment().private(),
        store: Some(folder.join(name)),
        configuration: Some(NatsConfiguration {
            file: root().join("deploy/nats").join(file),
            environment: environment.clone().into_iter().collect(),
            arguments: arguments.to_vec(),
        }),
        ..NatsOptions::default()
    }
}

/// Runs the script that Postgres runs when its volume is empty.
async fn make_stores(postgres: &Postgres, variables: &BTreeMap<String, String>) {
    let script = std::fs::read_to_string(root().join("deploy/postgres/stores.sql")).unwrap();
    let (mut sql, mut meanings) = (String::new(), Vec::new());
    for line in script.lines().filter(|line| !line.starts_with("--")) {
        if let Some(words) = line.strip_prefix("\\getenv ") {
            let (name, variable) = words.split_once(' ').unwrap();
            meanings.push((format!(":'{name}'"), format!("'{}'", variables[variable])));
        } else if !line.starts_with('\\') {
            sql += line;
        }
    }
    for (name, value) in &meanings {
        sql = sql.replace(name, value);
    }
    let mut admin = PgConnection::connect(&postgres.admin_url()).await.unwrap();
    for statement in sql.split_inclusive(';') {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut admin).await.unwrap();
    }
}

/// Says where the stores are, as an operator with a Postgres elsewhere would: one variable each.
fn move_stores(variables: &mut BTreeMap<String, String>, postgres: &Postgres) {
    let url = postgres.admin_url();
    let query = url.split_once("?host=").unwrap().1;
    let (socket, port) = query.split_once("&port=").unwrap();
    let place = format!("{}:{port}", socket.replace('/', "%2F"));
    for service in ["INTAKE", "ANALYSIS", "SATISFACTION", "RECOVERY"] {
        variables.insert(format!("{service}_POSTGRES"), place.clone());
    }
}

/// Puts the services on free ports of this machine: names and places inside of containers become addresses here.
fn here(
    mut services: BTreeMap<String, Service>,
    folder: &Path,
) -> (BTreeMap<&'static str, String>, BTreeMap<String, Service>) {
    let addresses: BTreeMap<&'static str, String> =
        PORTS.iter().map(|(name, _)| (*name, format!("127.0.0.1:{}", free_port().unwrap()))).collect();
    let key = folder.join("keys/public.pem").display().to_string();
    for service in services.values_mut() {
        let admin = format!("127.0.0.1:{}", free_port().unwrap());
        for value in service.environment.values_mut() {
            for (name, port) in PORTS {
                *value =
                    value.replace(&format!("http://{name}:{port}"), &format!("http://{}", addresses[name]));
                *value = value.replace(&format!("0.0.0.0:{port}"), &addresses[name]);
            }
            *value = value.replace("0.0.0.0:9100", &admin).replace("/run/secrets/public_key", &key);
        }
    }
    (addresses, services)
}
