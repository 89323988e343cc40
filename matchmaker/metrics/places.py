"""Whose figures a reader may open, and what they are called."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.queries import Scope
from matchmaker.reference.models import CITY_CODE, District, Industry

#: No column of ids holds more digits.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A scope with its name; ``name_en`` is empty where there is only the Chinese one."""

    scope: Scope
    name: str
    name_en: str = ""


def of(session: Session, reader: Reader, kind: str, code: str) -> Place | None:
    """Return the place; without a kind, the reader's own. ``None`` where there is none that they may open."""
    scope = Scope(ScopeKind(kind), code) if kind in set(ScopeKind) else own(reader) if not kind else None
    if scope is None:
        return None
    if scope.kind is ScopeKind.PROVIDER:
        body = _provider(session, scope.code)
        may_open = body is not None and _may_open_provider(reader, body)
        return Place(scope, body.name) if body is not None and may_open else None
    if (scope.kind is ScopeKind.CITY) != (scope.code == "") or not _may_open(reader, scope):
        return None
    if scope.kind is ScopeKind.INDUSTRY:
        industry = session.get(Industry, scope.code)
        return Place(scope, industry.name, industry.name_en) if industry is not None else None
    district = session.get(District, scope.code or CITY_CODE)
    return Place(scope, district.name, district.name_en) if district is not None else None


def own(reader: Reader) -> Scope | None:
    """Return the scope whose figures are the reader's own."""
    if reader.is_city_bureau:
        return Scope(ScopeKind.CITY)
    if reader.is_bureau:
        return Scope(ScopeKind.DISTRICT, reader.district_code or "")
    return Scope(ScopeKind.PROVIDER, str(reader.organisation_id)) if reader.is_provider else None


def _provider(session: Session, code: str) -> Organisation | None:
    if not (code.isascii() and code.isdigit() and len(code) <= _DIGITS):
        return None
    kinds = Organisation.kind.in_(PROVIDER_KINDS)
    return session.scalars(select(Organisation).where(Organisation.id == int(code), kinds)).one_or_none()


def _may_open(reader: Reader, scope: Scope) -> bool:
    """The city's bureau opens all, a district's its own."""
    return reader.is_city_bureau or (scope.kind is ScopeKind.DISTRICT and reader.is_bureau_of(scope.code))


def _may_open_provider(reader: Reader, body: Organisation) -> bool:
    """Its own people, and the bureau of its district."""
    return (reader.is_provider and reader.acts_for(body.id)) or reader.is_bureau_of(body.district_code)
