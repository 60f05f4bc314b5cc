#!/usr/bin/env bash
# Runs the Parquet example and compares its outputs with expected/.
source "$(dirname "$(realpath "$0")")/../example.sh"

sqlflow run csv_to_parquet --profile dev
sqlflow run daily_weather --profile dev
sqlflow run read_back --profile dev
outputs_equal_expected
