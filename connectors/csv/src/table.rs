use std::{path::Path, sync::Arc};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result, rows};

use crate::{
    client::{OpenFile, list},
    column::NullTexts,
    header::Header,
    infer::Inference,
    records::RecordReader,
    spec::{Dialect, SourceConfig},
    stream::Layout,
    types,
};

/// Rows looked at between two looks at the cancel token.
const BLOCK: usize = 1024;

/// The files of a source, seen as one table.
#[derive(Debug)]
pub(crate) struct Table {
    config: SourceConfig,
    pub(crate) dialect: Dialect,
    nulls: NullTexts,
    declared: Vec<(String, DataType)>,
}

/// One of the files.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) file: Arc<OpenFile>,
    pub(crate) header: Header,
}

impl Table {
    /// Checks the settings; opens no file.
    pub(crate) fn new(config: SourceConfig) -> Result<Self> {
        let dialect = Dialect::new(&config.delimiter, &config.quote)?;
        let declared = config.columns.iter().map(|(name, kind)| {
            let kind = kind.as_str().unwrap_or_default();
            let found = types::from_sql(kind).ok_or_else(|| undeclarable(name, kind))?;
            Ok((name.clone(), found))
        });
        let declared = declared.collect::<Result<_>>()?;
        Ok(Self { nulls: NullTexts::new(config.null_values.clone()), dialect, declared, config })
    }

    /// Rows per batch, where the user set them.
    pub(crate) fn batch_rows(&self) -> Option<usize> {
        self.config.batch_size
    }

    /// What the user gave as path, for messages.
    pub(crate) fn name(&self) -> String {
        self.config.path.join(", ")
    }

    /// Opens the files, one after the other; all have the same columns.
    pub(crate) fn parts(&self) -> Result<impl Iterator<Item = Result<Part>>> {
        let mut first: Option<(Arc<OpenFile>, Vec<String>)> = None;
        Ok(list(&self.config.path)?.into_iter().map(move |path| {
            let part = self.open(&path)?;
            let (file, names) =
                first.get_or_insert_with(|| (Arc::clone(&part.file), part.header.names.clone()));
            if *names == part.header.names { Ok(part) } else { Err(differ(file, names, &part)) }
        }))
    }

    /// Opens one of the files.
    pub(crate) fn open(&self, path: &Path) -> Result<Part> {
        let file = Arc::new(OpenFile::open(path)?);
        let mut header = Header::read(&file, self.dialect, self.config.has_header)?;
        if self.names_all(&header) {
            header.names = self.declared.iter().map(|(name, _)| name.clone()).collect();
        }
        Ok(Part { file, header })
    }

    /// Whether `columns` gives the names of a file without a header, rather than some types.
    fn names_all(&self, header: &Header) -> bool {
        let known = |(name, _): &(String, DataType)| header.names.contains(name);
        !self.config.has_header
            && self.declared.len() == header.names.len()
            && !self.declared.iter().any(known)
    }

    /// The columns, in the types that are declared or that the first rows of the files have.
    pub(crate) fn schema(&self, cancel: &CancelToken) -> Result<SchemaRef> {
        let files = list(&self.config.path)?.len();
        let limit = self.config.sample_rows.div_ceil(files);
        let mut columns: Vec<(String, Inference)> = Vec::new();
        for part in self.parts()? {
            let part = part?;
            if columns.is_empty() {
                self.check_declared(&part)?;
                columns =
                    part.header.names.iter().map(|n| (n.clone(), Inference::default())).collect();
            }
            self.look_at(part, limit, &mut columns, cancel)?;
        }
        let fields = columns.iter().map(|(name, inference)| {
            let kind = self.declared(name).cloned();
            Field::new(name, kind.unwrap_or_else(|| inference.data_type()), true)
        });
        Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
    }

    fn look_at(
        &self,
        part: Part,
        limit: usize,
        columns: &mut [(String, Inference)],
        cancel: &CancelToken,
    ) -> Result<()> {
        let is_open = |name: &str| !self.config.all_varchar && self.declared(name).is_none();
        let mut seen = if columns.iter().any(|(name, _)| is_open(name)) { 0 } else { limit };
        let mut records = self.records(&part, part.header.records.clone());
        while seen < limit {
            cancel.check()?;
            let Some(block) = records.next_block(BLOCK.min(limit - seen))? else { break };
            seen += block.rows;
            let open = columns.iter_mut().enumerate().filter(|(_, (name, _))| is_open(name));
            open.for_each(|(index, (_, column))| column.look_at(block, index, &self.nulls));
        }
        Ok(())
    }

    /// Reads the records of a range of a file.
    pub(crate) fn records(&self, part: &Part, range: std::ops::Range<u64>) -> RecordReader {
        let width = Some(part.header.names.len());
        RecordReader::new(Arc::clone(&part.file), self.dialect, width, range)
    }

    /// How a file's fields become the columns asked for, in the types of `schema`.
    pub(crate) fn layout(
        &self,
        part: &Part,
        schema: &SchemaRef,
        columns: Option<&[String]>,
    ) -> Result<Layout> {
        let schema = rows::project(schema, columns)?;
        let fields = schema.fields().iter().map(|field| {
            let place = part.header.names.iter().position(|name| name == field.name());
            let place = place.ok_or_else(|| no_column(field.name(), part))?;
            Ok((place, self.declared(field.name()).is_some()))
        });
        let fields = fields.collect::<Result<_>>()?;
        Ok(Layout { schema, fields, nulls: self.nulls.clone() })
    }

    fn declared(&self, name: &str) -> Option<&DataType> {
        self.declared.iter().find(|(declared, _)| declared == name).map(|(_, kind)| kind)
    }

    fn check_declared(&self, part: &Part) -> Result<()> {
        let missing = |(name, _): &&(String, DataType)| !part.header.names.contains(name);
        match self.declared.iter().find(missing) {
            Some((name, _)) => Err(no_column(name, part)),
            None => Ok(()),
        }
    }
}

fn undeclarable(name: &str, kind: &str) -> Error {
    let message = format!("`columns`: `{kind}` is not a type that column `{name}` can be read as");
    Error::new(ErrorKind::Config, message)
        .with_remedy(format!("use one of {}; CAST to others in SQL", types::DECLARABLE))
}

fn no_column(name: &str, part: &Part) -> Error {
    let file = part.file.path.display();
    Error::new(ErrorKind::Schema, format!("`{file}` has no column `{name}`"))
        .with_remedy(format!("its columns are {}", part.header.names.join(", ")))
        .with_context("file", file)
}

fn differ(first: &OpenFile, names: &[String], part: &Part) -> Error {
    let (first, other) = (first.path.display(), part.file.path.display());
    let (theirs, ours) = (part.header.names.join(", "), names.join(", "));
    let message = format!("`{first}` and `{other}` have different columns: {ours} and {theirs}");
    Error::new(ErrorKind::Schema, message)
        .with_remedy("read them as two sources, or give them the same columns in the same order")
        .with_context("file", other)
}
