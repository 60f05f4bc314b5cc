//! Serves the help desk of `docs/guide/write-a-connector.md` on port 8080 until it is stopped.

use std::{io, thread};

use sqlflow_tests_authoring::helpdesk::Helpdesk;

fn main() -> io::Result<()> {
    let desk = Helpdesk::start(8080)?;
    println!("the help desk listens on http://127.0.0.1:{}; Ctrl-C ends", desk.port);
    loop {
        thread::park();
    }
}
