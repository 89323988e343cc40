"""What a need must say and how much of it a reader is shown. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality, Need, SolutionMode
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, PostingText, check_keywords, check_text
from matchmaker.errors import Invalid
from matchmaker.messages import _l

#: A need that asks for more than ten years has a typing error in its year.
LONGEST_WAIT = timedelta(days=3660)

_TEXTS = ("problem", "key_technology", "target", "partners")


@dataclass(frozen=True, slots=True)
class NeedText(PostingText):
    """What an enterprise writes of a need; amounts in fen, dates civil."""

    title: str
    problem: str
    industry_code: str
    key_technology: str = ""
    target: str = ""
    keywords: list[str] = field(default_factory=list)
    budget_fen: int | None = None
    needed_by: date | None = None
    mode: SolutionMode = SolutionMode.ANY
    trl: int | None = None
    partners: str = ""
    confidentiality: Confidentiality = Confidentiality.PUBLIC

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept; a draft may lack everything but its title."""
        if not self.title:
            raise Invalid(field="title", message=_l("Give the need a name of a few words."))
        check_text("title", self.title, most=MAX_TITLE)
        for name in _TEXTS:
            check_text(name, getattr(self, name), most=MAX_TEXT)
        check_keywords(self.keywords)

    def check_publishable(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that keeps the need from being understood."""
        if not self.problem:
            raise Invalid(field="problem", message=_l("Say what the problem is; a sentence or two will do."))
        if self.needed_by is not None and not timedelta(0) <= self.needed_by - on <= LONGEST_WAIT:
            raise Invalid(field="needed_by", message=_l("Choose a day between today and ten years from now."))


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need as one reader may see it; ``in_full`` is False when only the summary is theirs."""

    need: Need
    in_full: bool

    @property
    def texts(self) -> dict[str, str]:
        """The long fields by name, empty when they are withheld."""
        return {name: getattr(self.need, name) if self.in_full else "" for name in _TEXTS}


def reads_in_full(reader: Reader, need: Need) -> bool:
    """Whether ``reader`` may see more than title, industry, district and keywords."""
    if reader.acts_for(need.organisation_id) or need.confidentiality is Confidentiality.PUBLIC:
        return True
    return reader.is_provider or reader.is_bureau_of(need.district_code)


def shown(reader: Reader, need: Need) -> ShownNeed:
    """Apply the need's confidentiality for ``reader``: every page, list and match goes through here."""
    return ShownNeed(need=need, in_full=reads_in_full(reader, need))
