"""Claims, parties and payments as the rules see them, read from the tables: around one claim, or of some years."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matchmaker.accounts.models import Membership, Organisation
from matchmaker.accounts.registration.rules import distinctive, place_names
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.services.models import STANDING, ServiceRecord
from matchmaker.files.models import StoredFile
from matchmaker.reference.models import District
from matchmaker.vouchers.flags.models import PaperText, PartyFact
from matchmaker.vouchers.flags.parties import account_key
from matchmaker.vouchers.flags.reading import Read
from matchmaker.vouchers.flags.rules import Claim, Corpus, Paper, PaperKind, Party, Payment, Shared
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions.models import OVER, Evidence, Redemption
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules

_BATCH = 5_000
#: At most so many claims stand around one, the latest of them.
_MOST_AROUND = 300


def around(session: Session, redemption: Redemption) -> Corpus:
    """Return what a claim has to be compared with when it is filed: the same parties, contract and papers."""
    own = aliased_papers(redemption.id)
    near = or_(
        Redemption.contract_id == redemption.contract_id,
        and_(Redemption.enterprise_id == redemption.enterprise_id, Redemption.provider_id == redemption.provider_id),
        Redemption.id.in_(select(Evidence.redemption_id).where(Evidence.file_id.in_(own))),
    )
    claims = read_claims(session, near, most=_MOST_AROUND)
    parties = read_parties(session, {redemption.enterprise_id, redemption.provider_id})
    return Corpus(tuple(claims), parties, holders=_holders(session, parties.values()))


def everything(session: Session, *, since: datetime, read: Mapping[int, Read]) -> Corpus:
    """Return all claims filed since then, everybody, and who paid whom; ``read`` is what papers say, by their files."""
    claims = read_claims(session, Redemption.filed_at >= since, read=read)
    paid = [
        Payment(claim.enterprise_id, claim.provider_id, claim.service_fen, claim.signed_on, claim.id)
        for claim in claims
    ]
    services = session.execute(
        select(
            ServiceRecord.enterprise_id, ServiceRecord.provider_id, ServiceRecord.amount_fen, ServiceRecord.served_on
        ).where(ServiceRecord.state.in_(STANDING), ServiceRecord.amount_fen > 0)
    )
    paid += [Payment(payer, payee, fen, on) for payer, payee, fen, on in services]
    return Corpus(tuple(claims), read_parties(session, None), tuple(paid))


def aliased_papers(redemption_id: int) -> Any:
    """Select the files of a claim."""
    return select(Evidence.file_id).where(Evidence.redemption_id == redemption_id)


def read_claims(
    session: Session, condition: ColumnElement[bool], *, most: int | None = None, read: Mapping[int, Read] | None = None
) -> list[Claim]:
    """Return the filed claims that meet a condition, oldest first; ``read`` is what is not kept yet of their papers."""
    rows = session.execute(
        select(Redemption, Use, Contract, Scheme)
        .join(Use, Use.id == Redemption.use_id)
        .join(Contract, Contract.id == Redemption.contract_id)
        .join(Scheme, Scheme.id == Redemption.scheme_id)
        .where(condition, Redemption.filed_at.is_not(None))
        .order_by(Redemption.filed_at.desc(), Redemption.id.desc())
        .limit(most)
    ).all()
    ids = [row[0].id for row in rows]
    papers = _papers(session, ids, read or {}, is_whole=most is None)
    contracts = {row[2].id for row in rows}
    services = _services(session, contracts, is_whole=most is None)
    rules: dict[int, SchemeRules] = {}
    claims = []
    for redemption, use, contract, scheme in rows:
        said = rules.get(scheme.id) or rules.setdefault(scheme.id, SchemeRules.of(scheme.rules_json))
        quantity, listed = services.get(contract.id, (1.0, None))
        claims.append(
            Claim(
                id=redemption.id,
                number=redemption.number,
                filed_at=redemption.filed_at or redemption.created_at,
                scheme=scheme.code,
                scheme_year=scheme.year,
                enterprise_id=redemption.enterprise_id,
                provider_id=redemption.provider_id,
                contract_id=contract.id,
                title=contract.title,
                signed_on=contract.signed_on,
                category_code=use.category_code,
                contract_fen=contract.contract_amount_fen,
                service_fen=use.service_amount_fen,
                registration_number=contract.registration_number or "",
                quantity=quantity,
                listed_fen=listed,
                thresholds_fen=thresholds(said, rate_bp=use.rate_bp),
                is_live=redemption.state not in OVER,
                papers=tuple(papers.get(redemption.id, ())),
            )
        )
    return claims[::-1]


def thresholds(said: SchemeRules, *, rate_bp: int) -> tuple[int, ...]:
    """Return the costs of a service above which the scheme pays a smaller share of it."""
    caps = {cap * 10_000 // rate_bp for cap in (said.cap_local_fen, said.cap_outside_fen) if cap and rate_bp}
    return tuple(sorted(caps | ({said.cover_in_full_below_fen} if said.cover_in_full_below_fen else set())))


def _papers(
    session: Session, ids: Sequence[int], read: Mapping[int, Read], *, is_whole: bool
) -> dict[int, list[Paper]]:
    """Read the papers of claims, with what stands in them where all are looked at."""
    statement = (
        select(Evidence, StoredFile.sha256, PaperText.text, PaperText.looks)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .outerjoin(PaperText, PaperText.file_id == Evidence.file_id)
        .order_by(Evidence.id)
        .execution_options(yield_per=_BATCH)
    )
    if not is_whole:
        statement = statement.where(Evidence.redemption_id.in_(ids))
    wanted, found = set(ids), defaultdict(list)
    for evidence, sha256, text, looks in session.execute(statement):
        if evidence.redemption_id in wanted:
            fresh = read.get(evidence.file_id) or Read(text or "", tuple(looks or ()))
            found[evidence.redemption_id].append(
                Paper(
                    PaperKind(evidence.kind.value),
                    sha256,
                    fresh.text,
                    evidence.issued_on,
                    evidence.invoice_key or "",
                    evidence.invoice_amount_fen,
                    tuple(bytes.fromhex(look) for look in fresh.looks),
                )
            )
    return found


def _services(session: Session, contracts: Collection[int], *, is_whole: bool) -> dict[int, tuple[float, int | None]]:
    """Return how many hours were served under each contract, and the dearest published price for one."""
    if not is_whole:
        # Prices are compared at night only.
        return {}
    rows = session.execute(
        select(
            ServiceRecord.contract_id,
            func.sum(ServiceRecord.instrument_minutes),
            func.max(func.coalesce(Offering.price_max_fen, Offering.price_min_fen)),
        )
        .outerjoin(Offering, Offering.id == ServiceRecord.offering_id)
        .where(ServiceRecord.contract_id.is_not(None), ServiceRecord.state.in_(STANDING))
        .group_by(ServiceRecord.contract_id)
    )
    return {
        contract: (float(minutes) / 60 if minutes else 1.0, listed or None)
        for contract, minutes, listed in rows
        if contract is not None and contract in contracts
    }


def read_parties(session: Session, ids: Collection[int] | None) -> dict[int, Party]:
    """Return the organisations with what is known of them; all of them for ``None``."""
    places = place_names(session.scalars(select(District.name)).all())

    def within(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return column.in_(ids) if ids is not None else column.is_not(None)

    facts: dict[int, dict[Shared, list[str]]] = defaultdict(lambda: defaultdict(list))
    for owner, kind, value in session.execute(
        select(PartyFact.organisation_id, PartyFact.kind, PartyFact.value).where(within(PartyFact.organisation_id))
    ):
        facts[owner][kind].append(value)
    accounts = (
        select(Redemption.payee_id, Redemption.payee_account)
        .where(within(Redemption.payee_id), Redemption.payee_account != "", Redemption.filed_at.is_not(None))
        .distinct()
    )
    for owner, account in session.execute(accounts):
        facts[owner][Shared.ACCOUNT].append(account)
    members: dict[int, list[int]] = defaultdict(list)
    for owner, person in session.execute(
        select(Membership.organisation_id, Membership.person_id).where(within(Membership.organisation_id))
    ):
        members[owner].append(person)
    return {
        identity: Party(
            id=identity,
            name=name,
            distinctive=distinctive(name, places),
            legal_persons=tuple(facts[identity][Shared.LEGAL_PERSON]),
            shareholders=tuple(facts[identity][Shared.SHAREHOLDER]),
            phones=tuple(facts[identity][Shared.PHONE]),
            addresses=tuple(facts[identity][Shared.ADDRESS]),
            accounts=tuple(facts[identity][Shared.ACCOUNT]),
            members=tuple(members[identity]),
        )
        for identity, name in session.execute(select(Organisation.id, Organisation.name).where(within(Organisation.id)))
    }


def _holders(session: Session, parties: Iterable[Party]) -> dict[tuple[Shared, str], int]:
    """Return how many organisations of the whole register have what these have."""
    known = list(parties)
    ids = [party.id for party in known]
    theirs = select(PartyFact.key).where(PartyFact.organisation_id.in_(ids))
    counted = select(PartyFact.kind, PartyFact.key, func.count(PartyFact.organisation_id.distinct()))
    rows = session.execute(counted.where(PartyFact.key.in_(theirs)).group_by(PartyFact.kind, PartyFact.key))
    held: dict[tuple[Shared, str], int] = defaultdict(int)
    for kind, key, count in rows:
        held[kind, key] = max(held[kind, key], count)
        if kind is Shared.LEGAL_PERSON:
            # Whoever represents one firm may hold shares in another.
            held[Shared.SHAREHOLDER, key] += count
    for brand in {party.distinctive[:2] for party in known if len(party.distinctive) > 1}:
        named = select(func.count()).select_from(Organisation).where(Organisation.name.contains(brand, autoescape=True))
        held[Shared.NAME, brand] = session.scalar(named) or 0
    for account in {account for party in known for account in party.accounts}:
        same = select(func.count(Redemption.payee_id.distinct())).where(Redemption.payee_account == account)
        held[Shared.ACCOUNT, account_key(account)] += session.scalar(same) or 0
    return dict(held)
