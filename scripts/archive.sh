#!/usr/bin/env bash
# Makes target/dist/sae.jsa, an archive of loaded classes with which scripts/sae starts in half the
# time; 'mvn package' runs it (not with -Darchive.skip). It serves the Java that made it and these very
# jars; Java passes over it otherwise. Whatever fails, there is only no archive: the reason is in target/archive.log.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
dist=$root/sae-cli/target/dist
archive=$dist/sae.jsa
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$dist/lib/*")

is_current() {
  [ -r "$archive" ] && "$java" -Xshare:on "-XX:SharedArchiveFile=$archive" "${options[@]}" -version
}

# A truncated archive ends Java by a signal, so that it has its name only when it is whole.
make() {
  local work=$1
  "$java" -Xshare:off "-XX:DumpLoadedClassList=$work/loaded" -Xmx512m -Djava.awt.headless=true \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0 "${options[@]}" io.github.sae4j.cli.Rehearsal "$work" &&
    # Not the lambdas that become picocli's types: their classes are too old for an archive of lambdas.
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
