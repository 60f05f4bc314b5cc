#!/usr/bin/env bash
# Runs the quickstart and compares its outputs with expected/.
source "$(dirname "$(realpath "$0")")/../example.sh"

sqlflow run winter_storm --profile dev
sqlflow run read_back --profile dev
outputs_equal_expected
