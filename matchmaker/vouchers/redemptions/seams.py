"""Where other parts of the vouchers take part in a claim's life without being known to it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions.models import Redemption


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a reviewer should look at before deciding; never a decision by itself."""

    #: Of the flag, for its page.
    id: int
    label: Message
    words: Message | str
    #: 0 to 100.
    weight: int
    is_overridden: bool = False


AtFiling = Callable[[Session, Redemption], None]
Alerts = Callable[[Session, Collection[int]], Mapping[int, Sequence[Alert]]]
Gate = Callable[[Session], None]

#: What is said when nothing may be paid.
STOPPED = _l("Nothing is paid at the moment: the books do not agree. See the reconciliation.")

_at_filing: list[AtFiling] = []
_alerts: list[Alerts] = []
_gates: list[Gate] = []


def at_filing(act: AtFiling) -> AtFiling:
    """Have ``act`` done with every claim that is filed, in the same transaction."""
    _at_filing.append(act)
    return act


def alerts(find: Alerts) -> Alerts:
    """Have what ``find`` returns, by the ids of redemptions, shown to reviewers."""
    _alerts.append(find)
    return find


def gate(check: Gate) -> Gate:
    """Have ``check`` asked before a batch is sealed, approved or exported; it raises ``Conflict`` to stop it."""
    _gates.append(check)
    return check


def filed(session: Session, redemption: Redemption) -> None:
    """Do what is to be done with a claim that was filed."""
    for act in _at_filing:
        act(session, redemption)


def alerts_of(session: Session, ids: Collection[int]) -> dict[int, list[Alert]]:
    """Return what reviewers should look at, the heaviest first, for those redemptions that have anything."""
    found: dict[int, list[Alert]] = {}
    for find in _alerts:
        for number, some in find(session, ids).items():
            found.setdefault(number, []).extend(some)
    return {number: sorted(some, key=lambda one: (one.is_overridden, -one.weight)) for number, some in found.items()}


def check_clearing(session: Session) -> None:
    """Raise ``Conflict`` when something keeps money from being paid."""
    for check in _gates:
        check(session)
