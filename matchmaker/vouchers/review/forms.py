"""What a reviewer fills in."""

from typing import Any

from matchmaker.messages import _l
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.redemptions.rules import MAX_WORDS
from matchmaker.vouchers.review.rules import REMARKS
from matchmaker.web.forms import LineField, ShapedForm, TextField, YuanField


class DecisionForm(ShapedForm):
    """Every decision has its place in one form; each button sends it to its own address."""

    approved_fen = YuanField(_l("Granted amount"), needed=True, hint=_l("Less than claimed needs a reason."))
    reason = TextField(
        _l("Reason"), most=MAX_WORDS, rows=2, hint=_l("Of a rejection or a cut; the enterprise reads it.")
    )


class RemarksForm(ShapedForm):
    """What has to be changed, by the parts of a claim."""

    claimed_fen = LineField(REMARKS["claimed_fen"], most=MAX_WORDS)
    payee = LineField(REMARKS["payee"], most=MAX_WORDS)
    papers = LineField(REMARKS["papers"], most=MAX_WORDS)
    words = LineField(REMARKS["words"], most=MAX_WORDS)

    def comments(self) -> dict[str, str]:
        """Return the remarks by part."""
        return {field.name: field.data or "" for field in self}


class RecusalForm(ShapedForm):
    """Why a reviewer does not decide on a claim."""

    why = TextField(
        _l("What ties you to one of the sides"),
        most=MAX_WORDS,
        rows=2,
        needed=True,
        hint=_l("Reviewers and auditors read it; the enterprise does not."),
    )


def decision_form(redemption: Redemption, typed: Any = None) -> DecisionForm:
    """Return the form with the claimed amount in it."""
    return DecisionForm(typed, data={"approved_fen": redemption.claimed_fen})
