use std::{io::Write, sync::Arc};

use proptest::prelude::*;
use sqlflow_plugin_sdk::Error;

use super::*;
use crate::records::RecordReader;

const DIALECT: Dialect = Dialect { delimiter: b',', quote: b'"' };

fn file_of(text: &[u8]) -> (tempfile::NamedTempFile, Arc<OpenFile>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let open = Arc::new(OpenFile::open(file.path()).unwrap());
    (file, open)
}

fn ranges_of(file: &OpenFile, size: u64) -> Vec<Range<u64>> {
    let all = 0..file.stamp.size;
    find(file, DIALECT, &all, size, &CancelToken::new()).unwrap()
}

/// The records of the ranges, up to the first that is wrong, and what is wrong with it.
fn records(
    file: &Arc<OpenFile>,
    width: usize,
    ranges: &[Range<u64>],
    chunk: usize,
) -> (Vec<Vec<String>>, Option<Error>) {
    let mut rows = Vec::new();
    for range in ranges {
        let reader = RecordReader::new(Arc::clone(file), DIALECT, Some(width), range.clone());
        let mut reader = reader.in_chunks_of(chunk);
        loop {
            match reader.next_block(1) {
                Ok(Some(block)) => {
                    rows.push(block.first_row().map(|text| text.into_owned()).collect())
                }
                Ok(None) => break,
                Err(error) => return (rows, Some(error)),
            }
        }
    }
    (rows, None)
}

fn are_one_after_the_other(ranges: &[Range<u64>], end: u64) -> bool {
    let mut at = 0;
    ranges.iter().all(|range| {
        let follows = range.start == at && range.end > at;
        at = range.end;
        follows
    }) && at == end
}

#[test]
fn a_line_break_inside_quotes_begins_no_range() {
    for (text, expect) in [
        ("a,b\nc,d\n", &[0, 4][..]),
        ("\"a\n\",b\nc,d\n", &[0, 7]),
        ("\"a\"\"\n\"\"\n\"\n\"b\n\"\n", &[0, 10]),
        ("a\"b\nc\"d\n", &[0, 4]),
        ("a\r\nb\r\n", &[0, 3]),
        ("\"a\n", &[0]),
        ("a\n\nb", &[0, 2, 3]),
        ("", &[]),
    ] {
        let (_kept, file) = file_of(text.as_bytes());
        let ranges = ranges_of(&file, 1);
        assert!(are_one_after_the_other(&ranges, text.len() as u64), "{text:?}");
        let starts: Vec<u64> = ranges.iter().map(|range| range.start).collect();
        assert_eq!(starts, expect, "{text:?}");
    }
}

#[test]
fn pieces_larger_than_the_buffer_are_cut_alike() {
    let record = format!("\"{}\n\"\n", "x".repeat(99_996));
    let (_kept, file) = file_of(record.repeat(50).as_bytes());
    let ranges = ranges_of(&file, 300_000);
    assert!(are_one_after_the_other(&ranges, 5_000_000));
    assert_eq!(ranges.len(), 17);
    assert!(ranges.iter().all(|range| range.start % 100_000 == 0));
}

/// A value as it may be written: bare where it can be, else, or where wanted, in quotes.
fn written(value: &str, in_quotes: bool) -> String {
    if in_quotes || value.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value.to_owned()
}

fn value() -> impl Strategy<Value = (String, bool)> {
    ("[ab,\"\n\ré]{0,6}", any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_range_size_and_any_read_size_give_the_rows_that_were_written(
        rows in prop::collection::vec([value(), value()], 0..12),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        ends_with_line_end: bool,
        size in 1_u64..40,
        chunk in 1_usize..40,
    ) {
        let lines: Vec<String> = rows
            .iter()
            .map(|row| row.each_ref().map(|(value, in_quotes)| written(value, *in_quotes)).join(","))
            .collect();
        let end = if ends_with_line_end && !lines.is_empty() { line_end } else { "" };
        let text = lines.join(line_end) + end;
        let (_kept, file) = file_of(text.as_bytes());
        let ranges = ranges_of(&file, size);
        prop_assert!(are_one_after_the_other(&ranges, text.len() as u64), "{ranges:?}");
        let expect: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|(value, _)| value.clone()).collect()).collect();
        let (found, error) = records(&file, 2, &ranges, chunk);
        prop_assert_eq!((found, error), (expect, None));
    }

    #[test]
    fn any_text_gives_the_same_rows_or_the_same_error_however_it_is_cut(
        text in "[ab,\"\n\r]{0,40}",
        width in 1_usize..3,
        size in 1_u64..20,
        chunk in 1_usize..20,
    ) {
        let (_kept, file) = file_of(text.as_bytes());
        let whole = 0..file.stamp.size;
        let expect = records(&file, width, &[whole], 1 << 20);
        let (found, error) = records(&file, width, &ranges_of(&file, size), chunk);
        prop_assert_eq!(found, expect.0);
        let message = |error: Option<Error>| error.map(|error| error.message().to_owned());
        prop_assert_eq!(message(error), message(expect.1));
    }
}
