"""The form by which an enterprise grants a mandate."""

from collections.abc import Sequence
from typing import Any

from matchmaker.accounts.models import Membership, Organisation
from matchmaker.messages import _l
from matchmaker.web.forms import ChoiceField, ShapedForm


class MandateForm(ShapedForm):
    """Who may post needs in our name: "17" is an organisation, "17-4" one person of it."""

    holder = ChoiceField(
        _l("Who may post needs in our name"),
        needed=True,
        hint=_l("A complex or institute, or one officer of your bureau. You can end it at any time."),
    )

    def __init__(
        self, *arguments: Any, providers: Sequence[Organisation], officers: Sequence[Membership], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.holder.options = [
            *((str(provider.id), provider.name) for provider in providers),
            *map(_option, officers),
        ]

    @property
    def chosen(self) -> tuple[int, int | None]:
        """Return the holder's id, and the person's where one was named."""
        holder, _, person = str(self.holder.data).partition("-")
        return int(holder), int(person) if person else None


def _option(officer: Membership) -> tuple[str, str]:
    value = f"{officer.organisation_id}-{officer.person_id}"
    return value, f"{officer.organisation.name} · {officer.person.name}"
