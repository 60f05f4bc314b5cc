use std::{collections::BTreeMap, path::Path};

use sqlflow_plan::{Action, IncludedTexts, Input, Plan, Settled, build, settle};
use sqlflow_profile::{Assignments, Environment, Profile, Project, Value, Variables};
use sqlflow_syntax::{Sources, StatementKind, parse};

use crate::shape::{literals_hold, same_but_for_values};

/// A value in any place of any query is that value, or is refused: the SQL around it stays as it
/// is. The first line of the input is the query behind SELECT, the rest is the value of `v`.
///
/// # Panics
///
/// The value has changed the SQL around it, or is another.
pub fn substitution(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (body, value) = text.split_once('\n').unwrap_or((&text, ""));
    let pipeline = format!("CREATE TABLE made AS SELECT {body};");
    // `!raw` is there to splice SQL. Other variables are not defined.
    if body.contains("!raw") || !is_one_statement(&pipeline) {
        return;
    }
    if let Some(made) = made(&pipeline, Value::Text(value.to_owned())) {
        let before = written(&pipeline);
        let same = same_but_for_values(&before, &made);
        assert!(same.is_ok(), "{before:?}\nbecame {made:?}\n{same:?}");
        let same = literals_hold(&before, &made, value);
        assert!(same.is_ok(), "{before:?}\nbecame {made:?}\n{same:?}");
        #[cfg(feature = "planted")]
        crate::planted::in_substitution(&before, value);
    }
}

fn is_one_statement(pipeline: &str) -> bool {
    let parsed = parse(pipeline);
    parsed.diagnostics.is_empty() && parsed.pipeline.statements.len() == 1
}

fn written(pipeline: &str) -> String {
    let statement = parse(pipeline).pipeline.statements.into_iter().next();
    match statement.map(|statement| statement.kind) {
        Some(StatementKind::Create(create)) => create.body.text,
        other => panic!("{pipeline:?} is {other:?}"),
    }
}

/// The SQL with the value in it; `None` where it is refused, with a place in the text.
fn made(pipeline: &str, value: Value) -> Option<String> {
    let environment = Environment::of::<&str, &str>([]);
    let project = Project::discover(Path::new("/project"));
    let profile = Profile::load(&project, None, &environment).expect("the defaults");
    let vars = Assignments::from([("v".to_owned(), value)]);
    let variables = Variables::new(vars, &profile.variables, &environment);
    let sources = Sources::of("/project/pipelines/a.sf", pipeline);
    let settled = settle(sources, &project, variables.clone(), &IncludedTexts::new());
    let settled: Settled = settled.expect("nothing is included");
    let made = build(&Input {
        name: "a",
        settled: &settled,
        project: &project,
        profile: &profile,
        environment: &environment,
        variables,
        connectors: &BTreeMap::new(),
    });
    match made {
        Ok(plan) => sql(plan),
        Err(findings) => {
            for finding in findings {
                let place = finding.diagnostic.span.range();
                assert!(pipeline.get(place.clone()).is_some(), "{place:?} in {pipeline:?}");
            }
            None
        }
    }
}

fn sql(plan: Plan) -> Option<String> {
    plan.steps.into_iter().find_map(|step| match step.action {
        Action::Transform(transform) => Some(transform.query.text),
        _ => None,
    })
}
