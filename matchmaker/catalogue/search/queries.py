"""One search over everything that the reader may open: needs, offerings, instruments and organisations in one list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.queries import stream_positions
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.offerings.models import Offering, OfferingKind
from matchmaker.catalogue.offerings.queries import is_orderable
from matchmaker.catalogue.search.names import Asked, Group, NameShelf, Part
from matchmaker.catalogue.search.rules import (
    KEPT_FROM,
    KIND_OF,
    Candidate,
    Kind,
    Narrowing,
    merged,
    name_value,
    near_value,
    text_value,
)
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db.pages import Page
from matchmaker.matching import Band, Document, Index, Match, Selection
from matchmaker.names import correction, normal, said

#: So many texts of each index are looked at, and so many names.
DEPTH, NAMES = 60, 100
#: Longer queries are needs: they are cut rather than refused.
MAX_QUERY = 400
#: Another spelling is looked for where no name holds the query, and it is short or has fewer telling hits than this.
FEW, SHORT = 3, 8
#: How alike a name must be that does not hold the query: out of 1, and the share of its characters.
_ALIKE, _SHARED = 0.74, 0.5

_Key = tuple[Kind, int]

_PIECES = re.compile(r"[a-z]+|[0-9]+")

_OFFERED = select(
    Offering.id, Offering.kind, Offering.district_code, Offering.industry_code, Offering.is_voucher_eligible
)
_NEEDED = select(Need.id, Need.district_code, Need.industry_code)
_LISTED = select(Organisation.id, Organisation.district_code, Organisation.industry_code)


class _Traits(NamedTuple):
    """What a row is narrowed by."""

    district: str
    industry: str
    is_voucher_eligible: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One row with the words that it was found by."""

    kind: Kind
    row: Any
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found, ranked, before it is narrowed; and another spelling, "" for none."""

    candidates: Sequence[Candidate]
    matches: Mapping[_Key, Match]
    words: Sequence[str]
    meant: str = ""


class Searcher:
    """One reader's search on one day, over the indexes and names as they are now."""

    def __init__(self, session: Session, indexes: Indexes, shelf: NameShelf, *, reader: Reader, on: date) -> None:
        positions = stream_positions(session)
        self._session, self._reader, self._on = session, reader, on
        self.names: Asked = shelf.at(session, positions).asked(reader, on=on)
        self._offerings = indexes.offerings.at(session, positions)
        self._organisations = indexes.organisations.at(session, positions)
        self._needs = indexes.needs.at(session, positions)

    def search(self, text: str) -> Found:
        """Return what ``text`` finds, best first."""
        named, is_written = self._named(text)
        # A maker's name and a number written as one word are two.
        words = "" if named else " ".join(_PIECES.findall(_model_in(text)))
        matches = dict(self._texts(Document(id="", body=f"{text[:MAX_QUERY]} {words}")))
        candidates = merged(self._candidates(named, matches))
        telling = sum(match.band is not Band.WEAK for match in matches.values())
        is_plain = is_written or (telling >= FEW and len(text) > SHORT)
        meant = "" if is_plain else self._meant(text)
        return Found(candidates, matches, said(text).split(), meant)

    def page(self, found: Found, narrowing: Narrowing, *, number: int, size: int) -> Page[Result]:
        """Read one page of what is left; a number past the end shows the last page."""
        left = [candidate for candidate in found.candidates if narrowing.admits(candidate)]
        number = min(max(number, 1), max(1, -(-len(left) // size)))
        shown = left[(number - 1) * size : number * size]
        rows = self._rows(shown)
        results = [
            Result(candidate.kind, rows[key], _terms(found, key))
            for candidate in shown
            if (key := (candidate.kind, candidate.id)) in rows
        ]
        return Page(rows=results, number=number, total=len(left), size=size)

    def _named(self, text: str) -> tuple[dict[_Key, float], bool]:
        """Return what each thing earns for its names, and whether any of them holds the query as it is written."""
        earned: dict[_Key, float] = {}
        found = self.names.find(text, most=NAMES)
        model = "" if any(hit.how.is_written for _name, hit in found) else _model_in(text)
        if model:
            found += [(name, hit) for name, hit in self.names.find(model, most=NAMES) if name.part is Part.MODEL]
        for name, hit in found:
            key = (KIND_OF[name.group], name.thing)
            value = name_value(name, hit, length=len(normal(name.text)))
            earned[key] = max(value, earned.get(key, 0.0))
        if not found:
            self._earn_nearly(text, earned)
        return earned, any(hit.how.is_written for _name, hit in found)

    def _earn_nearly(self, text: str, earned: dict[_Key, float]) -> None:
        """Add organisations and models that are nearly called what was typed."""
        wanted = normal(text)
        if not 3 <= len(wanted) <= 40 or wanted.isdigit():
            return
        for name in self.names.near(wanted, most=NAMES, least=_SHARED):
            if name.group is not Group.ORGANISATION and name.part is not Part.MODEL:
                continue
            form = normal(name.text)
            whole = fuzz.ratio if len(form) < len(wanted) else fuzz.partial_ratio
            likeness = whole(wanted, form, score_cutoff=100 * _ALIKE) / 100
            if likeness:
                key = (KIND_OF[name.group], name.thing)
                earned[key] = max(near_value(likeness, at_least=_ALIKE), earned.get(key, 0.0))

    def _texts(self, query: Document) -> Iterable[tuple[_Key, Match]]:
        """Yield the best match of each row, each kind down to a share of its best."""
        offerings, needs, organisations = self._offerings, self._needs, self._organisations
        is_instrument = offerings.where(kind=OfferingKind.INSTRUMENT.value)
        findable = documents.needs_findable_by(self._reader, needs)
        for kind, index, where in (
            (Kind.OFFERINGS, offerings, ~is_instrument),
            (Kind.INSTRUMENTS, offerings, is_instrument),
            (Kind.NEEDS, needs, findable),
            (Kind.ORGANISATIONS, organisations, None),
        ):
            seen: set[_Key] = set()
            for match in _matches(index, query, where):
                key = (kind, documents.need_id(match.id) if kind is Kind.NEEDS else int(match.id))
                # A summary and the whole of one need are two documents; the better one stands for both.
                if key not in seen:
                    seen.add(key)
                    yield key, match

    def _candidates(self, named: Mapping[_Key, float], matches: Mapping[_Key, Match]) -> Iterable[Candidate]:
        keys = named.keys() | matches.keys()
        traits = self._traits(keys)
        for key in keys & traits.keys():
            kind, number = key
            match = matches.get(key)
            value = named.get(key, 0.0) + (text_value(kind, match.score) if match else 0.0)
            yield Candidate(kind, number, value, *traits[key])

    def _traits(self, keys: Iterable[_Key]) -> dict[_Key, _Traits]:
        """Read what rows are narrowed by, of those that the reader may open; one statement for each table."""
        ids = _by_kind(keys)
        traits: dict[_Key, _Traits] = {}
        if offered := ids.get(Kind.OFFERINGS, []) + ids.get(Kind.INSTRUMENTS, []):
            for row in self._session.execute(_OFFERED.where(Offering.id.in_(offered), is_orderable(self._on))):
                traits[_kind_of_offering(row), row.id] = _Traits(
                    row.district_code, row.industry_code or "", row.is_voucher_eligible
                )
        if needed := ids.get(Kind.NEEDS):
            for need in self._session.execute(_NEEDED.where(Need.id.in_(needed), self._open_needs())):
                traits[Kind.NEEDS, need.id] = _Traits(need.district_code, need.industry_code)
        if named := ids.get(Kind.ORGANISATIONS):
            for body in self._session.execute(_LISTED.where(Organisation.id.in_(named), _is_listed())):
                traits[Kind.ORGANISATIONS, body.id] = _Traits(body.district_code, body.industry_code or "")
        return traits

    def _rows(self, shown: Sequence[Candidate]) -> dict[_Key, Any]:
        """Read what the page shows; one statement for each table."""
        ids = _by_kind((candidate.kind, candidate.id) for candidate in shown)
        rows: dict[_Key, Any] = {}
        if offered := ids.get(Kind.OFFERINGS, []) + ids.get(Kind.INSTRUMENTS, []):
            offerings = select(Offering).where(Offering.id.in_(offered), is_orderable(self._on))
            for offering in self._session.scalars(offerings.options(joinedload(Offering.organisation))):
                rows[_kind_of_offering(offering), offering.id] = offering
        if needed := ids.get(Kind.NEEDS):
            needs = select(Need).where(Need.id.in_(needed), self._open_needs())
            for need in self._session.scalars(needs.options(joinedload(Need.organisation))):
                rows[Kind.NEEDS, need.id] = need
        if named := ids.get(Kind.ORGANISATIONS):
            for organisation in self._session.scalars(
                select(Organisation).where(Organisation.id.in_(named), _is_listed())
            ):
                rows[Kind.ORGANISATIONS, organisation.id] = organisation
        return rows

    def _open_needs(self) -> ColumnElement[bool]:
        return Need.state.in_(OPEN) & needs_in_scope(self._reader)

    def _meant(self, text: str) -> str:
        """Return another spelling made of names that the reader may be told of, "" for none."""
        for names, told in reversed(self.names.parts):
            proper = told & names.of_stream("organisation")
            if len(names) and (meant := correction(names.table, text, allowed=told, proper=proper, known=self._knows)):
                return meant
        return ""

    def _knows(self, word: str) -> bool:
        """Whether a short word stands in any text that the reader may search."""
        if len(word) > 2 and not word.isascii():
            return False
        query = Document(id="", body=word)
        selections = (
            (self._offerings, None),
            (self._needs, documents.needs_findable_by(self._reader, self._needs)),
            (self._organisations, None),
        )
        best = (index.search(query, 1, where=where) for index, where in selections if len(index))
        return any(reason.term == word for matches in best for match in matches for reason in match.reasons)


def _matches(index: Index, query: Document, where: Selection | None) -> list[Match]:
    matches = index.search(query, DEPTH, where=where) if len(index) else []
    return [match for match in matches if match.score >= KEPT_FROM * matches[0].score]


def _model_in(text: str) -> str:
    """Return what looks like a model number in a longer query: letters and digits side by side, some of them digits."""
    runs: list[list[str]] = [[]]
    for word in said(text).split():
        if word.isascii():
            runs[-1].append(word)
        else:
            runs.append([])
    models = ["".join(run) for run in runs if any(letter.isdigit() for word in run for letter in word)]
    return max((model for model in models if len(model) > 2), key=len, default="")


def _by_kind(keys: Iterable[_Key]) -> dict[Kind, list[int]]:
    ids: dict[Kind, list[int]] = {}
    for kind, number in keys:
        ids.setdefault(kind, []).append(number)
    return ids


def _kind_of_offering(row: Any) -> Kind:
    return Kind.INSTRUMENTS if row.kind is OfferingKind.INSTRUMENT else Kind.OFFERINGS


def _is_listed() -> ColumnElement[bool]:
    """The organisations that the directory shows."""
    return (Organisation.kind != OrganisationKind.BUREAU) & (Organisation.state == OrganisationState.APPROVED)


def _terms(found: Found, key: _Key) -> list[str]:
    """Return the words to mark in a result: those that its text was found by, and those that were typed."""
    match = found.matches.get(key)
    reasons = [reason.term for reason in match.reasons] if match is not None else []
    return list(dict.fromkeys([*reasons, *found.words]))
