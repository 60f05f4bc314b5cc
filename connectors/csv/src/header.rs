use std::{collections::HashMap, ops::Range, sync::Arc};

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::{client::OpenFile, records::RecordReader, spec::Dialect};

/// Where a file's records begin, and what their fields are called.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    /// The bytes of the file in which the records stand.
    pub(crate) records: Range<u64>,
}

impl Header {
    /// Reads the start of a file: the names, or only how many fields there are.
    ///
    /// # Errors
    ///
    /// The file is empty, compressed or UTF-16.
    pub(crate) fn read(file: &Arc<OpenFile>, dialect: Dialect, has_header: bool) -> Result<Self> {
        let begin = begin_of_text(file)?;
        let whole = begin..file.stamp.size;
        let mut reader = RecordReader::new(Arc::clone(file), dialect, None, whole.clone());
        let names = {
            let first = reader.next_block(1)?.ok_or_else(|| empty(file))?;
            first.first_row().map(|text| text.trim().to_owned()).collect::<Vec<String>>()
        };
        Ok(if has_header {
            Self { names: unique(names), records: reader.position()..whole.end }
        } else {
            Self { names: unique(vec![String::new(); names.len()]), records: whole }
        })
    }
}

/// Magic bytes of what is no plain text, and how to name it.
const COMPRESSED: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "zip"),
];

/// Where the text begins: behind the byte order mark, where there is one.
fn begin_of_text(file: &OpenFile) -> Result<u64> {
    let mut start = [0; 8];
    let read = file.read_at(&mut start, 0)?;
    let start = &start[..read];
    if let Some((_, name)) = COMPRESSED.iter().find(|(magic, _)| start.starts_with(magic)) {
        let message = format!(
            "`{}` is {name}-compressed: compressed files are not supported yet",
            file.path.display()
        );
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_remedy("decompress the file first")
            .with_context("file", file.path.display()));
    }
    if is_utf16(start) {
        let message = format!("`{}`, line 1: the text is UTF-16, not UTF-8", file.path.display());
        return Err(Error::new(ErrorKind::Data, message)
            .with_remedy("convert the file, for example with `iconv -f UTF-16 -t UTF-8`")
            .with_context("file", file.path.display()));
    }
    Ok(if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 })
}

/// By its byte order mark, or by the zero that is half of each ASCII character.
fn is_utf16(start: &[u8]) -> bool {
    matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, ..] | [1..=0xff, 0, ..])
}

fn empty(file: &OpenFile) -> Error {
    Error::new(
        ErrorKind::Data,
        format!("`{}` is empty: it has no header and no rows", file.path.display()),
    )
    .with_remedy("give it at least a line of column names")
    .with_context("file", file.path.display())
}

/// Names that differ in any case, as DuckDB makes them: an empty one becomes `column` and its
/// place, one that is taken gets a number behind it.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut uses: HashMap<String, usize> = HashMap::new();
    let named = names.into_iter().enumerate().map(|(place, name)| {
        let name = if name.is_empty() { format!("column{place}") } else { name };
        let free = free_name(&name, &mut uses);
        uses.insert(free.to_lowercase(), 1);
        free
    });
    named.collect()
}

fn free_name(name: &str, uses: &mut HashMap<String, usize>) -> String {
    let Some(&used) = uses.get(&name.to_lowercase()) else { return name.to_owned() };
    let mut number = used;
    while uses.contains_key(&format!("{name}_{number}").to_lowercase()) {
        number += 1;
    }
    uses.insert(name.to_lowercase(), number + 1);
    format!("{name}_{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected names are what DuckDB 1.5.6 gives (`tests/data/make.py`).
    #[test]
    fn names_are_made_unique_as_duckdb_does() {
        for (given, expect) in [
            ("a,b", "a,b"),
            ("a,a,,b,A", "a,a_1,column2,b,A_2"),
            ("a,a,a_1", "a,a_1,a_1_1"),
            (",", "column0,column1"),
            ("x,column0,", "x,column0,column2"),
        ] {
            let names = unique(given.split(',').map(str::to_owned).collect());
            assert_eq!(names.join(","), expect);
        }
    }
}
