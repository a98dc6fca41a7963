//! Runs the gateway as a process.

fn main() -> anyhow::Result<std::process::ExitCode> {
    ting_gateway::main()
}
