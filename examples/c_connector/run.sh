#!/usr/bin/env bash
# Builds the connector, runs the pipeline with it and compares the outputs with expected/.
source "$(dirname "$(realpath "$0")")/../example.sh"

mkdir -p output
"${CC:-cc}" -std=c11 -Wall -Wextra -Werror -pedantic -O2 -shared -fPIC \
  -I "$checkout/plugin-sdk/abi/include" primes.c -o output/libsqlflow_connector_primes.so
chmod go-w output output/libsqlflow_connector_primes.so

sqlflow run twin_primes --plugin output/libsqlflow_connector_primes.so
outputs_equal_expected
