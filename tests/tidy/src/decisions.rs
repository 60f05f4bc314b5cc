//! Every decision is in the index, under a number of its own. Mutation: take a row out of
//! docs/design/decisions/README.md.

use crate::finding::{Finding, lines, none};
use crate::markdown::links;
use crate::tree::{Tree, tree};

const FOLDER: &str = "docs/design/decisions";

fn findings(tree: &Tree) -> Vec<Finding> {
    let index = tree.text(&format!("{FOLDER}/README.md")).unwrap();
    let listed: Vec<_> = index.lines().flat_map(links).collect();
    let pages: Vec<_> = tree.under(FOLDER).filter(|name| *name != "README.md").collect();
    let wrong = |name: &str| {
        let number = name.split('-').next().unwrap_or(name);
        let twice = pages.iter().filter(|page| page.starts_with(&format!("{number}-"))).count() > 1;
        let text = tree.text(&format!("{FOLDER}/{name}")).unwrap_or_default();
        let titled = text.starts_with(&format!("# {number}: "));
        [
            (!listed.contains(&name), "is not in the index, README.md"),
            (twice, "shares its number with another decision"),
            (!titled, "does not begin with `# NUMBER: `"),
        ]
    };
    let all = pages.iter().flat_map(|name| wrong(name).map(|(bad, what)| (bad, *name, what)));
    let bad = all.filter(|(bad, _, _)| *bad);
    bad.map(|(_, name, what)| Finding::new(&format!("{FOLDER}/{name}"), 0, name, what)).collect()
}

#[test]
fn every_decision_is_in_the_index() {
    none("docs/design/decisions/README.md", &findings(tree()));
}

#[test]
fn a_decision_that_is_not_listed_or_numbered_is_found() {
    let files = [
        (
            "docs/design/decisions/README.md",
            "[0001](0001-a.md) [0002](0002-b.md) [0002](0002-c.md)",
        ),
        ("docs/design/decisions/0001-a.md", "# 0001: A"),
        ("docs/design/decisions/0002-b.md", "# 0002: B"),
        ("docs/design/decisions/0002-c.md", "# 0002: C"),
        ("docs/design/decisions/0003-d.md", "# 0004: D"),
    ];
    let expect = [
        "docs/design/decisions/0002-b.md: shares its number with another decision",
        "docs/design/decisions/0002-c.md: shares its number with another decision",
        "docs/design/decisions/0003-d.md: is not in the index, README.md",
        "docs/design/decisions/0003-d.md: does not begin with `# NUMBER: `",
    ];
    assert_eq!(lines(&findings(&Tree::of(&files))), expect);
}
