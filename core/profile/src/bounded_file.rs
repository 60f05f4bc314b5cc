//! Reading a small text file, whatever stands at its path.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The most bytes a profile, a `.env` or a secret file may have.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Reads a UTF-8 file of at most [`MAX_BYTES`]; the error says in words what is wrong.
///
/// Only regular files are opened: reading a pipe or a terminal would wait for ever.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("it is larger than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}
