#!/usr/bin/env bash
# Trains on a dump larger than memory, with a heap of less than 1 GB, and prints how long training
# waited for rows.
#
#   scripts/large-dump.sh DUMP OUT [GIGABYTES]
#
#   DUMP       directory of safetensors shards to copy, such as runs/quickstart/activations
#   OUT        where to put rows/ (removed at the end) and run/
#   GIGABYTES  total size of the copies (default: 20)
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/require-java.sh"

case ${1:-} in
  -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit ;;
esac
[ $# -ge 2 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
dump=$1 out=$2 wanted=$((${3:-20} * 1000000000))
compgen -G "$dump/*.safetensors" >/dev/null || die "large-dump: $dump holds no .safetensors files"

mkdir -p "$out"
rm -rf "$out/rows" "$out/run"
mkdir "$out/rows"
trap 'rm -rf "$out/rows"' EXIT
size=0 copy=0
while [ "$size" -lt "$wanted" ]; do
  for shard in "$dump"/*.safetensors; do
    [ "$size" -lt "$wanted" ] || break
    cp "$shard" "$out/rows/$(printf '%03d' "$copy")-$(basename "$shard")"
    size=$((size + $(stat -c %s "$shard")))
  done
  copy=$((copy + 1))
done
say "large-dump: $size bytes in $(find "$out/rows" -type f | wc -l) files"
sync

SAE_HEAP_MB=900 "$root/scripts/sae" train --data "$out/rows" --out "$out/run" --latents 2048 \
  --variant topk --k 32 --epochs 1 --shuffle-buffer-rows 65536
grep -h 'waited' "$out/run/sae.log"
