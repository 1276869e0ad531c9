# Sourced by .ci/run and .ci/nightly: named steps that are timed, counted and
# never keep a later step from running.
#
#   step NAME COMMAND...   passes when the command does; counts one
#   tests NAME FLAG... TARGETS   `bazel test`; counts the test cases that Bazel
#                          says were run, and each target that did not get so far
#   finish                 prints the totals; the exit status of the script
#
# A step's output is shown when it fails; all of it stays in $logs.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

passed=0
failed=0
results=()
logs=$(mktemp -d "${TMPDIR:-/tmp}/h1-ci.XXXXXX")

bazel_flags=(--color=no --curses=no)

bazel() { # bazel COMMAND ARGUMENT...
  local command=$1
  shift
  ./bazelw "$command" "${bazel_flags[@]}" "$@"
}

record() { # record NAME SECONDS PASSED FAILED NOTE
  local verdict=ok
  if (($4 > 0)); then verdict=FAILED; fi
  passed=$((passed + $3))
  failed=$((failed + $4))
  results+=("$(printf '%-6s %-24s %5d s  %s' "$verdict" "$1" "$2" "$5")")
  printf '%s\n' "${results[-1]}"
}

show() { # show LOGFILE: the end of it, where the reason stands
  sed 's/^/    /' "$1" | tail -n "${H1_CI_LOG_LINES:-200}"
}

step() {
  local name=$1 start=$SECONDS log
  shift
  log=$logs/${name//\//_}.log
  if "$@" >"$log" 2>&1; then
    record "$name" $((SECONDS - start)) 1 0 ''
  else
    show "$log"
    record "$name" $((SECONDS - start)) 0 1 "see $log"
  fi
}

tests() {
  local name=$1 start=$SECONDS log=$logs/$1.log events=$logs/$1.json status=0
  shift
  bazel test --keep_going --build_event_json_file="$events" "$@" \
    >"$log" 2>&1 || status=$?
  local good=0 bad=1 skipped=0
  read -r good bad skipped < <(.ci/count_tests "$events" "$status") ||
    { good=0 bad=1; }
  if ((bad > 0)); then show "$log"; fi
  record "$name" $((SECONDS - start)) "$good" "$bad" \
    "$good passed, $bad failed, $skipped skipped"
}

finish() {
  echo
  printf '%s\n' "${results[@]}"
  if ((failed == 0)); then rm -rf "$logs"; else echo "logs: $logs"; fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
}
