//! Mistakes in a project's files: text, JSON and annotations, with the exit code.

mod support;

use serde_json::json;
use support::Project;

const TWO_MISTAKES: &str =
    "engine: { type: duckdb, path: \":memory:\" }\nvarables: {}\nplugin: {}\n";

#[test]
fn misspelt_keys_are_shown_with_caret_and_suggestion_all_at_once() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT 1;")]);
    project.write("profiles/dev.yml", TWO_MISTAKES);
    let ended = project.sqlflow(&["check"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.stdout, "");
    let expect = "  error[SF0303]: a profile has no key `varables`
   ╭─[profiles/dev.yml:2:1]
 1 │ engine: { type: duckdb, path: \":memory:\" }
 2 │ varables: {}
   · ^^^^^^^^
 3 │ plugin: {}
   ╰────
  help: did you mean `variables`?

  error[SF0303]: a profile has no key `plugin`
   ╭─[profiles/dev.yml:3:1]
 2 │ varables: {}
 3 │ plugin: {}
   · ^^^^^^
   ╰────
  help: did you mean `plugins`?

2 errors in 1 file
`sqlflow explain SF0303` tells more
";
    assert_eq!(ended.stderr, expect);
}

#[test]
fn a_syntax_error_ends_with_2_and_points_at_its_place() {
    let project = Project::of(&[("a", "SET x = 1;\nLOAD t FROM;\n")]);
    for args in [&["run", "a"][..], &["check"], &["check", "a"], &["plan", "a"]] {
        let ended = project.sqlflow(args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("[pipelines/a.sf:2:12]"), "{args:?}: {}", ended.stderr);
        let end = "1 error in 1 file\n`sqlflow explain SF0103` tells more\n";
        assert!(ended.stderr.ends_with(end), "{args:?}: {}", ended.stderr);
    }
}

#[test]
fn json_findings_have_code_place_end_and_help() {
    let project = Project::of(&[]);
    project.write("profiles/dev.yml", TWO_MISTAKES);
    for args in [&["check"][..], &["run", "x"], &["plan", "x"]] {
        let ended = project.sqlflow(&[args, &["--format", "json"]].concat());
        assert_eq!(ended.code, 1);
        let document = ended.json();
        assert_eq!(document["exit_code"], 1, "{args:?}");
        assert_eq!(document["status"], "failed", "{args:?}");
        assert_eq!(document["findings"].as_array().unwrap().len(), 2, "{args:?}");
        let expect = json!({
            "code": "SF0303",
            "severity": "error",
            "message": "a profile has no key `varables`",
            "file": "profiles/dev.yml",
            "line": 2,
            "column": 1,
            "end": { "line": 2, "column": 9 },
            "label": null,
            "help": "did you mean `variables`?",
            "page": "docs/reference/errors/SF0303.md",
        });
        assert_eq!(document["findings"][0], expect, "{args:?}");
        assert_eq!(ended.stderr, "", "{args:?}");
    }
}

#[test]
fn github_gets_one_annotation_a_finding() {
    let project = Project::of(&[]);
    project.write("profiles/dev.yml", TWO_MISTAKES);
    let ended = project.sqlflow(&["check", "--format", "github"]);
    assert_eq!(ended.code, 1);
    let expect = "\
::error file=profiles/dev.yml,line=2,endLine=2,col=1,endColumn=9,title=SF0303::a profile has no key `varables`%0Ahelp: did you mean `variables`?
::error file=profiles/dev.yml,line=3,endLine=3,col=1,endColumn=7,title=SF0303::a profile has no key `plugin`%0Ahelp: did you mean `plugins`?
";
    assert_eq!(ended.stdout, expect);
}

#[test]
fn github_is_told_the_same_by_every_verb() {
    let project = Project::of(&[("a", "LOAD t FROM s;\n")]);
    let expect = "::error file=pipelines/a.sf,line=1,endLine=1,col=13,endColumn=14,title=SF0211::";
    for verb in ["check", "plan", "run"] {
        let ended = project.sqlflow(&[verb, "a", "--format", "github"]);
        assert_eq!(ended.code, 4, "{verb}: {ended:?}");
        assert!(ended.stdout.starts_with(expect), "{verb}: {}", ended.stdout);
        assert_eq!(ended.stdout.lines().count(), 1, "{verb}: {}", ended.stdout);
    }
}

#[test]
fn github_gets_the_warnings_and_the_failure_of_a_run() {
    let text = "SET v = '1';\nCREATE TABLE t AS SELECT ${v!raw} AS n, 'x' AS x;\n\
                CREATE TABLE u AS SELECT x::INTEGER AS x FROM t;\n";
    let project = Project::of(&[("a", text)]);
    let ended = project.sqlflow(&["run", "a", "--format", "github"]);
    assert_eq!(ended.code, 5, "{ended:?}");
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let [warning, error, last] = lines[..] else { panic!("{ended:?}") };
    assert!(warning.starts_with("::warning file=pipelines/a.sf,line=2,"), "{warning}");
    assert!(warning.contains("title=SF0219::"), "{warning}");
    assert!(error.starts_with("::error ") && error.contains("title=SF0506::"), "{error}");
    assert!(last.starts_with("failed  1/2 steps"), "{last}");
}

/// Nothing that a stranger writes into a file or its name becomes a command of a workflow, or
/// another property of the annotation. Mutation: `data` or `property` of render/github.rs leaves its
/// text as it is.
#[test]
fn hostile_names_and_texts_stay_in_their_annotation() {
    let name = "a,line=9::x%0A\n::error::b";
    let text = "SET a = 1;\nLOAD t FROM \"s%\r\n::set-env name=x::y\";\nLOAD t FROM \"q%0A::w\";\n";
    let project = Project::of(&[(name, text)]);
    for verb in ["check", "run", "plan"] {
        let ended = project.sqlflow(&[verb, &format!("pipelines/{name}.sf"), "--format", "github"]);
        let lines: Vec<&str> = ended.stdout.lines().collect();
        assert!(!lines.is_empty(), "{ended:?}");
        for line in lines {
            let place = "::error file=pipelines/a%2Cline=9%3A%3Ax%250A %3A%3Aerror%3A%3Ab.sf,line=";
            assert!(line.starts_with(place), "{verb}: {line}");
            let (properties, message) = line[2..].split_once("::").unwrap();
            assert!(properties.contains(",title=SF0"), "{verb}: {line}");
            assert!(message.contains("%0Ahelp: "), "{verb}: {line}");
        }
        assert!(ended.stdout.contains("%250A::w"), "{verb}: {}", ended.stdout);
    }
    let finding = &project.sqlflow(&["check", "--format", "json"]).json()["findings"][0];
    assert_eq!(finding["file"], format!("pipelines/{name}.sf"), "a program can open it");
}

#[test]
fn sql_that_does_not_bind_is_found_before_a_row_moves_and_ends_with_4() {
    let text = "CREATE TABLE t AS SELECT 1 AS name;\nCREATE TABLE u AS SELECT nme FROM t;\n";
    let project = Project::of(&[("a", text)]);
    for verb in ["check", "run"] {
        let ended = project.sqlflow(&[verb, "a"]);
        assert_eq!(ended.code, 4, "{verb}: {}", ended.stderr);
        assert!(ended.stderr.contains("[pipelines/a.sf:2:26]"), "{verb}: {}", ended.stderr);
    }
}

#[test]
fn a_missing_profile_and_a_missing_pipeline_name_those_there_are() {
    let project = Project::of(&[("daily", "CREATE TABLE t AS SELECT 1;")]);
    let check = |args: &[&str], expect: &str| {
        let ended = project.sqlflow(args);
        assert_eq!(ended.code, 1, "{args:?}");
        assert!(ended.stderr.contains(expect), "{args:?}: {}", ended.stderr);
    };
    check(&["run", "daily", "-p", "prod"], "error[SF0312]: there is no profile `prod`");
    check(&["run", "daily", "-p", "prod"], "there are: dev");
    check(&["run", "dialy"], "did you mean `daily`?");
    check(&["run"], "error[SF0003]: no pipeline was named\n  help: name one of: daily");
}

#[test]
fn an_escape_in_a_pipeline_does_not_reach_the_terminal() {
    let project = Project::of(&[("a", "BAD \u{1b}[31m\u{202e};\n")]);
    let ended = project.sqlflow(&["check"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("?[31m"), "{}", ended.stderr);
    let forbidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!ended.stderr.contains(forbidden), "{:?}", ended.stderr);
}

#[test]
fn colour_is_written_only_where_it_was_asked_for() {
    let project = Project::of(&[("a", "BAD;\n")]);
    let check = |name: &str, value: &str, expect: bool| {
        let output = project.command(&["check"]).env(name, value).output().unwrap();
        let coloured = output.stderr.contains(&0x1b);
        assert_eq!(coloured, expect, "{name}={value}: {}", String::from_utf8_lossy(&output.stderr));
    };
    check("CLICOLOR_FORCE", "1", true);
    check("NO_COLOR", "1", false);
    check("TERM", "xterm-256color", false);
}

#[test]
fn a_clean_project_has_no_findings_and_says_where_values_came_from() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT ${n|3} AS n, ${who} AS who;\n")]);
    let ended = project.sqlflow(&["check", "--vars", "who=Ada"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let expect = "\
ok  a  1 step
    n = 3  (the default in the reference)
    who = Ada  (--vars)
";
    assert_eq!(ended.stdout, expect);
    let document = project.sqlflow(&["check", "--vars", "who=Ada", "--format", "json"]).json();
    assert_eq!(document["findings"], json!([]));
    assert_eq!(document["status"], "ok");
}

#[test]
fn a_secret_of_the_environment_is_not_shown() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT '${TOKEN}' AS token;\n")]);
    for format in ["text", "json"] {
        let mut command = project.command(&["check", "--format", format]);
        let output = command.env("TOKEN", "hunter2").output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("TOKEN") && !text.contains("hunter2"), "{text}");
    }
}
