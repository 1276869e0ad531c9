#!/bin/bash
# The script that OSS-Fuzz runs, with the clang that is installed: every target
# is built, has its seeds, dictionary and options, and runs over them. One is
# built as OSS-Fuzz lays files out: the script outside the tree, run in it. Then
# fuzz/run continuous over two of the binaries and over one that is made to
# fail: its crash must become a minimised, named file.
#
# Only AddressSanitizer, and no optimisation, for the time it takes: other
# sanitizers and engines are other values of the same variables.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=${TEST_TMPDIR:-$(mktemp -d)}/oss-fuzz
readonly runs=300
out=$scratch/out

fail() { # noted in a file: some checks run side by side
  echo "FAILED: $*" | tee -a "$scratch/failures" >&2
}

harnesses=("$here"/fuzz/targets/*_fuzz.c)

build_with() { # build_with SCRIPT OUT FLAGS LINK_FLAGS [TARGETS]
  CC=clang CXX=clang++ OUT=$2 WORK=$2/work JOBS=2 TARGETS=${5:-} \
    CFLAGS="-fsanitize=fuzzer-no-link $3" CXXFLAGS=$4 \
    LIB_FUZZING_ENGINE=-fsanitize=fuzzer "$1"
}

build() { build_with "$here/fuzz/oss-fuzz/build.sh" "$@"; }

check_target() { # check_target NAME
  local name=$1 fuzzer=$out/$1_fuzz seeds=$scratch/seeds/$1 log=$scratch/$1.log
  local packed known done_runs
  [[ -x $fuzzer ]] || { fail "$name: no fuzzer"; return; }
  grep -q max_len "$fuzzer.options" || fail "$name: no options"
  mkdir -p "$seeds"
  python3 -m zipfile -e "${fuzzer}_seed_corpus.zip" "$seeds"
  packed=$(find "$seeds" -type f | wc -l)
  known=$({ ls "$here/fuzz/corpus/$name" "$here/fuzz/regression/$name" \
    2>/dev/null || true; } | grep -vc '^$\|:$')
  ((packed == known && packed > 0)) ||
    fail "$name: $packed seeds packed of $known"
  if ! (cd "$scratch" && timeout 120 "$fuzzer" -seed=1 \
    "-runs=$((packed + runs))" "-dict=$fuzzer.dict" -print_final_stats=1 \
    "-artifact_prefix=$scratch/$name-" "$seeds") >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "$name: the fuzzer failed"
    return
  fi
  done_runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  ((${done_runs:-0} >= packed + runs)) ||
    fail "$name: ${done_runs:-no} runs of $((packed + runs))"
  echo "$name: $packed seeds, $done_runs runs"
}

# A target with a bug that libFuzzer finds at once: three bytes in a row.
write_planted() {
  cat >"$scratch/planted.c" <<'PLANTED'
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (size_t i = 0; i + 3 <= size; i++) {
    if (data[i] == 'B' && data[i + 1] == 'U' && data[i + 2] == 'G') {
      __builtin_trap();
    }
  }
  return 0;
}
PLANTED
  mkdir -p "$scratch/planted/fast" "$scratch/state/corpus/planted"
  clang -O1 -fsanitize=fuzzer "$scratch/planted.c" \
    -o "$scratch/planted/fast/planted_fuzz"
  printf 'a line that has BU in it, then more' \
    >"$scratch/state/corpus/planted/seed"
}

continuous() { # continuous OPTION...
  timeout 120 "$here/fuzz/run" continuous --rounds 1 --no-build \
    --state "$scratch/state" --regressions "$scratch/regression" "$@"
}

total() { # total: executions counted so far
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["total"])' \
    "$scratch/state/executions.json"
}

check_continuous() {
  local first second
  ln -sfn "$out" "$scratch/asan"
  continuous --seconds 1 --build asan --targets scan,target \
    --binaries "$scratch" --jobs 2 || fail 'a round over sound targets'
  first=$(total)
  ((first > 0)) || fail 'no execution was counted'
  continuous --seconds 1 --build asan --targets scan --binaries "$scratch" ||
    fail 'a second round'
  second=$(total)
  ((second > first)) || fail "counts do not add up: $first, then $second"
  [[ -z $(find "$scratch/regression" -type f 2>/dev/null) ]] ||
    fail 'a crash where there is none'
}

# OSS-Fuzz copies the script to /src and runs it in /src/h1.
check_layout() {
  local source=$scratch/layout layout_out=$scratch/layout-out
  mkdir -p "$source"
  ln -sfn "$here" "$source/h1"
  cp "$here/fuzz/oss-fuzz/build.sh" "$source/build.sh"
  (cd "$source/h1" && build_with "$source/build.sh" "$layout_out" \
    '-O0' '' scan) || fail 'the copy of build.sh does not build'
  [[ -x $layout_out/scan_fuzz ]] ||
    fail 'the copy of build.sh built no target'
  if (cd "$source" && build_with "$source/build.sh" "$layout_out" \
    '-O0' '' scan 2>"$scratch/layout.log"); then
    fail 'build.sh builds where there is no tree'
  fi
  grep -q 'no tree to build' "$scratch/layout.log" ||
    fail 'build.sh does not say that there is no tree'
}

check_planted() {
  local status=0 found
  write_planted
  continuous --seconds 20 --minimise 2 --build fast --targets planted \
    --binaries "$scratch/planted" || status=$?
  ((status == 1)) || fail "a crash must end with status 1, not $status"
  found=("$scratch"/regression/planted/deadly-signal-*)
  [[ -f ${found[0]} ]] || { fail 'no named file of the crash'; return; }
  grep -q BUG "${found[0]}" || fail 'the file is not the crash'
  (($(wc -c <"${found[0]}") == 3)) || fail 'the crash was not minimised'
}

for program in clang clang++ python3; do
  command -v "$program" >/dev/null || { echo "no $program" >&2; exit 1; }
done
rm -rf "$scratch"
mkdir -p "$scratch/regression"
((${#harnesses[@]} >= 10)) || fail "only ${#harnesses[@]} harnesses"
build "$out" '-O0 -fsanitize=address' -fsanitize=address
export -f check_target fail
export here scratch out runs
printf '%s\n' "${harnesses[@]##*/}" | sed 's/_fuzz\.c$//' |
  xargs -P 2 -I '{}' bash -euc 'check_target "$1"' bash '{}' ||
  fail 'a check ended by itself'
check_layout
check_continuous
check_planted
echo "$SECONDS s"
[[ ! -s $scratch/failures ]]
