//! "Files p50 ≤ 110 lines, p90 ≤ 350, max 500; functions p50 ≤ 8, p90 ≤ 22; at most 1 % over 50"
//! (the figures of the house rules in CONTRIBUTING.md). The figures are printed with `--nocapture`.
//! Mutation: a function of 51 lines.

use crate::allowed::{Rule, none_but_allowed};
use crate::finding::{Finding, lines};
use crate::tokens::{Token, closing, is_test_file, is_word, product_tokens, tokens};
use crate::tree::{Tree, tree};

const FILE: usize = 500;
const FUNCTION: usize = 50;

#[derive(Debug)]
struct Function {
    name: String,
    line: usize,
    /// From `fn` to the closing brace.
    lines: usize,
}

fn long_files(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs")
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            let name = path.rsplit('/').next().unwrap_or(path);
            let what = format!("{lines} lines, at most {FILE}");
            (lines > FILE).then(|| Finding::new(path, 0, name, what))
        })
        .collect()
}

fn long_functions(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs")
        .flat_map(|(path, text)| {
            functions(&tokens(path, text)).into_iter().filter(|found| found.lines > FUNCTION).map(
                move |Function { name, line, lines }| {
                    let what = format!("`{name}` has {lines} lines, at most {FUNCTION}");
                    Finding::new(path, line, &name, what)
                },
            )
        })
        .collect()
}

/// Every function with a body.
fn functions(tokens: &[Token]) -> Vec<Function> {
    let starts = tokens.windows(2).enumerate();
    starts
        .filter(|(_, pair)| pair[0].text == "fn" && is_word(&pair[1]))
        .filter_map(|(at, pair)| {
            let end = tokens[closing(tokens, body(tokens, at)?)].line;
            let line = pair[0].line;
            Some(Function { name: pair[1].text.clone(), line, lines: end - line + 1 })
        })
        .collect()
}

/// The index of the brace that opens the body; none for a declaration.
fn body(tokens: &[Token], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match tokens.get(at)?.text.as_str() {
            ";" => return None,
            "{" => return Some(at),
            "(" | "[" => at = closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
}

/// The value that this share of them does not exceed.
fn percentile(mut values: Vec<usize>, percent: usize) -> usize {
    values.sort_unstable();
    values[(values.len() - 1) * percent / 100]
}

#[test]
fn files_are_short() {
    none_but_allowed(Rule::FileSize, "quality: file sizes", long_files(tree()));
}

#[test]
fn functions_are_short() {
    none_but_allowed(Rule::FunctionSize, "quality: function sizes", long_functions(tree()));
}

#[test]
fn most_files_and_functions_are_far_below_the_limits() {
    let product = || tree().texts(".rs").filter(|(path, _)| !is_test_file(path));
    let files: Vec<_> = product().map(|(_, text)| text.lines().count()).collect();
    let of_file = |(path, text)| functions(&product_tokens(path, text));
    let functions: Vec<_> = product().flat_map(of_file).map(|function| function.lines).collect();
    let figures =
        |values: &Vec<usize>| [50, 90, 100].map(|share| percentile(values.clone(), share));
    let [file_median, file_most, file_max] = figures(&files);
    let [median, most, max] = figures(&functions);
    println!("{} files: p50 {file_median}, p90 {file_most}, max {file_max} lines", files.len());
    println!("{} functions: p50 {median}, p90 {most}, max {max} lines", functions.len());
    assert!(file_median <= 110 && file_most <= 350, "files: {file_median}, {file_most}");
    assert!(median <= 8 && most <= 22, "functions: {median}, {most}");
    let long = functions.iter().filter(|lines| **lines > FUNCTION).count();
    assert!(long * 100 <= functions.len(), "{long} of {} are over {FUNCTION}", functions.len());
}

#[test]
fn the_coordinator_stays_below_200_lines() {
    let coordinator = tree().text("core/run/src/coordinator.rs").unwrap();
    assert!(coordinator.lines().count() < 200);
}

#[test]
fn one_line_too_many_is_found() {
    let function = |lines: usize| {
        format!(
            "trait T {{ fn d([u8; 2]); }}\nfn f() {}",
            "{".to_owned() + &"\n".repeat(lines - 1) + "}"
        )
    };
    let (fine, long) = (function(FUNCTION), function(FUNCTION + 1));
    let long_file = "\n".repeat(FILE + 1);
    let tree = Tree::of(&[("a.rs", &fine), ("b.rs", &long), ("c.rs", &long_file)]);
    assert_eq!(lines(&long_functions(&tree)), ["b.rs:2: `f` has 51 lines, at most 50"]);
    assert_eq!(lines(&long_files(&tree)), ["c.rs: 501 lines, at most 500"]);
    assert_eq!(percentile((1..=11).collect(), 90), 10);
}
