//! What each process of a run has used, from `/proc`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::{figures::float, machine};

/// Of `/proc`: `USER_HZ`, which is 100 on every Linux.
const JIFFIES_PER_SECOND: f64 = 100.0;

/// Processor seconds by who used them, and of the whole machine.
#[derive(Debug, Clone, Default)]
pub struct Spent {
    pub by: BTreeMap<String, f64>,
    machine: f64,
}

impl Spent {
    /// What this process and all below it have used since their start; `services` by process id.
    pub fn now(services: &BTreeMap<u32, &'static str>) -> Self {
        let mut by = BTreeMap::new();
        for process in family() {
            *by.entry(process.label(services)).or_insert(0.0) += process.seconds;
        }
        Self { by, machine: float(machine::busy_jiffies()) / JIFFIES_PER_SECOND }
    }

    /// What has been used since `before`.
    pub fn since(&self, before: &Self) -> Self {
        let mut by = self.by.clone();
        for (who, seconds) in &before.by {
            *by.entry(who.clone()).or_default() -= seconds;
        }
        Self { by, machine: self.machine - before.machine }
    }

    pub fn add(&mut self, other: &Self) {
        for (who, seconds) in &other.by {
            *self.by.entry(who.clone()).or_default() += seconds;
        }
        self.machine += other.machine;
    }

    /// What others on this machine have used.
    pub fn foreign(&self) -> f64 {
        (self.machine - self.by.values().sum::<f64>()).max(0.0)
    }
}

struct Process {
    id: u32,
    parent: u32,
    name: String,
    seconds: f64,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name comes in parentheses and may hold anything, parentheses too.
        let (head, tail) = stat.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = tail.split_whitespace().collect();
        // utime, stime, and those of children that have ended: fields 14 to 17, counted from 1.
        let jiffies: u64 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
        let parent = fields.get(1)?.parse().ok()?;
        Some(Self { id, parent, name, seconds: float(jiffies) / JIFFIES_PER_SECOND })
    }

    fn label(&self, services: &BTreeMap<u32, &'static str>) -> String {
        if let Some(service) = services.get(&self.id) {
            return (*service).to_owned();
        }
        match self.name.as_str() {
            "postgres" => self.postgres(),
            "nats-server" => "nats".to_owned(),
            _ => "client".to_owned(),
        }
    }

    /// A connection says in its title whose it is: `postgres: ROLE DATABASE [local] ...`.
    fn postgres(&self) -> String {
        let title = fs::read_to_string(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        let mut words = title.trim_start_matches("postgres: ").split([' ', '\0']);
        match (words.next(), words.next()) {
            (Some("ting_service"), Some(database)) => {
                format!("postgres of {}", database.trim_start_matches("ting_"))
            }
            (Some(_), Some(database)) if database.starts_with("ting_") => "postgres for checks".to_owned(),
            _ => "postgres upkeep".to_owned(),
        }
    }
}

/// This process and all below it.
fn family() -> Vec<Process> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all: Vec<Process> =
        folders.filter_map(|folder| Process::read(folder.file_name().to_str()?.parse().ok()?)).collect();
    let mut members = BTreeSet::from([std::process::id()]);
    loop {
        let before = members.len();
        for process in &all {
            if members.contains(&process.parent) {
                members.insert(process.id);
            }
        }
        if members.len() == before {
            break;
        }
    }
    all.into_iter().filter(|process| members.contains(&process.id)).collect()
}

/// The most memory that each service, and NATS, has held at once since its start, in MiB.
pub fn peak_memory(services: &BTreeMap<u32, &'static str>) -> BTreeMap<String, f64> {
    let mut peaks = BTreeMap::new();
    for process in family() {
        let label = process.label(services);
        if label == "nats" || services.contains_key(&process.id) {
            peaks.insert(label, peak(process.id).unwrap_or_default());
        }
    }
    peaks
}

fn peak(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(float(kibibytes) / 1024.0)
}
