"""Reads of flags, within what their reader may know, and of what is known of organisations."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import narrowed
from matchmaker.files.models import StoredFile
from matchmaker.vouchers.flags.models import Flag, PaperText, PartyFact
from matchmaker.vouchers.redemptions.models import Evidence, Redemption

#: Facets of the list: name in the URL → column.
FACETS = {"rule": Flag.rule, "district": Redemption.district_code}
STANDS = and_(Flag.overridden_at.is_(None), Flag.lapsed_at.is_(None))
#: What became of flags: name in the URL → condition.
FATES: dict[str, ColumnElement[bool]] = {
    "": STANDS,
    "answered": Flag.overridden_at.is_not(None),
    "lapsed": Flag.lapsed_at.is_not(None),
}


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The flags on claims of the bureau's district; the city's bureau sees all, and nobody else any."""
    if not reader.is_bureau:
        return false()
    return true() if reader.is_city_bureau else Redemption.district_code == reader.district_code


def listed(reader: Reader, chosen: dict[str, str], *, besides: str = "") -> Select[Flag]:
    """Flags in scope, narrowed, the heaviest first."""
    fate = FATES.get(chosen.get("fate", ""), STANDS)
    return (
        select(Flag)
        .join(Flag.redemption)
        .where(in_scope(reader), fate, *narrowed(FACETS, chosen, besides=besides))
        .options(
            contains_eager(Flag.redemption).joinedload(Redemption.enterprise),
            contains_eager(Flag.redemption).joinedload(Redemption.provider),
        )
        .order_by(Flag.weight.desc(), Flag.id.desc())
    )


def flag_by_id(reader: Reader, flag_id: int) -> Select[Flag]:
    """One flag in the reader's scope."""
    return (
        select(Flag)
        .join(Flag.redemption)
        .where(Flag.id == flag_id, in_scope(reader))
        .options(
            contains_eager(Flag.redemption).joinedload(Redemption.enterprise),
            contains_eager(Flag.redemption).joinedload(Redemption.provider),
            joinedload(Flag.overridden_by),
        )
    )


def of_redemptions(ids: Iterable[int]) -> Select[Flag]:
    """All flags of some redemptions that did not lapse, the heaviest first."""
    return ever_of(ids).where(Flag.lapsed_at.is_(None))


def ever_of(ids: Iterable[int]) -> Select[Flag]:
    """All flags that some redemptions ever had."""
    return (
        select(Flag).where(Flag.redemption_id.in_(list(ids))).order_by(Flag.redemption_id, Flag.weight.desc(), Flag.id)
    )


def standing() -> Select[Flag]:
    """All flags that ask for a look."""
    return select(Flag).where(STANDS).order_by(Flag.id)


def unread_papers(*, most: int) -> Select[StoredFile]:
    """Files of filed claims that were not read yet, the newest first."""
    return (
        select(StoredFile)
        .where(
            StoredFile.id.in_(
                select(Evidence.file_id).join(Evidence.redemption).where(Redemption.filed_at.is_not(None))
            ),
            ~select(PaperText.file_id).where(PaperText.file_id == StoredFile.id).exists(),
        )
        .order_by(StoredFile.id.desc())
        .limit(most)
    )


def party_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """An organisation whose particulars the reader may keep."""
    return select(Organisation).where(Organisation.id == organisation_id, _is_looked_at_by(reader))


def _is_looked_at_by(reader: Reader) -> ColumnElement[bool]:
    """Of the bureau's district, or named by a claim there."""
    if not reader.is_bureau:
        return false()
    theirs = true() if reader.is_city_bureau else Organisation.district_code == reader.district_code
    named = select(Redemption.provider_id).where(in_scope(reader), Redemption.filed_at.is_not(None))
    return theirs | Organisation.id.in_(named)


def fact_by_id(reader: Reader, fact_id: int) -> Select[PartyFact]:
    """One noted particular of such an organisation."""
    return (
        select(PartyFact)
        .join(PartyFact.organisation)
        .where(PartyFact.id == fact_id, _is_looked_at_by(reader))
        .options(contains_eager(PartyFact.organisation))
    )


def facts_of(organisation: Organisation) -> Select[PartyFact]:
    """What is known of an organisation."""
    return (
        select(PartyFact)
        .where(PartyFact.organisation_id == organisation.id)
        .order_by(PartyFact.kind, PartyFact.value, PartyFact.id)
    )


def redemptions_among(ids: Collection[int]) -> Select[Redemption]:
    """Some redemptions, for links to them."""
    return select(Redemption).where(Redemption.id.in_(ids)).order_by(Redemption.id)
