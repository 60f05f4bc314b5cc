//! What an open database lets SQL touch.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sqlflow_engine::{
    Database, DuckDb, Engine, EngineConfig, EngineErrorKind, Session, quote_literal,
};
use support::{engine, in_folder, kind, number, rows, session};

#[test]
fn the_linked_library_is_the_pinned_version() {
    let engine = engine(EngineConfig::default());
    assert_eq!((engine.name(), engine.version()), ("duckdb", "v1.5.6"));
}

#[test]
fn a_file_keeps_its_tables_and_its_parent_folders_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let config = EngineConfig {
        database: Database::File(folder.path().join("deep/er/w.duckdb")),
        ..EngineConfig::default()
    };
    let mut first = engine(config.clone()).session().unwrap();
    first.execute("CREATE TABLE t AS SELECT 42 AS n").unwrap();
    drop(first);
    let mut second = engine(config).session().unwrap();
    assert_eq!(number(&mut *second, "SELECT n FROM t"), 42);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = in_folder(folder.path());
    let file = folder.path().join("w.duckdb");
    let text = "id,name\n1,ana\n".repeat(1_000);
    fs::write(&file, &text).unwrap();
    let error = DuckDb::open(&config).unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::NotADatabase, "{}", error.message);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_file_open_in_this_process_is_locked_until_its_last_session_closes() {
    let folder = tempfile::tempdir().unwrap();
    let config = in_folder(folder.path());
    symlink(folder.path(), folder.path().join("again")).unwrap();
    let by_link = EngineConfig {
        database: Database::File(folder.path().join("again/w.duckdb")),
        ..config.clone()
    };
    let session = engine(config.clone()).session().unwrap();
    for config in [&config, &by_link] {
        let error = DuckDb::open(config).unwrap_err();
        let holder = format!("this process (PID {})", std::process::id());
        assert_eq!(error.kind, EngineErrorKind::Locked { holder });
    }
    drop(session);
    DuckDb::open(&by_link).unwrap();
}

/// A project with `data/` allowed and `profiles/`, `.env` and `data-private/` beside it.
fn project(root: &Path) -> Box<dyn Session> {
    for folder in ["data", "data-private", "profiles"] {
        fs::create_dir(root.join(folder)).unwrap();
        fs::write(root.join(folder).join("a.csv"), "x\n1\n").unwrap();
    }
    fs::write(root.join(".env"), "TOKEN=hush\n").unwrap();
    symlink(root.join("profiles"), root.join("data/folder_link")).unwrap();
    symlink(root.join(".env"), root.join("data/file_link.csv")).unwrap();
    let config = EngineConfig {
        allowed_directories: vec![root.join("data")],
        temp_directory: Some(root.join("spill")),
        ..EngineConfig::default()
    };
    engine(config).session().unwrap()
}

#[test]
fn sql_reads_and_writes_inside_the_allowed_folders() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut session = project(folder.path());
    let file = |name: &str| quote_literal(data.join(name).to_str().unwrap());
    assert_eq!(rows(&mut *session, &format!("FROM read_csv({})", file("a.csv"))), ["1"]);
    session.execute(&format!("COPY (SELECT 7 AS n) TO {}", file("out.parquet"))).unwrap();
    assert_eq!(rows(&mut *session, &format!("FROM {}", file("out.parquet"))), ["7"]);
    session.execute(&format!("ATTACH {} AS other", file("other.duckdb"))).unwrap();
    session.execute("CREATE TABLE other.t AS SELECT 8 AS n").unwrap();
    assert_eq!(rows(&mut *session, "FROM other.t"), ["8"]);
}

#[test]
fn sql_touches_nothing_outside_the_allowed_folders() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = project(folder.path());
    let root = folder.path().display();
    let refused = [
        format!("FROM read_csv('{root}/profiles/a.csv')"),
        format!("FROM '{root}/data-private/a.csv'"),
        format!("FROM '{root}/data/../profiles/a.csv'"),
        format!("FROM '{root}/data/folder_link/a.csv'"),
        format!("FROM read_text('{root}/data/file_link.csv')"),
        format!("FROM read_text('{root}/.env')"),
        format!("FROM read_text('{root}/*')"),
        format!("FROM glob('{root}/*')"),
        "FROM read_blob('/proc/self/environ')".to_owned(),
        "FROM sniff_csv('/etc/passwd')".to_owned(),
        "FROM read_csv('/dev/stdin')".to_owned(),
        format!("ATTACH '{root}/other.duckdb'"),
        format!("ATTACH '{root}/data/folder_link/other.duckdb'"),
        format!("COPY (SELECT 1) TO '{root}/out.csv'"),
        format!("COPY (SELECT 1) TO '{root}/data/folder_link/out.csv'"),
        format!("EXPORT DATABASE '{root}/out'"),
        format!("IMPORT DATABASE '{root}/out'"),
        "INSTALL httpfs".to_owned(),
        "LOAD httpfs".to_owned(),
        format!("LOAD '{root}/data/x.duckdb_extension'"),
        "SET lock_configuration = false".to_owned(),
        "SET enable_external_access = true".to_owned(),
        "SET allowed_directories = ['/']".to_owned(),
        "SET temp_directory = '/tmp'".to_owned(),
        format!("SET profiling_output = '{root}/out'"),
        format!("PRAGMA profile_output = '{root}/out'"),
        format!("SET log_query_path = '{root}/out'"),
        "RESET lock_configuration".to_owned(),
    ];
    session.execute("CREATE TABLE t AS SELECT 1 AS n").unwrap();
    for sql in refused {
        assert_eq!(kind(&mut *session, &sql), EngineErrorKind::Permission, "{sql}");
    }
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [".env", "data", "data-private", "profiles"]);
    assert_eq!(fs::read_dir(folder.path().join("profiles")).unwrap().count(), 1);
}

#[test]
fn without_allowed_folders_no_file_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, "x\n1\n").unwrap();
    let sql = format!("FROM '{}'", file.display());
    assert_eq!(kind(&mut *session(), &sql), EngineErrorKind::Permission);
}

#[test]
fn a_persistent_secret_cannot_be_stored() {
    let sql = "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')";
    session().execute(sql).unwrap_err();
}

#[test]
fn a_sort_larger_than_the_memory_limit_spills_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let config = EngineConfig { memory_limit: Some("64MB".to_owned()), ..in_folder(folder.path()) };
    let engine = engine(config);
    let mut session = engine.session().unwrap();
    session
        .execute("CREATE TABLE t AS SELECT hash(range) AS h, range AS n FROM range(6000000)")
        .unwrap();
    session.execute("CREATE TABLE s AS SELECT h, n FROM t ORDER BY h").unwrap();
    assert_eq!(number(&mut *session, "SELECT sum(n) FROM s"), 5_999_999 * 3_000_000);
    assert!(folder.path().join("spill").is_dir());
}

#[test]
fn times_are_told_in_utc_whatever_the_machine_says() {
    let told = rows(&mut *session(), "SELECT '2024-07-01 12:00:00+02'::TIMESTAMPTZ");
    assert_eq!(told, ["2024-07-01 10:00:00+00"]);
}

/// A file that DuckDB has begun to make can never be opened. Mutation: the database opened at its
/// place at once; what is beside it is then left there.
#[test]
fn a_new_file_is_made_aside_and_what_dead_processes_began_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join(".new.duckdb.4194999.new");
    std::fs::write(&left, "half a header").unwrap();
    let database = Database::File(folder.path().join("new.duckdb"));
    drop(DuckDb::open(&EngineConfig { database, ..EngineConfig::default() }).unwrap());
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    let names: Vec<_> = names.iter().map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["new.duckdb"]);
}
