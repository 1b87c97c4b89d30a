#!/usr/bin/env bash
# Trains an SAE on pictures of clothing in DL4J, and takes screenshots of DL4J's training UI.
# See docs/dl4j-studies.md.
#
#   scripts/training-ui.sh OUT
#
#   OUT           where to put training-ui.png, the overview, and training-ui-layer.png, the SAE on
#                 the page "model"
#   FASHION_DATA  directory of Fashion-MNIST's four gzipped IDX files (default:
#                 /usr/share/datasets/fashion-mnist, from the Debian package dataset-fashion-mnist,
#                 which is installed if permissions allow)
#   CHROMIUM      the browser's command (default: chromium, chromium-browser or google-chrome; the
#                 Debian package chromium is installed if none exists and permissions allow)
#   MVN_FLAGS     further options for Maven
#
# Needs a JDK (17 or later), Maven (3.8 or later) and 3 GB of memory. Takes two minutes on two cores.
# To watch the training yourself, start io.github.sae4j.examples.ui.TrainingInTheBrowser and open
# http://localhost:9000.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
case ${1:-} in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
[ $# = 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)

find_browser() {
  local candidate
  for candidate in ${CHROMIUM:-chromium chromium-browser google-chrome}; do
    if command -v "$candidate" >/dev/null; then
      browser=$candidate
      return 0
    fi
  done
  return 1
}

require_java_and_maven
data=${FASHION_DATA:-/usr/share/datasets/fashion-mnist}
if [ ! -s "$data/train-images-idx3-ubyte.gz" ]; then
  [ -z "${FASHION_DATA:-}" ] || die "training-ui: $data has no train-images-idx3-ubyte.gz"
  apt_install dataset-fashion-mnist ||
    die 'training-ui: install the Debian package dataset-fashion-mnist, or set FASHION_DATA'
fi
if ! find_browser; then
  [ -z "${CHROMIUM:-}" ] || die "training-ui: CHROMIUM is $CHROMIUM, which is not a command"
  apt_install chromium fonts-dejavu-core && find_browser ||
    die 'training-ui: no Chromium found; install it (Debian: chromium, fonts-dejavu-core), or set CHROMIUM'
fi

say 'training-ui: building'
maven -q -f "$root/pom.xml" -pl sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip \
  package dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt" >&2

say 'training-ui: training'
: >"$out/training.log"
# OpenBLAS picks its own kernels, as it does for users.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
"$JAVA_HOME/bin/java" -Xmx2g -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
  -Dorg.deeplearning4j.ui.port=0 --add-modules jdk.incubator.vector \
  -cp "$root/sae-examples/target/classes:$(cat "$out/classpath.txt")" \
  io.github.sae4j.examples.ui.TrainingInTheBrowser "$data" >>"$out/training.log" 2>&1 &
server=$!
profile=$(mktemp -d)
end() { # the server holds nothing worth saving
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$profile"
}
trap end EXIT
until grep -q '^trained' "$out/training.log"; do
  kill -0 "$server" 2>/dev/null || {
    tail -n 30 "$out/training.log" >&2
    die 'training-ui: the training failed'
  }
  sleep 1
done
address=$(sed -n 's/^training; watch it at //p' "$out/training.log")

picture() { # FILE SIZE URL
  local flags=(--headless --no-first-run --hide-scrollbars "--user-data-dir=$profile")
  [ "$(id -u)" -ne 0 ] || flags+=(--no-sandbox)
  rm -f "$out/$1"
  # Web security would keep a local page from reading the server's data.
  "$browser" "${flags[@]}" --disable-web-security "--window-size=$2" --virtual-time-budget=15000 \
    "--screenshot=$out/$1" "$3" >"$out/browser.log" 2>&1 || true
  [ -s "$out/$1" ] || {
    tail -n 30 "$out/browser.log" >&2
    die "training-ui: $browser took no screenshot"
  }
}

# The page "model" shows the layer that was clicked on, with the histogram of W by default.
cat >"$out/layer.html" <<END
<meta charset="utf-8">
<script>
fetch("$address/train/model").then(page => page.text()).then(page => {
  document.write(page
    .replace("<head>", '<head><base href="$address/train/">')
    .replace("renderModelPage(true)",
      "setSelectedVertex(1); selectParamHist('decW'); selectUpdateHist('decW'); renderModelPage(true)"));
  document.close();
});
</script>
END
picture training-ui.png 1300,900 "$address/train/overview"
picture training-ui-layer.png 1300,2260 "file://$out/layer.html"
say "pictures are in $out"
