"""How steady groups of needs are from one day to the next, when a few needs come and as many go.

    MATCHMAKER_DATA=… python -m benchmarks.groups

The needs are the problem statements of the labelled data and, industry by industry, those of the demo. In each round
5 % are replaced. Printed are how many groups there are and the share of former pairs that stay together.
"""

import json
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.twins import texts
from matchmaker.matching import Document, Index, grouping
from matchmaker.resources import SEEDS
from matchmaker.seeding import check

CHANGED = 0.05
ROUNDS = 5


def main() -> None:
    statements = Path(os.environ.get("MATCHMAKER_DATA", ""), "chinaxiv", "need_queries.jsonl")
    if statements.is_file():
        lines = map(json.loads, statements.open(encoding="utf-8"))
        report("problem statements", [[Document(line["id"], body=line["text"]) for line in lines]])
    own = {name: item.document for name, item in texts()["needs"].items()}
    industries: defaultdict[str, list[Document]] = defaultdict(list)
    for row in check.read(SEEDS).demo.needs:
        industries[row.industry].append(own[row.key])
    report("the demo's needs", list(industries.values()))


def report(name: str, parts: Sequence[list[Document]]) -> None:
    index = Index.build(document for part in parts for document in part)
    for habit in (0.0, grouping.HABIT):
        grouping.HABIT = habit
        shares, groups, grouped = [], 0, 0
        for round_ in range(ROUNDS):
            kept = steadiness(parts, index, random.Random(round_))
            shares.append(kept[0])
            groups, grouped = kept[1:]
        worst, mean = min(shares), sum(shares) / len(shares)
        print(
            f"{name}, habit {habit}: {grouped} of {len(index)} in {groups} groups,"
            f" pairs kept {mean:.3f}, least {worst:.3f}"
        )


def steadiness(parts: Sequence[list[Document]], index: Index, chance: random.Random) -> tuple[float, int, int]:
    """Return the share of pairs kept, the number of groups and of grouped needs on the first day."""
    before: list[grouping.Group] = []
    after: list[grouping.Group] = []
    still: set[str] = set()
    for part in parts:
        shuffled = chance.sample(part, len(part))
        changed = round(len(part) * CHANGED)
        first = grouping.group(shuffled[changed:], index)
        before += first
        after += grouping.group(shuffled[: len(part) - changed], index, former=[group.members for group in first])
        still |= {document.id for document in shuffled[changed : len(part) - changed]}
    kept = grouping.kept_pairs([one.members for one in before], [one.members for one in after], still=still)
    return kept, len(before), sum(len(one.members) for one in before)


if __name__ == "__main__":
    main()
