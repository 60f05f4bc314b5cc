use serde_json::Value;
use sqlflow_plugin_sdk::Delivery;

use crate::{
    Action, ExportStep, LoadStep, Plan, Read, SqlText, Step, StepKind, Write, mask, reading,
    relation_name, test_severity,
};

/// The plan as a tree to read: a line for each step with its id, what it does and, behind `←`, the
/// steps it follows; then its options and its SQL. Secrets are shown as `***`.
pub fn to_text(plan: &Plan) -> String {
    let mut text = format!("{} (profile {})\n", plan.pipeline, plan.profile);
    let last = plan.steps.len().saturating_sub(1);
    for (number, step) in plan.steps.iter().enumerate() {
        let (branch, stem) = if number == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        text += &format!("{branch}{}  {}{}\n", step.id, what(step), follows(step));
        let mut options = step.options.shown();
        if step.kind() == StepKind::Load {
            // Told with what it does.
            options.shift_remove("ordered");
        }
        if !options.is_empty() {
            text += &format!("{stem}  options {}\n", Value::Object(options));
        }
        for line in query(step).iter().flat_map(|sql| sql.trim_end().lines().map(str::to_owned)) {
            text += &format!("{stem}  {line}\n");
        }
    }
    for skipped in &plan.skipped {
        let count = counted(skipped.statements);
        text += &format!("skipped {} ({count}): {}\n", skipped.place, skipped.reason);
    }
    text
}

fn counted(statements: usize) -> String {
    format!("{statements} statement{}", if statements == 1 { "" } else { "s" })
}

fn what(step: &Step) -> String {
    match &step.action {
        Action::Source(source) => {
            format!("source {} {}", source.connected.connector, mask::config(&source.connected))
        }
        Action::Load(load) => load_words(load),
        Action::Transform(transform) => {
            let replace = if transform.or_replace { "replace " } else { "" };
            let mode = match &transform.write {
                Write::Replace => String::new(),
                write => format!(", {}", write.shown()),
            };
            let (relation, read) = (relation_name(transform.relation), read_words(&transform.read));
            format!("{replace}{relation} {}{read}{mode}", transform.table)
        }
        Action::Export(export) => export_words(export),
        Action::Test(test) => {
            let severity = test_severity(test.severity).to_ascii_lowercase();
            format!("test {severity} {}: {}", test.table, test.expectation)
        }
    }
}

/// What is read, where that is not all there is.
fn read_words(read: &Read) -> String {
    let Some(incremental) = read.incremental() else { return String::new() };
    let lookback = incremental.lookback.filter(|lookback| !lookback.is_none());
    let lookback = lookback.map_or(String::new(), |lookback| format!(" lookback {lookback}"));
    let from = incremental.start.as_ref().map_or(String::new(), |start| format!(" from {start}"));
    let to = incremental.end.as_ref().map_or(String::new(), |end| format!(" to {end}"));
    format!(", incremental by {}{lookback}{from}{to}", incremental.column.name)
}

fn load_words(load: &LoadStep) -> String {
    let order = if load.ordered { "ordered" } else { "in any order" };
    let columns = match load.columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", reading::names(columns)),
    };
    let (mode, read) = (load.write.shown(), read_words(&load.read));
    format!("load {mode} {}{columns} from stream {}{read}, {order}", load.table, load.stream)
}

fn export_words(export: &ExportStep) -> String {
    let connected = &export.connected;
    let place = mask::text(&export.place, &connected.secrets);
    let delivery = match export.delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at least once",
    };
    let (mode, read) = (export.write.shown(), read_words(&export.read));
    let (connector, config) = (&connected.connector, mask::config(connected));
    format!("export {mode} {connector} {place} {config}{read}, {delivery}")
}

fn follows(step: &Step) -> String {
    if step.depends_on.is_empty() {
        String::new()
    } else {
        format!("  ← {}", step.depends_on.join(", "))
    }
}

fn query(step: &Step) -> Option<String> {
    match &step.action {
        Action::Transform(transform) => Some(SqlText::masked(&transform.query)),
        Action::Export(export) => Some(export.query.masked()),
        Action::Load(load) => Some(format!("WHERE {}", load.filter.as_ref()?.masked())),
        Action::Test(test) => Some(test.query.masked()),
        Action::Source(_) => None,
    }
}
