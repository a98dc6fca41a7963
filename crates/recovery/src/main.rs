//! The recovery service as a process.

fn main() -> anyhow::Result<()> {
    ting_chassis::main::<ting_recovery::Recovery>()
}
