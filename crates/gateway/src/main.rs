//! Runs the gateway as a process.

fn main() -> anyhow::Result<()> {
    ting_gateway::main()
}
