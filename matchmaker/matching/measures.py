"""Figures with a unit in running text: 0.45 μm, 1.5千瓦, 120 ℃. What fits them fits exactly or not at all."""

import re

_LETTERS = (
    "nm|um|μm|mm|cm|dm|m|km|ug|μg|mg|g|kg|t|ul|μl|ml|l|mw|w|kw|kva|mv|v|kv|ma|a|ah|mah|pa|kpa|mpa|gpa|bar|hz|khz|mhz|ghz"
    "|k|°c|°f|ms|s|min|h|n|kn|nm|n·m|rpm|r/min|m/s|km/h|db|lx|lm|ppm|ppb|μg/l|mg/l|g/l|mg/kg|d|dtex|gsm|g/m2|kwh"
)
_IDEOGRAPHS = (
    "纳米|微米|毫米|厘米|分米|米|公里|微克|毫克|公斤|千克|克|吨|微升|毫升|升|瓦|千瓦|兆瓦|伏|千伏|毫安|帕|千帕|兆帕|赫兹|兆赫|赫"
    "|度|秒|分钟|小时|目|支|旦"
)
#: The longest unit wins: 5 毫米 is no 5 毫.
_UNITS = "|".join(sorted(map(re.escape, {*_LETTERS.split("|")}), key=len, reverse=True))
_MEASURE = re.compile(rf"(?<![a-z\d.])(\d+(?:\.\d+)?)\s*(?:(?:{_UNITS}|℃|℉)(?![a-z\d])|(?:{_IDEOGRAPHS}))")


def measured(folded: str) -> set[str]:
    """Return the figures of a folded text that a unit follows, as they are written."""
    return set(_MEASURE.findall(folded))
