"""Claims for tests, led on by the people who would: filed, reviewed by two, on notice, payable, in a batch, paid."""

import io
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Person, Role
from matchmaker.db import actors
from matchmaker.db.actors import Actor
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.clearing.models import Batch
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import operations
from matchmaker.vouchers.redemptions.models import Evidence, Redemption
from matchmaker.vouchers.redemptions.operations import ClaimText, PaperText
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import EvidenceKind
from tests.support import cast, factories, money, papers

_numbers = itertools.count(1)

#: Who approves batches: a reviewer of the district who has reviewed nothing.
THIRD = "third@example.test"
ACCOUNT = "6222 0213 0500 1234 567"
#: What the four papers of a claim are called.
PAPERS = {
    EvidenceKind.CONTRACT: "技术合同.pdf",
    EvidenceKind.INVOICE: "发票.pdf",
    EvidenceKind.BANK_SLIP: "银行回单.pdf",
    EvidenceKind.RESULT: "检测报告.pdf",
}


def third(session: Session) -> Person:
    """Return the third reviewer, who works for the district's bureau."""
    found = session.scalars(select(Person).where(Person.email == THIRD)).one_or_none()
    if found is not None:
        return found
    bureau = cast.organisation_of(session, "bureau-district")
    return factories.person(session, organisation=bureau, email=THIRD, name="郑科员", roles=frozenset({Role.REVIEWER}))


@contextmanager
def acting_as(session: Session, person: Person, *, role: str = "bureau-district") -> Iterator[None]:
    """Let what ``session`` writes meanwhile be done by somebody who is not of the cast."""
    body = cast.organisation_of(session, role)
    actors.answer_for(session, lambda: Actor("test", person.id, body.id))
    try:
        yield
    finally:
        session.info.pop("matchmaker_actor", None)


def invoice_number() -> str:
    """Return the number of a fully digital invoice that no other call returned."""
    return f"26332000{next(_numbers):012d}"


def use(session: Session, scheme: Scheme | None = None, fen: int = 2 * money.WAN, **differences: Any) -> Use:
    """Register a use whose service was done."""
    scheme = scheme or money.scheme(session)
    voucher = money.voucher(session, scheme, **differences)
    return money.use(session, voucher, money.contract(session), fen, life="served")


def paper_text(kind: EvidenceKind, amount_fen: int) -> PaperText:
    """Return what is said of a paper."""
    if kind is EvidenceKind.INVOICE:
        return PaperText(kind, number=invoice_number(), amount_fen=amount_fen, issued_on=clock.today())
    return PaperText(kind, issued_on=clock.today())


def written(
    session: Session,
    of: Use,
    *,
    invoice: str | None = None,
    scans: Mapping[str, bytes] | None = None,
    **differences: Any,
) -> Redemption:
    """Write a claim with all its papers, and do not file it; ``scans`` are papers by the name for which they stand."""
    with money.acting(session, money.APPLICANT):
        redemption = operations.begin(session, of)
        kept = {name: papers.pdf(f"{name} {next(_numbers)}") for name in PAPERS.values()} | dict(scans or {})
        sent = [(io.BytesIO(content), name) for name, content in kept.items()]
        added = operations.add_papers(session, redemption, sent)
        operations.write(session, redemption, text(redemption, added, invoice=invoice, **differences))
    return redemption


def text(redemption: Redemption, added: list[Evidence], *, invoice: str | None = None, **differences: Any) -> ClaimText:
    """Return what an enterprise writes of a claim."""
    # Schemes of tests take over a half.
    said = {paper.id: paper_text(paper.kind, max(2 * money.WAN, 2 * redemption.claimed_fen)) for paper in added}
    if invoice is not None:
        said = {
            number: replace(one, number=invoice) if one.kind is EvidenceKind.INVOICE else one
            for number, one in said.items()
        }
    values: dict[str, Any] = {
        "claimed_fen": redemption.claimed_fen,
        "payee_name": "绍兴锦程印染有限公司",
        "payee_bank": "绍兴银行越城支行",
        "payee_account": ACCOUNT,
        "papers": said,
    }
    return ClaimText(**values | differences)


def filed(session: Session, of: Use | None = None, **differences: Any) -> Redemption:
    """File a claim."""
    redemption = written(session, of or use(session), **differences)
    with money.acting(session, money.APPLICANT):
        operations.file(session, redemption)
    return redemption


def agreed(session: Session, of: Use | None = None, **differences: Any) -> Redemption:
    """File a claim and let the first reviewer agree."""
    redemption = filed(session, of, **differences)
    with money.acting(session, money.FIRST):
        review.agree(session, redemption)
    return redemption


def approved(
    session: Session, of: Use | None = None, *, approved_fen: int | None = None, **differences: Any
) -> Redemption:
    """Let two reviewers agree: on public notice, or payable where the scheme asks for none."""
    redemption = agreed(session, of, **differences)
    with money.acting(session, money.SECOND):
        review.approve(session, redemption, approved_fen or redemption.claimed_fen, "按合同核减")
    return redemption


def payable(session: Session, **differences: Any) -> Redemption:
    """Return a claim that may be paid at once: its scheme asks for no notice."""
    return approved(session, use(session, money.scheme(session, publicity_days=0)), **differences)


def sealed(session: Session, district: str = cast.HERE) -> Batch:
    """Put everything payable into a batch and seal it."""
    with money.acting(session, money.FIRST):
        batch = clearing.open_(session, district)
        clearing.seal(session, batch)
    return batch


def exported(session: Session, district: str = cast.HERE) -> Batch:
    """Seal a batch, let the third reviewer approve it, and send it to the bank."""
    batch = sealed(session, district)
    with acting_as(session, third(session)):
        clearing.approve(session, batch)
        clearing.export(session, batch)
    return batch


def paid(session: Session, **differences: Any) -> Redemption:
    """Return a claim that was paid."""
    redemption = payable(session, **differences)
    batch = exported(session)
    with money.acting(session, money.FIRST):
        clearing.settle(session, batch, failed={}, on=clock.today())
    return redemption
