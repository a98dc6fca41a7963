//! The `ting` command, for tests that use it as a person would: a test can only find programs of its own package.

use std::process::ExitCode;

fn main() -> ExitCode {
    ting_cli::main()
}
