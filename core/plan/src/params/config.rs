use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigProblem, ConfigSpec, Field, ProblemKind};
use sqlflow_profile::Environment;
use sqlflow_syntax::JsonObject;

use super::{Subject, given::Given, problem};
use crate::{Finding, InFile, translation::Translation};

impl Translation<'_> {
    /// Checks the OPTIONS of a statement; `None` once something has been reported.
    pub(crate) fn statement_options(
        &mut self,
        spec: &ConfigSpec,
        options: &JsonObject,
        subject: &Subject,
    ) -> Option<Map<String, Value>> {
        let given = self.read_options(Some(options));
        self.resolve(given, spec, subject).map(|(config, _)| config)
    }

    /// Checks what is given by the spec and fills in environment and defaults; `None` once
    /// something has been reported.
    pub(super) fn resolve(
        &mut self,
        mut given: Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> Option<(Map<String, Value>, Given)> {
        let supported = self.refuse_unsupported(&mut given, spec, subject);
        fill_from_environment(&mut given, spec, self.input.environment);
        let resolved = match spec.resolve(&given.values) {
            Ok(resolved) => resolved,
            Err(problems) => {
                let told = |problem: &&ConfigProblem| {
                    !given.is_broken_at(&problem.key, spec)
                        && !is_misspelt(problem, &problems, spec)
                };
                for problem in problems.iter().filter(told) {
                    let place = given.place(&problem.key);
                    let (file, span) = place.unwrap_or((InFile::Pipeline, subject.at));
                    let diagnostic = problem::diagnostic(problem, spec, subject, span);
                    self.findings.push(Finding { file, diagnostic });
                }
                return None;
            }
        };
        (supported && !given.is_broken()).then_some((resolved, given))
    }
}

/// Whether what is missing is there under a misspelt name, which is a problem of its own.
fn is_misspelt(missing: &ConfigProblem, problems: &[ConfigProblem], spec: &ConfigSpec) -> bool {
    let means_it = |other: &ConfigProblem| match &other.kind {
        ProblemKind::Unknown { nearest: Some(nearest), .. } => {
            spec.field(nearest).is_some_and(|field| field.name() == missing.key)
        }
        _ => false,
    };
    missing.kind == ProblemKind::Missing && problems.iter().any(means_it)
}

/// Gives fields that are not given the value of the first environment name that is set.
fn fill_from_environment(given: &mut Given, spec: &ConfigSpec, environment: &Environment) {
    for field in spec.fields() {
        if !given.has(field)
            && let Some(value) = in_environment(field, environment)
        {
            given.values.retain(|key, _| !field.answers_to(key));
            given.values.insert(field.name().to_owned(), Value::String(value));
        }
    }
}

fn in_environment(field: &Field, environment: &Environment) -> Option<String> {
    let names = field.environment().iter();
    names.filter_map(|name| environment.get(name)).map(|(value, _)| value.to_owned()).next()
}
