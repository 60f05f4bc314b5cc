//! Destinations opened on places of the fixture.

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, CommitToken, ConnectorKind, DestinationConnector, Error, ErrorKind,
    Place, Result, WriteMode, WriteReport, WriteRequest, Writer,
};

use crate::{
    Outcome, Trial,
    failure::{During, broken},
    fixture::filled_text,
    rows::{Rows, same_set},
    values,
};

/// A destination and one of its places.
pub(crate) struct Target<'a> {
    pub(crate) trial: &'a Trial<'a>,
    pub(crate) destination: Box<dyn DestinationConnector>,
    pub(crate) place: Place,
}

impl Trial<'_> {
    /// Opens the destination.
    pub(crate) fn open_destination(&self) -> Outcome<Box<dyn DestinationConnector>> {
        let config = &self.destination()?.config;
        let config = self.config(ConnectorKind::Destination, config, &[])?;
        Ok(self.subject.open_destination(&config, &CancelToken::new())?)
    }

    /// Opens the destination for a place of this name.
    pub(crate) fn target(&self, name: &str) -> Outcome<Target<'_>> {
        let place = self.place(name)?;
        Ok(Target { trial: self, destination: self.open_destination()?, place })
    }

    /// The place of this name.
    pub(crate) fn place(&self, name: &str) -> Outcome<Place> {
        let scratch = self.scratch.to_string_lossy();
        let words = [("scratch", scratch.as_ref()), ("name", name)];
        Ok(Place(filled_text(&self.destination()?.place, &words)))
    }

    /// The first mode that the manifest declares.
    pub(crate) fn first_mode(&self) -> Outcome<WriteMode> {
        match self.subject.manifest()?.destination.modes.first() {
            Some(mode) => Ok(*mode),
            None => broken("the manifest declares no write mode: `destination.modes` is empty"),
        }
    }

    /// Writes rows for an input to be read; returns the place.
    pub(crate) fn write_rows(&self, rows: &RecordBatch) -> Outcome<String> {
        let mut target = self.target("input")?;
        let mode = self.first_mode()?;
        target.publish(mode, "input-1", std::slice::from_ref(rows))?;
        Ok(target.place.0)
    }

    /// The rows at a place, `None` where there is nothing.
    pub(crate) fn read_back(&self, place: &Place) -> Outcome<Option<Rows>> {
        let input = self.back(&place.0)?;
        match self.open(&input).and_then(|mut opened| opened.read(&opened.request())) {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).during("reading back"),
        }
    }

    /// Fails unless exactly these rows are at a place, in whatever order.
    pub(crate) fn holds(&self, place: &Place, expected: &[RecordBatch]) -> Outcome {
        let Some(found) = self.read_back(place)? else { return broken("nothing is at the place") };
        let expected = Rows::of(expected);
        let schema = expected.whole()?.schema();
        same_set(&expected.cast_to(&schema)?.whole()?, &found.cast_to(&schema)?.whole()?)
    }

    /// Fails where anything is at a place.
    pub(crate) fn holds_nothing(&self, place: &Place) -> Outcome {
        match self.read_back(place)? {
            None => Ok(()),
            Some(rows) => broken(format!("{} rows are at the place", rows.count())),
        }
    }
}

impl Target<'_> {
    /// A write request.
    pub(crate) fn request(&self, mode: WriteMode, token: &str, schema: SchemaRef) -> WriteRequest {
        WriteRequest {
            place: self.place.clone(),
            mode,
            keys: vec![values::KEY.to_owned()],
            token: CommitToken(token.to_owned()),
            schema,
        }
    }

    /// Begins a write and stages these batches.
    pub(crate) fn stage(
        &mut self,
        mode: WriteMode,
        token: &str,
        batches: &[RecordBatch],
    ) -> Result<Box<dyn Writer>> {
        let schema = batches.first().map_or_else(values::people_schema, RecordBatch::schema);
        let mut writer = self.destination.begin(&self.request(mode, token, schema))?;
        for batch in batches {
            writer.write(batch.clone())?;
        }
        Ok(writer)
    }

    /// Writes and commits.
    pub(crate) fn publish(
        &mut self,
        mode: WriteMode,
        token: &str,
        batches: &[RecordBatch],
    ) -> Result<WriteReport> {
        self.stage(mode, token, batches)?.commit(&record(token, batches))
    }

    /// Fails unless exactly these rows are at the place.
    pub(crate) fn holds(&self, expected: &[RecordBatch]) -> Outcome {
        self.trial.holds(&self.place, expected)
    }
}

/// The commit record of these rows.
pub(crate) fn record(token: &str, batches: &[RecordBatch]) -> CommitRecord {
    let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
    CommitRecord { token: CommitToken(token.to_owned()), rows, watermark: None }
}

/// Whether a refusal is one that tells the user what does not go.
pub(crate) fn is_typed(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Config | ErrorKind::Schema | ErrorKind::Data | ErrorKind::Unsupported
    )
}
