//! The figures as a page of text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Figures, Latency};
use crate::figures::{Percentiles, Spread};

/// What ting is compared with.
const NAIVE: &str = "6 naive pipeline, sync default";

/// Prints everything that was measured.
pub fn print(machine: &Value, figures: &Figures) {
    println!("MACHINE");
    for (name, value) in machine.as_object().into_iter().flatten() {
        println!("  {name:<15} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    for (name, source) in &figures.servers {
        println!("  {name:<15} {source}");
    }
    println!(
        "\nROWS PER SECOND, {} comments + a tenth as many answers, {} rounds",
        figures.comments, figures.rounds
    );
    println!("  {:<38} {:>9} {:>9} {:>9}   ting ÷ this", "", "median", "min", "max");
    let through = figures.ting.get("through").map(|spread| spread.median);
    for (name, spread) in &figures.floors {
        let share = through.map(|through| format!("{:>10.3}", through / spread.median)).unwrap_or_default();
        line(&name[2..], spread, &share);
    }
    for (name, words) in [
        ("accepted", "ting: accepted"),
        ("analysis", "ting: in the store of analysis"),
        ("satisfaction", "ting: in the store of satisfaction"),
        ("recovery", "ting: in the store of recovery"),
        ("through", "ting: in all three stores"),
        ("all", "ting: and what follows, in recovery"),
    ] {
        if let Some(spread) = figures.ting.get(name) {
            line(words, spread, "");
        }
    }
    cpu(figures);
    if let Some(latency) = &figures.latency {
        times(latency);
    }
    println!("\nPEAK MEMORY, MiB");
    for (who, peak) in &figures.peak_memory {
        println!("  {who:<38} {peak:>9.0}");
    }
    verdict(figures);
}

fn line(name: &str, spread: &Spread, more: &str) {
    println!("  {name:<38} {:>9.0} {:>9.0} {:>9.0} {more}", spread.median, spread.min, spread.max);
}

fn cpu(figures: &Figures) {
    if figures.cpu.is_empty() {
        return;
    }
    println!("\nPROCESSOR TIME OF A ROW, µs {:>23} {:>9}", "importing", "paced");
    let mut by: Vec<(&String, &f64)> = figures.cpu.iter().collect();
    by.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    for (who, microseconds) in by {
        let paced = figures.cpu_paced.get(who).copied().unwrap_or_default();
        println!("  {who:<38} {microseconds:>9.1} {paced:>9.1}");
    }
    let sum = |by: &BTreeMap<String, f64>| by.values().sum::<f64>();
    println!("  {:<38} {:>9.1} {:>9.1}", "sum", sum(&figures.cpu), sum(&figures.cpu_paced));
    for (phase, load) in &figures.foreign_load {
        println!("  processors that others used: {phase:<9} {load:>9.2}");
    }
}

fn times(latency: &Latency) {
    println!(
        "\nMILLISECONDS AT {:.0} ROWS PER SECOND ({:.0} wanted)",
        latency.rows_per_second, latency.wanted_rows_per_second
    );
    println!("  {:<38} {:>9} {:>9} {:>9} {:>9} {:>7}", "", "p50", "p95", "p99", "max", "n");
    let row = |name: &str, times: &Percentiles| {
        let Percentiles { n, p50, p95, p99, max } = times;
        println!("  {name:<38} {p50:>9.1} {p95:>9.1} {p99:>9.1} {max:>9.1} {n:>7}");
    };
    row("call to answer (50 rows)", &latency.accept);
    for (store, times) in &latency.stores {
        row(&format!("answer to {store}"), times);
    }
    println!("  calls refused {}, rows never seen {}", latency.refused_calls, latency.missing);
}

/// The goals, and whether this run met them.
fn verdict(figures: &Figures) {
    println!("\nGOALS");
    if let (Some(through), Some(naive)) = (figures.ting.get("through"), figures.floors.get(NAIVE)) {
        let share = through.median / naive.median;
        println!("  60 % of the naive pipeline             {:>9.0} % {}", share * 100.0, met(share >= 0.6));
    }
    if let Some(latency) = &figures.latency {
        let slowest = latency.stores.values().map(|times| times.p99).fold(0.0, f64::max);
        println!("  p99 to every store under 250 ms        {slowest:>9.0} ms {}", met(slowest < 250.0));
    }
    let services = figures.peak_memory.iter().filter(|(who, _)| *who != "nats");
    let most = services.map(|(_, peak)| *peak).fold(0.0, f64::max);
    println!("  each service under 150 MiB             {most:>9.0} MiB {}", met(most < 150.0));
}

fn met(good: bool) -> &'static str {
    if good { "met" } else { "missed" }
}
