use std::{sync::mpsc::channel, thread, time::Duration};

use serde::Deserialize;
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result, Retry};

/// A call that can be made to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    Open,
    Check,
    Discover,
    Schema,
    Plan,
    Read,
    Batch,
    Describe,
    Begin,
    Write,
    Commit,
    Abort,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wrong {
    Fail,
    Busy,
    Panic,
    Hang,
    Slow,
}

/// The fault that a config orders; none by default.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Fault {
    #[serde(rename = "fault", default)]
    wrong: Option<Wrong>,
    #[serde(rename = "fault_at", default)]
    at: Option<Call>,
    #[serde(rename = "fault_after", default)]
    after: u64,
    #[serde(rename = "fault_ms", default)]
    slow_ms: u64,
}

impl Fault {
    /// Refuses an order that says nothing, or whose wait nothing could end: a host can cancel a
    /// connector once it is open.
    pub(crate) fn checked(self) -> Result<Self> {
        let problem = match (self.wrong, self.at) {
            (Some(_), None) | (None, Some(_)) => "`fault` and `fault_at` go together",
            (Some(Wrong::Hang), Some(Call::Open)) => "`hang` at `open` could not be cancelled",
            _ => return Ok(self),
        };
        Err(Error::new(ErrorKind::Config, problem).with_remedy("see the connector's README"))
    }

    /// Goes wrong where this is the call of the order and `before` of them went well.
    ///
    /// # Errors
    ///
    /// The failure that was ordered, or the wait was cancelled.
    pub(crate) fn strike(&self, call: Call, before: u64, tokens: &[&CancelToken]) -> Result<()> {
        match self.wrong {
            Some(wrong) if self.at == Some(call) && before >= self.after => {
                go_wrong(wrong, call, tokens, Duration::from_millis(self.slow_ms))
            }
            _ => Ok(()),
        }
    }
}

#[allow(clippy::panic, reason = "a panic is what the config asks for")]
fn go_wrong(wrong: Wrong, call: Call, tokens: &[&CancelToken], slow: Duration) -> Result<()> {
    let what = format!("the config orders a fault at {call:?}").to_lowercase();
    match wrong {
        Wrong::Fail => Err(Error::new(ErrorKind::Unavailable, what)
            .with_remedy("remove `fault` from the connector's options")),
        Wrong::Busy => Err(Error::new(ErrorKind::Unavailable, what)
            .with_retry(Retry::Now)
            .with_remedy("remove `fault` from the connector's options")),
        Wrong::Panic => panic!("{what}"),
        Wrong::Hang => hang(tokens),
        Wrong::Slow => {
            thread::sleep(slow);
            Ok(())
        }
    }
}

fn hang(tokens: &[&CancelToken]) -> Result<()> {
    let (wake, woken) = channel();
    for token in tokens {
        let wake = wake.clone();
        token.on_cancel(move || {
            let _ = wake.send(());
        });
    }
    let _ = woken.recv();
    Err(Error::cancelled())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_fault_strikes_at_its_call_once_enough_went_well() {
        let fault = fault(r#"{"fault": "fail", "fault_at": "batch", "fault_after": 2}"#);
        let struck = |call, before| fault.strike(call, before, &[]).is_err();
        assert_eq!([0, 1, 2, 3].map(|n| struck(Call::Batch, n)), [false, false, true, true]);
        assert!(!struck(Call::Read, 5));
    }

    /// Mutation tried: `hang` registers on the first token only; the test never ends.
    #[test]
    fn a_hang_ends_when_any_token_is_cancelled() {
        let fault = fault(r#"{"fault": "hang", "fault_at": "write"}"#);
        let tokens = [CancelToken::new(), CancelToken::new()];
        let cancel = tokens[1].clone();
        let canceller = thread::spawn(move || cancel.cancel());
        let error = fault.strike(Call::Write, 0, &[&tokens[0], &tokens[1]]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        canceller.join().unwrap();
    }

    #[test]
    fn an_order_that_says_nothing_or_never_ends_is_refused() {
        for order in [
            r#"{"fault": "fail"}"#,
            r#"{"fault_at": "read"}"#,
            r#"{"fault": "hang", "fault_at": "open"}"#,
        ] {
            assert_eq!(fault(order).checked().unwrap_err().kind(), ErrorKind::Config, "{order}");
        }
        assert!(fault("{}").checked().is_ok());
    }
}
