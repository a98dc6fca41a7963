use std::{
    fs::File,
    path::Path,
    process::{Child as Process, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// A service as a process of its own, with its log in a file.
pub struct Child {
    pub name: &'static str,
    /// Where it answers gRPC (the gateway: HTTP).
    pub port: u16,
    /// Where it answers `/readyz`.
    pub admin_port: u16,
    command: Command,
    process: Option<Process>,
    log: std::path::PathBuf,
}

impl Child {
    /// Prepares a service; nothing runs yet.
    pub fn new(
        program: &Path,
        name: &'static str,
        port: u16,
        admin_port: u16,
        settings: &[(&str, String)],
        logs: &Path,
    ) -> Self {
        let mut command = Command::new(program);
        command.args(["service", name]);
        for (key, value) in settings {
            command.env(key, value);
        }
        Self { name, port, admin_port, command, process: None, log: logs.join(format!("{name}.log")) }
    }

    /// Starts it, or starts it again.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        // A pipe that ends with us, however we end: the child ends with it.
        self.command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        self.process = Some(self.command.spawn().with_context(|| format!("starting {}", self.name))?);
        Ok(())
    }

    /// Waits until it is ready.
    pub fn wait_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !ready(self.admin_port) {
            if let Some(process) = &mut self.process
                && let Some(status) = process.try_wait()?
            {
                bail!(
                    "{} ended ({status}); its log, {}, ends with:\n{}",
                    self.name,
                    self.log.display(),
                    self.tail()
                );
            }
            if Instant::now() > deadline {
                bail!("{} is not ready after a minute; its log is {}", self.name, self.log.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Kills it with SIGKILL: nothing is finished, nothing is said.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        // Its standard input ends: it stops in good order.
        drop(process.stdin.take());
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            match process.try_wait() {
                Ok(Some(_)) | Err(_) => return,
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        let _ = process.kill();
        let _ = process.wait();
    }

    /// Its process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks `/readyz`, by hand: one request without a client library.
fn ready(port: u16) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let mut answer = [0; 12];
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: ting\r\nConnection: close\r\n\r\n").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer.ends_with(b"200")
}
