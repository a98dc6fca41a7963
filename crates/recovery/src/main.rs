//! The recovery service as a process.

fn main() -> anyhow::Result<std::process::ExitCode> {
    ting_chassis::main::<ting_recovery::Recovery>()
}
