"""Loading of ``seeds/demo/``: invented organisations, what they offer and need, people to sign in as."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.accounts.registration import operations as registrations
from matchmaker.accounts.registration.models import TypeMark
from matchmaker.catalogue import operations as catalogue
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings import operations as offerings
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.rules import FRESHNESS
from matchmaker.resources import SEEDS
from matchmaker.seeding import deals, introductions, lists, lives, profiles, vouchers
from matchmaker.seeding.demo_rows import BureauRow, Demo, EnterpriseRow, OfferingRow, PersonRow, ProviderRow
from matchmaker.seeding.files import Reader
from matchmaker.seeding.reference import organisation_revisions

#: The password of every demo account. It is no secret: the demo is for trying out on one's own machine.
DEMO_PASSWORD = "matchmaker-demo"  # noqa: S105 - known to everybody, see above
#: Over how many days before the day of loading the demo's postings were made.
SPREAD_DAYS = 120


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody as whom to sign in with ``DEMO_PASSWORD``."""

    email: str
    name: str
    role: str


def demo_accounts() -> list[DemoAccount]:
    """Return the demo accounts in the order of their file."""
    people = Reader(SEEDS).jsonl("demo/people.jsonl", PersonRow)
    return [DemoAccount(person.email, person.name, person.role) for person in people if person.is_listed]


def load(session: Session, demo: Demo) -> int:
    """Add what is missing, inside a transaction. Return how many rows were added or corrected.

    Organisations are corrected. Needs, offerings and people, once there, belong to whoever tries the demo.
    """
    today = clock.today()
    revisions = organisation_revisions(session)
    organisations = {row.key: accounts.put_organisation(session, **organisation_of(row)) for row in demo.organisations}
    for key in organisations.keys() - revisions.keys():
        organisations[key].created_at = _instant(key, last=today - timedelta(days=SPREAD_DAYS))
    changed = sum(revisions.get(key) != organisation.revision for key, organisation in organisations.items())
    changed += _post_offerings(session, demo, organisations, on=today)
    changed += _note_types(session, demo, organisations)
    changed += _add_people(session, demo, organisations)
    changed += lives.grant(session, demo.mandates, organisations)
    changed += _post_needs(session, demo, organisations, on=today)
    changed += _register(session, demo)
    changed += profiles.load(session, demo.profiles, organisations, on=today)
    changed += introductions.load(session, demo.introductions)
    changed += deals.load(session, demo.contracts, demo.services, organisations)
    changed += vouchers.load(session, demo.schemes, demo.vouchers, organisations, demo.oddities)
    return changed + lists.load(session, demo.tags, demo.technologies, organisations)


def organisation_of(row: BureauRow | ProviderRow | EnterpriseRow) -> dict[str, Any]:
    """Return what ``put_organisation`` is to be told."""
    common = {
        "key": row.key,
        "name": row.name,
        "district_code": row.district,
        "about": row.about,
        "is_demo": True,
    }
    if isinstance(row, BureauRow):
        return common | {"kind": OrganisationKind.BUREAU, "name_en": row.name_en}
    if isinstance(row, ProviderRow):
        kind = OrganisationKind(row.kind)
        return common | {"kind": kind, "name_en": row.name_en, "industry_code": row.industries[0]}
    return common | {
        "kind": OrganisationKind.ENTERPRISE,
        "credit_code": row.credit_code,
        "industry_code": row.industry,
        "size": row.size,
    }


def stored_keys(session: Session, table: type[Posting]) -> set[str]:
    """Return the keys of the postings that came in with the seeds."""
    return {key for key in session.scalars(select(table.key)) if key is not None}


def _post_offerings(session: Session, demo: Demo, owners: dict[str, Organisation], *, on: date) -> int:
    known = stored_keys(session, Offering)
    missing = [row for row in demo.offerings if row.key not in known]
    for row in missing:
        text = row.text(on=on)
        offering = catalogue.draft(session, Offering, text, owner=owners[row.provider], key=row.key)
        offerings.publish(session, offering, text)
        _date_back(offering, row.key, on=on)
        _age(offering, row)
    return len(missing)


def _age(offering: Offering, row: OfferingRow) -> None:
    """Let some offerings be paused, asked after, or sunk, so that the pages about that show something."""
    life = row.details.life if row.details else None
    if life == "paused":
        offering.paused_at = clock.now() - timedelta(days=12)
    elif life in ("asked", "sunk"):
        since = FRESHNESS.sinks_after + timedelta(days=5) if life == "sunk" else timedelta(days=6)
        offering.asked_at = clock.now() - since
        offering.confirmed_at = offering.asked_at - FRESHNESS.stale_after
        offering.is_sunk = life == "sunk"


def _post_needs(session: Session, demo: Demo, owners: dict[str, Organisation], *, on: date) -> int:
    known = stored_keys(session, Need)
    missing = [row for row in demo.needs if row.key not in known]
    told = {row.need: row for row in demo.lives}
    for row in missing:
        posted = _instant(row.key, last=on - timedelta(days=1))
        life = told.get(row.key) or lives.of_state(row)
        lives.lead(session, row, life, owners, posted=posted, on=on)
    return len(missing)


def _add_people(session: Session, demo: Demo, organisations: dict[str, Organisation]) -> int:
    known = set(session.scalars(select(Person.email)))
    missing = [row for row in demo.people if row.email not in known]
    for row in missing:
        accounts.put_person(
            session,
            email=row.email,
            name=row.name,
            password=DEMO_PASSWORD,
            organisation=organisations[row.organisation] if row.organisation else None,
            is_admin=row.is_admin,
            roles=frozenset(row.roles),
        )
        for key in row.also:
            accounts.put_person(
                session, email=row.email, name=row.name, password=DEMO_PASSWORD, organisation=organisations[key]
            )
    return len(missing)


def _note_types(session: Session, demo: Demo, organisations: dict[str, Organisation]) -> int:
    """Note types where none are known; the enterprises may have changed theirs since."""
    known = set(session.scalars(select(TypeMark.organisation_id).distinct()))
    missing = [row for row in demo.enterprises if row.types and organisations[row.key].id not in known]
    for row in missing:
        registrations.put_types(session, organisations[row.key], row.types)
    return len(missing)


def _register(session: Session, demo: Demo) -> int:
    """Hand in what awaits the bureau; once decided, a registration stays so."""
    known = set(session.scalars(select(Organisation.key)))
    missing = [row for row in demo.registrations if row.key not in known]
    for row in missing:
        person = session.scalars(select(Person).where(Person.email == row.person)).one()
        organisation = registrations.register(session, row.facts(), person=person)
        organisation.key, organisation.is_demo = row.key, True
        if row.rejected:
            registrations.reject(session, organisation, reason=row.rejected, by=None, url="")
    return len(missing)


def _date_back(posting: Posting, key: str, *, on: date) -> None:
    """Let the posting have been made on one of the last days, so that lists do not show a single day."""
    posted = _instant(key, last=on - timedelta(days=1))
    posting.created_at = posting.updated_at = posted
    if posting.published_at is not None:
        posting.published_at = posting.updated_at = posted + timedelta(hours=1)
    if posting.closed_at is not None:
        posting.closed_at = posting.updated_at = posted + timedelta(days=(posting.closed_at - posted).days // 2)


def _instant(key: str, *, last: date) -> datetime:
    """Choose an instant in office hours on or before ``last``, for the same key always the same."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    days, number = number % SPREAD_DAYS, number // SPREAD_DAYS
    opening = datetime.combine(last - timedelta(days=days), time(8, 30), tzinfo=clock.CIVIL_ZONE)
    return opening + timedelta(minutes=number % (9 * 60))
