use std::collections::BTreeMap;
use std::fmt::Write;

use sqlflow_plan::lineage::{Dataset, DatasetColumn};

use super::selection::Selection;

/// A Mermaid flowchart: a box for each dataset with its columns in it, an arrow for each edge. Ids
/// are numbers, so that no name can be part of the diagram's language.
pub(crate) fn mermaid(selection: &Selection<'_>) -> String {
    let mut boxes: BTreeMap<Dataset, Vec<DatasetColumn>> = BTreeMap::new();
    for column in selection.columns() {
        boxes.entry(column.dataset.clone()).or_default().push(column);
    }
    let mut text = "flowchart LR\n".to_owned();
    let mut ids: BTreeMap<DatasetColumn, usize> = BTreeMap::new();
    for (number, (dataset, columns)) in boxes.iter().enumerate() {
        let label = label(&format!("{} ({})", dataset.name, dataset.kind.word()));
        let _ = writeln!(text, "  subgraph d{number}[\"{label}\"]");
        for column in columns {
            let next = ids.len();
            let id = *ids.entry(column.folded()).or_insert(next);
            let _ = writeln!(text, "    c{id}[\"{}\"]", self::label(&column.column));
        }
        text.push_str("  end\n");
    }
    for edge in &selection.edges {
        if let (Some(from), Some(to)) = (ids.get(&edge.from.folded()), ids.get(&edge.to.folded())) {
            let _ = writeln!(text, "  c{from} --> c{to}");
        }
    }
    let refused =
        selection.makers.iter().filter_map(|maker| Some((maker, maker.columns.as_ref().err()?)));
    for (number, (maker, refused)) in refused.enumerate() {
        let label = label(&format!("{}: not told: {refused}", maker.dataset.name));
        let _ = writeln!(text, "  r{number}[\"{label}\"]:::refused");
    }
    text.push_str("  classDef refused stroke-dasharray: 4\n");
    text
}

/// Text between the quotes of a label. Letters, digits and a few signs stay as they are; any other
/// character is written as its number, which Mermaid shows as the character.
fn label(text: &str) -> String {
    let written = |c: char| match c {
        ' ' | '_' | '-' | '.' | '/' | ':' | ',' | '(' | ')' => c.to_string(),
        c if c.is_alphanumeric() => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    text.chars().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn no_name_ends_its_label() {
        let check = |text: &str, expect: &str| assert_eq!(label(text), expect);
        check("order_id", "order_id");
        check("a\"]; x --> y", "a#34;#93;#59; x --#62; y");
        check("größe #1", "größe #35;1");
        check("a\nb", "a#10;b");
    }
}
