"""Weekly opening hours: read from what people type, refused with a reason, written back in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.catalogue.offerings.hours import Hours, Span, Unclear, days_mask, open_days, parse, written

READ = [
    ("周一至周五 8:30–17:00", "周一至周五 8:30–17:00", "Mon–Fri 8:30–17:00"),
    ("工作日 8:30-11:30、13:00-17:00", "周一至周五 8:30–11:30、13:00–17:00", "Mon–Fri 8:30–11:30, 13:00–17:00"),
    (
        "周二至周五 9：00～17：00，周六 9:00-12:00",
        "周二至周五 9:00–17:00；周六 9:00–12:00",
        "Tue–Fri 9:00–17:00; Sat 9:00–12:00",
    ),
    ("每天 全天", "每天 0:00–24:00", "Daily 0:00–24:00"),
    ("全年24小时", "每天 0:00–24:00", "Daily 0:00–24:00"),
    ("周一、三、五 13点至17点30分", "周一、周三、周五 13:00–17:30", "Mon, Wed, Fri 13:00–17:30"),
    ("星期五至星期一 8:00-12:00", "周一、周五至周日 8:00–12:00", "Mon, Fri–Sun 8:00–12:00"),
    (
        "Mon-Fri 8:30 - 17:00; Saturday 9:00-12:00",
        "周一至周五 8:30–17:00；周六 9:00–12:00",
        "Mon–Fri 8:30–17:00; Sat 9:00–12:00",
    ),
    ("周末 9:00-12:00、12:00-15:00", "周六、周日 9:00–15:00", "Sat, Sun 9:00–15:00"),
    ("", "", ""),
]

REFUSED = [
    ("8:30-17:00", "Say on which days"),
    ("周一至周五", "Say from when to when"),
    ("周一 8:30", "Say from when to when"),
    ("周一 25:00-26:00", "no such time as 25:00"),
    ("周一 17:00-8:30", "ends before it begins"),
    ("周一 8:00-12:00、11:00-13:00", "overlap"),
    ("周一 8:00-12:00；周一 10:00-11:00", "overlap"),
    ("周一 8:30-17:00 须预约", "“须预约” is not understood"),
    ("随时", "“随时” is not understood"),
]


@pytest.mark.parametrize(("typed", "chinese", "english"), READ)
def test_what_people_type_is_shown_back_in_one_form(typed: str, chinese: str, english: str) -> None:
    hours = parse(typed)

    assert (written(hours), written(hours, "en")) == (chinese, english)


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_what_is_unclear_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(Unclear) as unclear:
        parse(typed)
    assert reason in str(unclear.value.message)
    assert open_days(typed) == 0


def test_the_days_are_known_from_the_hours() -> None:
    assert open_days("周六 9:00-12:00") == 0b0100000
    assert open_days("每天 全天") == 0b1111111


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    """Any week whose spans do not touch each other."""
    spans = []
    for weekday in draw(st.sets(st.integers(0, 6))):
        marks = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=6)))
        spans += [Span(weekday, opens, closes) for opens, closes in zip(marks[::2], marks[1::2], strict=False)]
    return tuple(sorted(spans))


@given(weeks())
def test_whatever_is_written_is_read_back_the_same(hours: Hours) -> None:
    assert parse(written(hours)) == hours == parse(written(hours, "en"))
    assert open_days(written(hours)) == days_mask(hours)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text: str) -> None:
    try:
        hours = parse(text)
    except Unclear:
        return
    assert parse(written(hours)) == hours
