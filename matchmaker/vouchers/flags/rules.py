"""What a flag is made of: claims and parties as the rules see them, limits of a year, findings in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matchmaker.messages import Message, _l


class Rule(StrEnum):
    """What may be wrong with a redemption."""

    RELATED = "related"
    SPLIT = "split"
    DUPLICATE = "duplicate"
    EARLY = "early"
    PRICE = "price"
    TWO_SCHEMES = "two_schemes"
    CIRCLE = "circle"


RULE_LABELS = {
    Rule.RELATED: _l("Related parties"),
    Rule.SPLIT: _l("Split contract"),
    Rule.DUPLICATE: _l("Paper used twice"),
    Rule.EARLY: _l("Report before contract"),
    Rule.PRICE: _l("Price far from its category"),
    Rule.TWO_SCHEMES: _l("One contract, two schemes"),
    Rule.CIRCLE: _l("Payments in a circle"),
}


class Shared(StrEnum):
    """What two parties may have in common."""

    OWNER = "owner"
    ACCOUNT = "account"
    MEMBER = "member"
    LEGAL_PERSON = "legal_person"
    SHAREHOLDER = "shareholder"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"


SHARED_LABELS = {
    Shared.OWNER: _l("one holds shares in the other"),
    Shared.ACCOUNT: _l("a bank account (%(value)s)"),
    Shared.MEMBER: _l("somebody who acts for both on this site"),
    Shared.LEGAL_PERSON: _l("the legal representative (%(value)s)"),
    Shared.SHAREHOLDER: _l("a shareholder or representative (%(value)s)"),
    Shared.PHONE: _l("a telephone number (%(value)s)"),
    Shared.ADDRESS: _l("an address (%(value)s)"),
    Shared.NAME: _l("nearly the same name"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is flagged; a year's, since it is measured on what that year's fraud looked like."""

    year: int = 2026
    #: Findings below this weight (0 to 100) are not raised.
    least_weight: int = 40
    #: What each thing in common weighs between two parties that alone share it.
    shared: Mapping[Shared, int] = field(
        default_factory=lambda: {
            Shared.OWNER: 90,
            Shared.ACCOUNT: 90,
            Shared.MEMBER: 70,
            Shared.LEGAL_PERSON: 70,
            Shared.SHAREHOLDER: 60,
            Shared.PHONE: 60,
            Shared.ADDRESS: 45,
            Shared.NAME: 45,
        }
    )
    #: Likeness (0 to 100) from which the distinctive parts of two names are nearly the same.
    alike_names: int = 80
    #: Contracts signed further apart than this are not parts of one.
    split_days: int = 35
    #: Likeness of titles, figures left out, from which two contracts may be parts of one.
    split_titles: int = 70
    #: A part is a part because it just stays below a threshold: at least this share of it, in percent.
    split_part: int = 45
    #: Share of what two papers say beyond their provider's form, in percent, from which one is taken from the other.
    near_paper: int = 34
    #: The same where a provider has too few reports to know its form by.
    near_paper_few: int = 65
    #: Of 1024 bits of how two pictures look, so many may differ where one is the other, scanned or saved again; three
    #: figures that were changed on a form differ in more than a hundred.
    near_picture: int = 60
    #: The same for reports, of which one that is hardly changed is of interest as well.
    near_picture_of_report: int = 90
    #: Numbers of invoices closer than this follow each other and are not the same one typed again.
    invoice_apart: int = 60
    #: A category needs so many prices before one of them can be far away.
    price_least: int = 20
    #: Robust z-score, and multiple of the median, from which a price is far.
    price_z: float = 3.3
    #: Below this score among its provider's own prices it is what that provider takes.
    price_own_z: float = 2.5
    price_times: float = 2.6
    #: A circle closes within so many days, with amounts at most so many times apart, over so many parties.
    circle_days: int = 180
    circle_times: float = 1.9
    circle_parties: int = 5
    #: The same contract written down twice was signed within so many days, under titles so alike.
    same_contract_days: int = 21
    same_contract_titles: int = 75


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with what the business register, its papers and this site know of it."""

    id: int
    name: str
    #: The name without place and form of company.
    distinctive: str
    legal_persons: tuple[str, ...] = ()
    shareholders: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    #: People who act for it here, by number.
    members: tuple[int, ...] = ()


class PaperKind(StrEnum):
    """What a paper proves."""

    CONTRACT = "contract"
    INVOICE = "invoice"
    BANK_SLIP = "bank_slip"
    RESULT = "result"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of evidence."""

    kind: PaperKind
    sha256: str
    #: What can be read in it; empty for a picture.
    text: str = ""
    issued_on: date | None = None
    #: Of an invoice: its number as folded for comparison, and its amount.
    number: str = ""
    amount_fen: int | None = None
    #: How its pages look, as ``pictures`` has it; of what can be read as text none.
    looks: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One redemption with the contract behind it."""

    id: int
    number: str
    filed_at: datetime
    #: The scheme irrespective of its version, and its year.
    scheme: str
    scheme_year: int
    enterprise_id: int
    provider_id: int
    contract_id: int
    title: str
    signed_on: date
    category_code: str
    contract_fen: int
    #: What the claimed service cost, of which the voucher pays a part.
    service_fen: int
    registration_number: str = ""
    #: Hours, samples or whatever the price is counted by.
    quantity: float = 1.0
    #: The dearest published price for one of them, ``None`` when the service is not listed.
    listed_fen: int | None = None
    #: Costs of a service above which the scheme pays a smaller share of it.
    thresholds_fen: tuple[int, ...] = ()
    #: Neither rejected nor clawed back.
    is_live: bool = True
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that went from one organisation to another for a service; ``claim_id`` when it is claimed."""

    payer_id: int
    payee_id: int
    amount_fen: int
    on: date
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that is looked through at once."""

    claims: tuple[Claim, ...]
    parties: Mapping[int, Party]
    payments: tuple[Payment, ...] = ()
    #: Names of persons and how many organisations of the whole register have them, for those that are not all here.
    holders: Mapping[tuple[Shared, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd about a claim. ``evidence`` is plain JSON, from which ``sentence`` says it in words."""

    claim_id: int
    rule: Rule
    weight: int
    evidence: dict[str, Any]

    @property
    def others(self) -> tuple[int, ...]:
        """The claims that it is odd together with."""
        return tuple(self.evidence.get("claims", ()))


def masked(value: str, *, ends: int = 4) -> str:
    """Return a telephone or account number of which only both ends can be read."""
    head = min(3, ends)
    return value if len(value) <= head + ends else f"{value[:head]}{'*' * (len(value) - head - ends)}{value[-ends:]}"


def sentence(rule: Rule, evidence: Mapping[str, Any]) -> Message:
    """Return what was found in words."""
    return _SENTENCES[rule](evidence)


def _related(evidence: Mapping[str, Any]) -> Message:
    parts = [
        Message(SHARED_LABELS[Shared(kind)].text, {"value": value} if value else {})
        for kind, value in evidence["shared"]
    ]
    return _l("The enterprise and the provider have in common: %(what)s.", what=_joined(parts))


def _joined(parts: list[Message]) -> Message:
    if len(parts) == 1:
        return parts[0]
    return _l("%(first)s; %(rest)s", first=parts[0], rest=_joined(parts[1:]))


def _split(evidence: Mapping[str, Any]) -> Message:
    return _l(
        "%(count)s contracts with the same provider and nearly the same title, signed within %(days)s days, together "
        "%(total)s yuan; each stays below %(threshold)s yuan, above which the scheme pays less (%(numbers)s).",
        count=len(evidence["claims"]) + 1,
        days=evidence["days"],
        total=_yuan(evidence["total_fen"]),
        threshold=_yuan(evidence["threshold_fen"]),
        numbers=", ".join(evidence["numbers"]),
    )


def _duplicate(evidence: Mapping[str, Any]) -> Message:
    numbers = ", ".join(evidence["numbers"])
    if evidence["how"] == "same":
        return _l("A paper of this claim is, byte for byte, also a paper of %(numbers)s.", numbers=numbers)
    if evidence["how"] == "invoice":
        return _l(
            "The invoice %(this)s has the amount, the seller and nearly the number of %(other)s (%(numbers)s): the "
            "same one, typed differently?",
            this=evidence["this"],
            other=evidence["other"],
            numbers=numbers,
        )
    if evidence["how"] == "picture":
        return _l(
            "A picture among the papers looks like one of %(numbers)s (%(percent)s %% alike): the same paper, scanned "
            "or saved again?",
            percent=evidence["percent"],
            numbers=numbers,
        )
    return _l(
        "The report says %(percent)s %% of what another one says, its provider's form left out (%(numbers)s).",
        percent=evidence["percent"],
        numbers=numbers,
    )


def _early(evidence: Mapping[str, Any]) -> Message:
    values = {"report": evidence["report_on"], "contract": evidence["signed_on"], "days": evidence["days"]}
    if evidence["maybe_year"]:
        return _l(
            "The report is dated %(report)s, %(days)s days before the contract of %(contract)s. With the next year "
            "it would fit: perhaps a slip of the pen.",
            **values,
        )
    return _l("The report is dated %(report)s, %(days)s days before the contract of %(contract)s.", **values)


def _price(evidence: Mapping[str, Any]) -> Message:
    return _l(
        "%(times)s times the usual price of its category (%(usual)s yuan for one, the middle of %(count)s); no "
        "published price explains it.",
        times=evidence["times"],
        usual=_yuan(evidence["median_fen"]),
        count=evidence["count"],
    )


def _two_schemes(evidence: Mapping[str, Any]) -> Message:
    words = {
        "contract": _l("The same contract is claimed under another scheme (%(numbers)s)."),
        "registration": _l(
            "A contract with the same registration number is claimed under another scheme (%(numbers)s)."
        ),
        "paper": _l("The same contract paper is claimed under another scheme (%(numbers)s)."),
        "likeness": _l(
            "A contract of the same parties, title, amount and time is claimed under another scheme (%(numbers)s)."
        ),
    }
    return Message(words[evidence["how"]].text, {"numbers": ", ".join(evidence["numbers"])})


def _circle(evidence: Mapping[str, Any]) -> Message:
    return _l(
        "Money of nearly the same amount went round %(count)s organisations within %(days)s days: %(names)s.",
        count=len(evidence["names"]) - 1,
        days=evidence["days"],
        names=" → ".join(evidence["names"]),
    )


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


_SENTENCES = {
    Rule.RELATED: _related,
    Rule.SPLIT: _split,
    Rule.DUPLICATE: _duplicate,
    Rule.EARLY: _early,
    Rule.PRICE: _price,
    Rule.TWO_SCHEMES: _two_schemes,
    Rule.CIRCLE: _circle,
}
