"""Forms that check shape and keep whatever was typed; meaning is the operations' to check."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from wtforms import Form, StringField, TextAreaField
from wtforms.fields.core import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from matchmaker import money
from matchmaker.db import transaction
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.web.database import session
from matchmaker.web.i18n import say

Result = TypeVar("Result")
Option = tuple[str, Message | str]


class ShapedForm(Form):  # type: ignore[misc]  # WTForms publishes no types
    """A form whose errors are messages, each at its field."""

    def refuse(self, error: Invalid) -> None:
        """Put the rules' refusal at its field."""
        field = self._fields.get(error.field) or next(iter(self._fields.values()))
        field.errors = [*field.errors, error.message]

    @property
    def has_errors(self) -> bool:
        """Whether anything has to be corrected."""
        return any(field.errors for field in self)


def submit(form: ShapedForm, act: Callable[[], Result]) -> Result | None:
    """Run ``act`` in a transaction when the form's shape is right; ``None`` when it was refused, with the reason."""
    if not form.validate():
        return None
    try:
        with transaction(session()):
            return act()
    except Invalid as error:
        form.refuse(error)
        return None


def words(field: Field) -> str:
    """Return what a field holds as its reader would see it: labels of choices, amounts with their unit."""
    shown = getattr(field, "shown", None)
    return str(shown()) if shown else str(field.data or "")


def labels_of(form: type[ShapedForm]) -> dict[str, Message]:
    """Return the labels of a form's fields by their names."""
    return {field.name: field.label.text for field in form()}


class LineField(StringField):  # type: ignore[misc]  # WTForms publishes no types
    """One line of text."""

    def __init__(self, label: Message, *, most: int, hint: Message | None = None, needed: bool = False, **more: Any):
        super().__init__(label, **more)
        self.most, self.hint, self.needed = most, hint, needed


class TextField(TextAreaField):  # type: ignore[misc]  # WTForms publishes no types
    """Lines of text."""

    def __init__(
        self, label: Message, *, most: int, rows: int, hint: Message | None = None, needed: bool = False, **more: Any
    ):
        super().__init__(label, **more)
        self.most, self.rows, self.hint, self.needed = most, rows, hint, needed


class TypedField(Field):  # type: ignore[misc]  # WTForms publishes no types
    """A line that stands for a value; the line itself is kept when it does not."""

    widget = TextInput()
    kind = "text"

    def __init__(self, label: Message, *, hint: Message | None = None, unit: Message | None = None, **more: Any):
        super().__init__(label, **more)
        self.hint, self.unit, self.needed = hint, unit, False
        self.raw: str | None = None
        self.data: Any

    def _value(self) -> str:
        if self.raw is not None:
            return self.raw
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty means not stated."""
        self.raw = valuelist[0].strip() if valuelist else ""
        self.data = self.read(self.raw) if self.raw else None

    def read(self, text: str) -> Any:
        """Return the value of ``text`` or raise ``ValueError`` with a message."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """Return ``value`` as a person would type it."""
        return str(value)

    def shown(self) -> str:
        """Return the value as a page says it, "" when it is not stated."""
        text = self._value()
        return f"{text} {say(self.unit)}" if text and self.unit else text


class FenField(TypedField):
    """An amount of money, typed in a unit, held in fen."""

    def __init__(self, label: Message, *, fen_per_unit: int, **more: Any):
        super().__init__(label, **more)
        self.fen_per_unit = fen_per_unit

    def read(self, text: str) -> int:
        """Accept "12.5" and "1，200"; refuse what is no amount."""
        try:
            return money.parse(text, fen_per_unit=self.fen_per_unit)
        except ValueError:
            raise ValueError(_l("Write an amount in figures, such as 12.5, not below zero.")) from None

    def written(self, value: int) -> str:
        """Return the amount in the field's unit."""
        return money.plain(value, fen_per_unit=self.fen_per_unit)


class YuanField(TypedField):
    """An amount as people type it, "12000.50" or "1.2万"; held in fen, shown in yuan."""

    def __init__(self, label: Message, *, may_be_zero: bool = False, needed: bool = False, **more: Any):
        super().__init__(label, unit=_l("yuan"), **more)
        self.may_be_zero, self.needed = may_be_zero, needed

    def read(self, text: str) -> int:
        """Say what is wrong with what is no amount."""
        try:
            return money.typed(text, may_be_zero=self.may_be_zero)
        except money.Unclear as unclear:
            raise ValueError(unclear.message) from None

    def written(self, value: int) -> str:
        """Return the amount in yuan."""
        return money.plain(value, fen_per_unit=money.FEN_PER_YUAN)


class WholeField(TypedField):
    """A whole number between two bounds."""

    kind = "number"

    def __init__(self, label: Message, *, least: int, most: int, **more: Any):
        super().__init__(label, **more)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        """Refuse what is no whole number in range."""
        if text.isdecimal() and len(text) < 10 and self.least <= int(text) <= self.most:
            return int(text)
        raise ValueError(_l("Write a whole number from %(least)s to %(most)s.", least=self.least, most=self.most))


class DayField(TypedField):
    """A civil day."""

    kind = "date"

    def read(self, text: str) -> date:
        """Accept the ISO form that every browser's date input sends."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(_l("Write a date such as 2026-12-31.")) from None


class KeywordsField(TypedField):
    """Comma-separated words, held as a list."""

    kind = "tags"

    def __init__(self, label: Message, *, split: Callable[[str], list[str]], **more: Any):
        super().__init__(label, **more)
        self.split = split

    def read(self, text: str) -> list[str]:
        """Any text is a list of words."""
        return self.split(text)

    def written(self, value: Sequence[str]) -> str:
        """Join with the mark of the reader's own commas."""
        return "，".join(value)


class ChoiceField(TypedField):
    """One of a few values; ``options`` may be set once the form exists."""

    kind = "choice"

    def __init__(
        self,
        label: Message,
        *,
        options: Iterable[Option] = (),
        convert: Callable[[str], Any] = str,
        **more: Any,
    ):
        self.needed_mark = bool(more.pop("needed", False))
        super().__init__(label, **more)
        self.needed = self.needed_mark
        self.options = list(options)
        self.convert = convert

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not on offer."""
        if self.raw is None:
            return
        if self.raw == "" and not self.needed:
            return
        if self.raw not in {value for value, _label in self.options}:
            raise ValidationError(_l("Choose one from the list."))

    def shown(self) -> str:
        """Return the label of the choice."""
        return next((say(label) for value, label in self.options if value == self._value()), self._value())

    def read(self, text: str) -> Any:
        """Return the converted value; ``pre_validate`` says whether it is on offer."""
        try:
            return self.convert(text)
        except ValueError:
            raise ValueError(_l("Choose one from the list.")) from None


class TickField(TypedField):
    """A box that is ticked or not."""

    kind = "tick"

    def process_formdata(self, valuelist: list[str]) -> None:
        """An unticked box sends nothing."""
        self.data = bool(valuelist)

    def shown(self) -> str:
        """Return yes or no."""
        return say(_l("Yes") if self.data else _l("No"))


class ManyField(TypedField):
    """Any of a few values, each a box to tick; ``options`` may be set once the form exists."""

    kind = "many"

    def __init__(self, label: Message, *, options: Iterable[Option] = (), **more: Any):
        super().__init__(label, **more)
        self.options = list(options)

    def process_data(self, value: Any) -> None:
        """Begin with what is ticked already."""
        self.data = [str(one) for one in value or ()]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Unticked boxes send nothing."""
        self.data = list(dict.fromkeys(valuelist))

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not on offer."""
        if not set(self.data) <= {value for value, _label in self.options}:
            raise ValidationError(_l("Choose one from the list."))
