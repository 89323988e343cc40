"""Files of evaluation: documents and queries as JSON lines, rankings and judgements as TREC lays them out."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .documents import Document
from .matches import Match

# The text may stand under either name.
_BODY = ("text", "body")


class BadFile(ValueError):
    """A line of a file that cannot be used; the message names file and line."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")


class Topic(NamedTuple):
    """A query and the documents to leave out of its ranking."""

    document: Document
    exclude: frozenset[str]


def read_documents(path: Path) -> Iterator[Document]:
    """Read ``{id, title, text, keywords?, facets?}``, one a line. Raises ``BadFile``."""
    seen: set[str] = set()
    for number, fields in _objects(path):
        document = _document(path, number, fields)
        if document.id in seen:
            raise BadFile(path, number, f"the id {document.id!r} has been given before.")
        seen.add(document.id)
        yield document


def read_topics(path: Path) -> Iterator[Topic]:
    """Read ``{id, title, text, exclude?}``, one a line. Raises ``BadFile``."""
    for number, fields in _objects(path):
        document = _document(path, number, fields)
        yield Topic(document, frozenset(_texts(path, number, fields, "exclude")))


def run_lines(topic: str, matches: Sequence[Match], tag: str) -> Iterator[str]:
    """Yield ``topic Q0 document rank score tag``, best first."""
    for rank, match in enumerate(matches, start=1):
        yield f"{topic} Q0 {match.id} {rank} {match.strength:.9f} {tag}\n"


def read_run(path: Path) -> Iterator[tuple[str, str, float]]:
    """Read a ranking as (topic, document, score). Raises ``BadFile``."""
    for number, line in _lines(path):
        words = line.split()
        try:
            topic, _, document, _, score, _ = words
            yield topic, document, float(score)
        except ValueError:
            raise BadFile(path, number, "expected “topic Q0 document rank score tag”.") from None


def read_judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    """Read (topic, document, grade), separated by tabs. Raises ``BadFile``."""
    for number, line in _lines(path):
        words = line.rstrip("\r\n").split("\t")
        try:
            topic, document, grade = words
            yield topic, document, int(grade)
        except ValueError:
            raise BadFile(path, number, "expected a topic, a document and a whole number between tabs.") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
        except UnicodeDecodeError:
            raise BadFile(path, number + 1, "not UTF-8.") from None


def _objects(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in _lines(path):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadFile(path, number, f"not JSON ({error}).") from None
        if not isinstance(fields, dict):
            raise BadFile(path, number, "not a JSON object.")
        yield number, fields


def _document(path: Path, number: int, fields: Mapping[str, Any]) -> Document:
    name = fields.get("id")
    if not isinstance(name, str) or not name:
        raise BadFile(path, number, "the field “id” is missing or is not a text.")
    if name.split() != [name]:
        raise BadFile(path, number, f"the id {name!r} holds white space.")
    body = next((key for key in _BODY if key in fields), None)
    if body is None:
        raise BadFile(path, number, "the field “text” is missing.")
    return Document(
        name,
        _text(path, number, fields, "title"),
        _text(path, number, fields, body),
        _texts(path, number, fields, "keywords"),
        _facets(path, number, fields),
    )


def _text(path: Path, number: int, fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key) or ""
    if not isinstance(value, str):
        raise BadFile(path, number, f"the field “{key}” is not a text.")
    return value


def _texts(path: Path, number: int, fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key) or ()
    if isinstance(value, str) or not isinstance(value, Iterable) or not all(isinstance(v, str) for v in value):
        raise BadFile(path, number, f"the field “{key}” is not a list of texts.")
    return tuple(value)


def _facets(path: Path, number: int, fields: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    value = fields.get("facets") or {}
    if not isinstance(value, dict):
        raise BadFile(path, number, "the field “facets” is not an object.")
    return {facet: _texts(path, number, value, facet) for facet in value}
