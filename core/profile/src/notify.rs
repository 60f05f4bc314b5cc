//! The `notify` section: who is told how a run ended.

use crate::code;
use crate::node::{Content, Node};
use crate::reader::{Reader, given};

/// The keys of one entry.
pub(crate) const KEYS: &[&str] = &["on", "webhook"];
/// When somebody is told.
pub(crate) const ON: &[&str] = &["failed", "succeeded", "always"];

/// One entry of `notify`. It is read and checked, and nothing uses it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// When somebody is told.
    pub on: NotifyOn,
    /// The template of the URL to call, which may hold a secret.
    pub webhook: String,
}

/// When somebody is told of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotifyOn {
    /// It failed.
    Failed,
    /// It succeeded.
    Succeeded,
    /// It ended.
    Always,
}

pub(crate) fn read(section: &Node, reader: &mut Reader<'_>) -> Vec<Notification> {
    match &section.content {
        Content::Null => Vec::new(),
        Content::List(items) => items.iter().filter_map(|item| read_one(item, reader)).collect(),
        _ => {
            let wanted = "a list, such as [ { on: failed, webhook: \"${SLACK_URL}\" } ]";
            reader.wrong_type(section, "`notify`", wanted);
            Vec::new()
        }
    }
}

fn read_one(item: &Node, reader: &mut Reader<'_>) -> Option<Notification> {
    let place = "an entry of `notify`";
    let before = reader.errors.len();
    let entries = reader.section(item, place, KEYS);
    let on = given(entries, "on");
    let on = on.and_then(|node| reader.choice(node, "`on` of `notify`", ON));
    let webhook = given(entries, "webhook").and_then(|node| webhook(node, reader));
    // An unknown key is most likely the misspelt one: one finding for one mistake.
    let missing = KEYS.iter().find(|key| given(entries, key).is_none());
    if let Some(key) = missing.filter(|_| reader.errors.len() == before) {
        let message = format!("{place} has no `{key}`");
        let help = "write { on: failed, webhook: \"${SLACK_URL}\" }";
        reader.error(code::MISSING_KEY, message, item.span, help);
    }
    let on = match on? {
        "failed" => NotifyOn::Failed,
        "succeeded" => NotifyOn::Succeeded,
        _ => NotifyOn::Always,
    };
    Some(Notification { on, webhook: webhook? })
}

fn webhook(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
    let url = reader.template(node, "`webhook` of `notify`")?;
    let is_url = ["http://", "https://"].iter().any(|begin| url.value.starts_with(begin));
    if is_url || url.value.contains("${") {
        return Some(url.value);
    }
    let help = "write a URL that begins with https://, best as a reference: \"${SLACK_URL}\"";
    reader.error(code::INVALID_VALUE, "`webhook` of `notify` is no URL", url.span, help);
    None
}
