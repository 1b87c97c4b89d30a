#!/usr/bin/env bash
# Makes target/dist/sae.jsa, an archive of loaded classes with which scripts/sae starts in half the
# time. It serves the Java that made it; any other passes over it.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
dist=$root/sae-cli/target/dist
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$dist/lib/*")

cd "$work"
printf '{"dtype": "float32", "width": 8}' >rows.json
for ((i = 0; i < 2048; i++)); do # numbers from 1 to 1.5
  printf '%b' "\\0\\0\\x$(printf %02x $((128 + i * (i + 37) % 64)))\\x3f"
done >rows.bin
run() {
  "$java" -Xshare:off "-XX:DumpLoadedClassList=$work/$1" -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    -Djava.awt.headless=true "${options[@]}" io.github.sae4j.cli.Sae "${@:2}"
}
run 1 train --data rows.bin --out run --latents 16 --k 2 --batch 64 --holdout 0.2
run 2 eval --sae run --data rows.bin
run 3 help train

# Not the classes of lambdas: Java 17 cannot archive all of them.
sort -u 1 2 3 | grep -v '@lambda' >classes
"$java" -Xshare:dump -XX:SharedClassListFile=classes "-XX:SharedArchiveFile=$work/sae.jsa" \
  -Xlog:cds=off -Xlog:class+path=off "${options[@]}"
mv sae.jsa "$dist/sae.jsa"
