"""The letters of a running site, as its file mailbox holds them."""

import re
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

#: The site sends letters beside its pages; on a busy machine one may take a while.
PATIENCE_S = 20


@dataclass(frozen=True)
class Mailbox:
    """What was sent by the site whose instance lies in ``folder``."""

    folder: Path

    def link_to(self, email: str, path: str) -> str:
        """Return the address in the letter to ``email`` whose path begins with ``path``, without the site's own part.

        Waits until the letter is there.
        """
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for link in self._links(email):
                if link.startswith(path):
                    return link
            time.sleep(0.05)
        raise AssertionError(f"no letter to {email} leads to {path}")

    def _links(self, email: str) -> list[str]:
        letters = [_read(file) for file in sorted((self.folder / "mail").glob("*.eml"), reverse=True)]
        bodies = [letter.get_content() for letter in letters if letter["To"] == email]
        return [urlsplit(link).path for body in bodies for link in re.findall(r"https?://\S+", body)]


def _read(file: Path) -> EmailMessage:
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(letter, EmailMessage)
    return letter
