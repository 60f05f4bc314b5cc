//! One column on its way from Arrow to DuckDB.

use std::ptr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StructArray};
use arrow::datatypes::{Field, Fields, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use duckdb::ffi;

use super::exact::lost;
use super::native::{Link, text};
use super::types::{may_lose, refusal};

/// How to convert a column, found out once when its scan is mounted.
#[derive(Debug)]
pub(crate) struct Column {
    name: String,
    shape: Fields,
    may_lose: bool,
    converted: Converted,
    link: Arc<Link>,
}

impl Column {
    /// # Errors
    /// Fails, naming the column, when DuckDB cannot hold its type unchanged.
    pub(super) fn new(link: &Arc<Link>, field: &Field) -> Result<Self, String> {
        if let Some(reason) = refusal(field) {
            return Err(reason);
        }
        let shape = Fields::from(vec![field.clone().with_nullable(true)]);
        let converted = Converted::new(link, &shape)
            .map_err(|reason| format!("column \"{}\" cannot be read: {reason}", field.name()))?;
        Ok(Self {
            name: field.name().clone(),
            may_lose: may_lose(field.data_type()),
            shape,
            converted,
            link: Arc::clone(link),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The type that DuckDB gives the column.
    ///
    /// # Errors
    /// Fails when DuckDB cannot make an empty column of the type.
    pub(super) fn logical_type(&self) -> Result<LogicalType, String> {
        let empty = self.chunk(arrow::array::new_empty_array(self.shape[0].data_type()))?;
        // SAFETY: the chunk has one column and outlives the call; the type is ours to destroy.
        Ok(LogicalType(unsafe { ffi::duckdb_vector_get_column_type(empty.vector()) }))
    }

    /// # Errors
    /// Fails when a value is finer than DuckDB's type, which would cut it.
    pub(super) fn check(&self, array: &dyn Array) -> Result<(), String> {
        match self.may_lose.then(|| lost(array)).flatten() {
            None => Ok(()),
            Some(value) => Err(format!(
                "column \"{}\" holds {value}; let the connector round it or give it as text",
                self.name
            )),
        }
    }

    /// Makes `output` a view of the array, which lives for as long as DuckDB needs it.
    ///
    /// # Errors
    /// Fails when the array is of another type, or holds a value that DuckDB refuses.
    ///
    /// # Safety
    /// `output` must be a vector of DuckDB's that has this column's type.
    pub(super) unsafe fn write(
        &self,
        array: ArrayRef,
        output: ffi::duckdb_vector,
    ) -> Result<(), String> {
        let chunk = self.chunk(array)?;
        // SAFETY: both vectors have the column's type; the output shares ownership of the data.
        unsafe { ffi::duckdb_vector_reference_vector(output, chunk.vector()) };
        Ok(())
    }

    /// One column a chunk, since DuckDB ties the data's life to a chunk's first column only.
    fn chunk(&self, array: ArrayRef) -> Result<Chunk, String> {
        let row = StructArray::try_new(self.shape.clone(), vec![array], None)
            .map_err(|error| format!("column \"{}\": {error}", self.name))?;
        let mut exported = FFI_ArrowArray::new(&row.into_data());
        let mut chunk = Chunk(ptr::null_mut());
        // SAFETY: both crates lay ArrowArray out as the Arrow C interface does. DuckDB takes the
        // array's ownership (it clears `release`) and fills the chunk, or gives an error.
        let error = unsafe {
            ffi::duckdb_data_chunk_from_arrow(
                self.link.0,
                (&raw mut exported).cast(),
                self.converted.0,
                &mut chunk.0,
            )
        };
        // SAFETY: the error is DuckDB's and handed on once.
        unsafe { outcome(error) }
            .map_err(|reason| format!("column \"{}\": {reason}", self.name))?;
        Ok(chunk)
    }
}

#[derive(Debug)]
struct Converted(ffi::duckdb_arrow_converted_schema);

// SAFETY: DuckDB only reads a converted schema after it is made.
unsafe impl Send for Converted {}
// SAFETY: as above.
unsafe impl Sync for Converted {}

impl Converted {
    fn new(link: &Link, shape: &Fields) -> Result<Self, String> {
        let schema = Schema::new(shape.clone());
        let mut exported = FFI_ArrowSchema::try_from(&schema).map_err(|error| error.to_string())?;
        let mut converted = Self(ptr::null_mut());
        // SAFETY: both crates lay ArrowSchema out as the Arrow C interface does; DuckDB reads it,
        // leaves its ownership here and fills the handle, or gives an error.
        let error = unsafe {
            ffi::duckdb_schema_from_arrow(link.0, (&raw mut exported).cast(), &mut converted.0)
        };
        // SAFETY: the error is DuckDB's and handed on once.
        unsafe { outcome(error) }?;
        Ok(converted)
    }
}

impl Drop for Converted {
    fn drop(&mut self) {
        // SAFETY: the handle is null or ours, and destroyed here only.
        unsafe { ffi::duckdb_destroy_arrow_converted_schema(&mut self.0) };
    }
}

/// A type of DuckDB's.
pub(super) struct LogicalType(pub(super) ffi::duckdb_logical_type);

impl Drop for LogicalType {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and destroyed here only.
        unsafe { ffi::duckdb_destroy_logical_type(&mut self.0) };
    }
}

struct Chunk(ffi::duckdb_data_chunk);

impl Chunk {
    fn vector(&self) -> ffi::duckdb_vector {
        // SAFETY: a chunk made here has exactly one column.
        unsafe { ffi::duckdb_data_chunk_get_vector(self.0, 0) }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: the handle is null or ours, and destroyed here only.
        unsafe { ffi::duckdb_destroy_data_chunk(&mut self.0) };
    }
}

/// Turns DuckDB's error into ours and frees it.
///
/// # Safety
/// `error` must be null or an error of DuckDB's that nobody else frees.
unsafe fn outcome(mut error: ffi::duckdb_error_data) -> Result<(), String> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: the error is live until it is destroyed here, once.
    let message = unsafe { text(ffi::duckdb_error_data_message(error)) };
    // SAFETY: as above.
    unsafe { ffi::duckdb_destroy_error_data(&mut error) };
    Err(message)
}
