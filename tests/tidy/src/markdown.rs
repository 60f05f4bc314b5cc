//! As much of Markdown as the documents use.

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fence<'a> {
    /// The line of the opening fence; 1 is the first.
    pub(crate) line: usize,
    /// What follows the three backticks, such as `console run`.
    pub(crate) info: &'a str,
    pub(crate) lines: Vec<&'a str>,
}

/// The lines outside of fenced blocks, with their numbers, and the blocks.
pub(crate) fn split(text: &str) -> (Vec<(usize, &str)>, Vec<Fence<'_>>) {
    let (mut prose, mut fences) = (Vec::new(), Vec::new());
    let mut open: Option<Fence<'_>> = None;
    for (line, content) in (1..).zip(text.lines()) {
        match (open.take(), content.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Fence { line, info, lines: Vec::new() }),
            (None, None) => prose.push((line, content)),
            (Some(fence), Some(_)) => fences.push(fence),
            (Some(mut fence), None) => {
                fence.lines.push(content);
                open = Some(fence);
            }
        }
    }
    (prose, fences)
}

/// The texts in single backticks, each with the text before it.
pub(crate) fn code_spans(line: &str) -> Vec<(&str, &str)> {
    let parts: Vec<_> = line.split('`').collect();
    let pairs = parts.chunks_exact(2);
    // The last part stands after the last backtick; an odd backtick closes nothing.
    let closed = (parts.len() - 1) / 2;
    pairs.take(closed).map(|pair| (pair[1], pair[0])).collect()
}

/// The targets of links and pictures.
pub(crate) fn links(line: &str) -> Vec<&str> {
    line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
}

/// The cells of a table's row; none where the line is not one.
pub(crate) fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(str::trim).collect())
}

#[test]
fn prose_blocks_spans_links_and_rows_are_told_apart() {
    let (prose, fences) = split("a\n```console run\n$ b\n```\nc\n");
    assert_eq!(prose, [(1, "a"), (5, "c")]);
    assert_eq!(fences, [Fence { line: 2, info: "console run", lines: vec!["$ b"] }]);
    assert_eq!(code_spans("x `a` y `b`, `c"), [("a", "x "), ("b", " y ")]);
    assert_eq!(links("[a](b/c.md#d) and ![e](f)"), ["b/c.md#d", "f"]);
    assert_eq!(cells("| a | `b` |"), Some(vec!["a", "`b`"]));
    assert_eq!(cells("a | b"), None);
}
