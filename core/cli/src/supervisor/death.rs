use signal_hook::low_level::signal_name;
use sqlflow_host::{Board, Call, CallSeen};
use sqlflow_state::StepError;

use sqlflow_run::code;

/// What is known of a worker that did not end of itself.
#[derive(Debug, Clone)]
pub(crate) struct Death {
    /// How it ended.
    pub(crate) how: How,
    /// The calls into plugins that were under way.
    pub(crate) calls: Vec<CallSeen>,
    /// The connectors that had something open.
    pub(crate) connectors: Vec<String>,
    /// The id of the run that it carried out, where it had begun one.
    pub(crate) run: Option<String>,
}

/// How a worker ended.
#[derive(Debug, Clone)]
pub(crate) enum How {
    /// By a signal.
    Signal(i32),
    /// By the system, for want of memory.
    OutOfMemory,
    /// With this exit code, without a word.
    Exited(i32),
    /// By the supervisor, because of this call.
    Overdue(CallSeen),
    /// The system does not say.
    Lost,
}

const KEPT: &str = "what was committed before is kept";

impl Death {
    /// Reads off the board what was under way.
    pub(super) fn read(how: How, board: &Board) -> Self {
        let calls = match &how {
            How::Overdue(call) => vec![call.clone()],
            _ => board.under_way(),
        };
        Self { how, calls, connectors: board.connectors(), run: board.run() }
    }

    /// The death as an error.
    pub(crate) fn error(&self) -> StepError {
        let (code, kind) = match self.how {
            How::Overdue(_) => (code::WORKER_HUNG, "timeout"),
            How::OutOfMemory => (code::WORKER_STARVED, "resources"),
            How::Signal(_) | How::Exited(_) | How::Lost => (code::WORKER_DIED, "crashed"),
        };
        StepError {
            code: code.to_owned(),
            kind: kind.to_owned(),
            message: self.message(),
            remedy: Some(self.remedy()),
            connector: self.calls.first().map(|call| call.connector.clone()),
            context: self.context(),
            ..StepError::default()
        }
    }

    fn message(&self) -> String {
        let doing = self.doing();
        match &self.how {
            How::Signal(signal) => format!("the worker died of {} {doing}", name(*signal)),
            How::OutOfMemory => format!("the system ended the worker for want of memory {doing}"),
            How::Exited(code) => format!("the worker was ended with exit code {code} {doing}"),
            How::Lost => format!("the worker is lost {doing}"),
            How::Overdue(CallSeen { limit, .. }) => {
                format!("nothing came back within {} s {doing}", limit.as_secs_f64())
            }
        }
    }

    /// What the worker was at, as the end of a sentence.
    fn doing(&self) -> String {
        match self.calls.as_slice() {
            [] => "while no connector was called".to_owned(),
            [one] => format!("in the call `{}` of the connector `{}`", one.call, one.connector),
            several => format!("while {} calls of connectors were under way", several.len()),
        }
    }

    fn context(&self) -> Vec<(String, String)> {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let mut context = Vec::new();
        let step = self.calls.first().and_then(|call| call.step.as_deref());
        context.extend(step.map(|step| pair("step", step)));
        match self.calls.as_slice() {
            [] if self.connectors.is_empty() => {}
            [] => context.push(pair("open", &self.connectors.join(", "))),
            [one] => context.push(pair("call", &one.call.to_string())),
            several => context.extend(several.iter().map(|call| pair("under way", &shown(call)))),
        }
        context.extend(self.run.as_deref().map(|run| pair("run", run)));
        context
    }

    fn remedy(&self) -> String {
        match &self.how {
            How::Overdue(CallSeen { call, .. }) => {
                let moves_rows = matches!(call, Call::NextBatch | Call::Write);
                let setting = if moves_rows { "stall_timeout" } else { "call_timeout" };
                format!(
                    "look at what it waits for, or raise `{setting}` under `runs` in the profile; \
                     {KEPT}"
                )
            }
            How::OutOfMemory => {
                format!(
                    "lower `memory_limit` under `engine` in the profile, or free memory; {KEPT}"
                )
            }
            How::Signal(signal) if *signal == signal_hook::consts::SIGKILL => {
                format!("somebody has ended it: run it again; {KEPT}")
            }
            _ if self.calls.is_empty() && self.connectors.is_empty() => {
                format!("report it, with the pipeline; {KEPT}")
            }
            _ => format!("report it to the author of the connector's plugin; {KEPT}"),
        }
    }
}

fn shown(call: &CallSeen) -> String {
    let step = call.step.as_deref().map(|step| format!(" ({step})")).unwrap_or_default();
    format!("{}: {}{step}", call.connector, call.call)
}

fn name(signal: i32) -> String {
    signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned)
}

#[cfg(test)]
mod tests;
