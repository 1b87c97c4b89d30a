#!/usr/bin/env bash
# Kills a training process over and over, and compares its result with that of an undisturbed run.
#
#   scripts/crash-test.sh [--kills N] [--seed S]
#
#   N  how often to kill it, with SIGKILL (default: 30)
#   S  seed of the random moments (default: 1)
#
# The last line is "N kills, U unreadable, D differing": U counts kills after which the newest
# checkpoint could not be read, D is 1 if the final weights differ. Exits with 0 only if both are 0.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

kills=30 seed=1
while [ $# -gt 0 ]; do
  case $1 in
    --kills) kills=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit ;;
    *) echo "crash-test: unknown option $1; see --help" >&2; exit 2 ;;
  esac
done
[[ $kills =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || die "crash-test: --kills and --seed must be numbers"
require_java_and_maven

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
maven -f "$root/pom.xml" -Dspotless.check.skip -pl sae-core -am test -Dtest=CrashTest \
  -Dsurefire.failIfNoSpecifiedTests=false "-Dsae4j.kills=$kills" "-Dsae4j.seed=$seed" \
  > "$log" 2>&1 || status=$?
grep -E 'fell into the writing' "$log" || { tail -n 40 "$log" >&2; exit 1; }
grep -E '^[0-9]+ kills, [0-9]+ unreadable, [0-9]+ differing$' "$log"
exit "$status"
