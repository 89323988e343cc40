"""Everything that can be said against the seed files, in the order of the files."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.seeding import comparison, links, promises
from matchmaker.seeding.demo_rows import Demo, read_demo
from matchmaker.seeding.files import Problem, Reader
from matchmaker.seeding.reference_rows import Reference, read_reference


@dataclass(frozen=True, slots=True)
class Seeds:
    """The rows that could be read, and what was wrong with the others."""

    reference: Reference
    demo: Demo
    unread: list[Problem]


def read(folder: Path) -> Seeds:
    """Read all files below ``folder``."""
    reader = Reader(folder)
    return Seeds(reference=read_reference(reader), demo=read_demo(reader), unread=reader.problems)


def reference_problems(seeds: Seeds) -> list[Problem]:
    """Return what keeps the reference from being loaded.

    While a row cannot be read, what points at it is not blamed.
    """
    unread = [problem for problem in seeds.unread if "/reference/" in problem.place.path]
    return sorted(unread or links.reference_problems(seeds.reference))


def demo_problems(seeds: Seeds) -> list[Problem]:
    """Return what keeps the demo from being loaded once the reference is."""
    unread = [problem for problem in seeds.unread if "/demo/" in problem.place.path]
    if len(unread) < len(seeds.unread):
        return sorted(unread)
    return sorted([*unread, *links.demo_problems(seeds.demo, seeds.reference, on=clock.today())])


def problems(seeds: Seeds, *, sources: Path | None, session: Session | None) -> list[Problem]:
    """Return everything, also against the documents' texts and the database where they are given."""
    found = reference_problems(seeds) + demo_problems(seeds)
    found += sorted(
        [*promises.reference_problems(seeds.reference), *promises.demo_problems(seeds.demo, seeds.reference)]
    )
    if sources is not None:
        found += promises.quote_problems(seeds.reference, sources)
    if session is not None:
        found += comparison.problems(session, seeds.reference, seeds.demo)
    return found
