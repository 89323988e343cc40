"""What the site has written to people."""

import re
from urllib.parse import urlsplit

from sqlalchemy import select

from matchmaker.letters.models import Letter
from tests.support.databases import Database


def letters_to(database: Database, email: str) -> list[Letter]:
    """Return the letters to an address, the last one first."""
    with database.reading() as session:
        return list(session.scalars(select(Letter).where(Letter.recipient == email).order_by(Letter.id.desc())))


def link_in(letter: Letter) -> str:
    """Return the path of the address that a letter holds."""
    found = re.search(r"https?://\S+", letter.body)
    assert found, f"no address in {letter.body!r}"
    parts = urlsplit(found[0])
    return parts.path + (f"?{parts.query}" if parts.query else "")
