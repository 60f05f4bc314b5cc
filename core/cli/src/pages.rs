//! The pages about error codes, `docs/reference/errors`, as they were when this was built.

/// Codes with their pages, in order of the codes.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// A page about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// The code.
    pub(crate) code: &'static str,
    /// What is wrong, on one line.
    pub(crate) title: &'static str,
    /// What stands below the title, as Markdown.
    pub(crate) text: &'static str,
}

/// Every page, in order of the codes.
pub(crate) fn all() -> impl Iterator<Item = Page> {
    PAGES.iter().map(|(code, page)| of(code, page))
}

/// The page of a code in either case.
pub(crate) fn find(code: &str) -> Option<Page> {
    all().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// Where the page of a code lies in SQLFlow's documentation; none where it has no page.
pub(crate) fn place(code: &str) -> Option<String> {
    find(code).map(|page| format!("docs/reference/errors/{}.md", page.code))
}

/// The line that says how to read more about the first of these codes that has a page; nothing
/// where none has one.
pub(crate) fn hint<'a>(codes: impl IntoIterator<Item = &'a str>) -> String {
    let page = codes.into_iter().find_map(find);
    page.map(|page| format!("`sqlflow explain {}` tells more\n", page.code)).unwrap_or_default()
}

/// A page begins with `# SF0101: title`.
fn of(code: &'static str, page: &'static str) -> Page {
    let (first, text) = page.split_once('\n').unwrap_or((page, ""));
    let title = first.split_once(": ").map_or(first, |(_, title)| title);
    Page { code, title, text: text.trim_matches('\n') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_parted_into_title_and_text() {
        let expect = Page { code: "SF0101", title: "a: b", text: "One.\n\nTwo." };
        assert_eq!(of("SF0101", "# SF0101: a: b\n\nOne.\n\nTwo.\n"), expect);
        assert_eq!(of("SF0101", "").title, "");
    }

    #[test]
    fn the_hint_names_the_first_code_that_has_a_page() {
        let check = |codes: &[&str], expect: &str| assert_eq!(hint(codes.iter().copied()), expect);
        check(&["", "ACME-1", "sf0303", "SF0101"], "`sqlflow explain SF0303` tells more\n");
        check(&["ACME-1"], "");
        check(&[], "");
    }
}
