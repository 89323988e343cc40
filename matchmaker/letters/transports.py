"""Ways out for letters: files in a folder while developing, SMTP where the settings name a server."""

import contextlib
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from matchmaker import clock
from matchmaker.letters.models import Letter
from matchmaker.settings import Settings

#: How long a mail server may keep a letter waiting before the next try.
TIMEOUT_S = 20


class Transport(Protocol):
    """Hands one letter over or raises ``OSError`` (``smtplib``'s errors are some)."""

    def send(self, letter: Letter) -> None:
        """Hand ``letter`` over."""


def message_of(letter: Letter, *, sender: str) -> EmailMessage:
    """Return the letter as mail; the id is the same on every try, so that a mailbox can tell a repetition."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.created_at)
    host = sender.rpartition("@")[2].rstrip(">") or "localhost"
    message["Message-ID"] = f"<letter-{letter.id}-{int(letter.created_at.timestamp())}@{host}>"
    # No holiday notes in answer to links that are good for an hour.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="8bit")
    message["Content-Language"] = {"zh": "zh-CN"}.get(letter.language, letter.language)
    return message


@dataclass(frozen=True, slots=True)
class FileMailbox:
    """Writes each letter as an .eml file that a mail program opens."""

    folder: Path
    sender: str

    def send(self, letter: Letter) -> None:
        """Write the file under a name that sorts by time."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{clock.now():%Y%m%d-%H%M%S}-{letter.id}.eml"
        written = self.folder / f".{name}.new"
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message_of(letter, sender=self.sender).as_bytes())
        # A reader of the folder never sees half a letter.
        written.replace(self.folder / name)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Speaks to a mail server: ``smtps://`` from the first byte in TLS, ``smtp://`` with STARTTLS where it is offered.

    A password is never sent without TLS.
    """

    url: str
    sender: str

    def send(self, letter: Letter) -> None:
        """Hand the letter to the server. Raises ``OSError``."""
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_S)
        with contextlib.closing(server):
            server.ehlo()
            if parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                if not isinstance(server.sock, ssl.SSLSocket):
                    raise smtplib.SMTPNotSupportedError("The server offers no TLS; the password stays here.")
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message_of(letter, sender=self.sender))
            with contextlib.suppress(smtplib.SMTPException):
                server.quit()


def transport_of(settings: Settings) -> Transport:
    """Return the way out that ``settings`` choose."""
    if settings.smtp_url:
        return SmtpServer(settings.smtp_url, settings.mail_from)
    return FileMailbox(settings.instance / "mail", settings.mail_from)
