"""Whether the two sides of a claim belong together: what they share, weighed by how few share it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from rapidfuzz import fuzz

from matchmaker.names import normal
from matchmaker.vouchers.flags.rules import Claim, Corpus, Finding, Limits, Party, Rule, Shared, masked

_DIGITS = re.compile(r"\D")
_REGION = re.compile(r"^(?:[一-鿿]{2,8}?(?:省|自治区))?(?:[一-鿿]{2,6}?市)?(?:[一-鿿]{2,6}?(?:区|县|市))?")
_STREET = re.compile(r"([一-鿿]{2,12}?(?:路|街|道|巷|弄))(\d+)号?(.*)")
#: A part of a name that so many organisations begin with tells nothing (华东, 恒泰, …).
_MANY = 6


def phone_key(phone: str) -> str:
    """Return a telephone number's digits without the country's code and leading zeros."""
    digits = _DIGITS.sub("", phone)
    return digits.removeprefix("0086").removeprefix("86" if len(digits) > 11 else "\0").lstrip("0")


def address_key(address: str) -> str:
    """Return an address without region, "building" and "room": "绍兴市中兴路12号3幢501室" → "中兴路12-3-501"."""
    plain = normal(address)
    rest = _REGION.sub("", plain)
    found = _STREET.search(rest)
    if not found:
        return rest
    return "-".join([found[1] + found[2], *re.findall(r"\d+", found[3])])


def account_key(account: str) -> str:
    """Return an account's digits."""
    return _DIGITS.sub("", account)


def _legal_persons(party: Party) -> Iterable[str]:
    return map(normal, party.legal_persons)


def _people(party: Party) -> Iterable[str]:
    return map(normal, (*party.legal_persons, *party.shareholders))


#: How what is written down of each kind is spelled for comparison.
SPELLINGS: Mapping[Shared, Callable[[str], str]] = {
    Shared.LEGAL_PERSON: normal,
    Shared.SHAREHOLDER: normal,
    Shared.PHONE: phone_key,
    Shared.ADDRESS: address_key,
    Shared.ACCOUNT: account_key,
}

_KEYS: Mapping[Shared, Callable[[Party], Iterable[str]]] = {
    Shared.ACCOUNT: lambda party: map(account_key, party.accounts),
    Shared.MEMBER: lambda party: map(str, party.members),
    Shared.LEGAL_PERSON: _legal_persons,
    Shared.SHAREHOLDER: _people,
    Shared.PHONE: lambda party: map(phone_key, party.phones),
    Shared.ADDRESS: lambda party: map(address_key, party.addresses),
}


def keys_of(party: Party) -> set[tuple[Shared, str]]:
    """Return everything by which the party may be tied to another."""
    return {(kind, value) for kind, keys in _KEYS.items() for value in keys(party) if value}


class Ties:
    """What each two organisations have in common, and how many others have it too."""

    def __init__(self, corpus: Corpus, limits: Limits) -> None:
        self._limits = limits
        self._parties = corpus.parties
        self._keys = {key: keys_of(party) for key, party in corpus.parties.items()}
        counted = Counter(held for keys in self._keys.values() for held in keys)
        self._holders = {held: max(count, corpus.holders.get(held, 0)) for held, count in counted.items()}
        brands = Counter(party.distinctive[:2] for party in corpus.parties.values())
        self._brands = {
            brand: max(count, corpus.holders.get((Shared.NAME, brand), 0)) for brand, count in brands.items()
        }

    def between(self, one: int, other: int) -> tuple[int, list[tuple[str, str]]]:
        """Return the weight of all they share, 0 to 100, and each thing with its value, heaviest first."""
        if one not in self._parties or other not in self._parties:
            return 0, []
        found = {
            kind: (weight, value) for kind, weight, value in self._shared(self._parties[one], self._parties[other])
        }
        if Shared.LEGAL_PERSON in found:
            # The same person, counted once.
            found.pop(Shared.SHAREHOLDER, None)
        heaviest = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
        # What is common adds less the more there is already.
        left = 1.0
        for _kind, (weight, _value) in heaviest:
            left *= 1 - min(weight, 99) / 100
        return round(100 * (1 - left)), [(kind.value, value) for kind, (_weight, value) in heaviest]

    def _shared(self, one: Party, other: Party) -> Iterator[tuple[Shared, float, str]]:
        weights = self._limits.shared
        if normal(one.name) in map(normal, other.shareholders) or normal(other.name) in map(normal, one.shareholders):
            yield Shared.OWNER, weights[Shared.OWNER], ""
        best: dict[Shared, tuple[float, str]] = {}
        for kind, value in self._keys[one.id] & self._keys[other.id]:
            weight = weights[kind] * self._rarity(kind, value)
            if weight > best.get(kind, (0.0, ""))[0]:
                best[kind] = (weight, value)
        for kind, (weight, value) in best.items():
            if weight >= 5:
                yield kind, weight, _shown(kind, value)
        name = self._names(one.distinctive, other.distinctive)
        if name:
            yield Shared.NAME, name, ""

    def _rarity(self, kind: Shared, value: str) -> float:
        """Return 1 for what only two have; what a park, an agent or a common name gives to many fades away."""
        rarity = 2 / max(2, self._holders[kind, value])
        if kind not in (Shared.LEGAL_PERSON, Shared.SHAREHOLDER):
            rarity **= 1.5
        if kind in (Shared.LEGAL_PERSON, Shared.SHAREHOLDER) and len(value) <= 2:
            # Names of two characters are borne by thousands.
            rarity *= 0.7
        if kind is Shared.ADDRESS and value.count("-") < 2:
            # A street number alone may be a whole park.
            rarity *= 0.6
        return rarity

    def _names(self, one: str, other: str) -> float:
        brand = one[:2]
        if len(brand) < 2:
            return 0
        weight = self._limits.shared[Shared.NAME]
        likeness = fuzz.ratio(one, other)
        if likeness >= self._limits.alike_names:
            return weight * likeness / 100
        if brand == other[:2] and self._brands[brand] <= _MANY:
            return float(weight * 0.95 * (2 / max(2, self._brands[brand])) ** 1.5)
        return 0


def _shown(kind: Shared, value: str) -> str:
    if kind is Shared.MEMBER:
        return ""
    return masked(value) if kind in (Shared.PHONE, Shared.ACCOUNT) else value


def related(claims: Iterable[Claim], corpus: Corpus, limits: Limits) -> Iterator[Finding]:
    """Yield each claim whose two sides belong together. One look-up for each claim."""
    ties = Ties(corpus, limits)
    known: dict[tuple[int, int], tuple[int, list[tuple[str, str]]]] = {}
    for claim in claims:
        pair = (claim.enterprise_id, claim.provider_id)
        if pair not in known:
            known[pair] = ties.between(*pair)
        weight, shared = known[pair]
        if weight >= limits.least_weight:
            yield Finding(claim.id, Rule.RELATED, weight, {"shared": [list(one) for one in shared]})
