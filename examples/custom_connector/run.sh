#!/usr/bin/env bash
# Builds the connector of this example, runs its pipeline and compares its outputs with expected/.
source "$(dirname "$(realpath "$0")")/../example.sh"

# What connectors depend on is compiled once for all that are built from this checkout.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$checkout/target}/authoring
library=$CARGO_TARGET_DIR/release/libsqlflow_connector_access_log.so

sqlflow plugin build connector
sqlflow run traffic --profile dev --plugin "$library"
outputs_equal_expected
