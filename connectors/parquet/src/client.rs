//! The file system: which files there are, their footers and rows, and how a new file appears
//! whole or not at all.

use std::{
    collections::HashSet,
    fs::{self, File, Permissions, TryLockError},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    datatypes::SchemaRef,
    error::ArrowError,
};
use glob::{MatchOptions, glob_with};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{
        ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
        ParquetRecordBatchReaderBuilder,
    },
};
use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CommitToken, Error, ErrorKind, Result, fault_point,
};
use tempfile::NamedTempFile;

use crate::{
    error::{changed, decoding, miscounted, no_files, of_arrow, of_io, of_parquet},
    types,
};

const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// How the names of unfinished files end.
const UNFINISHED: &str = ".sqlflow-unfinished";
/// The rows up to which row groups are read together.
const SLICE_ROWS: u64 = 65_536;

/// The files that `paths` name: each path's own in sorted order, the paths in theirs.
///
/// A file that is named twice is an error, since its rows would come twice.
pub(crate) fn list(paths: &[String]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let found = matching(path)?;
        if found.is_empty() {
            return Err(no_files(path));
        }
        files.extend(found);
    }
    let mut seen = HashSet::new();
    match files.iter().find(|file| !seen.insert(*file)) {
        None => Ok(files),
        Some(twice) => Err(Error::new(
            ErrorKind::Config,
            format!("option `path` names `{}` twice", twice.display()),
        )
        .with_remedy("name every file once")),
    }
}

fn matching(path: &str) -> Result<Vec<PathBuf>> {
    let literal = Path::new(path);
    if literal.is_dir() {
        return in_folder(literal);
    }
    if literal.exists() || !path.contains(['*', '?', '[']) {
        return Ok(vec![literal.to_owned()]);
    }
    let found = glob_with(path, MATCHING).map_err(|error| {
        Error::new(ErrorKind::Config, format!("`{path}` is not a glob")).caused_by(&error)
    })?;
    let files: Result<Vec<PathBuf>> =
        found.map(|file| file.map_err(|error| of_io(error.path(), error.error()))).collect();
    files.map(|files| files.into_iter().filter(|file| !file.is_dir()).collect())
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| of_io(folder, &error))? {
        let path = entry.map_err(|error| of_io(folder, &error))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "parquet") {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Tells whether a file is still the one that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// In bytes.
    pub(crate) size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    modified: u64,
}

impl Stamp {
    /// The stamp of an open file.
    pub(crate) fn of(path: &Path, file: &File) -> Result<Self> {
        let seen = file.metadata().and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
        let (size, modified) = seen.map_err(|error| of_io(path, &error))?;
        let since_1970 = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { size, modified: u64::try_from(since_1970.as_nanos()).unwrap_or(u64::MAX) })
    }
}

/// What is known of a Parquet file without reading its rows.
#[derive(Debug, Clone)]
pub(crate) struct Footer {
    /// Where the file is.
    pub(crate) path: PathBuf,
    /// The state of the file that the footer belongs to.
    pub(crate) stamp: Stamp,
    /// Row groups and columns, the columns in the types they are decoded to.
    pub(crate) metadata: ArrowReaderMetadata,
}

impl Footer {
    /// Reads the footer of an open file.
    pub(crate) fn read(path: &Path, file: &File) -> Result<Self> {
        let stamp = Stamp::of(path, file)?;
        let read = || read(file).map_err(|error| of_parquet(path, &error));
        let metadata = decoding(path, read)?;
        let footer = Self { path: path.to_owned(), stamp, metadata };
        if footer.is_sound() { Ok(footer) } else { Err(miscounted(path)) }
    }

    /// Whether the row groups have as many rows as the file.
    fn is_sound(&self) -> bool {
        let metadata = self.metadata.metadata();
        let mut counts = metadata.row_groups().iter().map(|group| group.num_rows());
        let sum =
            counts.try_fold(0_i64, |sum, rows| if rows < 0 { None } else { sum.checked_add(rows) });
        sum == Some(metadata.file_metadata().num_rows())
    }

    /// Rows in the file.
    pub(crate) fn rows(&self) -> u64 {
        count(self.metadata.metadata().file_metadata().num_rows())
    }

    /// What the footer notes under a key.
    pub(crate) fn note(&self, key: &str) -> Option<&str> {
        let notes = self.metadata.metadata().file_metadata().key_value_metadata()?;
        notes.iter().find(|note| note.key == key)?.value.as_deref()
    }

    /// The file cut into slices of whole row groups, in order. Small row groups are read
    /// together, so that opening a slice costs little beside reading it.
    pub(crate) fn slices(&self) -> Vec<Slice> {
        let mut slices: Vec<Slice> = Vec::new();
        for (index, group) in self.metadata.metadata().row_groups().iter().enumerate() {
            let rows = count(group.num_rows());
            let bytes = count(group.total_byte_size());
            match slices.last_mut().filter(|slice| slice.rows + rows <= SLICE_ROWS) {
                Some(slice) => slice.add(index, rows, bytes),
                None => slices.push(Slice { row_groups: vec![index], rows, bytes }),
            }
        }
        slices
    }
}

/// Row groups of one file that are read one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slice {
    /// Their numbers.
    pub(crate) row_groups: Vec<usize>,
    /// Rows in them.
    pub(crate) rows: u64,
    /// Bytes in them, all columns, not compressed.
    pub(crate) bytes: u64,
}

impl Slice {
    fn add(&mut self, row_group: usize, rows: u64, bytes: u64) {
        self.row_groups.push(row_group);
        self.rows += rows;
        self.bytes += bytes;
    }
}

/// Numbers in a footer are signed; negative ones are nonsense.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Opens a file for reading.
pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| of_io(path, &error))
}

fn read(file: &File) -> parquet::errors::Result<ArrowReaderMetadata> {
    // The Arrow schema that some writers embed would bring types which other readers of the same
    // file do not see (dictionaries, durations, fixed-size lists).
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(file, options.clone())?;
    let wanted = types::decoded_as(plain.parquet_schema(), plain.schema());
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options.with_schema(wanted))
}

/// The rows of one slice.
pub(crate) struct RowGroups {
    footer: Footer,
    file: File,
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
    /// For each column of the schema, its place among those decoded.
    order: Vec<usize>,
    /// Rows still to come.
    missing: u64,
    session: CancelToken,
    cancel: CancelToken,
}

impl RowGroups {
    /// Opens a slice: the columns of `schema` in its types. `file` is the open file of `footer`.
    pub(crate) fn open(
        (footer, file): (Footer, File),
        schema: SchemaRef,
        slice: Slice,
        batch_rows: usize,
        session: CancelToken,
    ) -> Result<Self> {
        let (roots, order) = places(footer.metadata.schema(), &schema)
            .map_err(|error| of_arrow(&footer.path, &error))?;
        let shared = file.try_clone().map_err(|error| of_io(&footer.path, &error))?;
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(shared, footer.metadata.clone())
                .with_projection(ProjectionMask::roots(footer.metadata.parquet_schema(), roots))
                .with_row_groups(slice.row_groups)
                .with_limit(usize::try_from(slice.rows).unwrap_or(usize::MAX))
                .with_batch_size(batch_rows);
        let build = || builder.build().map_err(|error| of_parquet(&footer.path, &error));
        let reader = decoding(&footer.path, build)?;
        let cancel = CancelToken::new();
        Ok(Self { footer, file, reader, schema, order, missing: slice.rows, session, cancel })
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let batch = decoding(&self.footer.path, || Ok(self.reader.next()))?;
        let Some(batch) = batch else { return self.end() };
        let batch = batch.and_then(|batch| self.yielded(&batch));
        let batch = batch.map_err(|error| of_arrow(&self.footer.path, &error))?;
        let rows = batch.num_rows() as u64;
        self.missing =
            self.missing.checked_sub(rows).ok_or_else(|| miscounted(&self.footer.path))?;
        Ok(Some(batch))
    }

    fn end(&self) -> Result<Option<RecordBatch>> {
        if Stamp::of(&self.footer.path, &self.file)? != self.footer.stamp {
            return Err(changed(&self.footer.path));
        }
        if self.missing > 0 { Err(miscounted(&self.footer.path)) } else { Ok(None) }
    }

    fn yielded(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let fields = self.schema.fields().iter().zip(&self.order);
        let columns: Result<Vec<ArrayRef>, ArrowError> = fields
            .map(|(field, place)| types::convert(batch.column(*place), field.data_type()))
            .collect();
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns?, &rows)
    }
}

impl BatchStream for RowGroups {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.session.check()?;
        self.cancel.check()?;
        self.next()
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

/// The places of the columns of `schema` in the file, and for each its place among those that are
/// decoded, which come in the file's order.
fn places(file: &SchemaRef, schema: &SchemaRef) -> Result<(Vec<usize>, Vec<usize>), ArrowError> {
    let wanted = schema.fields().iter().map(|field| file.index_of(field.name()));
    let roots = wanted.collect::<Result<Vec<usize>, ArrowError>>()?;
    let mut decoded = roots.clone();
    decoded.sort_unstable();
    decoded.dedup();
    let order = roots.iter().map(|root| decoded.partition_point(|seen| seen < root)).collect();
    Ok((decoded, order))
}

/// Makes the temporary file beside its place, locked for as long as it is written.
pub(crate) fn unfinished(place: &Path, token: &CommitToken) -> Result<NamedTempFile> {
    let folder = folder_of(place);
    make_folders(folder).map_err(|error| of_io(folder, &error))?;
    let prefix = prefix(place, token);
    let file = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(UNFINISHED)
        // As any program makes its files: the umask takes away what the user does not want.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder);
    let file = file.map_err(|error| of_io(place, &error))?;
    fault_point("file.created");
    match file.as_file().lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(of_io(place, &error)),
        _ => Ok(file),
    }
}

/// Makes an unfinished file the one at its place, durably and in one step.
pub(crate) fn publish(file: NamedTempFile, place: &Path) -> Result<()> {
    fault_point("file.syncing");
    file.as_file().sync_all().map_err(|error| of_io(place, &error))?;
    fault_point("file.renaming");
    file.persist(place).map_err(|error| of_io(place, &error.error))?;
    fault_point("file.renamed");
    sync_folder(folder_of(place)).map_err(|error| {
        of_io(place, &error).with_context("published", "yes, but a power cut may undo it")
    })
}

/// Removes the unfinished files that dead runs left for a place, but for those of live tokens.
pub(crate) fn sweep(place: &Path, live: &[CommitToken]) -> Result<()> {
    let folder = folder_of(place);
    let spared: Vec<String> = live.iter().map(|token| prefix(place, token)).collect();
    let ours = format!(".{}.", name_of(place));
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| of_io(folder, &error))?,
    };
    for entry in entries {
        let path = entry.map_err(|error| of_io(folder, &error))?.path();
        let name = name_of(&path);
        let left = name.starts_with(&ours) && name.ends_with(UNFINISHED);
        if left && !spared.iter().any(|prefix| name.starts_with(prefix)) {
            remove_if_dead(&path).map_err(|error| of_io(&path, &error))?;
        }
    }
    Ok(())
}

fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// How the name of an unfinished file begins.
fn prefix(place: &Path, token: &CommitToken) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let token: String = token.0.chars().map(plain).collect();
    format!(".{}.{token}.", name_of(place))
}

/// Makes a folder and those above it, each durable in the one above.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folders(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(above),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes an unfinished file, unless a process that lives still has it locked.
fn remove_if_dead(path: &Path) -> io::Result<()> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let file = match File::open(path) {
        Err(error) if gone(&error) => return Ok(()),
        file => file?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => fs::remove_file(path).or_else(|e| if gone(&e) { Ok(()) } else { Err(e) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn a_path_is_a_file_a_glob_or_a_folder() {
        let folder = folder_with(&[
            "b.parquet",
            "a.parquet",
            ".c.parquet",
            "d.csv",
            "e/f.parquet",
            "g[1].parquet",
        ]);
        let check = |paths: &[&str], expected: &[&str]| {
            let paths: Vec<String> =
                paths.iter().map(|path| format!("{}/{path}", folder.path().display())).collect();
            let found = list(&paths).unwrap();
            let found: Vec<&str> = found
                .iter()
                .map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap())
                .collect();
            assert_eq!(found, expected, "{paths:?}");
        };
        check(&[""], &["a.parquet", "b.parquet", "g[1].parquet"]);
        check(&["?.parquet"], &["a.parquet", "b.parquet"]);
        check(&["**/*.parquet"], &["a.parquet", "b.parquet", "e/f.parquet", "g[1].parquet"]);
        check(&["g[1].parquet"], &["g[1].parquet"]);
        check(&["e", "a.parquet"], &["e/f.parquet", "a.parquet"]);
        // Whether a plain name exists is found out when it is opened.
        check(&["none.parquet"], &["none.parquet"]);
    }

    #[test]
    fn a_path_that_matches_nothing_or_a_file_named_twice_is_an_error() {
        let folder = folder_with(&["a.parquet", "e/d.csv"]);
        let check = |paths: &[&str], kind: ErrorKind| {
            let paths: Vec<String> =
                paths.iter().map(|path| format!("{}/{path}", folder.path().display())).collect();
            let error = list(&paths).unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            assert!(error.remedy().is_some() || kind == ErrorKind::Config);
        };
        check(&["b*.parquet"], ErrorKind::NotFound);
        check(&["e"], ErrorKind::NotFound);
        check(&["a.parquet", "*.parquet"], ErrorKind::Config);
        check(&["a[.parquet"], ErrorKind::Config);
    }
}
