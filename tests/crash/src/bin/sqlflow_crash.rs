//! The product, with faults that its environment orders; see `orders.rs`.

use std::process::ExitCode;

use sqlflow_tests_crash::Orders;

fn main() -> ExitCode {
    sqlflow_fault::install(Box::new(Orders::of_environment()));
    sqlflow_cli::main()
}
