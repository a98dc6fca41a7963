//! The contracts: their style, and that nobody who relies on them is left behind.

use std::process::Command;

use crate::{
    run::{root, run},
    tools,
};

/// The contracts that callers may rely on, as a Buf image.
const ACCEPTED: &str = "proto/accepted.binpb";

pub fn check(accept: bool) -> anyhow::Result<()> {
    let buf = tools::environment()?.join("bin/buf");
    let buf = || {
        let mut command = Command::new(&buf);
        command.current_dir(root());
        command
    };
    run(buf().arg("lint"))?;
    if accept {
        run(buf().args(["build", "--output", ACCEPTED]))?;
        println!("contract: accepted as it is now");
        return Ok(());
    }
    // Stricter for calls, whose generated code callers compile against, than for events, of which they parse the JSON.
    for (rules, left_out) in [("FILE", EVENTS), ("WIRE_JSON", SERVICES)] {
        let ignore: Vec<String> = left_out.iter().map(|package| format!("proto/ting/{package}")).collect();
        let breaking = serde_json::json!({ "use": [rules], "ignore": ignore });
        let config =
            serde_json::json!({ "version": "v2", "modules": [{ "path": "proto" }], "breaking": breaking });
        run(buf().args(["breaking", "--against", ACCEPTED, "--config"]).arg(config.to_string()))?;
    }
    println!("contract: nothing that was accepted is broken");
    Ok(())
}

const SERVICES: &[&str] = &["access", "analysis", "intake", "ops", "recovery", "satisfaction", "types"];
const EVENTS: &[&str] = &["events"];
