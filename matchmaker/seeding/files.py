"""Reading of seed files into typed rows that remember their line."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr, StringConstraints, ValidationError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, as an editor opens it; line 0 means the whole."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with one field at one place."""

    place: Place
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.text}"


class Row(BaseModel):
    """One row of a seed file: its fields are the file's columns, and nothing else may stand there."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    _place: Place = PrivateAttr()

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return self._place

    def fault(self, field: str, text: str) -> Problem:
        """Say what is wrong with ``field`` of this row."""
        return Problem(self._place, field, text)


def _neat(text: str) -> str:
    if text != text.strip():
        raise ValueError("blanks at an end")
    return text


#: A text that must be there, and one that may be empty.
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_neat)]
MaybeText = Annotated[str, AfterValidator(_neat)]
#: The same for one line of a page.
Line = Annotated[Text, StringConstraints(max_length=255)]
MaybeLine = Annotated[MaybeText, StringConstraints(max_length=255)]
#: Keys and codes are lower-case words joined by hyphens; they never change once published.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Code = Annotated[Key, StringConstraints(max_length=32)]

R = TypeVar("R", bound=Row)


class Reader:
    """Reads the files below one seeds folder and collects what is wrong with them."""

    def __init__(self, seeds: Path) -> None:
        self.seeds = seeds
        self.problems: list[Problem] = []

    def csv(self, name: str, table: type[R]) -> list[R]:
        """Return the good rows of a CSV file; an empty cell stands for the field's default."""
        text = self._text(name)
        if text is None:
            return []
        try:
            (_, columns), *lines = _numbered(text) or [(1, [])]
        except csv.Error as error:
            self._complain(self._place(name), "file", f"is not well-formed CSV: {error}")
            return []
        if sorted(columns) != sorted(table.model_fields):
            self._complain(self._place(name, 1), "header", f"should hold {', '.join(table.model_fields)}")
            return []
        rows: list[R] = []
        for line, cells in lines:
            place = self._place(name, line)
            if len(cells) != len(columns):
                self._complain(place, "row", f"{len(cells)} cells instead of {len(columns)}")
                continue
            filled = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
            try:
                rows.append(_placed(table.model_validate_strings(filled), place))
            except ValidationError as error:
                self._complain_all(place, error)
        return rows

    def jsonl(self, name: str, table: type[R]) -> list[R]:
        """Return the good rows of a JSON Lines file."""
        rows: list[R] = []
        # Not splitlines(): it also cuts at characters that may stand inside a text.
        lines = (self._text(name) or "").split("\n")
        if not lines[-1]:
            lines.pop()
        for number, line in enumerate(lines, start=1):
            place = self._place(name, number)
            try:
                rows.append(_placed(table.model_validate_json(line), place))
            except ValidationError as error:
                self._complain_all(place, error)
        return rows

    def _text(self, name: str) -> str | None:
        try:
            return (self.seeds / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            self._complain(self._place(name), "file", "is missing")
        except UnicodeDecodeError as error:
            self._complain(self._place(name), "file", f"is not UTF-8 at byte {error.start}")
        return None

    def _place(self, name: str, line: int = 0) -> Place:
        return Place(f"{self.seeds.name}/{name}", line)

    def _complain(self, place: Place, field: str, text: str) -> None:
        self.problems.append(Problem(place, field, text))

    def _complain_all(self, place: Place, error: ValidationError) -> None:
        for wrong in error.errors(include_url=False):
            field = ".".join(str(part) for part in wrong["loc"]) or "row"
            self._complain(place, field, wrong["msg"])


def _placed(row: R, place: Place) -> R:
    row._place = place
    return row


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    """Return each row of a CSV text with the line it begins on; quoted cells may span several."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    numbered = []
    begins = 1
    for cells in lines:
        numbered.append((begins, cells))
        begins = lines.line_num + 1
    return numbered
