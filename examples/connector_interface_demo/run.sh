#!/usr/bin/env bash
# Asks connections how they are, shows how mistakes are told, runs three pipelines and compares.
source "$(dirname "$(realpath "$0")")/../example.sh"

# Line, column and code of every finding, as a workflow on GitHub would show them.
findings() {
  sqlflow check "mistakes/$1.sf" --format github |
    sed -E 's/^::error file=([^,]*),line=([0-9]+),.*[,]col=([0-9]+),.*title=(SF[0-9]+)::.*/\1:\2:\3 \4/'
}

sqlflow connect list
sqlflow connect test --all
sqlflow connect discover legacy
for pipeline in 01_parameter_validation 02_health 03_batches; do
  sqlflow run "$pipeline"
done
outputs_equal_expected

for mistake in params file; do
  if findings "$mistake" > "output/$mistake.txt"; then
    echo "$example: mistakes/$mistake.sf passed the check" >&2
    exit 1
  fi
  diff "expected/$mistake.txt" "output/$mistake.txt"
done
echo "$example: every mistake was found at its place, and no row moved"
test ! -e output/never.csv
