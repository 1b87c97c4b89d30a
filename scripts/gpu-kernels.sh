#!/usr/bin/env bash
# Builds the PTX that sae-cuda ships from its kernels and assembles every kernel for each generation of chips.
#   scripts/gpu-kernels.sh            writes the PTX; prints each kernel's registers and shared memory on 9.0
#   scripts/gpu-kernels.sh --check    compares the committed PTX with a fresh one instead; exit code 1 if they differ
# Needs nvcc 13.0 (NVCC=path for another place): other versions write other PTX. Exit code 3 without one. PTXAS=path assembles with
# another ptxas, such as one of an older toolkit.
set -euo pipefail
cd "$(dirname "$0")/../sae-cuda/src/main"
nvcc=${NVCC:-nvcc}
release=13.0
if ! "$nvcc" --version 2>/dev/null | grep -q "release $release,"; then
  echo "nvcc $release is needed to build the kernels, found: $("$nvcc" --version 2>/dev/null | grep -o 'release.*' || echo none)" >&2
  exit 3
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# module NAME VIRTUAL-ARCHITECTURE FILE...: one PTX of many files. The version line is that of CUDA 11.0: drivers from then on take it,
# and nothing in the code is newer (ptxas shows it) but a hint, which is left out.
module() {
  local name=$1 arch=$2 file
  shift 2
  for file; do
    echo "$file $arch $work/$(basename "$file" .cu).ptx"
  done | xargs -P "$(nproc)" -n 3 sh -c "'$nvcc' -std=c++17 -O3 -fmad=false --Werror all-warnings -ptx -arch=\$1 \$0 -o \$2"
  {
    printf '//\n// Made by scripts/gpu-kernels.sh with nvcc %s from sae-cuda/src/main/cuda: do not edit.\n//\n\n' "$release"
    printf '.version 7.0\n.target %s\n.address_size 64\n' "${arch/compute/sm}"
    for file; do
      sed -e '/^\/\//d' -e '/^\.version/d' -e '/^\.target/d' -e '/^\.address_size/d' -e '/\.pragma "used_bytes_mask/d' "$work/$(basename "$file" .cu).ptx"
    done | cat -s
  } > "$work/made.$name"
}

# most PATTERN: the largest number in what matches of ptxas's output for $name and $arch
most() { grep -o "$1" "$work/$name.$arch" | grep -o '[0-9][0-9]*' | sort -n | tail -1; }

# assemble NAME ARCHITECTURE...: what a driver does with the PTX; spills and warnings are failures
assemble() {
  local name=$1 arch
  shift
  for arch; do
    "${PTXAS:-$(dirname "$(command -v "$nvcc")")/ptxas}" -arch="sm_$arch" -O3 -v -warn-spills "$work/made.$name" -o "$work/out.cubin" \
      > "$work/$name.$arch" 2>&1 || { cat "$work/$name.$arch" >&2; exit 1; }
    if grep -iE 'warning|[1-9][0-9]* bytes spill|[1-9][0-9]* bytes stack frame' "$work/$name.$arch" >&2; then
      echo "$name spills or has warnings on sm_$arch" >&2
      exit 1
    fi
    echo "$name for sm_$arch: $(grep -c 'Compiling entry' "$work/$name.$arch") kernels, no spills, at most" \
      "$(most 'Used [0-9]* registers') registers and $(most '[0-9]* bytes smem') bytes of shared memory"
  done
}

module kernels.ptx compute_75 $(ls cuda/*.cu | grep -v -e tensor.cu -e probe.cu | LC_ALL=C sort)
module tensor.ptx compute_80 cuda/product_tensor.cu
assemble kernels.ptx 75 80 86 89 90 100 120
assemble tensor.ptx 80 86 89 90 100 120

if [ "${1:-}" = --check ]; then
  for name in kernels.ptx tensor.ptx; do
    if ! cmp -s "$work/made.$name" "resources/io/github/sae4j/cuda/$name"; then
      echo "$name is not what its sources give: run scripts/gpu-kernels.sh" >&2
      diff "resources/io/github/sae4j/cuda/$name" "$work/made.$name" | head -20 >&2 || true
      exit 1
    fi
  done
  echo "the PTX is what its sources give"
else
  mkdir -p resources/io/github/sae4j/cuda
  for name in kernels.ptx tensor.ptx; do
    cp "$work/made.$name" "resources/io/github/sae4j/cuda/$name"
  done
  cat "$work/kernels.ptx.90" "$work/tensor.ptx.90" | sed -n \
    -e "s/.*Compiling entry function '\([^']*\)'.*/\1/p" -e 's/.*Used \([0-9]* registers.*\)/\1/p' | paste - - \
    | sed -e 's/used [01] barriers,\? \?//' -e 's/, [0-9]* bytes c.*//' -e 's/, $//' | sort | column -t -l 2
fi
