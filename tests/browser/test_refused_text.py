"""What cannot be kept: the message stands at its field, the summary leads there, and nothing typed is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.looking import faults_of
from tests.browser.visits import ACROSS, WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit

everywhere = pytest.mark.parametrize("setting", WITH_SCRIPTS + WITHOUT_SCRIPTS, ids=str)

LONG = "染色" * 25_000

#: What else stands in the form while one field is wrong.
TYPED = {
    "title": "溢流机缸差 😀 & <i>回修</i>",
    "problem": "同一配方不同缸之间色差在四级以下。\n'; DROP TABLE need; --\n<script>document.title='x'</script> 👍🏽",
    "target": "回修率由8%降到3%以内",
}


@dataclass(frozen=True)
class Refusal:
    """One field's text and what is said of it."""

    field: str
    text: str
    message: str
    values: tuple[tuple[str, object], ...] = ()


REFUSALS = [
    Refusal("problem", LONG, "At most %(most)s characters; this has %(have)s.", (("most", 20_000), ("have", 50_000))),
    Refusal("target", LONG, "At most %(most)s characters; this has %(have)s.", (("most", 20_000), ("have", 50_000))),
    Refusal(
        "target",
        "由8%\x07降到3%",
        "There is an invisible control character (U+%(code)s) in this text. Please remove it.",
        (("code", "0007"),),
    ),
    Refusal("problem", "  \n ", "Say what the problem is; a sentence or two will do."),
    Refusal("title", "", "Give the need a name of a few words."),
    Refusal("budget_fen", "很多", "Write an amount in figures, such as 12.5, not below zero."),
    Refusal("needed_by", "2020-02-30", "Write a date such as 2026-12-31."),
    Refusal(
        "needed_by",
        (clock.today() - timedelta(days=1)).isoformat(),
        "Choose a day between today and ten years from now.",
    ),
]


@everywhere
def test_each_refusal_stands_at_its_field_and_loses_nothing(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    enterprise.go("/needs/new")
    enterprise.choose("industry_code", {"zh": "纺织", "en": "Textiles"}[setting.language])
    for refusal in _refusals(setting):
        _type(enterprise, TYPED | {refusal.field: refusal.text}, budget="3" if refusal.field != "budget_fen" else None)
        enterprise.button("Submit and see matches").click()
        _expect_refused(enterprise, refusal)
        _restore(enterprise, refusal)
    if setting.scripts:
        assert not faults_of(enterprise.page)


@pytest.mark.parametrize("setting", ACROSS + WITHOUT_SCRIPTS, ids=str)
def test_odd_text_is_kept_and_shown_as_it_was_typed(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    enterprise.go("/needs/new")
    enterprise.choose("industry_code", {"zh": "纺织", "en": "Textiles"}[setting.language])
    _type(enterprise, TYPED, budget="１２．５")
    enterprise.button("Keep as draft").click()

    enterprise.is_at(r"/needs/\d+")
    expect(enterprise.page.get_by_role("heading", level=1)).to_have_text(TYPED["title"])
    for line in TYPED["problem"].splitlines():
        enterprise.sees(line)
    enterprise.sees(TYPED["target"])
    enterprise.link("Edit").click()
    assert {name: enterprise.value(name) for name in TYPED} == TYPED


def _refusals(setting: Setting) -> Iterable[Refusal]:
    # A browser's date field takes real dates only; the text of another is for those who send it otherwise.
    return (refusal for refusal in REFUSALS if refusal.text != "2020-02-30")


def _type(visit: Visit, texts: dict[str, str], *, budget: str | None) -> None:
    for name, text in texts.items():
        field = visit.page.locator(f"#{name}")
        if len(text) > 1000:
            # As from the clipboard: in one piece, through the field's own handling of input.
            field.fill("")
            field.focus()
            visit.page.keyboard.insert_text(text)
        else:
            field.fill(text)
    if budget is not None:
        visit.page.locator("#budget_fen").fill(budget)


def _expect_refused(visit: Visit, refusal: Refusal) -> None:
    message = visit.t(refusal.message, **dict(refusal.values))
    summary = visit.page.get_by_role("alert").filter(
        has_text=visit.t("Not saved yet. Nothing you typed is lost; please check:")
    )
    expect(summary).to_contain_text(message)
    field = visit.page.locator(f"#{refusal.field}")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert message in _description(visit, field)
    summary.get_by_role("link").click()
    expect(field).to_be_focused()
    typed = TYPED | {refusal.field: refusal.text}
    assert {name: visit.value(name) for name in typed} == typed
    assert visit.page.locator("#industry_code").input_value() == "textile"


def _restore(visit: Visit, refusal: Refusal) -> None:
    """Put right what was refused, so that the next refusal is the only one."""
    if refusal.field not in TYPED:
        visit.page.locator(f"#{refusal.field}").fill("")


def _description(visit: Visit, field: Locator) -> str:
    """Return what is said of the field by those elements that it names."""
    names = (field.get_attribute("aria-describedby") or "").split()
    return " ".join(visit.page.locator(f"#{name}").inner_text() for name in names)
