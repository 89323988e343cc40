# shellcheck shell=sh disable=SC2154,SC2317
# Steps: each says what it does, keeps its noise in .run.log, leaves a stamp of what it was made from,
# and tells in one line why it could not be done. A step with nothing to do costs nothing and needs no network.

log=$root/.run.log

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# step WHAT COMMAND…
step() {
  say "  $1 …"
  shift
  "$@" >"$log" 2>&1 </dev/null || explain
}

said() { grep -qiE "$1" "$log"; }

explain() {
  if said 'No space left|ENOSPC|Disk quota|os error 28'; then
    fail "The disk is full: see $log."
  elif said 'CERTIFICATE_VERIFY_FAILED|UnknownIssuer|SELF_SIGNED_CERT|unable to get (local )?issuer'; then
    fail "The package index has a certificate that this machine does not trust: name its authority in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS."
  elif said 'name resolution|Name or service not known|resolve host|dns error|EAI_AGAIN|ENOTFOUND|unreachable|Connection refused|ECONNREFUSED|ECONNRESET|timed out|ETIMEDOUT|error sending request'; then
    fail "The package index cannot be reached: setting up needs the network once, or a mirror in PIP_INDEX_URL and in npm's settings. See $log."
  elif said 'hash(es)? (do|did|does) not match|DO NOT MATCH THE HASHES|hash mismatch|EINTEGRITY'; then
    fail "A downloaded package is not the one in the lock files, so it was not installed: see $log."
  elif said 'no usable wheels|no wheels with|no matching distribution|no matching platform'; then
    fail "A package has no ready-made build for Python $version on this machine: use Python 3.11 to 3.14 on Linux with glibc. See $log."
  elif tail -n 1 "$log" | grep -q '^Error: '; then
    # Our own commands have already said it in one line.
    fail "$(tail -n 1 "$log" | cut -d ' ' -f 2-)"
  fi
  tail -n 20 "$log" >&2
  fail "This step failed. All it said is in $log."
}

# fingerprint PATHS… prints one number for the names and contents of all files there, less what is compiled from them.
fingerprint() {
  find "$@" -type f ! -name '*.pyc' ! -name '*.mo' -exec cksum {} + | LC_ALL=C sort -k 3 | cksum
}

# is_stamped FILE TEXT
is_stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

check_folder() {
  [ -w . ] || fail "This folder cannot be written to: $root."
}

# check_disk MEGABYTES
check_disk() {
  free_mb=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$free_mb" -ge "$1" ] || fail "Too little room on the disk: setting up needs about $1 MB, $free_mb MB are free in $root."
}
