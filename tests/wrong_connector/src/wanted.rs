//! Which rows a request wants.

use std::cmp::Ordering;

use serde_json::Value;
use sqlflow_plugin_sdk::{
    Comparison, Cursor, Error, ErrorKind, Filter, FilterSupport, ReadRequest, Result,
};

use crate::{
    cell::{Cell, Kind, Row, Table},
    fault,
};

/// How well a filter is evaluated: by the type of its column.
pub(crate) fn support(table: &Table, filter: &Filter) -> FilterSupport {
    let kind = table.position(&filter.column).map(|at| table.columns[at].1);
    match (kind, filter.comparison) {
        (_, Comparison::Unknown) if fault::is("unknown-filters-are-not-exact") => {
            FilterSupport::Exact
        }
        (_, Comparison::Unknown) | (None, _) => FilterSupport::Unsupported,
        (Some(Kind::Text), Comparison::Less) => FilterSupport::Unsupported,
        (Some(Kind::Text), _) => FilterSupport::Inexact,
        (Some(Kind::Int | Kind::Float), _) => FilterSupport::Exact,
    }
}

/// The rows of `table` that a request wants, in their order.
pub(crate) fn rows(table: &Table, rows: &[Row], request: &ReadRequest) -> Result<Vec<Row>> {
    let most = usize::try_from(request.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let too_early = fault::is("limit-counts-filtered-rows") && !request.filters.is_empty();
    let considered = if too_early { most } else { usize::MAX };
    let lost = fault::is("limit-loses-nothing") && request.filters.is_empty();
    let most = if lost { most.saturating_sub(1) } else { most };
    let mut found = Vec::new();
    for row in rows.iter().take(considered) {
        if found.len() < most && in_range(table, row, request.cursor.as_ref())? {
            let wanted = request.filters.iter().all(|filter| passes(table, row, filter));
            found.extend(wanted.then(|| row.clone()));
        }
    }
    Ok(found)
}

fn passes(table: &Table, row: &Row, filter: &Filter) -> bool {
    match support(table, filter) {
        FilterSupport::Unsupported => true,
        _ if filter.comparison == Comparison::Unknown => true,
        FilterSupport::Exact => fulfils(table, row, filter) && !is_lost(table, row, filter),
        FilterSupport::Inexact => {
            let lost = fault::is("inexact-filters-lose-nothing");
            // Every third row comes through whatever it holds.
            !lost && (fulfils(table, row, filter) || row[0] == Cell::Int(3))
        }
    }
}

/// Takes "at most" for "less than".
fn is_lost(table: &Table, row: &Row, filter: &Filter) -> bool {
    let equal = || {
        let at = table.position(&filter.column)?;
        Some(compare(&row[at], &filter.value)?.is_eq())
    };
    filter.comparison == Comparison::LessOrEqual
        && fault::is("exact-filters-are-exact")
        && equal().unwrap_or(false)
}

fn fulfils(table: &Table, row: &Row, filter: &Filter) -> bool {
    let Some(at) = table.position(&filter.column) else { return true };
    let cell = &row[at];
    match filter.comparison {
        Comparison::IsNull => *cell == Cell::Null,
        Comparison::IsNotNull => *cell != Cell::Null,
        Comparison::In => {
            let mut values = filter.value.as_array().into_iter().flatten();
            values.any(|value| compare(cell, value) == Some(Ordering::Equal))
        }
        comparison => compare(cell, &filter.value).is_some_and(|order| holds(comparison, order)),
    }
}

fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// `None` where either is NULL.
fn compare(cell: &Cell, value: &Value) -> Option<Ordering> {
    match cell {
        Cell::Null => None,
        Cell::Int(number) => Some(number.cmp(&value.as_i64()?)),
        Cell::Float(bits) => Some(f64::from_bits(*bits).total_cmp(&value.as_f64()?)),
        Cell::Text(text) => Some(text.as_str().cmp(value.as_str()?)),
    }
}

fn in_range(table: &Table, row: &Row, cursor: Option<&Cursor>) -> Result<bool> {
    let Some(cursor) = cursor else { return Ok(true) };
    let Some(at) = table.position(&cursor.column) else {
        let message = format!("there is no column `{}` to read from", cursor.column);
        return Err(Error::new(ErrorKind::Schema, message));
    };
    let number = |bound: &Option<Value>| bound.as_ref().and_then(Value::as_i64);
    let Cell::Int(value) = row[at] else { return Ok(false) };
    let back = match fault::is("lookback-reads-below-the-watermark") {
        true => 0,
        false => number(&cursor.lookback).unwrap_or(0),
    };
    let lower = number(&cursor.lower).map_or(i64::MIN, |lower| lower - back);
    let upper = number(&cursor.upper).unwrap_or(i64::MAX);
    let above = match back == 0 && fault::is("incremental-reads-from-the-watermark") {
        true => value > lower || cursor.lower.is_none(),
        false => value >= lower,
    };
    let below = match fault::is("incremental-reads-to-the-upper-bound") {
        true => value < upper,
        false => value <= upper,
    };
    Ok(above && below)
}
