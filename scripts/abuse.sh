#!/usr/bin/env bash
# Tries the sae command with bad options, inputs, outputs and environments, in a temporary directory.
# Each case states the expected exit code and words, and which files must stay unchanged.
# The last line is 'N cases, F failed'; exits with 1 if any failed.
#   --quick   only the cases that are fast and do not need root
#   --keep    keep the directory
#   SAE       the command to test (default: scripts/sae of this checkout)
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
sae=${SAE:-$root/scripts/sae}
quick=no keep=no cases=0 failed=0 skipped=0
mounts=()

for argument in "$@"; do
  case $argument in
    --quick) quick=yes ;;
    --keep) keep=yes ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" && exit 0 ;;
    *) echo "abuse.sh: unknown option $argument" >&2 && exit 2 ;;
  esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/abuse.XXXXXX") || exit 2
chmod 755 "$work"
cd "$work" || exit 2
mkdir -m 1777 "$work/tmp" && export TMPDIR=$work/tmp
# shellcheck disable=SC2317,SC2329 # called by the trap
clean_up() {
  local mount
  for mount in ${mounts[@]+"${mounts[@]}"}; do umount "$mount"; done
  [ "$keep" = yes ] || rm -rf "$work"
}
trap clean_up EXIT

report() { # WORD NAME WHY
  printf '%-8s%s%s\n' "$1" "$2" "${3:+: $3}"
}

result() { # NAME WHY: failed if WHY is not empty
  cases=$((cases + 1))
  [ -z "$2" ] && report ok "$1" '' && return
  failed=$((failed + 1))
  report FAILED "$1" "$2"
}

skip() { # NAME WHY
  skipped=$((skipped + 1))
  report SKIPPED "$1" "$2"
}

# Runs a command and compares its exit code, and its output with an extended regular expression.
# A refusal (2) must be one sentence on the error stream, without a stack trace.
try() { # NAME EXIT_CODE WORDS COMMAND...
  local name=$1 code=$2 words=$3 got why=
  shift 3
  timeout 300 "$@" >"$work/.out" 2>"$work/.err" </dev/null
  got=$?
  if [ "$got" != "$code" ]; then
    why="exit code $got, expected $code: $(tail -n 1 "$work/.err")"
  elif [ -n "$words" ] && ! grep -qE -- "$words" "$work/.out" "$work/.err"; then
    why="expected '$words' in: $(tail -n 1 "$work/.err")"
  elif [ "$code" = 2 ] && [ "$(grep -c '^sae' "$work/.err")" != 1 ]; then
    why="a refusal must be one sentence: $(head -n 3 "$work/.err" | tr '\n' '|')"
  elif grep -qE 'Exception|incubator|^[[:space:]]+at ' "$work/.err"; then
    why="not meant for people: $(grep -E 'Exception|incubator|^[[:space:]]+at ' "$work/.err" | head -n 1)"
  fi
  result "$name" "$why"
}

# Checks a condition.
holds() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then result "$name" ''; else result "$name" "not so: $*"; fi
}

holds_not() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then result "$name" "but so: $*"; else result "$name" ''; fi
}

# ---- inputs ---------------------------------------------------------------------------------------

# A .npy of float32 values of magnitude .5 to 2, [ROWS, 8].
npy() { # FILE ROWS SEED
  {
    # the header is 128 bytes long
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': ($2, 8), }"
    printf '%b' "$(awk -v n=$(($2 * 8)) -v seed="$3" 'BEGIN {
      srand(seed)
      for (i = 0; i < n; i++) printf "\\000\\000\\0%03o\\0%o", int(rand() * 256), rand() < .5 ? 63 : 191
    }')"
  } >"$1"
}

npy good.npy 2000 1
npy other.npy 2000 2
echo '{"text": "foreign"}' >foreign.jsonl
mkdir -p notes && echo 'mine' >notes/index.html && echo 'mine' >notes/todo.txt
settings=(--latents 16 --k 2 --batch 128 --epochs 1)

try 'a run to work with' 0 'run/sae' "$sae" train --data good.npy --out run "${settings[@]}"
try 'a dump to work with' 0 'wrote dump' "$sae" convert --data good.npy --out dump
[ "$failed" = 0 ] || { echo "$cases cases, $failed failed"; exit 1; }
same_as_before() { [ "$(sum "$1")" = "$(cat "$work/.sum.${1//\//_}")" ]; }
sum() { if [ -d "$1" ]; then tar -cf - -C "$1" . | cksum; else cksum <"$1"; fi; }
remember() { local each; for each in "$@"; do sum "$each" >"$work/.sum.${each//\//_}"; done; }
remember good.npy run/sae dump notes
eval_good=("$sae" eval --sae run --data good.npy --rows all)

# ---- outputs that name inputs or foreign files ----------------------------------------------------

try 'the numbers over the rows' 2 'json names good.npy, which --data reads' "${eval_good[@]}" --json good.npy
holds 'the rows are unchanged' same_as_before good.npy
ln -s good.npy link.npy
try 'the rows through a symbolic link' 2 'which --data reads' "${eval_good[@]}" --json link.npy
ln good.npy hard.npy
try 'the rows through a hard link' 2 'which --data reads' "${eval_good[@]}" --json hard.npy
try 'the numbers over the weights' 2 'which --sae reads' "${eval_good[@]}" --json run/sae/sae_weights.safetensors
try 'the log over the rows' 2 'which --data reads' "${eval_good[@]}" --log-file good.npy
try 'the numbers over the manifest' 2 'which --data reads' "$sae" eval --sae run --data dump --json dump/manifest.json
try 'a directory where a file is expected' 2 'notes is a directory' "${eval_good[@]}" --json notes
try 'a file where a directory is expected' 2 'good.npy' "$sae" train --data other.npy --out good.npy "${settings[@]}"
try 'a path below a file' 2 'is not a directory' "${eval_good[@]}" --json good.npy/eval.json
try 'a conversion into itself' 2 'which --data reads' "$sae" convert --data dump --out dump --overwrite
try 'a report over another page' 2 'notes/index.html' "$sae" report --sae run --data dump --out notes
try 'an SAE over other files' 2 'no SAE|is not' "$sae" convert --sae run --to saelens --out notes --overwrite
holds 'foreign files are unchanged' same_as_before notes
cp -r dump dump2 && echo mine >dump2/notes.txt
try 'a dump with a foreign file' 2 'dump2/notes.txt' "$sae" convert --data other.npy --out dump2 --overwrite
holds 'the foreign file is still there' test -s dump2/notes.txt
cp -r run/sae sae2 && echo mine >sae2/notes.txt
try 'an SAE with a foreign file' 2 'sae2/notes.txt' "$sae" convert --sae run --to saelens --out sae2 --overwrite
mkdir -p project && echo '{"mine": 1}' >project/config.json
try "another program's config.json" 2 'project/config.json' "$sae" train --data good.npy --out project --overwrite "${settings[@]}"
holds 'it is still there' grep -q mine project/config.json
mkdir -p table && echo 'mine' >table/sweep.csv
try "another program's sweep.csv" 2 'table/sweep.csv' "$sae" sweep --data good.npy --out table --k 1,2 --latents 16 --batch 128
holds_not 'a refused sweep leaves no log' test -e table/sae.log
try 'a run over an existing run' 2 'already holds a training run' "$sae" train --data other.npy --out run "${settings[@]}"
holds 'the SAE is unchanged' same_as_before run/sae

# ---- outputs that are not files -------------------------------------------------------------------

try 'numbers on standard output' 0 '"fvu"' "${eval_good[@]}" --json -
holds 'with nothing else there' test "$(head -c 1 "$work/.out")" = '{'
try 'a report on standard output' 2 'cannot be standard output' "$sae" report --sae run --data dump --out -
ln -s later.json dangling.json
try 'a link to nothing' 0 'wrote' "${eval_good[@]}" --json dangling.json
holds 'its target is created' test -f later.json -a -L dangling.json
ln -s loop2 loop1 && ln -s loop1 loop2
try 'links in a circle' 2 'leads back to itself' "${eval_good[@]}" --json loop1
if mkfifo pipe 2>/dev/null; then
  cat pipe >from-pipe &
  reader=$!
  try 'a pipe' 0 'wrote pipe' "${eval_good[@]}" --json pipe
  wait "$reader"
  holds 'it is still a pipe' test -p pipe
  holds 'and the output is complete' grep -q '"fvu"' from-pipe
fi
if mknod null c 1 3 2>/dev/null; then
  try 'a device' 0 'wrote null' "${eval_good[@]}" --json null
  holds 'it is still a device' test -c null
else
  skip 'a device' 'needs root'
fi
printf '{}' >private.json && chmod 640 private.json
try 'a file with an unusual mode' 0 'wrote' "${eval_good[@]}" --json private.json
holds 'it keeps its mode' test "$(stat -c %a private.json)" = 640
(umask 022 && try 'a new file' 0 'wrote' "${eval_good[@]}" --json new.json) && cases=$((cases + 1))
holds 'it has the usual mode' test "$(stat -c %a new.json)" = 644
long=$(printf 'n%.0s' {1..250}).json
try 'the longest possible name' 0 'wrote' "${eval_good[@]}" --json "$long"
try 'a name that is too long' 2 'too long' "${eval_good[@]}" --json "x$long"
if [ -c /dev/full ]; then
  # shellcheck disable=SC2016 # for the inner shell
  try 'results to a full device' 2 'cannot be written' bash -c '"$@" >/dev/full' - "${eval_good[@]}"
fi
# shellcheck disable=SC2016
try 'a reader that closes the pipe' 141 '' bash -c 'set -o pipefail; "$@" | true' - "$sae" --help

# ---- options --------------------------------------------------------------------------------------

try 'a repeated option' 0 'twice/sae' "$sae" train --data good.npy --out twice "${settings[@]}" --seed 5 --k 3 --k 2
holds 'the other options stay' grep -qE '"seed" ?: ?5' twice/config.json
try 'an unknown option' 2 'latent' "$sae" train --data good.npy --out x --latent 16
try 'an unknown option, and a missing one' 2 "'--sea'; did you mean --sae" "$sae" eval --sea run --data good.npy
try 'an unknown command' 2 'trian' "$sae" trian
try 'a word for a number' 2 'many' "$sae" train --data good.npy --out x --latents many
try 'a learning rate of 0' 2 'learning-rate' "$sae" train --data good.npy --out x "${settings[@]}" --learning-rate 0
try 'a batch larger than the data' 2 'fewer than a --batch' "$sae" train --data good.npy --out x --latents 16 --k 2 --batch 4096
holds_not 'a refused run leaves nothing' test -e x
try 'a missing file' 2 'nowhere.*not exist' "$sae" eval --sae nowhere --data good.npy

# ---- broken inputs --------------------------------------------------------------------------------

head -c 1000 good.npy >short.npy
try 'truncated rows' 2 'short.npy' "$sae" convert --data short.npy --out x
head -c 5 good.npy >tiny.npy
try 'a truncated header' 2 'tiny.npy' "$sae" convert --data tiny.npy --out x
: >empty.npy
try 'an empty file' 2 'empty.npy' "$sae" convert --data empty.npy --out x
cp foreign.jsonl text.npy
try 'text under the wrong name' 2 'text.npy' "$sae" convert --data text.npy --out x
cp -r run/sae cut && head -c 100 run/sae/sae_weights.safetensors >cut/sae_weights.safetensors
try 'truncated weights' 2 'cut/sae_weights.safetensors' "$sae" eval --sae cut --data good.npy
cp -r run/sae nonsense && echo '{' >nonsense/cfg.json
try 'a broken cfg.json' 2 'nonsense/cfg.json' "$sae" eval --sae nonsense --data good.npy
cp -r dump missing && rm missing/shard-00000.safetensors
try 'a missing shard' 2 'shard-00000' "$sae" eval --sae run --data missing
holds_not 'none of them wrote anything' test -e x

# ---- two processes --------------------------------------------------------------------------------

"$sae" train --data good.npy --out live --latents 16 --k 2 --batch 128 --epochs 100000 >.live 2>&1 </dev/null &
live=$!
for _ in {1..300}; do [ -s live/config.json ] && break; sleep .2; done
try 'a run in use' 2 'in use by process [0-9]+ on ' "$sae" train --data good.npy --out live --resume
try 'a run in use, under another path' 2 'in use by process' "$sae" train --data good.npy --out ./live/../live --overwrite "${settings[@]}"
kill -KILL "$live"
wait "$live" 2>/dev/null
try 'a run whose process was killed' 0 'live/sae' "$sae" train --data good.npy --out live --overwrite "${settings[@]}"
holds_not 'no lock file is left' test -e .live.lock
holds 'nor any hidden file' test -z "$(find live run dump -name '.*' ! -name '.')"

# ---- environments ---------------------------------------------------------------------------------

cp good.npy 'é ü.npy'
try 'the C locale' 0 'wrote' env -u LANG LC_ALL=C "$sae" convert --data 'é ü.npy' --out c
try 'no locale' 0 'wrote' env -u LANG -u LC_ALL -u LC_CTYPE "$sae" convert --data 'é ü.npy' --out posix
try 'a word for a heap size' 2 'SAE_HEAP_MB.*abc' env SAE_HEAP_MB=abc "$sae" --help
try 'a JAVA_HOME without Java' 2 'JAVA_HOME' env JAVA_HOME=/nonexistent "$sae" --help
mkdir -p broken/bin && printf '#!/bin/sh\nexit 3\n' >broken/bin/java && chmod +x broken/bin/java
try 'a Java that fails' 2 'version.*fails' env JAVA_HOME="$work/broken" "$sae" --help
try 'Java options that Java prints' 0 'Sparse autoencoders' env JAVA_TOOL_OPTIONS=-Dx=y "$sae" --help
try 'unknown Java options' 2 'SAE_JAVA_OPTS.*NoSuch' env SAE_JAVA_OPTS=-XX:+NoSuch "$sae" --help
try 'Java options that conflict with ours' 2 'SAE_JAVA_OPTS.*collector' env SAE_JAVA_OPTS=-XX:+UseParallelGC "$sae" --help
try 'Java options that are not options' 2 'SAE_JAVA_OPTS' env SAE_JAVA_OPTS=NoSuch "$sae" --help
try 'unknown Java options for every Java' 2 'JAVA_TOOL_OPTIONS.*NoSuch' env JAVA_TOOL_OPTIONS=-XX:+NoSuch "$sae" --help
try 'no temporary directory' 2 'TMPDIR' env TMPDIR=/nonexistent "$sae" --help
try 'no home' 0 'FVU|fvu' env -u HOME "${eval_good[@]}"
try 'a missing home' 0 'FVU|fvu' env HOME=/nonexistent "${eval_good[@]}"

locales=('fa IR arabext' 'ar EG arab' 'tr TR latn' 'th TH thai')
[ "$quick" = no ] || locales=('fa IR arabext')
reference=
for each in 'en US latn' "${locales[@]}"; do
  read -r language country digits <<<"$each"
  options="-Duser.language=$language -Duser.country=$country -Duser.extensions=u-nu-$digits"
  out=in-$language
  try "a run in the locale $language-$country" 0 "$out/sae" \
    env SAE_JAVA_OPTS="$options" "$sae" train --data good.npy --out "$out" "${settings[@]}" --checkpoint-every 5
  holds 'its checkpoints have the usual names' \
    test -z "$(find "$out" -print | LC_ALL=C grep -P '[^\x00-\x7f]')"
  weights=$(cksum <"$out/sae/sae_weights.safetensors")
  [ -n "$reference" ] || reference=$weights
  holds 'it ends with the same bits' test "$weights" = "$reference"
done

as_root() { [ "$(id -u)" = 0 ]; }

mounted() { # DIRECTORY OPTIONS
  mkdir -p "$1" && mount -t tmpfs -o "$2" tmpfs "$1" 2>/dev/null && mounts+=("$1")
}

if [ "$quick" = no ]; then
  if as_root && command -v setpriv >/dev/null; then
    mkdir -p stranger && chmod 777 stranger
    chmod -R a+rX run good.npy
    # shellcheck disable=SC2016
    try 'a user without an account' 0 'FVU|fvu' setpriv --reuid=12345 --regid=12345 --clear-groups \
      env HOME=/nonexistent bash -c 'cd stranger && shift && exec "$@"' - - \
      "$sae" eval --sae "$work/run" --data "$work/good.npy" --rows all
    holds 'no directory named ? is left' test -z "$(ls -A stranger)"
    chmod 555 notes
    try 'a directory without write permission' 2 'is not writable' \
      setpriv --reuid=12345 --regid=12345 --clear-groups env HOME="$work/stranger" \
      "$sae" eval --sae run --data good.npy --rows all --json notes/eval.json
    chmod 755 notes
  else
    skip 'a user without an account' 'needs root and setpriv'
  fi
  if as_root && mounted full size=1m; then
    head -c 2m /dev/zero >full/filler 2>/dev/null
    try 'a full file system' 2 'full/eval.json' "${eval_good[@]}" --json full/eval.json
    try 'a full temporary directory' 0 'FVU|fvu' env TMPDIR="$work/full" "${eval_good[@]}"
    mkdir -p full/home 2>/dev/null
    try 'a full home' 2 'native libraries' env HOME="$work/full" "${eval_good[@]}"
    holds_not 'no half-written file is left' test -e full/eval.json
  else
    skip 'full file systems' 'needs root and mount'
  fi
  if as_root && mounted noexec size=600m,noexec; then
    try 'a home that forbids execution' 2 'native libraries' env HOME="$work/noexec" "${eval_good[@]}"
    try 'a mount point as a run' 0 'noexec/sae' "$sae" train --data good.npy --out noexec "${settings[@]}"
  else
    skip 'file systems that forbid execution' 'needs root and mount'
  fi
  if as_root && mounted dumped size=64m; then
    try 'a mount point as a dump' 0 'wrote' "$sae" convert --data good.npy --out dumped
    try 'replacing that dump' 0 'wrote' "$sae" convert --data other.npy --out dumped --overwrite
    holds 'the mount point holds only the dump' test "$(ls -A dumped | tr '\n' ' ')" = 'manifest.json shard-00000.safetensors '
    mount -o remount,ro dumped
    try 'a read-only file system' 2 'is not writable' "${eval_good[@]}" --json dumped/eval.json
  else
    skip 'mount points' 'needs root and mount'
  fi
fi

holds 'all inputs are unchanged' same_as_before good.npy
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$cases cases, $failed failed"
[ "$failed" = 0 ]
