//! What plugins say while they work.

use std::sync::Arc;

use sqlflow_run::{Notice, NoticeSink};

use crate::render::clean::clean_line;
use crate::screen::Screen;

const ERROR: i32 = 1;
const WARNING: i32 = 2;

/// Tells errors and warnings; what is less is not for the screen.
pub(crate) fn tell(screen: &Screen, notice: &Notice) {
    let word = match notice.level {
        ERROR => "error",
        WARNING => "warning",
        _ => return,
    };
    let connector = clean_line(&notice.connector);
    screen.say(&format!("{word} from {connector}: {}", clean_line(&notice.message)));
}

/// Takes what plugins say outside a run.
pub(crate) fn sink(screen: &Screen) -> NoticeSink {
    let screen = screen.clone();
    Arc::new(move |notice| tell(&screen, &notice))
}
