"""The forms in which a voucher is applied for and decided on."""

from typing import Any

from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.catalogue.rules import clean
from matchmaker.messages import _l
from matchmaker.vouchers.rules import MAX_WORDS, Application
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.web.codes import codes
from matchmaker.web.facets import label_of
from matchmaker.web.forms import ChoiceField, ShapedForm, TextField, TickField, WholeField, YuanField


class ApplicationForm(ShapedForm):
    """What an enterprise asks for; fields that the scheme does not ask for are left out of the page."""

    face_fen = YuanField(_l("Amount of the voucher"), needed=True)
    purpose = TextField(
        _l("What is it for?"),
        most=MAX_WORDS,
        rows=3,
        needed=True,
        hint=_l("Which service, for which product or problem, from whom if you know."),
    )
    category_code = ChoiceField(_l("Kind of service"))
    staff = WholeField(_l("People working for the enterprise"), least=0, most=999_999)
    revenue_fen = YuanField(_l("Revenue of last year"), may_be_zero=True)
    revenue_before_fen = YuanField(_l("Revenue of the year before"), may_be_zero=True)
    declares_single_funding = TickField(
        _l("No other public money pays for the same service, and all that is said here is true.")
    )

    def __init__(self, *arguments: Any, rules: SchemeRules, **more: Any) -> None:
        super().__init__(*arguments, **more)
        excluded = set(rules.excluded_categories)
        self.category_code.options = [
            (code.code, label_of(code))
            for code in codes().leaf_categories()
            if not excluded & {code.code, code.parent_code}
        ]

    def application(self, types: frozenset[EnterpriseType], **about: int | None) -> Application:
        """Return what was typed; ``about`` names the need, introduction and contract it came from."""
        return Application(
            face_fen=self.face_fen.data or 0,
            purpose=clean(self.purpose.data or ""),
            category_code=self.category_code.data,
            types=types,
            staff=self.staff.data,
            revenue_fen=self.revenue_fen.data,
            revenue_before_fen=self.revenue_before_fen.data,
            declares_single_funding=self.declares_single_funding.data,
            **about,
        )


class ReasonForm(ShapedForm):
    """Why something is returned, refused, suspended or taken back."""

    reason = TextField(
        _l("Reason"),
        most=MAX_WORDS,
        rows=3,
        hint=_l("Needed to return, refuse, suspend or revoke. The enterprise reads it."),
    )
