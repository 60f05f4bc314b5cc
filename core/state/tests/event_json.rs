//! The JSON of events, against JSON written by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;
use sqlflow_state::{
    Column, Criticality, Event, EventBody, Failure, InputSchema, OnFailure, PlannedStep, Recovered,
    RetryScheduled, RunFailed, RunResumed, RunStarted, SkipCause, SourcePlace, StepError, StepKind,
    StepResult, StepSkipped, Waits,
};

const RUN: &str = "019c5b1e-7a00-7000-8000-000000000001";

/// Puts the envelope around the fields from `kind` on.
fn envelope(rest: &str) -> String {
    let ts = "2026-02-14T06:07:08.090000Z";
    format!(r#"{{"v":1,"run_id":"{RUN}","seq":7,"ts":"{ts}",{rest}}}"#)
}

/// The event that [`envelope`] stands for, about the run or about step `orders`.
fn event(attempt: Option<u32>, step: Option<&str>, body: EventBody) -> Event {
    Event {
        v: 1,
        run_id: RUN.parse().unwrap(),
        seq: 7,
        ts: "2026-02-14T06:07:08.09Z".parse().unwrap(),
        step: step.map(str::to_owned),
        attempt,
        body,
    }
}

/// The event is written as exactly this text, and read back from it.
fn check(rest: &str, event: &Event) {
    let json = envelope(rest);
    assert_eq!(serde_json::to_string(event).unwrap(), json);
    assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
}

#[test]
fn a_kind_that_says_it_all_has_empty_data() {
    let orders = |kind| format!(r#""kind":"{kind}","step":"orders","attempt":null,"data":{{}}"#);
    let run = |kind| format!(r#""kind":"{kind}","step":null,"attempt":null,"data":{{}}"#);
    check(&orders("step_queued"), &event(None, Some("orders"), EventBody::StepQueued));
    check(&orders("step_cancelled"), &event(None, Some("orders"), EventBody::StepCancelled));
    check(&run("cancel_requested"), &event(None, None, EventBody::CancelRequested));
    check(&run("run_succeeded"), &event(None, None, EventBody::RunSucceeded));
    check(&run("run_cancelled"), &event(None, None, EventBody::RunCancelled));
    check(
        r#""kind":"step_started","step":"orders","attempt":2,"data":{}"#,
        &event(Some(2), Some("orders"), EventBody::StepStarted),
    );
}

#[test]
fn a_run_starts_with_its_plan() {
    let started = RunStarted {
        project: "shop".to_owned(),
        pipeline: "daily".to_owned(),
        profile: "dev".to_owned(),
        on_failure: OnFailure::Continue,
        in_memory: true,
        owner: "host:42".to_owned(),
        steps: steps(),
    };
    check(
        &[
            r#""kind":"run_started","step":null,"attempt":null,"data":{"project":"shop","#,
            r#""pipeline":"daily","profile":"dev","on_failure":"continue","in_memory":true,"#,
            r#""owner":"host:42","steps":"#,
            STEPS,
            "}",
        ]
        .concat(),
        &event(None, None, EventBody::RunStarted(started)),
    );
}

const STEPS: &str = concat!(
    r#"[{"id":"a","kind":"source","name":"A","depends_on":[],"fingerprint":"f-a","#,
    r#""connector":null,"on_failure":null},"#,
    r#"{"id":"b","kind":"load","name":"B","depends_on":["a"],"fingerprint":"f-b","#,
    r#""connector":"csv","on_failure":"stop"},"#,
    r#"{"id":"c","kind":"transform","name":"C","depends_on":["a","b"],"fingerprint":"f-c","#,
    r#""connector":null,"on_failure":null},"#,
    r#"{"id":"d","kind":"export","name":"D","depends_on":[],"fingerprint":"f-d","#,
    r#""connector":"s3","on_failure":"continue"},"#,
    r#"{"id":"e","kind":"test","name":"E","depends_on":[],"fingerprint":"f-e","#,
    r#""connector":null,"on_failure":null}]"#,
);

fn steps() -> Vec<PlannedStep> {
    let step = |id: &str, kind, depends_on: &[&str], connector: Option<&str>, on_failure| {
        let depends_on = depends_on.iter().copied().map(str::to_owned).collect();
        let (name, fingerprint) = (id.to_uppercase(), format!("f-{id}"));
        let connector = connector.map(str::to_owned);
        PlannedStep {
            id: id.to_owned(),
            kind,
            name,
            depends_on,
            fingerprint,
            connector,
            on_failure,
        }
    };
    vec![
        step("a", StepKind::Source, &[], None, None),
        step("b", StepKind::Load, &["a"], Some("csv"), Some(OnFailure::Stop)),
        step("c", StepKind::Transform, &["a", "b"], None, None),
        step("d", StepKind::Export, &[], Some("s3"), Some(OnFailure::Continue)),
        step("e", StepKind::Test, &[], None, None),
    ]
}

#[test]
fn a_resumed_run_says_who_goes_on_with_what() {
    let resumed = RunResumed {
        owner: "host:43".to_owned(),
        steps: steps(),
        redo: vec!["a".to_owned(), "b".to_owned()],
    };
    check(
        &[
            r#""kind":"run_resumed","step":null,"attempt":null,"data":{"owner":"host:43","#,
            r#""steps":"#,
            STEPS,
            r#","redo":["a","b"]}"#,
        ]
        .concat(),
        &event(None, None, EventBody::RunResumed(Box::new(resumed))),
    );
}

#[test]
fn the_next_attempt_has_its_time_and_what_was_renewed_its_name() {
    let due = "2026-02-14T06:08:00.5Z".parse().unwrap();
    check(
        concat!(
            r#""kind":"step_retry_scheduled","step":"orders","attempt":2,"#,
            r#""data":{"due":"2026-02-14T06:08:00.5Z"}"#,
        ),
        &event(Some(2), Some("orders"), EventBody::StepRetryScheduled(RetryScheduled { due })),
    );
    let recovered =
        Recovered { what: "connection".to_owned(), connector: Some("postgres".to_owned()) };
    check(
        concat!(
            r#""kind":"recovered","step":"orders","attempt":1,"#,
            r#""data":{"what":"connection","connector":"postgres"}"#,
        ),
        &event(Some(1), Some("orders"), EventBody::Recovered(recovered)),
    );
}

const RESULT: &str = concat!(
    r#"{"recovered":true,"rows_in":10,"rows_out":7,"rows_rejected":2,"rows_deduplicated":1,"bytes_in":300,"#,
    r#""bytes_out":null,"duration_us":1500,"#,
    r#""waits":{"source_us":100,"engine_us":200,"destination_us":300},"#,
    r#""cpu_us":900,"peak_memory_bytes":4096,"retries":3,"recoveries":4,"#,
    r#""input_schemas":[{"name":"orders.csv","columns":[{"name":"id","type":"BIGINT"}]}],"#,
    r#""output_schema":[{"name":"n","type":"VARCHAR"}],"warnings":["w"],"places":["out/a.csv"],"#,
    r#""criticality":"high","expected_duration_us":2000}"#,
);

fn result() -> StepResult {
    let column = |name: &str, data_type: &str| Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
    };
    let columns = vec![column("id", "BIGINT")];
    StepResult {
        recovered: true,
        rows_in: 10,
        rows_out: 7,
        rows_rejected: 2,
        rows_deduplicated: 1,
        bytes_in: Some(300),
        bytes_out: None,
        duration_us: 1500,
        waits: Waits { source_us: 100, engine_us: 200, destination_us: 300 },
        cpu_us: Some(900),
        peak_memory_bytes: Some(4096),
        retries: 3,
        recoveries: 4,
        input_schemas: vec![InputSchema { name: "orders.csv".to_owned(), columns }],
        output_schema: Some(vec![column("n", "VARCHAR")]),
        warnings: vec!["w".to_owned()],
        places: vec!["out/a.csv".to_owned()],
        criticality: Criticality::High,
        expected_duration_us: Some(2000),
    }
}

#[test]
fn a_succeeded_step_carries_its_whole_result() {
    check(
        &format!(r#""kind":"step_succeeded","step":"orders","attempt":1,"data":{RESULT}"#),
        &event(Some(1), Some("orders"), EventBody::StepSucceeded(Box::new(result()))),
    );
}

const ERROR: &str = concat!(
    r#"{"code":"SF0401","kind":"not_found","message":"no file","remedy":"make it","#,
    r#""context":[["file","a.csv"],["try","2"]],"causes":["os error 2"],"connector":"csv","#,
    r#""place":{"file":"pipelines/daily.sf","line":3,"column":14},"#,
    r#""can_be_retried":true,"retry_after_us":1500000}"#,
);

fn error() -> StepError {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let file = "pipelines/daily.sf".to_owned();
    StepError {
        code: "SF0401".to_owned(),
        kind: "not_found".to_owned(),
        message: "no file".to_owned(),
        remedy: Some("make it".to_owned()),
        context: vec![pair("file", "a.csv"), pair("try", "2")],
        causes: vec!["os error 2".to_owned()],
        connector: Some("csv".to_owned()),
        place: Some(SourcePlace { file, line: 3, column: 14 }),
        can_be_retried: true,
        retry_after_us: Some(1_500_000),
    }
}

#[test]
fn a_failed_step_carries_error_and_result() {
    let failure = Failure { error: error(), result: result() };
    let data = format!(r#"{{"error":{ERROR},"result":{RESULT}}}"#);
    check(
        &format!(r#""kind":"step_failed","step":"orders","attempt":1,"data":{data}"#),
        &event(Some(1), Some("orders"), EventBody::StepFailed(Box::new(failure))),
    );
}

#[test]
fn a_skipped_step_says_why() {
    for (cause, name) in [(SkipCause::Failure, "failure"), (SkipCause::Plan, "plan")] {
        let reason = "`a` failed".to_owned();
        let data = format!(r#"{{"reason":"`a` failed","cause":"{name}"}}"#);
        check(
            &format!(r#""kind":"step_skipped","step":"orders","attempt":null,"data":{data}"#),
            &event(None, Some("orders"), EventBody::StepSkipped(StepSkipped { reason, cause })),
        );
    }
}

#[test]
fn a_failed_run_names_its_step() {
    for (failed_step, json) in [(Some("orders".to_owned()), r#""orders""#), (None, "null")] {
        let failed = RunFailed { failed_step, error: error() };
        let data = format!(r#"{{"failed_step":{json},"error":{ERROR}}}"#);
        check(
            &format!(r#""kind":"run_failed","step":null,"attempt":null,"data":{data}"#),
            &event(None, None, EventBody::RunFailed(Box::new(failed))),
        );
    }
}

#[test]
fn an_unknown_kind_is_kept_as_it_is() {
    let data = json!({"due": "2026-02-14T06:08:00Z", "n": [1, null]});
    let body = EventBody::Unknown { kind: "step_deferred".to_owned(), data };
    check(
        concat!(
            r#""kind":"step_deferred","step":"orders","attempt":1,"#,
            r#""data":{"due":"2026-02-14T06:08:00Z","n":[1,null]}"#,
        ),
        &event(Some(1), Some("orders"), body),
    );
}

#[test]
fn what_an_older_version_left_out_reads_as_its_default() {
    let read = |kind: &str, data: &str| {
        let rest = format!(r#""kind":"{kind}","step":null,"attempt":null,"data":{data}"#);
        serde_json::from_str::<Event>(&envelope(&rest)).unwrap().body
    };
    assert_eq!(read("step_succeeded", "{}"), EventBody::StepSucceeded(Box::default()));
    assert_eq!(read("step_failed", r#"{"error":{},"result":{}}"#), read("step_failed", "{}"));
    assert_eq!(read("run_started", "{}"), EventBody::RunStarted(RunStarted::default()));
    assert_eq!(read("run_failed", "{}"), EventBody::RunFailed(Box::default()));
    assert_eq!(read("run_resumed", "{}"), EventBody::RunResumed(Box::default()));
    assert_eq!(read("recovered", "{}"), EventBody::Recovered(Recovered::default()));
    let result = StepResult { rows_out: 5, ..StepResult::default() };
    assert_eq!(
        read("step_succeeded", r#"{"rows_out":5}"#),
        EventBody::StepSucceeded(Box::new(result))
    );
}

#[test]
fn what_a_newer_version_added_is_ignored() {
    let read = |rest: &str| serde_json::from_str::<Event>(&envelope(rest)).unwrap().body;
    let data = r#"{"rows_out":0,"watermark":"2026"}"#;
    assert_eq!(
        read(&format!(r#""kind":"step_succeeded","step":"a","attempt":1,"data":{data}"#)),
        EventBody::StepSucceeded(Box::default())
    );
    // A step kind that is not known must not make the run unreadable.
    let EventBody::RunStarted(started) =
        read(r#""kind":"run_started","epoch":3,"data":{"steps":[{"id":"a","kind":"udf"}]}"#)
    else {
        panic!("not a start");
    };
    assert_eq!(started.steps[0].kind, StepKind::Other);
    // A cause that is not known must not let the run succeed.
    let EventBody::StepSkipped(skipped) =
        read(r#""kind":"step_skipped","step":"a","data":{"reason":"r","cause":"quota"}"#)
    else {
        panic!("not a skip");
    };
    assert_eq!(skipped.cause, SkipCause::Failure);
}

#[test]
fn an_event_that_cannot_be_read_says_which_and_why() {
    let check = |json: &str, expect: &str| {
        let message = serde_json::from_str::<Event>(json).unwrap_err().to_string();
        assert!(message.starts_with(expect), "{message}");
    };
    let whole = envelope(r#""kind":"step_succeeded","step":"a","attempt":1,"data":{}"#);
    let at = format!("event 7 of run {RUN}");
    check(
        &whole.replace(r#""v":1"#, r#""v":2"#),
        &format!("{at} has version 2, written by a newer sqlflow; upgrade sqlflow to read it"),
    );
    check(
        &whole.replace(r#""data":{}"#, r#""data":{"rows_in":-1}"#),
        &format!("{at} has bad `data`: invalid value: integer `-1`, expected u64"),
    );
    check(&whole.replace("2026-02-14T", "2026-02-30T"), &format!("{at} has a bad `ts`: "));
    check(&whole.replace("-7000-", "-4000-"), "`019c5b1e-7a00-4000-8000-000000000001` is not a");
    check(&whole.replace(r#""seq":7,"#, ""), "missing field `seq`");
}
