//! What a page of the guide tells its reader to type and to write.

use std::fmt;

/// One step of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Commands, one after the other.
    Run(String),
    /// A file, by its path from the folder the commands have gone to.
    Write {
        /// The path.
        path: String,
        /// What it holds.
        text: String,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(script) => write!(f, "{script}"),
            Self::Write { path, .. } => write!(f, "the file {path}"),
        }
    }
}

/// The steps of a page, in order: each block marked `console run`, of which the lines that begin
/// with `$ ` are typed, and each block with `file=PATH` behind its language.
pub fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            steps.extend(step(info, &block));
        }
    }
    steps
}

fn step(info: &str, block: &[&str]) -> Option<Step> {
    let (_, marked) = info.split_once(' ')?;
    if let Some(path) = marked.strip_prefix("file=") {
        let text = block.iter().map(|line| format!("{line}\n")).collect();
        return Some(Step::Write { path: path.to_owned(), text });
    }
    let typed = block.iter().filter_map(|line| line.strip_prefix("$ "));
    (marked == "run").then(|| Step::Run(typed.collect::<Vec<_>>().join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_files_are_taken_in_order_and_other_blocks_left() {
        let page = "a\n```console run\n$ b c\nout\n$ d\n```\n```\nno\n```\n```rust\nno\n```\n\
            ```toml file=x/y.toml\ne = 1\n\nf = 2\n```\n";
        let file = Step::Write { path: "x/y.toml".to_owned(), text: "e = 1\n\nf = 2\n".to_owned() };
        assert_eq!(steps(page), [Step::Run("b c\nd".to_owned()), file]);
    }
}
