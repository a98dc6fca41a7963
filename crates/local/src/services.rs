//! The services, by name, in this process.

use std::io::Read as _;

use anyhow::bail;
use ting_chassis::{Service, Settings};

/// The services that have a store, in the order of the journey of a comment.
pub const NAMES: [&str; 4] = [
    ting_intake::Intake::NAME,
    ting_analysis::Analysis::NAME,
    ting_satisfaction::Satisfaction::NAME,
    ting_recovery::Recovery::NAME,
];

/// Runs the service called `name` until it is told to stop, or the process that started it is gone.
pub fn run(name: &str) -> anyhow::Result<()> {
    std::thread::spawn(end_with_parent);
    match name {
        "intake" => service::<ting_intake::Intake>(),
        "analysis" => service::<ting_analysis::Analysis>(),
        "satisfaction" => service::<ting_satisfaction::Satisfaction>(),
        "recovery" => service::<ting_recovery::Recovery>(),
        "gateway" => ting_gateway::run(ting_gateway::Settings::load(None)?),
        _ => bail!("no service is called {name:?}"),
    }
}

fn service<S: Service>() -> anyhow::Result<()> {
    ting_chassis::run::<S>(Settings::load(S::DEFAULT_CONFIG, None)?)
}

/// The parent holds the other end of our standard input; when it ends, in whatever way, so does the pipe.
fn end_with_parent() {
    let mut rest = Vec::new();
    // An error means the same as the end.
    let _ = std::io::stdin().read_to_end(&mut rest);
    let ended = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
    if ended.is_err() {
        std::process::exit(1);
    }
}
