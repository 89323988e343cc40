"""What may become of an introduction, how much of a need it shows to whom, and how long a reply may take. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.needs.rules import reads_in_full
from matchmaker.catalogue.rules import MAX_TITLE, check_text, speaks_for
from matchmaker.contracts.introductions.models import (
    FailureReason,
    Introduction,
    IntroductionState,
    Participant,
    ParticipantState,
    Side,
)
from matchmaker.errors import Invalid
from matchmaker.messages import _l

#: The one table of moves. A contract that names it signs it; whatever ended stays so, and a new one may be opened.
ALLOWED = {
    IntroductionState.WAITING: frozenset({IntroductionState.TALKING, IntroductionState.FAILED}),
    IntroductionState.TALKING: frozenset({IntroductionState.SIGNED, IntroductionState.FAILED}),
    IntroductionState.SIGNED: frozenset[IntroductionState](),
    IntroductionState.FAILED: frozenset[IntroductionState](),
}

MAX_MESSAGE = 5_000
MAX_WORDS = 1_000
#: Files with one message.
MAX_FILES = 5
#: Besides the two sides.
MAX_PARTICIPANTS = 8


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a reply may take, by the rules of one year.

    No document sets such terms; these are the product's own proposal, to be agreed with the bureau. Days are civil
    days, weekends included.
    """

    year: int
    #: A side that owes a reply is reminded when it has owed it so long, and again after as long.
    reminded_after: timedelta
    most_reminders: int
    #: From then on lists mark it, and whoever waits may end the introduction for want of a reply.
    overdue_after: timedelta

    def is_overdue(self, since: datetime | None, *, now: datetime) -> bool:
        """Whether a reply that is due ``since`` then should have come by ``now``."""
        return since is not None and since <= self.overdue_before(now)

    def overdue_before(self, now: datetime) -> datetime:
        """What was due before this instant is overdue."""
        return now - self.overdue_after

    def reminds_before(self, now: datetime) -> datetime:
        """Whoever owes a reply since before this instant is to be reminded."""
        return now - self.reminded_after


#: By year, the latest last.
PATIENCE = (
    Patience(year=2025, reminded_after=timedelta(days=5), most_reminders=2, overdue_after=timedelta(days=7)),
    Patience(year=2026, reminded_after=timedelta(days=3), most_reminders=3, overdue_after=timedelta(days=5)),
)


def patience(on: date) -> Patience:
    """Return the rules that hold on a day: those of its year, else of the last year before that has some."""
    return next((rules for rules in reversed(PATIENCE) if rules.year <= on.year), PATIENCE[0])


class Depth(IntEnum):
    """How much of a need an introduction shows to a reader."""

    NOTHING = 0
    SUMMARY = 1
    FULL = 2


def side_of(reader: Reader, introduction: Introduction) -> Side | None:
    """Return the side for which ``reader`` acts, ``None`` for nobody of either."""
    return introduction.side_of(reader.organisation_id)


def is_for(reader: Reader, participant: Participant) -> bool:
    """Whether this is the reader's own invitation: by their address until they accept it, by their person since."""
    if reader.person_id is None:
        return False
    if participant.person_id is not None:
        return participant.person_id == reader.person_id
    return participant.email == reader.email


def participant_of(reader: Reader, introduction: Introduction) -> Participant | None:
    """Return the reader's invitation while it holds."""
    return next((one for one in introduction.participants if one.is_live and is_for(reader, one)), None)


def takes_part(reader: Reader, introduction: Introduction) -> bool:
    """Whether ``reader`` is of one of the sides, or was invited and accepted."""
    if side_of(reader, introduction) is not None:
        return True
    invited = participant_of(reader, introduction)
    return invited is not None and invited.state is ParticipantState.ACCEPTED


def depth(reader: Reader, introduction: Introduction) -> Depth:
    """Return how much of its need the introduction shows to ``reader``.

    Whoever reads the need anyway reads it here. Beyond that, an enterprise that agreed to the introduction lets those
    who take part know the summary, and the whole when it ticked so. A need that is not published is its enterprise's.
    """
    need = introduction.need
    if need is None:
        return Depth.NOTHING
    if speaks_for(reader, need):
        return Depth.FULL
    if need.published_at is not None and reads_in_full(reader, need):
        return Depth.FULL
    if introduction.is_agreed and takes_part(reader, introduction):
        is_whole = introduction.shares_text and need.published_at is not None
        return Depth.FULL if is_whole else Depth.SUMMARY
    return Depth.NOTHING if _is_hidden(need) else Depth.SUMMARY


def confides_in(reader: Reader, introduction: Introduction) -> bool:
    """Whether ``reader`` reads here, for others than its enterprise, a whole need that not everybody may."""
    need = introduction.need
    if need is None or need.confidentiality is Confidentiality.PUBLIC or speaks_for(reader, need):
        return False
    return depth(reader, introduction) is Depth.FULL


def _is_hidden(need: Need) -> bool:
    return need.published_at is None or need.confidentiality is Confidentiality.MEMBERS


def reasons_open_to(side: Side | None, introduction: Introduction, *, on: datetime) -> list[FailureReason]:
    """Return the reasons for which ``side`` may end the introduction now.

    Nobody ends it for want of their own reply, nor of one that may still come in time.
    """
    may_blame = (
        side is not None
        and introduction.awaits_side is side.other
        and patience(on.date()).is_overdue(introduction.awaits_since, now=on)
    )
    return [reason for reason in FailureReason if reason is not FailureReason.NO_REPLY or may_blame]


def check_end(reason: FailureReason | None, words: str, *, allowed: list[FailureReason]) -> None:
    """Raise ``Invalid`` unless the reason is one that may be given, with words where it says nothing by itself."""
    if reason is None or reason not in allowed:
        raise Invalid(field="reason", message=_l("Choose one from the list."))
    check_text("words", words, most=MAX_WORDS)
    if reason is FailureReason.OTHER and not words:
        raise Invalid(field="words", message=_l("A sentence or two, please: others learn from it."))


def check_title(title: str) -> None:
    """Raise ``Invalid`` on ``title``."""
    if not title:
        raise Invalid(field="title", message=_l("Say in a few words what it is about."))
    check_text("title", title, most=MAX_TITLE)


def check_message(text: str, *, needed: bool = True) -> None:
    """Raise ``Invalid`` on ``text``."""
    if needed and not text:
        raise Invalid(field="text", message=_l("Write a sentence, or add a file."))
    check_text("text", text, most=MAX_MESSAGE)
