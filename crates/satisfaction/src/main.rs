//! The satisfaction service as a process.

fn main() -> anyhow::Result<()> {
    ting_chassis::main::<ting_satisfaction::Satisfaction>()
}
