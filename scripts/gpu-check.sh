#!/usr/bin/env bash
# Checks a GPU machine with what gpu-bundle.sh packed: needs an NVIDIA driver, and neither Java nor a network nor root. Ends within
# 9.5 minutes; each stage has a limit, and one that fails does not stop the others.
#
#   gpu-check.sh [--out DIR] [--python PYTHON] [--stages LIST] [--driver FILE] [--toy]
#
#   --out DIR        where the results go (default: sae4j-gpu-DATE in the current directory); DIR.tar.gz holds all of them
#   --python PYTHON  a Python with PyTorch for CUDA, and Triton, to take turns with (default: python3, if it has them)
#   --stages LIST    of facts,bits,contract,steps,train,memcheck,racecheck (default: all)
#   --driver FILE    another driver's library; such results are never taken for a GPU's
#   --toy            small shapes, and Python on the CPU: to try this script with the emulated driver
#
#   facts      the machine: GPU, driver, CUDA, C library, CPU, memory
#   bits       whether training computes the emulator's bits
#   contract   the engine's contract tests
#   steps      steps of three shapes in turns with PyTorch and Triton
#   train      the whole trainer on a dump; what it learns beside the CPU
#   memcheck, racecheck  compute-sanitizer's tools on the training of bits, where it is installed
#
# Exit codes: 0 if every stage passed or was skipped, 1 if one failed, 2 if nothing can be checked.
set -euo pipefail

bundle=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
seconds_in_all=560

die() {
  printf 'gpu-check: %s\n' "$*" >&2
  exit 2
}

value() { # OPTION [VALUE]
  [ $# -ge 2 ] || die "$1 needs a value"
  printf '%s' "$2"
}

out='' python='' driver='' toy='' stages=facts,bits,contract,steps,train,memcheck,racecheck
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;;
    --out) out=$(value "$@") && shift ;;
    --python) python=$(value "$@") && shift ;;
    --stages) stages=$(value "$@") && shift ;;
    --driver) driver=$(value "$@") && shift ;;
    --toy) toy=toy ;;
    *) die "unknown option '$1'; see gpu-check.sh --help" ;;
  esac
  shift
done
for stage in ${stages//,/ }; do
  case $stage in
    facts | bits | contract | steps | train | memcheck | racecheck) ;;
    *) die "there is no stage '$stage'; see gpu-check.sh --help" ;;
  esac
done

[ "$(uname -sm)" = 'Linux x86_64' ] || die "this bundle is for Linux on x86-64, and this is $(uname -sm)"
for tool in awk sed tar gzip timeout; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
java=$bundle/jre/bin/java
[ -x "$java" ] || die "$java is missing or not executable; unpack the whole bundle on a file system that allows execution"
has_libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ print $2 }' || true)
needs_libc=$(sed -n 's/^glibc=//p' "$bundle/BUNDLE" 2>/dev/null || true)
if [ -n "$needs_libc" ]; then
  [ -n "$has_libc" ] || die "this bundle needs glibc $needs_libc or later, and this system has another C library"
  [ "$(printf '%s\n%s\n' "$needs_libc" "$has_libc" | sort -V | head -n 1)" = "$needs_libc" ] ||
    die "this bundle needs glibc $needs_libc or later, and this system has $has_libc; make one with an older JDK"
fi
"$java" -version >/dev/null 2>&1 || die "$java does not run here: $("$java" -version 2>&1 | head -n 1)"
[ -z "$driver" ] || [ -r "$driver" ] || die "there is no driver at $driver"
driver=${driver:+$(readlink -f "$driver")}

out=${out:-sae4j-gpu-$(date -u +%Y%m%dT%H%M%SZ)}
[ ! -e "$out" ] || die "$out exists already; name another directory with --out"
mkdir -p "$out" 2>/dev/null || die "$out cannot be made; name another directory with --out"
out=$(cd "$out" && pwd)
work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What an ordinary user may write to: everything is unpacked below the results.
options=(
  "-Xmx${GPU_CHECK_HEAP_MB:-6144}m"
  --add-modules=jdk.incubator.vector
  -Djava.awt.headless=true
  "-Djava.io.tmpdir=$work"
  "-Djna.tmpdir=$work"
  "-Dorg.bytedeco.javacpp.cachedir=$work/javacpp"
  ${driver:+"-Dsae4j.cuda.driver=$driver"}
)
if [ -n "${GPU_CHECK_CLASSPATH:-}" ]; then # of a checkout, for its tests
  classpath=$GPU_CHECK_CLASSPATH
else
  classpath="$bundle/lib/*"
fi
run_java=("$java" "${options[@]}" -cp "$classpath")

has_pytorch() {
  [ -n "$python" ] || return 1
  if [ -n "$toy" ]; then
    "$python" -c 'import torch' >/dev/null 2>&1
  else
    timeout 60 "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' >/dev/null 2>&1
  fi
}

given_python=$python
python=${python:-$(command -v python3 || true)}
if ! has_pytorch; then
  [ -z "$given_python" ] || die "$given_python has no PyTorch that can use a GPU"
  python=
fi

started=$SECONDS
failed=0
record() { # STAGE STATE SECONDS TEXT
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$out/stages.tsv"
  printf '%-10s %-8s %4s s  %s\n' "$1" "$2" "$3" "$4"
}

# Runs a stage's command with its output in STAGE.log, for at most LIMIT seconds and what is left of all.
stage() { # STAGE LIMIT COMMAND...
  local name=$1 limit=$2 begin=$SECONDS left code=0
  shift 2
  left=$((seconds_in_all - (SECONDS - started)))
  [ "$limit" -le "$left" ] || limit=$left
  if [ "$limit" -lt 5 ]; then
    record "$name" skipped 0 'no time was left'
    return
  fi
  (cd "$work" && exec timeout -k 5 "$limit" "$@") >"$out/$name.log" 2>&1 </dev/null || code=$?
  case $code in
    0) record "$name" passed $((SECONDS - begin)) "$(grep -v -e '^$' "$out/$name.log" | tail -n 1 | cut -c1-100)" ;;
    124 | 137)
      failed=1
      record "$name" failed $((SECONDS - begin)) "it took more than $limit s; $name.log has what it said"
      ;;
    *)
      failed=1
      record "$name" failed $((SECONDS - begin)) "$(grep -v -e '^WARNING' -e '^[[:space:]]' -e '^$' "$out/$name.log" | tail -n 1 | cut -c1-200)"
      ;;
  esac
}

facts() {
  cat "$bundle/BUNDLE" 2>/dev/null || true
  printf '\n== date\n'; date -u
  printf '\n== system\n'; uname -a; sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null || true
  printf 'glibc %s\n' "${has_libc:-unknown}"
  printf '\n== cpu\n'; sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c
  printf '\n== memory\n'; sed -n '1,3p' /proc/meminfo
  printf '\n== nvidia-smi\n'
  if command -v nvidia-smi >/dev/null; then
    timeout 20 nvidia-smi || true
    timeout 20 nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm --format=csv || true
  else
    echo 'nvidia-smi is not installed'
  fi
  printf '\n== kernel module\n'; cat /proc/driver/nvidia/version 2>/dev/null || echo 'none'
  printf '\n== python\n'
  if [ -n "$python" ]; then
    "$python" -c 'import sys, torch; print(sys.version, "torch", torch.__version__, torch.version.cuda)' || true
    "$python" -c 'import triton; print("triton", triton.__version__)' 2>/dev/null || echo 'no triton'
  else
    echo 'no Python with PyTorch for CUDA'
  fi
  printf '\n== compute-sanitizer\n'; "${sanitizer:-false}" --version 2>/dev/null || echo 'not installed'
}

find_sanitizer() {
  local each
  for each in "$(command -v compute-sanitizer || true)" "${CUDA_HOME:-}/bin/compute-sanitizer" \
    /usr/local/cuda*/bin/compute-sanitizer /usr/local/cuda*/compute-sanitizer/compute-sanitizer; do
    if [ -x "$each" ]; then
      printf '%s' "$each"
      return
    fi
  done
}

sanitize() { # TOOL
  if [ -z "$sanitizer" ]; then
    record "$1" skipped 0 'compute-sanitizer is not installed'
  elif [ -n "$driver" ]; then
    record "$1" skipped 0 'the driver is not NVIDIA'"'"'s'
  else
    stage "$1" 60 "$sanitizer" --tool "$1" --target-processes all --error-exitcode 9 \
      "${run_java[@]}" $check.GpuBits "$out/bits-$1.json"
  fi
}

sanitizer=$(find_sanitizer)
check=io.github.sae4j.cuda.check
steps=(--python "$python" --scripts "$bundle")
if [ -n "$toy" ]; then
  steps+=(--shapes 16x64x4x32,24x130x5x16 --rounds 2 --divisor 512 --device cpu)
fi
for each in ${stages//,/ }; do
  case $each in
    facts)
      facts >"$out/facts.txt" 2>&1
      stage facts 30 "${run_java[@]}" $check.GpuFacts "$out/facts.json"
      if [ -z "${driver}" ] && grep -q '^facts	failed' "$out/stages.tsv"; then
        die "there is no GPU to check: $(tail -n 1 "$out/facts.log")"
      fi
      ;;
    bits) stage bits 60 "${run_java[@]}" $check.GpuBits "$out/bits.json" ;;
    contract)
      stage contract 100 "${run_java[@]}" org.junit.platform.console.ConsoleLauncher execute \
        --select-class io.github.sae4j.cuda.engine.CudaEngineGpuTest --include-classname '.*' \
        --details summary --disable-banner --disable-ansi-colors --fail-if-no-tests --reports-dir "$out/contract"
      ;;
    steps) stage steps 240 "${run_java[@]}" $check.GpuSteps "$out/steps.json" "${steps[@]}" ;;
    train) stage train 70 "${run_java[@]}" $check.GpuTraining "$out/training.json" "$work/training" ${toy:+toy} ;;
    memcheck | racecheck) sanitize "$each" ;;
  esac
done
rm -rf "$work"
tar -czf "$out.tar.gz" -C "$(dirname "$out")" "$(basename "$out")" || die "$out.tar.gz cannot be written"
echo "results: $out.tar.gz"
exit $failed
