#!/usr/bin/env bash
# Writes target/dist/sae.jsa, an archive of loaded classes that makes scripts/sae start faster.
# 'mvn package' runs this script, unless -Darchive.skip is set. The archive works only with the Java
# and the jars it was made from; otherwise Java ignores it. A failure never breaks the build: it
# leaves no archive, and the reason in target/archive.log.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
dist=$root/sae-cli/target/dist
archive=$dist/sae.jsa
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$dist/lib/*")

is_current() {
  [ -r "$archive" ] && "$java" -Xshare:on "-XX:SharedArchiveFile=$archive" "${options[@]}" -version
}

# A truncated archive crashes Java, so the archive gets its name only when it is complete.
make() {
  local work=$1
  "$java" -Xshare:off "-XX:DumpLoadedClassList=$work/loaded" -Xmx512m -Djava.awt.headless=true \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0 "${options[@]}" io.github.sae4j.cli.Rehearsal "$work" &&
    # Leave out the lambdas that become picocli types: their class files are too old to archive.
    grep -v '^@lambda-proxy.*picocli' "$work/loaded" >"$work/classes" &&
    "$java" -Xshare:dump "-XX:SharedClassListFile=$work/classes" "-XX:SharedArchiveFile=$archive.$$" \
      "${options[@]}" &&
    "$java" -Xshare:on "-XX:SharedArchiveFile=$archive.$$" "${options[@]}" -version &&
    mv -f "$archive.$$" "$archive"
}

work=$(mktemp -d) || exit 0
trap 'rm -rf "$work" "$archive.$$"' EXIT
exec >"$dist/../archive.log" 2>&1 </dev/null
is_current && exit 0
rm -f "$archive" "$archive".*
make "$work" || echo 'no archive was made'
