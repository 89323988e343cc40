# shellcheck shell=sh disable=SC2154,SC2317
# Parts of the operating system: installed through apt where this user may, otherwise named with the command.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# The package lists of a new machine may be old or missing: fresh ones are fetched only when those do not do.
apt_install() {
  apt_get install "$@" || { apt_get update && apt_get install "$@"; }
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=60 --no-install-recommends "$@"
}

# install_system_parts brings what the tests need beyond Python: a browser, Chinese letters for it, a database server.
install_system_parts() {
  missing=$(missing_system_parts | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # one word, one package
  if may_install; then
    step "Installing $missing" apt_install $missing
  else
    printf '%s\n' "All tests need more of the system: run 'apt-get install $missing' as root." >&2
    return 1
  fi
}

missing_system_parts() {
  [ -x /usr/bin/chromium ] || echo chromium
  fc-list :lang=zh 2>/dev/null | grep -q . || echo fonts-noto-cjk
  any /usr/lib/*/libatomic.so.1 /usr/lib/libatomic.so.1 /usr/lib64/libatomic.so.1 || echo libatomic1
  any /usr/lib/postgresql/*/bin/postgres || echo postgresql
}

# any PATHS… holds when one of them is there.
any() {
  for path in "$@"; do
    [ ! -e "$path" ] || return 0
  done
  return 1
}
