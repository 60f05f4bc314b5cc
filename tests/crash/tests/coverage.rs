//! Every named place is passed by a canonical pipeline: no order to kill comes to nothing.

use std::{collections::BTreeSet, fs};

use sqlflow_tests_crash::{CANONICAL, Project};

/// Places that no run of these pipelines passes, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("export.recovered", "no destination of these keeps a token longer than its process lives"),
    (
        "store.rebuilding",
        "passed by `runs rebuild` where what is kept beside a log differs from it",
    ),
    ("store.removing", "passed by `runs prune`"),
];

/// Entries of plugins that a kill is ordered at besides.
const ENTRIES: &[&str] = &[
    "destination.begin",
    "destination.open",
    "destination.recover",
    "file.created",
    "file.renamed",
    "file.renaming",
    "file.syncing",
    "plugin.descriptor",
    "reader.close",
    "source.schema",
    "source.open",
    "source.plan",
    "source.read",
    "stream.get_next",
    "writer.close",
    "writer.commit",
    "writer.write",
];

/// Mutation tried: a load that does not pass `load.owned`; red.
#[test]
fn every_place_is_passed_by_a_run_a_resume_or_named_here() {
    assert!(sqlflow_fault::ALL.len() >= 40, "{}", sqlflow_fault::ALL.len());
    let mut passed = BTreeSet::new();
    for pipeline in CANONICAL {
        let project = Project::new(pipeline);
        // Dies with a step committed that the log knows nothing of.
        let killed = project.start("step.committed@1=kill", "lease.beat=20ms").wait();
        passed.extend(killed.passes.into_iter().map(|(_, place)| place));
        let resumed = project.start("scan.handed=delay:5ms", "lease.beat=20ms").wait();
        assert_eq!(resumed.code, Some(0), "{}", resumed.err);
        passed.extend(resumed.passes.into_iter().map(|(_, place)| place));
        assert_eq!(project.result().verify(), [""; 0]);
        let killed = project.run("run.checked@1=kill");
        // With nobody left to tell, the run is not over: it is there to be given up.
        let killed = [killed, project.run("step.started@1=kill-both")];
        let fresh = project.start_with(&["run", pipeline.name, "--fresh"], "", "").wait();
        assert_eq!(fresh.code, Some(0), "{}", fresh.err);
        let runs = killed.into_iter().chain([fresh]);
        passed.extend(runs.flat_map(|ended| ended.passes).map(|(_, place)| place));
    }
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(place, _)| *place).collect();
    let of_core = sqlflow_fault::ALL.iter().filter(|place| !elsewhere.contains(*place));
    let dead: Vec<_> = of_core.chain(ENTRIES).filter(|place| !passed.contains(**place)).collect();
    assert_eq!(dead, [&""; 0], "no pipeline passes these");
    let stale: Vec<_> = elsewhere.iter().filter(|place| passed.contains(**place)).collect();
    assert_eq!(stale, [&""; 0], "these are passed after all");
}

/// Mutation tried: a place's meaning changed in the code alone; red.
#[test]
fn the_page_on_reliability_names_every_place_and_what_it_means() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let code = fs::read_to_string(format!("{root}/core/fault/src/points.rs")).unwrap();
    let page = fs::read_to_string(format!("{root}/docs/design/reliability.md")).unwrap();
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let row = |pair: &[&str]| {
        let meaning = pair[0].strip_prefix("/// ")?;
        let name = pair[1].strip_suffix("\";")?.split_once(" = \"")?.1;
        Some(format!("| `{name}` | {meaning} |"))
    };
    let rows: Vec<String> = lines.windows(2).filter_map(row).collect();
    assert_eq!(rows.len(), sqlflow_fault::ALL.len());
    let missing: Vec<_> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
    assert_eq!(missing, [""; 0]);
}
