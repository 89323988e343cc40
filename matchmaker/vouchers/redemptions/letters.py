"""What an enterprise is told of its claim by mail: numbers and what to do; the rest stands on the site."""

from sqlalchemy.orm import Session

from matchmaker.letters import operations as letters
from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions import queries
from matchmaker.vouchers.redemptions.models import STATE_LABELS, Redemption, RedemptionState

_BODIES: dict[RedemptionState, Message] = {
    RedemptionState.RETURNED: _l(
        "Your claim %(number)s came back with remarks. Sign in, correct it and file it again:\n\n%(path)s\n\nThe "
        "amount stays held for you meanwhile."
    ),
    RedemptionState.WITHDRAWN: _l(
        "Your claim %(number)s was returned to be corrected and was not filed again in time; it is closed:\n\n%(path)s"
    ),
    RedemptionState.REJECTED: _l("Your claim %(number)s was rejected. The reason stands on its page:\n\n%(path)s"),
    RedemptionState.PUBLIC: _l(
        "Your claim %(number)s was approved and is on public notice until %(until)s. It is paid with the next batch "
        "after that:\n\n%(path)s"
    ),
    RedemptionState.PAYABLE: _l("Your claim %(number)s was approved and is paid with the next batch:\n\n%(path)s"),
    RedemptionState.PAID: _l("Your claim %(number)s was paid out:\n\n%(path)s"),
    RedemptionState.FAILED: _l(
        "The bank could not pay your claim %(number)s. Your bureau looks at it again and may ask you to correct the "
        "account:\n\n%(path)s"
    ),
    RedemptionState.CLAWED_BACK: _l("What was paid for your claim %(number)s was taken back:\n\n%(path)s"),
}


def told(session: Session, redemption: Redemption) -> None:
    """Write to everybody of the enterprise where its claim stands now."""
    body = _BODIES[redemption.state]
    values = {
        "number": redemption.number,
        "path": f"/redemptions/{redemption.id}",
        "until": redemption.public_until.isoformat() if redemption.public_until else "",
    }
    for address in session.execute(queries.addresses_of(redemption.enterprise_id)):
        letters.post(
            session,
            to=address.email,
            subject=_l("Claim %(number)s: %(state)s", number=redemption.number, state=STATE_LABELS[redemption.state]),
            body=Message(body.text, values),
            language=address.language,
        )
