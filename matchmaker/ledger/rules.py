"""What a transfer must be, and what it does to balances. Pure: no session, no clock."""

from dataclasses import dataclass, replace
from typing import Self

from matchmaker.errors import Conflict, Invalid
from matchmaker.ledger.models import Account, Guard, Phase
from matchmaker.messages import _l

#: The largest amount a transfer may carry: 900 trillion fen, exact in every language that reads an export.
MAX_FEN = 2**53 - 1


class Overdrawn(Conflict):
    """The account does not hold enough."""


class AlreadyResolved(Conflict):
    """The reservation was settled or voided before."""


class AlreadyReversed(Conflict):
    """The transfer was reversed before."""


class KeyReused(Conflict):
    """The key names another transfer."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The four sums of an account, in fen."""

    guard: Guard
    debits_posted: int = 0
    debits_pending: int = 0
    credits_posted: int = 0
    credits_pending: int = 0

    @classmethod
    def of(cls, account: Account) -> Self:
        """Return the sums that the account carries."""
        return cls(
            account.guard,
            account.debits_posted,
            account.debits_pending,
            account.credits_posted,
            account.credits_pending,
        )

    def debited(self, *, posted: int = 0, pending: int = 0) -> Self:
        """Return the sums after a debit."""
        return replace(
            self, debits_posted=self.debits_posted + posted, debits_pending=self.debits_pending + pending
        ).checked()

    def credited(self, *, posted: int = 0, pending: int = 0) -> Self:
        """Return the sums after a credit."""
        return replace(
            self, credits_posted=self.credits_posted + posted, credits_pending=self.credits_pending + pending
        ).checked()

    def checked(self) -> Self:
        """Return itself. Raises ``Overdrawn`` when the guarded side does not cover the other."""
        if self.guard is Guard.CREDIT and self.debits_posted + self.debits_pending > self.credits_posted:
            raise Overdrawn(_l("There is not enough left on this account."))
        if self.guard is Guard.DEBIT and self.credits_posted + self.credits_pending > self.debits_posted:
            raise Overdrawn(_l("More would come back than was paid out."))
        return self


def effect(phase: Phase, amount_fen: int, *, held_fen: int = 0) -> dict[str, int]:
    """Return what a transfer adds to each side's posted and pending sums; ``held_fen`` is what it frees."""
    return {
        "posted": amount_fen if phase in (Phase.POST, Phase.SETTLE) else 0,
        "pending": amount_fen if phase is Phase.RESERVE else -held_fen,
    }


def check_amount(amount_fen: object) -> None:
    """Raise ``Invalid`` unless the amount is a whole number of fen from 1 to ``MAX_FEN``; a float never is."""
    if not isinstance(amount_fen, int) or isinstance(amount_fen, bool) or not 1 <= amount_fen <= MAX_FEN:
        raise Invalid(field="amount", message=_l("An amount is a whole number of fen above zero."))
