# Thin names over cargo and scripts/. Everything is built with --release (docs/design/architecture.md).

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
export SQLFLOW := $(TARGET)/release/sqlflow
CARGO := cargo
BUILD := --release --workspace --locked

.PHONY: demo build test test-quick check bench crash fuzz libduckdb servers pages

# Builds SQLFlow and runs the quickstart example.
demo: build
	examples/quickstart/run.sh

build: libduckdb
	$(CARGO) build $(BUILD)

libduckdb:
	scripts/libduckdb

# The servers that tests start for themselves.
servers:
	scripts/servers

# Everything that must hold: format, lints, all tests, all examples.
test: servers check build
	$(CARGO) test $(BUILD)
	scripts/run_all_examples.sh

# The crates that need neither DuckDB nor a plugin: seconds, once built.
test-quick:
	$(CARGO) test --release --locked -p sqlflow-syntax -p sqlflow-profile -p sqlflow-plan -p sqlflow-state

# Makes the pages and the schema of docs/reference again that are made from what the code says.
pages: build
	UPDATE=1 $(CARGO) test $(BUILD) --lib --test cli_page --test grammar --test profile_schema \
		--test reference_pages

check: libduckdb
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(BUILD) --all-targets -- -D warnings

# The cost of the plugin boundary (tests/bench/src/bin/boundary.rs) and of keeping a run
# (tests/stores/src/bin/appends.rs), then a comparison with DuckDB's own readers, which needs python3
# and 3 GB of disk (tests/bench/bench.py).
bench: servers build
	$(TARGET)/release/boundary
	$(TARGET)/release/appends
	python3 tests/bench/bench.py

# Kills N runs at random times, resumes each and looks at what came out; SEED= repeats one.
N := 500
crash: build
	$(TARGET)/release/crash-loop $(N) $(SEED)

# Looks for inputs that break the parser, the loader of profiles or substitution (tests/fuzz) for
# `make fuzz SECONDS=n` seconds each; first for a panic that was put into substitution.
SECONDS := 60
fuzz:
	scripts/fuzz --planted substitution 240
	for target in parser profile substitution; do scripts/fuzz $$target $(SECONDS) || exit 1; done
