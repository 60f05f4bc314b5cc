//! What a batch declares of itself, before arrow believes it: arrow computes with these numbers and
//! follows these pointers.

use arrow::datatypes::DataType;
use sqlflow_plugin_abi::ArrowArray;

/// Far above any batch, and far below where counts of bits overflow.
const MOST_VALUES: i64 = 1 << 40;
const MOST_BUFFERS: i64 = 1 << 20;

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
    } else if !(least_buffers(of)..=MOST_BUFFERS).contains(&array.n_buffers) {
        Err("has not the buffers of its type")
    } else if array.n_buffers > 0 && array.buffers.is_null()
        || array.n_children > 0 && array.children.is_null()
    {
        Err("has no pointers to its buffers or columns")
    } else {
        Ok(())
    }
}

fn least_buffers(of: &DataType) -> i64 {
    match of {
        DataType::Null | DataType::RunEndEncoded(..) => 0,
        DataType::Struct(_) | DataType::FixedSizeList(..) | DataType::Union(..) => 1,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => 3,
        DataType::Utf8View | DataType::BinaryView => 3,
        DataType::ListView(_) | DataType::LargeListView(_) => 3,
        _ => 2,
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
