"""Who a reader is and what that makes of them. Pure: no session, no request."""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from matchmaker.accounts.models import PROVIDER_KINDS, OrganisationKind, OrganisationState, Role
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.reference.models import CITY_CODE

MIN_PASSWORD = 12
MAX_PASSWORD = 200
#: GB 32100-2015: 18 characters, digits and letters that cannot be taken for digits or for each other.
CODE_LENGTH = 18
NEVER_IN_CODES = "IOSVZ"
MAX_EMAIL = 254
MAX_PERSON_NAME = 40
#: Enough to refuse typing errors and line breaks; whether the address exists, a letter finds out.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever asks for a page: a signed-in person acting for one organisation, or nobody in particular."""

    person_id: int | None = None
    name: str = ""
    email: str = ""
    is_admin: bool = False
    organisation_id: int | None = None
    organisation_name: str = ""
    organisation_kind: OrganisationKind | None = None
    district_code: str | None = None
    #: In how many organisations they can act.
    organisation_count: int = 0
    organisation_state: OrganisationState = OrganisationState.APPROVED
    roles: frozenset[Role] = frozenset()
    #: The enterprises in whose name this person may post needs, besides their own.
    mandates: frozenset[int] = frozenset()

    @property
    def is_authenticated(self) -> bool:
        """Flask-Login asks this."""
        return self.person_id is not None

    @property
    def is_active(self) -> bool:
        """Flask-Login asks this; disabled people never become readers."""
        return self.is_authenticated

    @property
    def is_anonymous(self) -> bool:
        """Flask-Login asks this."""
        return not self.is_authenticated

    @property
    def is_enterprise(self) -> bool:
        """Acts for an enterprise."""
        return self.organisation_kind is OrganisationKind.ENTERPRISE

    @property
    def is_provider(self) -> bool:
        """Acts for a complex or an institute."""
        return self.organisation_kind in PROVIDER_KINDS

    @property
    def is_trusted_provider(self) -> bool:
        """Acts for a complex or an institute that the bureau has approved: reads what members alone may read."""
        return self.is_provider and self.is_approved

    @property
    def is_bureau(self) -> bool:
        """Acts for the bureau of the city or of a district."""
        return self.organisation_kind is OrganisationKind.BUREAU

    @property
    def is_city_bureau(self) -> bool:
        """Acts for the bureau that oversees every district."""
        return self.is_bureau and self.district_code == CITY_CODE

    def is_bureau_of(self, district_code: str) -> bool:
        """Acts for the bureau that oversees ``district_code``."""
        return self.is_city_bureau or (self.is_bureau and self.district_code == district_code)

    @property
    def is_approved(self) -> bool:
        """Acts for an organisation that the bureau has approved; a pending one keeps drafts only."""
        return self.organisation_id is not None and self.organisation_state is OrganisationState.APPROVED

    def manages(self, organisation_id: int) -> bool:
        """Manages the people of exactly this organisation."""
        return self.acts_for(organisation_id) and Role.MANAGER in self.roles

    def reviews(self, district_code: str) -> bool:
        """Checks and decides for ``district_code``."""
        return Role.REVIEWER in self.roles and self.is_bureau_of(district_code)

    def keeps_statistics(self, district_code: str) -> bool:
        """Keeps figures and targets of ``district_code``."""
        return Role.STATISTICS in self.roles and self.is_bureau_of(district_code)

    def audits(self, district_code: str) -> bool:
        """Reads what was done in ``district_code``, and by whom."""
        return Role.AUDITOR in self.roles and self.is_bureau_of(district_code)

    def administers(self, district_code: str) -> bool:
        """Gives roles in the bureau of ``district_code``."""
        return self.is_admin or (Role.ADMIN in self.roles and self.is_bureau_of(district_code))

    def represents(self, organisation_id: int) -> bool:
        """May post needs in the name of this enterprise, by a mandate that holds."""
        return organisation_id in self.mandates

    def acts_for(self, organisation_id: int) -> bool:
        """Acts for exactly this organisation."""
        return self.organisation_id == organisation_id


ANONYMOUS = Reader()


def check_credit_code(code: str) -> str:
    """Return the 统一社会信用代码 in its compact form, however it was typed.

    Raises ``Invalid`` with the rule of GB 32100-2015 that fails.
    """
    compact = "".join(part for part in unicodedata.normalize("NFKC", code).upper() if part.isalnum())
    try:
        return str(uscc.validate(compact))
    except ValidationError as error:
        raise Invalid(field="credit_code", message=_wrong_code(compact)) from error


def _wrong_code(code: str) -> Message:
    if len(code) != CODE_LENGTH:
        return _l("A credit code has %(least)s characters; this has %(have)s.", least=CODE_LENGTH, have=len(code))
    for place, letter in enumerate(code, start=1):
        if letter in NEVER_IN_CODES:
            return _l(
                "The letters I, O, S, V and Z do not occur in a credit code, but “%(letter)s” stands at place "
                "%(place)s. Perhaps it is a digit.",
                letter=letter,
                place=place,
            )
        if not letter.isascii():
            return _l("“%(letter)s” at place %(place)s cannot stand in a credit code.", letter=letter, place=place)
    if not code[:8].isdigit():
        return _l("A credit code begins with eight digits; this one with “%(part)s”.", part=code[:8])
    return _l("The check digit does not fit: a character is wrong, or two changed places.")


def check_password(password: str) -> None:
    """Raise ``Invalid`` unless the length is what NIST SP 800-63B-4 asks of a lone password, rounded down to 12."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise Invalid(
            field="password",
            message=_l("A password has %(least)s to %(most)s characters.", least=MIN_PASSWORD, most=MAX_PASSWORD),
        )


def as_email(text: str) -> str:
    """Return an address as it is kept: in small letters. Raises ``Invalid`` on ``email`` for what is none."""
    email = text.strip().lower()
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(field="email", message=_l("Write an e-mail address such as name@example.com."))
    return email


def check_person_name(name: str) -> str:
    """Return a person's name without blanks around it. Raises ``Invalid`` on ``person_name``."""
    bare = name.strip()
    if not 1 < len(bare) <= MAX_PERSON_NAME or not bare.isprintable():
        raise Invalid(
            field="person_name", message=_l("Write your name in 2 to %(most)s characters.", most=MAX_PERSON_NAME)
        )
    return bare
