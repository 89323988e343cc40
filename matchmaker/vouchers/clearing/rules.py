"""The life of a batch as one table, its seal, and cells that no spreadsheet takes for a formula. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from matchmaker.messages import Message, _l
from matchmaker.vouchers.clearing.models import BatchState

_S = BatchState


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of step: from where, to where, whose it is, and what it does in the ledger."""

    label: Message
    sources: tuple[BatchState, ...]
    to: BatchState
    who: Message
    effect: Message


_REVIEWER = _l("A reviewer")
_NOTHING = _l("none")

STEPS: dict[str, Step] = {
    "seal": Step(_l("Seal"), (_S.OPEN,), _S.SEALED, _REVIEWER, _l("payable → clearing, for each item")),
    "refuse": Step(
        _l("Open again"), (_S.SEALED, _S.APPROVED), _S.OPEN, _REVIEWER, _l("clearing → payable, for each item")
    ),
    "approve": Step(
        _l("Approve for the bank"),
        (_S.SEALED,),
        _S.APPROVED,
        _l("A reviewer who neither sealed it nor reviewed any of its items"),
        _NOTHING,
    ),
    "export": Step(_l("Send to the bank"), (_S.APPROVED,), _S.EXPORTED, _REVIEWER, _NOTHING),
    "settle": Step(_l("Everything paid"), (_S.EXPORTED,), _S.SETTLED, _REVIEWER, _l("clearing → paid, for each item")),
    "settle_partly": Step(
        _l("Some failed"),
        (_S.EXPORTED,),
        _S.PARTLY_FAILED,
        _REVIEWER,
        _l("clearing → paid for what was paid; clearing → payable → voucher, and held again, for what failed"),
    ),
    "dissolve": Step(_l("Dissolve"), (_S.OPEN,), _S.DISSOLVED, _REVIEWER, _NOTHING),
}

#: The one table of moves.
ALLOWED: Mapping[BatchState, frozenset[BatchState]] = {
    state: frozenset(step.to for step in STEPS.values() if state in step.sources) for state in BatchState
}

#: A bank's file has so many lines at most.
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as it goes to the bank; the amount in fen."""

    redemption_id: int
    number: str
    payee_name: str
    payee_bank: str
    payee_account: str
    amount_fen: int


def seal(batch_number: str, lines: Iterable[Line]) -> str:
    """Return the SHA-256 over a batch's payments and their total: whatever changes in one changes it."""
    listed = sorted(lines, key=lambda line: line.redemption_id)
    whole = {
        "batch": batch_number,
        "lines": [astuple(line) for line in listed],
        "total_fen": sum(line.amount_fen for line in listed),
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
