"""What people write: why a need is tagged, what a key technology is about, and why something is taken back."""

from typing import Any

from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.rules import MAX_TITLE
from matchmaker.messages import _l
from matchmaker.metrics.lists.models import TAG_LABELS, KeyTechnology, TagKind
from matchmaker.metrics.lists.rules import MAX_WORDS, TechnologyText
from matchmaker.web.forms import ChoiceField, LineField, ManyField, ShapedForm, TextField


class TagForm(ShapedForm):
    """Which list a need belongs on, and what shows it; a file comes beside the form."""

    kind = ChoiceField(
        _l("List"), options=[(kind.value, label) for kind, label in TAG_LABELS.items()], convert=TagKind, needed=True
    )
    evidence = TextField(
        _l("What shows it"),
        most=MAX_WORDS,
        rows=4,
        needed=True,
        hint=_l("Where it is made today, at which price and share, who says so. The city's bureau reads it."),
    )
    file = LineField(
        _l("File"), most=120, hint=_l("If there is one: PDF, image, OFD, Word, Excel or ZIP, at most 20 MB.")
    )


class ReasonForm(ShapedForm):
    """Why something is taken back or refused."""

    reason = TextField(_l("Reason"), most=MAX_WORDS, rows=2, needed=True)


class WordsForm(ShapedForm):
    """What a key technology is about."""

    title = LineField(_l("Name of the technology"), most=MAX_TITLE, needed=True)
    summary = TextField(
        _l("What is to be solved"),
        most=MAX_WORDS,
        rows=4,
        needed=True,
        hint=_l("Whoever reads the list reads this: leave out what only a confidential need says."),
    )
    target = TextField(_l("Expected target"), most=MAX_WORDS, rows=3, hint=_l("With figures where you can."))

    def text(self) -> TechnologyText:
        """Return what was written."""
        return TechnologyText(self.title.data or "", self.summary.data or "", self.target.data or "")


class ChoosingForm(WordsForm):
    """The same, with the needs of the group that it would answer."""

    needs = ManyField(_l("Needs that it would answer"))

    def need_ids(self) -> list[int]:
        """Return the ids of what was ticked; the field takes nothing but ids."""
        return [int(one) for one in self.needs.data]


def choosing_form(generic: Generic, typed: Any = None) -> ChoosingForm:
    """Return the form for a group, with all of its needs ticked."""
    ids = [str(member.need_id) for member in generic.members]
    form = ChoosingForm(typed, data={"needs": ids})
    form.needs.options = [(str(member.need_id), member.need.title) for member in generic.members]
    return form


def words_form(technology: KeyTechnology, typed: Any = None) -> WordsForm:
    """Return the form in which a draft is rewritten."""
    data = {name: getattr(technology, name) for name in ("title", "summary", "target")}
    return WordsForm(typed, data=data)
