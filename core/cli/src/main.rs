//! The `sqlflow` program.

fn main() -> std::process::ExitCode {
    sqlflow_cli::main()
}
