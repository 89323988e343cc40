"""The demo's schemes and vouchers: the columns of their files, and their loading through the site's operations.

Everything happens on its own day of this year and the last, in the order of the days, by the people who would do it.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker import clock, money
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.contracts.agreements.models import Contract, ContractKind, ContractSource, ContractState
from matchmaker.contracts.introductions.models import Side
from matchmaker.db.actors import Actor, answer_for
from matchmaker.letters.models import Letter
from matchmaker.seeding import oddities, papers, payments
from matchmaker.seeding.files import Code, Key, Line, MaybeText, Problem, Row, Text
from matchmaker.seeding.oddities import Oddities, OddityRow
from matchmaker.vouchers import endings, operations, queries
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions import operations as redemptions
from matchmaker.vouchers.redemptions.models import Evidence, Redemption
from matchmaker.vouchers.redemptions.operations import ClaimText, PaperText
from matchmaker.vouchers.review import operations as reviews
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes import operations as schemes
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.operations import SchemeText
from matchmaker.vouchers.schemes.rules import EvidenceKind, SchemeRules
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses.rules import Planned

Day = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]
Yuan = Annotated[int, Field(ge=1, le=10_000_000)]
Years = Annotated[int, Field(ge=0, le=5)]

_ACT = "command seed"
#: How far a voucher comes; each word includes those before it, "returned" to "handed_back" end it.
Life = Literal[
    "applied", "reviewed", "issued", "held", "served", "filed", "approved", "returned", "rejected", "handed_back",
    "claim_returned", "claim_rejected",
]  # fmt: skip
_STEPS = ("applied", "reviewed", "issued", "held", "served", "filed", "agreed", "approved")
#: Days from the application to each step.
_AFTER = {"applied": 0, "reviewed": 2, "issued": 5, "held": 12, "served": 20, "filed": 25, "agreed": 28, "approved": 32}


class SchemeRow(Row):
    """A scheme in force; ``{year}`` and ``{next}`` stand for its year and the one after."""

    key: Key
    years_ago: Years
    title: Line
    title_en: Line
    source_note: Text
    rules: dict[str, Any]


class VoucherRow(Row):
    """A voucher, applied for on a day of this year or one before, its contract, and how far it came."""

    key: Key
    scheme: Key
    years_ago: Years
    day: Day
    enterprise: Key
    provider: Key
    category: Code
    yuan: Yuan
    purpose: Text
    #: The price of the service it is used for; ``null`` where it is not used.
    service_yuan: Yuan | None
    life: Life
    words: MaybeText


def problems(
    scheme_rows: Sequence[SchemeRow],
    voucher_rows: Sequence[VoucherRow],
    *,
    organisations: set[str],
    categories: set[str],
) -> Iterator[Problem]:
    """Yield what the rows name and nothing else knows."""
    known = {(row.key, row.years_ago) for row in scheme_rows}
    for row in voucher_rows:
        if (row.scheme, row.years_ago) not in known:
            yield row.fault("scheme", f"unknown {row.scheme!r} of that year")
        for field in ("enterprise", "provider"):
            if getattr(row, field) not in organisations:
                yield row.fault(field, f"unknown {getattr(row, field)!r}")
        if row.category not in categories:
            yield row.fault("category", f"unknown {row.category!r}")


def load(
    session: Session,
    scheme_rows: Sequence[SchemeRow],
    voucher_rows: Sequence[VoucherRow],
    organisations: Mapping[str, Organisation],
    odd_rows: Sequence[OddityRow] = (),
) -> int:
    """Lead the vouchers that are missing to where they stand today. Return how many rows were added."""
    there = set(session.scalars(select(Voucher.key)))
    missing = [row for row in voucher_rows if row.key not in there and _day_of(row) <= clock.today()]
    last_letter = session.scalar(select(func.max(Letter.id))) or 0
    cast = _Cast(session, organisations, Oddities(odd_rows))
    oddities.note(session, cast.odd, organisations, {row.key: (row.enterprise, row.provider) for row in missing})
    added = _put_into_force(session, scheme_rows, cast)
    steps = [step for row in missing for step in _Life(session, row, cast).steps()]
    steps += _year_ends(session, missing, cast)
    steps += payments.steps(session, cast.bureau, years={_day_of(row).year for row in missing})
    # The sort is stable: what happens at one instant keeps its order.
    for at, act in sorted((step for step in steps if step[0] <= clock.now()), key=lambda step: step[0]):
        with clock.stopped(at):
            act()
    oddities.answer(session, cast.odd, {row.key for row in missing}, cast.bureau)
    cast.nobody()
    # Nobody reads the mail of invented people.
    session.execute(delete(Letter).where(Letter.id > last_letter))
    return added + len(missing)


Step = tuple[datetime, Callable[[], None]]


def _year_ends(session: Session, rows: Sequence[VoucherRow], cast: "_Cast") -> Iterator[Step]:
    """Yield the days on which vouchers expire, and uses that nobody claimed lapse."""

    def expire() -> None:
        cast.nobody()
        endings.expire_due(session, on=clock.today())

    for year in {_day_of(row).year + 1 for row in rows}:
        yield _at(date(year, 1, 1)), expire
        yield _at(date(year, 4, 1)), expire


class _Cast:
    """Who acts: people of the demo's bureaus, and of each enterprise whoever is there."""

    def __init__(self, session: Session, organisations: Mapping[str, Organisation], odd: Oddities) -> None:
        self.session, self.organisations, self.odd = session, organisations, odd
        self.actor = Actor(_ACT)
        answer_for(session, lambda: self.actor)
        self._people: dict[str, tuple[int, int]] = {}

    def bureau(self, email: str) -> None:
        """Let somebody of a bureau act from now on."""
        if email not in self._people:
            found = self.session.execute(
                select(Membership.person_id, Membership.organisation_id)
                .join(Person, Person.id == Membership.person_id)
                .where(Person.email == email)
            ).first()
            assert found is not None  # noqa: S101 - the demo's own people are loaded before
            self._people[email] = (found[0], found[1])
        self.actor = Actor(_ACT, *self._people[email])

    def enterprise(self, key: str) -> None:
        """Let an enterprise act from now on."""
        body = self.organisations[key]
        members = select(Membership.person_id).where(Membership.organisation_id == body.id)
        person_id = self.session.scalars(members.order_by(Membership.person_id)).first()
        self.actor = Actor(_ACT, person_id, body.id)

    def nobody(self) -> None:
        """Let the command act for itself."""
        self.actor = Actor(_ACT)


def _put_into_force(session: Session, rows: Sequence[SchemeRow], cast: _Cast) -> int:
    added = 0
    for row in sorted(rows, key=lambda row: (-row.years_ago, row.key)):
        year = clock.today().year - row.years_ago
        if session.scalars(select(Scheme.id).where(Scheme.year == year, Scheme.key == row.key)).first() is not None:
            continue
        text = SchemeText(year, row.key, row.title, row.title_en, is_example=True, source_note=row.source_note)
        with clock.stopped(min(_at(date(year, 1, 1)), clock.now())):
            cast.bureau(_SECOND)
            scheme = schemes.draft(session, text, SchemeRules.of(_of_year(row.rules, year)))
            schemes.propose(session, scheme)
            cast.bureau(_CITY)
            schemes.approve(session, scheme)
        added += 1
    return added


_CITY, _SECOND = "city@demo.example", "second@demo.example"
#: Reviewers of districts that have some; elsewhere the city's second one looks first.
_DISTRICT = {"330603": "keqiao@demo.example"}


class _Life:
    """One voucher, step by step."""

    def __init__(self, session: Session, row: VoucherRow, cast: _Cast) -> None:
        self.session, self.row, self.cast = session, row, cast
        self.enterprise = cast.organisations[row.enterprise]
        self.reviewer = _DISTRICT.get(self.enterprise.district_code, _SECOND)
        self.voucher: Voucher | None = None
        self.use: Use | None = None
        self.claim: Redemption | None = None

    def steps(self) -> Iterator[Step]:
        """Yield each step with its instant."""
        first, last = _day_of(self.row), self.row.life
        ends = {"returned": "applied", "rejected": "applied", "handed_back": "issued"}
        ends |= dict.fromkeys(("claim_returned", "claim_rejected"), "filed")
        for name in _STEPS[: _STEPS.index(ends.get(last, last)) + 1]:
            yield _at(first + timedelta(days=_AFTER[name])), getattr(self, name)
        if last in ends:
            yield _at(first + timedelta(days=29 if last.startswith("claim") else 9)), getattr(self, last)

    def applied(self) -> None:
        """Apply."""
        year = clock.today().year
        scheme = self.session.scalars(select(Scheme).where(Scheme.year == year, Scheme.key == self.row.scheme)).one()
        self.cast.enterprise(self.row.enterprise)
        asked = Application(
            face_fen=_fen(self.row.yuan),
            purpose=self.row.purpose,
            category_code=self.row.category,
            types=queries.types_of(self.session, self.enterprise.id),
            staff=60,
            revenue_fen=_fen(8_000_000),
            revenue_before_fen=_fen(7_200_000),
            declares_single_funding=True,
        )
        self.voucher = operations.apply(self.session, scheme, self.enterprise, asked)
        self.voucher.key = self.row.key
        self.session.flush()

    def reviewed(self) -> None:
        """Agree first."""
        self.cast.bureau(self.reviewer)
        operations.approve(self.session, self._voucher())

    def issued(self) -> None:
        """Issue."""
        self.cast.bureau(_CITY)
        operations.issue(self.session, self._voucher())

    def returned(self) -> None:
        """Give the application back."""
        self.cast.bureau(self.reviewer)
        operations.return_(self.session, self._voucher(), self.row.words)

    def rejected(self) -> None:
        """Refuse the application."""
        self.cast.bureau(self.reviewer)
        operations.reject(self.session, self._voucher(), self.row.words)

    def claim_returned(self) -> None:
        """Give the claim back with a remark."""
        self.cast.bureau(self.reviewer)
        reviews.return_(self.session, self._claim(), {"papers": self.row.words})

    def claim_rejected(self) -> None:
        """Refuse the claim."""
        self.cast.bureau(self.reviewer)
        reviews.reject(self.session, self._claim(), self.row.words)

    def handed_back(self) -> None:
        """Give the voucher back."""
        self.cast.enterprise(self.row.enterprise)
        endings.hand_back(self.session, self._voucher())

    def held(self) -> None:
        """Write down the contract and register the use."""
        self.cast.enterprise(self.row.enterprise)
        planned = Planned(
            _fen(self.row.service_yuan or self.row.yuan), self.row.category, self.row.purpose,
            declares_voluntary=True, declares_unrelated=True,
        )  # fmt: skip
        self.use, _working = uses.register(self.session, self._voucher(), self._contract().id, planned)
        self.use.key = f"{self.row.key}-use"
        self.session.flush()

    def served(self) -> None:
        """Say that the service was done."""
        self.cast.enterprise(self.row.enterprise)
        uses.serve(self.session, self._use(), clock.today())

    def filed(self) -> None:
        """File the claim with its papers."""
        self.cast.enterprise(self.row.enterprise)
        claim = redemptions.begin(self.session, self._use(), key=f"{self.row.key}-claim")
        pages = [papers.page(self.cast.odd.page(self.row.key, name)) for name in _PAPERS]
        sent = [(io.BytesIO(page), f"{name}.pdf") for page, name in zip(pages, _PAPERS, strict=True)]
        added = redemptions.add_papers(self.session, claim, sent)
        redemptions.write(self.session, claim, self._text(claim, added))
        redemptions.file(self.session, claim)
        self.claim = claim

    def agreed(self) -> None:
        """Agree with the claim first."""
        self.cast.bureau(self.reviewer)
        reviews.agree(self.session, self._claim())

    def approved(self) -> None:
        """Approve the claim."""
        self.cast.bureau(_CITY)
        reviews.approve(self.session, self._claim(), self._claim().claimed_fen)

    def _contract(self) -> Contract:
        provider, now = self.cast.organisations[self.row.provider], clock.now()
        price = _fen(self.row.service_yuan or self.row.yuan)
        contract = Contract(
            key=f"{self.row.key}-contract",
            source=ContractSource.OFF_PLATFORM,
            enterprise_id=self.enterprise.id,
            provider_id=provider.id,
            district_code=self.enterprise.district_code,
            industry_code=self.enterprise.industry_code,
            written_by_side=Side.ENTERPRISE,
            state=ContractState.SIGNED,
            title=self.row.purpose[:120],
            kind=ContractKind.SERVICE,
            category_code=self.row.category,
            contract_amount_fen=price,
            technology_amount_fen=price,
            signed_on=clock.today(),
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=60),
            written_at=now,
            shared_at=now,
            confirmed_by_enterprise_at=now,
            confirmed_by_provider_at=now,
            signed_at=now,
        )
        self.session.add(contract)
        self.session.flush()
        return contract

    def _text(self, claim: Redemption, papers: Sequence[Evidence]) -> ClaimText:
        number = f"26{self._voucher().id:018d}"
        price, today = self._use().service_amount_fen, clock.today()
        told = {
            paper.id: PaperText(
                kind=kind,
                issued_on=self.cast.odd.issued_on(self.row.key, kind, today=today),
                number=number if kind is EvidenceKind.INVOICE else "",
                amount_fen=price if kind is EvidenceKind.INVOICE else None,
            )
            for paper, kind in zip(papers, _PAPERS.values(), strict=True)
        }
        return ClaimText(
            claimed_fen=self._use().amount_fen,
            payee_name=claim.payee_name,
            payee_bank="演示银行绍兴分行",
            payee_account=f"6217{claim.payee_id:012d}",
            papers=told,
        )

    def _voucher(self) -> Voucher:
        assert self.voucher is not None  # noqa: S101 - narrows for the type checker; the steps come in order
        return self.voucher

    def _use(self) -> Use:
        assert self.use is not None  # noqa: S101 - narrows for the type checker; the steps come in order
        return self.use

    def _claim(self) -> Redemption:
        assert self.claim is not None  # noqa: S101 - narrows for the type checker; the steps come in order
        return self.claim


_PAPERS = {
    "合同": EvidenceKind.CONTRACT,
    "发票": EvidenceKind.INVOICE,
    "银行回单": EvidenceKind.BANK_SLIP,
    "检测报告": EvidenceKind.RESULT,
}


def _day_of(row: VoucherRow) -> date:
    month, day = row.day.split("-")
    return date(clock.today().year - row.years_ago, int(month), int(day))


def _at(day: date) -> datetime:
    """Return the middle of a working day's morning."""
    return datetime.combine(day, time(10), tzinfo=clock.CIVIL_ZONE)


def _of_year(rules: Mapping[str, Any], year: int) -> dict[str, Any]:
    return {
        name: value.replace("{year}", str(year)).replace("{next}", str(year + 1)) if isinstance(value, str) else value
        for name, value in rules.items()
    }


def _fen(yuan: int) -> int:
    return yuan * money.FEN_PER_YUAN
