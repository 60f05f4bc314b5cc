//! What leaves the engine is what was in it, or it is refused by name: every type that DuckDB has.
//!
//! Mutations: let an entry of `changes` in `duckdb/outgoing.rs` go, or `count_digits` return `Ok`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use arrow::array::AsArray;
use arrow::util::display::array_value_to_string;
use sqlflow_engine::{EngineError, EngineErrorKind, Session};
use support::session;

/// The first cell of a query as Arrow shows it.
fn cell(session: &mut dyn Session, sql: &str) -> Result<String, EngineError> {
    let mut rows = session.query(sql)?;
    let batch = rows.next()?.unwrap();
    Ok(array_value_to_string(batch.column(0), 0).unwrap())
}

fn refuses(value: &str, kind: &str) {
    let mut session = session();
    let session = session.as_mut();
    for value in [
        value.to_owned(),
        format!("[{value}]"),
        format!("{{'a': {value}}}"),
        format!("MAP {{'a': {value}}}"),
        format!("array_value({value})"),
    ] {
        let sql = format!("SELECT 1 AS one, {value} AS v");
        let error = session.query(&sql).map(drop).unwrap_err();
        let begin = format!("column \"v\" is a {kind}, which cannot leave the engine unchanged");
        assert!(error.message.starts_with(&begin), "{value}: {error}");
        assert_eq!(error.kind, EngineErrorKind::Unsupported);
        assert_eq!(session.bind_outgoing(&sql).unwrap_err().message, error.message);
        assert!(session.bind(&sql).is_ok(), "inside the engine {value} is at home");
    }
    // The remedy works.
    assert!(cell(session, &format!("SELECT {value}::VARCHAR AS v")).is_ok());
}

#[test]
fn types_whose_values_would_change_are_refused_at_any_depth() {
    refuses("'12:00:00+02'::TIMETZ", "TIME WITH TIME ZONE");
    refuses("'0101'::BIT", "BIT");
    refuses("1::UHUGEINT", "UHUGEINT");
    refuses("1::BIGNUM", "BIGNUM");
}

#[test]
fn whole_numbers_go_out_as_long_as_their_digits_fit() {
    let nines = "9".repeat(38);
    for digits in [nines.clone(), format!("-{nines}"), "0".to_owned()] {
        let mut session = session();
        assert_eq!(cell(session.as_mut(), &format!("SELECT {digits}::HUGEINT")).unwrap(), digits);
    }
    let more = format!("1{}", "0".repeat(38));
    for value in [format!("{more}::HUGEINT"), format!("[{{'a': -{more}::HUGEINT}}]")] {
        let mut session = session();
        let error = cell(session.as_mut(), &format!("SELECT {value} AS v")).unwrap_err();
        assert!(error.message.contains("a HUGEINT with a value of 39 digits"), "{error}");
    }
}

/// `test_all_types()` has a column of every type, with its least, its greatest and no value.
#[test]
fn no_type_of_duckdb_is_forgotten() {
    let mut session = session();
    let session = session.as_mut();
    let names = column_names(session);
    assert!(names.len() > 50, "{names:?}");
    let mut refused = Vec::new();
    for name in names {
        match session.query(&format!("SELECT \"{name}\" FROM test_all_types()")) {
            Err(error) => refused.push((name, error.kind)),
            Ok(mut rows) => while matches!(rows.next(), Ok(Some(_))) {},
        }
    }
    let names: Vec<&str> = refused.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["uhugeint", "bignum", "time_tz", "bit"]);
}

fn column_names(session: &mut dyn Session) -> Vec<String> {
    let mut rows =
        session.query("SELECT column_name FROM (DESCRIBE FROM test_all_types())").unwrap();
    let batch = rows.next().unwrap().unwrap();
    batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect()
}
