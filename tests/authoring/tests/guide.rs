//! `docs/guide/write-a-connector.md`, executed: every command and every file, in its order, in an
//! empty folder. Mutations tried: a misspelt command, a line of the page's `read` that leaves out
//! the next page.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, time::Instant};

use sqlflow_tests_authoring::{
    author::{Author, repository},
    helpdesk::{Helpdesk, ticket, tickets},
    page::{Step, steps},
};

/// What the page writes where its reader's own port stands.
const PORT: &str = "127.0.0.1:8080";

fn page(port: u16) -> Vec<Step> {
    let path = repository().join("docs/guide/write-a-connector.md");
    let page = fs::read_to_string(path).unwrap();
    assert!(page.contains(PORT), "the page names no port any more");
    steps(&page.replace(PORT, &format!("127.0.0.1:{port}")))
}

/// The sdk's dependencies are compiled before the clock starts.
fn warm() {
    let mut author = Author::new();
    author.types("sqlflow plugin new warm").well();
    author.go("warm");
    author.types("sqlflow plugin build").well();
}

/// `closed,tickets,hours` as the help desk's own tickets say.
fn work() -> String {
    let mut expected = String::from("closed,tickets,hours\n");
    for closed in [false, true] {
        let ids = 1..=tickets("main").unwrap();
        let mine: Vec<_> = ids.map(ticket).filter(|ticket| ticket["closed"] == closed).collect();
        let hours: f64 = mine.iter().filter_map(|ticket| ticket["hours"].as_f64()).sum();
        expected.push_str(&format!("{closed},{},{hours:.1}\n", mine.len()));
    }
    expected
}

#[test]
fn the_guide_leads_from_an_empty_folder_to_rows_in_a_table() {
    warm();
    let desk = Helpdesk::start(0).unwrap();
    let mut author = Author::new();
    let began = Instant::now();
    let mut said = String::new();
    for step in page(desk.port) {
        let did = author.does(&step);
        assert!(did.ok, "{step}\nout: {}\nerr: {}", did.out, did.err);
        assert!(!did.err.contains("warning: "), "{step}\n{}", did.err);
        said.push_str(&did.out);
    }
    println!("guide: {:.0} s", began.elapsed().as_secs_f64());
    assert_eq!(fs::read_to_string(author.here().join("output/work.csv")).unwrap(), work());
    let query =
        "sqlflow query --format csv 'SELECT id, title, hours, closed FROM tickets ORDER BY id'";
    let rows = author.types(query).well().out;
    let expected = (1..=tickets("main").unwrap()).map(|id| {
        let ticket = ticket(id);
        let hours = ticket["hours"].as_f64().map(|hours| format!("{hours:.1}"));
        let title = ticket["title"].as_str().unwrap();
        format!("{id},{title},{},{}\n", hours.unwrap_or_default(), ticket["closed"])
    });
    assert_eq!(rows, format!("id,title,hours,closed\n{}", expected.collect::<String>()));
    assert!(!said.contains("open sesame"), "the token was told");
}

#[test]
fn the_source_of_the_guide_has_less_than_100_lines_and_that_of_the_template_less_than_60() {
    let of_page = page(0).into_iter().find_map(|step| match step {
        Step::Write { path, text } if path == "src/lib.rs" => Some(text.lines().count()),
        _ => None,
    });
    assert!(of_page.unwrap() < 100, "{of_page:?}");
    let template = repository().join("plugin-sdk/template/src/source.rs");
    assert!(fs::read_to_string(template).unwrap().lines().count() < 60);
}
