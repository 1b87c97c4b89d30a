#!/usr/bin/env bash
# Proves without a GPU what can be: the kernels' machine code for each generation of chips, the kernels on the emulator (plain and with
# sanitizers), and the engine on the emulated driver: its contract, 200 steps of every variant against the host under several orders of
# threads, and a failure of every call to the driver. Takes about an hour on 2 cores.
#   scripts/gpu-prove.sh [DIRECTORY]     logs, by default in sae-cuda/target/prove
# The last line is "proven: ..." (exit code 0), "not proven: ..." with what failed (1), or "not tried: ..." with what is missing (3).
# STEPS=200, ORDERS="0 1 7 23" and EVERY=true can be set to others.
set -uo pipefail
cd "$(dirname "$0")/.."
out=${1:-sae-cuda/target/prove}
mkdir -p "$out"
failed=() missing=() proven=0

# claim NAME COMMAND...: runs a command with its output in NAME.log; exit code 3 says that it cannot be tried here
claim() {
  local name=$1 began=$SECONDS rc=0
  shift
  "$@" > "$out/$name.log" 2>&1 || rc=$?
  case $rc in
    0) proven=$((proven + 1)) ;;
    3) missing+=("$name") ;;
    *) failed+=("$name") ;;
  esac
  echo "$name: $([ $rc = 0 ] && echo passed || ([ $rc = 3 ] && echo "not tried" || echo failed)), $((SECONDS - began)) s; $out/$name.log"
}

# tests CLASSES OPTION...: test classes of sae-cuda; they are skipped where there is no emulated driver, which counts as not tried
tests() {
  local classes=$1
  shift
  rm -f sae-cuda/target/surefire-reports/*.txt
  mvn -B -pl sae-cuda -am -Dtest="$classes" -Dsurefire.failIfNoSpecifiedTests=false "$@" test || return 1
  ! grep -q 'there is no emulated driver' sae-cuda/target/surefire-reports/*.xml 2>/dev/null || return 3
  cat sae-cuda/target/surefire-reports/*.txt
}

claim machine-code scripts/gpu-kernels.sh --check
claim kernels scripts/gpu-emulate.sh
claim kernels-sanitized scripts/gpu-emulate.sh --sanitize
claim engine tests 'CudaEngineTest,LateCudaEngineTest,Bfloat16Test,Tf32Test,*CublasLtTest,StepTest,FailuresTest,CudaRunTest'
for order in ${ORDERS:-0 1 7 23}; do
  claim "training-order-$order" tests CudaTrainingTest -Dsae4j.cuda.steps="${STEPS:-200}" -Dsae4j.cuda.order="$order"
done
claim failures tests EveryCallFailsTest -Dsae4j.cuda.every="${EVERY:-true}"

if [ ${#failed[@]} -gt 0 ]; then
  echo "not proven: ${failed[*]} failed"
  exit 1
elif [ ${#missing[@]} -gt 0 ]; then
  echo "not tried: ${missing[*]} (needs nvcc 13.0, g++, or a CPU with fused multiply-add); the other $proven passed"
  exit 3
fi
echo "proven: all $proven claims; nothing of this has run on a GPU"
