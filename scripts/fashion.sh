#!/usr/bin/env bash
# Trains a CNN on pictures of clothing in DL4J, and SAEs on its dense layer. See docs/dl4j-studies.md.
#
#   scripts/fashion.sh OUT
#
#   OUT           where to put the network, its activations, the runs, figures.txt, latents.png and
#                 averaging.png
#   FASHION_DATA  directory of Fashion-MNIST's four gzipped IDX files (default:
#                 /usr/share/datasets/fashion-mnist, from the Debian package dataset-fashion-mnist,
#                 which is installed if permissions allow)
#   MVN_FLAGS     further options for Maven
#
# Needs a JDK (17 or later), Maven (3.8 or later) and 4 GB of memory. Takes a quarter of an hour on
# two cores.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
case ${1:-} in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
[ $# = 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)

require_java_and_maven
data=${FASHION_DATA:-/usr/share/datasets/fashion-mnist}
if [ ! -s "$data/train-images-idx3-ubyte.gz" ]; then
  [ -z "${FASHION_DATA:-}" ] || die "fashion: $data has no train-images-idx3-ubyte.gz"
  apt_install dataset-fashion-mnist ||
    die 'fashion: install the Debian package dataset-fashion-mnist, or set FASHION_DATA'
fi

say 'fashion: building'
maven -q -f "$root/pom.xml" -pl sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip \
  package dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt" >&2

# OpenBLAS picks its own kernels, as it does for users.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1048576}
study() { # CLASS ARGUMENTS
  local class=$1
  shift
  "$JAVA_HOME/bin/java" -Xmx3g -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    --add-modules jdk.incubator.vector \
    -cp "$root/sae-examples/target/classes:$(cat "$out/classpath.txt")" \
    "io.github.sae4j.examples.fashion.$class" "$@" >"$out/study.log" 2>&1 || {
    tail -n 30 "$out/study.log" >&2
    die "fashion: $class failed"
  }
  grep -E '^(original|mean|zero|k =|latent|lambda|workers) ' "$out/study.log" | tee -a "$out/figures.txt"
}

: >"$out/figures.txt"
study FashionCnn "$data" "$out"
study SparseClassifier "$data"
study AveragedWorkers "$out/activations" "$out"
say "pictures and figures are in $out"
