-- The run store, version 1. The logs: `run_events`, and in `run_heads` the hash of each log's last
-- event. `hash` is SHA-256 over the hash of the event before it and `json`.
CREATE TABLE run_events (
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    json TEXT NOT NULL,
    hash BLOB NOT NULL,
    ts TEXT AS (json ->> 'ts'),
    kind TEXT AS (json ->> 'kind'),
    step_id TEXT AS (json ->> 'step'),
    attempt INTEGER AS (json ->> 'attempt'),
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_heads (
    run_id TEXT NOT NULL PRIMARY KEY,
    head BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What can be made again from the logs.
CREATE TABLE runs (
    run_id TEXT NOT NULL PRIMARY KEY,
    project TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    started_us INTEGER,
    summary TEXT NOT NULL,
    seal BLOB NOT NULL,
    status TEXT AS (summary ->> 'status'),
    last_seq INTEGER AS (summary ->> 'last_seq')
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_of_pipeline ON runs (project, pipeline, run_id);

CREATE TABLE run_steps (
    run_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (run_id, step_id)
) STRICT, WITHOUT ROWID;

-- Who may run what, and who has seen what.
CREATE TABLE leases (
    project TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    lease TEXT NOT NULL,
    seal BLOB NOT NULL,
    owner TEXT AS (lease ->> 'owner'),
    epoch INTEGER AS (lease ->> 'epoch'),
    expires TEXT AS (lease ->> 'expires'),
    PRIMARY KEY (project, pipeline)
) STRICT, WITHOUT ROWID;

CREATE TABLE observer_cursors (
    observer TEXT NOT NULL,
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (observer, run_id)
) STRICT, WITHOUT ROWID;
