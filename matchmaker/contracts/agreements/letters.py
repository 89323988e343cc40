"""The letters about contracts. Mail travels in the open: it tells numbers, and the site tells the rest."""

from matchmaker.accounts.members.letters import Text
from matchmaker.contracts.agreements.models import Contract
from matchmaker.messages import Message, _l


def _text(contract: Contract, subject: Message, body: Message) -> Text:
    return Text(
        subject,
        _l(
            "%(what)s\n\nSign in; it stands on your first page and here:\n\n/contracts/%(id)s",
            what=body,
            id=contract.id,
        ),
    )


def to_confirm(contract: Contract) -> Text:
    """The other side wrote a contract down."""
    number = contract.number
    return _text(
        contract,
        _l("Please confirm contract %(number)s", number=number),
        _l("The other side has written down the contract %(number)s. Confirm it, or correct it.", number=number),
    )


def signed(contract: Contract) -> Text:
    """Both sides have confirmed it."""
    number = contract.number
    return _text(
        contract,
        _l("Contract %(number)s is confirmed", number=number),
        _l("Both sides have confirmed the contract %(number)s.", number=number),
    )


def asked(contract: Contract) -> Text:
    """One side would change or end it."""
    number = contract.number
    return _text(
        contract,
        _l("The other side asks something about contract %(number)s", number=number),
        _l("The other side asks to change or end the contract %(number)s. Accept it or refuse it.", number=number),
    )


def answered(contract: Contract) -> Text:
    """The other side said yes or no."""
    number = contract.number
    return _text(
        contract,
        _l("Your question about contract %(number)s is answered", number=number),
        _l("The other side has answered what you asked about the contract %(number)s.", number=number),
    )
