//! Hands a batch over in the form of the Arrow C data interface: with about twenty allocations a
//! batch of ten columns, where arrow's own exporter makes eight a column.

use std::{ffi::c_void, ptr, sync::Arc};

use arrow::{
    array::{Array, ArrayData, RecordBatch, StructArray},
    buffer::{Buffer, NullBuffer},
    datatypes::DataType,
    ffi::FFI_ArrowArray,
};
use sqlflow_plugin_abi::ArrowArray;

/// What the arrays of one batch point to; each holds it until it is released.
struct Shared {
    /// Own the values.
    _columns: Vec<ArrayData>,
    /// Own the bitmaps of nulls, beginning where the values do.
    _nulls: Vec<Buffer>,
    /// The pointers of the batch itself, which has no bitmap, and behind it of each column.
    buffers: Vec<*const c_void>,
    /// One array a column, which whoever reads them may move away.
    children: *mut [ArrowArray],
    pointers: Vec<*mut ArrowArray>,
}

// SAFETY: the pointers lead to what is owned here and never written again, but for the arrays: each
// is written by whoever holds it, and that is one thread at a time.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` in `share`, and freed here only. Each array was released
        // or moved away: until then it holds what is dropped here.
        drop(unsafe { Box::from_raw(self.children) });
    }
}

/// The batch as one array of structs. Nested columns, and batches without rows, go through arrow's
/// own exporter.
pub(super) fn export(batch: RecordBatch) -> ArrowArray {
    if batch.num_rows() == 0 {
        // A slice of no rows would keep offsets into values that are not sent.
        let empty = RecordBatch::new_empty(batch.schema());
        return arrows_own(&StructArray::from(empty).to_data());
    }
    let columns = batch.num_columns();
    let mut parts = Parts {
        columns: Vec::with_capacity(columns),
        nulls: Vec::with_capacity(columns),
        buffers: Vec::with_capacity(1 + 3 * columns),
        children: Vec::with_capacity(columns),
    };
    // That of the batch itself: no row is null.
    parts.buffers.push(ptr::null());
    for column in batch.columns() {
        parts.add(column.to_data());
    }
    parts.share(batch.num_rows())
}

/// What a batch is made of before its pointers are known.
struct Parts {
    columns: Vec<ArrayData>,
    nulls: Vec<Buffer>,
    buffers: Vec<*const c_void>,
    /// The arrays, and where their pointers begin; arrow's own have theirs already.
    children: Vec<(ArrowArray, Option<usize>)>,
}

impl Parts {
    fn add(&mut self, column: ArrayData) {
        let nulls = column.nulls().map(|nulls| aligned(column.offset(), nulls));
        if !is_plain(column.data_type()) || nulls == Some(None) {
            return self.children.push((arrows_own(&column), None));
        }
        let nulls = nulls.flatten();
        self.children.push((plain(&column), Some(self.buffers.len())));
        self.buffers.push(nulls.as_ref().map_or(ptr::null(), pointer));
        self.buffers.extend(column.buffers().iter().map(pointer));
        self.nulls.extend(nulls);
        self.columns.push(column);
    }

    fn share(self, rows: usize) -> ArrowArray {
        let (children, starts): (Vec<ArrowArray>, Vec<Option<usize>>) =
            self.children.into_iter().unzip();
        let children = Box::into_raw(children.into_boxed_slice());
        let first = children.cast::<ArrowArray>();
        // SAFETY: the places lie within the slice.
        let pointers = (0..starts.len()).map(|index| unsafe { first.add(index) }).collect();
        let shared = Arc::new(Shared {
            _columns: self.columns,
            _nulls: self.nulls,
            buffers: self.buffers,
            children,
            pointers,
        });
        let buffers = shared.buffers.as_ptr().cast_mut();
        for (child, start) in shared.pointers.iter().zip(starts) {
            if let Some(start) = start {
                // SAFETY: the child lies in the slice, its pointers in `buffers`.
                unsafe {
                    (**child).buffers = buffers.add(start);
                    (**child).private_data = Arc::into_raw(Arc::clone(&shared)).cast_mut().cast();
                }
            }
        }
        whole(shared, rows)
    }
}

fn pointer(buffer: &Buffer) -> *const c_void {
    buffer.as_ptr().cast()
}

/// Whether columns of this type are a bitmap of nulls and buffers of values, and nothing else.
fn is_plain(kind: &DataType) -> bool {
    use DataType::{Binary, Boolean, FixedSizeBinary, LargeBinary, LargeUtf8, Utf8};
    let others = matches!(kind, Boolean | Utf8 | LargeUtf8 | Binary | LargeBinary);
    kind.is_primitive() || others || matches!(kind, FixedSizeBinary(_))
}

/// The bitmap as one that begins `offset` bits before its first value; `None` where none such is at
/// hand.
fn aligned(offset: usize, nulls: &NullBuffer) -> Option<Buffer> {
    match (offset, nulls.offset()) {
        (values, bits) if values == bits => Some(nulls.buffer().clone()),
        (0, bits) if bits % 8 == 0 => Some(nulls.buffer().slice(bits / 8)),
        _ => None,
    }
}

fn arrows_own(data: &ArrayData) -> ArrowArray {
    // SAFETY: both types are the `ArrowArray` of the C data interface, and it is moved.
    unsafe { std::mem::transmute::<FFI_ArrowArray, ArrowArray>(FFI_ArrowArray::new(data)) }
}

/// A column whose pointers are not known yet.
fn plain(column: &ArrayData) -> ArrowArray {
    ArrowArray {
        length: column.len() as i64,
        null_count: column.null_count() as i64,
        offset: column.offset() as i64,
        n_buffers: column.buffers().len() as i64 + 1,
        n_children: 0,
        buffers: ptr::null_mut(),
        children: ptr::null_mut(),
        dictionary: ptr::null_mut(),
        release: Some(release_column),
        private_data: ptr::null_mut(),
    }
}

fn whole(shared: Arc<Shared>, rows: usize) -> ArrowArray {
    ArrowArray {
        length: rows as i64,
        null_count: 0,
        offset: 0,
        n_buffers: 1,
        n_children: shared.pointers.len() as i64,
        buffers: shared.buffers.as_ptr().cast_mut(),
        children: shared.pointers.as_ptr().cast_mut(),
        dictionary: ptr::null_mut(),
        release: Some(release_batch),
        private_data: Arc::into_raw(shared).cast_mut().cast(),
    }
}

/// Frees the batch with the columns that were not moved away.
unsafe extern "C" fn release_batch(array: *mut ArrowArray) {
    // SAFETY: the caller passes an array that `whole` made, once. Its columns are there as long as
    // `shared` is.
    unsafe {
        let shared = Arc::from_raw((*array).private_data.cast::<Shared>());
        (*array).release = None;
        for child in &shared.pointers {
            if let Some(release) = (**child).release {
                release(*child);
            }
        }
    }
}

unsafe extern "C" fn release_column(array: *mut ArrowArray) {
    // SAFETY: the caller passes an array that `plain` made, once. It may lie in what is dropped,
    // and is not touched afterwards.
    unsafe {
        let shared = (*array).private_data.cast::<Shared>();
        (*array).release = None;
        drop(Arc::from_raw(shared));
    }
}

#[cfg(test)]
mod tests;
