"""What a registration must say, and when two names may be one firm. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from matchmaker.accounts.models import OrganisationKind, OrganisationState
from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.errors import Invalid
from matchmaker.matching.text import fold
from matchmaker.messages import Message, _l

#: Bureaus do not register themselves.
KINDS = (OrganisationKind.ENTERPRISE, OrganisationKind.COMPLEX, OrganisationKind.INSTITUTE)
MAX_NAME = 100
MAX_ABOUT = 2_000
MAX_REASON = 1_000
#: From which likeness of the distinctive parts (0 to 100) two names are shown as possible twins; measured on the
#: demo's names, where it leaves every pair of different firms apart (tests/accounts/test_twins.py).
LIKENESS = 80
#: How many twins are shown.
MOST_TWINS = 5

#: What may follow from what; the bureau's approval can only be taken back by disabling people.
ALLOWED = {
    OrganisationState.PENDING: frozenset({OrganisationState.APPROVED, OrganisationState.REJECTED}),
    OrganisationState.REJECTED: frozenset({OrganisationState.PENDING}),
    OrganisationState.APPROVED: frozenset[OrganisationState](),
}

_BRACKETS = re.compile(r"[(\[{〔【《<「]([^)\]}〕】》>」]*)[)\]}〕】》>」]")
_FORMS = re.compile(
    "(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|总公司|分公司|公司|集团|总厂|分厂|厂"
    "|产业创新服务综合体|综合体|产业技术研究院|研究院|研究所|实验室)$"
)
_NOT_LETTERS = re.compile(r"[\W_]+")
#: Provinces and what stands for the country; districts and cities come from the code list.
_PROVINCES = [
    "中国",
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
]
_SUFFIXES = ("新区", "省", "市", "区", "县", "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an organisation says of itself when it registers; ``credit_code`` in its compact form."""

    kind: OrganisationKind
    name: str
    credit_code: str
    district_code: str
    industry_code: str | None = None
    size: str | None = None
    types: tuple[EnterpriseType, ...] = ()
    about: str = ""

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept."""
        if self.kind not in KINDS:
            raise Invalid(field="kind", message=_l("Choose one from the list."))
        if len(re.findall(r"\w", self.name)) < 4:
            raise Invalid(field="name", message=_l("Write the full name as on the business licence."))
        if len(self.name) > MAX_NAME or not self.name.isprintable():
            raise Invalid(field="name", message=_l("At most %(most)s characters in one line.", most=MAX_NAME))
        check_details(self.kind, industry_code=self.industry_code, about=self.about)


@dataclass(frozen=True, slots=True)
class Twin:
    """How alike a known name is to a new one."""

    organisation_id: int
    likeness: int
    why: Message


def check_details(kind: OrganisationKind, *, industry_code: str | None, about: str) -> None:
    """Raise ``Invalid`` on what an organisation may change by itself but not to this."""
    if len(about) > MAX_ABOUT or any(not (character.isprintable() or character == "\n") for character in about):
        raise Invalid(field="about", message=_l("At most %(most)s characters.", most=MAX_ABOUT))
    if kind is OrganisationKind.ENTERPRISE and industry_code is None:
        raise Invalid(field="industry_code", message=_l("Choose the industry nearest to yours."))


def check_reason(reason: str) -> None:
    """Raise ``Invalid`` unless a rejection says what to correct."""
    if not 4 <= len(reason) <= MAX_REASON:
        raise Invalid(field="reason", message=_l("Say in a sentence what has to be corrected."))


def place_names(names: Iterable[str]) -> frozenset[str]:
    """Return every spelling by which a firm's name may begin with one of the places."""
    bare = {re.sub(r"(省|市|区|县|新区)$", "", fold(name)) for name in names} | set(_PROVINCES)
    return frozenset(name + suffix for name in bare if len(name) > 1 for suffix in _SUFFIXES)


@lru_cache(maxsize=16)
def _places_at_the_start(places: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(places, key=lambda place: (-len(place), place))
    # 浙江大学 is one name: a university keeps its place.
    return (
        re.compile(f"(?:(?:{'|'.join(map(re.escape, longest_first))})(?!大学|工业大学|师范|理工|学院))+")
        if places
        else re.compile(r"(?!)")
    )


def distinctive(name: str, places: frozenset[str]) -> str:
    """Return what tells a firm from others: its folded name without places, brackets and the form of company.

    What would leave nothing is kept.
    """
    folded = fold(name)
    without_places = _BRACKETS.sub(lambda found: "" if found[1] in places or found[1] == "演示" else found[1], folded)
    plain = _NOT_LETTERS.sub("", without_places)
    start = _places_at_the_start(places).match(plain)
    if start and len(_without_form(plain[start.end() :])) > 1:
        plain = plain[start.end() :]
    return _without_form(plain)


def _without_form(plain: str) -> str:
    while (shorter := _FORMS.sub("", plain)) != plain and len(shorter) > 1:
        plain = shorter
    return plain


def why_alike(new: str, known: str) -> Message:
    """Say in words what the two distinctive parts have in common."""
    if new == known:
        return _l("The names differ only in place, form of company or spelling.")
    if new in known or known in new:
        return _l("One name contains the other.")
    return _l("The names are nearly alike: “%(new)s” and “%(known)s”.", new=new, known=known)


def likeness(new: str, known: str) -> int:
    """Return how alike two distinctive parts are, 0 to 100."""
    return round(fuzz.ratio(new, known))
