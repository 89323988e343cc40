"""The form in which an enterprise writes a need."""

from typing import Any

from matchmaker import money
from matchmaker.catalogue.needs.models import (
    CONFIDENTIALITY_LABELS,
    MODE_LABELS,
    Confidentiality,
    SolutionMode,
)
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, clean, split_keywords
from matchmaker.messages import _l
from matchmaker.web.codes import codes
from matchmaker.web.facets import options
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    FenField,
    KeywordsField,
    LineField,
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
