"""What the browser tests add for flags: two on claims of the demo, a particular, a look that found something."""

from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.messages import Message
from matchmaker.vouchers.flags import operations
from matchmaker.vouchers.flags.rules import Finding, Limits, Rule, Shared
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.reconciliation import operations as reconciliation
from matchmaker.vouchers.reconciliation.rules import Mismatch
from tests.browser.claims import CITY, acting

PRICE = {"times": 5.2, "median_fen": 120_000, "count": 40}
RELATED = {"shared": [["legal_person", "蒋建国"], ["phone", "138****5678"]]}


def enter(session: Session, enterprise: Organisation, *, filed: int, reviewed: int) -> dict[str, int]:
    """Add everything and return the ids of what the tests go to."""
    found = [
        operations.flag_of(Finding(filed, Rule.RELATED, 86, RELATED), Limits()),
        operations.flag_of(Finding(reviewed, Rule.PRICE, 60, PRICE), Limits()),
    ]
    session.add_all(found)
    session.flush()
    with acting(session, CITY):
        operations.override(session, found[1], "加急检测，价格经比对属实。")
        operations.note_fact(
            session, enterprise.id, kind=Shared.LEGAL_PERSON, value="蒋建国", source="企业信用信息公示系统"
        )
    seen = checking.nothing_seen()
    seen.add(Mismatch("trail", "1–20", Message("Its payments are not those that were sealed.")))
    broken = reconciliation.keep(session, seen)
    # The latest look found nothing, so that batches can go to the bank.
    reconciliation.keep(session, checking.nothing_seen())
    return {"flag": found[0].id, "answered_flag": found[1].id, "reconciliation": broken.id}
