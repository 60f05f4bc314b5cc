//! Which files are meant.

use std::fs;
use std::path::{Path, PathBuf};

use sqlflow_profile::Project;

use crate::choose;
use crate::failure::Failure;
use crate::workspace_args::here;

/// How deep folders may nest.
const DEEPEST: usize = 16;

/// The files of these pipelines and folders, each once; of all pipelines where none is named.
pub(crate) fn named(names: &[String], project: &Project) -> Result<Vec<PathBuf>, Failure> {
    let all = project.pipelines();
    if names.is_empty() && all.is_empty() {
        return Err(choose::nothing(project));
    }
    let mut found = Vec::new();
    for name in if names.is_empty() { &all } else { names } {
        let folder = here()?.join(name);
        if folder.is_dir() {
            in_folder(&folder, 0, &mut found);
        } else {
            let path = project.pipeline_path(name);
            found.push(path.map_err(|error| unknown(name, &error))?);
        }
    }
    let mut once = Vec::new();
    for path in found {
        if !once.contains(&path) {
            once.push(path);
        }
    }
    Ok(once)
}

/// The `.sf` files below a folder, sorted. Hidden folders and links to folders are passed over.
fn in_folder(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() && !path.is_symlink() && !hidden && depth < DEEPEST {
            in_folder(&path, depth + 1, found);
        } else if path.is_file() && path.extension().is_some_and(|end| end == "sf") {
            found.push(path);
        }
    }
}

fn unknown(name: &str, error: &sqlflow_profile::ProjectError) -> Failure {
    let message = format!("there is no pipeline `{name}`");
    Failure::usage(error.code, message, error.help.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_pipelines_in_order_and_no_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["b.sf", "a/c.sf", ".hidden/d.sf", "e.txt"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let mut found = Vec::new();
        in_folder(folder.path(), 0, &mut found);
        assert_eq!(found, ["a/c.sf", "b.sf"].map(|path| folder.path().join(path)));
    }
}
