//! "One object describes a connector": the README's tables of options name the fields of the spec,
//! no more and no less. A table whose first column is `option` belongs to the role that the nearest
//! heading above it names; a name in brackets after the option's is an alias.
//! Mutation: rename a field in `connectors/csv/src/spec.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, lines, none};
use crate::markdown::{cells, code_spans, split};
use crate::tokens::{Token, closing, starts_with, tokens};
use crate::tree::{Tree, tree};

const ROLES: [&str; 2] = ["source", "destination"];

/// Field → its aliases.
type Options = BTreeMap<String, BTreeSet<String>>;

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.folders_in("connectors").into_iter().flat_map(|name| of_connector(tree, name)).collect()
}

fn of_connector(tree: &Tree, name: &str) -> Vec<Finding> {
    let path = |file: &str| format!("connectors/{name}/{file}");
    let (spec, readme) = (path("src/spec.rs"), path("README.md"));
    let tokens = tokens(&spec, tree.text(&spec).unwrap_or_default());
    let text = tree.text(&readme).unwrap_or_default();
    let of_role = |role: &str| differences(role, &fields(&tokens, role), &documented(text, role));
    let all = ROLES.into_iter().flat_map(of_role);
    all.map(|(item, what)| Finding::new(&readme, 0, &item, what)).collect()
}

fn differences(role: &str, spec: &Options, readme: &Options) -> Vec<(String, String)> {
    let missing = spec.keys().filter(|name| !readme.contains_key(*name));
    let missing = missing.map(|name| (name.clone(), format!("{role} option `{name}` is missing")));
    let unknown = readme.iter().flat_map(|(name, aliases)| {
        let of_spec = spec.get(name);
        let known = move |alias: &String| of_spec.is_some_and(|known| known.contains(alias));
        let names = of_spec.is_none().then_some(name).into_iter();
        names.chain(aliases.iter().filter(move |alias| !known(alias)))
    });
    let unknown = unknown.map(|name| (name.clone(), format!("{role} has no option `{name}`")));
    missing.chain(unknown).collect()
}

/// The fields that a function makes, itself or through other functions of the file.
fn fields(tokens: &[Token], function: &str) -> Options {
    let mut found = Options::new();
    let Some(body) = body(tokens, function) else { return found };
    let mut last = String::new();
    for at in 0..body.len() {
        let rest = &body[at..];
        if let Some(name) = field(rest) {
            last = name;
            found.entry(last.clone()).or_default();
        } else if starts_with(rest, &[".", "alias", "("]) {
            found.entry(last.clone()).or_default().extend(rest.get(3).and_then(literal));
        } else if is_call(body, at) && rest[0].text != function {
            found.extend(fields(tokens, &rest[0].text));
        }
    }
    found
}

fn body<'a>(tokens: &'a [Token], function: &str) -> Option<&'a [Token]> {
    let start = (0..tokens.len()).find(|at| starts_with(&tokens[*at..], &["fn", function, "("]))?;
    let open = start + tokens[start..].iter().position(|token| token.text == "{")?;
    Some(&tokens[open..closing(tokens, open)])
}

/// The name in `Field::text("name"`, whatever the constructor.
fn field(tokens: &[Token]) -> Option<String> {
    let is_field = starts_with(tokens, &["Field", "::"]) && tokens.get(3)?.text == "(";
    is_field.then(|| literal(tokens.get(4)?)).flatten()
}

fn literal(token: &Token) -> Option<String> {
    Some(token.text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// Whether a function is called by its bare name.
fn is_call(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].text.as_str());
    tokens.get(at + 1).is_some_and(|token| token.text == "(") && !matches!(before, Some("." | "::"))
}

/// The options that the README's tables name for a role.
fn documented(readme: &str, role: &str) -> Options {
    let (mut is_role, mut in_table) = (false, false);
    let mut found = Options::new();
    for (_, line) in split(readme).0 {
        if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.to_lowercase();
            if ROLES.iter().any(|role| heading.contains(role)) {
                is_role = heading.contains(role);
            }
        }
        let row = cells(line);
        in_table =
            row.as_ref().is_some_and(|row| in_table || row[0].eq_ignore_ascii_case("option"));
        if let Some(row) = row.filter(|_| in_table && is_role) {
            let mut names = code_spans(row[0]).into_iter().map(|(name, _)| name.to_owned());
            names.next().map(|name| found.insert(name, names.collect()));
        }
    }
    found
}

#[test]
fn readmes_name_the_options_of_the_specs() {
    none("connectors/*/README.md", &findings(tree()));
}

#[test]
fn the_specs_of_connectors_are_read() {
    let spec = tree().text("connectors/csv/src/spec.rs").unwrap();
    let options = fields(&tokens("spec.rs", spec), "source");
    assert!(options.values().any(|aliases| !aliases.is_empty()), "{options:?}");
}

#[test]
fn missing_and_unknown_options_are_found() {
    let spec = "fn source() -> ConfigSpec { ConfigSpec::new([Field::text_or_list(\"path\", \"d\")\
        .required(), gap(), Field::text(\"quote\", \"d\")]) }\n\
        fn destination() -> ConfigSpec { ConfigSpec::new([gap()]) }\n\
        fn gap() -> Field { Field::text(\"gap\", \"Field\").alias(\"sep\").default(1) }";
    let check = |readme: &str, expect: &[&str]| {
        let files = [("connectors/a/src/spec.rs", spec), ("connectors/a/README.md", readme)];
        assert_eq!(lines(&findings(&Tree::of(&files))), expect, "{readme}");
    };
    let table = |rows: &str| format!("| option | x |\n|---|---|\n{rows}\n");
    let source = table("| `path` | `x` |\n| `gap` (`sep`) | x |\n| `quote` | x |");
    let fine = format!(
        "# a\n## Source\n{source}\n| a |\n| `b` |\n\n### Destination\n{}",
        table("| `gap` | |")
    );
    check(&fine, &[]);
    let wrong = fine.replace("`quote`", "`qoute`").replace("`sep`", "`separator`");
    let expect = [
        "connectors/a/README.md: source option `quote` is missing",
        "connectors/a/README.md: source has no option `separator`",
        "connectors/a/README.md: source has no option `qoute`",
    ];
    check(&wrong, &expect);
    let swapped = "connectors/a/README.md: destination option `gap` is missing";
    check(&fine.replace("Destination", "Notes"), &[swapped]);
}
