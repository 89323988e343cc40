"""Sentences for people, written in English and translated at the edge that shows them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that still awaits its reader's language.

    ``text`` is the English msgid with ``%(name)s`` places; ``values`` fills them and may hold further messages.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Equal messages are one key: what is rendered of one can be kept."""
        return hash((self.text, tuple(self.values.items())))

    def __str__(self) -> str:
        """Return the English sentence, for logs and commands."""
        return self.text % self.values if self.values else self.text


def _l(text: str, **values: Any) -> Message:
    """Mark ``text`` for translation without needing a request."""
    return Message(text, values)
