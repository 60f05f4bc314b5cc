use std::fs::File;

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

const REBUILD: &str = "correct connector.toml and build the plugin again";

/// Reads the manifest of a plugin without running any of its code, after checking that the file
/// is a whole shared library for this machine that exports the entry.
///
/// # Errors
///
/// Each way of not being that has its own code and message.
pub(crate) fn read_manifest(file: &File) -> Result<Manifest> {
    let cache = ReadCache::new(file);
    verify(&cache).and_then(|library| manifest_of(&library))
}

type Library<'a, 'f> = ElfFile64<'a, object::Endianness, &'a ReadCache<&'f File>>;

fn verify<'a, 'f>(cache: &'a ReadCache<&'f File>) -> Result<Library<'a, 'f>> {
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
    cache: &ReadCache<&File>,
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

fn manifest_of(library: &Library<'_, '_>) -> Result<Manifest> {
    let section = library
        .section_by_name(MANIFEST_SECTION)
        .ok_or_else(|| no_plugin(code::NO_MANIFEST, "it has no connector manifest"))?;
    if section.size() > MAX_MANIFEST {
        return Err(bad_manifest("it is larger than 64 KiB"));
    }
    let exports = library.exports().map_err(|error| truncated().caused_by(&error))?;
    let entry = object::NameOrOrdinal::Name(ENTRY_SYMBOL.as_bytes());
    if !exports.flatten().any(|export| export.name() == entry) {
        return Err(no_plugin(code::NO_ENTRY, &format!("the symbol {ENTRY_SYMBOL} is missing")));
    }
    let text = section.data().map_err(|error| truncated().caused_by(&error))?;
    // A C compiler ends a string with a NUL.
    let manifest = Manifest::parse(String::from_utf8_lossy(text).trim_end_matches('\0'))
        .map_err(|error| error.with_code(code::BAD_MANIFEST).with_remedy(REBUILD))?;
    if !is_name(&manifest.name) {
        return Err(bad_manifest("its `name` is not a lower case word"));
    }
    if !is_version(&manifest.version) {
        return Err(bad_manifest("its `version` is not one like 1.2.3"));
    }
    Ok(manifest)
}

/// A name becomes part of file names and of what is shown.
pub(crate) fn is_name(name: &str) -> bool {
    let word =
        |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_-".contains(sign);
    name.len() <= 64
        && name.starts_with(|sign: char| sign.is_ascii_lowercase())
        && name.chars().all(word)
}

/// As [`is_name`].
pub(crate) fn is_version(version: &str) -> bool {
    let part = |sign: char| sign.is_ascii_alphanumeric() || ".-+".contains(sign);
    version.len() <= 64
        && version.starts_with(|sign: char| sign.is_ascii_digit())
        && version.chars().all(part)
}

fn machine() -> elf::Machine {
    if cfg!(target_arch = "aarch64") { elf::EM_AARCH64 } else { elf::EM_X86_64 }
}

/// The file is no shared library.
pub(crate) fn not_a_plugin(why: &str) -> Error {
    no_plugin(code::NOT_A_PLUGIN, why)
}

fn no_plugin(code: &str, why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("not a connector plugin: {why}"))
        .with_code(code)
        .with_remedy("name a library built with sqlflow-plugin-sdk or the plugin header")
}

fn bad_manifest(why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the connector's manifest breaks a rule: {why}"))
        .with_code(code::BAD_MANIFEST)
        .with_remedy(REBUILD)
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
