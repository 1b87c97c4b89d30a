#!/usr/bin/env bash
# Compiles sae-cuda's kernels for the CPU and tests them on the emulator (sae-cuda/src/test/cuda): against plain loops, under several
# orders of threads and blocks; planted faults must be found.
#   scripts/gpu-emulate.sh [DIRECTORY]              default sae-cuda/target/kernels-emulated
#   scripts/gpu-emulate.sh --sanitize [DIRECTORY]   the same with AddressSanitizer and UBSan
# Exit code 3 where it cannot run: it needs g++ on Linux, and an x86-64 CPU with fused multiply-add.
set -euo pipefail
cd "$(dirname "$0")/../sae-cuda"
sanitize=
if [ "${1:-}" = --sanitize ]; then
  sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all --param asan-stack=0" # fibers change stacks
  shift
fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "the emulator needs Linux on x86-64, this is $(uname -sm)" >&2
  exit 3
fi
if ! command -v g++ > /dev/null; then
  echo "the emulator needs g++, which is not installed" >&2
  exit 3
fi
if ! grep -qw fma /proc/cpuinfo; then
  echo "the emulator needs a CPU with fused multiply-add" >&2
  exit 3
fi
out=${1:-target/kernels-emulated}${sanitize:+/sanitized}
mkdir -p "$out"
flags="-std=c++20 -O1 -ffp-contract=off -mfma -Wall -Wextra -Werror -Wno-unknown-pragmas -DSAE_EMULATE -Isrc/test/cuda/emu $sanitize"
headers=$(ls -t src/main/cuda/*.cuh src/test/cuda/*/*.h ../scripts/gpu-emulate.sh | head -1) # the newest
for source in src/main/cuda/*.cu src/test/cuda/emu/*.cpp src/test/cuda/kernels/*.cpp; do
  object=$out/$(basename "$source").o
  [ "$object" -nt "$source" ] && [ "$object" -nt "$headers" ] || echo "$source"
done | xargs -P "$(nproc)" -I{} sh -c "g++ $flags -x c++ -c {} -o $out/\$(basename {}).o"
rm -f "$out/kernels_test" "$out/faults_test" "$out/rules"
# shellcheck disable=SC2046,SC2086
g++ $sanitize $(ls "$out"/*.o | grep -v -e faults_test -e rules_main) -o "$out/kernels_test"
# shellcheck disable=SC2086
g++ $sanitize "$out"/faults_test.cpp.o "$out"/cuda_emu.cpp.o -o "$out/faults_test"
# shellcheck disable=SC2086
g++ $sanitize "$out"/rules_main.cpp.o "$out"/cuda_emu.cpp.o -o "$out/rules"
"$out/kernels_test"
"$out/faults_test"
"$out/rules" > "$out/rules.txt"
if [ -n "$sanitize" ]; then
  if "$out/faults_test" beyond > "$out/beyond.log" 2>&1 || ! grep -q heap-buffer-overflow "$out/beyond.log"; then
    echo "AddressSanitizer did not find a write beyond an array" >&2
    exit 1
  fi
  echo "AddressSanitizer found the planted write beyond an array"
fi
