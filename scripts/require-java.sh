# Sourced by the other scripts: finds a JDK (17 or later) and Maven (3.8 or later). On Debian and
# Ubuntu, installs what is missing with apt-get if permissions allow.

readonly NEEDED_JAVA=17
readonly DEBIAN_PACKAGES='openjdk-17-jdk-headless (or later), maven'

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 2
}

# Prints the major version of a java or javac command, or nothing if it does not run.
major_version() {
  "$1" -version 2>&1 | sed -nE 's/.*(version |javac )"?([0-9]+).*/\2/p' | head -n 1
}

# Whether this directory is a new enough JDK.
is_jdk() {
  [ -x "$1/bin/javac" ] || return 1
  local major
  major=$(major_version "$1/bin/javac")
  [ "${major:-0}" -ge "$NEEDED_JAVA" ]
}

# Sets JAVA_HOME to a JDK: the one it already names, the one on the PATH, or one in /usr/lib/jvm.
find_jdk() {
  local candidate on_path=''
  if command -v javac >/dev/null; then
    on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*; do
    if [ -n "$candidate" ] && is_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

find_maven() { command -v mvn >/dev/null; }

# Installs Debian packages, as root or with sudo if it needs no password.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  say "installing with apt-get: $*"
  "${as_root[@]}" apt-get update -qq >&2 || say 'apt-get update failed; trying with the package lists at hand'
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Prints the oldest packaged JDK that is new enough.
jdk_package() {
  local major
  for major in 17 21 25; do
    if apt-cache show "openjdk-$major-jdk-headless" >/dev/null 2>&1; then
      echo "openjdk-$major-jdk-headless"
      return
    fi
  done
  echo default-jdk-headless
}

require_java_and_maven() {
  if ! find_jdk; then
    say "no JDK $NEEDED_JAVA or later found"
    apt_install "$(jdk_package)" && find_jdk ||
      die "JDK $NEEDED_JAVA or later is required; set JAVA_HOME, or install one (Debian: $DEBIAN_PACKAGES)"
  fi
  if ! find_maven; then
    say 'Maven not found'
    apt_install maven && find_maven ||
      die "Maven 3.8 or later is required; install it (Debian: $DEBIAN_PACKAGES)"
  fi
}

# Plots need fontconfig and a font, which a headless JDK does not include. Everything else works
# without them.
want_fonts() {
  case "$(uname -s)" in Linux) ;; *) return 0 ;; esac
  if command -v fc-list >/dev/null && [ -n "$(fc-list | head -n 1)" ]; then
    return 0
  fi
  apt_install fontconfig fonts-dejavu-core ||
    say 'no fonts found: the report will have no plots (Debian: fontconfig, fonts-dejavu-core)'
}

# Runs Maven with the flags in MVN_FLAGS, without colours or download progress.
maven() {
  local MAVEN_OPTS="${MAVEN_OPTS:-} -Djansi.noreset=true"
  export MAVEN_OPTS
  # shellcheck disable=SC2086 # several flags may stand in MVN_FLAGS
  mvn --batch-mode --no-transfer-progress -Dstyle.color=never ${MVN_FLAGS:-} "$@"
}

# Fetches the quick start's model and WordNet with Maven into a cache.
fetch_quickstart_data() { # NAME-OF-THE-SCRIPT CACHE; needs $root
  say "$1: fetching WordNet and the quick start's model (95 MB) into $2"
  mkdir -p "$2"
  # shellcheck disable=SC2154 # the script that asks sets it
  maven -q -f "$root/pom.xml" -pl sae-cli dependency:copy@quickstart-data "-Dquickstart.cache=$2" >&2
}
