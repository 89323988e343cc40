"""Who finds which document of a need, and which documents there are."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from matchmaker import clock
from matchmaker.accounts.models import OrganisationState
from matchmaker.accounts.rules import ANONYMOUS, Reader
from matchmaker.catalogue.needs import queries, rules
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering, OfferingKind
from matchmaker.catalogue.suggestions import documents
from matchmaker.matching import Document, Index
from tests.support import cast, factories
from tests.support.databases import Database

#: Reader → the documents they may search: of each need its whole (a letter) or its summary (a letter and s).
SEARCHED = {
    "anonymous": "P Ss Fp Fss",
    "enterprise": "P S M Fp Fss",
    "other-enterprise": "P Ss Fp Fss",
    "far-enterprise": "P Ss Fp Fs Fm",
    "complex": "P S M Fp Fs Fm",
    "institute": "P S M Fp Fs Fm",
    "bureau-district": "P S M Fp Fss",
    "bureau-elsewhere": "P Ss Fp Fs Fm",
    "bureau-city": "P S M Fp Fs Fm",
    "admin": "P Ss Fp Fss",
    "unattached": "P Ss Fp Fss",
}

NAMES = {
    "P": ("enterprise", Confidentiality.PUBLIC),
    "S": ("enterprise", Confidentiality.SUMMARY),
    "M": ("enterprise", Confidentiality.MEMBERS),
    "Fp": ("far-enterprise", Confidentiality.PUBLIC),
    "Fs": ("far-enterprise", Confidentiality.SUMMARY),
    "Fm": ("far-enterprise", Confidentiality.MEMBERS),
}


def reader_of(database: Database, role: str) -> Reader:
    if role == cast.ANONYMOUS:
        return ANONYMOUS
    played = cast.ROLES[role]
    with database.reading() as session:
        organisation = cast.organisation_of(session, role) if played.kind else None
    return Reader(
        person_id=1,
        is_admin=played.is_admin,
        organisation_id=organisation.id if organisation else None,
        organisation_kind=played.kind,
        district_code=played.district if organisation else None,
    )


@pytest.mark.parametrize("role", SEARCHED)
def test_everybody_searches_within_what_they_may_read(database: Database, role: str) -> None:
    with database.writing() as session:
        needs = {name: factories.need(session, owner, confidentiality=level) for name, (owner, level) in NAMES.items()}
        ids = {str(need.id): name for name, need in needs.items()}
        index = Index.build(
            document for need in needs.values() for document in documents.need_documents(need, on=clock.today())
        )

    allowed = documents.needs_findable_by(reader_of(database, role), index)
    found = {match.id for match in index.search(Document(id="", body="染色缸差"), 50, where=allowed)}
    named = {ids[name.removesuffix("s")] + ("s" if name.endswith("s") else "") for name in found}
    assert named == set(SEARCHED[role].split())


def texts(made: Iterable[Document]) -> str:
    return " ".join(f"{document.title} {document.body} {' '.join(document.keywords)}" for document in made)


def test_a_summary_holds_title_and_keywords_alone(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", confidentiality=Confidentiality.SUMMARY)
        full, summary = documents.need_documents(need, on=clock.today())

    assert need.problem in texts([full]) and need.title in texts([summary]) and "染色" in texts([summary])
    assert summary.body == "" and need.problem not in texts([summary]) and need.target not in texts([summary])
    assert {full.id, summary.id} == set(documents.need_document_ids(need))
    assert documents.need_id(full.id) == documents.need_id(summary.id) == need.id


@pytest.mark.parametrize("life", ["draft", "withdrawn", "closed"])
def test_what_is_not_published_makes_no_document(database: Database, life: str) -> None:
    with database.writing() as session:
        need: Need = factories.need(session, "enterprise", life)
        offering: Offering = factories.offering(session, "complex", life)

        assert documents.need_documents(need, on=clock.today()) == []
        assert documents.offering_documents(offering, on=clock.today()) == []


def test_whom_a_need_would_like_to_work_with_is_not_matched_on(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", partners="东华大学")

    assert "东华大学" not in texts(documents.need_documents(need, on=clock.today()))


def test_an_offering_is_found_by_its_model(database: Database) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "institute", kind=OfferingKind.INSTRUMENT, model="GC-2030")

    assert "GC-2030" in documents.offering_document(offering).keywords


@pytest.mark.parametrize("state", OrganisationState)
def test_a_provider_reads_what_members_may_read_once_it_is_approved(
    database: Database, state: OrganisationState
) -> None:
    reader = replace(reader_of(database, "complex"), organisation_state=state)
    is_told = state is OrganisationState.APPROVED
    with database.writing() as session:
        need = factories.need(session, "enterprise", confidentiality=Confidentiality.MEMBERS)
        index = Index.build(documents.need_documents(need, on=clock.today()))
        assert (session.scalars(queries.need_by_id(reader, need.id)).one_or_none() is not None) is is_told
        assert rules.reads_in_full(reader, need) is is_told
        found = documents.needs_findable_by(reader, index)

    assert [match.id for match in index.search(documents.need_document(need), where=found)] == (
        [str(need.id)] if is_told else []
    )
