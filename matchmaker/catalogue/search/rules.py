"""How hits of different kinds become one ranked list. Pure.

A hit's value is what its name earns plus what its text earns. Names come in grades, so that whoever types a model
number or an organisation's name has it at the top; texts earn less than one by a scale of their own index, because a
cosine of 0.2 is much among long offerings and little among short profiles. Figures: ``docs/search.md``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.catalogue.search.names import Group, Name, Part
from matchmaker.names import Hit, How

#: Each earlier hit of a kind takes this from the value of its next one, so that no kind drowns the others.
DAMPING = 0.06


class Kind(StrEnum):
    """What a result is, in the order of the tabs."""

    OFFERINGS = "offerings"
    INSTRUMENTS = "instruments"
    NEEDS = "needs"
    ORGANISATIONS = "organisations"


KIND_OF = {
    Group.OFFERING: Kind.OFFERINGS,
    Group.INSTRUMENT: Kind.INSTRUMENTS,
    Group.NEED: Kind.NEEDS,
    Group.ORGANISATION: Kind.ORGANISATIONS,
}

#: The cosine of a text of each kind that is as good as not: the median of right answers in ``benchmarks/searching``.
SCALES = {Kind.OFFERINGS: 0.35, Kind.INSTRUMENTS: 0.25, Kind.NEEDS: 0.45, Kind.ORGANISATIONS: 0.55}

#: What is kept must be as near as this to the best of its kind, or be found by its name.
KEPT_FROM = 0.25

_WRITTEN = {How.WHOLE: 2.5, How.BEGINNING: 1.3, How.WORD: 1.2, How.WITHIN: 1.1}
_SOUNDING = {How.SOUND_WHOLE: 1.5, How.SOUND_BEGINNING: 0.9, How.SOUND_WORD: 0.8, How.SOUND_WITHIN: 0.6}
#: A keyword says what a thing is about, not what it is.
_KEYWORD = 0.5
#: What a name that is only nearly the query earns at most.
NEAR = 1.2


def name_value(name: Name, hit: Hit, *, length: int) -> float:
    """Return what a thing earns for a name of ``length`` characters that holds the query."""
    earned = (_WRITTEN | _SOUNDING)[hit.how]
    if name.part is Part.KEYWORD:
        return earned * _KEYWORD
    # The more of the name the query is, the more the name is what was meant.
    return earned + 0.5 * (hit.end - hit.start) / max(1, length)


def near_value(likeness: float, *, at_least: float) -> float:
    """Return what a name earns that is like the query: ``likeness`` from ``at_least`` to 1."""
    return NEAR * (0.5 + 0.5 * (likeness - at_least) / (1 - at_least))


def text_value(kind: Kind, score: float) -> float:
    """Return what a text earns for its cosine with the query, from 0 to 1."""
    return score / (score + SCALES[kind])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be shown, and what it can be narrowed by."""

    kind: Kind
    id: int
    value: float
    district: str
    industry: str
    is_voucher_eligible: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the results are narrowed to; empty strings narrow nothing."""

    kind: str = ""
    district: str = ""
    industry: str = ""
    voucher: str = ""

    def admits(self, candidate: Candidate, *, besides: str = "") -> bool:
        """Whether a candidate is left, leaving out the facet ``besides`` whose values are being counted."""
        return all(
            value_of(candidate) == wanted
            for name, value_of in FACETS.items()
            if name != besides and (wanted := getattr(self, name))
        )


FACETS: dict[str, Callable[[Candidate], str]] = {
    "kind": lambda candidate: candidate.kind.value,
    "district": lambda candidate: candidate.district,
    "industry": lambda candidate: candidate.industry,
    "voucher": lambda candidate: "1" if candidate.is_voucher_eligible else "",
}


def merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates best first, the kinds taking turns where their values are close."""
    waiting: dict[Kind, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda one: (one.value, -one.id)):
        waiting.setdefault(candidate.kind, []).append(candidate)
    order = list(Kind)
    taken = dict.fromkeys(waiting, 0)
    ranked: list[Candidate] = []
    while waiting:
        kind = max(waiting, key=lambda kind: (waiting[kind][-1].value - DAMPING * taken[kind], -order.index(kind)))
        ranked.append(waiting[kind].pop())
        taken[kind] += 1
        if not waiting[kind]:
            del waiting[kind]
    return ranked


def counts(candidates: Sequence[Candidate], narrowing: Narrowing, facet: str) -> dict[str, int]:
    """Count the candidates that are left by each value of ``facet``, most first."""
    found: dict[str, int] = {}
    for candidate in candidates:
        if narrowing.admits(candidate, besides=facet):
            value = FACETS[facet](candidate)
            if value:
                found[value] = found.get(value, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
