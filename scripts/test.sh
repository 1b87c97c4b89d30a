#!/usr/bin/env bash
# Builds sae4j and runs its tests. Needs a JDK (17 or later) and Maven (3.8 or later).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/require-java.sh
require_java_and_maven
maven verify "$@"

# Other scripts build without tests, so that build must not rely on what the tests leave behind.
# A release has sources and Javadoc, the latter without a warning.
maven -q -Prelease -pl sae-cli,sae-examples -am -Dmaven.test.skip=true -Dspotless.check.skip package "$@"

# Projects that depend on sae4j, as other projects do.
scripts/consumers.sh

# The notebooks: the first on little data, or all of them if SAE4J_ALL_NOTEBOOKS is set.
if [ -n "${SAE4J_ALL_NOTEBOOKS:-}" ]; then
  scripts/notebooks.sh
else
  scripts/notebooks.sh --toy --optional 1
fi
