"""Raising flags, at filing and at night; answering them; keeping what is known of organisations."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.files import operations as files
from matchmaker.files.models import StoredFile
from matchmaker.messages import _l
from matchmaker.vouchers.flags import loading, pictures, queries, reading
from matchmaker.vouchers.flags.examining import examine
from matchmaker.vouchers.flags.models import Flag, PaperText, PartyFact
from matchmaker.vouchers.flags.parties import SPELLINGS
from matchmaker.vouchers.flags.reading import Read
from matchmaker.vouchers.flags.rules import RULE_LABELS, Finding, Limits, Rule, Shared
from matchmaker.vouchers.redemptions import queries as redemption_queries
from matchmaker.vouchers.redemptions import seams
from matchmaker.vouchers.redemptions.models import Redemption

#: What can be told from the claims of the same parties; prices, circles and reports of others wait for the night.
AT_ONCE = (Rule.RELATED, Rule.SPLIT, Rule.DUPLICATE, Rule.EARLY, Rule.TWO_SCHEMES)
#: How far back the nightly look goes.
LOOK_BACK = timedelta(days=3 * 365)
#: How many new papers are read in one night.
MOST_READ = 2_000
MAX_REASON = 1_000
#: What makes it another case, by rule; prices change with everybody's and stay one case.
_CASE: Mapping[Rule, tuple[str, ...]] = {
    Rule.RELATED: ("shared",),
    Rule.SPLIT: ("claims",),
    Rule.DUPLICATE: ("how", "claims"),
    Rule.EARLY: ("report_on", "signed_on"),
    Rule.PRICE: (),
    Rule.TWO_SCHEMES: ("claims",),
    Rule.CIRCLE: ("names",),
}


@dataclass(frozen=True, slots=True)
class Nightly:
    """What a look through all claims found."""

    limits: Limits
    findings: Sequence[Finding]
    #: The claims that were looked at.
    looked_at: frozenset[int]
    #: What stands in papers that were read for the first time, by file.
    read: Mapping[int, Read]


@seams.at_filing
def examine_filed(session: Session, redemption: Redemption) -> None:
    """Flag what is odd about a claim that is being filed. It is filed all the same."""
    limits = Limits()
    corpus = loading.around(session, redemption)
    findings = examine(corpus, limits, only={redemption.id}, which=AT_ONCE)
    _raise(session, findings, limits)


@seams.alerts
def alerts(session: Session, ids: Collection[int]) -> dict[int, list[seams.Alert]]:
    """Return the flags of redemptions as reviewers are shown them."""
    found: dict[int, list[seams.Alert]] = {}
    for flag in session.scalars(queries.of_redemptions(ids)):
        alert = seams.Alert(
            flag.id, RULE_LABELS[flag.rule], flag.sentence, flag.weight, is_overridden=flag.overridden_at is not None
        )
        found.setdefault(flag.redemption_id, []).append(alert)
    return found


def look(session: Session) -> Nightly:
    """Look through all claims of the last years; only reads. What papers say is read from the store."""
    limits = Limits()
    read = _read_papers(session)
    corpus = loading.everything(session, since=clock.now() - LOOK_BACK, read=read)
    findings = examine(corpus, limits)
    return Nightly(limits, findings, frozenset(claim.id for claim in corpus.claims), read)


def keep(session: Session, found: Nightly) -> tuple[int, int]:
    """Write down what a look found; return how many flags are new and how many no longer hold."""
    known = set(session.scalars(select(PaperText.file_id).where(PaperText.file_id.in_(found.read))))
    session.add_all(
        PaperText(file_id=file_id, text=one.text, looks=list(one.looks), read_at=clock.now())
        for file_id, one in found.read.items()
        if file_id not in known
    )
    raised = _raise(session, found.findings, found.limits)
    still = {(one.claim_id, one.rule) for one in found.findings}
    lapsed = [
        flag
        for flag in session.scalars(queries.standing())
        if flag.redemption_id in found.looked_at and (flag.redemption_id, flag.rule) not in still
    ]
    for flag in lapsed:
        flag.lapsed_at = clock.now()
    session.flush()
    return raised, len(lapsed)


def override(session: Session, flag: Flag, reason: str) -> None:
    """Say why a flag is none. Raises ``Invalid`` on ``reason``, ``Conflict`` when it was answered, ``Forbidden``."""
    said = reason.strip()
    if not 4 <= len(said) <= MAX_REASON:
        raise Invalid(field="reason", message=_l("Say in a sentence why this is in order; auditors read it."))
    session.refresh(flag, with_for_update=True)
    if not flag.stands:
        raise Conflict(_l("This flag was answered already, or no longer holds."))
    redemption = session.get_one(Redemption, flag.redemption_id)
    actor = actor_of(session)
    recused = redemption_queries.recusal(actor.person_id, [redemption.id])
    if actor.person_id is None or _is_kin(session, actor.person_id, redemption) or session.scalars(recused).first():
        raise Forbidden(_l("Somebody who belongs to neither side has to answer this."))
    flag.overridden_at, flag.overridden_by_id, flag.overridden_reason = clock.now(), actor.person_id, said
    session.flush()


def note_fact(
    session: Session, organisation_id: int, *, kind: Shared, value: str, source: str, seen_on: date | None = None
) -> PartyFact:
    """Keep something known of an organisation; known already, it stays one. Raises ``Invalid``."""
    plain = " ".join(value.split())
    if kind not in SPELLINGS:
        raise Invalid(field="kind", message=_l("Choose one from the list."))
    key = SPELLINGS[kind](plain)[:160]
    if not key or len(plain) > 160:
        raise Invalid(field="value", message=_l("Write what stands in the register, in one line."))
    if not source.strip():
        raise Invalid(field="source", message=_l("Say where this is from, so that others can check it."))
    known = select(PartyFact).filter_by(organisation_id=organisation_id, kind=kind, key=key)
    fact = session.scalars(known).one_or_none()
    if fact is None:
        fact = PartyFact(organisation_id=organisation_id, kind=kind, key=key, noted_at=clock.now())
        session.add(fact)
    fact.value, fact.source, fact.seen_on = plain, source.strip()[:160], seen_on
    fact.noted_by_id = actor_of(session).person_id
    session.flush()
    return fact


def forget_fact(session: Session, fact: PartyFact) -> None:
    """Take back what was noted by mistake."""
    session.delete(fact)
    session.flush()


def _raise(session: Session, findings: Iterable[Finding], limits: Limits) -> int:
    by_claim: dict[int, list[Finding]] = {}
    for one in findings:
        by_claim.setdefault(one.claim_id, []).append(one)
    known: dict[tuple[int, Rule], list[Flag]] = {}
    for flag in session.scalars(queries.ever_of(by_claim)):
        known.setdefault((flag.redemption_id, flag.rule), []).append(flag)
    new = 0
    for finding in (one for found in by_claim.values() for one in found):
        flags = known.get((finding.claim_id, finding.rule), [])
        case = fingerprint(finding)
        same = next((flag for flag in flags if flag.fingerprint == case), None)
        standing = same or next((flag for flag in flags if flag.stands), None)
        if standing is None:
            new += 1
            session.add(flag_of(finding, limits))
        elif standing.overridden_at is None:
            standing.weight, standing.evidence, standing.fingerprint = finding.weight, finding.evidence, case
            standing.limits_year, standing.lapsed_at = limits.year, None
    session.flush()
    return new


def flag_of(finding: Finding, limits: Limits) -> Flag:
    """Return the row of something that was found."""
    return Flag(
        redemption_id=finding.claim_id,
        rule=finding.rule,
        weight=finding.weight,
        evidence=finding.evidence,
        fingerprint=fingerprint(finding),
        limits_year=limits.year,
        raised_at=clock.now(),
    )


def fingerprint(finding: Finding) -> str:
    """Return a hash of what makes the finding another case."""
    case: dict[str, Any] = {name: finding.evidence[name] for name in _CASE[finding.rule]}
    return hashlib.sha256(json.dumps([finding.rule.value, case], sort_keys=True).encode()).hexdigest()


def _read_papers(session: Session) -> dict[int, Read]:
    return {stored.id: _read(stored) for stored in session.scalars(queries.unread_papers(most=MOST_READ))}


def _read(stored: StoredFile) -> Read:
    try:
        with files.open_(stored) as file:
            text = reading.text_of(file, stored.media_type)
            file.seek(0)
            return Read(text, () if text else tuple(pictures.looks_of(file, stored.media_type)))
    except FileNotFoundError:
        # Reconciliation of files is another matter; here there is nothing to compare.
        return Read("")


def _is_kin(session: Session, person_id: int, redemption: Redemption) -> bool:
    sides = (redemption.enterprise_id, redemption.provider_id)
    found = select(Membership.person_id).where(Membership.person_id == person_id, Membership.organisation_id.in_(sides))
    return session.scalars(found).first() is not None
