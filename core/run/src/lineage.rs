use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{Array, AsArray},
    datatypes::SchemaRef,
};
use sqlflow_engine::{EngineError, Mounted, Purpose, Session, quote_identifier, quote_literal};
use sqlflow_plan::{
    Action, Column, LoadStep, Plan, Step, TimeMacro, TransformStep,
    lineage::{Catalog, Lineage, LineageGraph, Refused},
};
use sqlflow_plugin_sdk::{CancelToken, StreamName};
use sqlflow_syntax::{Relation, TableName};

use crate::{
    Compiled, Trouble, Workspace, errors,
    meter::Meter,
    resilience::unwatched,
    scan::SourceScan,
    step::transforming,
    warehouse::{Warehouse, qualified, schema_sql},
};

/// Tells which columns make which in these pipelines, as far as that can be known: what a source
/// that cannot be reached holds is not, and each step that needs it is refused with the reason.
/// Sources are opened for their schemas and queries are bound; nothing is written.
///
/// # Errors
///
/// The database cannot be opened.
pub fn lineage(
    workspace: &Workspace,
    pipelines: &[Compiled],
    cancel: &CancelToken,
) -> Result<LineageGraph, Trouble> {
    let failed = |error: EngineError| Trouble::before(errors::of_engine(error));
    let warehouse = Warehouse::open_to(workspace, Purpose::Bind).map_err(Trouble::before)?;
    let mut session = warehouse.session().map_err(Trouble::before)?;
    session.begin().map_err(failed)?;
    let (mut catalog, mut relations) = (Catalog::default(), BTreeMap::new());
    for table in session.tables().map_err(failed)? {
        let name = (quote_identifier(&table.schema), quote_identifier(&table.name));
        relations.insert(format!("{}.{}", name.0, name.1).to_lowercase(), table.is_view);
        catalog.add(Some(&table.schema), &table.name, Some(names(&table.columns)));
    }
    let schemas = Schemas::new();
    let mut looking =
        Looking { workspace, session, catalog, relations, schemas, cancel, unknown: 0 };
    let graph = looking.look(pipelines);
    looking.session.rollback().map_err(failed)?;
    Ok(graph)
}

/// By pipeline, source step and stream.
type Schemas = BTreeMap<(String, String, String), Result<SchemaRef, String>>;

/// Makes the tables of the pipelines, empty, in a transaction that is rolled back.
struct Looking<'a> {
    workspace: &'a Workspace,
    session: Box<dyn Session>,
    catalog: Catalog,
    /// What there is in the database, by qualified name in lower case, and whether it is a view.
    relations: BTreeMap<String, bool>,
    schemas: Schemas,
    cancel: &'a CancelToken,
    /// How many queries did not bind.
    unknown: usize,
}

impl Looking<'_> {
    /// Looks again while that makes more queries bind: a pipeline may read what a later one makes.
    fn look(&mut self, pipelines: &[Compiled]) -> LineageGraph {
        let mut before = usize::MAX;
        loop {
            self.unknown = 0;
            let mut graph = LineageGraph::default();
            for pipeline in pipelines {
                self.look_at(&pipeline.plan, &mut graph);
            }
            if self.unknown == 0 || self.unknown >= before || self.cancel.is_cancelled() {
                return graph;
            }
            before = self.unknown;
        }
    }

    fn look_at(&mut self, plan: &Plan, graph: &mut LineageGraph) {
        for step in &plan.steps {
            let before = self.catalog.clone();
            let told = match &step.action {
                Action::Load(load) => self.load(plan, load),
                Action::Transform(transform) => self.transform(plan, transform),
                Action::Export(export) => {
                    let query = export.query.with_times(TimeMacro::typed_null);
                    self.query(plan, &export.sources, &query.text).lineage
                }
                _ => continue,
            };
            graph.add(plan, step, &before, told);
        }
    }

    fn load(&mut self, plan: &Plan, load: &LoadStep) -> Result<Lineage, Refused> {
        let name = format!("_sqlflow_lineage_{}", load.source);
        let read = (load.stream.clone(), load.source.clone());
        match self.mount(plan, &read, &name) {
            Ok((schema, mounted)) => {
                let from = mounted.as_ref().map(Mounted::scan_sql).unwrap_or_default();
                let selection = load.selection(&from).with_times(TimeMacro::typed_null).text;
                let table = qualified(&load.table);
                let made = format!("CREATE TABLE {table} AS {selection} WITH NO DATA");
                self.replace(&load.table, Relation::Table, &made);
                let columns = loaded(load, names(&schema));
                let told = Lineage::copied(&load.stream, &columns);
                self.add(&load.table, Some(columns));
                Ok(told)
            }
            Err(reason) => {
                self.unknown += 1;
                // What an earlier run has loaded has columns that are known.
                if !self.relations.contains_key(&qualified(&load.table).to_lowercase()) {
                    self.add(&load.table, None);
                }
                Err(Refused { reason })
            }
        }
    }

    fn query(&mut self, plan: &Plan, sources: &[(String, String)], sql: &str) -> Query {
        let (mut catalog, mut mounts) = (self.catalog.clone(), Vec::new());
        for source in sources {
            let mounted = self.mount(plan, source, &source.0).ok();
            let columns = mounted.as_ref().map(|(schema, _)| names(schema));
            catalog.add(None, &source.0, columns);
            mounts.push(mounted);
        }
        let tree = match self.tree(sql) {
            Ok(tree) => tree,
            Err(refused) => return Query { lineage: Err(refused), bound: None },
        };
        // The engine reads the rows to bind what is no SELECT, a PIVOT without values.
        let is_select = !tree.starts_with("{\"error\":true");
        let bound = is_select.then(|| self.session.bind(sql).ok()).flatten();
        let bound = bound.map(|schema| names(&schema));
        self.unknown += usize::from(is_select && bound.is_none());
        let lineage = sqlflow_plan::lineage::lineage(&tree, &catalog, bound.as_deref());
        Query { lineage, bound }
    }

    /// Tells of a query, and makes its table or view so that its readers bind.
    fn transform(&mut self, plan: &Plan, transform: &TransformStep) -> Result<Lineage, Refused> {
        let table = &transform.table;
        let query = transform.query.with_times(TimeMacro::typed_null);
        let Query { lineage, bound } = self.query(plan, &transform.sources, &query.text);
        if bound.is_some() {
            let mounts = transform.sources.iter();
            let _mounts: Vec<_> =
                mounts.map(|source| self.mount(plan, source, &source.0)).collect();
            let (_, made) = transforming::empty_statement(transform, &query.text, false);
            self.replace(table, transform.relation, &made);
        }
        let told = lineage
            .as_ref()
            .ok()
            .and_then(|lineage| lineage.columns.iter().map(|column| column.name.clone()).collect());
        self.add(table, bound.or(told));
        lineage
    }

    fn add(&mut self, table: &TableName, columns: Option<Vec<String>>) {
        let schema = table.schema.as_ref().map(|schema| schema.text.as_str());
        self.catalog.add(schema, &table.name.text, columns);
    }

    /// Runs the statement that makes a table or view, in the place of what goes by its name. What
    /// cannot be made is missing for its readers, whose columns are then told as far as they are
    /// named.
    fn replace(&mut self, table: &TableName, relation: Relation, made: &str) {
        let (session, name) = (self.session.as_mut(), qualified(table));
        if let Some(sql) = schema_sql(table) {
            let _ = session.execute(&sql);
        }
        // An object of the other kind is no `IF EXISTS`, and an error would end the transaction.
        let key = name.to_lowercase();
        if let Some(is_view) = self.relations.remove(&key) {
            let kind = if is_view { "VIEW" } else { "TABLE" };
            let _ = session.execute(&format!("DROP {kind} {name}"));
        }
        if session.execute(made).is_ok() {
            self.relations.insert(key, relation == Relation::View);
        }
    }

    /// The engine's tree of a query.
    fn tree(&mut self, sql: &str) -> Result<String, Refused> {
        let refused = |error: EngineError| Refused { reason: errors::of_engine(error).message };
        let sql = format!(
            "SELECT CAST(json_serialize_sql({}, skip_null := true, skip_empty := true, \
             skip_default := true) AS VARCHAR)",
            quote_literal(sql)
        );
        let mut rows = self.session.query(&sql).map_err(refused)?;
        let batch = rows.next().map_err(refused)?;
        let text = batch.and_then(|batch| {
            let column = batch.column(0).as_string_opt::<i32>()?;
            (!column.is_empty()).then(|| column.value(0).to_owned())
        });
        text.ok_or_else(|| Refused { reason: "the engine gives no tree of it".to_owned() })
    }

    /// Makes a stream readable by `name` where its schema can be had; a second mount of one name
    /// is none.
    fn mount(
        &mut self,
        plan: &Plan,
        (stream, step): &(String, String),
        name: &str,
    ) -> Result<(SchemaRef, Option<Mounted>), String> {
        let schema = self.schema(plan, step, stream)?;
        let Some(Action::Source(source)) = plan.step(step).map(|step| &step.action) else {
            return Err(format!("there is no source step `{step}`"));
        };
        let scan = SourceScan {
            sources: self.workspace.sources(),
            connected: source.connected.clone(),
            stream: StreamName(stream.clone()),
            schema: Arc::clone(&schema),
            ordered: true,
            threads: Some(1),
            limit: None,
            cancel: self.cancel.clone(),
            meter: Arc::new(Meter::default()),
        };
        Ok((schema, self.session.mount(name, Arc::new(scan)).ok()))
    }

    fn schema(&mut self, plan: &Plan, step: &str, stream: &str) -> Result<SchemaRef, String> {
        let key = (plan.pipeline.clone(), step.to_owned(), stream.to_owned());
        if let Some(known) = self.schemas.get(&key) {
            return known.clone();
        }
        let schema = plan.step(step).map_or_else(
            || Err(format!("there is no source step `{step}`")),
            |step| discover(self.workspace, step, stream, self.cancel),
        );
        self.schemas.insert(key, schema.clone());
        schema
    }
}

/// What was found out about a query.
struct Query {
    lineage: Result<Lineage, Refused>,
    /// Its columns, where the engine has bound it.
    bound: Option<Vec<String>>,
}

/// Asks a source for the columns of a stream.
fn discover(
    workspace: &Workspace,
    step: &Step,
    stream: &str,
    cancel: &CancelToken,
) -> Result<SchemaRef, String> {
    let Action::Source(source) = &step.action else { return Err("it is no source".to_owned()) };
    let (connector, config) = (&source.connected.connector, &source.connected.config);
    let protection = unwatched(&source.connected, cancel);
    let opened = workspace.sources().open_resilient(connector, config, &protection);
    let schema = opened.and_then(|mut source| source.schema(&StreamName(stream.to_owned())));
    schema.map_err(|error| {
        format!("the columns of source `{}` are not known: {}", step.name, error.message())
    })
}

/// The columns of a source that are loaded, in the order of the table.
fn loaded(load: &LoadStep, all: Vec<String>) -> Vec<String> {
    if load.columns.is_empty() {
        return all;
    }
    let find = |wanted: &Column| all.iter().find(|name| wanted.name.eq_ignore_ascii_case(name));
    load.columns.iter().filter_map(find).cloned().collect()
}

fn names(schema: &SchemaRef) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}
