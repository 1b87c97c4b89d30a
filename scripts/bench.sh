#!/usr/bin/env bash
# Benchmarks sae4j. One run alternates between whole training steps, the encoder's product alone
# (the roofline), the engine's step and its phases, and, on request, PyTorch. Prints a table of
# medians and ratios, and writes target/bench.json. Needs Linux.
#
#   scripts/bench.sh                      every row of the table; about 20 minutes with --pytorch
#   scripts/bench.sh --quick              the first row, in under a minute; can be combined with
#                                         --rows or --scaling to run those in fewer steps
#   scripts/bench.sh --rows LIST          these rows, by number (1,3) or by name
#   scripts/bench.sh --scaling            768 -> 8,192 and 768 -> 65,536 latents
#   scripts/bench.sh --arrays             encoding of 4,096 rows in Java arrays, beside ND4J's
#   scripts/bench.sh --jmh [REGEX [...]]  micro-benchmarks of the primitives, with JMH's options
#
#   --device D         where ours is computed: cpu (the default), cuda, cuda:N or auto; on a GPU, the
#                      phases of a step are not measured
#   --pytorch PYTHON   also measure PyTorch, using this Python (scripts/bench_pytorch.py)
#   --pytorch-tuned    give PyTorch fused Adam and a malloc that keeps its memory
#   --rounds N         how often each measurement is repeated (default: 5, or 3 with --quick)
#   --out FILE         where to write the results (default: target/bench.json)
#
#   BENCH_HEAP_MB  size of the Java heap in MB (default: 4096)
#   MVN_FLAGS      further options for Maven
#
# Exit codes: 0 on success, 1 if a measurement failed, 2 for a bad command line.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

for argument in "$@"; do
  case $argument in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
done
[ -r /proc/self/status ] || die 'bench: needs Linux, to read how much memory a process used'
require_java_and_maven

module=sae-core
[ "${1:-}" != --jmh ] || module=sae-apply # whose class path has sae-core's tests, too
for argument in "$@"; do
  [ "$argument" != --device ] || module=sae-cuda # which computes on GPUs
done
libraries=$root/$module/target/bench-libraries

# Whether the classes exist and are newer than all sources.
is_built() {
  [ -s "$libraries" ] &&
    [ -z "$(find "$root"/pom.xml "$root"/{sae-core,$module}/{pom.xml,src} -newer "$libraries" -print -quit)" ]
}

build() {
  say 'bench: building'
  maven -q -f "$root/pom.xml" -pl "$module" -am test-compile dependency:build-classpath \
    -Dspotless.check.skip -Dmdep.outputFile=target/bench-libraries.new -Dmdep.includeScope=test >&2 ||
    die 'bench: the build failed'
  mv "$libraries.new" "$libraries"
}

is_built || build

if [ "${1:-}" = --jmh ]; then
  shift
  main=org.openjdk.jmh.Main
elif [ "${1:-}" = --arrays ]; then
  shift
  main=io.github.sae4j.ArrayEncodingTurns
else
  main=io.github.sae4j.bench.Benchmark
fi

memory_kb=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
options=(
  "-Xmx${BENCH_HEAP_MB:-4096}m"
  --add-modules=jdk.incubator.vector
  "-Dorg.bytedeco.javacpp.maxbytes=$((memory_kb / 2048))m"
  -Dorg.bytedeco.javacpp.maxphysicalbytes=0
  -Djava.awt.headless=true
  "-Dsae4j.root=$root"
)

# OpenBLAS picks its own kernels, as it does for users. So does PyTorch, which does not get
# OMP_WAIT_POLICY.
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_WAIT_POLICY=PASSIVE \
  "$JAVA_HOME/bin/java" "${options[@]}" \
  -cp "$root/$module/target/test-classes:$root/$module/target/classes:$(cat "$libraries")" \
  "$main" "$@"
