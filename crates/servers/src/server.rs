//! One child process that is started, watched and ended, and that never outlives us.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::account::Account;
use crate::error::Attempting;
use crate::files::last_lines;
use crate::processes::{any_running, kill_family};
use crate::{Error, Result};

const READY_WITHIN: Duration = Duration::from_mins(1);
const ENDED_WITHIN: Duration = Duration::from_secs(10);
const POLL_EVERY: Duration = Duration::from_millis(10);

/// Waits for a word before it becomes the server: if we die before the guard knows of it, it never starts.
const LAUNCHER: &str = r#"read -r go && exec "$@" </dev/null"#;

/// Reads process ids until the pipe closes, which happens however we end, then ends the last one read (an empty
/// line means none) with signal `$1` and removes the folder `$2`. A parent death signal would not do: the kernel
/// sends it when the thread that started the server ends, which in tests is long before the process does.
const GUARD: &str = r#"
trap '' HUP INT TERM
process=; while read -r line; do process=$line; done
if [ -n "$process" ] && kill -s "$1" "$process"; then
    waited=0; while kill -0 "$process" && [ $waited -lt 5 ]; do sleep 1; waited=$((waited + 1)); done
    kill -s KILL "$process"
fi
rm -rf -- "$2"
"#;

/// A server's process and its guard.
pub(crate) struct Server {
    name: &'static str,
    log: PathBuf,
    child: Option<Child>,
    ends_on: Signal,
    /// What the environment of the server has beyond ours.
    environment: Vec<(String, String)>,
    guard: Child,
    // Taken only when dropped: closing it is what the guard waits for.
    to_guard: Option<ChildStdin>,
}

impl Server {
    /// Makes ready to run `name`: it ends with signal `ends_on`, writes to `log`, and `folder` goes when it goes.
    pub(crate) fn prepare(name: &'static str, ends_on: Signal, log: PathBuf, folder: &Path) -> Result<Self> {
        let signal = if ends_on == Signal::QUIT { "QUIT" } else { "TERM" };
        let mut command = Command::new("/bin/sh");
        command.args(["-c", GUARD, "guard", signal]).arg(folder);
        // No output: whoever reads ours to its end would wait for the guard, too.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut guard = command.spawn().attempting(|| format!("start the guard of {name}"))?;
        let to_guard = guard.stdin.take();
        Ok(Self { name, log, child: None, ends_on, environment: Vec::new(), guard, to_guard })
    }

    /// Gives the server more of an environment.
    pub(crate) fn with_environment(mut self, environment: Vec<(String, String)>) -> Self {
        self.environment = environment;
        self
    }

    /// Starts `program`; a process group of its own keeps the terminal's Ctrl-C for us to act on.
    pub(crate) fn launch(&mut self, program: &Path, arguments: &[OsString], account: Account) -> Result<()> {
        let name = self.name;
        let attempt = || format!("start {name}");
        let log = File::create(&self.log).attempting(|| format!("write {}", self.log.display()))?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", LAUNCHER, name]).arg(program).args(arguments).current_dir("/").process_group(0);
        command.stdout(log.try_clone().attempting(attempt)?).stderr(log).stdin(Stdio::piped());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        account.apply(&mut command);
        let mut child = command.spawn().attempting(attempt)?;
        let launcher = child.stdin.take();
        let process = child.id();
        self.child = Some(child);
        self.tell_guard(&process.to_string()).attempting(attempt)?;
        launcher.map_or(Ok(()), |mut pipe| pipe.write_all(b"go\n")).attempting(attempt)
    }

    /// The process id while the server runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Asks `ready` until it answers, the server ends or the time is up.
    pub(crate) fn wait_until<T>(&mut self, mut ready: impl FnMut() -> Option<T>) -> Result<T> {
        let name = self.name;
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let ended = self.child.as_mut().map_or(Ok(None), Child::try_wait);
            if let Some(status) = ended.attempting(|| format!("wait for {name}"))? {
                self.forget()?;
                return Err(Error::Ended { name, status, log: last_lines(&self.log) });
            }
            if let Some(answer) = ready() {
                return Ok(answer);
            }
            if Instant::now() > deadline {
                let seconds = READY_WITHIN.as_secs();
                return Err(Error::NotReady { name, seconds, log: last_lines(&self.log) });
            }
            std::thread::sleep(POLL_EVERY);
        }
    }

    /// Kills the server and its children at once, as a power cut would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            let children = kill_family(Pid::from_child(child));
            let name = self.name;
            child.wait().attempting(|| format!("wait for {name}"))?;
            // A new server would find the memory of the old one's children in use.
            let deadline = Instant::now() + ENDED_WITHIN;
            while any_running(&children) && Instant::now() < deadline {
                std::thread::sleep(POLL_EVERY);
            }
            self.forget()?;
        }
        Ok(())
    }

    /// Asks the server to end with `signal`, and kills it if it does not within ten seconds.
    pub(crate) fn stop(&mut self, signal: Signal) -> Result<()> {
        if let Some(child) = &mut self.child {
            // Fails only if it has ended already, which the loop below sees.
            let _ = kill_process(Pid::from_child(child), signal);
            let deadline = Instant::now() + ENDED_WITHIN;
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() > deadline {
                    return self.kill();
                }
                std::thread::sleep(POLL_EVERY);
            }
            self.forget()?;
        }
        Ok(())
    }

    // The guard must not end whoever gets the process id next.
    fn forget(&mut self) -> Result<()> {
        self.child = None;
        let name = self.name;
        self.tell_guard("").attempting(|| format!("reach the guard of {name}"))
    }

    fn tell_guard(&mut self, line: &str) -> io::Result<()> {
        self.to_guard.as_mut().map_or(Ok(()), |pipe| pipe.write_all(format!("{line}\n").as_bytes()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to tell about a failure, and the guard tries again.
        let _ = self.stop(self.ends_on);
        drop(self.to_guard.take());
        let _ = self.guard.wait();
    }
}
