use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array,
        DictionaryArray, FixedSizeBinaryArray, Float64Array, Int64Array, LargeStringArray,
        ListArray, NullArray, RecordBatchOptions, StringArray, StringViewArray,
        TimestampMicrosecondArray,
    },
    datatypes::{Int32Type, Int64Type, Schema},
    ffi::from_ffi_and_data_type,
};

use super::*;

/// Every kind of column, each third value null where there are nulls.
fn batch(rows: usize) -> RecordBatch {
    let keep = |row: usize| row % 3 != 1;
    let whole = || (0..rows).map(|row| keep(row).then_some(row as i64));
    let text = || (0..rows).map(|row| keep(row).then(|| format!("text {row}")));
    let bytes = || text().map(|text| text.map(String::into_bytes));
    let lists = whole().map(|item| item.map(|item| vec![Some(item), None]));
    let fixed = bytes().map(|bytes| bytes.map(|_| [7_u8; 3]));
    let texts: Vec<Option<String>> = text().collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(whole().collect::<Int64Array>()),
        Arc::new((0..rows).map(|row| row as f64).collect::<Float64Array>()),
        Arc::new((0..rows).map(|row| keep(row).then_some(row % 2 == 0)).collect::<BooleanArray>()),
        Arc::new((0..rows).map(|row| Some(row % 2 == 0)).collect::<BooleanArray>()),
        Arc::new(text().collect::<StringArray>()),
        Arc::new(text().collect::<LargeStringArray>()),
        Arc::new(text().collect::<StringViewArray>()),
        Arc::new(BinaryArray::from_iter(bytes())),
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 3).unwrap()),
        Arc::new(whole().map(|day| day.map(|day| day as i32)).collect::<Date32Array>()),
        Arc::new(whole().collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Arc::new(whole().map(|n| n.map(i128::from)).collect::<Decimal128Array>()),
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists)),
        Arc::new(texts.iter().map(|text| text.as_deref()).collect::<DictionaryArray<Int32Type>>()),
        Arc::new(NullArray::new(rows)),
    ];
    let names = columns.into_iter().enumerate().map(|(n, column)| (n.to_string(), column));
    RecordBatch::try_from_iter_with_nullable(names.map(|(name, column)| (name, column, true)))
        .unwrap()
}

/// As arrow reads what was exported, with full validation.
fn imported(mut array: ArrowArray, schema: &Schema) -> StructArray {
    // SAFETY: both types are the `ArrowArray` of the C data interface, and it is one of the schema.
    let data = unsafe {
        let array = FFI_ArrowArray::from_raw((&raw mut array).cast());
        from_ffi_and_data_type(array, DataType::Struct(schema.fields().clone())).unwrap()
    };
    data.validate_full().unwrap();
    StructArray::from(data)
}

/// Mutations tried: the bitmap is not moved to its slice's begin; pointers begin at the batch's
/// own; each red.
#[test]
fn every_type_crosses_whole_and_in_slices() {
    let all = batch(100);
    for (from, rows) in [(0, 100), (0, 1), (8, 50), (3, 50), (64, 36), (99, 1), (50, 0)] {
        let slice = all.slice(from, rows);
        let read = imported(export(slice.clone()), slice.schema_ref());
        assert_eq!(read, StructArray::from(slice), "{rows} rows from {from}");
    }
}

#[test]
fn a_batch_without_columns_crosses_with_its_rows() {
    let schema = Arc::new(Schema::empty());
    let options = RecordBatchOptions::new().with_row_count(Some(5));
    let batch = RecordBatch::try_new_with_options(schema, Vec::new(), &options).unwrap();
    let mut array = export(batch);
    assert_eq!((array.length, array.n_children), (5, 0));
    // SAFETY: released once.
    unsafe { array.release.unwrap()(&raw mut array) };
    assert!(array.release.is_none());
}

/// Mutations tried: `release_batch` releases no columns; `release_column` drops nothing; each red.
#[test]
fn releasing_the_batch_frees_the_buffers() {
    let numbers = Int64Array::from(vec![1, 2, 3]);
    let buffer = numbers.values().inner().clone();
    let column: ArrayRef = Arc::new(numbers);
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let held = buffer.strong_count();
    let mut array = export(batch.clone());
    assert!(buffer.strong_count() > held);
    // SAFETY: released once.
    unsafe { array.release.unwrap()(&raw mut array) };
    assert_eq!(buffer.strong_count(), held);
    drop(batch);
    assert_eq!(buffer.strong_count(), 1);
}

/// The interface lets a reader move columns away and release the batch before them.
///
/// Mutation tried: a column holds nothing of its own; it is read after it was freed; red.
#[test]
fn a_column_that_was_moved_away_outlives_its_batch() {
    let all = batch(10);
    let kept = all.column(4).as_string::<i32>().clone();
    let mut array = export(all);
    // SAFETY: as the interface describes moving: a copy, and the original marked as released.
    let column = unsafe {
        let place = *array.children.add(4);
        let mut moved = ptr::read(place);
        (*place).release = None;
        array.release.unwrap()(&raw mut array);
        FFI_ArrowArray::from_raw((&raw mut moved).cast())
    };
    // SAFETY: the column is one of texts.
    let data = unsafe { from_ffi_and_data_type(column, DataType::Utf8) }.unwrap();
    assert_eq!(StringArray::from(data), kept);
}
