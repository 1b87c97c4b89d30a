#!/usr/bin/env bash
# Reproduces the tables of docs/results.md: trains and measures the SAEs, and prints the tables.
#
#   scripts/results.sh OUT [PART ...] [--seeds N] [--variant NAME ...]
#
#   OUT   where to put a directory per part; finished runs of a sweep are kept, the rest is redone
#   PART  which parts to run (default: all, which takes four to five hours on two cores):
#           tutorial     every variant on 16 known features, 20 seeds           20 minutes
#           hard         every variant on 32 known features, 20 seeds           40 minutes
#           benchmark    every variant on 1,024 known features                  30 minutes
#           dead-latents every variant with its defaults, and without its aids  25 minutes
#           pareto       every variant at three L0 with three seeds             60 minutes
#           recipes      what each default of TopK contributes                  25 minutes
#           sigmoid      sigmoid + KL at three L0                               10 minutes
#
#   --seeds N       seeds of tutorial, hard (default: 20) and benchmark (default: 1): 20 for seeds 1 to 20,
#                   or a range such as 21-30
#   --variant NAME  run only this variant of tutorial, hard or benchmark; give it once per variant,
#                   by its name in the tables, such as 'ReLU + Lp'
#
#   QUICKSTART  directory of a finished quick start, for its activations (default: runs/quickstart)
#   MVN_FLAGS   further options for Maven
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; }

case ${1:-} in
  -h | --help) usage; exit ;;
  '' | -*) usage >&2; exit 2 ;;
esac
out=$1
shift
seeds=default variants=() parts=()
while [ $# -gt 0 ]; do
  case $1 in
    --seeds)
      [[ ${2:-} =~ ^([1-9][0-9]{0,3}-)?[1-9][0-9]{0,3}$ ]] ||
        die "results: --seeds must be a number or a range such as 21-30, from 1 to 9999, got '${2:-}'"
      seeds=$2
      shift
      ;;
    --variant)
      [ -n "${2:-}" ] || die "results: --variant needs a name, such as 'ReLU + Lp'"
      variants+=("$2")
      shift
      ;;
    -*) die "results: unknown option '$1'; see scripts/results.sh --help" ;;
    *) parts+=("$1") ;;
  esac
  shift
done
set -- "${parts[@]}"
if [ ${#variants[@]} -gt 0 ]; then
  [ $# -gt 0 ] || die 'results: --variant needs a part: tutorial, hard or benchmark'
  for part in "$@"; do
    [[ $part =~ ^(tutorial|hard|benchmark)$ ]] ||
      die "results: --variant is for tutorial, hard and benchmark, not for '$part'"
  done
fi
[ $# -gt 0 ] || set -- tutorial hard benchmark dead-latents pareto recipes sigmoid
dump=${QUICKSTART:-$root/runs/quickstart}/activations
mkdir -p "$out"
out=$(cd "$out" && pwd)
require_java_and_maven

# OpenBLAS picks its own kernels, as it does for users.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=PASSIVE

known() { # STUDY
  local libraries=$root/sae-examples/target/libraries
  say 'results: building'
  maven -q -f "$root/pom.xml" -DskipTests -Dspotless.check.skip -pl sae-examples -am package \
    dependency:build-classpath "-Dmdep.outputFile=$libraries" >&2
  "$JAVA_HOME/bin/java" -Xmx2g --add-modules jdk.incubator.vector -Djava.awt.headless=true \
    -cp "$root/sae-examples/target/classes:$(cat "$libraries")" \
    io.github.sae4j.examples.known.KnownFeatures "$1" "$out" "$seeds" "${variants[@]}" 2>"$out/$1.log" | tee "$out/$1.md"
}

sweep() { # GRID [OPTION ...]
  local grid=$1 resume=()
  shift
  [ -d "$dump" ] || die "results: $dump is missing; run scripts/quickstart.sh, or set QUICKSTART"
  [ ! -s "$out/$grid/grid.json" ] || resume=(--resume)
  "$root/scripts/sae" sweep --data "$dump" --out "$out/$grid" "${resume[@]}" "$@" \
    --grid "$root/scripts/results/$grid.json" 2>"$out/$grid.log" >/dev/null ||
    die "results: the sweep failed; see $out/$grid.log"
}

# Prints sweep.csv as a table of means over seeds, by group and variant.
table() { # GRID
  awk -F, '
    BEGIN {
      print "| variant | sparsity setting | L0 | FVU | dead | cosine |"
      print "|---|---|---|---|---|---|"
    }
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    {
      key = ($at["group"] == "" ? "" : $at["group"] ": ") $at["variant"] " | " $at["sparsity_setting"]
      if (!(key in n)) order[++keys] = key
      n[key]++
      l0[key] += $at["l0"]; fvu[key] += $at["fvu"]
      dead[key] += $at["dead_fraction"]; cosine[key] += $at["cosine"]
    }
    END {
      for (i = 1; i <= keys; i++) {
        k = order[i]
        printf "| %s | %.2f | %.4f | %.1f %% | %.4f |\n",
          k, l0[k] / n[k], fvu[k] / n[k], 100 * dead[k] / n[k], cosine[k] / n[k]
      }
    }' "$out/$1/sweep.csv" | tee "$out/$1.md"
}

for part in "$@"; do
  echo
  echo "## $part"
  echo
  case $part in
    tutorial | hard | benchmark) known "$part" ;;
    dead-latents) sweep "$part" --latents 8x && table "$part" ;;
    pareto) sweep "$part" --latents 2048 --epochs 0.5 --seed 1,2,3 && table "$part" ;;
    sigmoid) sweep "$part" --latents 2048 --epochs 0.5 && table "$part" ;;
    recipes) sweep "$part" --latents 8192 --k 32 --epochs 3 && table "$part" ;;
    *) die "results: unknown part '$part'; see scripts/results.sh --help" ;;
  esac
done
