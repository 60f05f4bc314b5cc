//! The commands of the README and of the pages in `PAGES` work. A block that begins with three
//! backticks and `console run` is given to one `bash -ec`: its lines that begin with `$ `, and with
//! `> ` where a command goes on. The built `sqlflow` is first on the PATH; the status must be 0, or
//! that of `exit=N`, the output is not compared. `run` starts in a copy of the checkout's files,
//! `run=repo` in the checkout itself, `run=fresh` in an empty folder, `run=on` in the folder of the
//! block before, with what that left.
//! Mutation: misspell a command in such a block.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::markdown::{Fence, split};
use crate::tree::{root, tree};

/// `docs/guide/write-a-connector.md` is executed by tests/authoring.
const PAGES: [&str; 5] = [
    "README.md",
    "docs/guide/pipelines.md",
    "docs/guide/migrating-from-sqlflow.md",
    "docs/guide/profiles-and-connections.md",
    "docs/guide/running-in-production.md",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Copy,
    Checkout,
    Fresh,
    /// Where the block before was.
    On,
}

#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    place: Place,
    exit: i32,
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
        "run=on" => Place::On,
        other => panic!("line {}: `{other}` is no way to run a block", fence.line),
    };
    let exit = words.next().map_or(0, |word| word.strip_prefix("exit=").unwrap().parse().unwrap());
    let typed =
        |line: &&str| line.strip_prefix("$ ").or(line.strip_prefix("> ")).map(str::to_owned);
    let commands: Vec<_> = fence.lines.iter().filter_map(typed).collect();
    Some(Block { line: fence.line, place, exit, script: commands.join("\n") })
}

/// Runs a block; `temporary` is the folder that the block before had.
fn run(block: &Block, temporary: &mut TempDir) -> Output {
    if block.place != Place::On {
        *temporary = tempfile::tempdir().unwrap();
    }
    let folder = match block.place {
        Place::Checkout => root(),
        Place::Fresh | Place::On => temporary.path().join("here"),
        Place::Copy => copied(&temporary.path().join("here")),
    };
    std::fs::create_dir_all(&folder).unwrap();
    let built = built();
    // The folder is the shell's $0, so that no path is quoted into the script.
    let script = format!("PATH=\"$0:$PATH\"\n{}", block.script);
    Command::new("bash")
        .args(["-ec", &script])
        .arg(&built)
        .env("SQLFLOW", built.join("sqlflow"))
        // What a block installs is not installed for whoever runs the tests.
        .env("XDG_DATA_HOME", temporary.path().join("data"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn copied(folder: &Path) -> PathBuf {
    for path in tree().paths() {
        let copy = folder.join(path);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(root().join(path), copy).unwrap();
    }
    folder.to_owned()
}

/// The folder with the binary and the connectors: `target/release`, above that of the tests.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().to_owned()
}

#[test]
fn the_commands_of_the_readme_and_the_guide_do_as_they_say() {
    let binary = built().join("sqlflow");
    assert!(binary.exists(), "no sqlflow yet: cargo build --release --workspace");
    for page in PAGES {
        let text = tree().text(page).unwrap_or_else(|| panic!("there is no {page}"));
        let blocks = blocks(text);
        assert!(!blocks.is_empty(), "{page} has no block marked `console run`");
        let mut temporary = tempfile::tempdir().unwrap();
        for block in blocks {
            let output = run(&block, &mut temporary);
            let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
            let (line, status, script) = (block.line, output.status, &block.script);
            let as_said = status.code() == Some(block.exit);
            assert!(as_said, "{page}:{line}: {status}\n{script}\n{}", said.concat());
        }
    }
}

#[test]
fn marked_blocks_are_taken_and_others_left() {
    let text = "```console\n$ no\n```\n```sh run\n$ no\n```\n\
        ```console run=fresh\n$ cat <<'E' \\\n> a\nout\n$ b\n```\n```console run=on exit=6\n$ c\n```\n";
    let expect = [
        Block { line: 7, place: Place::Fresh, exit: 0, script: "cat <<'E' \\\na\nb".to_owned() },
        Block { line: 13, place: Place::On, exit: 6, script: "c".to_owned() },
    ];
    assert_eq!(blocks(text), expect);
}

#[test]
fn the_first_command_that_fails_ends_a_block() {
    let mut temporary = tempfile::tempdir().unwrap();
    let mut check = |place: Place, script: &str, expect: bool| {
        let block = Block { line: 1, place, exit: 0, script: script.to_owned() };
        let output = run(&block, &mut temporary);
        assert_eq!(output.status.success(), expect, "{script}: {output:?}");
    };
    check(Place::Fresh, "false\ntrue", false);
    check(Place::Fresh, "test -z \"$(ls -A)\"; touch left", true);
    check(Place::On, "test -e left", true);
    check(Place::Copy, "test -x examples/quickstart/run.sh\ntest ! -e .git", true);
    check(Place::Checkout, "test -e Cargo.lock\ntest \"${PATH%%:*}\" = \"$0\"", true);
}
