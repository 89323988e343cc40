"""Prints precision and recall of the coach for each fault, on the needs that were marked by hand.

Run by hand: ``python -m benchmarks.coaching [dev|test|demo] [--mistakes]``. The README beside
this says what the marks mean.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from matchmaker import clock, money
from matchmaker.catalogue.coaching.rules import Fault, faults
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.resources import SEEDS

HERE = Path(__file__).parent


def main() -> None:
    """Print the table of each part asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["dev", "test", "demo"])
    parser.add_argument("--mistakes", action="store_true", help="name the needs on which marks and rules differ")
    chosen = parser.parse_args()
    for part in chosen.parts:
        marked = list(read(part))
        print(f"{part}: {len(marked)} needs")
        print(f"{'':10}{'marked':>8}{'said':>8}{'right':>8}{'precision':>11}{'recall':>8}")
        for fault in Fault:
            _report(fault, marked, with_mistakes=chosen.mistakes)


def _report(fault: Fault, marked: list[tuple[str, NeedText, set[str]]], *, with_mistakes: bool) -> None:
    said = {name for name, text, _marks in marked if fault in faults(text)}
    true = {name for name, _text, marks in marked if fault.value in marks}
    right = said & true
    precision = len(right) / len(said) if said else 1.0
    recall = len(right) / len(true) if true else 1.0
    print(f"{fault.value:10}{len(true):8}{len(said):8}{len(right):8}{precision:11.2f}{recall:8.2f}")
    if with_mistakes:
        print(f"    too much: {', '.join(sorted(said - true))}\n    missed: {', '.join(sorted(true - said))}")


def read(part: str) -> Iterator[tuple[str, NeedText, set[str]]]:
    """Yield name, text and hand-set marks of each need of ``part``."""
    for row in _rows(HERE / f"{part}.jsonl"):
        if "key" in row:
            need = _demo_needs()[row["key"]]
            yield row["key"], text_of(need), set(row["faults"])
        else:
            yield row["id"], text_of(row), set(row["faults"])


def text_of(row: dict[str, Any]) -> NeedText:
    """Return what a line of a file says as the form would hand it over."""
    budget, days = row["budget_wan"], row["needed_in_days"]
    return NeedText(
        title=row["title"],
        problem=row["problem"],
        industry_code=row["industry"],
        target=row["target"],
        key_technology=row["key_technology"],
        keywords=row["keywords"],
        budget_fen=None if budget is None else round(budget * money.FEN_PER_WAN),
        needed_by=None if days is None else clock.today() + timedelta(days=days),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _demo_needs() -> dict[str, dict[str, Any]]:
    return {row["key"]: row for path in sorted((SEEDS / "demo").glob("*/needs.jsonl")) for row in _rows(path)}


if __name__ == "__main__":
    main()
