"""Rows as documents of the matching library, and the facets they are filtered by."""

from dataclasses import replace
from datetime import date

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.matching import Document, Index, Selection

#: The facet value of an offering that serves every industry.
EVERY_INDUSTRY = "every"
#: Who may find a document of a need by its text: everybody, or those who may read it in full.
OPEN, TRUSTED = "open", "trusted"
#: The summary of a need is a document of its own beside the full one.
_SUMMARY = "s"


def offering_document(offering: Offering) -> Document:
    """Return what an offering says as one document."""
    return Document(
        id=str(offering.id),
        title=offering.title,
        body="\n".join(text for text in (offering.description, *_particulars(offering)) if text),
        keywords=tuple([*offering.keywords, offering.model] if offering.model else offering.keywords),
        facets={
            "kind": (offering.kind.value,),
            "category": (offering.category_code,),
            "industry": (offering.industry_code or EVERY_INDUSTRY,),
            "district": (offering.district_code,),
            "voucher": ("yes" if offering.is_voucher_eligible else "no",),
        },
    )


def _particulars(offering: Offering) -> list[str]:
    """What the fields of one kind say; the model counts as a keyword."""
    return [
        " ".join(text for text in (offering.maker, offering.accuracy) if text),
        " ".join(text for text in (offering.team_field, offering.team_lead) if text),
        offering.achievements,
        " ".join(offering.patents),
    ]


def offering_documents(offering: Offering, *, on: date) -> list[Document]:
    """Return the documents under which an offering is found: none unless it can be ordered."""
    is_over = offering.valid_until is not None and offering.valid_until < on
    if not offering.is_open or is_over:
        return []
    return [offering_document(offering)]


def need_document(need: Need, *, audience: tuple[str, ...] = ()) -> Document:
    """Return all that a need says as one document."""
    return Document(
        id=str(need.id),
        title=need.title,
        body="\n".join(text for text in (need.problem, need.key_technology, need.target) if text),
        keywords=tuple(need.keywords),
        facets=_need_facets(need, audience),
    )


def need_as_query(need: Need) -> Document:
    """Return what offerings are searched with: one that serves every industry agrees with each."""
    return replace(need_document(need), facets={"industry": (need.industry_code, EVERY_INDUSTRY)})


def need_documents(need: Need, *, on: date) -> list[Document]:
    """Return the documents under which a need is found, so that nobody finds it by words they may not read."""
    if not need.is_open:
        return []
    if need.confidentiality is Confidentiality.PUBLIC:
        return [need_document(need, audience=(OPEN, TRUSTED))]
    full = need_document(need, audience=(TRUSTED,))
    if need.confidentiality is Confidentiality.MEMBERS:
        return [full]
    summary = Document(
        id=f"{need.id}{_SUMMARY}",
        title=need.title,
        keywords=tuple(need.keywords),
        facets=_need_facets(need, (OPEN,)),
    )
    return [full, summary]


def _need_facets(need: Need, audience: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {
        "audience": audience,
        "industry": (need.industry_code,),
        "district": (need.district_code,),
        "mode": (need.mode.value,),
        "organisation": (str(need.organisation_id),),
    }


def need_document_ids(need: Need) -> list[str]:
    """Return every id that a need may ever have been found under."""
    return [str(need.id), f"{need.id}{_SUMMARY}"]


def need_id(document_id: str) -> int:
    """Return the need that a document belongs to."""
    return int(document_id.removesuffix(_SUMMARY))


def needs_findable_by(reader: Reader, index: Index) -> Selection:
    """Return the documents of needs that ``reader`` may search, each within what they may read of it."""
    if reader.is_trusted_provider or reader.is_city_bureau:
        return index.where(audience=TRUSTED)
    found = index.where(audience=OPEN)
    if reader.is_bureau and reader.district_code:
        own = index.where(district=reader.district_code)
        return (found & ~own) | (index.where(audience=TRUSTED) & own)
    if reader.is_enterprise:
        own = index.where(organisation=str(reader.organisation_id))
        return (found & ~own) | (index.where(audience=TRUSTED) & own)
    return found


def organisation_documents(organisation: Organisation, *, on: date) -> list[Document]:
    """Return the document of an organisation that the directory shows: approved complexes, institutes, enterprises."""
    if organisation.kind is OrganisationKind.BUREAU or organisation.state is not OrganisationState.APPROVED:
        return []
    return [
        Document(
            id=str(organisation.id),
            title=f"{organisation.name} {organisation.name_en}",
            body=organisation.about,
            facets={"kind": (organisation.kind.value,), "district": (organisation.district_code,)},
        )
    ]
