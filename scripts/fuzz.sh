#!/usr/bin/env bash
# Fuzzes every file parser with Jazzer, a coverage-guided fuzzer.
#
#   scripts/fuzz.sh [--runs N] [--parser NAME]
#
#   N     inputs per parser (default: 1,000,000)
#   NAME  fuzz only this parser: SAFETENSORS, NPY, NPZ, TORCH, ARROW, RAW, SAE_CONFIG, DUMP_MANIFEST
#         or SAEZ
#
# Each parser runs with a Java heap of 256 MB and prints how many inputs it was given. Exits with 1
# if a parser threw anything but its format's own exception; that input is in target/fuzz.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

runs=1000000
parsers=(SAFETENSORS NPY NPZ TORCH ARROW RAW SAE_CONFIG DUMP_MANIFEST SAEZ)
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    --parser) parsers=("$2"); shift 2 ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit ;;
    *) echo "fuzz: unknown option $1; see --help" >&2; exit 2 ;;
  esac
done
require_java_and_maven

work=$root/sae-apply/target/fuzz # on whose class path is sae-core, too
mkdir -p "$work"
say 'fuzz: building'
maven -q -f "$root/pom.xml" -pl sae-apply -am -Dspotless.check.skip test-compile \
  dependency:build-classpath -Dmdep.outputFile=target/fuzz/libraries -Dmdep.includeScope=test >&2
version=$(sed -n 's/.*<jazzer.version>\(.*\)<.*/\1/p' "$root/pom.xml")
for artifact in jazzer jazzer-api; do
  [ -s "$work/$artifact-$version.jar" ] ||
    maven -q -f "$root/pom.xml" -N dependency:copy \
      "-Dartifact=com.code-intelligence:$artifact:$version" "-DoutputDirectory=$work" >&2
done

# The valid files that a parser's corpus starts from.
seeds() {
  if [ "$1" = SAEZ ]; then
    find "$root/sae-apply/src/test/resources/compress" -name '*.saez'
    return
  fi
  sed -n "/^  $1(/,/) {/p" "$root/sae-core/src/test/java/io/github/sae4j/fuzz/Parser.java" |
    grep -o '"[a-z0-9/.-]*/[a-z0-9/.-]*"' | tr -d '"' | sed "s|^|$root/sae-core/src/test/resources/|"
}

# The class that reads what Jazzer makes up.
target() {
  if [ "$1" = SAEZ ]; then
    echo io.github.sae4j.apply.compress.JazzerTarget
  else
    echo io.github.sae4j.fuzz.JazzerTarget
  fi
}

# Inputs pass through a file, which can live in memory.
memory=$work
[ ! -w /dev/shm ] || memory=/dev/shm

status=0
for parser in "${parsers[@]}"; do
  corpus=$work/$parser
  mkdir -p "$corpus"
  for seed in $(seeds "$parser"); do
    cp "$seed" "$corpus/seed-$(echo "${seed##*/test/resources/}" | tr / -)"
  done
  printf '%s: ' "$parser"
  if (cd "$work" && "$JAVA_HOME/bin/java" -Xmx256m -XX:+EnableDynamicAgentLoading "-Dsae4j.parser=$parser" \
    "-Djava.io.tmpdir=$memory" \
    -cp "$work/jazzer-$version.jar:$work/jazzer-api-$version.jar:$root/sae-apply/target/test-classes:$root/sae-apply/target/classes:$(cat libraries)" \
    com.code_intelligence.jazzer.Jazzer "--target_class=$(target "$parser")" \
    '--instrumentation_includes=io.github.sae4j.**' "-runs=$runs" -max_len=4096 -rss_limit_mb=1500 \
    -print_final_stats=1 "$corpus" > "$parser.log" 2>&1); then
    grep -oE 'Done [0-9]+ runs in [0-9]+ second\(s\)' "$work/$parser.log" || echo 'done'
  else
    status=1
    echo "FAILED, see $work/$parser.log"
    grep -m 3 -E '== Java Exception|Caused by|ERROR' "$work/$parser.log" || true
  fi
done
exit "$status"
