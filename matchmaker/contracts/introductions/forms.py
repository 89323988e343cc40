"""What people fill in for an introduction: asking for one, writing, ending it, inviting."""

from collections.abc import Sequence
from typing import Any

from matchmaker.accounts.models import Membership
from matchmaker.accounts.rules import MAX_EMAIL
from matchmaker.catalogue.rules import MAX_TITLE
from matchmaker.contracts.introductions.models import REASON_LABELS, FailureReason, ParticipantRole
from matchmaker.contracts.introductions.rules import MAX_FILES, MAX_MESSAGE, MAX_WORDS
from matchmaker.files.rules import MAX_NAME
from matchmaker.messages import _l
from matchmaker.web.forms import ChoiceField, LineField, Option, ShapedForm, TextField, TickField


class OpeningForm(ShapedForm):
    """Asking the other side for an introduction; which of the choices there are depends on where one comes from."""

    need_id = ChoiceField(
        _l("Which of your needs it is about"),
        convert=int,
        hint=_l("Leave it open when you have not posted one. Only needs that are open can be chosen."),
    )
    offering_id = ChoiceField(_l("With which of your offerings"), convert=int)
    provider_id = ChoiceField(_l("Whom you would like to talk with"), convert=int, needed=True)
    title = LineField(
        _l("What it is about"),
        most=MAX_TITLE,
        needed=True,
        hint=_l("Everybody who takes part reads this line, also whoever is invited later."),
    )
    text = TextField(
        _l("Your message"),
        most=MAX_MESSAGE,
        rows=6,
        needed=True,
        hint=_l("What do you expect of the other side? It goes to them with your name."),
    )
    shares_text = TickField(
        _l("Let everybody who takes part read the whole need"),
        hint=_l("Without it, whoever may not read the need anyway learns its summary only. You can change this later."),
    )

    def __init__(
        self,
        *arguments: Any,
        needs: Sequence[Option] = (),
        offerings: Sequence[Option] = (),
        providers: Sequence[Option] = (),
        keeps_text: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        for field, choices in (
            (self.need_id, needs), (self.offering_id, offerings), (self.provider_id, providers),
        ):  # fmt: skip
            field.options = list(choices)
            if not choices:
                del self[field.name]
        if not keeps_text:
            del self["shares_text"]

    def chosen(self, name: str) -> int | None:
        """Return what was chosen in a field that the form may lack."""
        value: int | None = self[name].data if name in self else None
        return value

    @property
    def is_shared(self) -> bool:
        """Whether the whole need is to be shown; not where there is nothing to tick."""
        return bool("shares_text" in self and self["shares_text"].data)


class MessageForm(ShapedForm):
    """Something to say."""

    text = TextField(_l("Your message"), most=MAX_MESSAGE, rows=4)
    #: The files themselves come beside the form; their refusals stand here.
    file = LineField(
        _l("Files"),
        most=MAX_NAME,
        hint=_l("PDF, OFD, JPEG, PNG, Word, Excel or ZIP; at most %(most)s at a time, 20 MB each.", most=MAX_FILES),
    )


class EndForm(ShapedForm):
    """Why nothing comes of it."""

    reason = ChoiceField(_l("The reason"), convert=FailureReason, needed=True)
    words = TextField(_l("In your own words"), most=MAX_WORDS, rows=3, hint=_l("Both sides and the bureau read this."))

    def __init__(self, *arguments: Any, reasons: Sequence[FailureReason], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.reason.options = [(reason.value, REASON_LABELS[reason]) for reason in reasons]


class InviteForm(ShapedForm):
    """A broker by their address, or a contact of a bureau by name."""

    contact = ChoiceField(_l("Contact of the bureau"), hint=_l("Or leave it open and name a technology broker below."))
    email = LineField(
        _l("E-mail address of a technology broker"),
        most=MAX_EMAIL,
        hint=_l("The address with which they sign in, or will once they have an account."),
    )

    def __init__(self, *arguments: Any, contacts: Sequence[Membership], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.addresses = {str(one.person_id): one.person.email for one in contacts}
        # Somebody may act for two bureaus: they are one person to invite.
        names = {str(one.person_id): f"{one.organisation.name} · {one.person.name}" for one in contacts}
        self.contact.options = list(names.items())

    @property
    def invited(self) -> tuple[ParticipantRole, str]:
        """Return as what and by which address somebody is invited; an empty address for nobody."""
        if self.contact.data:
            return ParticipantRole.BUREAU, self.addresses[self.contact.data]
        return ParticipantRole.BROKER, self.email.data or ""
