//! What was measured on, without which a figure says nothing.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};

/// Processor, memory, kernel, file system and load, as JSON.
pub fn facts() -> Value {
    json!({
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "processor": field("/proc/cpuinfo", "model name"),
        "memory": field("/proc/meminfo", "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease"),
        "file_system": file_system(&std::env::temp_dir()),
        "load_at_start": read("/proc/loadavg"),
        "at": output("date", &["-u", "+%Y-%m-%dT%H:%MZ"]),
        "rustc": output("rustc", &["--version"]),
        "commit": output("git", &["rev-parse", "--short", "HEAD"]),
    })
}

/// Jiffies that all processors together have worked since the start of the machine.
pub fn busy_jiffies() -> u64 {
    let stat = read("/proc/stat");
    let line = stat.lines().next().unwrap_or_default();
    let fields: Vec<u64> = line.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal: all but idle, iowait and what the host took away.
    [0, 1, 2, 5, 6].iter().filter_map(|index| fields.get(*index)).sum()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let found = text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name);
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// The type of the file system that `folder` is on: the mount with the longest path above it.
fn file_system(folder: &Path) -> String {
    let mounts = read("/proc/mounts");
    let above: BTreeMap<usize, &str> = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            let (point, kind) = (fields.next()?, fields.next()?);
            folder.starts_with(point).then_some((point.len(), kind))
        })
        .collect();
    above.last_key_value().map(|(_, kind)| (*kind).to_owned()).unwrap_or_default()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
