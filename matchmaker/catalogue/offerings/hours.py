"""Weekly opening hours: read from what people type, written back in one form. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from matchmaker.messages import Message, _l

#: Saturday and Sunday as bits of ``days_mask``.
WEEKEND = 0b1100000
_DAY_MIN = 24 * 60

_ZH = "一二三四五六日"
_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GROUPS = {
    "工作日": range(5), "weekdays": range(5), "周末": (5, 6), "双休日": (5, 6), "weekends": (5, 6),
    "每天": range(7), "每日": range(7), "全年": range(7), "天天": range(7), "daily": range(7), "every day": range(7),
}  # fmt: skip
_TOKENS = re.compile(
    r"(?P<group>工作日|周末|双休日|每[天日]|全年|天天|weekdays|weekends|daily|every day)"
    r"|(?P<whole>全天|(?:24|二十四) ?(?:小时|hours|h\b))"
    r"|(?P<hour>\d{1,2}) ?(?:[:.时点](?P<minute>[0-5]\d)?分?)"
    r"|(?:(?:周|星期|礼拜))?(?P<zh>[一二三四五六日天])"
    r"|(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b"
    r"|(?P<range>至|到|-|to\b)"
    r"|(?P<mark>[,、;。和及/]|and\b)"
    r"|(?P<blank>\s+)"
)


class Span(NamedTuple):
    """Open on ``weekday`` (0 is Monday) from one minute of the day to another; 1440 is midnight at its end."""

    weekday: int
    opens_min: int
    closes_min: int


Hours = tuple[Span, ...]


class Unclear(ValueError):
    """Hours that cannot be read; the message says what to change."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class _Token(NamedTuple):
    kind: str
    value: int
    text: str


def parse(text: str) -> Hours:
    """Return the hours that ``text`` names, day by day, none for an empty text. Raises ``Unclear``.

    Understands “周一至周五 8:30–17:00；周六 9:00–12:00”, “工作日 8:30-11:30、13:00-17:00”, “每天 全天” and
    “Mon-Fri 8:30-17:00”.
    """
    tokens = [token for token in _tokens(text) if token.kind != "blank"]
    spans: list[Span] = []
    place = 0
    while place < len(tokens):
        if tokens[place].kind == "mark":
            place += 1
            continue
        days, place = _days(tokens, place)
        times, place = _times(tokens, place)
        spans += [Span(day, *time) for day in days for time in times]
    return _joined(spans)


def days_mask(hours: Iterable[Span]) -> int:
    """Return the days that are open at all, Monday in the lowest bit."""
    mask = 0
    for span in hours:
        mask |= 1 << span.weekday
    return mask


def open_days(text: str) -> int:
    """Return the days of hours as they are typed, 0 for hours that nobody can read."""
    try:
        return days_mask(parse(text))
    except Unclear:
        return 0


def written(hours: Hours, language: str = "zh") -> str:
    """Return ``hours`` in the one form that pages show; ``parse`` reads it back."""
    by_times: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for weekday in range(7):
        times = tuple((span.opens_min, span.closes_min) for span in hours if span.weekday == weekday)
        if times:
            by_times.setdefault(times, []).append(weekday)
    chinese = language == "zh"
    between = "、" if chinese else ", "
    groups = [
        f"{_days_written(days, chinese)} {between.join(f'{_clock(opens)}–{_clock(closes)}' for opens, closes in times)}"
        for times, days in by_times.items()
    ]
    return ("；" if chinese else "; ").join(groups)


def _tokens(text: str) -> Iterator[_Token]:
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub("[–—~～−]+", "-", folded)
    place = 0
    while place < len(folded):
        found = _TOKENS.match(folded, place)
        if found is None:
            raise Unclear(
                _l(
                    "“%(rest)s” is not understood here. Write days and times, such as 周一至周五 8:30–17:00；"
                    "周六 9:00–12:00, and everything else into the note.",
                    rest=folded[place : place + 12],
                )
            )
        yield _token(found)
        place = found.end()


def _token(found: re.Match[str]) -> _Token:
    kind = str(found.lastgroup)
    word = found.group()
    if kind in ("hour", "minute"):
        return _Token("time", _minute(int(found["hour"]), int(found["minute"] or 0), word), word)
    if kind == "zh":
        return _Token("day", _ZH.index(found["zh"].replace("天", "日")), word)
    if kind == "en":
        return _Token("day", [name.lower() for name in _EN].index(found["en"]), word)
    return _Token(kind, 0, word)


def _minute(hour: int, minute: int, word: str) -> int:
    total = hour * 60 + minute
    if total > _DAY_MIN:
        raise Unclear(_l("There is no such time as %(time)s.", time=word.strip()))
    return total


def _days(tokens: list[_Token], place: int) -> tuple[list[int], int]:
    """Read days up to the first time: “周一至周五”, “周二、四”, “工作日、周六”."""
    days: list[int] = []
    begun = place
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "group":
            days += _GROUPS[token.text]
        elif token.kind == "range" and days and place + 1 < len(tokens) and tokens[place + 1].kind == "day":
            last = tokens[place + 1].value
            days += [(days[-1] + step) % 7 for step in range(1, (last - days[-1]) % 7 + 1)]
            place += 1
        elif token.kind == "day":
            days.append(token.value)
        elif token.kind != "mark":
            break
        place += 1
    if not days:
        raise Unclear(_l("Say on which days before “%(rest)s”, such as 周一至周五.", rest=tokens[begun].text))
    return sorted(set(days)), place


def _times(tokens: list[_Token], place: int) -> tuple[list[tuple[int, int]], int]:
    """Read one or more times of the days before them: “8:30–11:30、13:00–17:00”, “全天”."""
    times: list[tuple[int, int]] = []
    while place < len(tokens):
        kinds = [token.kind for token in tokens[place : place + 3]]
        if kinds[:1] == ["whole"]:
            times.append((0, _DAY_MIN))
            place += 1
        elif kinds == ["time", "range", "time"]:
            times.append(_span_of(tokens[place], tokens[place + 2]))
            place += 3
        elif kinds[:1] == ["mark"] and kinds[1:2] in (["time"], ["whole"]):
            place += 1
        else:
            break
    if not times:
        raise Unclear(_l("Say from when to when it is open, such as 8:30–17:00."))
    return times, place


def _span_of(opens: _Token, closes: _Token) -> tuple[int, int]:
    if closes.value <= opens.value:
        raise Unclear(
            _l(
                "%(opens)s–%(closes)s ends before it begins. Hours after midnight belong to the next day.",
                opens=_clock(opens.value),
                closes=_clock(closes.value),
            )
        )
    return opens.value, closes.value


def _joined(spans: list[Span]) -> Hours:
    """Sort, let spans that touch become one, and refuse those that overlap."""
    joined: list[Span] = []
    for span in sorted(spans):
        before = joined[-1] if joined and joined[-1].weekday == span.weekday else None
        if before is not None and span.opens_min < before.closes_min:
            raise Unclear(_l("Two times on %(day)s overlap.", day=f"周{_ZH[span.weekday]}"))
        if before is not None and span.opens_min == before.closes_min:
            joined[-1] = Span(span.weekday, before.opens_min, span.closes_min)
        else:
            joined.append(span)
    return tuple(joined)


def _days_written(days: list[int], chinese: bool) -> str:
    if len(days) == 7:
        return "每天" if chinese else "Daily"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [f"周{name}" for name in _ZH] if chinese else list(_EN)
    parts = [
        [names[run[0]] + ("至" if chinese else "–") + names[run[-1]]] if len(run) > 2 else [names[day] for day in run]
        for run in runs
    ]
    return ("、" if chinese else ", ").join(part for run in parts for part in run)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
