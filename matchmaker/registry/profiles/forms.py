"""The forms in which a body proposes a change of its profile, and a bureau answers."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms.fields.core import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from matchmaker.accounts.models import Organisation
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.registry.profiles import rules
from matchmaker.registry.profiles.models import Topic
from matchmaker.registry.profiles.operations import Change
from matchmaker.registry.profiles.rules import TOPICS, Shape
from matchmaker.web.codes import codes
from matchmaker.web.facets import options
from matchmaker.web.forms import ChoiceField, DayField, LineField, Option, ShapedForm, TextField, WholeField
from matchmaker.web.i18n import local_name


class ChecksField(Field):  # type: ignore[misc]  # WTForms publishes no types
    """Any number of values out of a few; ``options`` are set once the form exists."""

    widget = TextInput()
    kind = "checks"

    def __init__(self, label: Message, **more: Any):
        super().__init__(label, **more)
        self.options: list[Option] = []
        self.hint, self.needed = None, False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing ticked sends nothing."""
        self.data = list(valuelist)

    def pre_validate(self, form: ShapedForm) -> None:
        """Refuse what is not on offer."""
        if not set(self.data or []) <= {value for value, _label in self.options}:
            raise ValidationError(_l("Choose from the list."))


def _field(topic: Topic) -> Any:
    rule = TOPICS[topic]
    if rule.shape is Shape.CHOICE:
        return ChoiceField(rule.label, options=[(word.value, label) for word, label in rule.choices.items()])
    if rule.shape is Shape.CODES:
        return ChecksField(rule.label)
    if rule.shape is Shape.COUNT:
        return WholeField(rule.label, least=0, most=rules.MAX_COUNT, unit=rule.unit)
    return LineField(rule.label, most=rules.MAX_TEXT)


class _ProfileForm(ShapedForm):
    """Every topic, each in the field of its shape, and the day from which the change holds."""

    valid_from = DayField(
        _l("Holds from"), hint=_l("The day it became so, not the day of writing; today at the latest.")
    )
    note = TextField(
        _l("What proves it"), most=rules.MAX_NOTE, rows=3, hint=_l("Number and day of the notice, for the bureau.")
    )


ProfileForm = type("ProfileForm", (_ProfileForm,), {topic.value: _field(topic) for topic in Topic})


def profile_form(
    organisation: Organisation,
    institutes: Mapping[str, Organisation],
    *,
    typed: Any = None,
    held: Mapping[Topic, str] | None = None,
    valid_from: date | None = None,
) -> Any:
    """Return the form of ``organisation``, with what was ``typed`` or else what is ``held``; only its own topics."""
    data = {"valid_from": valid_from} | {topic.value: _data(topic, value) for topic, value in (held or {}).items()}
    form = ProfileForm(typed, data=data)
    stated = rules.topics_of(organisation.kind)
    for topic in Topic:
        if topic not in stated:
            del form[topic.value]
    lists = codes()
    form[Topic.INDUSTRIES.value].options = options(lists.industries)
    form[Topic.FUNCTIONS.value].options = options({code.code: code for code in lists.leaf_categories()})
    if Topic.INSTITUTES in stated:
        form[Topic.INSTITUTES.value].options = [(key, local_name(body)) for key, body in institutes.items()]
    return form


def change_of(form: Any, held: Mapping[Topic, str]) -> Change:
    """Return what the form changes of what is ``held``. Raises ``Invalid`` without a day."""
    if form.valid_from.data is None:
        raise Invalid(field="valid_from", message=_l("Write the day from which it holds."))
    said = {topic: _value(topic, form[topic.value].data) for topic in Topic if topic.value in form}
    return Change(
        facts={topic: value for topic, value in said.items() if value != held.get(topic, "")},
        valid_from=form.valid_from.data,
        note=(form.note.data or "").strip(),
    )


def _data(topic: Topic, value: str) -> Any:
    shape = TOPICS[topic].shape
    if shape is Shape.CODES:
        return rules.codes_of(value)
    if shape is Shape.COUNT:
        return int(value) if value else None
    return value or None


def _value(topic: Topic, data: Any) -> str:
    if TOPICS[topic].shape is Shape.CODES:
        picked: Iterable[str] = data or []
        return rules.codes_value(list(picked))
    return "" if data is None else " ".join(str(data).split())


class AnswerForm(ShapedForm):
    """What a bureau says to a proposal."""

    comment = TextField(
        _l("Comment"), most=rules.MAX_NOTE, rows=3, hint=_l("Needed when you return it: what has to be changed.")
    )
