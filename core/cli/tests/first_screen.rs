//! What a stranger meets first.

mod support;

use support::{Ended, Project};

#[test]
fn the_version_is_told_by_verb_and_by_option() {
    let expect = format!("sqlflow {}\n", env!("CARGO_PKG_VERSION"));
    for word in ["version", "--version", "-V"] {
        let ended = Project::empty().sqlflow(&[word]);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, expect.as_str()), "{word}");
    }
}

#[test]
fn the_first_screen_fits_a_screen_and_names_only_what_works() {
    let ended = Project::empty().sqlflow(&["--help"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stdout.lines().count() <= 24, "{}", ended.stdout);
    let first_words: Vec<&str> = ended
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .collect();
    let verbs = [
        "init", "run", "check", "plan", "query", "preview", "connect", "plugin", "help", "-h,",
        "-V,",
    ];
    assert_eq!(first_words, verbs);
}

/// Mutation: hide a verb that the screen's "More verbs" does not name.
#[test]
fn every_verb_is_listed_or_named_on_the_first_screen() {
    let script = Project::empty().sqlflow(&["completions", "bash"]).stdout;
    let help = Project::empty().sqlflow(&["--help"]).stdout;
    let verbs =
        script.lines().filter_map(|line| line.trim().strip_prefix("sqlflow,")?.strip_suffix(')'));
    let verbs: Vec<&str> = verbs.filter(|verb| !verb.contains(',')).collect();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        assert!(help.split([' ', ',', '\n']).any(|word| word == verb), "{verb}: {help}");
    }
}

#[test]
fn every_option_of_run_is_explained() {
    let ended = Project::empty().sqlflow(&["run", "-h"]);
    assert_eq!(ended.code, 0);
    let options = ["--profile", "--vars", "--plugin", "--locked", "--format", "--log", "--quiet"];
    for option in options {
        let line = ended.stdout.lines().find(|line| line.contains(option)).unwrap();
        assert!(line.split("  ").filter(|part| !part.trim().is_empty()).count() >= 2, "{line}");
    }
}

#[test]
fn a_mistake_on_the_command_line_ends_with_1_and_names_the_remedy() {
    let check = |args: &[&str], expect: &str| {
        let ended = Project::empty().sqlflow(args);
        assert_eq!(ended.code, 1, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expect), "{args:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{args:?}");
    };
    check(
        &["rnu"],
        "error[SF0001]: there is no `sqlflow rnu`\n  help: did you mean `sqlflow run`?",
    );
    check(&["xyzzy"], "help: `sqlflow --help` lists what there is");
    check(&["run", "--nonsense"], "'--nonsense'");
    check(&["run", "--log", "json", "--format", "json"], "cannot be used with");
    check(&["pipeline", "vlidate"], "did you mean `sqlflow pipeline validate`?");
    check(&["plugin", "lst"], "did you mean `sqlflow plugin list`?");
    check(&["completions", "tcsh"], "[possible values: bash, elvish, fish, powershell, zsh]");
    check(&[], "Usage: sqlflow <VERB>");
}

#[test]
fn a_verb_that_is_not_built_is_refused_by_name() {
    let check = |args: &[&str]| {
        let ended = Project::empty().sqlflow(args);
        let expect = format!("error[SF0002]: `sqlflow {}` is not supported yet", args.join(" "));
        assert!(ended.stderr.contains(&expect), "{args:?}: {}", ended.stderr);
        assert_eq!(ended.code, 1, "{args:?}");
    };
    let verbs = ["doctor", "rejects", "report", "state", "tests", "udf"];
    for verb in verbs {
        check(&[verb]);
    }
    for verb in ["check", "pack"] {
        check(&["plugin", verb]);
    }
}

#[test]
fn every_shell_gets_a_script_that_names_the_verbs() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = Project::empty().sqlflow(&["completions", shell]);
        assert_eq!(ended.code, 0, "{shell}");
        assert!(ended.stdout.contains("preview") && ended.stdout.contains("plugin"), "{shell}");
    }
}

#[test]
fn a_bash_script_is_taken_by_bash() {
    let project = Project::empty();
    project.write("sqlflow.bash", &project.sqlflow(&["completions", "bash"]).stdout);
    let status = std::process::Command::new("bash")
        .args(["-n", "sqlflow.bash"])
        .current_dir(project.path())
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn a_folder_that_is_gone_is_told() {
    let project = Project::empty();
    let script = format!(
        "mkdir gone && cd gone && rmdir ../gone && exec {} check",
        env!("CARGO_BIN_EXE_sqlflow")
    );
    let mut command = std::process::Command::new("sh");
    let ended =
        Ended::of(command.args(["-c", &script]).current_dir(project.path()).output().unwrap());
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.starts_with("error[SF0006]: "), "{}", ended.stderr);
}
