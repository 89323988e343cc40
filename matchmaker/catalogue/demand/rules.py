"""Why an offering is found seldom or never, in plain words, and what its provider can do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from matchmaker.catalogue.demand.findings import FIRST, Finding, Findings
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.matching.text import fold
from matchmaker.messages import Message, _l

#: A description below this says too little to be told from others.
SHORT = 60
#: A category in which fewer of a hundred needs find anything is rare.
RARE_PERCENT = 1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and what to do about it."""

    why: Message
    advice: Message


@dataclass(frozen=True, slots=True)
class Judged:
    """An offering, how it is found, and why not more."""

    offering: Offering
    finding: Finding
    reasons: list[Reason]


def judged(offering: Offering, findings: Findings) -> Judged:
    """Judge one offering by what was counted."""
    finding = findings.offerings.get(offering.id, Finding())
    closed = list(_closed(offering, on=findings.on))
    open_ = [] if closed else [*_conditions(finding), *_words(offering, finding, findings), *_rank(finding)]
    return Judged(offering, finding, [*closed, *open_, *_stale(offering)])


def _closed(offering: Offering, *, on: date) -> Iterator[Reason]:
    if offering.state is OfferingState.DRAFT:
        yield Reason(_l("It is a draft."), _l("Publish it."))
    if offering.paused_at is not None:
        yield Reason(_l("It is paused."), _l("Resume it on its page."))
    if offering.valid_until is not None and offering.valid_until < on:
        yield Reason(_l("Its last day has passed."), _l("Give it a later last day, or close it."))
    if offering.valid_from is not None and offering.valid_from > on:
        yield Reason(
            _l("Its first day is still to come."), _l("Nothing is to be done, or give it an earlier first day.")
        )


def _stale(offering: Offering) -> Iterator[Reason]:
    if offering.is_sunk:
        yield Reason(
            _l("Nobody confirmed it for long, so it stands below the others."), _l("Say that it is still right.")
        )


def _conditions(finding: Finding) -> Iterator[Reason]:
    for name, why, advice in (
        (
            "budget",
            _l(
                "Its price starts above the budget of %(failed)s of the %(found)s needs that it fits.",
                **_of(finding, "budget"),
            ),
            _l("Offer a smaller first step, or a lower price from."),
        ),
        (
            "deadline",
            _l("It comes too late for %(failed)s of the %(found)s needs that it fits.", **_of(finding, "deadline")),
            _l("Offer a faster delivery, or a part that comes sooner."),
        ),
        (
            "trl",
            _l("It is less mature than %(failed)s of the %(found)s needs that it fits ask for.", **_of(finding, "trl")),
            _l("Raise the TRL when it has come further, and say what was tried."),
        ),
    ):
        if finding.found and finding.failed[name] * 2 >= finding.found:
            yield Reason(why, advice)


def _of(finding: Finding, name: str) -> dict[str, int]:
    return {"failed": finding.failed[name], "found": finding.found}


def _words(offering: Offering, finding: Finding, findings: Findings) -> Iterator[Reason]:
    if finding.found or not findings.needs:
        return
    if not offering.keywords:
        yield Reason(_l("It has no keywords."), _l("Add up to five that a factory would use."))
    if len(offering.description) < SHORT:
        yield Reason(
            _l("Its text has %(have)s characters.", have=len(offering.description)),
            _l("Name processes, materials, standards and figures."),
        )
    strange = [word for word in offering.keywords if fold(word) not in findings.words]
    if strange:
        yield Reason(
            _l("No open need uses these words: %(words)s.", words="、".join(strange)),
            _l("Add the words that enterprises use for the same thing."),
        )
    if findings.categories[offering.category_code] * 100 < findings.needs * RARE_PERCENT:
        yield Reason(
            _l(
                "Its service category is rarely asked for: %(found)s of %(needs)s open needs.",
                found=findings.categories[offering.category_code],
                needs=findings.needs,
            ),
            _l("See whether another category fits as well."),
        )


def _rank(finding: Finding) -> Iterator[Reason]:
    if finding.best_place is not None and finding.best_place > FIRST:
        yield Reason(
            _l("Others fit better: its best place is number %(place)s.", place=finding.best_place),
            _l("Say what sets it apart: materials, figures, standards."),
        )
