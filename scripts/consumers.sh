#!/usr/bin/env bash
# Builds and runs the projects in consumers/, which depend on sae4j as other projects would: each must resolve one version
# of every native library, start without a warning about versions, train and encode.
#
#   scripts/consumers.sh [NAME...]
#
#   NAME       directories of consumers/; otherwise all
#   MVN_FLAGS  more options for Maven, for example -Dmaven.repo.local=DIR
#
# Our own artifacts go into target/consumers, never into the local repository. The last line is 'N consumers, F failed'.
# The first time Maven downloads about 300 MB more than the build does.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"
case ${1:-} in -h | --help) exec sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" ;; esac
for name in "$@"; do
  [ -f "$root/consumers/$name/pom.xml" ] || die "there is no consumer named $name in $root/consumers"
done
require_java_and_maven

work=$root/target/consumers
private=$work/repository
rm -rf "$work"
mkdir -p "$private"

# What Maven knows: its local repository, our version, the plugin that writes class paths and its version.
known=$(
  maven -q -N -f "$root/pom.xml" exec:exec -Dexec.executable=echo \
    -Dexec.args='${settings.localRepository} ${project.version} ${maven-dependency-plugin.version}'
)
read -r repository version plugin < <(sed -n $'s/\x1b\\[[0-9;]*m//g; /^\\//p' <<<"$known")
[ -d "$repository" ] || die "Maven's local repository is not a directory: '$repository'"

# A repository of links to the local one, in which io/github/sae4j alone is a directory of its own.
link_entries() { # FROM TO EXCEPT
  local entry
  mkdir -p "$2"
  for entry in "$1"/*; do
    [ ! -e "$entry" ] || [ "${entry##*/}" = "$3" ] || ln -s "$entry" "$2/"
  done
}
link_entries "$repository" "$private" io
link_entries "$repository/io" "$private/io" github
link_entries "$repository/io/github" "$private/io/github" sae4j

# What was downloaded into directories that the local repository did not have stays in it.
keep_downloads() {
  local from
  for from in '' io/ io/github/; do
    find "$private/$from" -mindepth 1 -maxdepth 1 -type d ! -path "$private/io" ! -path "$private/io/github" \
      ! -path "$private/io/github/sae4j" -exec mv -n -t "$repository/$from" {} + 2>/dev/null || true
  done
}
trap keep_downloads EXIT

# The platform as JavaCPP names it; libraries of all platforms would be a gigabyte.
platform() {
  local system machine
  case $(uname -s) in Darwin) system=macosx ;; Linux) system=linux ;; *) system=windows ;; esac
  case $(uname -m) in arm64 | aarch64) machine=arm64 ;; *) machine=x86_64 ;; esac
  echo "$system-$machine"
}

say "installing sae4j $version into $private"
maven -q -f "$root/pom.xml" -pl sae-bom,sae-cpu,sae-core -am -Dmaven.test.skip=true -Dspotless.check.skip \
  "-Dmaven.repo.local=$private" install >&2

build() { # OPTION NAME...
  local option=$1 names
  shift
  names=$(IFS=, && echo "$*")
  say "building ${names//,/, }"
  maven -q -fae -f "$root/consumers/pom.xml" -pl "$names" "-Dmaven.repo.local=$private" "-Dsae4j.version=$version" $option \
    compile "org.apache.maven.plugins:maven-dependency-plugin:$plugin:build-classpath" \
    -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime >&2 || true # those that failed have no class path
}

# The versions of a library on a class path, of its classes and its natives.
versions() { # CLASSPATH LIBRARY
  tr ':' '\n' <<<"$1" | sed -nE "s|.*/org/bytedeco/$2/([^/]+)/.*|\1|p" | sort -u | paste -sd ' '
}

# Runs a consumer and says what is wrong, or nothing.
fault() { # NAME
  local project=$root/consumers/$1 path library found status=0 out=$work/$1.log
  [ -s "$project/target/classpath" ] || { echo 'it was not built'; return; }
  path=$(cat "$project/target/classpath")
  for library in javacpp openblas dnnl opencl; do
    found=$(versions "$path" "$library")
    case $found in *' '*) echo "its class path has $library in versions $found" && return ;; esac
    case $library,$found in javacpp, | openblas,) echo "its class path lacks $library" && return ;; esac
  done
  OMP_WAIT_POLICY=PASSIVE "$JAVA_HOME/bin/java" -Xmx512m -XX:TieredStopAtLevel=1 -Dorg.bytedeco.javacpp.logger=default \
    -cp "$project/target/classes:$path" example.Program >"$out" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    echo "it ended with code $status"
  elif grep -qiE 'do not match|mismatch|NoSuchMethod|NoClassDef|StaticLoggerBinder|multiple SLF4J|targeting slf4j' "$out"; then
    echo 'it warned of versions'
  elif ! grep -q '^trained [0-9]* latents.*has ' "$out"; then
    echo 'it did not train and encode'
  fi
}

cd "$root/consumers"
names=("$@")
[ $# -gt 0 ] || names=(*/)
names=("${names[@]%/}")
rm -rf "${names[@]/%//target}"

# Those that depend on what is made for all platforms name theirs, as Deeplearning4j's documentation advises.
all=() of_one=()
for name in "${names[@]}"; do
  if grep -qE '<artifactId>(deeplearning4j-core|nd4j-native-platform|datavec-data-image)<' "$name/pom.xml"; then
    of_one+=("$name")
  else
    all+=("$name")
  fi
done
[ ${#all[@]} = 0 ] || build '' "${all[@]}"
[ ${#of_one[@]} = 0 ] || build "-Djavacpp.platform=$(platform)" "${of_one[@]}"

failed=0
for name in "${names[@]}"; do
  wrong=$(fault "$name")
  if [ -z "$wrong" ]; then
    path=$(cat "$name/target/classpath") found=
    for library in javacpp openblas dnnl; do
      found+=", $library $(versions "$path" "$library" | grep . || echo none)"
    done
    echo "ok      $name: ${found#, }"
  else
    failed=$((failed + 1))
    echo "FAILED  $name: $wrong"
    [ ! -s "$work/$name.log" ] || tail -n 30 "$work/$name.log" >&2
  fi
done
echo "${#names[@]} consumers, $failed failed"
[ "$failed" = 0 ]
