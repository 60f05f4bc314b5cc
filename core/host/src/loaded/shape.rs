//! What a batch declares of itself, before arrow believes it: arrow computes with these numbers and
//! follows these pointers.

use std::ops::RangeInclusive;

use arrow::datatypes::{DataType, UnionMode};
use sqlflow_plugin_abi::{ArrowArray, ArrowSchema};

/// Far above any batch, and far below where counts of bits overflow.
const MOST_VALUES: i64 = 1 << 40;
const MOST_BUFFERS: i64 = 1 << 20;
const MOST_COLUMNS: i64 = 1 << 20;
/// How far types may be nested: arrow goes down by recursion.
const DEEPEST: usize = 64;

/// Checks a schema and everything below it; says what is wrong.
///
/// # Safety
///
/// As for [`check`].
pub(super) unsafe fn check_schema(schema: *const ArrowSchema) -> Result<(), &'static str> {
    // SAFETY: by this function's contract.
    unsafe { check_field(schema, DEEPEST) }
}

/// # Safety
///
/// As for [`check`].
unsafe fn check_field(field: *const ArrowSchema, depth: usize) -> Result<(), &'static str> {
    // SAFETY: by this function's contract.
    let Some(field) = (unsafe { field.as_ref() }) else { return Err("has a field that is null") };
    let deeper = depth.checked_sub(1).ok_or("is nested deeper than 64 types")?;
    if field.release.is_none() {
        return Err("has a field that was released");
    }
    if field.format.is_null() || !(0..=MOST_COLUMNS).contains(&field.n_children) {
        return Err("has a field without a type");
    }
    if field.n_children > 0 && field.children.is_null() {
        return Err("has no pointers to its fields");
    }
    for index in 0..usize::try_from(field.n_children).unwrap_or(0) {
        // SAFETY: there are as many children, and the pointer to them is not null.
        unsafe { check_field(*field.children.add(index), deeper) }?;
    }
    if field.dictionary.is_null() {
        return Ok(());
    }
    // SAFETY: by this function's contract.
    unsafe { check_field(field.dictionary, deeper) }
}

/// Checks an array of this type and everything below it; says what is wrong.
///
/// # Safety
///
/// `array` and what it points to are valid, but for the numbers and for null pointers.
pub(super) unsafe fn check(array: *const ArrowArray, of: &DataType) -> Result<(), &'static str> {
    // SAFETY: by this function's contract.
    let Some(array) = (unsafe { array.as_ref() }) else { return Err("has a column that is null") };
    if array.release.is_none() {
        return Err("has a column that was released");
    }
    check_numbers(array, of)?;
    // SAFETY: there are as many buffers, and the pointer to them is not null.
    unsafe { check_buffers(array, of) }?;
    let types = children(of);
    if usize::try_from(array.n_children) != Ok(types.len()) {
        return Err("has not the columns of its type");
    }
    for (index, of) in types.into_iter().enumerate() {
        // SAFETY: there are as many children, and the pointer to them is not null.
        unsafe { check(*array.children.add(index), of) }?;
    }
    match of {
        // SAFETY: by this function's contract.
        DataType::Dictionary(_, values) => unsafe { check(array.dictionary, values) },
        _ if !array.dictionary.is_null() => Err("has a dictionary its type does not have"),
        _ => Ok(()),
    }
}

fn check_numbers(array: &ArrowArray, of: &DataType) -> Result<(), &'static str> {
    let counts = 0..=MOST_VALUES;
    if !counts.contains(&array.length) || !counts.contains(&array.offset) {
        Err("has a length or offset that cannot be")
    } else if !(-1..=array.length).contains(&array.null_count) {
        Err("counts more nulls than values")
    } else if !buffers(of).contains(&array.n_buffers) {
        Err("has not the buffers of its type")
    } else if array.n_buffers > 0 && array.buffers.is_null()
        || array.n_children > 0 && array.children.is_null()
    {
        Err("has no pointers to its buffers or columns")
    } else {
        Ok(())
    }
}

/// # Safety
///
/// As for [`check`], after [`check_numbers`].
unsafe fn check_buffers(array: &ArrowArray, of: &DataType) -> Result<(), &'static str> {
    let count = usize::try_from(array.n_buffers).unwrap_or(0);
    // SAFETY: by this function's contract.
    let buffer = |index: usize| unsafe { *array.buffers.add(index) };
    let has_validity = count > 0 && !matches!(of, DataType::Union(..));
    if has_validity && array.null_count > 0 && buffer(0).is_null() {
        return Err("counts nulls and does not say which they are");
    }
    if !matches!(of, DataType::Utf8View | DataType::BinaryView) || count == 3 {
        return Ok(());
    }
    // The last buffer says how long those between the views and itself are.
    let sizes = buffer(count - 1).cast::<i64>();
    if sizes.is_null() {
        return Err("does not say how long its buffers are");
    }
    // SAFETY: by this function's contract.
    let size = |index: usize| unsafe { sizes.add(index).read_unaligned() };
    let are_sizes = (0..count - 3).all(|index| (0..=MOST_VALUES).contains(&size(index)));
    if are_sizes { Ok(()) } else { Err("has a buffer of a length that cannot be") }
}

/// How many buffers a type has: the views any number of them, the others exactly so many.
fn buffers(of: &DataType) -> RangeInclusive<i64> {
    match of {
        DataType::Null | DataType::RunEndEncoded(..) => 0..=0,
        DataType::Struct(_) | DataType::FixedSizeList(..) => 1..=1,
        DataType::Union(_, UnionMode::Sparse) => 1..=1,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => 3..=3,
        DataType::Utf8View | DataType::BinaryView => 3..=MOST_BUFFERS,
        DataType::ListView(_) | DataType::LargeListView(_) => 3..=3,
        _ => 2..=2,
    }
}

fn children(of: &DataType) -> Vec<&DataType> {
    match of {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => vec![field.data_type()],
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        _ => Vec::new(),
    }
}
