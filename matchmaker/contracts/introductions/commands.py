"""``matchmaker introductions``: what became of matches, for the engine to learn from."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from matchmaker.catalogue.arrivals.queries import seen_by_enterprises, seen_pairs
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.openings.queries import first_openings
from matchmaker.catalogue.suggestions.documents import need_as_query, offering_document
from matchmaker.contracts.introductions import queries
from matchmaker.contracts.introductions.models import Side
from matchmaker.db import create_engine
from matchmaker.matching.documents import Document
from matchmaker.matching.features import FACETED
from matchmaker.settings import settings

#: So many rows are in memory at a time.
BATCH = 1_000


@click.group(name="introductions")
def group() -> None:
    """Introductions of enterprises to complexes and institutes."""


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def outcomes(folder: Path) -> None:
    """Write what became of matched needs and offerings into FOLDER: outcomes.jsonl and offerings.jsonl.

    Matches that an enterprise opened and did not ask for are told as opened, others that it has seen in its list of
    new ones as shown, with their place.
    “match labels” turns them into labels, from which “match train” learns. The files hold the whole text of needs,
    confidential ones too: keep them as you keep the database.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Session(create_engine(settings().database_url)) as session:
        known = _write(folder / "outcomes.jsonl", _outcomes(session))
        offered = _write(folder / "offerings.jsonl", _offerings(session))
    click.echo(f"Wrote {known:,} outcomes and {offered:,} offerings.")


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    number = 0
    with path.open("w", encoding="utf-8") as file:
        path.chmod(0o600)
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            number += 1
    return number


def _outcomes(session: Session) -> Iterator[dict[str, Any]]:
    told = set()
    for introduction, need, opened, listed in session.execute(queries.outcomes().execution_options(yield_per=BATCH)):
        told.add((introduction.need_id, introduction.offering_id))
        # A provider has come by a list of its own, in which the offerings of a need do not stand below each other.
        by_enterprise = introduction.opened_by_side is Side.ENTERPRISE
        failed = introduction.failed_reason.value if introduction.failed_reason else ""
        place = (listed if opened is None else opened) if by_enterprise else None
        yield _outcome(need, introduction, introduction.state.value, place, reason=failed, is_listed=listed is not None)
    listed_pairs = {tuple(row) for row in session.execute(seen_pairs())}
    for opening, need in session.execute(first_openings().execution_options(yield_per=BATCH)):
        pair = (opening.need_id, opening.offering_id)
        if pair not in told:
            told.add(pair)
            yield _outcome(need, opening, "opened", opening.place, is_listed=pair in listed_pairs)
    for arrival, need in session.execute(seen_by_enterprises().execution_options(yield_per=BATCH)):
        if (arrival.need_id, arrival.offering_id) not in told:
            yield _outcome(need, arrival, "shown", arrival.place)


def _outcome(
    need: Need, about: Any, state: str, place: int | None, *, reason: str = "", is_listed: bool = True
) -> dict[str, Any]:
    """Tell one; ``is_listed`` where those that were shown beside it and passed over are told, too."""
    offering = str(about.offering_id)
    own = {"need": _told(need_as_query(need)), "offering": offering, "state": state, "reason": reason}
    return own | {"position": place, "listed": is_listed}


def _offerings(session: Session) -> Iterator[dict[str, Any]]:
    for offering in session.scalars(queries.offered().execution_options(yield_per=BATCH)):
        yield _told(offering_document(offering))


def _told(document: Document) -> dict[str, Any]:
    return {
        "id": document.id, "title": document.title, "text": document.body, "keywords": list(document.keywords),
        "facets": {name: list(document.facets[name]) for name in FACETED if name in document.facets},
    }  # fmt: skip
