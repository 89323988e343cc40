"""A large instance for benchmarks: the demo data, and many more offerings and needs made by mixing their sentences."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import ChangeStream
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db import create_engine, schema, transaction
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, demo, reference

_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？\n]?")
_TEXTS = {"offering": "description", "need": "problem"}


def grow(folder: Path, *, offerings: int, needs: int) -> str:
    """Make an instance in ``folder`` with at least that many published rows. Return its database URL."""
    url = f"sqlite:///{folder / 'matchmaker.db'}"
    engine = create_engine(url)
    schema.upgrade(engine)
    chance = random.Random(20261122)
    with Session(engine, expire_on_commit=False) as session:
        seeds = check.read(SEEDS)
        with transaction(session):
            reference.load(session, seeds.reference)
            demo.load(session, seeds.demo)
        with transaction(session):
            _add(session, Offering, offerings, chance)
            _add(session, Need, needs, chance)
        for _name, index in Indexes(folder / "index").all():
            index.rebuild(session)
    return url


def _add(session: Session, table: type[Posting], wanted: int, chance: random.Random) -> None:
    models = list(session.scalars(select(table).where(table.state == "published")))
    missing = max(0, wanted - len(models))
    revision = max(model.revision for model in models)
    rows = list(_rows(table, models, missing, revision, chance))
    if rows:
        session.execute(insert(table), rows)
        session.execute(
            update(ChangeStream).where(ChangeStream.name == table.__tablename__).values(revision=revision + missing)
        )


def _rows(
    table: type[Posting], models: list[Posting], missing: int, revision: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    text = _TEXTS[table.__tablename__]
    sentences = [sentence for model in models for sentence in _SENTENCE.findall(getattr(model, text))]
    columns = [column.key for column in table.__mapper__.columns if column.key not in ("id", "key")]  # type: ignore[attr-defined]
    now = clock.now()
    for number in range(1, missing + 1):
        model, other = chance.sample(models, 2)
        row = {column: getattr(model, column) for column in columns}
        row["title"] = f"{model.title[:14]}{other.title[-10:]}"
        row[text] = "".join(chance.choices(sentences, k=chance.randint(2, 6)))
        row |= {"revision": revision + number, "published_at": now, "version": 1}
        if table is Need:
            row["confidentiality"] = Confidentiality.PUBLIC
        yield row
