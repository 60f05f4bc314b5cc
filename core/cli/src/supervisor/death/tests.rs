#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sqlflow_run::ExitClass;

use super::*;

fn call(connector: &str, call: Call) -> CallSeen {
    let (step, limit) = (Some(format!("load_{connector}")), Duration::from_millis(1500));
    CallSeen { step, connector: connector.to_owned(), call, limit }
}

/// What is told of a death, with its code and the exit code.
fn told(how: How, calls: &[CallSeen]) -> (String, u8, String, Vec<String>) {
    let connectors = vec!["csv".to_owned()];
    let death = Death { how, calls: calls.to_vec(), connectors, run: Some("r1".to_owned()) };
    let error = death.error();
    assert!(error.remedy.is_some());
    assert_eq!(error.connector, calls.first().map(|call| call.connector.clone()));
    let exit = ExitClass::of_step(&error).code();
    let context = error.context.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    (error.code, exit, error.message, context)
}

#[test]
fn each_death_says_how_and_in_which_call() {
    let read = call("csv", Call::Read);
    let place = ["step: load_csv", "call: read", "run: r1"];
    let check = |how: How, code: &str, exit: u8, message: &str| {
        let (told_code, told_exit, told_message, context) = told(how, std::slice::from_ref(&read));
        assert_eq!((told_code.as_str(), told_exit), (code, exit), "{message}");
        assert_eq!(told_message, message);
        assert_eq!(context, place, "{message}");
    };
    let at = "in the call `read` of the connector `csv`";
    check(How::Signal(11), "SF0810", 70, &format!("the worker died of SIGSEGV {at}"));
    check(How::Signal(63), "SF0810", 70, &format!("the worker died of signal 63 {at}"));
    check(How::Exited(0), "SF0810", 70, &format!("the worker was ended with exit code 0 {at}"));
    check(How::Lost, "SF0810", 70, &format!("the worker is lost {at}"));
    let starved = format!("the system ended the worker for want of memory {at}");
    check(How::OutOfMemory, "SF0812", 7, &starved);
    let hung = format!("nothing came back within 1.5 s {at}");
    check(How::Overdue(read.clone()), "SF0811", 3, &hung);
}

#[test]
fn of_several_calls_each_is_told_and_of_none_what_was_open() {
    let several = [call("csv", Call::NextBatch), call("rest", Call::Write)];
    let (_, _, message, context) = told(How::Signal(6), &several);
    assert_eq!(message, "the worker died of SIGABRT while 2 calls of connectors were under way");
    assert_eq!(
        context,
        [
            "step: load_csv",
            "under way: csv: next batch (load_csv)",
            "under way: rest: write (load_rest)",
            "run: r1"
        ]
    );
    let (_, _, message, context) = told(How::Signal(6), &[]);
    assert_eq!(message, "the worker died of SIGABRT while no connector was called");
    assert_eq!(context, ["open: csv", "run: r1"]);
}
