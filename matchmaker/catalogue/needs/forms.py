"""The forms in which a need is written, given back, and ended."""

from collections.abc import Sequence
from typing import Any

from matchmaker import money
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.needs.models import (
    CLOSED_ENDINGS,
    CONFIDENTIALITY_LABELS,
    ENDING_LABELS,
    MODE_LABELS,
    SOLVED_ENDINGS,
    Confidentiality,
    Ending,
    SolutionMode,
)
from matchmaker.catalogue.needs.rules import MAX_REMARK, NeedText
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, clean, split_keywords
from matchmaker.messages import Message, _l
from matchmaker.web.codes import codes
from matchmaker.web.facets import options
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    FenField,
    KeywordsField,
    LineField,
    Option,
    ShapedForm,
    TextField,
    WholeField,
)


class NeedForm(ShapedForm):
    """Everything that ``NeedText`` holds, in the order in which a factory owner thinks of it."""

    problem = TextField(
        _l("What is the problem?"),
        most=MAX_TEXT,
        rows=7,
        needed=True,
        hint=_l("In your own words: what happens, on which process or material, since when, what you have tried."),
    )
    title = LineField(
        _l("Name of the need"),
        most=MAX_TITLE,
        needed=True,
        hint=_l("A few words by which others recognise it."),
    )
    target = TextField(
        _l("What should be reached?"),
        most=MAX_TEXT,
        rows=3,
        hint=_l("With figures where you can: from how much to how much, in which unit."),
    )
    key_technology = TextField(
        _l("Key technology"),
        most=MAX_TEXT,
        rows=3,
        hint=_l("Leave it empty if you do not know; that is what experts are for."),
    )
    keywords = KeywordsField(_l("Keywords"), split=split_keywords, hint=_l("One to five, separated by commas."))
    industry_code = ChoiceField(_l("Industry"), needed=True)
    budget_fen = FenField(
        _l("Budget"),
        fen_per_unit=money.FEN_PER_WAN,
        unit=_l("10,000 yuan"),
        hint=_l("Empty: to be negotiated."),
    )
    needed_by = DayField(_l("Needed by"))
    mode = ChoiceField(_l("How it should be solved"), options=MODE_LABELS.items(), convert=SolutionMode, needed=True)
    trl = WholeField(
        _l("Least maturity (TRL 1–9)"),
        least=1,
        most=9,
        hint=_l("9: proven in production. Empty: any maturity will do."),
    )
    partners = TextField(_l("Preferred partners"), most=MAX_TEXT, rows=2)
    confidentiality = ChoiceField(
        _l("Who may read it"),
        options=CONFIDENTIALITY_LABELS.items(),
        convert=Confidentiality,
        needed=True,
        hint=_l(
            "Public: everybody. Summary only: everybody sees name, industry, district and keywords; complexes, "
            "institutes and your bureau read the rest. Members only: nobody else learns that it exists."
        ),
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.industry_code.options = options(codes().industries)

    def text(self) -> NeedText:
        """Return what was typed, cleaned, for the operations."""
        return NeedText(
            title=clean(self.title.data or ""),
            problem=clean(self.problem.data or ""),
            key_technology=clean(self.key_technology.data or ""),
            target=clean(self.target.data or ""),
            keywords=self.keywords.data or [],
            industry_code=self.industry_code.data,
            budget_fen=self.budget_fen.data,
            needed_by=self.needed_by.data,
            mode=self.mode.data,
            trl=self.trl.data,
            partners=clean(self.partners.data or ""),
            confidentiality=self.confidentiality.data,
        )


class OnBehalfForm(NeedForm):
    """The same, written by somebody with a mandate of one of ``enterprises``."""

    organisation_id = ChoiceField(
        _l("For which enterprise"),
        convert=int,
        needed=True,
        hint=_l("It sees the need, may edit it and may take it over. Every page says that you posted it."),
    )

    def __init__(self, *arguments: Any, enterprises: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.organisation_id.options = [(str(enterprise.id), enterprise.name) for enterprise in enterprises]


def _remark(label: Message) -> TextField:
    return TextField(label, most=MAX_REMARK, rows=2)


class ReturnForm(ShapedForm):
    """What has to be changed, field by field as ``NeedForm`` calls them."""

    problem = _remark(_l("What is the problem?"))
    title = _remark(_l("Name of the need"))
    target = _remark(_l("What should be reached?"))
    key_technology = _remark(_l("Key technology"))
    keywords = _remark(_l("Keywords"))
    industry_code = _remark(_l("Industry"))
    budget_fen = _remark(_l("Budget"))
    needed_by = _remark(_l("Needed by"))
    mode = _remark(_l("How it should be solved"))
    trl = _remark(_l("Least maturity (TRL 1–9)"))
    partners = _remark(_l("Preferred partners"))
    confidentiality = _remark(_l("Who may read it"))

    def comments(self) -> dict[str, str]:
        """Return what was said, by the field's name."""
        return {field.name: clean(field.data or "") for field in self}


class EndingForm(ShapedForm):
    """Why a need ends."""

    reason = ChoiceField(_l("What happened"), convert=Ending, needed=True)
    words = TextField(_l("In your own words"), most=MAX_REMARK, rows=3)


class ClosingForm(EndingForm):
    """Why it ends without a solution."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.reason.options = _endings(CLOSED_ENDINGS)


class SolvingForm(EndingForm):
    """How it was solved, and by whom."""

    solver_id = ChoiceField(_l("Complex or institute"), convert=int)

    def __init__(self, *arguments: Any, providers: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.reason.options = _endings(SOLVED_ENDINGS)
        self.solver_id.options = [(str(provider.id), provider.name) for provider in providers]


def _endings(endings: Sequence[Ending]) -> list[Option]:
    return [(ending.value, ENDING_LABELS[ending]) for ending in endings]
