"""What makes a need vague, and what to ask so that it becomes exact. Pure: nothing is refused, nothing is kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from matchmaker.catalogue.coaching import quantities, words
from matchmaker.catalogue.coaching.examples import BUDGET, DEADLINE, problem_example, target_example
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.matching.text import UNSPACED, fold
from matchmaker.messages import Message, _l

#: A problem told in less than this needs to be asked about before anybody can begin. One for a Chinese character.
LEAST_WEIGHT = 25


class Fault(StrEnum):
    """What a need lacks."""

    SHORT = "short"
    THING = "thing"
    NUMBER = "number"
    DEADLINE = "deadline"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that would help: which field, what is missing, what to answer, and how others in the industry do."""

    fault: Fault
    field: str
    message: Message
    question: Message
    example: Message


def judge(text: NeedText) -> list[Hint]:
    """Return what would make ``text`` more exact, the most helpful first; nothing for what says nothing yet."""
    if not (text.problem or text.title or text.target):
        return []
    return [_HINTS[fault](text) for fault in faults(text)]


def faults(text: NeedText) -> list[Fault]:
    """Return what ``text`` lacks, in the order in which to ask for it."""
    return [fault for fault, is_lacking in _LACKING.items() if is_lacking(text)]


def _is_short(text: NeedText) -> bool:
    return weight(fold(text.problem)) < LEAST_WEIGHT


def _names_nothing(text: NeedText) -> bool:
    # Keywords and lines are kept apart, so that the end of one and the beginning of the next make no word.
    everything = fold("\n".join([text.title, text.problem, text.key_technology, text.target, *text.keywords]))
    return not _things().search(everything)


def _measures_nothing(text: NeedText) -> bool:
    return not quantities.measures(fold(text.target))


def _has_no_deadline(text: NeedText) -> bool:
    return text.needed_by is None and not quantities.names_deadline(_told(text))


def _has_no_budget(text: NeedText) -> bool:
    return text.budget_fen is None and not quantities.names_budget(_told(text))


def _told(text: NeedText) -> str:
    return fold("\n".join([text.title, text.problem, text.key_technology, text.target]))


_LACKING: dict[Fault, Callable[[NeedText], bool]] = {
    Fault.SHORT: _is_short,
    Fault.THING: _names_nothing,
    Fault.NUMBER: _measures_nothing,
    Fault.DEADLINE: _has_no_deadline,
    Fault.BUDGET: _has_no_budget,
}

_CHARACTER = re.compile(f"[{UNSPACED}]")
#: Politeness and beginnings that tell nothing of the problem.
_FILLER = re.compile(
    r"本?公司|我们厂?|厂里|最近|现在|一下|想[找请]?|希望|寻求|能不能|有没有|哪里|哪位|请|专家|高手|懂行的?|明白人|有人"
    r"|帮忙|帮我们|帮助|来?看一?看|怎么办|合作|欢迎|联系"
)
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LATIN = re.compile(r"[a-z]{2,}")


def weight(folded: str) -> float:
    """Return how much is told: one for a Chinese character, more for a figure or a Latin word, which say more."""
    folded = _FILLER.sub("", folded)
    return len(_CHARACTER.findall(folded)) + 3 * len(_FIGURE.findall(folded)) + 1.8 * len(_LATIN.findall(folded))


@cache
def _things() -> re.Pattern[str]:
    listed = {word for group in words.THINGS for word in group.split()}
    latin = sorted(word for word in listed if word.isascii())
    chinese = sorted(listed - set(latin))
    return re.compile(
        f"{'|'.join(map(re.escape, chinese))}|(?<![a-z0-9])(?:{'|'.join(map(re.escape, latin))})(?![a-z])"
    )


_HINTS: dict[Fault, Callable[[NeedText], Hint]] = {
    Fault.SHORT: lambda text: Hint(
        Fault.SHORT,
        "problem",
        _l("The problem is told very briefly."),
        _l("What exactly happens, since when, how often, and what have you tried?"),
        problem_example(text.industry_code),
    ),
    Fault.THING: lambda text: Hint(
        Fault.THING,
        "problem",
        _l("No process, material or machine is named."),
        _l("On which process, material or machine does it happen?"),
        problem_example(text.industry_code),
    ),
    Fault.NUMBER: lambda text: Hint(
        Fault.NUMBER,
        "target",
        _l("The target has no figure that could be checked."),
        _l("From how much to how much, in which unit?"),
        target_example(text.industry_code),
    ),
    Fault.DEADLINE: lambda _text: Hint(
        Fault.DEADLINE,
        "needed_by",
        _l("It is not said by when."),
        _l("By which day do you need it?"),
        DEADLINE,
    ),
    Fault.BUDGET: lambda _text: Hint(
        Fault.BUDGET,
        "budget_fen",
        _l("It is not said what it may cost."),
        _l("How much could you spend at most, roughly?"),
        BUDGET,
    ),
}
