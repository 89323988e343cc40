"""What a page is asked for: whose figures, and of which months. Both stand in its address."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, url_for

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import CITY, Scope
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics import queries, rules
from matchmaker.web.access import reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen, label_of
from matchmaker.web.i18n import local_name, say

CITY_LABEL = _l("The whole city")
KIND_LABELS: dict[ScopeKind, Message] = {
    ScopeKind.DISTRICT: _l("Districts"),
    ScopeKind.INDUSTRY: _l("Industries"),
    ScopeKind.PROVIDER: _l("Complexes and institutes"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures of which months, and what that is called."""

    scope: Scope
    name: str
    period: Period
    #: Where a provider sits, or the district itself; the city's code for what is not of one district.
    district_code: str = CITY_CODE

    @property
    def word(self) -> str:
        """What the address says for the scope."""
        return word(self.scope)

    @property
    def is_provider(self) -> bool:
        """Whether it is about one complex or institute."""
        return self.scope.kind is ScopeKind.PROVIDER

    def url(self, endpoint: str, **more: Any) -> str:
        """Return the address of another page of the same scope and period."""
        return url_for(endpoint, scope=self.word, period=str(self.period), **more)

    def records(self, key: str, period: Period | None = None, scope: Scope | None = None) -> str:
        """Return the address of the records behind a figure."""
        whose = scope or self.scope
        return link(
            "metrics.records",
            scope_kind=whose.kind.value,
            scope_code=whose.code or None,
            key=key,
            period=str(period or self.period),
        )


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a page, "" when this site has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def word(scope: Scope) -> str:
    """Return what an address says for a scope: "city", "district:330602"."""
    return scope.kind.value if scope.kind is ScopeKind.CITY else f"{scope.kind.value}:{scope.code}"


def asked() -> Asked:
    """Read the address: what a reader may not see is a 404, and where it says nothing, it is all they oversee."""
    who = reader()
    text = chosen("scope")["scope"]
    if not text:
        text = word(CITY) if who.is_city_bureau else f"{ScopeKind.DISTRICT.value}:{who.district_code}"
    kind, _colon, code = text.partition(":")
    named = _named(kind, code)
    if named is None or not rules.oversees(who, ScopeKind(kind), named[1]):
        abort(404)
    return Asked(Scope(ScopeKind(kind), code), named[0], _period(), named[1])


def _named(kind: str, code: str) -> tuple[str, str] | None:
    """Return a scope's name and district; ``None`` of what there is not."""
    lists = codes()
    if kind == ScopeKind.CITY and not code:
        return label_of(lists.districts[CITY_CODE]) if CITY_CODE in lists.districts else say(CITY_LABEL), CITY_CODE
    if kind == ScopeKind.DISTRICT and code in {one.code for one in lists.city_districts(CITY_CODE)}:
        return local_name(lists.districts[code]), code
    if kind == ScopeKind.INDUSTRY and code in lists.industries:
        return local_name(lists.industries[code]), CITY_CODE
    if kind == ScopeKind.PROVIDER and code.isascii() and code.isdigit() and len(code) <= 9:
        found = session().scalars(queries.provider(int(code))).one_or_none()
        return None if found is None else (found.name, found.district_code)
    return None


def _period() -> Period:
    """Return the period asked for; this year's months to this day where the address names none that is one."""
    values = chosen("period", "first", "last")
    text = values["period"]
    if values["first"] or values["last"]:
        text = f"{values['first'] or values['last']}..{values['last'] or values['first']}"
    today = clock.today()
    try:
        return Period.parse(text)
    except Invalid:
        return Period.year(today.year).until(today)


def presets() -> list[tuple[Message, Period]]:
    """Return the periods that are asked for most."""
    today = clock.today()
    month = Month.of(today)
    year = Period.year(today.year)
    return [
        (_l("This month"), Period.month(month)),
        (_l("This quarter"), Period.quarter(today.year, (today.month + 2) // 3).until(today)),
        (_l("This year"), year.until(today)),
        (_l("Last year"), year.year_before),
    ]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the scopes that the reader may choose, by kind: the address's word and the name."""
    who, lists = reader(), codes()
    groups = []
    districts = [one for one in lists.city_districts(CITY_CODE) if who.is_bureau_of(one.code)]
    if who.is_city_bureau:
        groups.append(("", [(word(CITY), _named("city", "")[0])]))  # type: ignore[index]  # the city is always there
    groups.append(
        (say(KIND_LABELS[ScopeKind.DISTRICT]), [(f"district:{one.code}", local_name(one)) for one in districts])
    )
    if who.is_city_bureau:
        industries = [(f"industry:{code}", local_name(one)) for code, one in lists.industries.items()]
        groups.append((say(KIND_LABELS[ScopeKind.INDUSTRY]), industries))
    statement = queries.providers("" if who.is_city_bureau else str(who.district_code))
    bodies = [(f"provider:{one.id}", one.name) for one in session().scalars(statement)]
    return [*groups, (say(KIND_LABELS[ScopeKind.PROVIDER]), bodies)]
