"""Whether the rows of the seed files fit together: keys are unique, codes are known, texts hold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import pairwise

from matchmaker.accounts import rules as account_rules
from matchmaker.catalogue.rules import PostingText
from matchmaker.errors import Invalid
from matchmaker.registry.profiles.models import Topic
from matchmaker.seeding import deals, introductions, lists, oddities, profiles, vouchers
from matchmaker.seeding.demo_rows import Demo, EnterpriseRow, NeedRow, OfferingRow, RegistrationRow
from matchmaker.seeding.files import Problem, Row
from matchmaker.seeding.reference_rows import CategoryRow, DistrictRow, IndustryRow, Reference


def reference_problems(reference: Reference) -> Iterator[Problem]:
    """Yield what does not fit together in ``seeds/reference/``."""
    districts = _codes(reference.districts)
    complexes = {row.key for row in reference.complexes}
    yield from _repeated(reference.documents, "key")
    yield from _unknown(reference.cited_rows(), "source", {row.key for row in reference.documents})
    yield from _tree_problems(reference.districts)
    yield from _tree_problems(reference.industries)
    yield from _tree_problems(reference.categories)
    yield from _unordered(reference.categories)
    yield from _repeated(reference.functions, "scheme", "function", "category_code")
    yield from _unknown(reference.functions, "category_code", _codes(reference.categories))
    yield from _repeated([*reference.complexes, *reference.institutes], "key")
    yield from _repeated([*reference.complexes, *reference.institutes], "name")
    yield from _unknown([*reference.complexes, *reference.institutes], "district_code", districts)
    yield from _unknown(reference.complexes, "industry_code", _codes(reference.industries))
    yield from _unknown(reference.complex_statuses, "complex_key", complexes)
    yield from _unknown(reference.institute_statuses, "institute_key", {row.key for row in reference.institutes})
    yield from _repeated(reference.figures, "key")
    yield from _unknown(reference.figures, "scope", districts | complexes | {""})
    yield from _repeated(reference.targets, "key")
    yield from _unknown(reference.targets, "district_code", districts)


def demo_problems(demo: Demo, reference: Reference, *, on: date) -> Iterator[Problem]:
    """Yield what does not fit together in ``seeds/demo/`` or with the reference, when loaded on that day."""
    districts = _codes(reference.districts)
    industries = _codes(reference.industries)
    leaves = {row.code for row in reference.categories if row.parent_code is not None}
    organisations = [*reference.complexes, *reference.institutes, *demo.organisations]
    yield from _repeated([*organisations, *demo.registrations], "key")
    yield from _repeated(organisations, "name")
    yield from _unknown(demo.organisations, "district", districts)
    yield from _unknown(demo.providers, "industries", industries)
    yield from _unknown(demo.enterprises, "industry", industries)
    yield from _credit_code_problems(demo)
    yield from _repeated(demo.offerings, "key")
    yield from _unknown(demo.offerings, "provider", {row.key for row in demo.providers})
    yield from _unknown(demo.offerings, "category", leaves)
    yield from _unknown(demo.offerings, "industry", industries)
    yield from _text_problems(demo.offerings, on=on)
    yield from _repeated(demo.details, "key")
    yield from _unknown(demo.details, "key", {row.key for row in demo.offerings})
    yield from _unknown(demo.details, "districts", districts)
    yield from _repeated(demo.needs, "key")
    yield from _unknown(demo.needs, "enterprise", {row.key for row in demo.enterprises})
    yield from _unknown(demo.needs, "industry", industries)
    yield from _text_problems(demo.needs, on=on)
    yield from _repeated(demo.people, "email")
    yield from _repeated(demo.lives, "need")
    yield from _unknown(demo.lives, "need", {row.key for row in demo.needs})
    yield from _unknown(demo.lives, "solver", {row.key for row in demo.providers})
    yield from _unknown(demo.lives, "agent", {row.holder for row in demo.mandates})
    yield from _unknown(demo.mandates, "enterprise", {row.key for row in demo.enterprises})
    yield from _unknown(demo.mandates, "holder", {row.key for row in demo.organisations})
    yield from _unknown(demo.mandates, "officer", {row.email for row in demo.people})
    yield from _unknown(demo.people, "organisation", {row.key for row in demo.organisations})
    yield from _unknown(demo.people, "also", {row.key for row in demo.organisations})
    yield from _repeated([*demo.enterprises, *demo.registrations], "credit_code")
    yield from _unknown(demo.registrations, "person", {row.email for row in demo.people})
    yield from _unknown(demo.registrations, "district", districts)
    yield from _unknown(demo.registrations, "industry", industries)
    for row in demo.registrations:
        yield from _refusal(row, row.facts().check)
    emails = {row.email for row in demo.people}
    yield from _deal_problems(demo, leaves)
    yield from _repeated(demo.profiles, "key")
    yield from _unknown(demo.profiles, "organisation", {row.key for row in demo.providers})
    yield from _unknown(demo.profiles, "proposed_by", emails)
    yield from _unknown(demo.profiles, "decided_by", emails)
    yield from profiles.problems(
        demo.profiles,
        institutes={row.key for row in demo.providers if row.kind == "institute"},
        codes={Topic.INDUSTRIES: industries, Topic.FUNCTIONS: leaves},
    )


def _deal_problems(demo: Demo, leaves: set[str]) -> Iterator[Problem]:
    """Introductions, contracts, services and vouchers point at what is there."""
    yield from _repeated(demo.vouchers, "key")
    yield from vouchers.problems(
        demo.schemes,
        demo.vouchers,
        organisations={row.key for row in demo.organisations},
        categories=leaves,
    )
    yield from oddities.problems(demo.oddities, {row.key for row in demo.vouchers})
    yield from _repeated(demo.introductions, "key")
    yield from introductions.problems(
        demo.introductions,
        needs={row.key for row in demo.needs},
        offerings={row.key for row in demo.offerings},
        emails={row.email for row in demo.people},
    )
    yield from _repeated(demo.contracts, "key")
    yield from _repeated(demo.services, "key")
    yield from deals.problems(
        demo.contracts,
        demo.services,
        introductions={row.key for row in demo.introductions},
        organisations={row.key for row in demo.organisations},
        categories=leaves,
    )
    yield from lists.problems(
        demo.tags,
        demo.technologies,
        needs={row.key for row in demo.needs},
        organisations={row.key for row in demo.organisations},
        emails={row.email for row in demo.people},
    )


def _codes(rows: Iterable[DistrictRow | IndustryRow | CategoryRow]) -> set[str]:
    return {row.code for row in rows}


def _repeated(rows: Iterable[Row], *fields: str) -> Iterator[Problem]:
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        value = tuple(getattr(row, field) for field in fields)
        earlier = first.setdefault(value, row)
        if earlier is not row:
            yield row.fault(fields[-1], f"{_shown(value)} stands already at {earlier.place}")


def _unknown(rows: Iterable[Row], field: str, known: Collection[str]) -> Iterator[Problem]:
    for row in rows:
        value = getattr(row, field)
        for code in value if isinstance(value, list | tuple) else [value]:
            if code is not None and code not in known:
                yield row.fault(field, f"unknown code {code!r}")


def _tree_problems(rows: Sequence[DistrictRow | IndustryRow | CategoryRow]) -> Iterator[Problem]:
    """Codes are unique, and parents stand above their children, since they are stored in this order."""
    yield from _repeated(rows, "code")
    above: set[str] = set()
    for row in rows:
        if row.parent_code is not None and row.parent_code not in above:
            is_below = row.parent_code in _codes(rows)
            text = f"{row.parent_code!r} stands below" if is_below else f"unknown code {row.parent_code!r}"
            yield row.fault("parent_code", text)
        above.add(row.code)


def _unordered(rows: Sequence[CategoryRow]) -> Iterator[Problem]:
    for earlier, row in pairwise(rows):
        if row.position <= earlier.position:
            yield row.fault("position", f"{row.position} does not come after {earlier.position}")


def _credit_code_problems(demo: Demo) -> Iterator[Problem]:
    rows: list[EnterpriseRow | RegistrationRow] = [*demo.enterprises, *demo.registrations]
    for row in rows:
        yield from _refusal(row, partial(account_rules.check_credit_code, row.credit_code))


def _text_problems(rows: Iterable[NeedRow] | Iterable[OfferingRow], *, on: date) -> Iterator[Problem]:
    for row in rows:
        text: PostingText = row.text(on=on)
        yield from _refusal(row, text.check)
        yield from _refusal(row, partial(text.check_publishable, on=on))


def _refusal(row: Row, check: Callable[[], object]) -> Iterator[Problem]:
    try:
        check()
    except Invalid as error:
        yield row.fault(error.field, str(error))


def _shown(value: tuple[object, ...]) -> str:
    return " ".join(repr(part) for part in value)
