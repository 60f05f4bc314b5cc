//! The forms of `${…}`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlflow_profile::{Piece, Reference, ReferenceKind, Value, parse_template};

/// One line a piece: text as `'text'`, a reference as `kind name default raw`.
fn shown(text: &str, piece: &Piece) -> String {
    match piece {
        Piece::Text(range) => format!("'{}'", &text[range.clone()]),
        Piece::Reference(Reference { kind, name, default, raw, range }) => {
            assert!(text[range.clone()].starts_with("${") && text[range.clone()].ends_with('}'));
            let kind = match kind {
                ReferenceKind::Variable => "variable",
                ReferenceKind::Environment => "env",
                ReferenceKind::File => "file",
            };
            let default = default.as_ref().map_or(String::new(), |value| format!(" {value:?}"));
            format!("{kind} {name}{default}{}", if *raw { " raw" } else { "" })
        }
    }
}

#[test]
fn every_form_is_read() {
    let check = |text: &str, expect: &[&str]| {
        let pieces = parse_template(text).unwrap();
        let shown: Vec<_> = pieces.iter().map(|piece| shown(text, piece)).collect();
        assert_eq!(shown, expect, "{text}");
    };
    check("", &[]);
    check("no reference, a $ and a {brace}", &["'no reference, a $ and a {brace}'"]);
    check("${v}", &["variable v"]);
    check("a${v}b${w}", &["'a'", "variable v", "'b'", "variable w"]);
    check("${v}${v}", &["variable v", "variable v"]);
    check("${ v }", &["variable v"]);
    check("${größe}", &["variable größe"]);
    check("${env:home}", &["env home"]);
    check("${file:secrets/pass word.txt}", &["file secrets/pass word.txt"]);
    check("${v!raw}", &["variable v raw"]);
    check("${v!raw|x}", &["variable v Text(\"x\") raw"]);
    check("$${v}", &["'$'", "variable v"]);
}

#[test]
fn a_default_keeps_its_type() {
    let check = |default: &str, expect: Value| {
        let text = format!("${{v|{default}}}");
        let pieces = parse_template(&text).unwrap();
        let [Piece::Reference(reference)] = &pieces[..] else { panic!("{pieces:?}") };
        assert_eq!(reference.default, Some(expect), "{text}");
    };
    let text = |text: &str| Value::Text(text.to_owned());
    check("", text(""));
    check("us-east-1", text("us-east-1"));
    check("2024-01-01", text("2024-01-01"));
    check("5", Value::Number("5".into()));
    check("1.50", Value::Number("1.50".into()));
    check("-2e3", Value::Number("-2e3".into()));
    check("007", text("007"));
    check("+5", text("+5"));
    check(".5", text(".5"));
    check("1e999", text("1e999"));
    check("true", Value::Boolean(true));
    check("True", text("True"));
    check("null", Value::Null);
    check("\"5\"", text("5"));
    check("\"us east\"", text("us east"));
    check(" 'us east' ", text("us east"));
    check("\"a}b|c\"", text("a}b|c"));
    check(r#""say \"hi\"""#, text("say \"hi\""));
    check(r#""C:\data\\""#, text(r"C:\data\"));
    check("a|b", text("a|b"));
}

#[test]
fn every_malformed_reference_is_reported_at_its_place() {
    let check = |text: &str, expect: &[&str]| {
        let errors = parse_template(text).unwrap_err();
        let places: Vec<_> = errors.iter().map(|error| &text[error.range.clone()]).collect();
        assert_eq!(places, expect, "{text}");
        assert!(errors.iter().all(|error| error.code == "SF0310" && !error.help.is_empty()));
    };
    check("a ${", &["${"]);
    check("a ${v", &["${"]);
    check("${}", &["${}"]);
    check("${a b} and ${1x}", &["${a b}", "${1x}"]);
    check("${{ v }}", &["${{ v }"]);
    check("${v|us east}", &["${v|us east}"]);
    check("${v|\"open}", &["${v|"]);
    check("${v|\"closed\" more}", &["${v|\"closed\" more}"]);
    check("${v|${w}}", &["${v|${w}"]);
    check("${file:}", &["${file:}"]);
    check("${file:a|b}", &["${file:a|b}"]);
}
