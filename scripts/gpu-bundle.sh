#!/usr/bin/env bash
# Packs what checks a GPU machine that has neither Java nor a network: a Java runtime made by jlink, the engine with its contract
# tests, the trainer, the benchmark, and gpu-check.sh, which runs them there.
#
#   scripts/gpu-bundle.sh [FILE]     default: target/sae4j-gpu-bundle.tar.xz, at most 60 MB
#   scripts/gpu-bundle.sh --directory DIR    the unpacked bundle only
#
#   JAVA_HOME  the JDK whose runtime is packed; it decides which glibc the bundle needs
#
# On the GPU machine:  tar xf sae4j-gpu-bundle.tar.xz && sae4j-gpu/gpu-check.sh
#
# ND4J's library is stripped of what debuggers need. Left out: its builds for other CPUs (AVX2 is needed), and oneDNN.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
readonly MOST_BYTES=60000000
readonly MODULES=java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.incubator.vector,jdk.unsupported

archive=$root/target/sae4j-gpu-bundle.tar.xz directory=
case ${1:-} in
  -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;;
  --directory)
    [ -n "${2:-}" ] || die 'gpu-bundle: --directory needs a value'
    directory=$2
    [ ! -e "$directory" ] || die "gpu-bundle: $directory exists already"
    ;;
  -*) die "gpu-bundle: unknown option '$1'; see scripts/gpu-bundle.sh --help" ;;
  '') ;;
  *) archive=$1 ;;
esac
[ "$(uname -sm)" = 'Linux x86_64' ] || die "gpu-bundle: needs Linux on x86-64, this is $(uname -sm)"
require_java_and_maven
for tool in strip readelf unzip xz tar; do
  command -v "$tool" >/dev/null || die "gpu-bundle: $tool is not installed"
done
[ -x "$JAVA_HOME/bin/jlink" ] || die "gpu-bundle: $JAVA_HOME has no jlink; set JAVA_HOME to a whole JDK"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
made=$work/sae4j-gpu
mkdir -p "$made/lib"

say 'gpu-bundle: building'
maven -q -f "$root/pom.xml" -pl sae-cuda -am test-compile dependency:build-classpath -Dspotless.check.skip \
  "-Dmdep.outputFile=$work/classpath" -Dmdep.includeScope=test >&2 || die 'gpu-bundle: the build failed'

# Jars are stored without compression of their own: xz then compresses them together.
store() { # DIRECTORY NAME
  "$JAVA_HOME/bin/jar" --create --no-compress --no-manifest --file "$made/lib/$2.jar" -C "$1" .
}

repack() { # JAR
  local name tree
  name=$(basename "$1" .jar)
  tree=$work/tree
  rm -rf "$tree"
  mkdir "$tree"
  unzip -qo "$1" -d "$tree"
  rm -rf "$tree"/META-INF/maven "$tree"/org/bytedeco/*/*/include "$tree"/org/nd4j/linalg/cpu/nativecpu/bindings/*/include
  find "$tree" \( -name 'libjniopenblas_full.so' -o -name '*.SF' -o -name '*.RSA' \) -delete
  case $name in
    jna-[0-9]*)
      find "$tree/com/sun/jna" -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name 'linux-x86-64' -exec rm -rf {} +
      ;;
  esac
  find "$tree" -name '*.so*' -type f -exec strip {} + 2>/dev/null || true
  store "$tree" "$name"
}

number=0
tr ':' '\n' <"$work/classpath" >"$work/entries"
printf '\n%s\n' "$root/sae-cuda/target/classes" "$root/sae-cuda/target/test-classes" >>"$work/entries"
while read -r entry; do
  case $entry in
    '') ;;
    */nd4j-native-*-linux-x86_64.jar | */nd4j-native-*-avx512.jar | */dnnl-*linux-x86_64.jar | */opencl-*linux-x86_64.jar) ;;
    # what training does not load
    */archunit* | */jmh-* | */fastutil-* | */protobuf-* | */cuda-11* | */commons-net-* | */commons-collections4-*) ;;
    */jna-platform-* | */oshi-core-* | */threetenbp-* | */gson-* | */neoitertools-* | */error_prone_annotations-*) ;;
    *.jar) repack "$entry" ;;
    *)
      number=$((number + 1))
      store "$entry" "sae4j-$number"
      ;;
  esac
done <"$work/entries"

say 'gpu-bundle: making a Java runtime'
"$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages --output "$made/jre" \
  >/dev/null 2>"$work/jlink.log" || die "gpu-bundle: jlink failed: $(tail -n 1 "$work/jlink.log")"
find "$made/jre" -name '*.so' -exec strip --strip-unneeded {} +
rm -f "$made"/jre/lib/server/*.jsa

glibc=$(find "$made/jre" -name '*.so' -o -path '*/bin/java' | xargs readelf -V 2>/dev/null |
  sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -Vu | tail -n 1)
cp "$root"/scripts/{gpu-check.sh,bench_pytorch.py,bench_triton.py} "$root/LICENSE" "$made/"
chmod +x "$made/gpu-check.sh"
{
  echo "commit=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
  echo "java=$("$made/jre/bin/java" -version 2>&1 | head -n 1)"
  echo "glibc=$glibc"
} >"$made/BUNDLE"

if [ -n "$directory" ]; then
  mkdir -p "$(dirname "$directory")"
  mv "$made" "$directory"
  say "gpu-bundle: $directory"
  exit
fi
say 'gpu-bundle: packing, which takes some minutes'
mkdir -p "$(dirname "$archive")"
tar -C "$work" --owner=0 --group=0 --sort=name -cf - sae4j-gpu | xz -T0 --x86 --lzma2=preset=6,dict=32MiB >"$archive.new"
size=$(stat -c %s "$archive.new")
[ "$size" -le $MOST_BYTES ] || die "gpu-bundle: $archive.new has $size bytes, more than $MOST_BYTES"
mv "$archive.new" "$archive"
say "gpu-bundle: $archive, $size bytes, needs glibc $glibc"
