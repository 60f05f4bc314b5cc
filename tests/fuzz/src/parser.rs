use std::path::Path;

use sqlflow_plan::{IncludedTexts, Settled, settle};
use sqlflow_profile::{Assignments, Environment, Project, Value, Variables};
use sqlflow_syntax::{Parsed, Sources, Span, parse, sql};

/// Any text can be parsed and settled: nothing panics, every place lies in the text and between two
/// characters, diagnostics are in order, and the tokens put together are the text.
///
/// # Panics
///
/// Something of that does not hold.
pub fn parser(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let whole: String = sql::tokens(&text).map(|token| token.text).collect();
    assert_eq!(whole, text, "the tokens are not the text");
    let parsed = parse(&text);
    check_parsed(&text, &parsed);
    #[cfg(feature = "planted")]
    crate::planted::in_parser(&parsed.pipeline);
    check_settled(&settled(&text));
}

fn check_parsed(text: &str, parsed: &Parsed) {
    let places: Vec<Span> = parsed.diagnostics.iter().map(|found| found.span).collect();
    assert!(places.is_sorted(), "diagnostics are not in order: {places:?}");
    let tree = format!("{:?}", parsed.pipeline);
    for span in places.into_iter().chain(spans(&tree)) {
        assert!(text.get(span.range()).is_some(), "{span:?} is no place in {text:?}");
    }
}

/// Every span of the tree, as its Debug form writes them. Text in it has its quotes escaped, so that
/// it cannot look like a span by more than chance, and then is not one of the text.
fn spans(tree: &str) -> impl Iterator<Item = Span> {
    tree.split("span: Span { start: ").skip(1).filter_map(|part| {
        let (start, rest) = part.split_once(", end: ")?;
        let (end, _) = rest.split_once(" }")?;
        Some(Span::new(start.parse().ok()?, end.parse().ok()?))
    })
}

/// Settles the text, whose INCLUDEs bring it in once more.
fn settled(text: &str) -> Settled {
    let mut texts = IncludedTexts::new();
    loop {
        let sources = Sources::of("/project/pipelines/a.sf", text);
        let project = Project::discover(Path::new("/project"));
        match settle(sources, &project, variables(), &texts) {
            Ok(settled) => return settled,
            Err(wanted) => {
                // The first file that is included is the text again, any other is not there.
                let found =
                    if texts.is_empty() { Ok(text.to_owned()) } else { Err("no".to_owned()) };
                texts.extend(wanted.into_iter().map(|path| (path, found.clone())));
            }
        }
    }
}

fn variables() -> Variables {
    let values = [
        ("a", Value::Text("x".to_owned())),
        ("b", Value::Number("5".to_owned())),
        ("c", Value::Boolean(true)),
        ("d", Value::Null),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    Variables::new(values, &Assignments::new(), &Environment::of([("HOME", "/x")]))
}

fn check_settled(settled: &Settled) {
    for finding in &settled.findings {
        let (file, placed) = settled.sources.place(finding.diagnostic.clone());
        let is_place = file.text.get(placed.span.range()).is_some();
        assert!(is_place, "{:?} is no place in {:?}", placed.span, file.text);
    }
}
