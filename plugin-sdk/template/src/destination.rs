//! Writes a CSV file. Put what your connector writes to in its place.

use std::{fs, fs::File, io, path::Path, path::PathBuf};

use serde::Deserialize;
use sqlflow_plugin_sdk::arrow::array::{Array, AsArray, RecordBatch};
use sqlflow_plugin_sdk::arrow::{compute, csv, datatypes::DataType};
use sqlflow_plugin_sdk::{
    CheckReport, CommitRecord, CommitToken, ConfigSpec, DestinationConnector, Error, ErrorKind,
    Field, Host, OpenDestination, Place, Result, WriteMode, WriteReport, WriteRequest, Writer,
};

sqlflow_plugin_sdk::export_plugin!(destination: Destination);

/// The settings, named as in the spec.
#[derive(Debug, Deserialize)]
pub(crate) struct Destination {
    null: String,
}

impl OpenDestination for Destination {
    type Config = Self;
    fn spec() -> ConfigSpec {
        ConfigSpec::new([Field::text("null", "The text that stands for NULL.").default("\\N")])
    }
    fn open(config: Self, _host: Host) -> Result<Self> {
        Ok(config)
    }
}

impl DestinationConnector for Destination {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(CheckReport::default().passed("settings", "there is nothing to connect to"))
    }
    /// The rows are staged beside the place: renaming the file then publishes all of them at once.
    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        if request.mode != WriteMode::Replace {
            return Err(Error::unsupported("a mode other than replace"));
        }
        if let Some(field) = request
            .schema
            .fields()
            .iter()
            .find(|field| !is_text(field.data_type()))
        {
            let message = format!("column `{}` has no form in a CSV file", field.name());
            return Err(
                Error::new(ErrorKind::Unsupported, message).with_remedy("CAST it to VARCHAR")
            );
        }
        let place = PathBuf::from(&request.place.0);
        let staged = place.with_file_name(staged_name(&place, &request.token));
        fs::create_dir_all(place.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        let staged = StagedFile(staged);
        let file = File::create(&staged.0).map_err(failed)?;
        let null = self.null.clone();
        let mut rows = csv::WriterBuilder::new()
            .with_null(null.clone())
            .build(file);
        rows.write(&RecordBatch::new_empty(request.schema.clone()))
            .map_err(unwritable)?;
        Ok(Box::new(Staged {
            rows,
            written: 0,
            null,
            staged,
            place,
        }))
    }
    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        let place = Path::new(&place.0);
        let live: Vec<String> = live.iter().map(|token| staged_name(place, token)).collect();
        let [start, end] = around_token(place);
        let folder = fs::read_dir(place.parent().unwrap_or(Path::new(".")));
        for entry in folder.into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&start) && name.ends_with(&end) && !live.contains(&name) {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }
}

struct Staged {
    rows: csv::Writer<File>,
    written: u64,
    null: String,
    staged: StagedFile,
    place: PathBuf,
}

/// A file that is gone once nobody writes it any more; a committed one has moved to its place.
struct StagedFile(PathBuf);

impl Drop for StagedFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Writer for Staged {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        if batch
            .columns()
            .iter()
            .any(|column| holds(column, &self.null))
        {
            let message = format!("a text is `{}`, which stands for NULL", self.null);
            return Err(Error::new(ErrorKind::Data, message).with_remedy("choose another `null`"));
        }
        self.written += batch.num_rows() as u64;
        self.rows.write(&batch).map_err(unwritable)
    }
    fn commit(self: Box<Self>, _record: &CommitRecord) -> Result<WriteReport> {
        let Self {
            rows,
            written,
            staged,
            place,
            ..
        } = *self;
        rows.into_inner().sync_all().map_err(failed)?;
        fs::rename(&staged.0, &place).map_err(failed)?;
        let places = vec![place.display().to_string()];
        Ok(WriteReport {
            rows: written,
            places,
            ..WriteReport::default()
        })
    }
    fn abort(self: Box<Self>) -> Result<()> {
        fs::remove_file(&self.staged.0).map_err(failed)
    }
}

/// Whether a column of texts holds this one.
fn holds(column: &dyn Array, text: &str) -> bool {
    if !column.data_type().is_string() {
        return false;
    }
    let texts = compute::cast(column, &DataType::Utf8);
    texts.is_ok_and(|texts| {
        texts
            .as_string::<i32>()
            .iter()
            .any(|found| found == Some(text))
    })
}

fn is_text(data_type: &DataType) -> bool {
    let other = data_type.is_nested() || data_type.is_binary();
    !other && !matches!(data_type, DataType::Interval(_) | DataType::Duration(_))
}

fn staged_name(place: &Path, token: &CommitToken) -> String {
    let token = token.0.replace(|sign: char| !sign.is_alphanumeric(), "_");
    around_token(place).join(&token)
}

fn around_token(place: &Path) -> [String; 2] {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    [format!(".{name}."), ".sqlflow.tmp".to_owned()]
}

fn failed(error: io::Error) -> Error {
    let failed = Error::new(ErrorKind::Unavailable, "the file cannot be written");
    failed
        .with_remedy("look for space and rights in its folder")
        .caused_by(&error)
}

fn unwritable(error: sqlflow_plugin_sdk::arrow::error::ArrowError) -> Error {
    Error::new(ErrorKind::Data, "the rows cannot be written").caused_by(&error)
}

#[cfg(test)]
mod tests;
