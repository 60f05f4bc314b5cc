//! Ctrl-C and a request to terminate.

use sqlflow_run::CancelToken;

/// A token that the first signal cancels; the second one ends the process at once.
///
/// Installed where the work begins, so that a signal before that ends the process as usual.
pub(crate) fn token() -> CancelToken {
    let token = CancelToken::new();
    let on_signal = {
        let token = token.clone();
        move || {
            if token.is_cancelled() {
                crate::end_at_once();
            }
            token.cancel();
        }
    };
    // Without a handler a signal still ends the process, though not as gently.
    let _ = ctrlc::set_handler(on_signal);
    token
}
