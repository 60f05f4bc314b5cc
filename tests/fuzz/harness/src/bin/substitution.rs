//! `substitution` of sqlflow-tests-fuzz under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sqlflow_tests_fuzz::substitution(bytes));
