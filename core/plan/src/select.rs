//! A part of a plan, by the steps somebody asks for.

use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::suggest;

use crate::{Action, Plan, Step, code};

/// Why a selection is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSelection {
    /// [`code::UNKNOWN_STEP`] or [`code::EMPTY_SELECTION`].
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What there is.
    pub help: String,
}

impl Plan {
    /// The steps that `selection` names, by id or by the name of what they make, with commas
    /// between them: `a` alone, `a+` with all that depends on it, `+a` with all it depends on.
    ///
    /// Sources come with what reads them. What else a step depends on and is left out is no
    /// dependency of it any more: its table is that of an earlier run.
    ///
    /// # Errors
    ///
    /// No step has a name that was given, or none was given.
    pub fn select(&self, selection: &str) -> Result<Self, BadSelection> {
        let mut chosen = BTreeSet::new();
        for term in selection.split(',').map(str::trim).filter(|term| !term.is_empty()) {
            let (upstream, rest) = split(term, |term| term.strip_prefix('+'));
            let (downstream, name) = split(rest, |term| term.strip_suffix('+'));
            let named = self.named(name.trim())?;
            if upstream {
                chosen.extend(closure(&named, &self.before()));
            }
            if downstream {
                chosen.extend(closure(&named, &self.after()));
            }
            chosen.extend(named);
        }
        if chosen.is_empty() {
            return Err(self.bad(code::EMPTY_SELECTION, "no step is selected", None));
        }
        Ok(self.only(&chosen))
    }

    fn named(&self, name: &str) -> Result<BTreeSet<usize>, BadSelection> {
        let is_meant = |step: &Step| {
            step.id.eq_ignore_ascii_case(name) || step.name.eq_ignore_ascii_case(name)
        };
        let steps = self.steps.iter().enumerate();
        let named: BTreeSet<usize> =
            steps.filter(|(_, step)| is_meant(step)).map(|(number, _)| number).collect();
        if named.is_empty() {
            let message = format!("the pipeline `{}` has no step `{name}`", self.pipeline);
            return Err(self.bad(code::UNKNOWN_STEP, &message, Some(name)));
        }
        Ok(named)
    }

    fn bad(&self, code: &'static str, message: &str, name: Option<&str>) -> BadSelection {
        let ids = || self.steps.iter().map(|step| step.id.as_str());
        let names = self.steps.iter().map(|step| step.name.as_str());
        let nearest = name.and_then(|name| suggest(name, ids().chain(names)));
        let help = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("the steps are: {}", ids().collect::<Vec<_>>().join(", ")),
        };
        BadSelection { code, message: message.to_owned(), help }
    }

    /// For each step the steps it depends on.
    fn before(&self) -> Vec<Vec<usize>> {
        let ids: BTreeMap<&str, usize> = self
            .steps
            .iter()
            .enumerate()
            .map(|(number, step)| (step.id.as_str(), number))
            .collect();
        let before = |step: &Step| {
            step.depends_on.iter().filter_map(|id| ids.get(id.as_str()).copied()).collect()
        };
        self.steps.iter().map(before).collect()
    }

    /// For each step the steps that depend on it.
    fn after(&self) -> Vec<Vec<usize>> {
        let mut after = vec![Vec::new(); self.steps.len()];
        for (number, before) in self.before().iter().enumerate() {
            before.iter().for_each(|&earlier| after[earlier].push(number));
        }
        after
    }

    fn only(&self, chosen: &BTreeSet<usize>) -> Self {
        let before = self.before();
        let read = chosen.iter().flat_map(|&number| &before[number]).copied();
        let is_source = |number: &usize| matches!(self.steps[*number].action, Action::Source(_));
        let kept: BTreeSet<usize> = read.filter(is_source).chain(chosen.iter().copied()).collect();
        let ids: BTreeSet<&str> =
            kept.iter().map(|&number| self.steps[number].id.as_str()).collect();
        let step = |&number: &usize| {
            let mut step = self.steps[number].clone();
            step.depends_on.retain(|id| ids.contains(id.as_str()));
            step
        };
        Self { steps: kept.iter().map(step).collect(), ..self.clone() }
    }
}

fn split<'t>(term: &'t str, sign: impl Fn(&'t str) -> Option<&'t str>) -> (bool, &'t str) {
    sign(term).map_or((false, term), |rest| (true, rest))
}

/// All that can be reached from `from`.
fn closure(from: &BTreeSet<usize>, edges: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut pending: Vec<usize> = from.iter().copied().collect();
    while let Some(node) = pending.pop() {
        for &next in &edges[node] {
            if reached.insert(next) {
                pending.push(next);
            }
        }
    }
    reached
}
