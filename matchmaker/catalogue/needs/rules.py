"""What may become of a need, what it must say, and how much of it a reader is shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import (
    SOLVED_ENDINGS,
    Confidentiality,
    Ending,
    Need,
    NeedState,
    SolutionMode,
)
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, PostingText, check_keywords, check_text, speaks_for
from matchmaker.errors import Invalid
from matchmaker.messages import _l

#: The one table of moves. Talks that come to nothing open the need again; what expired is renewed by its enterprise.
ALLOWED = {
    NeedState.DRAFT: frozenset({NeedState.SUBMITTED}),
    NeedState.SUBMITTED: frozenset({NeedState.PUBLISHED, NeedState.RETURNED, NeedState.DRAFT}),
    NeedState.RETURNED: frozenset({NeedState.SUBMITTED, NeedState.DRAFT}),
    NeedState.PUBLISHED: frozenset(
        {NeedState.IN_DISCUSSION, NeedState.SOLVED, NeedState.CLOSED, NeedState.EXPIRED, NeedState.DRAFT}
    ),
    NeedState.IN_DISCUSSION: frozenset({NeedState.PUBLISHED, NeedState.SOLVED, NeedState.CLOSED, NeedState.EXPIRED}),
    NeedState.EXPIRED: frozenset({NeedState.PUBLISHED, NeedState.CLOSED}),
    NeedState.SOLVED: frozenset[NeedState](),
    NeedState.CLOSED: frozenset[NeedState](),
}


@dataclass(frozen=True, slots=True)
class Validity:
    """How long needs are found, in days.

    The documents set no such terms (S3 asks only that needs are collected all year round and handled within set
    times), so these are the product's own proposal, to be agreed with the bureau.
    """

    #: From publication or renewal, unless the deadline comes first.
    lasts: int = 180
    #: So long before its last day the enterprise is reminded, and lists say that it expires soon.
    reminder: int = 14

    def last_day(self, *, since: date, needed_by: date | None) -> date:
        """Return the last day on which a need published or renewed on ``since`` is found."""
        end = since + timedelta(days=self.lasts)
        return end if needed_by is None else min(end, max(since, needed_by))

    def is_ending(self, valid_until: date | None, *, on: date) -> bool:
        """Whether a reminder is due."""
        return valid_until is not None and on <= valid_until <= on + timedelta(days=self.reminder)


VALIDITY = Validity()

#: A reviewer's remark on one field, and somebody's words on how a need ended.
MAX_REMARK = 1_000

#: A need that asks for more than ten years has a typing error in its year.
LONGEST_WAIT = timedelta(days=3660)

_TEXTS = ("problem", "key_technology", "target", "partners")


@dataclass(frozen=True, slots=True)
class NeedText(PostingText):
    """What an enterprise writes of a need; amounts in fen, dates civil."""

    title: str
    problem: str
    industry_code: str
    key_technology: str = ""
    target: str = ""
    keywords: list[str] = field(default_factory=list)
    budget_fen: int | None = None
    needed_by: date | None = None
    mode: SolutionMode = SolutionMode.ANY
    trl: int | None = None
    partners: str = ""
    confidentiality: Confidentiality = Confidentiality.PUBLIC

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept; a draft may lack everything but its title."""
        if not self.title:
            raise Invalid(field="title", message=_l("Give the need a name of a few words."))
        check_text("title", self.title, most=MAX_TITLE)
        for name in _TEXTS:
            check_text(name, getattr(self, name), most=MAX_TEXT)
        check_keywords(self.keywords)

    def check_publishable(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that keeps the need from being understood."""
        if not self.problem:
            raise Invalid(field="problem", message=_l("Say what the problem is; a sentence or two will do."))
        if self.needed_by is not None and not timedelta(0) <= self.needed_by - on <= LONGEST_WAIT:
            raise Invalid(field="needed_by", message=_l("Choose a day between today and ten years from now."))


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need as one reader may see it; ``in_full`` is False when only the summary is theirs."""

    need: Need
    in_full: bool

    @property
    def texts(self) -> dict[str, str]:
        """The long fields by name, empty when they are withheld."""
        return {name: getattr(self.need, name) if self.in_full else "" for name in _TEXTS}


def reads_in_full(reader: Reader, need: Need) -> bool:
    """Whether ``reader`` may see more than title, industry, district and keywords."""
    if speaks_for(reader, need) or need.confidentiality is Confidentiality.PUBLIC:
        return True
    return reader.is_trusted_provider or reader.is_bureau_of(need.district_code)


def confides_in(reader: Reader, need: Need) -> bool:
    """Whether ``reader`` reads in full what not everybody may, and not for its enterprise: the trail keeps that."""
    is_public = need.confidentiality is Confidentiality.PUBLIC
    return not is_public and not speaks_for(reader, need) and reads_in_full(reader, need)


def shown(reader: Reader, need: Need) -> ShownNeed:
    """Apply the need's confidentiality for ``reader``: every page, list and match goes through here."""
    return ShownNeed(need=need, in_full=reads_in_full(reader, need))


def check_comments(comments: Mapping[str, str]) -> dict[str, str]:
    """Return the remarks that say something. Raises ``Invalid`` when none does, or on one that is too long."""
    said = {name: words for name, words in comments.items() if words}
    if not said:
        raise Invalid(field="", message=_l("Say at one field at least what has to be changed."))
    for name, words in said.items():
        check_text(name, words, most=MAX_REMARK)
    return said


def check_ending(reason: Ending | None, words: str, *, endings: tuple[Ending, ...], solver_id: int | None) -> None:
    """Raise ``Invalid`` unless the reason is one of ``endings`` and what it asks for was said."""
    if reason not in endings:
        raise Invalid(field="reason", message=_l("Choose one from the list."))
    check_text("words", words, most=MAX_REMARK)
    if reason is Ending.WITH_PROVIDER and solver_id is None:
        raise Invalid(field="solver_id", message=_l("Say which complex or institute it was."))
    if not words and (reason is Ending.OTHER or reason in SOLVED_ENDINGS):
        raise Invalid(field="words", message=_l("A sentence or two, please: others learn from it."))
