"""The life of a service record: recorded by the provider, answered by the enterprise, corrected in the open."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.contracts.agreements.models import Contract, ContractSource
from matchmaker.contracts.introductions.letters import tell_others
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services import letters, queries, rules
from matchmaker.contracts.services.models import (
    STATE_LABELS,
    ServiceMove,
    ServiceRecord,
    ServiceState,
    ServiceUpload,
)
from matchmaker.contracts.services.rules import ServiceText
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l


@dataclass(frozen=True, slots=True)
class Link:
    """What a service came of: a contract, an introduction, or neither."""

    contract: Contract | None = None
    introduction: Introduction | None = None

    def columns(self) -> dict[str, Any]:
        """Return what is kept of it in a record."""
        introduction_id = self.contract.introduction_id if self.contract else None
        offering_id = None
        if self.introduction is not None:
            introduction_id, offering_id = self.introduction.id, self.introduction.offering_id
        return {
            "contract_id": self.contract.id if self.contract else None,
            "introduction_id": introduction_id,
            "offering_id": offering_id,
            "source": ContractSource.OFF_PLATFORM if introduction_id is None else ContractSource.MATCH,
        }


def record(
    session: Session,
    text: ServiceText,
    *,
    provider_id: int,
    enterprise: Organisation,
    link: Link | None = None,
    key: str | None = None,
) -> ServiceRecord:
    """Record one service, and ask its enterprise to confirm it. Raises ``Invalid`` or ``Conflict``."""
    _check_reference(session, text, provider_id=provider_id)
    row = _add(session, text, provider_id=provider_id, enterprise=enterprise, link=link or Link(), key=key)
    tell_others(session, row.enterprise_id, letters.to_confirm([row]))
    return row


@dataclass(frozen=True, slots=True)
class Line:
    """One service of many."""

    text: ServiceText
    enterprise: Organisation
    contract: Contract | None = None


def record_many(session: Session, lines: Iterable[Line], *, provider_id: int) -> list[ServiceRecord]:
    """Record all or none, and write to each enterprise once. Raises ``Invalid`` or ``Conflict``."""
    rows: list[ServiceRecord] = []
    for line in lines:
        link = Link(contract=line.contract)
        rows.append(_new(session, line.text, provider_id=provider_id, enterprise=line.enterprise, link=link))
    session.add_all(rows)
    session.flush()
    for row in rows:
        _keep_move(session, row, None)
    session.flush()
    theirs: dict[int, list[ServiceRecord]] = {}
    for row in rows:
        theirs.setdefault(row.enterprise_id, []).append(row)
    for enterprise_id, group in theirs.items():
        tell_others(session, enterprise_id, letters.to_confirm(group))
    return rows


def _add(session: Session, text: ServiceText, **about: Any) -> ServiceRecord:
    row = _new(session, text, **about)
    session.add(row)
    session.flush()
    _keep_move(session, row, None)
    session.flush()
    return row


def _new(
    session: Session,
    text: ServiceText,
    *,
    provider_id: int,
    enterprise: Organisation,
    link: Link,
    key: str | None = None,
) -> ServiceRecord:
    text.check(on=clock.today())
    text.check_within(link.contract)
    _check_link(link, provider_id=provider_id, enterprise=enterprise)
    actor = actor_of(session)
    return ServiceRecord(
        **asdict(text),
        **link.columns(),
        key=key,
        provider_id=provider_id,
        enterprise_id=enterprise.id,
        district_code=enterprise.district_code,
        industry_code=enterprise.industry_code,
        provider_district_code=session.get_one(Organisation, provider_id).district_code,
        state=ServiceState.RECORDED,
        recorded_at=clock.now(),
        recorded_by_id=actor.person_id,
    )


def _check_reference(session: Session, text: ServiceText, *, provider_id: int, besides: str | None = None) -> None:
    if text.reference is None or text.reference == besides:
        return
    if session.scalars(queries.with_reference(provider_id, [text.reference])).first() is not None:
        raise Invalid(field="reference", message=_l("A service with this number is recorded already."))


def _check_link(link: Link, *, provider_id: int, enterprise: Organisation) -> None:
    for thing in (link.contract, link.introduction):
        if thing is not None and (thing.provider_id, thing.enterprise_id) != (provider_id, enterprise.id):
            raise Invalid(field="party", message=_l("The contract is with another enterprise."))
    if link.contract is not None and link.contract.is_draft:
        raise Conflict(_l("Services are done under a contract that both sides have confirmed."))


def correct(session: Session, former: ServiceRecord, text: ServiceText, words: str) -> ServiceRecord:
    """Replace a record by another one, which the enterprise has to confirm; the former stays readable.

    Raises ``Invalid`` or ``Conflict``.
    """
    rules.check_reason(words)
    text.check(on=clock.today())
    _lock(session, former)
    contract = session.get(Contract, former.contract_id) if former.contract_id else None
    text.check_within(contract)
    _check_reference(session, text, provider_id=former.provider_id, besides=former.reference)
    if former.stands and text == ServiceText.of(former):
        raise Invalid(field="description", message=_l("Nothing differs from what is recorded."))
    _move(session, former, ServiceState.SUPERSEDED, words=words)
    session.flush()
    snapshot = ("district_code", "industry_code", "provider_district_code")
    copied = ("enterprise_id", "provider_id", "contract_id", "introduction_id", "offering_id", "source")
    row = ServiceRecord(
        **asdict(text),
        **{name: getattr(former, name) for name in (*copied, *snapshot)},
        state=ServiceState.RECORDED,
        recorded_at=clock.now(),
        recorded_by_id=actor_of(session).person_id,
        supersedes_id=former.id,
    )
    session.add(row)
    session.flush()
    _keep_move(session, row, None, words=words)
    session.flush()
    tell_others(session, row.enterprise_id, letters.to_confirm([row]))
    return row


def take_back(session: Session, row: ServiceRecord, words: str) -> None:
    """Say that it was recorded by mistake, and why. Raises ``Invalid`` or ``Conflict``."""
    rules.check_reason(words)
    _move(session, row, ServiceState.WITHDRAWN, words=words)
    session.flush()
    tell_others(session, row.enterprise_id, letters.taken_back(row))


@dataclass(frozen=True, slots=True)
class Rating:
    """How content the enterprise was, and what the service brought, 1 to 5; ``None`` where it does not say."""

    satisfaction: int | None = None
    effect: int | None = None
    words: str = ""


def confirm(session: Session, row: ServiceRecord, rating: Rating | None = None) -> None:
    """Say that the service was done as recorded, and how it was. Raises ``Invalid`` or ``Conflict``."""
    given = rating or Rating()
    rules.check_rating(given.satisfaction, given.effect, given.words)
    with session.no_autoflush:
        _move(session, row, ServiceState.CONFIRMED)
        row.confirmed_at = max(clock.now(), row.recorded_at)
        _rate(row, given)
    session.flush()


def confirm_many(session: Session, rows: Sequence[ServiceRecord], rating: Rating | None = None) -> int:
    """Confirm those that still wait; what was answered meanwhile stays as it is. Return how many that were."""
    given = rating or Rating()
    rules.check_rating(given.satisfaction, given.effect, given.words)
    count = 0
    for row in rows:
        _lock(session, row)
        if row.state is ServiceState.RECORDED:
            confirm(session, row, given)
            count += 1
    return count


def rate(session: Session, row: ServiceRecord, rating: Rating) -> None:
    """Say afterwards how a confirmed service was, or say it anew. Raises ``Invalid`` or ``Conflict``."""
    rules.check_rating(rating.satisfaction, rating.effect, rating.words)
    _lock(session, row)
    if row.state is not ServiceState.CONFIRMED:
        raise Conflict(_l("Only a confirmed service is rated; this is %(state)s.", state=STATE_LABELS[row.state]))
    _rate(row, rating)
    _keep_move(session, row, row.state, words=rating.words)
    session.flush()


def _rate(row: ServiceRecord, rating: Rating) -> None:
    row.satisfaction, row.effect, row.words = rating.satisfaction, rating.effect, rating.words


def dispute(session: Session, row: ServiceRecord, words: str) -> None:
    """Say that it was not done as recorded, and why. Raises ``Invalid`` or ``Conflict``."""
    rules.check_reason(words)
    _move(session, row, ServiceState.DISPUTED, words=words)
    session.flush()
    tell_others(session, row.provider_id, letters.disputed(row))


def keep(session: Session, upload: ServiceUpload, lines: Iterable[Line]) -> list[ServiceRecord]:
    """Record what a spreadsheet says, all rows or none; its cells are not needed any more."""
    session.refresh(upload, attribute_names=["kept_at"], with_for_update=True)
    if upload.kept_at is not None:
        raise Conflict(_l("This spreadsheet is kept already."))
    rows = record_many(session, lines, provider_id=upload.organisation_id)
    upload.kept_at, upload.rows = clock.now(), []
    session.flush()
    return rows


def _lock(session: Session, row: ServiceRecord) -> None:
    session.refresh(row, attribute_names=inspect(ServiceRecord).column_attrs.keys(), with_for_update=True)


def _move(session: Session, row: ServiceRecord, to: ServiceState, *, words: str = "") -> None:
    with session.no_autoflush:
        before = transitions.move(session, row, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS)
        _keep_move(session, row, before, words=words)


def _keep_move(session: Session, row: ServiceRecord, before: ServiceState | None, *, words: str = "") -> None:
    session.add(
        ServiceMove(
            record_id=row.id,
            at=clock.now(),
            from_state=before,
            to_state=row.state,
            **attribution(session),
            words=words,
        )
    )
