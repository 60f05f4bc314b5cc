#!/usr/bin/env bash
# Runs every examples/*/run.sh, one line an example; fails when one fails or when there is none.
set -uo pipefail

examples=$(cd "$(dirname "$(realpath "$0")")/../examples" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
found=0
failed=0

for run in "$examples"/*/run.sh; do
  [ -e "$run" ] || continue
  found=$((found + 1))
  name=$(basename "$(dirname "$run")")
  "$run" >"$log" 2>&1
  code=$?
  if [ "$code" -eq 0 ]; then
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name (exit $code)"
    sed 's/^/        /' "$log"
  fi
done

if [ "$found" -eq 0 ]; then
  echo "no example found: $examples/*/run.sh" >&2
  exit 1
fi
echo "$((found - failed)) of $found examples passed"
[ "$failed" -eq 0 ]
