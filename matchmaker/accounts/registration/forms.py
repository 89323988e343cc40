"""The forms of registering and of deciding."""

from typing import Any

from matchmaker.accounts.models import KIND_LABELS, SIZE_LABELS, OrganisationKind
from matchmaker.accounts.registration.models import TYPE_LABELS, EnterpriseType
from matchmaker.accounts.registration.rules import KINDS, MAX_ABOUT, MAX_NAME, MAX_REASON, Facts
from matchmaker.accounts.rules import MIN_PASSWORD, check_credit_code
from matchmaker.messages import _l
from matchmaker.web.codes import codes
from matchmaker.web.facets import label_of, options
from matchmaker.web.forms import ChoiceField, LineField, ManyField, ShapedForm, TextField, TickField


class DetailsForm(ShapedForm):
    """What an organisation may change by itself at any time."""

    industry_code = ChoiceField(_l("Industry"))
    size = ChoiceField(_l("Size"), options=[(size.value, label) for size, label in SIZE_LABELS.items()])
    types = ManyField(_l("Recognised as"), options=[(kind.value, label) for kind, label in TYPE_LABELS.items()])
    about = TextField(
        _l("What you make or do"), most=MAX_ABOUT, rows=4, hint=_l("Two or three sentences; everybody can read them.")
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.industry_code.options = options(codes().industries)

    def details(self) -> dict[str, Any]:
        """Return the fields' values."""
        return {
            "industry_code": self.industry_code.data,
            "size": self.size.data,
            "types": tuple(kind for kind in EnterpriseType if kind.value in self.types.data),
            "about": (self.about.data or "").replace("\r\n", "\n").strip(),
        }


class OrganisationForm(DetailsForm):
    """The same with what the bureau approves."""

    kind = ChoiceField(
        _l("Kind"),
        options=[(kind.value, KIND_LABELS[kind]) for kind in KINDS],
        convert=OrganisationKind,
        needed=True,
    )
    name = LineField(_l("Full name"), most=MAX_NAME, needed=True, hint=_l("As on the business licence."))
    credit_code = LineField(
        _l("Unified social credit code"),
        most=40,
        needed=True,
        hint=_l("18 characters, on the licence. Small letters and blanks do not matter."),
    )
    district_code = ChoiceField(_l("District"), needed=True)
    is_different = TickField(_l("It is none of these; it is a different organisation."))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # An organisation sits in a district; the city itself is the bureau's.
        self.district_code.options = [
            (code.code, label_of(code)) for code in codes().districts.values() if code.parent_code is not None
        ]

    def facts(self) -> Facts:
        """Return what was typed. Raises ``Invalid`` for a code that breaks its rules."""
        return Facts(
            kind=self.kind.data,
            name=" ".join((self.name.data or "").split()),
            credit_code=check_credit_code(self.credit_code.data or ""),
            district_code=self.district_code.data,
            **self.details(),
        )


class RegistrationForm(OrganisationForm):
    """The same with its first person."""

    person_name = LineField(_l("Your name"), most=40, needed=True)
    email = LineField(
        _l("Your e-mail address"),
        most=254,
        needed=True,
        hint=_l("A link that confirms the registration is sent there."),
    )
    password = LineField(
        _l("Password"),
        most=200,
        needed=True,
        hint=_l("At least %(least)s characters. A few unrelated words are good.", least=MIN_PASSWORD),
    )


class RejectionForm(ShapedForm):
    """Why not."""

    reason = TextField(
        _l("What has to be corrected"), most=MAX_REASON, rows=3, needed=True, hint=_l("The organisation reads this.")
    )
