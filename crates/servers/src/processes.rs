//! Which processes run, as far as ending a server with all its children needs to know.

use rustix::process::{Pid, Signal, kill_process};

struct Entry {
    process: Pid,
    parent: i32,
    running: bool,
}

/// Kills `process` and its children at once, so that none can tidy up. The children are returned: they end a
/// moment later and are not ours to wait for.
pub(crate) fn kill_family(process: Pid) -> Vec<Pid> {
    // A stopped process starts no child that the list would miss, and cannot see its children die.
    let _ = kill_process(process, Signal::STOP);
    let family = entries().into_iter().filter(|entry| entry.parent == process.as_raw_nonzero().get());
    let children: Vec<Pid> = family.map(|entry| entry.process).collect();
    for &member in children.iter().chain([&process]) {
        // One that ended by itself meanwhile is as dead as wanted.
        let _ = kill_process(member, Signal::KILL);
    }
    children
}

/// Whether any of `processes` still runs; one that only waits to be reaped does not.
pub(crate) fn any_running(processes: &[Pid]) -> bool {
    !processes.is_empty() && entries().iter().any(|entry| entry.running && processes.contains(&entry.process))
}

// Not `ps`: small containers lack it.
#[cfg(target_os = "linux")]
fn entries() -> Vec<Entry> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let read = |name: &str| {
        let process = Pid::from_raw(name.parse().ok()?)?;
        let stat = std::fs::read_to_string(format!("/proc/{name}/stat")).ok()?;
        // The program's name comes in parentheses and may hold anything, parentheses too.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        Some(Entry { process, parent: fields.next()?.parse().ok()?, running: !"ZX".contains(state) })
    };
    folders.filter_map(|folder| read(folder.file_name().to_str()?)).collect()
}

#[cfg(not(target_os = "linux"))]
fn entries() -> Vec<Entry> {
    let listing = std::process::Command::new("ps").args(["-A", "-o", "pid=,ppid=,stat="]).output();
    let text = listing.map(|done| String::from_utf8_lossy(&done.stdout).into_owned()).unwrap_or_default();
    let read = |line: &str| {
        let mut fields = line.split_whitespace();
        let process = Pid::from_raw(fields.next()?.parse().ok()?)?;
        Some(Entry {
            process,
            parent: fields.next()?.parse().ok()?,
            running: !fields.next()?.starts_with('Z'),
        })
    };
    text.lines().filter_map(read).collect()
}
