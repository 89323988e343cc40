"""The life of a scheme's version: written, proposed, approved by somebody else, which also moves the pools."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.operations import Entry
from matchmaker.ledger.rules import Overdrawn
from matchmaker.messages import _l
from matchmaker.vouchers import accounts
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.schemes import queries, rules
from matchmaker.vouchers.schemes.models import STATE_LABELS, Scheme, SchemeMove, SchemeState
from matchmaker.vouchers.schemes.rules import SchemeRules, Yuan


@dataclass(frozen=True, slots=True)
class SchemeText:
    """What a version says beside its rules."""

    year: int
    key: str
    title: str
    title_en: str = ""
    district_code: str | None = None
    is_example: bool = False
    source_note: str = ""

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept."""
        if not 2000 <= self.year <= 2100:
            raise Invalid(field="year", message=_l("Write the year in four figures."))
        if not rules.KEY.fullmatch(self.key):
            raise Invalid(
                field="key", message=_l("Two to forty small letters, figures and hyphens, such as “city-general”.")
            )
        if not 2 <= len(self.title) <= 120:
            raise Invalid(field="title", message=_l("Give the scheme a name of 2 to 120 characters."))
        if self.is_example and not self.source_note:
            raise Invalid(field="source_note", message=_l("Say from which public rules the example is built."))


def draft(session: Session, text: SchemeText, said: SchemeRules) -> Scheme:
    """Keep the first version of a new scheme as a draft. Raises ``Invalid``."""
    text.check()
    said.check()
    if session.scalars(queries.versions_of(text.year, text.key).limit(1)).first() is not None:
        raise Invalid(field="key", message=_l("There is a scheme of this year with this short name."))
    return _add(session, text, said, version=1)


def new_version(session: Session, scheme: Scheme) -> Scheme:
    """Begin the next version of a scheme with what this one says. Raises ``Conflict`` while another is under way."""
    under_way = queries.versions_of(scheme.year, scheme.key).where(
        Scheme.state.in_((SchemeState.DRAFT, SchemeState.PROPOSED))
    )
    if session.scalars(under_way.limit(1)).first() is not None:
        raise Conflict(_l("A new version of this scheme is being written already."))
    last = session.scalar(select(func.max(Scheme.version)).where(Scheme.year == scheme.year, Scheme.key == scheme.key))
    return _add(session, text_of(scheme), SchemeRules.of(scheme.rules_json), version=(last or 0) + 1)


def copy_to_year(session: Session, scheme: Scheme, *, year: int) -> Scheme:
    """Begin the scheme of another year with what this one says, its days moved by as many years."""
    said = SchemeRules.of(scheme.rules_json)
    moved: dict[str, Any] = {
        name: _in_year(getattr(said, name), by=year - scheme.year)
        for name in ("apply_from", "apply_until", "use_by", "redeem_by")
    }
    return draft(session, replace(text_of(scheme), year=year), replace(said, **moved))


def rewrite(session: Session, scheme: Scheme, text: SchemeText, said: SchemeRules) -> None:
    """Change a draft; year and short name stay, for its accounts are called by them. Raises ``Conflict``."""
    text.check()
    said.check()
    session.refresh(scheme, with_for_update=True)
    if scheme.state is not SchemeState.DRAFT:
        raise Conflict(_l("Only a draft can be changed; begin a new version instead."))
    scheme.title, scheme.title_en = text.title, text.title_en
    scheme.district_code = text.district_code
    scheme.is_example, scheme.source_note = text.is_example, text.source_note
    scheme.rules_json = said.plain()
    session.flush()


def propose(session: Session, scheme: Scheme) -> None:
    """Ask for the draft to hold; somebody else decides. Raises ``Conflict``."""
    SchemeRules.of(scheme.rules_json)
    before = _move(session, scheme, SchemeState.PROPOSED)
    scheme.proposed_by_id, scheme.proposed_at = person_of(session), clock.now()
    _note(session, scheme, "propose", before)


def send_back(session: Session, scheme: Scheme, words: str) -> None:
    """Make a proposal a draft again, saying why. Raises ``Invalid`` or ``Conflict``."""
    if not words.strip():
        raise Invalid(field="words", message=_l("Give the reason; whoever proposed it reads it."))
    before = _move(session, scheme, SchemeState.DRAFT)
    scheme.proposed_by_id = scheme.proposed_at = None
    _note(session, scheme, "send_back", before, words=words.strip())


def approve(session: Session, scheme: Scheme) -> None:
    """Let a proposed version hold instead of the one before, and fund its pools.

    Raises ``Forbidden`` for whoever proposed it, ``Conflict`` when it is not proposed any more or when a district has
    issued more than the version would give it.
    """
    person_id = person_of(session)
    held = session.scalars(queries.active_of(scheme.year, scheme.key).with_for_update()).one_or_none()
    session.refresh(scheme, with_for_update=True)
    if scheme.proposed_by_id == person_id:
        raise Forbidden(_l("Whoever proposed a version cannot approve it: two people are needed."))
    if held is not None and held is not scheme:
        before = _move(session, held, SchemeState.CLOSED)
        held.closed_at = clock.now()
        # Away first: only one version may be in force.
        _note(session, held, "supersede", before)
    before = _move(session, scheme, SchemeState.ACTIVE)
    scheme.approved_by_id, scheme.approved_at = person_id, clock.now()
    _note(session, scheme, "approve", before)
    _fund(session, scheme)


def close(session: Session, scheme: Scheme, words: str) -> None:
    """End a version in force without another one: nothing can be applied for any more. Raises ``Conflict``.

    What was issued by it stays; the closing person must be another than the one who let it hold.
    """
    if scheme.approved_by_id == person_of(session):
        raise Forbidden(_l("Whoever approved a version cannot close it alone: two people are needed."))
    if not words.strip():
        raise Invalid(field="words", message=_l("Give the reason; whoever it concerns reads it."))
    before = _move(session, scheme, SchemeState.CLOSED)
    scheme.closed_at = clock.now()
    _note(session, scheme, "close", before, words=words.strip())


def text_of(scheme: Scheme) -> SchemeText:
    """Return what a version says beside its rules."""
    return SchemeText(
        year=scheme.year,
        key=scheme.key,
        title=scheme.title,
        title_en=scheme.title_en,
        district_code=scheme.district_code,
        is_example=scheme.is_example,
        source_note=scheme.source_note,
    )


def person_of(session: Session) -> int:
    """Return who acts; where two people are needed, a job or a command is none of them. Raises ``Forbidden``."""
    person_id = actor_of(session).person_id
    if person_id is None:
        raise Forbidden(_l("A person has to do this."))
    return person_id


def _add(session: Session, text: SchemeText, said: SchemeRules, *, version: int) -> Scheme:
    scheme = Scheme(
        year=text.year,
        key=text.key,
        version=version,
        title=text.title,
        title_en=text.title_en,
        district_code=text.district_code,
        is_example=text.is_example,
        source_note=text.source_note,
        rules_json=said.plain(),
        created_at=clock.now(),
        created_by_id=actor_of(session).person_id,
    )
    session.add(scheme)
    session.flush()
    _note(session, scheme, "write", None)
    return scheme


def _fund(session: Session, scheme: Scheme) -> None:
    """Move between the budget and the pools what the version gives more, or less, than they were given so far."""
    said = SchemeRules.of(scheme.rules_json)
    budget = accounts.budget(session, scheme)
    given = queries.funded(session, scheme)
    entries = []
    for code in sorted(said.pools_fen.keys() | given.keys()):
        pool = accounts.pool(session, scheme, code)
        more = said.pools_fen.get(code, 0) - given.get(code, 0)
        reference, key = f"scheme/{scheme.id}", f"fund/{scheme.id}/{code}"
        if more > 0:
            entries.append(Entry(budget, pool, more, Purpose.FUND, reference, key))
        elif more < 0:
            entries.append(Entry(pool, budget, -more, Purpose.DEFUND, reference, key))
    try:
        ledger.make(session, entries)
    except Overdrawn as error:
        short = [
            f"{entry.debit.code.rpartition('/')[2]} {Yuan(entry.debit.available_fen)}"
            for entry in entries
            if entry.purpose is Purpose.DEFUND and entry.debit.available_fen < entry.amount_fen
        ]
        raise Conflict(
            _l(
                "A pool has issued more than this version leaves it. What may still be taken back: %(pools)s.",
                pools="; ".join(short),
            )
        ) from error


def _move(session: Session, scheme: Scheme, to: SchemeState) -> SchemeState:
    return transitions.move(session, scheme, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS)


def _note(session: Session, scheme: Scheme, step: str, before: SchemeState | None, *, words: str = "") -> None:
    session.add(
        SchemeMove(
            scheme_id=scheme.id,
            at=clock.now(),
            step=step,
            from_state=before,
            to_state=scheme.state,
            **attribution(session),
            words=words,
        )
    )
    session.flush()


def _in_year(day: date, *, by: int) -> date:
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)
