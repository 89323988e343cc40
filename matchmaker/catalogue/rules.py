"""What may become of a posting, and what its texts may hold. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Self

from matchmaker.catalogue.models import Posting, PostingState
from matchmaker.errors import Invalid
from matchmaker.messages import _l

ALLOWED = {
    PostingState.DRAFT: frozenset({PostingState.PUBLISHED}),
    PostingState.PUBLISHED: frozenset({PostingState.DRAFT, PostingState.CLOSED}),
    PostingState.CLOSED: frozenset[PostingState](),
}

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
