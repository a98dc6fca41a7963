//! The process of the analysis service.

fn main() -> anyhow::Result<()> {
    ting_chassis::main::<ting_analysis::Analysis>()
}
