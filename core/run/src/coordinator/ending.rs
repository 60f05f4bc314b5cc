//! How a run ends in which nothing runs, nothing can run and nothing is due.

use sqlflow_state::{Command, RunState, RunStatus, StepError};

use crate::{code, errors};

/// Says how such a run ends: as its steps have, or as stalled where steps are left.
pub(super) fn ending(state: &RunState) -> Command {
    let blocked: Vec<String> = state.blocked().map(edge).collect();
    if blocked.is_empty() || state.status() == RunStatus::Cancelling {
        return Command::FinishRun;
    }
    Command::FailRun { error: stalled(&blocked) }
}

fn edge((step, on): (&str, &str)) -> String {
    format!("`{step}` waits for `{on}`")
}

fn stalled(blocked: &[String]) -> StepError {
    let message = format!("the run cannot go on: {}", blocked.join(", "));
    errors::noticed(code::STALLED, "bug", message, "report it, with the pipeline")
}

#[cfg(test)]
mod tests {
    use sqlflow_state::{
        MemoryStore, PlannedStep, RunId, RunStarted, RunStore, Timestamp, apply, decide,
    };

    use super::*;

    fn told(store: &MemoryStore, run: RunId, state: RunState, command: Command) -> RunState {
        let facts = decide(&state, command).unwrap();
        let events = store.append(&run, state.last_seq(), None, facts).unwrap();
        events.iter().fold(state, apply)
    }

    fn step(id: &str, depends_on: &[&str]) -> PlannedStep {
        let depends_on = depends_on.iter().map(|&on| on.to_owned()).collect();
        PlannedStep { id: id.to_owned(), depends_on, ..PlannedStep::default() }
    }

    /// A run whose second step waits for one that nobody queues: no plan and no decision makes such
    /// a log, so the first step's turn is taken from it here.
    ///
    /// Mutation: `ending` always says FinishRun; red.
    #[test]
    fn a_run_in_which_nothing_can_happen_any_more_fails_and_names_what_waits_for_what() {
        let (store, run) = (MemoryStore::default(), RunId::new());
        let steps = vec![step("load_a", &[]), step("transform_b", &["load_a"])];
        let started = RunStarted { steps, ..RunStarted::default() };
        let state = told(&store, run, RunState::default(), Command::StartRun(started));
        let first = store.load(&run, 0).unwrap().into_iter().take(1);
        let stuck = first.fold(RunState::default(), |state, event| apply(state, &event));
        assert_eq!(stuck.runnable(Timestamp::now()).count(), 0);
        let Command::FailRun { error } = ending(&stuck) else { panic!("it is over") };
        assert_eq!(error.code, "SF0511");
        assert_eq!(error.message, "the run cannot go on: `transform_b` waits for `load_a`");
        assert!(decide(&stuck, Command::FailRun { error }).is_ok());
        let cancelling = told(&store, run, state, Command::CancelRun);
        assert_eq!(ending(&cancelling), Command::FinishRun);
    }
}
