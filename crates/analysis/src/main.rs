//! The process of the analysis service.

fn main() -> anyhow::Result<std::process::ExitCode> {
    ting_chassis::main::<ting_analysis::Analysis>()
}
