#!/usr/bin/env bash
# Measures what a bfloat16 encoder costs in quality: trains the quick start's dictionary in both
# precisions with three seeds each, on the activations of a finished quick start.
#
#   scripts/precision-study.sh QUICKSTART OUT
#
#   QUICKSTART  directory of a finished quick start, such as runs/quickstart
#   OUT         where to put a run and a report per precision and seed; finished ones are kept
#
# Prints one line per run: precision, seed, and what 'sae eval' and 'sae report' found. Takes half
# an hour to an hour on two cores.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
[ $# = 2 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
dump=$1/activations
out=$2
mkdir -p "$out"

number() { # FIELD FILE
  sed -nE "s/.*\"$1\" *: *([0-9.eE+-]+).*/\1/p" "$2" | head -n 1
}

for seed in 1 2 3; do
  for precision in FLOAT32 BFLOAT16; do
    run=$out/$precision-$seed
    if [ ! -d "$run/sae" ]; then
      "$root/scripts/sae" train --data "$dump" --out "$run" --overwrite --latents 8192 --k 32 \
        --epochs 3 --seed "$seed" --precision "$precision" >&2
    fi
    "$root/scripts/sae" eval --sae "$run" --data "$dump" --json "$run/eval.json" >/dev/null
    if ! grep -qs '^concepts matched' "$run/report.log"; then
      "$root/scripts/sae" report --sae "$run" --data "$dump" --out "$run/report" 2>"$run/report.log" >/dev/null
    fi
    echo "$precision seed $seed: FVU $(number fvu "$run/eval.json");" \
      "$(grep -m 1 '^concepts matched' "$run/report.log")"
  done
done
