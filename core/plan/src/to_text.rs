use sqlflow_plugin_sdk::Delivery;

use crate::{Action, ExportStep, LoadStep, Plan, SqlText, Step, mask, relation_name};

/// The plan as a tree to read: a line for each step with its id, what it does and, behind `←`, the
/// steps it follows; then its SQL. Secrets are shown as `***`.
pub fn to_text(plan: &Plan) -> String {
    let mut text = format!("{} (profile {})\n", plan.pipeline, plan.profile);
    let last = plan.steps.len().saturating_sub(1);
    for (number, step) in plan.steps.iter().enumerate() {
        let (branch, stem) = if number == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        text += &format!("{branch}{}  {}{}\n", step.id, what(step), follows(step));
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
            format!("{replace}{} {}", relation_name(transform.relation), transform.table)
        }
        Action::Export(export) => export_words(export),
    }
}

fn load_words(load: &LoadStep) -> String {
    let order = if load.ordered { "ordered" } else { "in any order" };
    format!("load {} {} from stream {}, {order}", load.mode.name(), load.table, load.stream)
}

fn export_words(export: &ExportStep) -> String {
    let connected = &export.connected;
    let place = mask::text(&export.place, &connected.secrets);
    let delivery = match export.delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at least once",
    };
    format!(
        "export {} {} {place} {}, {delivery}",
        export.mode.name(),
        connected.connector,
        mask::config(connected)
    )
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
        Action::Source(_) | Action::Load(_) => None,
    }
}
