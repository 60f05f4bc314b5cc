use std::collections::BTreeMap;
use std::path::Path;

use crate::marks;
use crate::pipeline::Pipeline;
use crate::profile::profile;
use crate::random::Random;
use crate::table::Table;

/// The profile's file.
pub(crate) const PROFILE: &str = "profiles/dev.yml";

/// A project made by chance.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its texts, with marks.
    pub(crate) texts: BTreeMap<String, String>,
    /// Its data files.
    pub(crate) data: BTreeMap<String, Vec<u8>>,
    /// Its pipelines, in the order of their names.
    pub(crate) pipelines: Vec<Sketch>,
}

/// What a fault has to know about a pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    /// Its name.
    pub(crate) name: String,
    /// The tables that LOADs make.
    pub(crate) loaded: Vec<Table>,
    /// The file with its sources, where it includes one.
    pub(crate) included: Option<String>,
}

impl Sketch {
    /// The pipeline's file.
    pub(crate) fn file(&self) -> String {
        format!("pipelines/{}.sf", self.name)
    }
}

impl Project {
    /// The sound project of a seed: 1 to 6 pipelines.
    #[must_use]
    pub fn sound(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut project =
            Self { texts: BTreeMap::new(), data: BTreeMap::new(), pipelines: Vec::new() };
        project.texts.insert(PROFILE.to_owned(), profile(&mut random));
        project
            .texts
            .insert(".env".to_owned(), "# The sign between values.\nCSV_SIGN=\";\"\n".to_owned());
        for number in 0..1 + random.below(6) {
            project.add_pipeline(&format!("p{number}"), &mut random);
        }
        project
    }

    /// The names of its pipelines.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pipelines.iter().map(|pipeline| pipeline.name.as_str())
    }

    /// How many statements end in it, those of branches aside.
    #[must_use]
    pub fn statements(&self) -> usize {
        let marks = self.texts.values().flat_map(|text| marks::marks(text));
        marks.filter(|mark| mark.kind.starts_with(';')).count()
    }

    /// Its files, without marks.
    pub fn files(&self) -> impl Iterator<Item = (&Path, Vec<u8>)> {
        let texts = self.texts.iter();
        let texts = texts.map(|(path, text)| (Path::new(path), marks::plain(text).into_bytes()));
        texts.chain(self.data.iter().map(|(path, bytes)| (Path::new(path), bytes.clone())))
    }

    fn add_pipeline(&mut self, name: &str, random: &mut Random) {
        let includes = random.chance(40);
        let mut pipeline = Pipeline::new(name, random);
        let sources = pipeline.sources();
        let included = includes.then(|| {
            let statements: Vec<String> = pipeline.statements.drain(..sources).collect();
            let file = format!("shared/{name}_sources.sf");
            self.texts.insert(file.clone(), statements.join("\n") + "\n");
            pipeline.statements.push(format!("INCLUDE \"../{file}\"{}", marks::mark(";", ";")));
            file
        });
        pipeline.steps();
        let sketch = Sketch { name: name.to_owned(), loaded: pipeline.loaded, included };
        self.data.extend(pipeline.files);
        self.texts.insert(sketch.file(), pipeline.statements.join("\n\n") + "\n");
        self.pipelines.push(sketch);
    }
}
