# shellcheck shell=sh disable=SC2154,SC2317
# The checks of the code that come before the tests. All of them run; `failed` names those that were not content.

failed=

check_code() {
  say "Checking the code"
  check "ruff" .venv/bin/ruff check .
  check "ruff format" .venv/bin/ruff format --check .
  check "mypy" .venv/bin/mypy
  check "import-linter" .venv/bin/lint-imports
  [ ! -d templates ] || check "djlint" .venv/bin/djlint templates --lint
  [ -z "$failed" ] || say "Not content: ${failed#, }. The tests follow all the same."
}

# check NAME COMMAND…
check() {
  name=$1
  shift
  if "$@" >"$log" 2>&1 </dev/null; then
    say "  $name: fine"
  else
    cat "$log"
    say "  $name: FAILED"
    failed="$failed, $name"
  fi
}
