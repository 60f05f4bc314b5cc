use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow::{
    array::{RecordBatch, RecordBatchOptions, StructArray},
    datatypes::{DataType, Schema, SchemaRef},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type},
};
use sqlflow_plugin_abi::ArrowSchema;
use sqlflow_plugin_sdk::Result;

use super::{call::broken, shape};

/// The schema a plugin wrote, `None` where it left the place as it was.
pub(super) fn schema(written: &FFI_ArrowSchema) -> Result<Option<SchemaRef>> {
    // SAFETY: both types are the `ArrowSchema` of the C data interface, which marks a schema that
    // was not written by a null release.
    let release = unsafe { (*std::ptr::from_ref(written).cast::<ArrowSchema>()).release };
    if release.is_none() {
        return Ok(None);
    }
    contain(|| Schema::try_from(written))?
        .map(|schema| Some(Arc::new(schema)))
        .map_err(|error| broken("its schema cannot be read").caused_by(&error))
}

/// The batch of a stream of this schema. `validate` looks through its offsets, null counts, indexes
/// and texts, too; how long its buffers are only the plugin knows.
pub(super) fn batch(
    array: FFI_ArrowArray,
    schema: &SchemaRef,
    validate: bool,
) -> Result<RecordBatch> {
    let columns = schema.fields().len();
    if array.num_children() != columns {
        let message = format!("a batch has {} columns, not {columns}", array.num_children());
        return Err(broken(&message));
    }
    let row_type = DataType::Struct(schema.fields().clone());
    // SAFETY: both types are the interface's `ArrowArray`, of which the plugin says that it is one.
    unsafe { shape::check(std::ptr::from_ref(&array).cast(), &row_type) }
        .map_err(|what| broken(&format!("a batch {what}")))?;
    let options = RecordBatchOptions::new().with_row_count(Some(array.len()));
    let read = contain(|| {
        // SAFETY: the plugin says that the array is one of its schema; that is what trusting an
        // in-process plugin means.
        let data = unsafe { from_ffi_and_data_type(array, row_type) }?;
        if validate {
            data.validate_full()?;
        }
        let (_, columns, _) = StructArray::from(data).into_parts();
        RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
    });
    read?.map_err(|error| broken("a batch is not of its schema").caused_by(&error))
}

/// Arrow asserts some of what it reads through the interface.
fn contain<T>(read: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| broken("its Arrow structures are not whole"))
}
