use sqlflow_state::{
    Command, Event, EventBody, Fact, Failure, Lease, PlannedStep, RunId, RunResumed, RunStarted,
    RunState, RunStore, StepError, StepResult, StoreError, apply, decide,
};

/// A run kept in a store, driven as the run engine does: decide, append, apply.
#[derive(Debug)]
pub struct Run<'a> {
    /// Its id.
    pub id: RunId,
    /// What is known of it.
    pub state: RunState,
    /// The lease that its events are written under.
    pub lease: Option<Lease>,
    store: &'a dyn RunStore,
}

impl<'a> Run<'a> {
    /// A run that has not begun.
    pub fn new(store: &'a dyn RunStore) -> Self {
        Self { id: RunId::new(), state: RunState::default(), lease: None, store }
    }

    /// A run of `pipeline` with these steps (as [`plan`] reads them) that was asked these things.
    ///
    /// # Panics
    ///
    /// Where the store refuses.
    pub fn of(store: &'a dyn RunStore, pipeline: &str, steps: &str, asked: &str) -> Self {
        let mut run = Self::new(store);
        run.command(Command::StartRun(plan(pipeline, steps))).unwrap();
        for text in asked.split(", ").filter(|text| !text.is_empty()) {
            run.ask(text).unwrap();
        }
        run
    }

    /// Does what [`read`](Run::read) reads.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn ask(&mut self, text: &str) -> Result<Vec<Event>, StoreError> {
        let command = self.read(text);
        self.command(command)
    }

    /// Does what the command asks.
    ///
    /// # Errors
    ///
    /// The store's.
    ///
    /// # Panics
    ///
    /// Where the run's status does not allow it.
    pub fn command(&mut self, command: Command) -> Result<Vec<Event>, StoreError> {
        let facts = decide(&self.state, command).unwrap();
        let events = self.append(facts)?;
        self.know(&events);
        Ok(events)
    }

    /// Appends these facts behind what is known.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn append(&self, facts: Vec<Fact>) -> Result<Vec<Event>, StoreError> {
        self.store.append(&self.id, self.state.last_seq(), self.lease.as_ref(), facts)
    }

    /// Takes note of events that were appended.
    pub fn know(&mut self, events: &[Event]) {
        self.state = events.iter().fold(std::mem::take(&mut self.state), apply);
    }

    /// The command written as `start a`, `complete a`, `fail a`, `cancel`, `finish` or `resume`.
    ///
    /// # Panics
    ///
    /// For any other text.
    pub fn read(&self, text: &str) -> Command {
        let (verb, step) = text.split_once(' ').unwrap_or((text, ""));
        let step = step.to_owned();
        let error = StepError { message: format!("no {step}"), ..StepError::default() };
        match verb {
            "start" => Command::StartStep { step },
            "complete" => {
                let result = StepResult { rows_out: 5, ..StepResult::default() };
                Command::CompleteStep { step, result: Box::new(result) }
            }
            "fail" => {
                let failure = Failure { error, ..Failure::default() };
                Command::FailStep { step, failure: Box::new(failure) }
            }
            "cancel" => Command::CancelRun,
            "finish" => Command::FinishRun,
            "resume" => {
                let steps = self.state.steps().iter().map(|step| step.planned.clone()).collect();
                Command::ResumeRun(RunResumed { steps, ..RunResumed::default() })
            }
            _ => panic!("no such command: {text}"),
        }
    }
}

/// A plan written as `a b c:a,b`: step `c` depends on `a` and `b`. The project is `shop`.
pub fn plan(pipeline: &str, steps: &str) -> RunStarted {
    let planned = |text: &str| {
        let (id, needs) = text.split_once(':').unwrap_or((text, ""));
        let depends_on = needs.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        PlannedStep { id: id.to_owned(), depends_on, ..PlannedStep::default() }
    };
    RunStarted {
        project: "shop".to_owned(),
        pipeline: pipeline.to_owned(),
        profile: "dev".to_owned(),
        owner: "host:42".to_owned(),
        steps: steps.split_whitespace().map(planned).collect(),
        ..RunStarted::default()
    }
}

/// Facts about step `a`.
pub fn facts(bodies: &[EventBody]) -> Vec<Fact> {
    let fact =
        |body: &EventBody| Fact { step: Some("a".to_owned()), attempt: None, body: body.clone() };
    bodies.iter().map(fact).collect()
}
