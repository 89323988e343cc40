"""Reads of pairs, each within what its reader may know of both postings."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.catalogue.twins.models import Twin, TwinState

_NEEDS: tuple[Any, Any] = (aliased(Need), aliased(Need))
_OFFERINGS: tuple[Any, Any] = (aliased(Offering), aliased(Offering))


def _theirs(reader: Reader, posting: Any, *, is_need: bool) -> ColumnElement[bool]:
    """What ``policies`` say of one posting, as a condition: it is the reader's, or their bureau looks after it."""
    if reader.is_city_bureau:
        return true()
    if reader.is_bureau:
        return and_(posting.district_code == reader.district_code, posting.id.is_not(None))
    if not (reader.is_enterprise if is_need else reader.is_provider):
        own: ColumnElement[bool] = false()
    else:
        own = posting.organisation_id == reader.organisation_id
    if is_need and reader.mandates:
        mandated = and_(
            posting.agent_id == reader.organisation_id, posting.organisation_id.in_(sorted(reader.mandates))
        )
        return or_(own, mandated)
    return own


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """Both postings are the reader's, or their bureau looks after both."""
    needs = and_(*(_theirs(reader, one, is_need=True) for one in _NEEDS), Twin.first_need_id.is_not(None))
    offerings = and_(*(_theirs(reader, one, is_need=False) for one in _OFFERINGS), Twin.first_offering_id.is_not(None))
    return or_(needs, offerings)


def _pairs(reader: Reader) -> Select[Twin]:
    statement = select(Twin)
    for aliases, links in (
        (_NEEDS, (Twin.first_need, Twin.second_need)),
        (_OFFERINGS, (Twin.first_offering, Twin.second_offering)),
    ):
        for alias, link in zip(aliases, links, strict=True):
            statement = statement.outerjoin(link.of_type(alias)).options(
                contains_eager(link.of_type(alias)).joinedload(alias.organisation)
            )
    return statement.where(in_scope(reader))


def open_pairs(reader: Reader) -> Select[Twin]:
    """The pairs that nobody has decided on, both still open, the likeliest first."""
    both_open = or_(
        and_(*(one.state.in_(OPEN) for one in _NEEDS)),
        and_(*(one.state == OfferingState.PUBLISHED for one in _OFFERINGS)),
    )
    return (
        _pairs(reader)
        .where(Twin.state.in_((TwinState.FOUND, TwinState.ASKED)), both_open)
        .order_by((Twin.state == TwinState.ASKED).desc(), Twin.likeness_percent.desc(), Twin.id)
    )


def decided_pairs(reader: Reader) -> Select[Twin]:
    """The pairs that were decided last, with who decided."""
    return (
        _pairs(reader)
        .where(Twin.decided_at.is_not(None))
        .options(joinedload(Twin.person), joinedload(Twin.organisation))
        .order_by(Twin.decided_at.desc(), Twin.id.desc())
        .limit(20)
    )


def twin_by_id(reader: Reader, twin_id: int) -> Select[Twin]:
    """One pair, when both are the reader's to know of."""
    return _pairs(reader).where(Twin.id == twin_id)


def count_open(session: Session, reader: Reader) -> int:
    """How many pairs wait for somebody to look at them."""
    counted = open_pairs(reader).with_only_columns(func.count(Twin.id), maintain_column_froms=True)
    return session.scalar(counted.order_by(None)) or 0


def known(table: type[Posting]) -> Select[Any]:
    """All pairs of one kind of posting."""
    return select(Twin).where(Twin.first_need_id.is_not(None) if table is Need else Twin.first_offering_id.is_not(None))
