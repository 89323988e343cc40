"""Whether claims and batches agree with the money: each with its use, all together with the accounts. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matchmaker.messages import Message, _l
from matchmaker.vouchers.clearing.models import BatchState
from matchmaker.vouchers.models import UseState
from matchmaker.vouchers.reconciliation.rules import Books, Mismatch, UseFacts
from matchmaker.vouchers.redemptions.models import IN_REVIEW, SETTLED, RedemptionState
from matchmaker.vouchers.schemes.rules import Yuan

#: Approved and not on its way: the amount lies on its district's account of what is to be paid.
_TO_PAY = frozenset({RedemptionState.APPROVED, RedemptionState.PUBLIC, RedemptionState.PAYABLE})
_ON_THE_WAY = frozenset({BatchState.SEALED, BatchState.APPROVED, BatchState.EXPORTED})


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim with the use it is for and the batch it is in."""

    id: int
    number: str
    state: RedemptionState
    approved_fen: int | None
    scheme: str
    district_code: str
    use_state: UseState
    use_settled_fen: int | None
    #: The batch that holds it, while one does.
    batch_state: BatchState | None

    @property
    def where(self) -> str:
        """Scheme and district, as accounts have them."""
        return f"{self.scheme}/{self.district_code}"


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch with what its items add up to now."""

    id: int
    number: str
    state: BatchState
    total_fen: int | None
    item_count: int | None
    items_fen: int
    items: int
    #: Whether the items' hash is still the one that was sealed; ``None`` for batches that are not sealed.
    hash_agrees: bool | None


def claim(facts: ClaimFacts) -> Iterator[Mismatch]:
    """Check that a claim stands where its use says."""

    def says(message: Message) -> Mismatch:
        return Mismatch("redemption", facts.number, message, facts.id)

    if facts.state in IN_REVIEW and facts.use_state is not UseState.CLAIMED:
        yield says(_l("It is in review, but its use holds no amount for a claim."))
    elif facts.state is RedemptionState.CLAWED_BACK:
        if facts.use_state is not UseState.RELEASED:
            yield says(_l("It was clawed back, but its use says something else."))
    elif facts.state in SETTLED:
        if facts.use_state is not UseState.SETTLED:
            yield says(_l("It is approved, but its use was not settled."))
        elif facts.use_settled_fen != facts.approved_fen:
            yield says(
                _l(
                    "%(approved)s were approved, but %(settled)s were settled.",
                    approved=Yuan(facts.approved_fen or 0),
                    settled=Yuan(facts.use_settled_fen or 0),
                )
            )
    if (facts.state is RedemptionState.BATCHED) != (facts.batch_state is not None):
        yield says(_l("It and the batches do not agree on whether it is in one."))


def totals(books: Books, claims: Iterable[ClaimFacts]) -> Iterator[Mismatch]:
    """Check that what claims say is to be paid, and was paid, lies on the accounts, for each scheme and district."""
    to_pay: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    for facts in claims:
        amount = facts.approved_fen or 0
        if facts.state in _TO_PAY or (facts.state is RedemptionState.BATCHED and facts.batch_state is BatchState.OPEN):
            to_pay[facts.where] += amount
        elif facts.state is RedemptionState.PAID:
            paid[facts.where] += amount
    places = {account.rest for account in books.accounts.values() if account.family in ("payable", "paid")}
    for where in sorted(places | to_pay.keys() | paid.keys()):
        there = books.posted_fen(f"payable/{where}")
        if there != to_pay[where]:
            yield Mismatch(
                "pool",
                where,
                _l(
                    "Claims over %(claims)s are to be paid, but the account holds %(there)s.",
                    claims=Yuan(to_pay[where]),
                    there=Yuan(there),
                ),
            )
        there = books.posted_fen(f"paid/{where}")
        if there != paid[where]:
            yield Mismatch(
                "pool",
                where,
                _l(
                    "Claims over %(claims)s are said to be paid, but %(there)s were.",
                    claims=Yuan(paid[where]),
                    there=Yuan(there),
                ),
            )


def batch(facts: BatchFacts, books: Books) -> Iterator[Mismatch]:
    """Check a batch's seal, its total, and what lies on its account."""

    def says(message: Message) -> Mismatch:
        return Mismatch("batch", facts.number, message, facts.id)

    there = books.posted_fen(f"clearing/{facts.id}")
    expected = (facts.total_fen or 0) if facts.state in _ON_THE_WAY else 0
    if there != expected:
        yield says(
            _l("%(there)s lie on its account; it should be %(expected)s.", there=Yuan(there), expected=Yuan(expected))
        )
    if facts.hash_agrees is None:
        return
    if (facts.items_fen, facts.items) != (facts.total_fen, facts.item_count):
        yield says(
            _l(
                "%(count)s payments over %(total)s were sealed, but %(items)s over %(sum)s are in it.",
                count=facts.item_count,
                total=Yuan(facts.total_fen or 0),
                items=facts.items,
                sum=Yuan(facts.items_fen),
            )
        )
    elif not facts.hash_agrees:
        yield says(_l("Its payments are not those that were sealed."))


def payments(items: Mapping[tuple[str, str], int], made: Iterable[tuple[str, str, int]]) -> Iterator[Mismatch]:
    """Check that each payment of a batch is exactly one transfer of its amount, and that nothing else was paid."""
    paid: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account, reference, fen in made:
        paid[account, reference].append(fen)
    for one in sorted(items.keys() | paid.keys()):
        there, expected = paid.get(one, []), items.get(one)
        if expected is None:
            yield Mismatch(
                "batch",
                " ".join(one),
                _l("%(fen)s were paid, and no payment of a batch says so.", fen=Yuan(sum(there))),
            )
        elif there != [expected]:
            yield Mismatch(
                "batch",
                " ".join(one),
                _l(
                    "%(expected)s were to be paid once, but %(count)s transfers over %(paid)s were made.",
                    expected=Yuan(expected),
                    count=len(there),
                    paid=Yuan(sum(there)),
                ),
            )


def unclaimed_holds(held: Iterable[tuple[int, str, int]], uses: Mapping[int, UseFacts]) -> Iterator[Mismatch]:
    """Yield what is held on vouchers' accounts without a use that says so: (reservation, account, fen)."""
    for reservation_id, code, fen in held:
        if reservation_id not in uses:
            yield Mismatch(
                "voucher", code, _l("%(fen)s are held on it, and no use says what for.", fen=Yuan(fen)), None
            )
