//! Runs told as short scripts.

use sqlflow_state::{Event, EventBody, OnFailure};

use super::driver::{Run, plan};

/// Runs the commands over a plan and compares the log after its first event, an event a line.
pub(crate) fn check(on_failure: OnFailure, steps: &str, commands: &str, expect: &[&str]) -> Run {
    let mut run = Run::new();
    run.command(plan(on_failure, steps)).unwrap();
    for text in commands.split(", ") {
        run.ask(text).unwrap_or_else(|rejected| panic!("{text}: {rejected}"));
    }
    let lines: Vec<_> = run.log().iter().skip(1).map(line).collect();
    assert_eq!(lines, expect, "{steps} / {commands}");
    run
}

fn line(event: &Event) -> String {
    let step = event.step.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let attempt = event.attempt.map(|n| format!("#{n}")).unwrap_or_default();
    let note = match &event.body {
        EventBody::StepSkipped(skipped) => format!(" ({:?}: {})", skipped.cause, skipped.reason),
        EventBody::RunFailed(failed) => {
            format!(" ({:?}: {})", failed.failed_step.as_deref(), failed.error)
        }
        EventBody::StepRetryScheduled(scheduled) => format!(" (due {})", scheduled.due),
        EventBody::Recovered(recovered) => format!(" ({})", recovered.what),
        EventBody::RunResumed(resumed) => format!(" (redo {:?})", resumed.redo),
        _ => String::new(),
    };
    format!("{}{step}{attempt}{note}", event.body.kind())
}
