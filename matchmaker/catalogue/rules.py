"""Who speaks for a posting, and what its texts may hold. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any, Self

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting
from matchmaker.errors import Invalid
from matchmaker.messages import _l

MAX_TITLE = 120
MAX_TEXT = 20_000
MAX_KEYWORD = 40
#: 关键词 (1–5), as the field's forms ask for them.
MAX_KEYWORDS = 5


class PostingText:
    """What the author of a posting writes; a frozen dataclass whose fields are columns of the posting."""

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept, even in a draft."""
        raise NotImplementedError

    def check_publishable(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that keeps others from understanding it."""
        raise NotImplementedError

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """Return what ``posting`` says now."""
        return cls(**{column.name: getattr(posting, column.name) for column in fields(cls)})  # type: ignore[arg-type]  # subclasses are dataclasses

    def plain(self) -> dict[str, Any]:
        """Return the fields as JSON holds them: what is kept of a former text, and what forms can show again."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]  # subclasses are dataclasses


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def speaks_for(reader: Reader, posting: Posting) -> bool:
    """Whether ``reader`` acts for its organisation, or posted it with a mandate of theirs that still holds."""
    if reader.acts_for(posting.organisation_id):
        return True
    agent_id: int | None = posting.agent_id
    return agent_id is not None and reader.acts_for(agent_id) and reader.represents(posting.organisation_id)


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), with Unix line ends and no trailing blanks."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def check_text(field: str, text: str, *, most: int) -> None:
    """Raise ``Invalid`` on ``field`` for text that is too long or holds control characters."""
    if len(text) > most:
        raise Invalid(
            field=field,
            message=_l("At most %(most)s characters; this has %(have)s.", most=most, have=len(text)),
        )
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise Invalid(
                field=field,
                message=_l(
                    "There is an invisible control character (U+%(code)s) in this text. Please remove it.",
                    code=f"{ord(character):04X}",
                ),
            )


def check_keywords(keywords: Iterable[str]) -> None:
    """Raise ``Invalid`` on ``keywords`` unless there are at most five, each short."""
    words = list(keywords)
    if len(words) > MAX_KEYWORDS:
        raise Invalid(
            field="keywords",
            message=_l("At most %(most)s keywords; this has %(have)s.", most=MAX_KEYWORDS, have=len(words)),
        )
    for word in words:
        check_text("keywords", word, most=MAX_KEYWORD)


def split_keywords(text: str) -> list[str]:
    """Return the keywords of a comma-separated line, in order, each once; Chinese separators count."""
    for mark in "，、；;\n\t":
        text = text.replace(mark, ",")
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
