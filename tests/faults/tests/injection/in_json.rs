//! Places outside SQL: params, options, places, SET, conditions and the profile.

use serde_json::{Value, json};
use sqlflow_plan::{Action, Plan};

use crate::planning::{Planner, code, sql};
use crate::{Fate, judge, values};

/// A pipeline with `${v}` in it, and where the value is seen in the plan.
type Place = (&'static str, &'static str, fn(&Plan, &str) -> Result<(), String>);

const PROFILE: &str = "\
variables:
  w: \"<${v}>\"
connections:
  c: { type: made, params: { text: \"${v}\", any: [\"a ${v}\", { k: \"${v}${v}\" }] } }
";

const PLACES: [Place; 12] = [
    (
        "PARAMS, a text",
        "SOURCE s TYPE made PARAMS {\"text\": \"${v}\"}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["text"], &json!(value)),
    ),
    (
        "PARAMS, inside a text",
        "SOURCE s TYPE made PARAMS {\"text\": \"a ${v}\\tb\"}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["text"], &json!(format!("a {value}\tb"))),
    ),
    ("PARAMS, bare", "SOURCE s TYPE made PARAMS {\"any\": ${v}}; LOAD t FROM s;", |plan, value| {
        same(&config(plan)["any"], &json!(value))
    }),
    (
        "PARAMS, in a list and an object",
        "SOURCE s TYPE made PARAMS {\"any\": [\"${v}\", {\"k\": ${v}}]}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["any"], &json!([value, { "k": value }])),
    ),
    (
        "OPTIONS of a SOURCE",
        "SOURCE s FROM \"c\" OPTIONS {\"text\": \"${v}\"}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["text"], &json!(value)),
    ),
    (
        "OPTIONS of an EXPORT",
        "EXPORT SELECT 1 TO \"x\" TYPE made OPTIONS {\"text\": \"${v}\", \"any\": ${v}};",
        |plan, value| {
            let config = config(plan);
            same(&json!([config["text"], config["any"]]), &json!([value, value]))
        },
    ),
    ("a connection of the profile", "SOURCE s FROM \"c\"; LOAD t FROM s;", |plan, value| {
        let any = json!([format!("a {value}"), { "k": format!("{value}{value}") }]);
        let config = config(plan);
        same(&json!([config["text"], config["any"]]), &json!([value, any]))
    }),
    (
        "a variable of the profile",
        "SOURCE s TYPE made PARAMS {\"text\": \"${w}\"}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["text"], &json!(format!("<{value}>"))),
    ),
    ("the place of an EXPORT", "EXPORT SELECT 1 TO \"x/${v}.csv\" TYPE made;", |plan, value| {
        let place = plan.steps.iter().find_map(|step| match &step.action {
            Action::Export(export) => Some(export.place.clone()),
            _ => None,
        });
        same(&json!(place), &json!(format!("x/{value}.csv")))
    }),
    (
        "SET in quotes",
        "SET s = \"<${v}>\"; SOURCE s TYPE made PARAMS {\"text\": \"${s}\"}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["text"], &json!(format!("<{value}>"))),
    ),
    (
        "SET, bare",
        "SET s = ${v}; SET q = '${s}'; SOURCE s TYPE made PARAMS {\"any\": [\"${s}\", \"${q}\"]}; LOAD t FROM s;",
        |plan, value| same(&config(plan)["any"], &json!([value, value])),
    ),
    (
        "a condition",
        "IF ${v} == '${v}' AND ${v} IN ('x', ${v}) AND NOT ${v} == 'another' THEN CREATE TABLE t AS SELECT 'yes'; ELSE CREATE TABLE t AS SELECT 'no'; END IF;",
        |plan, _| same(&json!(sql(plan)), &json!("SELECT 'yes'")),
    ),
];

fn config(plan: &Plan) -> &serde_json::Map<String, Value> {
    let config = plan.steps.iter().find_map(|step| match &step.action {
        Action::Source(source) => Some(&source.connected.config),
        Action::Export(export) => Some(&export.connected.config),
        _ => None,
    });
    config.expect("a step with a connector")
}

fn same(got: &Value, expect: &Value) -> Result<(), String> {
    if got == expect { Ok(()) } else { Err(format!("{got} arrived, not {expect}")) }
}

fn fate(planner: &Planner, (_, pipeline, seen): &Place, value: &str) -> Fate {
    let plain = planner.plan(pipeline, "plain").expect("the pipeline is sound");
    let plan = match planner.plan(pipeline, value) {
        Ok(plan) => plan,
        Err(findings) => return Fate::Refused(code(&findings)),
    };
    let ids = |plan: &Plan| plan.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
    if ids(&plain) != ids(&plan) {
        return Fate::Wrong(format!("the steps are {:?}", ids(&plan)));
    }
    seen(&plan, value).map_or_else(Fate::Wrong, |()| Fate::Arrived)
}

#[test]
fn every_value_arrives_in_params_places_set_conditions_and_the_profile() {
    let planner = Planner::new(PROFILE);
    let values = values::values();
    let fates = PLACES.iter().flat_map(|place| values.iter().map(move |value| (place, value)));
    judge(
        fates.map(|(place, value)| {
            (place.0.to_owned(), value.clone(), fate(&planner, place, value))
        }),
    );
}
