#!/bin/bash -eu
# Builds every fuzz target with plain compiler calls: for OSS-Fuzz, for
# fuzz/run continuous, and for whoever has no Bazel.
#
# The environment is OSS-Fuzz's: CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE say
# how, WORK is for what comes in between, and OUT gets for each target
#
#   NAME_fuzz                   the fuzzer
#   NAME_fuzz_seed_corpus.zip   its corpus and its regressions
#   NAME_fuzz.dict              a dictionary
#   NAME_fuzz.options           options of libFuzzer
#
# A target is a file fuzz/targets/NAME_fuzz.c. What it calls is found by the
# linker, in one archive of the other sources: there is no list to keep.
# TARGETS="NAME..." builds only these.
#
# The tree is the one it stands in; where that is none, as for the copy that
# OSS-Fuzz runs, it is the current folder.

: "${CC:=clang}" "${CXX:=clang++}" "${CFLAGS:=}" "${CXXFLAGS:=}"
: "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}" "${OUT:?}" "${WORK:?}"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [[ ! -d $root/parser ]]; then root=$PWD; fi
jobs=${JOBS:-$(nproc)}

# What judges the codecs is not what the fuzzer should look for new ways through:
# a run would take two to five times as long.
laws_flags=
if [[ $CFLAGS == *fuzzer-no-link* ]]; then
  laws_flags=-fno-sanitize=fuzzer-no-link
fi
export CC CFLAGS WORK laws_flags

compile() { # compile SOURCE
  local object=$1 more=
  object=$WORK/${object//\//_}.o
  if [[ $1 == fuzz/* ]]; then more=$laws_flags; fi
  # shellcheck disable=SC2086  # Flags are words.
  $CC $CFLAGS $more -std=c11 -I. -c "$1" -o "$object"
}
export -f compile

compile_all() { # compile_all < SOURCES
  xargs -P "$jobs" -I '{}' bash -euc 'compile "$1"' bash '{}'
}

# The simulated kernel takes the place of server/sys.c, and the acceptor's own
# would take its place in turn; main functions and what only counts work
# (fuzz.bzl, _counting) stay outside.
sources() {
  local file
  for file in parser/*.c server/*.c server/*/*.c fuzz/*/*.c; do
    case $file in
      server/httpd.c | server/sys.c) ;;
      server/sim/acceptor_sim.c | server/sim/whole*.c) ;;
      server/process/folders.c | server/process/start_line.c) ;; # httpd's, of the handlers
      *_test.c | fuzz/*/*_main.c | fuzz/*/work_count.c) ;;
      *) echo "$file" ;;
    esac
  done
}

names() {
  local file
  for file in fuzz/targets/*_fuzz.c; do
    file=${file#fuzz/targets/}
    echo "${file%_fuzz.c}"
  done
}

pack() { # pack ZIP FILE...
  rm -f "$1"
  if command -v zip >/dev/null; then
    zip -q -j "$@"
  elif command -v python3 >/dev/null; then
    python3 -m zipfile -c "$@"
  else
    echo 'neither zip nor python3: apt-get install zip' >&2
    return 1
  fi
}

link_target() { # link_target NAME
  local name=$1 more=()
  # A harness that says what its input is gets the mutations that know it; the
  # engine refers to them weakly, so the archive alone would not give them.
  if grep -q fuzz_shape_of_input "fuzz/targets/${name}_fuzz.c"; then
    more+=("$WORK/fuzz_engine_mutator.c.o")
  fi
  # shellcheck disable=SC2086  # Flags are words.
  $CXX $CXXFLAGS "$WORK/fuzz_targets_${name}_fuzz.c.o" "${more[@]}" \
    $LIB_FUZZING_ENGINE "$WORK/libh1.a" -lpthread -o "$OUT/${name}_fuzz"
}

supply() { # supply NAME: seeds, dictionary, options
  local name=$1 dictionary=fuzz/dictionaries/$1.dict seeds=()
  if [[ ! -f $dictionary ]]; then dictionary=fuzz/dictionaries/http.dict; fi
  cp "$dictionary" "$OUT/${name}_fuzz.dict"
  printf '[libfuzzer]\nmax_len = 4096\ntimeout = 10\nrss_limit_mb = 2048\n' \
    >"$OUT/${name}_fuzz.options"
  shopt -s nullglob
  seeds=("fuzz/corpus/$name"/* "fuzz/regression/$name"/*)
  shopt -u nullglob
  if ((${#seeds[@]} == 0)); then
    echo "fuzz/corpus/$name: no seeds" >&2
    return 1
  fi
  pack "$OUT/${name}_fuzz_seed_corpus.zip" "${seeds[@]}"
}

cd "$root"
if [[ ! -d parser ]]; then
  echo "$root: no tree to build; run this in one" >&2
  exit 1
fi
mkdir -p "$OUT" "$WORK"
sources >"$WORK/sources"
compile_all <"$WORK/sources"
rm -f "$WORK/libh1.a"
sed "/_fuzz\.c$/d; s|/|_|g; s|.*|$WORK/&.o|" \
  "$WORK/sources" | xargs "${AR:-ar}" rcs "$WORK/libh1.a"
for name in ${TARGETS:-$(names)}; do
  link_target "$name"
  supply "$name"
done
