# shellcheck shell=sh disable=SC2154,SC2317
# Python: a virtual environment in .venv, filled by uv with exactly what requirements/*.txt name and hash.

# find_python sets `python` and `version`. The environment comes first: it needs nothing of the machine any more.
find_python() {
  if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11; fi
  for python in .venv/bin/python "$@"; do
    if version=$("$python" setup/usable.py "$root" 2>/dev/null); then
      return
    fi
  done
  found=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
  fail "Python 3.11 or newer is needed, found: $found. Install one, or name it in PYTHON."
}

# install_python SET brings .venv to requirements/SET.txt, base or dev; the dev set holds the base set.
install_python() {
  stamp=.venv/.stamp
  wanted=$(python_fingerprint "$1")
  if [ "$python" = .venv/bin/python ]; then
    is_stamped $stamp "$wanted" && return
    [ "$1" = base ] && is_stamped $stamp "$(python_fingerprint dev)" && return
  fi

  if [ "$1" = base ]; then check_disk 800; else check_disk 1500; fi
  [ "$python" = .venv/bin/python ] || make_venv
  rm -f $stamp
  step "Installing uv" install_uv
  step "Installing the Python packages" sync_python "$1"
  link_project
  printf '%s\n' "$wanted" >$stamp
}

python_fingerprint() {
  printf '%s ' "$1" "$version"
  fingerprint requirements/uv.txt "requirements/$1.txt"
}

make_venv() {
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    may_install || fail "Python's venv module is missing: run 'apt-get install python$version-venv' as root, then start again."
    step "Installing python$version-venv" apt_install "python$version-venv"
  fi
  rm -rf .venv
  step "Making the virtual environment" "$python" -m venv .venv
  python=.venv/bin/python
}

install_uv() {
  # An environment that another tool made may come without pip.
  $python -m pip --version || $python -m ensurepip
  PIP_USER=0 $python -m pip install --disable-pip-version-check --no-input --retries 2 \
    --require-hashes --only-binary :all: -r requirements/uv.txt
}

sync_python() {
  hand_on_pip_settings &&
    uv pip sync --python .venv/bin/python --require-hashes --only-binary :all: "requirements/$1.txt"
}

uv() {
  UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never .venv/bin/uv "$@"
}

# A service's account may have no home to keep downloads in: then they stay in the environment.
keep_caches_somewhere() {
  [ -n "${HOME:-}" ] && [ -w "$HOME" ] && return
  export UV_CACHE_DIR="${UV_CACHE_DIR:-$root/.venv/.cache/uv}" npm_config_cache="${npm_config_cache:-$root/.venv/.cache/npm}"
}

# uv does not read pip's settings: whoever set a mirror for pip meant it for every installer.
hand_on_pip_settings() {
  settings=$($python -m pip config list | $python setup/mirror.py) || return
  eval "$settings"
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
  fi
}

# link_project lets the package be used where it lies: no build step, and an edit counts at once.
link_project() {
  # Relative to site-packages, because Python reads the line in the locale's encoding and the path may be Chinese.
  echo ../../../.. >".venv/lib/python$version/site-packages/matchmaker.pth"
  # shellcheck disable=SC2016 # for the small script itself to expand
  printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m matchmaker "$@"\n' >.venv/bin/matchmaker
  chmod +x .venv/bin/matchmaker
  printf '%s\n' "$root" >.venv/.root
}
