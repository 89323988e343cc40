"""Forms of contracts: what was agreed, its milestones, and what one side says to the other."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from matchmaker.catalogue.rules import MAX_TITLE, clean
from matchmaker.contracts.agreements.models import KIND_LABELS, MODE_LABELS, ContractKind, DevelopmentMode
from matchmaker.contracts.agreements.rules import MAX_MILESTONES, MAX_WORDS, ContractText, MilestoneText
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.web.codes import codes
from matchmaker.web.forms import ChoiceField, DayField, LineField, ShapedForm, TextField, YuanField
from matchmaker.web.i18n import local_name

#: Empty rows for milestones at the end of the form.
_SPARE_ROWS = 3
_NEEDED = _l("This must be filled in.")


class ContractForm(ShapedForm):
    """What the two sides agreed."""

    party = LineField(
        _l("The other side"),
        most=120,
        needed=True,
        hint=_l("Its full name as in the directory, or its credit code."),
    )
    title = LineField(_l("Title of the contract"), most=MAX_TITLE, needed=True)
    kind = ChoiceField(
        _l("Kind"),
        options=[(str(kind), label) for kind, label in KIND_LABELS.items()],
        convert=ContractKind,
        needed=True,
    )
    mode = ChoiceField(
        _l("For development: how"),
        options=[("", _l("Not a development contract")), *((str(mode), label) for mode, label in MODE_LABELS.items())],
        convert=DevelopmentMode,
    )
    category_code = ChoiceField(_l("Service category"), needed=True)
    contract_amount_fen = YuanField(
        _l("Contract amount"),
        needed=True,
        hint=_l("合同成交额: all that the enterprise pays. Also in tens of thousands, such as 1.2万."),
    )
    technology_amount_fen = YuanField(
        _l("Technology amount"),
        needed=True,
        may_be_zero=True,
        hint=_l(
            "技术交易额: the same without equipment, instruments, materials and other goods. It is never more than the "
            "contract amount, and what the registration of technical contracts counts."
        ),
    )
    signed_on = DayField(_l("Signed on"))
    starts_on = DayField(_l("Begins on"))
    ends_on = DayField(_l("Ends on"))
    #: Filled in by its own table; what is wrong with that stands here.
    milestones = LineField(_l("Milestones"), most=0)
    words = TextField(_l("Why it is corrected"), most=MAX_WORDS, rows=3, needed=True)

    def __init__(self, *arguments: Any, has_party: bool = True, is_correction: bool = False, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.category_code.options = [(code.code, local_name(code)) for code in codes().leaf_categories()]
        for name in ("signed_on", "starts_on", "ends_on"):
            self[name].needed = True
        if not has_party:
            del self.party
        if not is_correction:
            del self.words

    def text(self, milestones: "MilestoneRows") -> ContractText:
        """Return what was written. Raises ``Invalid`` on the first field that is empty but must not be."""
        for name in ("kind", "category_code", "contract_amount_fen", "technology_amount_fen"):
            self._require(name)
        for name in ("signed_on", "starts_on", "ends_on"):
            self._require(name)
        return ContractText(
            title=" ".join((self.title.data or "").split()),
            kind=self.kind.data,
            # Asked of development alone; what was filled in for another kind does not stand in the way.
            mode=(self.mode.data or None) if self.kind.data is ContractKind.DEVELOPMENT else None,
            category_code=self.category_code.data,
            contract_amount_fen=self.contract_amount_fen.data,
            technology_amount_fen=self.technology_amount_fen.data,
            signed_on=self.signed_on.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            milestones=milestones.rows(),
        )

    def _require(self, name: str) -> None:
        if self[name].data is None or self[name].data == "":
            raise Invalid(field=name, message=_NEEDED)


class MilestoneForm(ShapedForm):
    """One row of the table of milestones."""

    title = LineField(_l("Milestone"), most=MAX_TITLE)
    due_on = DayField(_l("Due on"))
    amount_fen = YuanField(_l("Paid then"), may_be_zero=True)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written in it."""
        return not any((field.data or getattr(field, "raw", "")) for field in self)


class MilestoneRows:
    """The table of milestones: as many forms as there are rows, and a few empty ones."""

    def __init__(self, sent: Mapping[str, Any] | None = None, held: ContractText | None = None) -> None:
        if sent is not None:
            number = sum(name.startswith("milestone-") and name.endswith("-title") for name in sent)
            self.forms = [MilestoneForm(sent, prefix=f"milestone-{at}") for at in range(min(number, MAX_MILESTONES))]
        else:
            rows = list(held.milestones) if held else []
            self.forms = [
                MilestoneForm(prefix=f"milestone-{at}", data={name: getattr(row, name) for name in row.__slots__})
                for at, row in enumerate(rows)
            ]
            self.add_rows()

    def __iter__(self) -> Iterator[MilestoneForm]:
        return iter(self.forms)

    def add_rows(self) -> None:
        """Add empty rows, up to what a contract may have."""
        at = len(self.forms)
        more = range(at, min(at + _SPARE_ROWS, MAX_MILESTONES))
        self.forms += [MilestoneForm(prefix=f"milestone-{number}") for number in more]

    def validate(self) -> bool:
        """Check the shape of every row, so that each says what is wrong in it."""
        verdicts = [form.validate() for form in self.forms]
        return all(verdicts)

    @property
    def has_errors(self) -> bool:
        """Whether anything in the table has to be corrected."""
        return any(form.has_errors for form in self.forms)

    def rows(self) -> tuple[MilestoneText, ...]:
        """Return what was written, in the order of its days. Raises ``Invalid`` on a row without a day."""
        written = []
        for form in self.forms:
            if form.is_empty:
                continue
            if form.due_on.data is None:
                raise Invalid(field="milestones", message=_l("Give each milestone a day."))
            written.append(
                MilestoneText(" ".join((form.title.data or "").split()), form.due_on.data, form.amount_fen.data)
            )
        return tuple(sorted(written, key=lambda row: (row.due_on, row.title)))


class WordsForm(ShapedForm):
    """What one side says to the other."""

    words = TextField(_l("In a sentence or two"), most=MAX_WORDS, rows=3)
    answer = TextField(_l("Your answer"), most=MAX_WORDS, rows=3)

    def said(self, name: str = "words") -> str:
        """Return what was written."""
        return clean(self[name].data or "")


class RegistrationForm(ShapedForm):
    """Under which number it was registered."""

    registration_number = LineField(
        _l("Registration number"),
        most=40,
        needed=True,
        hint=_l("合同认定登记编号, 14 or 16 figures; blanks do not matter."),
    )
    registered_on = DayField(_l("Registered on"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.registered_on.needed = True


class ReachForm(ShapedForm):
    """On which day a milestone was reached."""

    done_on = DayField(_l("Reached on"))

    def day(self) -> date | None:
        """Return the day; ``None`` when it was not reached."""
        found: date | None = self.done_on.data
        return found


class FileForm(ShapedForm):
    """A file for the contract; the file itself comes beside the form."""

    file = LineField(_l("File"), most=120, hint=_l("PDF, image, OFD, Word, Excel or ZIP, at most 20 MB."))
