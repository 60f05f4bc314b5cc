use std::{fs, path::Path};

use object::{Object, read::elf::ElfFile64};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::code;

/// The names of all symbols that a library defines for others; none of its code runs.
///
/// # Errors
///
/// The file cannot be read or is no library.
pub fn exports(path: &Path) -> Result<Vec<String>> {
    let failed = |error: &dyn std::error::Error| {
        let message = format!("the symbols of {} cannot be read", path.display());
        Error::new(ErrorKind::Config, message)
            .with_code(code::NOT_A_PLUGIN)
            .with_remedy("name a plugin's library")
            .caused_by(error)
    };
    let bytes = fs::read(path).map_err(|error| failed(&error))?;
    let library = ElfFile64::<object::Endianness>::parse(&*bytes).map_err(|e| failed(&e))?;
    let exports = library.exports().map_err(|error| failed(&error))?;
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let names = exports.flatten().filter_map(|export| match export.name() {
        object::NameOrOrdinal::Name(bytes) => Some(name(bytes)),
        _ => None,
    });
    Ok(names.collect())
}
