//! The library that is linked is the version the crate was written for.

#[test]
fn linked_library_is_the_pinned_version() {
    let connection = duckdb::Connection::open_in_memory().unwrap();
    let version: String = connection.query_row("SELECT version()", [], |row| row.get(0)).unwrap();
    assert_eq!(version, "v1.5.6");
}
