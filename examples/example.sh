# What every example's run.sh begins with: `source ../example.sh` from its own folder.
# Gives it `sqlflow` (the binary named by $SQLFLOW, else target/release/sqlflow of this checkout)
# and `outputs_equal_expected`; starts in the example's folder with no outputs of an earlier run.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=${SQLFLOW:-$checkout/target/release/sqlflow}
if ! binary=$(command -v "$binary"); then
  echo "no sqlflow binary at '${SQLFLOW:-$checkout/target/release/sqlflow}'" >&2
  echo "build it with: cargo build --release --workspace (or set SQLFLOW to a binary)" >&2
  exit 1
fi
binary=$(realpath "$binary")

cd "$(dirname "$(realpath "$0")")"
example=$(basename "$PWD")
rm -rf output

sqlflow() { "$binary" "$@"; }

# Compares each expected/*.csv with the file of the same name under output/, byte by byte.
outputs_equal_expected() {
  local expected name
  for expected in expected/*.csv; do
    name=$(basename "$expected")
    if ! cmp "$expected" "output/$name"; then
      diff "$expected" "output/$name" | head -n 20 >&2 || true
      echo "$example: output/$name differs from $expected" >&2
      return 1
    fi
  done
  echo "$example: outputs equal expected/"
}
