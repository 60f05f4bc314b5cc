//! What DuckDB calls. Neither a panic nor an error of ours crosses into it but as a text.

use std::any::Any;
use std::ffi::{CStr, CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use duckdb::ffi;

use super::FUNCTION;
use super::mount::{Mount, Registry};
use super::native::{Link, c_string};
use super::parts::Taken;
use super::pull::Pull;
use crate::scan::ScanError;

/// Makes the table function known to the database.
///
/// # Errors
/// Fails when DuckDB does not take it.
pub(crate) fn register(link: &Link, registry: &Arc<Registry>) -> Result<(), String> {
    let name = c_string(FUNCTION)?;
    let extra = Box::into_raw(Box::new(Arc::clone(registry)));
    // SAFETY: every handle is created here and destroyed here; DuckDB owns `extra` from the moment
    // it is set and frees it by the callback given; the callbacks are of the types it calls.
    let state = unsafe {
        let mut function = ffi::duckdb_create_table_function();
        let mut token = ffi::duckdb_create_logical_type(ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGINT);
        ffi::duckdb_table_function_set_name(function, name.as_ptr());
        ffi::duckdb_table_function_add_parameter(function, token);
        ffi::duckdb_table_function_set_extra_info(
            function,
            extra.cast(),
            Some(free::<Arc<Registry>>),
        );
        ffi::duckdb_table_function_set_bind(function, Some(bind));
        ffi::duckdb_table_function_set_init(function, Some(init));
        ffi::duckdb_table_function_set_local_init(function, Some(begin_thread));
        ffi::duckdb_table_function_set_function(function, Some(pull));
        ffi::duckdb_table_function_supports_projection_pushdown(function, true);
        let state = ffi::duckdb_register_table_function(link.0, function);
        ffi::duckdb_destroy_logical_type(&mut token);
        ffi::duckdb_destroy_table_function(&mut function);
        state
    };
    if state == ffi::DuckDBSuccess { Ok(()) } else { Err(format!("cannot register {FUNCTION}")) }
}

/// Tells DuckDB the columns of the scan that a token stands for.
unsafe extern "C" fn bind(info: ffi::duckdb_bind_info) {
    // SAFETY: DuckDB calls with its own live info; `extra` is the registry that `register` set.
    let outcome = contain(|| unsafe {
        let registry = &*ffi::duckdb_bind_get_extra_info(info).cast::<Arc<Registry>>();
        let mount = registry.get(token(info)).ok_or_else(gone)?;
        for column in &mount.columns {
            let name = c_string(column.name()).map_err(ScanError::new)?;
            let kind = column.logical_type().map_err(ScanError::new)?;
            ffi::duckdb_bind_add_result_column(info, name.as_ptr(), kind.0);
        }
        if let Some(rows) = mount.scan.estimated_rows() {
            ffi::duckdb_bind_set_cardinality(info, rows, false);
        }
        let data = Box::into_raw(Box::new(mount));
        ffi::duckdb_bind_set_bind_data(info, data.cast(), Some(free::<Arc<Mount>>));
        Ok(())
    });
    if let Err(error) = outcome {
        // SAFETY: the info is live; DuckDB copies the text.
        unsafe { ffi::duckdb_bind_set_error(info, message(&error).as_ptr()) };
    }
}

/// Opens the scan for one execution.
unsafe extern "C" fn init(info: ffi::duckdb_init_info) {
    // SAFETY: DuckDB calls with its own live info, after `bind` has set the mount.
    let mount = unsafe { &*ffi::duckdb_init_get_bind_data(info).cast::<Arc<Mount>>() };
    let outcome = contain(|| {
        // SAFETY: as above.
        let wanted = unsafe { wanted_columns(info) };
        let data = Box::new(Pull::open(Arc::clone(mount), &wanted)?);
        // SAFETY: as above; DuckDB owns the data from here on and frees it by the callback.
        unsafe {
            ffi::duckdb_init_set_max_threads(info, data.threads() as u64);
            ffi::duckdb_init_set_init_data(info, Box::into_raw(data).cast(), Some(free::<Pull>));
        }
        Ok(())
    });
    if let Err(error) = outcome {
        // SAFETY: the info is live; DuckDB copies the text.
        unsafe { ffi::duckdb_init_set_error(info, message(&error).as_ptr()) };
        mount.statement.fail(error);
    }
}

/// Gives a thread its own state, which DuckDB destroys when it has taken over the thread's rows.
unsafe extern "C" fn begin_thread(info: ffi::duckdb_init_info) {
    let taken = Box::into_raw(Box::<Taken>::default());
    // SAFETY: DuckDB calls with its own live info, owns the data from here on and frees it by the
    // callback.
    unsafe { ffi::duckdb_init_set_init_data(info, taken.cast(), Some(free::<Taken>)) };
}

/// Hands out the next rows, none at the end.
unsafe extern "C" fn pull(info: ffi::duckdb_function_info, output: ffi::duckdb_data_chunk) {
    // SAFETY: DuckDB calls with its own live info, after `init` has set the reading.
    let reading = unsafe { &*ffi::duckdb_function_get_init_data(info).cast::<Pull>() };
    // SAFETY: the thread's own state, which `begin_thread` set and no other thread sees.
    let taken = unsafe { &mut *ffi::duckdb_function_get_local_init_data(info).cast::<Taken>() };
    // SAFETY: DuckDB gives a chunk with one vector for each column that `init` was asked for.
    if let Err(error) = contain(|| unsafe { hand_out(reading, taken, output) }) {
        // SAFETY: the info is live; DuckDB copies the text.
        unsafe { ffi::duckdb_function_set_error(info, message(&error).as_ptr()) };
        reading.mount.statement.fail(error);
    }
}

/// # Safety
/// `output` must be a chunk with a vector of the right type for each output of the reading.
unsafe fn hand_out(
    reading: &Pull,
    taken: &mut Taken,
    output: ffi::duckdb_data_chunk,
) -> Result<(), ScanError> {
    let Some(batch) = reading.next(taken)? else {
        // SAFETY: the chunk is live.
        unsafe { ffi::duckdb_data_chunk_set_size(output, 0) };
        return Ok(());
    };
    for (at, place) in reading.outputs.iter().enumerate() {
        let array = Arc::clone(batch.column(*place));
        // SAFETY: the caller vouches for the chunk; `bind` gave the column's type.
        unsafe {
            let vector = ffi::duckdb_data_chunk_get_vector(output, at as u64);
            reading.column(*place).write(array, vector).map_err(ScanError::new)?;
        }
    }
    // SAFETY: the chunk is live, and a reading hands out no more rows than it takes.
    unsafe { ffi::duckdb_data_chunk_set_size(output, batch.num_rows() as u64) };
    Ok(())
}

/// # Safety
/// `info` must be live and the function's one parameter a BIGINT.
unsafe fn token(info: ffi::duckdb_bind_info) -> i64 {
    // SAFETY: the caller vouches for the parameter; the value is destroyed once.
    unsafe {
        let mut value = ffi::duckdb_bind_get_parameter(info, 0);
        let token = ffi::duckdb_get_int64(value);
        ffi::duckdb_destroy_value(&mut value);
        token
    }
}

/// # Safety
/// `info` must be live.
unsafe fn wanted_columns(info: ffi::duckdb_init_info) -> Vec<usize> {
    // SAFETY: the caller vouches for the info, and every index is below the count.
    let column = |at| unsafe { ffi::duckdb_init_get_column_index(info, at) };
    // SAFETY: the caller vouches for the info.
    let count = unsafe { ffi::duckdb_init_get_column_count(info) };
    (0..count).map(|at| usize::try_from(column(at)).unwrap_or(usize::MAX)).collect()
}

/// # Safety
/// `data` must have been boxed as a `T` and be freed here only.
unsafe extern "C" fn free<T>(data: *mut c_void) {
    // SAFETY: the caller vouches for it.
    let owned = unsafe { Box::from_raw(data.cast::<T>()) };
    // A connector's destructor that panics must not unwind into DuckDB.
    drop(catch_unwind(AssertUnwindSafe(|| drop(owned))));
}

fn contain<T>(act: impl FnOnce() -> Result<T, ScanError>) -> Result<T, ScanError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
}

fn panicked(payload: &(dyn Any + Send)) -> ScanError {
    let text = payload.downcast_ref::<&str>().copied();
    let reason = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    ScanError::new(format!("the stream panicked: {}", reason.unwrap_or("no reason given")))
}

fn gone() -> ScanError {
    ScanError::new("the scan behind this relation is not mounted any more; mount it again")
}

fn message(error: &ScanError) -> CString {
    let text = error.to_string().replace('\0', "\\0");
    CString::new(text).unwrap_or_else(|_| CStr::to_owned(c"a scan failed"))
}
