//! The README's commands work. A block that begins with three backticks and `console run` is given
//! to one `bash -ec`: its lines that begin with `$ `, and with `> ` where a command goes on. The
//! built `sqlflow` is first on the PATH; the status must be 0, the output is not compared.
//! `run` starts in a copy of the checkout's files, `run=repo` in the checkout itself, `run=fresh`
//! in an empty folder.
//! Mutation: misspell a command in such a block.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::markdown::{Fence, split};
use crate::tree::{root, tree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Copy,
    Checkout,
    Fresh,
}

#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    place: Place,
    script: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    split(markdown).1.iter().filter_map(block).collect()
}

fn block(fence: &Fence<'_>) -> Option<Block> {
    let mut words = fence.info.split_whitespace();
    let place = words.next().filter(|language| *language == "console").and(words.next())?;
    let place = match place {
        "run" => Place::Copy,
        "run=repo" => Place::Checkout,
        "run=fresh" => Place::Fresh,
        other => panic!("README.md:{}: `{other}` is no way to run a block", fence.line),
    };
    let typed =
        |line: &&str| line.strip_prefix("$ ").or(line.strip_prefix("> ")).map(str::to_owned);
    let commands: Vec<_> = fence.lines.iter().filter_map(typed).collect();
    Some(Block { line: fence.line, place, script: commands.join("\n") })
}

fn run(block: &Block) -> Output {
    let temporary = tempfile::tempdir().unwrap();
    let folder = match block.place {
        Place::Checkout => root(),
        Place::Fresh => temporary.path().to_owned(),
        Place::Copy => copied(&temporary),
    };
    let built = built();
    // The folder is the shell's $0, so that no path is quoted into the script.
    let script = format!("PATH=\"$0:$PATH\"\n{}", block.script);
    Command::new("bash")
        .args(["-ec", &script])
        .arg(&built)
        .env("SQLFLOW", built.join("sqlflow"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn copied(temporary: &TempDir) -> PathBuf {
    for path in tree().paths() {
        let copy = temporary.path().join(path);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(root().join(path), copy).unwrap();
    }
    temporary.path().to_owned()
}

/// The folder with the binary and the connectors: `target/release`, above that of the tests.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().to_owned()
}

#[test]
fn the_commands_of_the_readme_succeed() {
    let readme = tree().text("README.md").expect("there is no README.md");
    let blocks = blocks(readme);
    assert!(!blocks.is_empty(), "README.md has no block marked `console run`");
    let binary = built().join("sqlflow");
    assert!(binary.exists(), "no sqlflow yet: cargo build --release --workspace");
    for block in blocks {
        let output = run(&block);
        let said =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        let (line, script) = (block.line, &block.script);
        assert!(
            output.status.success(),
            "README.md:{line}: {}\n{script}\n{}",
            output.status,
            said.concat()
        );
    }
}

#[test]
fn marked_blocks_are_taken_and_others_left() {
    let text = "```console\n$ no\n```\n```sh run\n$ no\n```\n\
        ```console run=fresh\n$ cat <<'E' \\\n> a\nout\n$ b\n```\n```console run\n$ c\n```\n";
    let expect = [
        Block { line: 7, place: Place::Fresh, script: "cat <<'E' \\\na\nb".to_owned() },
        Block { line: 13, place: Place::Copy, script: "c".to_owned() },
    ];
    assert_eq!(blocks(text), expect);
}

#[test]
fn the_first_command_that_fails_ends_a_block() {
    let check = |place: Place, script: &str, expect: bool| {
        let output = run(&Block { line: 1, place, script: script.to_owned() });
        assert_eq!(output.status.success(), expect, "{script}: {output:?}");
    };
    check(Place::Fresh, "false\ntrue", false);
    check(Place::Fresh, "test -z \"$(ls -A)\"", true);
    check(Place::Copy, "test -x examples/quickstart/run.sh\ntest ! -e .git", true);
    check(Place::Checkout, "test -e Cargo.lock\ntest \"${PATH%%:*}\" = \"$0\"", true);
}
