//! The files of a new connector's crate, from `plugin-sdk/template`.

use super::new::Kind;
use super::sdk_place::SdkPlace;

/// The text of a file of the template.
macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../../../plugin-sdk/template/", $path))
    };
}

/// The line that makes the library; where a crate plays both roles it stands in `lib.rs` once.
const EXPORT: &str = "sqlflow_plugin_sdk::export_plugin!";

/// What an async source needs beside the sdk.
const ASYNC: &str = "tokio = { version = \"1\", features = [\"fs\", \"io-util\"] }\n";

/// Lines of the file that the conformance suite reads: several batches.
const LINES: usize = 5_000;

/// What a new connector's crate is made of.
#[derive(Debug)]
pub(super) struct Template<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) asynchronous: bool,
    pub(super) sdk: &'a SdkPlace,
}

impl Template<'_> {
    /// The files by path, in the order in which they are told.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let mut files = vec![
            file("Cargo.toml", self.filled(template!("Cargo.toml.in"))),
            file("connector.toml", self.manifest()),
            file("conformance.toml", self.conformance()),
        ];
        files.extend(self.code());
        if self.is_source() {
            files.extend(inputs());
        }
        files.push(file("README.md", self.filled(template!("README.md.in"))));
        files.push(file(".gitignore", template!("gitignore.in")));
        files
    }

    fn code(&self) -> Vec<(String, String)> {
        let source = self.source();
        let destination = [template!("src/destination.rs"), template!("src/destination_tests.rs")];
        match self.kind {
            Kind::Source => alone(source),
            Kind::Destination => alone(destination),
            Kind::Both => [file("src/lib.rs", template!("src/both.rs"))]
                .into_iter()
                .chain(module("source", source))
                .chain(module("destination", destination))
                .collect(),
        }
    }

    fn source(&self) -> [&'static str; 2] {
        match self.asynchronous {
            true => [template!("src/async_source.rs"), template!("src/async_source_tests.rs")],
            false => [template!("src/source.rs"), template!("src/source_tests.rs")],
        }
    }

    fn manifest(&self) -> String {
        let parts = [
            (true, template!("connector/head.toml.in")),
            (self.is_source(), template!("connector/source.toml.in")),
            (self.is_destination(), template!("connector/destination.toml.in")),
        ];
        self.filled(&chosen(parts).concat())
    }

    fn conformance(&self) -> String {
        let parts = [
            (self.is_source(), template!("conformance/source.toml.in")),
            (self.is_destination(), template!("conformance/destination.toml.in")),
        ];
        chosen(parts).join("\n")
    }

    /// Replaces each `{{word}}`.
    fn filled(&self, text: &str) -> String {
        let upper = self.name.to_uppercase();
        let references = [
            (self.is_source(), template!("reference/source.md.in")),
            (self.is_destination(), template!("reference/destination.md.in")),
        ];
        let examples = [
            (self.is_source(), template!("example/source.sf.in")),
            (self.is_destination(), template!("example/destination.sf.in")),
        ];
        let words = [
            ("reference", chosen(references).join("\n")),
            ("example", chosen(examples).join("\n").trim_end().to_owned()),
            ("summary", self.summary().to_owned()),
            ("kinds", self.kinds().to_owned()),
            ("library", format!("sqlflow_connector_{}", self.name)),
            ("sdk", self.sdk.dependency(self.asynchronous)),
            ("async", if self.asynchronous { ASYNC.to_owned() } else { String::new() }),
            ("NAME", upper),
            ("name", self.name.to_owned()),
        ];
        let fill = |text: String, (word, value): &(&str, String)| {
            text.replace(&format!("{{{{{word}}}}}"), value)
        };
        words.iter().fold(text.to_owned(), fill)
    }

    fn summary(&self) -> &'static str {
        match self.kind {
            Kind::Source => "The lines of a text file as rows",
            Kind::Destination => "Rows as a CSV file",
            Kind::Both => "The lines of a text file as rows, and rows as a CSV file",
        }
    }

    fn kinds(&self) -> &'static str {
        match self.kind {
            Kind::Source => "\"source\"",
            Kind::Destination => "\"destination\"",
            Kind::Both => "\"source\", \"destination\"",
        }
    }

    fn is_source(&self) -> bool {
        self.kind != Kind::Destination
    }

    fn is_destination(&self) -> bool {
        self.kind != Kind::Source
    }
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

fn chosen<const N: usize>(parts: [(bool, &str); N]) -> Vec<&str> {
    parts.into_iter().filter(|(wanted, _)| *wanted).map(|(_, text)| text).collect()
}

/// One role is the whole crate.
fn alone([code, tests]: [&str; 2]) -> Vec<(String, String)> {
    vec![file("src/lib.rs", code), file("src/tests.rs", tests)]
}

/// One role beside another.
fn module(name: &str, [code, tests]: [&str; 2]) -> [(String, String); 2] {
    let start = code.find(EXPORT).unwrap_or(code.len());
    let end = code[start..].find("\n\n").map_or(code.len(), |length| start + length + 2);
    let code = [&code[..start], &code[end..]].concat();
    [file(&format!("src/{name}.rs"), code), file(&format!("src/{name}/tests.rs"), tests)]
}

/// What the conformance suite reads.
fn inputs() -> [(String, String); 3] {
    let lines: String = (1..=LINES).map(|n| format!("line {n}\n")).collect();
    [
        file("tests/data/lines.txt", lines),
        file("tests/data/one_line.txt", "the only line\n"),
        file("tests/data/empty.txt", ""),
    ]
}
