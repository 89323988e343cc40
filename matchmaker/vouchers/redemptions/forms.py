"""The form of a claim: one set of fields for the claim, one for each paper."""

from collections.abc import Sequence
from typing import Any

from matchmaker.messages import _l
from matchmaker.vouchers.redemptions.models import Evidence, Redemption
from matchmaker.vouchers.redemptions.operations import ClaimText, PaperText
from matchmaker.vouchers.redemptions.rules import MAX_WORDS
from matchmaker.vouchers.schemes.rules import EVIDENCE_LABELS, EvidenceKind
from matchmaker.web.forms import ChoiceField, DayField, LineField, ShapedForm, TextField, TypedField, YuanField

_KINDS = [(kind.value, label) for kind, label in EVIDENCE_LABELS.items()]
#: The fields of one paper.
PAPER_FIELDS = ("kind", "code", "number", "amount", "day")


class FilesField(TypedField):
    """Where files are sent; what is wrong with them stands here."""

    kind = "files"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Files are not among a form's texts."""


class ClaimForm(ShapedForm):
    """What does not depend on the papers."""

    claimed_fen = YuanField(_l("Claimed amount"), needed=True, hint=_l("Less than is held is possible, more is not."))
    payee_name = LineField(_l("Account in the name of"), most=120, needed=True)
    payee_bank = LineField(_l("Bank and branch"), most=120, needed=True)
    payee_account = LineField(
        _l("Account number"), most=40, needed=True, hint=_l("8 to 32 digits; blanks do not matter.")
    )
    files = FilesField(
        _l("Evidence"),
        hint=_l("PDF, OFD, PNG or JPEG, at most 20 MB each; several at once."),
    )
    words = TextField(_l("Anything else the reviewers should know"), most=MAX_WORDS, rows=2)


def claim_form(redemption: Redemption, papers: Sequence[Evidence], typed: Any = None) -> ClaimForm:
    """Return the form of a claim with fields for each of its papers, filled from what is kept or what was typed."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {
        name: getattr(redemption, name)
        for name in ("claimed_fen", "payee_name", "payee_bank", "payee_account", "words")
    }
    for paper in papers:
        fields |= _paper_fields(paper)
        values |= {
            f"kind-{paper.id}": paper.kind,
            f"code-{paper.id}": paper.invoice_code,
            f"number-{paper.id}": paper.invoice_number,
            f"amount-{paper.id}": paper.invoice_amount_fen,
            f"day-{paper.id}": paper.issued_on,
        }
    form: ClaimForm = type("ClaimForm", (ClaimForm,), fields)(typed, data=values)
    return form


def _paper_fields(paper: Evidence) -> dict[str, Any]:
    return {
        f"kind-{paper.id}": ChoiceField(_l("What it is"), options=_KINDS, convert=EvidenceKind, needed=True),
        f"code-{paper.id}": LineField(
            _l("Invoice code"), most=20, hint=_l("10 or 12 digits; a fully digital invoice has none.")
        ),
        f"number-{paper.id}": LineField(
            _l("Invoice number"), most=30, hint=_l("8 digits, or 20 of a fully digital one.")
        ),
        f"amount-{paper.id}": YuanField(_l("Invoice amount"), hint=_l("With tax, as it stands on it.")),
        f"day-{paper.id}": DayField(_l("Day that stands on it")),
    }


def text_of(form: ClaimForm, papers: Sequence[Evidence]) -> ClaimText:
    """Return what was typed."""
    return ClaimText(
        claimed_fen=form.claimed_fen.data,
        payee_name=form.payee_name.data or "",
        payee_bank=form.payee_bank.data or "",
        payee_account=form.payee_account.data or "",
        words=form.words.data or "",
        papers={
            paper.id: PaperText(
                kind=form[f"kind-{paper.id}"].data,
                code=form[f"code-{paper.id}"].data or "",
                number=form[f"number-{paper.id}"].data or "",
                amount_fen=form[f"amount-{paper.id}"].data,
                issued_on=form[f"day-{paper.id}"].data,
            )
            for paper in papers
        },
    )


class WordsForm(ShapedForm):
    """Somebody objects."""

    words = TextField(_l("What speaks against it?"), most=MAX_WORDS, rows=4, needed=True)


class AnswerForm(ShapedForm):
    """The bureau answers an objection."""

    answer = TextField(_l("Answer"), most=MAX_WORDS, rows=3, needed=True)


class RecallForm(ShapedForm):
    """Why something is to be clawed back."""

    reason = TextField(_l("Why it is to be clawed back"), most=MAX_WORDS, rows=2, needed=True)
