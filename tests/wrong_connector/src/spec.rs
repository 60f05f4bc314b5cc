use serde::Deserialize;
use sqlflow_plugin_sdk::{CheckReport, ConfigSpec, Field};

use crate::fault;

/// The one that is right.
const PASSWORD: &str = "correct horse battery";

/// What both roles take.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Config {
    pub(crate) folder: String,
    password: String,
}

pub(crate) fn spec() -> ConfigSpec {
    let doc = match fault::is("config-schema-is-valid") {
        true => "",
        false => "The folder of the tables.",
    };
    let mut fields = vec![
        Field::text("folder", doc).required(),
        Field::text("password", "What opens the folder.").required().secret(),
    ];
    if fault::is("secrets-are-marked") {
        fields.push(Field::text("api_key", "What opens other folders."));
    }
    ConfigSpec::new(fields)
}

impl Config {
    /// What a check of either role finds.
    pub(crate) fn check(&self) -> CheckReport {
        let report = CheckReport::default();
        let right = self.password == PASSWORD || fault::is("check-finds-what-is-wrong");
        let name = "open the folder";
        match right {
            true if fault::is("secrets-stay-secret") => report.passed(name, self.password.clone()),
            true if fault::is("check-reports-what-works") => report,
            true => report.passed(name, "it is open"),
            false => report.failed(name, "the password is wrong"),
        }
    }
}
