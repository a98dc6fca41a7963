//! The intake service as a process.

fn main() -> anyhow::Result<()> {
    ting_chassis::main::<ting_intake::Intake>()
}
