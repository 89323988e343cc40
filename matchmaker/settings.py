"""What a host decides: read from the environment once, with defaults for one machine."""

import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matchmaker.resources import ROOT

MAIL_FROM = "Matchmaker <matchmaker@localhost>"
EXPORT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lie and how the site is reached."""

    #: Holds the SQLite database, the search indexes and the secret key.
    instance: Path
    #: ``sqlite:///…`` or ``postgresql+psycopg://…``.
    database_url: str
    secret_key: str
    #: Cookies travel over HTTPS only. Off for plain-HTTP trials on the loopback address.
    secure_cookies: bool = True
    #: Host names that requests may carry; empty for any (the local default).
    trusted_hosts: tuple[str, ...] = ()
    #: Reverse proxies in front that set X-Forwarded-*.
    proxies: int = 0
    #: Where the site is reached, "https://match.example.com": letters link there. Empty: the host asked for.
    public_url: str = ""
    #: ``smtps://name:password@host`` or ``smtp://host:587``; empty writes letters to ``instance/mail/``.
    smtp_url: str = ""
    #: From whom letters come.
    mail_from: str = MAIL_FROM
    #: For how many days files of tables are kept.
    export_days: int = EXPORT_DAYS
    #: Where this site's own source code lies, for its visitors; empty names none.
    source_url: str = ""

    @property
    def indexes(self) -> Path:
        """The folder of search indexes."""
        return self.instance / "index"

    @property
    def files(self) -> Path:
        """The folder of what people send; shared by all hosts, and outside of what is served."""
        return self.instance / "files"


@cache
def settings() -> Settings:
    """Return the settings of this host, making the instance folder and its secret key on first use."""
    instance = Path(os.environ.get("MATCHMAKER_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    hosts = os.environ.get("MATCHMAKER_TRUSTED_HOSTS", "")
    return Settings(
        instance=instance,
        database_url=_database_url(os.environ.get("MATCHMAKER_DATABASE_URL"), instance),
        secret_key=os.environ.get("MATCHMAKER_SECRET_KEY") or _kept_secret(instance / "secret_key"),
        secure_cookies=os.environ.get("MATCHMAKER_SECURE_COOKIES", "1") != "0",
        trusted_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        proxies=int(os.environ.get("MATCHMAKER_PROXIES", "0")),
        public_url=os.environ.get("MATCHMAKER_PUBLIC_URL", ""),
        smtp_url=os.environ.get("MATCHMAKER_SMTP_URL", ""),
        mail_from=os.environ.get("MATCHMAKER_MAIL_FROM", MAIL_FROM),
        export_days=int(os.environ.get("MATCHMAKER_EXPORT_DAYS", EXPORT_DAYS)),
        source_url=os.environ.get("MATCHMAKER_SOURCE_URL", ""),
    )


def _database_url(given: str | None, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'matchmaker.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def _kept_secret(path: Path) -> str:
    """Return the key in ``path``, made once and readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key
