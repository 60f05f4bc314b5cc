//! The files of the checkout, read once.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use walkdir::WalkDir;

/// Files by their path from the root, with `/`.
#[derive(Debug)]
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

#[derive(Debug)]
struct File {
    /// `None` where it is not UTF-8.
    text: Option<String>,
    executable: bool,
}

/// The checkout's files: those that git knows or would add, else all but `target` and `.git`.
pub(crate) fn tree() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| {
        let root = root();
        let paths = listed_by_git(&root).unwrap_or_else(|| found_on_disk(&root));
        Tree { files: paths.into_iter().filter_map(|path| read(&root, path)).collect() }
    });
    &TREE
}

/// The folder of the workspace, above the one that cargo starts tests in. A path fixed when this is
/// compiled would be wrong where checkouts share a target folder.
pub(crate) fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap();
    here.ancestors().find(|folder| folder.join("Cargo.lock").exists()).unwrap().to_owned()
}

impl Tree {
    /// A tree for a rule's own test; `*` after a path marks an executable, as `ls -F` does.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| {
            let file = File { text: Some(text.to_owned()), executable: path.ends_with('*') };
            (path.trim_end_matches('*').to_owned(), file)
        };
        Self { files: files.iter().map(file).collect() }
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files whose path ends so, with their text.
    pub(crate) fn texts(&self, ending: &str) -> impl Iterator<Item = (&str, &str)> {
        let text = |(path, file)| Some((String::as_str(path), File::text(file)?));
        self.files.iter().filter_map(text).filter(move |(path, _)| path.ends_with(ending))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(File::text)
    }

    pub(crate) fn is_executable(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|file| file.executable)
    }

    /// Whether there is such a file, or a folder that holds one.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.under(path).next().is_some()
    }

    /// The paths in a folder, from that folder.
    pub(crate) fn under(&self, folder: &str) -> impl Iterator<Item = &str> {
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.paths().filter_map(move |path| path.strip_prefix(&folder))
    }

    /// The folders directly in one.
    pub(crate) fn folders_in(&self, folder: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            self.under(folder).filter_map(|path| Some(path.split_once('/')?.0)).collect();
        names.dedup();
        names
    }
}

impl File {
    fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// Files that are not added yet are judged as well, so that the rules speak before the commit.
fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let listed = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(listed.split_terminator('\0').map(str::to_owned).collect())
}

fn found_on_disk(root: &Path) -> Vec<String> {
    let built = |name: &str| matches!(name, "target" | ".git" | "__pycache__");
    let entries = WalkDir::new(root).into_iter();
    let files = entries.filter_entry(|entry| !entry.file_name().to_str().is_some_and(built));
    let relative = |path: &Path| Some(path.strip_prefix(root).ok()?.to_str()?.to_owned());
    files
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| relative(entry.path()))
        .collect()
}

/// Nothing for a file that git still lists and the disk no longer has.
fn read(root: &Path, path: String) -> Option<(String, File)> {
    let place = root.join(&path);
    let executable = place.metadata().ok()?.permissions().mode() & 0o111 != 0;
    let text = String::from_utf8(std::fs::read(place).ok()?).ok();
    Some((path, File { text, executable }))
}

#[test]
fn git_and_the_disk_agree_on_the_manifests() {
    let root = root();
    let manifests = |paths: Vec<String>| -> Vec<_> {
        paths.into_iter().filter(|path| path.ends_with("/Cargo.toml")).collect()
    };
    let mut on_disk = manifests(found_on_disk(&root));
    on_disk.sort();
    let known: Vec<_> = tree().paths().filter(|path| path.ends_with("/Cargo.toml")).collect();
    assert!(known.len() > 10, "{known:?}");
    assert_eq!(known, on_disk);
}
