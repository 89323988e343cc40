"""Tagging needs, choosing key technologies, and freezing lists: each confirmed by another person than proposed it."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit import operations as audit
from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.needs.models import Need
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of
from matchmaker.db.instants import today
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.files.models import StoredFile
from matchmaker.messages import _l
from matchmaker.metrics.lists import queries, rows, rules, selects
from matchmaker.metrics.lists.models import (
    FREEZE_LABELS,
    TAG_LABELS,
    TECHNOLOGY_LABELS,
    Freeze,
    FreezeState,
    FrozenRow,
    KeyTechnology,
    KeyTechnologyNeed,
    ListKind,
    NeedTag,
    TagKind,
    TechnologyState,
)
from matchmaker.metrics.lists.rules import TechnologyText
from matchmaker.metrics.periods import Period

#: How many rows of a frozen list are written in one statement.
_BATCH = 2_000

_WHY = _l("Say why in a sentence: others read it later.")


def tag(
    session: Session, need: Need, kind: TagKind | None, evidence: str, file: tuple[StoredFile, str] | None = None
) -> NeedTag:
    """Put a need on one of the city's lists.

    Raises ``Invalid`` on ``kind`` or ``evidence``; ``Forbidden`` to people of the enterprise; ``Conflict`` when it
    stands there already or was taken back by its enterprise.
    """
    if kind is None:
        raise Invalid(field="kind", message=_l("Choose one from the list."))
    said = rules.check_words(
        evidence, field="evidence", missing=_l("Say what shows it: sources, figures, who says so.")
    )
    actor = actor_of(session)
    if actor.person_id is not None and (
        queries.acts_for(session, actor.person_id, need.organisation_id) or actor.person_id == need.agent_person_id
    ):
        raise Forbidden(_l("You act for this enterprise, or posted its need: a colleague has to judge it."))
    if need.published_at is None:
        raise Conflict(_l("This need is not published."))
    made = NeedTag(
        need_id=need.id,
        kind=kind,
        evidence=said,
        file_id=file[0].id if file else None,
        file_name=file[1] if file else "",
        tagged_at=clock.now(),
        tagged_by_id=actor.person_id,
        organisation_id=actor.organisation_id,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Conflict(_l("This need stands on the list “%(list)s” already.", list=TAG_LABELS[kind])) from None
    return made


def withdraw(session: Session, tag: NeedTag, reason: str) -> None:
    """Take a need off a list. Raises ``Invalid`` on ``reason``, ``Conflict`` when somebody did."""
    said = rules.check_words(reason, field="reason", missing=_WHY)
    session.refresh(tag, with_for_update=True)
    if tag.withdrawn_at is not None:
        raise Conflict(_l("This need was taken off the list already."))
    tag.withdrawn_at, tag.reason, tag.withdrawn_by_id = clock.now(), said, actor_of(session).person_id
    session.flush()


def choose(
    session: Session, complex_id: int, generic: Generic, text: TechnologyText, need_ids: Iterable[int]
) -> KeyTechnology:
    """Make a group of needs a key technology of a complex, in people's own words, with those of its needs.

    Raises ``Invalid`` on a field of the text, or on ``needs`` unless some of the group's are chosen.
    """
    checked = text.checked()
    chosen = sorted({member.need_id for member in generic.members} & set(need_ids))
    if not chosen:
        raise Invalid(field="needs", message=_l("Choose the needs that it would answer."))
    made = KeyTechnology(
        complex_id=complex_id,
        generic_id=generic.id,
        industry_code=generic.industry_code,
        title=checked.title,
        summary=checked.summary,
        target=checked.target,
        written_at=clock.now(),
        written_by_id=actor_of(session).person_id,
        members=[KeyTechnologyNeed(need_id=need_id) for need_id in chosen],
    )
    session.add(made)
    session.flush()
    return made


def reword(session: Session, technology: KeyTechnology, text: TechnologyText, *, version: int) -> None:
    """Write a draft anew. Raises ``Invalid`` on a field, ``Conflict`` when it is none or was changed meanwhile."""
    checked = text.checked()
    _as_read(session, technology, version)
    if technology.state is not TechnologyState.DRAFT:
        raise Conflict(_l("This is %(now)s and is not rewritten.", now=TECHNOLOGY_LABELS[technology.state]))
    technology.title, technology.summary, technology.target = checked.title, checked.summary, checked.target
    technology.written_at, technology.written_by_id = clock.now(), actor_of(session).person_id
    session.flush()


def confirm_technology(session: Session, technology: KeyTechnology, *, version: int) -> None:
    """Put a key technology on the list, in the words that were read.

    Raises ``Forbidden`` to whoever wrote them, ``Conflict`` when they were changed or it is no draft.
    """
    _as_read(session, technology, version)
    person_id = actor_of(session).person_id
    if person_id is None or person_id == technology.written_by_id:
        raise Forbidden(_l("You wrote this: somebody else has to confirm it."))
    transitions.move(
        session,
        technology,
        to=TechnologyState.CONFIRMED,
        allowed=rules.TECHNOLOGY_MOVES,
        labels=TECHNOLOGY_LABELS,
    )
    technology.confirmed_at, technology.confirmed_by_id = clock.now(), person_id
    session.flush()


def drop_technology(session: Session, technology: KeyTechnology, reason: str) -> None:
    """Give a draft up. Raises ``Invalid`` on ``reason``, ``Conflict`` when it is none any more."""
    _end(session, technology, reason, only_from=TechnologyState.DRAFT)


def withdraw_technology(session: Session, technology: KeyTechnology, reason: str) -> None:
    """Take a key technology off the list. Raises ``Invalid`` on ``reason``, ``Conflict`` when it is not on it."""
    _end(session, technology, reason, only_from=TechnologyState.CONFIRMED)


def _end(session: Session, technology: KeyTechnology, reason: str, *, only_from: TechnologyState) -> None:
    said = rules.check_words(reason, field="reason", missing=_WHY)
    transitions.move(
        session,
        technology,
        to=TechnologyState.WITHDRAWN,
        allowed=rules.TECHNOLOGY_MOVES,
        labels=TECHNOLOGY_LABELS,
        only_from=only_from,
    )
    technology.withdrawn_at, technology.withdrawn_by_id, technology.reason = (
        clock.now(),
        actor_of(session).person_id,
        said,
    )
    session.flush()


def _as_read(session: Session, technology: KeyTechnology, version: int) -> None:
    session.refresh(technology, attribute_names=["version", "state", "written_by_id"], with_for_update=True)
    if technology.version != version:
        raise Conflict(_l("Somebody changed this meanwhile. Read it again."))


@dataclass(slots=True)
class Drawn:
    """A scope's lists of a period as they stood at one time, in a file: a line of JSON for each row."""

    file: IO[str]
    counts: dict[ListKind, int]
    sha256: str


@contextmanager
def drawn_up(session: Session, scope: selects.Scope, period: Period) -> Iterator[Drawn]:
    """Write down what stands in the lists. Reads only, some rows in memory at a time: nobody waits for it.

    Raises ``Conflict`` while the period lasts.
    """
    rules.check_freezable(period, on=today(session))
    seal, counts = rules.Seal(), dict.fromkeys(scope.lists, 0)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        for list_ in sorted(scope.lists):
            for row in rows.everything(session, scope, list_, period):
                counts[list_] += 1
                seal.add(list_, counts[list_], row)
                file.write(json.dumps([list_.value, counts[list_], row.key, row.need_id, row.cells]) + "\n")
        yield Drawn(file, counts, seal.hexdigest())


def propose(session: Session, scope: selects.Scope, period: Period) -> Freeze:
    """Keep a scope's lists of a period as they stand. Raises as ``drawn_up`` and ``keep`` do."""
    with drawn_up(session, scope, period) as drawn:
        return keep(session, scope, period, drawn)


def keep(session: Session, scope: selects.Scope, period: Period, drawn: Drawn) -> Freeze:
    """Keep a scope's lists of a period in full, as they were drawn up, for somebody else to confirm.

    Raises ``Conflict`` when they are frozen or proposed already.
    """
    freeze = Freeze(
        scope=scope.name,
        organisation_id=scope.complex.id if scope.complex else None,
        first_month=period.first.code,
        last_month=period.last.code,
        months=len(period),
        proposed_at=clock.now(),
        proposed_by_id=actor_of(session).person_id,
        sha256=drawn.sha256,
        counts={list_.value: count for list_, count in drawn.counts.items()},
    )
    try:
        with session.begin_nested():
            session.add(freeze)
    except IntegrityError:
        raise Conflict(_l("These lists are frozen for this period, or proposed to be.")) from None
    drawn.file.seek(0)
    while lines := list(islice(drawn.file, _BATCH)):
        session.connection().execute(insert(FrozenRow), [_plain(freeze, line) for line in lines])
    return freeze


def _plain(freeze: Freeze, line: str) -> dict[str, Any]:
    list_, position, key, need_id, cells = json.loads(line)
    names = ("freeze_id", "list", "position", "key", "need_id", "cells")
    return dict(zip(names, (freeze.id, ListKind(list_), position, key, need_id, cells), strict=True))


def confirm(session: Session, freeze: Freeze) -> None:
    """Freeze what somebody else proposed. Raises ``Forbidden`` to whoever did, ``Conflict``."""
    person_id = actor_of(session).person_id
    if person_id is None or person_id == freeze.proposed_by_id:
        raise Forbidden(_l("You proposed this: somebody else has to confirm it."))
    if not is_as_sealed(session, freeze):
        raise Conflict(_l("These lists are not what was proposed. Refuse them, and tell your auditor."))
    _decide(session, freeze, FreezeState.CONFIRMED)
    audit.note(session, "lists.frozen", freeze, detail={"sha256": freeze.sha256, **freeze.counts})


def refuse(session: Session, freeze: Freeze, reason: str) -> None:
    """Leave lists unfrozen; they can be proposed again. Raises ``Invalid`` on ``reason``, ``Conflict``."""
    said = rules.check_words(reason, field="reason", missing=_WHY)
    _decide(session, freeze, FreezeState.REFUSED)
    freeze.reason = said
    session.flush()


def is_as_sealed(session: Session, freeze: Freeze) -> bool:
    """Whether the rows are those that were proposed, by their hash."""
    return rules.seal({list_: rows.frozen(session, freeze.id, list_) for list_ in freeze.lists}) == freeze.sha256


def _decide(session: Session, freeze: Freeze, to: FreezeState) -> None:
    transitions.move(session, freeze, to=to, allowed=rules.FREEZE_MOVES, labels=FREEZE_LABELS)
    freeze.decided_at, freeze.decided_by_id = clock.now(), actor_of(session).person_id
