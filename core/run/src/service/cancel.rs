use sqlflow_state::{Command, RunId, StoreError, decide};

use super::{PipelineService, of_store};
use crate::{
    Trouble,
    coordinator::{cancel_interrupted, load},
    standing,
};

impl PipelineService {
    /// Asks a run to stop, whichever process it runs in; that process rolls back what is under way
    /// and ends the run as cancelled. One whose process has died is cancelled here and now. Asking
    /// again, or asking a run that has ended, changes nothing.
    ///
    /// # Errors
    ///
    /// There is no such run (`SF0702`), or the run store cannot be written.
    pub fn cancel(&self, id: RunId) -> Result<(), Trouble> {
        let here = self.of_id(id).filter(|started| !started.is_over());
        if let Some(started) = &here {
            started.cancel.cancel();
        }
        match self.store.summary(&id) {
            // It is cancelled as soon as it begins.
            Err(StoreError::RunNotFound { .. }) if here.is_some() => Ok(()),
            Err(error) => Err(of_store(error)),
            Ok(run) if run.status.is_terminal() => Ok(()),
            Ok(run) => {
                let store = self.store.as_ref();
                if here.is_none() && standing::is_interrupted(store, &run).map_err(of_store)? {
                    return cancel_interrupted(&self.store, &standing::scope(&run), id)
                        .map_err(|error| Trouble::before(error.told()));
                }
                self.ask_to_cancel(id)
            }
        }
    }

    /// Writes the request into the log; where its owner writes at the same time, once more.
    fn ask_to_cancel(&self, id: RunId) -> Result<(), Trouble> {
        loop {
            let state = load(self.store.as_ref(), id).map_err(of_store)?;
            let Ok(facts) = decide(&state, Command::CancelRun) else { return Ok(()) };
            match self.store.append(&id, state.last_seq(), None, facts) {
                Err(StoreError::Stale { .. }) => {}
                asked => return asked.map(drop).map_err(of_store),
            }
        }
    }
}
