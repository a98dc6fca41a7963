//! The `ting` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ting_cli::main()
}
