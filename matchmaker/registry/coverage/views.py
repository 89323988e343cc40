"""The coverage of industries and districts on a day, and targets against what the registry comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.policies import anyone
from matchmaker.reference.models import CITY_CODE
from matchmaker.registry.coverage import queries, rules
from matchmaker.registry.coverage.models import INDICATOR_LABELS, Basis, Bound, Indicator, Target
from matchmaker.registry.models import LEVEL_LABELS
from matchmaker.registry.profiles.rules import end_of_year_before
from matchmaker.registry.profiles.words import asked_day
from matchmaker.web.access import protect
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen

bp = Blueprint("coverage", __name__, url_prefix="/organisations")

#: The query's word for leaving out what is invented.
REAL = "real"


@dataclass(frozen=True, slots=True)
class View:
    """What a page is asked for: a city, a day, and whether invented bodies count."""

    city: str
    on: date
    with_invented: bool

    @property
    def bodies(self) -> list[Organisation]:
        """The city's complexes and institutes."""
        return queries.listed_bodies(session(), city=self.city, with_invented=self.with_invented)


def _asked() -> View:
    city = chosen("city")["city"]
    tops = {code.code for code in codes().districts.values() if code.parent_code is None}
    return View(city if city in tops else CITY_CODE, asked_day(), request.args.get("only") != REAL)


@bp.get("/coverage")
@protect(anyone)
def grid() -> ResponseReturnValue:
    """Show which industry has a complex in which district, and which cells are empty."""
    view = _asked()
    lists = codes()
    bodies = queries.bodies_on(session(), view.bodies, on=view.on)
    districts = lists.city_districts(view.city)
    kinds = queries.industries_by_kind(session())
    key = [*kinds.get(rules.TRADITIONAL, []), *kinds.get(rules.EMERGING, [])]
    return render_template(
        "registry/coverage.html",
        view=view,
        cities=_cities(),
        grid=rules.grid(bodies, industries=lists.industries, key=key, districts=districts),
        tiles=rules.tiles(rules.complexes_by_district(bodies), districts),
        levels=LEVEL_LABELS,
        has_invented=any(body.is_demo for body in bodies),
    )


@bp.get("/targets")
@protect(anyone)
def targets() -> ResponseReturnValue:
    """Show what each document asks for or counts, side by side, against what the registry comes to."""
    view = _asked()
    found = session().scalars(queries.targets(view.city)).all()
    bodies = view.bodies
    days = {rules.judged_on(target.on_date, on=view.on) for target in found}
    known = {
        day: queries.bodies_on(session(), bodies, on=day)
        for day in sorted(days | {end_of_year_before(day) for day in days})
    }
    kinds = queries.industries_by_kind(session())
    return render_template(
        "registry/targets.html",
        view=view,
        cities=_cities(),
        groups=_groups([_compared(target, view, known, kinds) for target in found]),
        labels=INDICATOR_LABELS,
        verdicts=rules.VERDICT_LABELS,
        bounds=Bound,
        bases=Basis,
        has_invented=any(body.is_demo for body in bodies),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A document's figure beside the registry's, on the day that they are compared."""

    target: Target
    day: date
    have: rules.Counted | None
    verdict: rules.Verdict


def _compared(
    target: Target, view: View, known: Mapping[date, list[rules.Body]], kinds: Mapping[str, list[str]]
) -> Compared:
    day = rules.judged_on(target.on_date, on=view.on)
    have = rules.counted(target.indicator, _situation(target, day, known, kinds))
    verdict = rules.verdict(
        have,
        target.value,
        unit=target.unit,
        basis=target.basis,
        is_due=target.on_date is None or target.on_date <= view.on,
    )
    return Compared(target, day, have, verdict)


def _situation(
    target: Target, day: date, known: Mapping[date, list[rules.Body]], kinds: Mapping[str, list[str]]
) -> rules.Situation:
    lists = codes()
    here = {target.district_code} | {code.code for code in lists.city_districts(target.district_code)}
    return rules.Situation(
        bodies=[body for body in known[day] if body.district_code in here],
        before=[body for body in known[end_of_year_before(day)] if body.district_code in here],
        industries=lists.industries,
        traditional=kinds.get(rules.TRADITIONAL, []),
        emerging=kinds.get(rules.EMERGING, []),
        districts=[code.code for code in lists.city_districts(target.district_code)],
    )


def _groups(compared: list[Compared]) -> dict[Indicator, list[Compared]]:
    """Put side by side what is about the same, in the indicators' order."""
    return {
        indicator: together
        for indicator in Indicator
        if (together := [one for one in compared if one.target.indicator is indicator])
    }


def _cities() -> list[str]:
    """Return the cities that have districts, by code."""
    lists = codes().districts
    return [code for code in lists if lists[code].parent_code is None and codes().city_districts(code)]
