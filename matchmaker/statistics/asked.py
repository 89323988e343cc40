"""What a page is asked for: whose figures, and of which months. Both stand in its address."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from matchmaker import clock
from matchmaker.messages import Message, _l
from matchmaker.metrics import asked as metrics
from matchmaker.metrics import places
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.places import Place
from matchmaker.metrics.queries import CITY, Scope
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics import queries
from matchmaker.web.access import reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.i18n import local_name, say

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
    #: What is wrong with the period that the address names; ``period`` is then the usual one.
    wrong: Message | None = None

    @property
    def word(self) -> str:
        """What the address says for the scope."""
        return word(self.scope)

    @property
    def is_provider(self) -> bool:
        """Whether it is about one complex or institute."""
        return self.scope.kind is ScopeKind.PROVIDER

    @property
    def counts_all(self) -> Message | None:
        """Say to a district's bureau that a provider's figures are of all districts; ``None`` where all is overseen."""
        if not self.is_provider or reader().is_city_bureau:
            return None
        return _l("Counts all it did, for enterprises of every district.")

    @property
    def counts_own(self) -> Message | None:
        """Say to a district's bureau that of a provider only what it oversees is counted."""
        if self.counts_all is None:
            return None
        return _l("Counts only what it did for enterprises of your district.")

    def url(self, endpoint: str, **more: Any) -> str:
        """Return the address of another page of the same scope and period."""
        return url_for(endpoint, scope=self.word, period=str(self.period), **more)

    def records(self, key: str, period: Period | None = None, scope: Scope | None = None) -> str:
        """Return the address of the records behind a figure."""
        whose = scope or self.scope
        return url_for(
            "metrics.records",
            scope_kind=whose.kind.value,
            scope_code=whose.code or None,
            key=key,
            period=str(period or self.period),
        )


def word(scope: Scope) -> str:
    """Return what an address says for a scope: "city", "district:330602"."""
    return scope.kind.value if scope.kind is ScopeKind.CITY else f"{scope.kind.value}:{scope.code}"


def asked() -> Asked:
    """Read the address: what a reader may not see is a 404, and where it says nothing, it is all they oversee."""
    found, (period, wrong) = place("scope"), metrics.begun()
    return Asked(found.scope, local_name(found), period, wrong)


def place(parameter: str) -> Place:
    """Return the place that the address names; what a reader may not see is a 404."""
    kind, _colon, code = chosen(parameter)[parameter].partition(":")
    found = places.of(session(), reader(), kind, code)
    return found if found is not None else abort(404)


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


def choices(kinds: Collection[ScopeKind] = frozenset(ScopeKind)) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the scopes of these kinds that a bureau's reader may choose: the address's word and the name."""
    who, lists = reader(), codes()
    groups = []
    districts = [one for one in lists.city_districts(CITY_CODE) if who.is_bureau_of(one.code)]
    if who.is_city_bureau:
        groups.append(("", [(word(CITY), local_name(lists.districts[CITY_CODE]))]))
    groups.append(
        (say(KIND_LABELS[ScopeKind.DISTRICT]), [(f"district:{one.code}", local_name(one)) for one in districts])
    )
    if who.is_city_bureau and ScopeKind.INDUSTRY in kinds:
        industries = [(f"industry:{code}", local_name(one)) for code, one in lists.industries.items()]
        groups.append((say(KIND_LABELS[ScopeKind.INDUSTRY]), industries))
    statement = queries.providers("" if who.is_city_bureau else str(who.district_code))
    bodies = [(f"provider:{one.id}", one.name) for one in session().scalars(statement)]
    return [*groups, (say(KIND_LABELS[ScopeKind.PROVIDER]), bodies)]
