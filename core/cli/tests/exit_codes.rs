//! Each exit code that can occur, with a way to meet it. 8, a TEST that failed, comes with running
//! tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::Project;

/// What went wrong, how it is met, and the code.
struct Case {
    what: &'static str,
    profile: &'static str,
    pipeline: &'static str,
    args: &'static [&'static str],
    code: i32,
}

const MEMORY: &str = "engine: { path: ':memory:' }\n";
const GREEN: &str = "CREATE TABLE t AS SELECT 1 AS a;\n";
const RUN: &[&str] = &["run", "a"];
const TEST: &[&str] = &["connect", "test", "c"];

const fn case(
    what: &'static str,
    profile: &'static str,
    pipeline: &'static str,
    args: &'static [&'static str],
    code: i32,
) -> Case {
    Case { what, profile, pipeline, args, code }
}

const CASES: &[Case] = &[
    case("all went well", MEMORY, GREEN, RUN, 0),
    case("a clean check", MEMORY, GREEN, &["check"], 0),
    case("help", MEMORY, GREEN, &["run", "--help"], 0),
    case("no such verb", MEMORY, GREEN, &["rnu"], 1),
    case("no such option", MEMORY, GREEN, &["run", "--nope"], 1),
    case("no such pipeline", MEMORY, GREEN, &["run", "b"], 1),
    case("no such profile", MEMORY, GREEN, &["run", "a", "-p", "x"], 1),
    case("a wrong profile", "engin: {}\n", GREEN, RUN, 1),
    case("a profile that is no YAML", "engine: {\n", GREEN, RUN, 1),
    case("wrong variables", MEMORY, GREEN, &["run", "a", "--vars", "x"], 1),
    case("a secret that is not set", "engine: { path: \"${NOPE}\" }\n", GREEN, RUN, 1),
    case("no such connection", MEMORY, GREEN, TEST, 1),
    case("a pipeline that cannot be parsed", MEMORY, "LOAD t FROM;\n", RUN, 2),
    case("the same, checked", MEMORY, "LOAD t FROM;\n", &["check"], 2),
    case(
        "a source that cannot be reached",
        MEMORY,
        "SOURCE s TYPE in_memory PARAMS { \"table\": \"t\", \"rows\": [{\"a\": 1}], \"fault\": \"fail\", \
         \"fault_at\": \"schema\" };\nLOAD t FROM s;\n",
        RUN,
        3,
    ),
    case(
        "a connection that does not work",
        "connections: { c: { type: csv, params: { path: nowhere.csv } } }\n",
        GREEN,
        TEST,
        3,
    ),
    case("SQL that does not bind", MEMORY, "CREATE TABLE t AS SELECT a FROM u;\n", RUN, 4),
    case("the same, checked", MEMORY, "CREATE TABLE t AS SELECT a FROM u;\n", &["check"], 4),
    case(
        "an option that no connector has",
        MEMORY,
        "SOURCE s TYPE csv PARAMS { \"pth\": \"x\" };\n",
        &["plan", "a"],
        4,
    ),
    case(
        "a step that fails",
        MEMORY,
        "CREATE TABLE t AS SELECT 'x' AS a;\nCREATE TABLE u AS SELECT a::INTEGER FROM t;\n",
        RUN,
        5,
    ),
    case(
        "SQL that reads what is not allowed",
        MEMORY,
        "CREATE TABLE t AS SELECT * FROM read_text('/etc/hostname');\n",
        RUN,
        6,
    ),
    case(
        "a plugin that nobody pinned",
        MEMORY,
        "SOURCE s TYPE csv PARAMS { \"path\": \"x.csv\" };\nLOAD t FROM s;\n",
        &["run", "a", "--locked"],
        6,
    ),
    case(
        "more than the memory there is",
        "engine: { path: ':memory:', memory_limit: 20MB, threads: 1 }\n",
        "CREATE TABLE t AS SELECT list(i) AS l FROM range(20000000) AS r(i);\n",
        RUN,
        7,
    ),
];

/// Mutation tried: a failed item of a connection's report counts as passed; red.
#[test]
fn each_code_is_met_and_told_in_json_too() {
    for Case { what, profile, pipeline, args, code } in CASES {
        let project = Project::of(&[("a", pipeline)]);
        project.write("profiles/dev.yml", profile);
        let ended = project.sqlflow(args);
        assert_eq!(ended.code, *code, "{what}: {}{}", ended.stdout, ended.stderr);
        let takes_format = ["run", "check", "plan", "connect"].contains(&args[0]);
        if takes_format && !args.iter().any(|arg| ["--help", "--nope"].contains(arg)) {
            let json = project.sqlflow(&[args, &["--format", "json"][..]].concat());
            let document = json.json();
            assert_eq!(json.code, *code, "{what}: {document}");
            if args[0] != "plan" || *code != 0 {
                assert_eq!(document["exit_code"], *code, "{what}: {document}");
            }
        }
    }
}
