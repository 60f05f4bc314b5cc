//! What a library needs from the system and shows to it, read from its file.

use std::{fs, path::Path};

use object::{
    Endianness,
    read::elf::{ElfFile64, FileHeader},
};
use sqlflow_plugin_abi::{ENTRY_SYMBOL, layout::HEADER_SYMBOL};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::{code, exports::exports};

/// What toolchains put into every library.
const HARMLESS: [&str; 6] = ["_init", "_fini", "_end", "_edata", "__bss_start", "_etext"];

/// What a library's file says of it; none of its code runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Bytes on disk.
    pub size: u64,
    /// The least version of the GNU C library that has all it asks for, such as `2.34`; `None`
    /// where it asks for no version.
    pub glibc: Option<String>,
    /// The symbols it exports beside those of the plugin contract, sorted. They disturb nobody,
    /// since plugins are loaded apart from each other, but they are worth knowing.
    pub stray_exports: Vec<String>,
}

impl Inspection {
    /// Reads a library.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no ELF library of 64 bits.
    pub fn of(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        let library = Library::parse(bytes.as_slice()).map_err(|error| unreadable(path, &error))?;
        let glibc = glibc(&library).map_err(|error| unreadable(path, &error))?;
        let mut stray_exports: Vec<String> =
            exports(path)?.into_iter().filter(|name| is_stray(name)).collect();
        stray_exports.sort();
        Ok(Self { size: bytes.len() as u64, glibc, stray_exports })
    }
}

type Library<'a> = ElfFile64<'a, Endianness, &'a [u8]>;

fn unreadable(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::Config, format!("{} cannot be read as a library", path.display()))
        .with_code(code::NOT_A_PLUGIN)
        .with_remedy("build the plugin again")
        .caused_by(error)
}

/// The newest of the versions `GLIBC_…` that it asks for.
fn glibc(library: &Library<'_>) -> object::Result<Option<String>> {
    let (endian, data) = (library.endian(), library.data());
    let sections = library.elf_header().sections(endian, data)?;
    let Some((mut needs, link)) = sections.gnu_verneed(endian, data)? else { return Ok(None) };
    let strings = sections.strings(endian, data, link)?;
    let mut newest: Option<Vec<u32>> = None;
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            newest = newest.max(glibc_version(version.name(endian, strings)?));
        }
    }
    let dotted = |parts: Vec<u32>| parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
    Ok(newest.map(dotted))
}

/// `GLIBC_2.34` as 2 and 34; nothing for `GLIBC_PRIVATE` or another library's version.
fn glibc_version(name: &[u8]) -> Option<Vec<u32>> {
    let version = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
    version.split('.').map(|part| part.parse().ok()).collect()
}

fn is_stray(name: &str) -> bool {
    !belongs_to_the_contract(name) && !HARMLESS.contains(&name)
}

fn belongs_to_the_contract(name: &str) -> bool {
    name == ENTRY_SYMBOL || name == HEADER_SYMBOL.trim_end_matches('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(glibc_version(b"GLIBC_2.3.4"), Some(vec![2, 3, 4]));
        assert_eq!(glibc_version(b"GLIBC_PRIVATE"), None);
        assert_eq!(glibc_version(b"GCC_4.2.0"), None);
        assert!(glibc_version(b"GLIBC_2.34") > glibc_version(b"GLIBC_2.4"));
    }

    #[test]
    fn a_file_that_is_no_library_is_told() {
        let error = Inspection::of(Path::new("Cargo.toml")).unwrap_err();
        assert_eq!(error.code(), Some(code::NOT_A_PLUGIN));
    }
}
