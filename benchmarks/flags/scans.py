"""Prints how many copies among scanned papers are found, by what was done to them, and how many honest are flagged.

Run by hand: ``python -m benchmarks.flags.scans [--papers N]``. Each paper is drawn, kept as a file and read as those
of claims are. Honest are reports of one form with other values, and of one form of which only some values differ.
"""

import argparse
import io
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from matchmaker.vouchers.flags import papers, pictures
from matchmaker.vouchers.flags.rules import Claim, Limits, Paper, PaperKind
from tests.support import scans

#: Values that differ between two papers of one form, ``None`` for all.
HONEST = (None, 8, 5, 3)


def main() -> None:
    """Print one line for each kind of paper and each way of copying."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=400)
    chosen = parser.parse_args()
    for kind in (PaperKind.RESULT, PaperKind.BANK_SLIP):
        _print(kind, chosen.papers)


def _print(kind: PaperKind, count: int) -> None:
    chance, claims, what = Random(17), [], {}
    spent = 0.0

    def add(said: str, content: bytes, media_type: str) -> None:
        nonlocal spent
        began = time.process_time()
        looks = tuple(bytes.fromhex(look) for look in pictures.looks_of(io.BytesIO(content), media_type))
        spent += time.process_time() - began
        number = len(claims) + 1
        claims.append(_claim(number, Paper(kind, f"{number:064}", looks=looks)))
        what[number] = said

    ways = list(scans.ALTERED)
    for number in range(count):
        form, changed = f"form {number % (count // 10)}", HONEST[number % len(HONEST)]
        original = scans.paper(form, str(number), changed=changed)
        add(f"honest, {'all' if changed is None else changed} values of its own", scans.saved(original), "image/png")
        if number % 4 == 0:
            way = ways[number // 4 % len(ways)]
            content = scans.ALTERED[way](original, chance)
            is_pdf, is_png = content.startswith(b"%PDF"), content.startswith(b"\x89PNG")
            add(way, content, "application/pdf" if is_pdf else "image/png" if is_png else "image/jpeg")
    began = time.process_time()
    flagged = {one.claim_id for one in papers.duplicates(claims, Limits())}
    looked = time.process_time() - began
    each = 1000 * spent / len(claims)
    print(f"{kind.value}: {len(claims)} papers, {each:.0f} ms to read one, {looked:.2f} s to compare all")
    made, found = Counter(what.values()), Counter(what[number] for number in flagged)
    for said in sorted(made):
        print(f"  {said:32} {made[said]:4} papers, {found[said]:4} flagged")


def _claim(number: int, paper: Paper) -> Claim:
    filed = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=number)
    claim = Claim(
        number, f"R{number}", filed, "city-2026", 2026, number, 1, number, "检测", date(2026, 4, 1), "testing", 1, 1
    )
    return replace(claim, papers=(paper,))


if __name__ == "__main__":
    main()
