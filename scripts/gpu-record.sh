#!/usr/bin/env bash
# Writes the results of a GPU machine into docs/gpu.md, so that no figure is typed.
#
#   scripts/gpu-record.sh ARCHIVE            ARCHIVE: the .tar.gz that gpu-check.sh made
#   scripts/gpu-record.sh --print ARCHIVE    prints the tables only
#
# Results of the emulated driver are refused; --print marks them.
# Exit codes: 0 on success, 2 if the archive is refused.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

page=${GPU_PAGE:-$root/docs/gpu.md}
case ${1:-} in
  -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;;
  --print)
    page=-
    shift
    ;;
esac
[ $# -eq 1 ] || die 'gpu-record: give one archive; see scripts/gpu-record.sh --help'
archive=$1
[ -f "$archive" ] || die "gpu-record: there is no file $archive"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$archive" -C "$work" 2>/dev/null || die "gpu-record: $archive is not a whole .tar.gz"
facts=$(find "$work" -mindepth 2 -maxdepth 2 -name facts.json | head -n 1)
[ -n "$facts" ] || die "gpu-record: $archive is not an archive of gpu-check.sh: it has no facts.json"

if [ -n "${GPU_CHECK_CLASSPATH:-}" ]; then # of the tests
  java=${JAVA_HOME:?}/bin/java
  classpath=$GPU_CHECK_CLASSPATH
else
  require_java_and_maven
  java=$JAVA_HOME/bin/java
  maven -q -f "$root/pom.xml" -pl sae-cuda -am test-compile dependency:build-classpath -Dspotless.check.skip \
    "-Dmdep.outputFile=$work/classpath" -Dmdep.includeScope=test >&2 || die 'gpu-record: the build failed'
  classpath=$root/sae-cuda/target/test-classes:$root/sae-cuda/target/classes:$(cat "$work/classpath")
fi
"$java" -cp "$classpath" io.github.sae4j.cuda.check.GpuRecord "$(dirname "$facts")" "$(basename "$archive")" "$page"
[ "$page" = - ] || say "gpu-record: $page"
