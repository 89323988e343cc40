"""What must agree with what: the books as plain figures, and every disagreement in words. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from matchmaker.messages import Message, _l
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.schemes.rules import Yuan

#: So many disagreements are kept with a reconciliation; all are counted.
MOST_KEPT = 200

#: From which family of accounts to which money may move at all. Families are what stands before a code's first stroke.
FLOWS = frozenset(
    {
        ("budget", "pool"), ("pool", "budget"), ("pool", "voucher"), ("voucher", "pool"), ("voucher", "payable"),
        ("payable", "voucher"), ("payable", "clearing"), ("clearing", "payable"), ("clearing", "paid"),
        ("paid", "clearing"), ("paid", "pool"), ("voucher", "expired"), ("expired", "voucher"),
        ("quota-source", "quota"), ("quota", "quota-source"), ("quota", "granted"), ("granted", "quota"),
    }
)  # fmt: skip
#: Families that money for vouchers lies in; what the ledger holds for others is no matter of this page.
FAMILIES = frozenset(family for flow in FLOWS for family in flow)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One disagreement: at which thing, and what does not agree with what."""

    #: "ledger", "trail", "pool", "voucher", "use", "redemption", "batch" or "quota".
    place: str
    #: What people call the thing.
    name: str
    message: Message
    #: The thing's own number, for a link to its page.
    id: int | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        values = {name: str(value) for name, value in self.message.values.items()}
        return {"place": self.place, "name": self.name, "id": self.id, "text": self.message.text, "values": values}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``plain`` wrote."""
        return cls(stored["place"], stored["name"], Message(stored["text"], dict(stored["values"])), stored["id"])


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the ledger carries it."""

    id: int
    code: str
    posted_fen: int
    #: Held of what is on it.
    pending_fen: int

    @property
    def family(self) -> str:
        """What stands before the code's first stroke."""
        return self.code.partition("/")[0]

    @property
    def rest(self) -> str:
        """What stands behind it."""
        return self.code.partition("/")[2]


@dataclass
class Books:
    """The accounts, and what flowed between each two of them for each purpose, in fen."""

    accounts: dict[int, Account]
    flows: dict[tuple[int, int, str], int]
    by_code: dict[str, Account] = field(init=False)
    _out: dict[int, dict[tuple[str, str], int]] = field(init=False)
    _in: dict[int, dict[tuple[str, str], int]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_code = {account.code: account for account in self.accounts.values()}
        self._out = defaultdict(lambda: defaultdict(int))
        self._in = defaultdict(lambda: defaultdict(int))
        for (debit, credit, purpose), fen in self.flows.items():
            if debit in self.accounts and credit in self.accounts:
                self._out[debit][self.accounts[credit].family, purpose] += fen
                self._in[credit][self.accounts[debit].family, purpose] += fen

    def posted_fen(self, code: str) -> int:
        """Return what lies on an account, 0 when it was never opened."""
        account = self.by_code.get(code)
        return account.posted_fen if account else 0

    def went_fen(self, account_id: int, family: str) -> int:
        """Return what went from an account to a family, less what came back."""
        went = sum(fen for (to, _purpose), fen in self._out[account_id].items() if to == family)
        return went - sum(fen for (came_from, _purpose), fen in self._in[account_id].items() if came_from == family)

    def left_fen(self, account_id: int, purpose: Purpose) -> int:
        """Return what left an account for a purpose."""
        return sum(fen for (_to, why), fen in self._out[account_id].items() if why == purpose)

    def came_fen(self, account_id: int, purpose: Purpose) -> int:
        """Return what came to an account for a purpose."""
        return sum(fen for (_from, why), fen in self._in[account_id].items() if why == purpose)


@dataclass(frozen=True, slots=True)
class VoucherFacts:
    """A voucher that was issued."""

    id: int
    number: str
    face_fen: int
    account_id: int
    scheme: str
    district_code: str
    enterprise_id: int
    #: Past its day, handed back or revoked: nothing may be left on it but what is held.
    has_ended: bool
    is_exhausted: bool


@dataclass(frozen=True, slots=True)
class UseFacts:
    """A use with its reservation and what ended that; ``None`` for what is not there."""

    id: int
    voucher: str
    is_holding: bool
    is_settled: bool
    amount_fen: int
    settled_fen: int | None
    held_fen: int | None
    held_on_id: int | None
    account_id: int | None
    ended_by: str | None
    ended_fen: int | None


def strange_flows(books: Books) -> Iterator[Mismatch]:
    """Yield every flow between accounts that no step of any life makes, or from one scheme or district to another."""
    for (debit_id, credit_id, _purpose), fen in books.flows.items():
        debit, credit = books.accounts.get(debit_id), books.accounts.get(credit_id)
        if debit is None or credit is None or not {debit.family, credit.family} & FAMILIES:
            continue
        if (debit.family, credit.family) not in FLOWS:
            yield Mismatch(
                "pool",
                debit.code,
                _l("%(fen)s went to %(to)s, which no step of a voucher's life does.", fen=Yuan(fen), to=credit.code),
            )


def pools(books: Books, vouchers: Iterable[VoucherFacts], planned: Mapping[tuple[str, str], int]) -> Iterator[Mismatch]:
    """Check for each scheme and district that what was funded lies in the places where it can lie.

    ``planned`` has the pools of the versions in force; a pool may be funded up to that and no further.
    """
    on_vouchers: dict[str, int] = defaultdict(int)
    for voucher in vouchers:
        on_vouchers[f"{voucher.scheme}/{voucher.district_code}"] += books.accounts[voucher.account_id].posted_fen
    on_the_way = clearing_by_pool(books)
    for account in books.accounts.values():
        if account.family != "pool":
            continue
        where = account.rest
        funded = -books.went_fen(account.id, "budget")
        parts = {
            "pool": account.posted_fen,
            "vouchers": on_vouchers[where],
            "payable": books.posted_fen(f"payable/{where}"),
            "clearing": on_the_way[where],
            "paid": books.posted_fen(f"paid/{where}"),
            "expired": books.posted_fen(f"expired/{where}"),
        }
        if funded != sum(parts.values()):
            yield Mismatch(
                "pool",
                where,
                _l(
                    "%(funded)s were put in, but %(found)s are there: %(pool)s not issued, %(vouchers)s on vouchers, "
                    "%(payable)s to be paid, %(clearing)s with the bank, %(paid)s paid, %(expired)s expired.",
                    funded=Yuan(funded),
                    found=Yuan(sum(parts.values())),
                    **{name: Yuan(fen) for name, fen in parts.items()},
                ),
            )
        scheme, _stroke, district = where.rpartition("/")
        if (scheme, district) in planned and funded != planned[scheme, district]:
            yield Mismatch(
                "pool",
                where,
                _l(
                    "%(funded)s were put in, but the rules in force plan %(planned)s.",
                    funded=Yuan(funded),
                    planned=Yuan(planned[scheme, district]),
                ),
            )


def clearing_by_pool(books: Books) -> dict[str, int]:
    """Return what lies on batches' accounts, by the scheme and district that it came from."""
    found: dict[str, int] = defaultdict(int)
    for (debit_id, credit_id, _purpose), fen in books.flows.items():
        debit, credit = books.accounts.get(debit_id), books.accounts.get(credit_id)
        if debit is None or credit is None:
            continue
        if credit.family == "clearing":
            found[debit.rest] += fen
        if debit.family == "clearing":
            found[credit.rest] -= fen
    return found


def voucher(facts: VoucherFacts, books: Books) -> Iterator[Mismatch]:
    """Check that what was put on a voucher is its face, and lies where its life says."""
    account = books.accounts[facts.account_id]
    issued = books.came_fen(account.id, Purpose.ISSUE)
    parts = {
        "available": account.posted_fen - account.pending_fen,
        "held": account.pending_fen,
        "settled": books.went_fen(account.id, "payable"),
        "expired": books.went_fen(account.id, "expired"),
        "returned": books.went_fen(account.id, "pool") + issued,
    }

    def says(message: Message) -> Mismatch:
        return Mismatch("voucher", facts.number, message, facts.id)

    if issued != facts.face_fen:
        yield says(
            _l("Its face is %(face)s, but %(issued)s were put on it.", face=Yuan(facts.face_fen), issued=Yuan(issued))
        )
    if sum(parts.values()) != facts.face_fen:
        yield says(
            _l(
                "Its face is %(face)s, but %(available)s are free, %(held)s held, %(settled)s approved, %(expired)s "
                "expired and %(returned)s returned to the pool.",
                face=Yuan(facts.face_fen),
                **{name: Yuan(fen) for name, fen in parts.items()},
            )
        )
    if facts.has_ended and parts["available"]:
        yield says(_l("It has ended, but %(fen)s are free on it.", fen=Yuan(parts["available"])))
    if facts.is_exhausted and account.posted_fen:
        yield says(_l("It is said to be used up, but %(fen)s are on it.", fen=Yuan(account.posted_fen)))


def use(facts: UseFacts) -> Iterator[Mismatch]:
    """Check that what a use says agrees with its reservation."""

    def says(message: Message) -> Mismatch:
        return Mismatch("use", f"{facts.voucher} / {facts.id}", message, facts.id)

    if facts.held_fen is None:
        yield says(_l("Nothing was ever held for it."))
        return
    if facts.held_on_id != facts.account_id:
        yield says(_l("What is held for it is held on another voucher."))
    if facts.is_holding:
        if facts.ended_by is not None:
            yield says(_l("It says that an amount is held, but that has ended."))
        elif facts.held_fen > facts.amount_fen:
            yield says(
                _l(
                    "It says %(amount)s, but %(held)s are held.",
                    amount=Yuan(facts.amount_fen),
                    held=Yuan(facts.held_fen),
                )
            )
    elif facts.ended_by is None:
        yield says(_l("It says that nothing is held any more, but %(held)s are.", held=Yuan(facts.held_fen)))
    elif facts.is_settled and (facts.ended_by, facts.ended_fen) != ("settle", facts.settled_fen):
        yield says(
            _l(
                "It says that %(settled)s were approved, but the ledger settled %(ended)s.",
                settled=Yuan(facts.settled_fen or 0),
                ended=Yuan(facts.ended_fen or 0 if facts.ended_by == "settle" else 0),
            )
        )
