//! What a LOAD takes from its source's params, once every source is known.

use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::{Diagnostic, Load};

use super::{Translation, clauses::Clauses};
use crate::{Action, Finding, LoadStep, Read, Said, SourceStep, SyncParams, code, draft::Draft};

/// Params that name the stream of a source.
const STREAM_FIELDS: &[&str] = &["stream", "table"];

/// What a LOAD has to know of its source.
struct Known {
    stream: Option<String>,
    sync: SyncParams,
}

impl Translation<'_> {
    /// Gives every LOAD the stream that its source's params name, what it reads and how it writes.
    pub(crate) fn settle_loads(&mut self) {
        let known = |draft: &Draft| match &draft.action {
            Some(Action::Source(source)) => Some((draft.id.clone(), Known::of(source))),
            _ => None,
        };
        let sources: BTreeMap<String, Known> = self.drafts.iter().filter_map(known).collect();
        let mut incremental = BTreeSet::new();
        for (number, load) in std::mem::take(&mut self.loads) {
            let Some(Action::Load(mut step)) = self.drafts[number].action.take() else { continue };
            let source = sources.get(&step.source);
            let good = self.settle_load(load, source, &mut step);
            if load.read.is_some() || step.read.incremental().is_some() {
                incremental.insert(step.source.clone());
            }
            self.drafts[number].action = good.then_some(Action::Load(step));
        }
        for (id, known) in &sources {
            if !incremental.contains(id) {
                self.refuse_idle(&known.sync);
            }
        }
        self.note_streamed(&sources);
    }

    fn settle_load(&mut self, load: &Load, source: Option<&Known>, step: &mut LoadStep) -> bool {
        if let Some(stream) = source.and_then(|known| known.stream.as_ref()) {
            step.stream.clone_from(stream);
        }
        let said = Clauses {
            read: load.read.as_ref(),
            write: load.write.as_ref(),
            params: source.map(|known| &known.sync),
            runs: &["REPLACE", "APPEND"],
        };
        let Some((read, write)) = self.clauses(&said) else { return false };
        let fits = step.filter.as_ref().is_none_or(|filter| self.times_fit(filter, &read));
        (step.read, step.write) = (read, write);
        fits
    }

    /// Params of an incremental read at a source that no LOAD reads incrementally.
    fn refuse_idle(&mut self, sync: &SyncParams) {
        if sync.incremental.as_ref().is_some_and(|incremental| incremental.value) {
            return;
        }
        let lookback = sync.lookback.as_ref().map(|said| (said.param, said.place()));
        let texts = [&sync.start, &sync.end, &sync.format].into_iter().flatten();
        let idle = texts.map(|said| (said.param, Said::place(said))).chain(lookback);
        for (param, (file, span)) in idle.collect::<Vec<_>>() {
            let message = format!("`{param}` is about an incremental read, and all is read here");
            let help = "say sync_mode: \"incremental\" with a `cursor_field`, or take it out";
            let diagnostic = Diagnostic::error(code::PARAM_WITHOUT_READ, message, span).help(help);
            self.findings.push(Finding { file, diagnostic });
        }
    }

    /// A query reads all of a source, whatever its params say.
    fn note_streamed(&mut self, sources: &BTreeMap<String, Known>) {
        let in_queries = self.drafts.iter().filter(|draft| {
            !matches!(draft.action, Some(Action::Load(LoadStep { read: Read::Incremental(_), .. })))
        });
        let named = in_queries.flat_map(|draft| draft.reads.sources.iter().map(|(_, id)| id));
        let read: BTreeSet<String> = named.cloned().collect();
        for known in read.iter().filter_map(|id| sources.get(id)) {
            let incremental = known.sync.incremental.as_ref().filter(|said| said.value);
            if let Some(said) = incremental {
                let what = format!("an incremental read (`{}`)", said.param);
                let help = "leave it out: everything is then read, every time";
                self.not_run_yet(&what, said.place(), help);
            }
        }
    }
}

impl Known {
    fn of(source: &SourceStep) -> Self {
        let config = &source.connected.config;
        let stream = STREAM_FIELDS.iter().find_map(|field| config.get(*field)?.as_str());
        Self { stream: stream.map(str::to_owned), sync: (*source.sync).clone() }
    }
}
