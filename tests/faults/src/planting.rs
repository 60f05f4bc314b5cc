//! Faults are put into a sound project, with what a check has to find.

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::{How, Kind, Phase, Scene};
use crate::marks::{self, Place};
use crate::project::{PROFILE, Project, Sketch};
use crate::random::Random;

/// A finding that a check has to make.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// The file, from the project's folder.
    pub file: String,
    /// Where the planted text begins: where the finding points.
    pub start: Place,
    /// Where the planted text ends: the finding ends here or before.
    pub end: Place,
    /// The code.
    pub code: &'static str,
    /// What was planted.
    pub kind: &'static str,
}

/// A project with faults.
#[derive(Debug)]
pub struct Planted {
    /// The project.
    pub project: Project,
    /// What has to be found, and nothing else.
    pub expected: Vec<Expected>,
    /// What `check` has to exit with.
    pub exit: i32,
}

/// Plants faults of these kinds into a project made from the seed. Those of one phase may meet in
/// one pipeline; those of different ones are put into different pipelines, since an earlier phase
/// hides the later ones.
///
/// # Panics
///
/// The kinds do not go together: in the profile and elsewhere.
#[must_use]
pub fn plant(seed: u64, kinds: &[&'static Kind]) -> Planted {
    let made = (0..200).find_map(|attempt| Garden::new(seed * 1_000 + attempt).plant(kinds));
    made.unwrap_or_else(|| panic!("{:?} do not fit", kinds.iter().map(|kind| kind.name)))
}

/// A project that faults are being put into.
struct Garden {
    project: Project,
    random: Random,
    /// The phase that the faults of a pipeline belong to.
    phases: BTreeMap<String, Phase>,
    /// Pipelines that have a changed statement, or something at their end: room for one of each.
    changed: BTreeSet<String>,
    appended: BTreeSet<String>,
    /// Kind and file of each fault, by its number; and the pipeline.
    planted: Vec<(&'static Kind, String, Option<String>)>,
}

impl Garden {
    fn new(seed: u64) -> Self {
        Self {
            project: Project::sound(seed),
            random: Random::new(seed ^ 0xfa),
            phases: BTreeMap::new(),
            changed: BTreeSet::new(),
            appended: BTreeSet::new(),
            planted: Vec::new(),
        }
    }

    /// `None` where the project has no room for one of them.
    fn plant(mut self, kinds: &[&'static Kind]) -> Option<Planted> {
        for kind in kinds {
            self.plant_one(kind)?;
        }
        let expected = self.planted.iter().enumerate().map(|(number, (kind, file, _))| {
            let text = &self.project.texts[file];
            let (start, end) = marks::places(text, &number.to_string()).expect("it was planted");
            Expected { file: file.clone(), start, end, code: kind.code, kind: kind.name }
        });
        let mut expected: Vec<Expected> = expected.collect();
        expected.sort();
        let exit = self.exit();
        Some(Planted { project: self.project, expected, exit })
    }

    fn plant_one(&mut self, kind: &'static Kind) -> Option<()> {
        let free = self.free(kind);
        let pipeline = (!free.is_empty()).then(|| self.random.pick(&free).clone())?;
        match kind.how {
            How::Change(mark, change) => {
                let files = [Some(pipeline.file()), pipeline.included.clone()];
                let files: Vec<String> = files.into_iter().flatten().collect();
                let file = self.change(&files, mark, change)?;
                self.planted.push((kind, file, Some(pipeline.name.clone())));
                self.changed.insert(pipeline.name.clone());
            }
            How::ChangeProfile(mark, change) => {
                let file = self.change(&[PROFILE.to_owned()], mark, change)?;
                self.planted.push((kind, file, None));
            }
            How::Insert(make) | How::InsertIncluded(make) => {
                let text = self.made(&pipeline, make);
                let included = matches!(kind.how, How::InsertIncluded(_));
                let file = if included { pipeline.included.clone()? } else { pipeline.file() };
                self.insert(&file, &text)?;
                self.number(kind, &pipeline)?;
            }
            How::Append(make) => {
                let text = self.made(&pipeline, make);
                *self.text(&pipeline.file()) += &format!("{text}\n");
                self.number(kind, &pipeline)?;
                self.appended.insert(pipeline.name.clone());
            }
            How::AppendProfile(make) => {
                let text = self.made(&pipeline, make);
                *self.text(PROFILE) += &text;
                self.number(kind, &pipeline)?;
            }
        }
        if kind.phase > Phase::Profile {
            self.phases.insert(pipeline.name.clone(), kind.phase);
        }
        Some(())
    }

    /// Makes what is put into a pipeline; files and lines of the profile that it needs are added.
    fn made(&mut self, pipeline: &Sketch, make: fn(&mut Scene<'_>) -> String) -> String {
        let name = format!("{}_fault{}", pipeline.name, self.planted.len());
        let (files, profile) = (BTreeMap::new(), String::new());
        let mut scene = Scene { pipeline, random: &mut self.random, name, files, profile };
        let text = make(&mut scene);
        let (files, profile) = (scene.files, scene.profile);
        self.project.texts.extend(files);
        *self.text(PROFILE) += &profile;
        text
    }

    /// The pipelines that the fault may go into.
    fn free(&self, kind: &Kind) -> Vec<Sketch> {
        let fits = |pipeline: &&Sketch| {
            let phase = self.phases.get(&pipeline.name);
            let has_room = match kind.how {
                How::Change(..) => !self.changed.contains(&pipeline.name),
                How::Append(_) => !self.appended.contains(&pipeline.name),
                _ => true,
            };
            has_room && phase.is_none_or(|phase| *phase == kind.phase)
        };
        self.project.pipelines.iter().filter(fits).cloned().collect()
    }

    fn text(&mut self, file: &str) -> &mut String {
        self.project.texts.get_mut(file).expect("a file of the project")
    }

    /// Changes one of the parts that are marked so; returns the file it stands in.
    fn change(
        &mut self,
        files: &[String],
        mark: &str,
        change: fn(&str) -> String,
    ) -> Option<String> {
        let marked = files.iter().flat_map(|file| {
            let found = marks::marks(&self.project.texts[file]);
            found.into_iter().filter(|found| found.kind == mark).map(move |found| (file, found))
        });
        let marked: Vec<_> = marked.collect();
        let picked = (!marked.is_empty()).then(|| self.random.pick(&marked).clone());
        let (file, found) = picked?;
        let number = self.planted.len().to_string();
        let changed = marks::mark(&number, &change(&found.text));
        self.text(file).replace_range(found.range, &changed);
        Some(file.clone())
    }

    /// Puts statements behind one of the others.
    fn insert(&mut self, file: &str, text: &str) -> Option<()> {
        let ends = marks::marks(&self.project.texts[file]).into_iter();
        let ends: Vec<usize> =
            ends.filter(|mark| mark.kind.starts_with(';')).map(|mark| mark.range.end).collect();
        let at = (!ends.is_empty()).then(|| *self.random.pick(&ends))?;
        self.text(file).insert_str(at, &format!("\n{text}"));
        Some(())
    }

    /// Gives the mark of the fault just planted its number.
    fn number(&mut self, kind: &'static Kind, pipeline: &Sketch) -> Option<()> {
        let number = format!("‹{}|", self.planted.len());
        let (file, text) = self.project.texts.iter_mut().find(|(_, text)| text.contains("‹!|"))?;
        *text = text.replacen("‹!|", &number, 1);
        self.planted.push((kind, file.clone(), Some(pipeline.name.clone())));
        Some(())
    }

    /// The lowest code of a pipeline: 2 for syntax, else 1 for variables and secrets (and the
    /// profile), else 4.
    fn exit(&self) -> i32 {
        let mut codes: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for (kind, _, pipeline) in &self.planted {
            codes.entry(pipeline.as_deref()).or_default().push(kind.code);
        }
        let of_pipeline = |codes: &Vec<&str>| {
            let has = |start: &str| codes.iter().any(|code| code.starts_with(start));
            if has("SF01") {
                2
            } else if has("SF03") {
                1
            } else {
                4
            }
        };
        codes.values().map(of_pipeline).min().unwrap_or(0)
    }
}
