use std::{
    fs::{self, File},
    path::Path,
};

use object::{
    Object, ObjectSection, ReadCache, ReadRef,
    elf::{self, FileHeader64},
    read::elf::{ElfFile64, FileHeader, ProgramHeader},
};
use sqlflow_plugin_abi::{ENTRY_SYMBOL, MANIFEST_SECTION};
use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::code;

/// A manifest has no reason to be larger than this.
const MAX_MANIFEST: u64 = 64 << 10;

/// Reads the manifest of a plugin without running any of its code, after checking that the file
/// is a whole shared library for this machine that exports the entry.
///
/// # Errors
///
/// Each way of not being that has its own code and message.
pub(crate) fn read_manifest(path: &Path) -> Result<Manifest> {
    let manifest = open(path).and_then(|file| {
        let cache = ReadCache::new(file);
        verify(&cache).and_then(|library| manifest_of(&library))
    });
    manifest.map_err(|error| error.with_context("plugin", path.display()))
}

fn open(path: &Path) -> Result<File> {
    let unreadable = |error: std::io::Error| {
        Error::new(ErrorKind::NotFound, "the plugin cannot be opened")
            .with_code(code::NOT_A_PLUGIN)
            .caused_by(&error)
    };
    // Opening a pipe would wait for its other end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(not_a_plugin("it is not a file"));
    }
    File::open(path).map_err(unreadable)
}

type Library<'a> = ElfFile64<'a, object::Endianness, &'a ReadCache<File>>;

fn verify(cache: &ReadCache<File>) -> Result<Library<'_>> {
    let header = FileHeader64::<object::Endianness>::parse(cache)
        .map_err(|error| not_a_plugin("it is not an ELF library").caused_by(&error))?;
    let endian = header.endian().map_err(|error| wrong_machine().caused_by(&error))?;
    if header.e_machine(endian) != machine() {
        return Err(wrong_machine());
    }
    if header.e_type(endian) != elf::ET_DYN {
        return Err(not_a_plugin("it is not a shared library"));
    }
    check_whole(header, endian, cache)?;
    ElfFile64::parse(cache).map_err(|error| truncated().caused_by(&error))
}

/// Every segment and the section table lie inside the file: dlopen of a library that is cut short
/// ends in a bus error.
fn check_whole(
    header: &FileHeader64<object::Endianness>,
    endian: object::Endianness,
    cache: &ReadCache<File>,
) -> Result<()> {
    let size = ReadRef::len(cache).map_err(|()| truncated())?;
    let segments =
        header.program_headers(endian, cache).map_err(|error| truncated().caused_by(&error))?;
    let ends = segments.iter().map(|segment| {
        let (offset, length) = segment.file_range(endian);
        offset.saturating_add(length)
    });
    let sections = u64::from(header.e_shnum(endian)) * u64::from(header.e_shentsize(endian));
    let table_end = header.e_shoff(endian).saturating_add(sections);
    if ends.chain([table_end]).any(|end| end > size) { Err(truncated()) } else { Ok(()) }
}

fn manifest_of(library: &Library<'_>) -> Result<Manifest> {
    let section = library
        .section_by_name(MANIFEST_SECTION)
        .ok_or_else(|| not_a_plugin("it has no connector manifest"))?;
    if section.size() > MAX_MANIFEST {
        return Err(not_a_plugin("its connector manifest is larger than 64 KiB"));
    }
    let exports = library.exports().map_err(|error| truncated().caused_by(&error))?;
    let entry = object::NameOrOrdinal::Name(ENTRY_SYMBOL.as_bytes());
    if !exports.flatten().any(|export| export.name() == entry) {
        return Err(not_a_plugin(&format!("the symbol {ENTRY_SYMBOL} is missing")));
    }
    let text = section.data().map_err(|error| truncated().caused_by(&error))?;
    // A C compiler ends a string with a NUL.
    Manifest::parse(String::from_utf8_lossy(text).trim_end_matches('\0'))
        .map_err(|error| error.with_code(code::NOT_A_PLUGIN))
}

fn machine() -> elf::Machine {
    if cfg!(target_arch = "aarch64") { elf::EM_AARCH64 } else { elf::EM_X86_64 }
}

fn not_a_plugin(why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("not a connector plugin: {why}"))
        .with_code(code::NOT_A_PLUGIN)
        .with_remedy("name a library built with sqlflow-plugin-sdk or the plugin header")
}

fn wrong_machine() -> Error {
    let message = format!("the library is not for {}", std::env::consts::ARCH);
    Error::new(ErrorKind::Config, message)
        .with_code(code::WRONG_MACHINE)
        .with_remedy("build the plugin for this machine")
}

fn truncated() -> Error {
    Error::new(ErrorKind::Config, "the library's file is cut short or damaged")
        .with_code(code::TRUNCATED)
        .with_remedy("copy or build the plugin again")
}
