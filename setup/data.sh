# shellcheck shell=sh disable=SC2154,SC2317
# The database, its demo data and the search index, made before the first page is served.

matchmaker() { .venv/bin/python -m matchmaker "$@"; }

load_data() {
  instance=${MATCHMAKER_INSTANCE:-$root/instance}
  mkdir -p "$instance"
  stamp=$instance/.stamp
  # A database on a server may be another one today: there the commands themselves find out what is missing.
  [ -z "${MATCHMAKER_DATABASE_URL:-}" ] && is_stamped "$stamp" "$(data_fingerprint)" && return
  step "Bringing the database up to date" matchmaker db upgrade
  step "Loading the reference and the demo data" matchmaker seed --demo
  step "Building the search index" matchmaker index --anew
  data_fingerprint >"$stamp"
}

# What the data were made from and by, and the file they are in: a database that was put aside is made anew.
data_fingerprint() {
  fingerprint seeds matchmaker
  find "$instance" -maxdepth 1 \( -name '*.sqlite*' -o -name '*.db' \) ! -name '*-wal' ! -name '*-shm' -exec ls -i {} +
}
