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
    for (rules, packages) in [("FILE", SERVICES), ("WIRE_JSON", EVENTS)] {
        let config =
            format!(r#"{{"version":"v2","modules":[{{"path":"proto"}}],"breaking":{{"use":["{rules}"]}}}}"#);
        let mut command = buf();
        command.args(["breaking", "--against", ACCEPTED, "--config", &config]);
        for package in packages {
            command.args(["--path", &format!("proto/ting/{package}")]);
        }
        run(&mut command)?;
    }
    println!("contract: nothing that was accepted is broken");
    Ok(())
}

const SERVICES: &[&str] = &["access", "analysis", "intake", "ops", "recovery", "satisfaction", "types"];
const EVENTS: &[&str] = &["events"];
