//! The built library keeps the contract: every case of the suite that its manifest chooses, on
//! what `conformance.toml` names.
//!
//! Mutation: see `tests/wrong_connector`, which is wrong in one thing per case.

#[test]
fn the_connector_keeps_the_contract() -> Result<(), String> {
    sqlflow_plugin_conformance::check_connector(env!("CARGO_MANIFEST_DIR"), "csv")
}
