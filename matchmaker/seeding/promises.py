"""What the seeds promise beyond fitting together: true quotes, and a demo that is rich and not stencilled."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from matchmaker.catalogue.offerings.models import OfferingKind
from matchmaker.seeding.demo_rows import Demo
from matchmaker.seeding.files import Place, Problem, Row
from matchmaker.seeding.reference_rows import Reference

LEAST_ENTERPRISES = 60
LEAST_OFFERINGS = 400
LEAST_NEEDS = 150
#: Two texts of the demo that share so many characters in a row were written from one stencil.
SHARED_RUN = 25


def reference_problems(reference: Reference) -> Iterator[Problem]:
    """Yield the leaves of the service taxonomy that no document's function reaches."""
    reached = {row.category_code for row in reference.functions}
    for row in reference.categories:
        if row.parent_code is not None and row.code not in reached:
            yield row.fault("code", f"no function of S1 or S4 reaches {row.code!r}")


def quote_problems(reference: Reference, sources: Path) -> Iterator[Problem]:
    """Yield the passages that their documents do not hold.

    ``sources`` has the text of S0 as ``000_*.txt``, that of S1 as ``001_*.txt``, and so on.
    """
    documents = {
        f"S{int(path.name[:3])}": _solid(path.read_text(encoding="utf-8"))
        for path in sorted(sources.glob("[0-9][0-9][0-9]_*.txt"))
    }
    for absent in sorted({row.source for row in reference.cited_rows() if _is_numbered(row.source)} - documents.keys()):
        yield Problem(Place(str(sources)), "file", f"there is no text of {absent} here")
    for row in reference.cited_rows():
        if row.source in documents and _solid(row.quote) not in documents[row.source]:
            yield row.fault("quote", f"{row.source} does not say “{row.quote}”")


def demo_problems(demo: Demo, reference: Reference) -> Iterator[Problem]:
    """Yield which amounts the demo falls short of and which of its texts share a run of characters."""
    everywhere = Place("seeds/demo")
    for name, rows, least in (
        ("enterprises", demo.enterprises, LEAST_ENTERPRISES),
        ("offerings", demo.offerings, LEAST_OFFERINGS),
        ("needs", demo.needs, LEAST_NEEDS),
    ):
        if len(rows) < least:
            yield Problem(everywhere, name, f"{len(rows)}, and {least} are promised")
    offered = Counter(row.industry for row in demo.offerings)
    needed = Counter(row.industry for row in demo.needs)
    for industry in reference.industries:
        if not offered[industry.code]:
            yield Problem(everywhere, "offerings", f"none for the industry {industry.code!r}")
        if not needed[industry.code]:
            yield Problem(everywhere, "needs", f"none for the industry {industry.code!r}")
    for kind in set(OfferingKind) - {row.kind for row in demo.offerings}:
        yield Problem(everywhere, "offerings", f"none of the kind {kind.value!r}")
    yield from shared_runs(
        [
            *((row, "description", row.description) for row in demo.offerings),
            *((row, "problem", row.problem) for row in demo.needs),
        ]
    )


def shared_runs(texts: Iterable[tuple[Row, str, str]]) -> Iterator[Problem]:
    """Yield each pair of texts that share ``SHARED_RUN`` characters, blanks aside; once, at the later one."""
    first: dict[str, Row] = {}
    for row, field, text in texts:
        told: set[Place] = set()
        for run in _runs(_solid(text)):
            earlier = first.setdefault(run, row)
            if earlier is not row and earlier.place not in told:
                told.add(earlier.place)
                yield row.fault(field, f"“{run}” stands also at {earlier.place}")


def _runs(solid: str) -> Sequence[str]:
    return [solid[start : start + SHARED_RUN] for start in range(len(solid) - SHARED_RUN + 1)]


def _solid(text: str) -> str:
    """Take out blanks and line breaks, which change with the page a document is copied from."""
    return re.sub(r"\s+", "", text)


def _is_numbered(source: str) -> bool:
    return re.fullmatch(r"S\d", source) is not None
