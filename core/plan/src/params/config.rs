use serde_json::Value;
use sqlflow_plugin_sdk::{ConfigSpec, Field};
use sqlflow_profile::Environment;
use sqlflow_syntax::JsonObject;

use super::{Resolved, Subject, given::Given, problem, step_options};
use crate::{Finding, InFile, ResilienceParams, StepOptions, SyncParams, translation::Translation};

impl Translation<'_> {
    /// Checks the OPTIONS of a statement that has no connector; `None` once something has been
    /// reported.
    pub(crate) fn statement_options(
        &mut self,
        options: Option<&JsonObject>,
        keyword: &str,
    ) -> Option<StepOptions> {
        let Some(options) = options else { return Some(StepOptions::default()) };
        let given = self.read_options(Some(options));
        let subject = Subject::statement(keyword, options.span);
        self.resolve(given, &step_options::spec(), &subject).map(|resolved| resolved.step)
    }

    /// Checks what is given by the spec and fills in environment and defaults; `None` once
    /// something has been reported.
    pub(super) fn resolve(
        &mut self,
        mut given: Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> Option<Resolved> {
        let step = self.take_step_options(&mut given, spec, subject);
        let sync = match subject.is_source {
            true => self.take_sync_params(&mut given, spec, subject),
            false => Some(SyncParams::default()),
        };
        let resilience = match subject.of_connector {
            true => self.take_resilience(&mut given, spec, subject),
            false => Some(ResilienceParams::default()),
        };
        fill_from_environment(&mut given, spec, self.input.environment);
        let config = match spec.resolve(&given.values) {
            Ok(resolved) => resolved,
            Err(problems) => {
                for problem in problems.iter().filter(|p| !given.is_broken_at(&p.key, spec)) {
                    let place = given.place(&problem.key);
                    let (file, span) = place.unwrap_or((InFile::Pipeline, subject.at));
                    let diagnostic = problem::diagnostic(problem, spec, subject, span);
                    self.findings.push(Finding { file, diagnostic });
                }
                return None;
            }
        };
        let ((step, sync), resilience) = step.zip(sync).zip(resilience)?;
        (!given.is_broken()).then_some(Resolved { config, given, step, sync, resilience })
    }
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
